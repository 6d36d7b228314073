"""The signed token of a QR: an untagged COSE_Sign1 (RFC 9052) with ES256, in exactly one byte form.

`[protected {1: -7, 4: kid}, {}, payload, signature]`. The payload is a canonical CBOR map (RFC 8949, 4.2.1) from small integers to integers, texts and
lists of integers. The reader takes the frame apart by fixed positions and parses nothing with a general parser before the signature holds.
In a QR the bytes travel as decimal digits, 3.32 bits each: a leading 0x01 keeps leading zeros.
"""

import io
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol, TypeAlias

import cbor2

from credentialing.crypto.signing import VerifyingKey
from credentialing.domain.errors import BrokenSealError

Claim: TypeAlias = int | str | list[int]
_PROTECTED_HEAD = bytes.fromhex("a201260448")  # {1: -7, 4: h'…8 bytes'}
_PROTECTED = len(_PROTECTED_HEAD) + 8
_FRAME_HEAD = bytes([0x84, 0x40 + _PROTECTED])
LARGEST_TOKEN = 1024  # bytes; ours stay below 400
_DIGITS = re.compile(r"[1-9][0-9]{20,2500}", re.ASCII)


class QrSigner(Protocol):
    """Whoever signs QR tokens: the key ring."""

    @property
    def qr_kid(self) -> str:
        """The id of the key in use, 16 hexadecimal characters."""
        ...

    def sign_qr(self, payload: bytes) -> tuple[str, bytes]:
        """The id of the key and a 64-byte raw signature over `payload`."""
        ...


def sig_structure(protected: bytes, payload: bytes) -> bytes:
    """The bytes that a COSE_Sign1 signature covers (RFC 9052, 4.4), without external data."""
    return cbor2.dumps(["Signature1", protected, b"", payload])


def encode(claims: Mapping[int, Claim], signer: QrSigner) -> bytes:
    """Sign `claims`; the result is canonical, and the same for the same claims and key."""
    payload = cbor2.dumps(dict(claims), canonical=True)
    while True:
        named = signer.qr_kid
        protected = _PROTECTED_HEAD + bytes.fromhex(named)
        kid, signature = signer.sign_qr(sig_structure(protected, payload))
        if kid == named:  # otherwise the key was rotated in between
            return frame(protected, payload, signature)


def frame(protected: bytes, payload: bytes, signature: bytes) -> bytes:
    """The untagged COSE_Sign1 array around its parts."""
    return cbor2.dumps([protected, {}, payload, signature], canonical=True)


def decode_and_verify(data: bytes, keys: Mapping[str, VerifyingKey], *, protected_since: datetime | None = None) -> tuple[str, dict[int, Claim]]:
    """The key id and claims of a good token; `protected_since` as in `VerifyingKey.stands`.

    BrokenSealError otherwise, and its text is the problem: `token_malformed`, `key_unknown`, `key_compromised` or `signature_wrong`.
    """
    protected, payload, signature = _take_apart(data)
    kid = protected[-8:].hex()
    if kid not in keys:
        raise BrokenSealError("key_unknown")
    if not keys[kid].stands(protected_since):
        raise BrokenSealError("key_compromised")
    if not keys[kid].verifies(sig_structure(protected, payload), signature):
        raise BrokenSealError("signature_wrong")
    return kid, _claims(payload)


def _take_apart(data: bytes) -> tuple[bytes, bytes, bytes]:
    head = len(_FRAME_HEAD)
    protected = data[head : head + _PROTECTED]
    if len(data) > LARGEST_TOKEN or data[:head] != _FRAME_HEAD or protected[: len(_PROTECTED_HEAD)] != _PROTECTED_HEAD:
        raise BrokenSealError("token_malformed")
    signature, between = data[-64:], data[head + _PROTECTED : -64]
    length = len(between) - 3  # a0, the payload's own head (1 to 3 bytes), 58 40
    for size in (1, 2, 3):
        payload = between[1 + size : -2]
        if length - size >= 0 and frame(protected, payload, signature) == data:
            return protected, payload, signature
    raise BrokenSealError("token_malformed")


def _claims(payload: bytes) -> dict[int, Claim]:
    try:
        claims = cbor2.load(io.BytesIO(payload))
        canonical = cbor2.dumps(claims, canonical=True)
    except Exception as error:  # the parser promises no particular error
        raise BrokenSealError("token_malformed") from error
    if canonical != payload or not isinstance(claims, dict) or not all(_plain(key, value) for key, value in claims.items()):
        raise BrokenSealError("token_malformed")
    return claims


def _plain(key: object, value: object) -> bool:
    if type(key) is not int:
        return False
    return type(value) in (int, str) or (type(value) is list and all(type(item) is int for item in value))


def to_digits(data: bytes) -> str:
    """Bytes as decimal digits."""
    return str(int.from_bytes(b"\x01" + data))


def from_digits(digits: str) -> bytes:
    """The bytes behind decimal digits; BrokenSealError `token_malformed` when they were not written by `to_digits`."""
    if not _DIGITS.fullmatch(digits):
        raise BrokenSealError("token_malformed")
    number = int(digits)
    data = number.to_bytes((number.bit_length() + 7) // 8)
    if data[0] != 1:
        raise BrokenSealError("token_malformed")
    return data[1:]
