"""Bytes of strangers are read in one way or not at all, and JSON has one canonical form."""

import json

import pytest

from credentialing.crypto.strict_json import DEEPEST, canonical, read_object
from credentialing.domain.errors import BrokenSealError


def test_an_object_is_read() -> None:
    assert read_object('{"a": [1, {"b": "ñ"}], "c": null}'.encode(), largest=100) == {"a": [1, {"b": "ñ"}], "c": None}


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b'{"a": 1' + b" " * 100 + b"}", "too_large"),
        (b"[1]", "not_json"),
        (b'"text"', "not_json"),
        (b"", "not_json"),
        (b'{"a": 1}{', "not_json"),
        (b'\xef\xbb\xbf{"a": 1}', "not_json"),
        (b'{"a": NaN}', "not_json"),
        (b'{"a": Infinity}', "not_json"),
        (b'{"a": "\xff"}', "not_json"),
        (b'{"a": 1, "a": 2}', "member_repeated"),
        (b'{"a": {"b": 1, "\\u0062": 2}}', "member_repeated"),
    ],
)
def test_what_two_readers_could_read_in_two_ways_is_refused(data: bytes, problem: str) -> None:
    with pytest.raises(BrokenSealError, match=f"^{problem}$"):
        read_object(data, largest=100)


@pytest.mark.parametrize("depth", [DEEPEST + 1, 900, 100_000])
def test_a_tower_of_brackets_is_refused_at_once(depth: int) -> None:
    with pytest.raises(BrokenSealError, match=r"^nested_too_deep$"):
        read_object(b'{"a":' + b"[" * depth + b"]" * depth + b"}", largest=1_000_000)


def test_what_is_as_deep_as_allowed_is_read() -> None:
    deep = b"[" * (DEEPEST - 1) + b"]" * (DEEPEST - 1)
    assert json.dumps(read_object(b'{"a":' + deep + b"}", largest=1_000)["a"]).encode() == deep


def test_the_canonical_form_is_that_of_rfc_8785() -> None:
    # Section 3.2.4 of the standard, without its numbers of floating point.
    value = json.loads(r'''{"numbers": [333333333], "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}''')
    assert canonical(value) == '{"literals":[null,true,false],"numbers":[333333333],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'.encode()


@pytest.mark.parametrize("value", [2**53, float("nan"), {"a": "\ud800"}, {1: 2}])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(BrokenSealError, match=r"^not_canonical$"):
        canonical(value)
