"""SD-JWT VC: a credential of which its holder shows as much as they choose (RFC 9901; draft-ietf-oauth-sd-jwt-vc), signed with ES256.

`HEADER.PAYLOAD.SIGNATURE~DISCLOSURE~…~`: the payload holds the SHA-256 of each disclosure, a disclosure is a salt, a name and a value. Without its
disclosure a digest says nothing, because the salt has 128 bits. There is no key binding: the certificate names its holder, who is asked for a name.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from credentialing.crypto.signing import VerifyingKey
from credentialing.crypto.strict_json import read_object
from credentialing.domain.errors import BrokenSealError

TYPE = "dc+sd-jwt"
LARGEST = 100_000  # bytes of a whole presentation; ours stay below 10,000
_MOST = 200  # disclosures
_RESERVED = frozenset({"_sd", "_sd_alg", "..."})


@dataclass(frozen=True, slots=True)
class Opened:
    """A good token: the id of its key, its header, and what the shown disclosures make of its payload."""

    kid: str
    header: Mapping[str, Any]
    claims: Mapping[str, Any]


def issue(
    plain: Mapping[str, Any], hidden: Mapping[str, Any], *, kid: str, sign: Callable[[bytes], bytes], random_bytes: Callable[[int], bytes]
) -> str:
    """A token whose `plain` claims are always shown and whose `hidden` ones are shown one by one. `sign` makes a 64-byte ES256 signature; `kid` names its key.

    ValueError when a claim is both or bears a name that the format needs.
    """
    if hidden.keys() & plain.keys() or (hidden.keys() | plain.keys()) & _RESERVED:
        raise ValueError("a claim is both plain and hidden, or reserved")
    disclosures = [_text(_json([_text(random_bytes(16)), name, value])) for name, value in hidden.items()]
    # Sorted, so that the place of a digest tells nothing (RFC 9901, 4.2.4.1).
    payload = {**plain, "_sd": sorted(map(_digest, disclosures)), "_sd_alg": "sha-256"}
    signed = f"{_text(_json({'alg': 'ES256', 'typ': TYPE, 'kid': kid}))}.{_text(_json(payload))}"
    return "~".join((f"{signed}.{_text(sign(signed.encode()))}", *disclosures, ""))


def present(token: str, names: Iterable[str]) -> str:
    """The same token with the disclosures of these claims alone."""
    head, *disclosures, _ = token.split("~")
    wanted = frozenset(names)
    return "~".join((head, *(one for one in disclosures if json.loads(_data(one))[1] in wanted), ""))


def open_token(token: str, *, keys: Callable[[str], VerifyingKey | None]) -> Opened:
    """What a token says to whoever holds these disclosures of it.

    BrokenSealError otherwise, and its text is the problem: `token_malformed`, `key_unknown`, `key_compromised`, `signature_wrong`, `disclosure_wrong`.
    """
    if len(token) > LARGEST or not token.isascii() or token.count("~") > _MOST or not token.endswith("~"):
        raise BrokenSealError("token_malformed")
    jwt, *disclosures = token[:-1].split("~")
    parts = jwt.split(".")
    if len(parts) != 3:
        raise BrokenSealError("token_malformed")
    header, signature = _object(parts[0]), _data(parts[2])
    if set(header) != {"alg", "typ", "kid"} or (header["alg"], header["typ"]) != ("ES256", TYPE) or not isinstance(header["kid"], str):
        raise BrokenSealError("token_malformed")
    key = keys(header["kid"])
    if key is None or len(key.point) != 65:
        raise BrokenSealError("key_unknown")
    if not key.stands():
        raise BrokenSealError("key_compromised")
    if not key.verifies(f"{parts[0]}.{parts[1]}".encode(), signature):
        raise BrokenSealError("signature_wrong")
    return Opened(key.kid, header, _shown(_object(parts[1]), disclosures))


def _shown(payload: dict[str, Any], disclosures: list[str]) -> dict[str, Any]:
    """RFC 9901, 7.1, for claims of the first level: each disclosure is one that was signed, used once, and covers no other claim."""
    digests = payload.pop("_sd", None)
    if payload.pop("_sd_alg", None) != "sha-256" or not isinstance(digests, list) or len(set(map(str, digests))) != len(digests):
        raise BrokenSealError("token_malformed")
    claims = dict(payload)
    for disclosure in disclosures:
        if _digest(disclosure) not in digests:
            raise BrokenSealError("disclosure_wrong")
        digests.remove(_digest(disclosure))
        try:
            _, name, value = json.loads(_data(disclosure))
        except (ValueError, TypeError, RecursionError) as error:
            raise BrokenSealError("disclosure_wrong") from error
        if not isinstance(name, str) or name in claims or name in _RESERVED:
            raise BrokenSealError("disclosure_wrong")
        claims[name] = value
    return claims


def _object(text: str) -> dict[str, Any]:
    try:
        return read_object(_data(text), largest=LARGEST)
    except BrokenSealError as error:
        raise BrokenSealError("token_malformed") from error


def _digest(disclosure: str) -> str:
    return _text(hashlib.sha256(disclosure.encode()).digest())


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _data(text: str) -> bytes:
    """The bytes behind base64url without padding, in its only form; BrokenSealError `token_malformed` for anything else."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise BrokenSealError("token_malformed") from error
    if _text(data) != text:
        raise BrokenSealError("token_malformed")
    return data
