"""JSON of strangers read without surprises, and the one canonical form in which JSON is signed.

Canonical: JSON Canonicalization Scheme (RFC 8785). Read strictly: no member twice, no NaN, no lone surrogate, bounded in size and depth
(I-JSON, RFC 7493, asks for the first three), so that two readers can never see two documents in the same bytes.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import rfc8785

from credentialing.domain.errors import BrokenSealError

DEEPEST = 24  # levels of nesting; ours have seven


def canonical(value: Any) -> bytes:
    """The bytes of a JSON value by RFC 8785; BrokenSealError `not_canonical` for what has none (a number beyond 2^53, a lone surrogate)."""
    try:
        return rfc8785.dumps(value)
    except (ValueError, TypeError, RecursionError) as error:
        raise BrokenSealError("not_canonical") from error


def read_object(data: bytes, *, largest: int) -> dict[str, Any]:
    """The object in `data`; BrokenSealError otherwise, and its text is the problem: `too_large`, `not_json`, `member_repeated`, `nested_too_deep`."""
    if len(data) > largest:
        raise BrokenSealError("too_large")
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except RecursionError:
        raise BrokenSealError("nested_too_deep") from None
    except ValueError:
        raise BrokenSealError("not_json") from None
    if not isinstance(value, dict):
        raise BrokenSealError("not_json")
    _bounded(value)
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BrokenSealError("member_repeated")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _bounded(value: Any) -> None:
    layer: list[Any] = [value]
    for _ in range(DEEPEST):
        layer = [inner for one in layer for inner in _inside(one)]
        if not layer:
            return
    raise BrokenSealError("nested_too_deep")


def _inside(value: Any) -> Sequence[Any]:
    if isinstance(value, Mapping):
        return [inner for inner in value.values() if isinstance(inner, dict | list)]
    return [inner for inner in value if isinstance(inner, dict | list)]
