"""Where private keys lie and how one signs: files of the operator's account, or a PKCS #11 token. Two back-ends of one interface.

A key lies in one place for its whole life, and its record says in which. Nothing ever goes over from one place to the other by itself: a token that does
not answer is an AwayError, never a reason to sign with something else.
"""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol, cast

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from credentialing.crypto import x509
from credentialing.crypto.keyfiles import KeyRecord, Purpose, private_file, write_private
from credentialing.crypto.signing import sign_raw

P256 = (Purpose.ROOT, Purpose.ISSUING, Purpose.SEAL, Purpose.QR, Purpose.SD_JWT, Purpose.BUNDLE)
"""Purposes whose keys are on P-256: what readers of PDF files, cameras' browsers and wallets verify."""
ED25519 = (Purpose.CREDENTIAL, Purpose.STATUS, Purpose.LOG)
"""Purposes whose keys are Ed25519."""
SIGNING = (*P256, *ED25519)
"""Purposes that sign; all others are secrets."""

SigningKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


class Signer(Protocol):
    """A place where private keys lie."""

    def make(self, purpose: Purpose, random_bytes: Callable[[int], bytes]) -> x509.PublicKey:
        """Make a key for `purpose` and keep its private part, durably; AwayError when the place is out of reach."""
        ...

    def sign(self, record: KeyRecord, data: bytes) -> bytes:
        """64 bytes: ECDSA with SHA-256, r then s, s in the lower half; or Ed25519. AwayError when the place is out of reach or does not hold the key."""
        ...

    def destroy(self, record: KeyRecord) -> None:
        """Remove the private part; nothing when it is not there. AwayError when the place is out of reach."""
        ...


def key_id(key: x509.PublicKey) -> str:
    """The id of a key: the first 16 hexadecimal characters of the SHA-256 of its point."""
    return hashlib.sha256(x509.public_bytes(key)).hexdigest()[:16]


class FileKeys:
    """Private keys as files in the key folder. `loaded` are those that were read when the ring was opened."""

    def __init__(self, folder: Path, loaded: Mapping[str, SigningKey] | None = None) -> None:
        self._folder = folder
        self._loaded = loaded or {}

    def make(self, purpose: Purpose, random_bytes: Callable[[int], bytes]) -> x509.PublicKey:
        """Make a key and write its file."""
        key: SigningKey = x509.new_p256_key(random_bytes) if purpose in P256 else ed25519.Ed25519PrivateKey.from_private_bytes(random_bytes(32))
        pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        write_private(self._folder / f"{purpose}-{key_id(key.public_key())}.key", pem)
        return key.public_key()

    def sign(self, record: KeyRecord, data: bytes) -> bytes:
        """Sign; OSError or ValueError when the file is missing or damaged (the ring reads the files of all keys in use when it is opened)."""
        key = self._loaded.get(record.id) or read_private(self._folder, record)
        return key.sign(data) if isinstance(key, ed25519.Ed25519PrivateKey) else sign_raw(key, data)

    def destroy(self, record: KeyRecord) -> None:
        """Delete the file."""
        private_file(self._folder, record).unlink(missing_ok=True)


def read_private(folder: Path, record: KeyRecord) -> SigningKey:
    """The private key in a file; OSError or ValueError when it is missing or damaged."""
    return cast(SigningKey, serialization.load_pem_private_key(private_file(folder, record).read_bytes(), None))
