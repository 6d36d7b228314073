"""Encryption of what people entrust to us. Destroying a person's wrapped key makes everything of theirs unreadable.

* person key: 32 random bytes, kept wrapped (AES key wrap, RFC 3394) under the key-encryption key whose id stands beside it
* file: a data key of its own, wrapped by the person key; the content in 1 MiB pieces under AES-256-GCM, each bound to case, file, place and "last"
* small fields: AES-256-GCM under the person key, bound to the text the caller names
* register: AES-256-GCM under the register key, whose id leads the sealed bytes
"""

from dataclasses import dataclass
from itertools import count

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from credentialing.crypto.keyfiles import Purpose
from credentialing.crypto.keyring import KeyRing
from credentialing.domain.errors import BrokenSealError
from credentialing.domain.ports import Entropy

PIECE = 1 << 20
_MAGIC = b"PCE1"
_NONCE, _TAG, _WRAPPED = 12, 16, 40


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A person key as the database keeps it: the id of the key-encryption key, and 40 bytes."""

    kek_id: str
    data: bytes


def new_person_key(keys: KeyRing, entropy: Entropy) -> tuple[bytes, WrappedKey]:
    """A fresh person key (32 bytes, to use now and forget) and its wrapped form (to keep)."""
    kek_id, kek = keys.secret(Purpose.KEK)
    key = entropy.bytes(32)
    return key, WrappedKey(kek_id, aes_key_wrap(kek, key))


def open_person_key(keys: KeyRing, wrapped: WrappedKey) -> bytes:
    """The person key inside `wrapped`; BrokenSealError when it does not open."""
    try:
        return aes_key_unwrap(keys.secret_by_id(Purpose.KEK, wrapped.kek_id), wrapped.data)
    except (InvalidUnwrap, ValueError) as error:
        raise BrokenSealError("a person key does not open") from error


def rewrap_person_key(keys: KeyRing, wrapped: WrappedKey) -> WrappedKey:
    """The same person key under the key-encryption key in use now."""
    kek_id, kek = keys.secret(Purpose.KEK)
    return WrappedKey(kek_id, aes_key_wrap(kek, open_person_key(keys, wrapped)))


def _bound(*parts: str) -> bytes:
    return b"".join(len(part.encode()).to_bytes(4) + part.encode() for part in parts)


def seal_file(person_key: bytes, data: bytes, *, case_id: str, file_id: str, entropy: Entropy) -> bytes:
    """Encrypt a whole file for the person, bound to its case and file id."""
    data_key = entropy.bytes(32)
    cipher, out = AESGCM(data_key), [_MAGIC, aes_key_wrap(person_key, data_key)]
    for number, start in enumerate(range(0, max(len(data), 1), PIECE)):
        last = start + PIECE >= len(data)
        # The data key is used for this file only, so a counter is a safe nonce.
        out.append(cipher.encrypt(number.to_bytes(_NONCE), data[start : start + PIECE], _bound("file", case_id, file_id, str(number), str(last))))
    return b"".join(out)


def open_file(person_key: bytes, sealed: bytes, *, case_id: str, file_id: str) -> bytes:
    """The content of a sealed file; BrokenSealError when anything (key, case, file id, one byte, the length) does not match."""
    head = len(_MAGIC) + _WRAPPED
    if sealed[: len(_MAGIC)] != _MAGIC or len(sealed) < head + _TAG:
        raise BrokenSealError("not a sealed file")
    try:
        cipher = AESGCM(aes_key_unwrap(person_key, sealed[len(_MAGIC) : head]))
        out = []
        for number in count():
            start = head + number * (PIECE + _TAG)
            last = start + PIECE + _TAG >= len(sealed)
            out.append(cipher.decrypt(number.to_bytes(_NONCE), sealed[start : start + PIECE + _TAG], _bound("file", case_id, file_id, str(number), str(last))))
            if last:
                return b"".join(out)
    except (InvalidTag, InvalidUnwrap, ValueError) as error:
        raise BrokenSealError("a sealed file does not open") from error
    raise BrokenSealError("a sealed file does not open")


def seal_bytes(key: bytes, data: bytes, aad: str, *, entropy: Entropy) -> bytes:
    """Encrypt `data` under a 32-byte key, bound to `aad`; 28 bytes longer than the data."""
    nonce = entropy.bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, data, _bound("bytes", aad))


def open_bytes(key: bytes, sealed: bytes, aad: str) -> bytes:
    """What `seal_bytes` closed; BrokenSealError on any mismatch."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound("bytes", aad))
    except (InvalidTag, ValueError) as error:
        raise BrokenSealError("sealed bytes do not open") from error


def seal_text(person_key: bytes, text: str, aad: str, *, entropy: Entropy) -> bytes:
    """Encrypt a small field for a person; `aad` names the table, row and column, so that a value cannot be moved."""
    return seal_bytes(person_key, text.encode(), aad, entropy=entropy)


def open_text(person_key: bytes, sealed: bytes, aad: str) -> str:
    """What `seal_text` closed; BrokenSealError on any mismatch."""
    return open_bytes(person_key, sealed, aad).decode()


def seal_for_register(keys: KeyRing, data: bytes, aad: str, *, entropy: Entropy) -> bytes:
    """Encrypt the public face of a certificate under the register key in use; its id leads the result."""
    key_id, key = keys.secret(Purpose.REGISTER)
    return bytes.fromhex(key_id) + seal_bytes(key, data, aad, entropy=entropy)


def open_from_register(keys: KeyRing, sealed: bytes, aad: str) -> bytes:
    """What `seal_for_register` closed, also under an older register key; BrokenSealError on any mismatch."""
    return open_bytes(keys.secret_by_id(Purpose.REGISTER, sealed[:8].hex()), sealed[8:], aad)
