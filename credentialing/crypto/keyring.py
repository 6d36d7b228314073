"""The key ring with its history. Old keys keep verifying and opening; only the active key of a purpose makes anything new.

Embedded form: every key is a file of the operator's own account, the root included. An operator with a hardware token moves the root and the seal there.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from credentialing.crypto import x509
from credentialing.crypto.keyfiles import (
    KeyIndex,
    KeyRecord,
    KeyState,
    Purpose,
    exposed_files,
    private_file,
    public_file,
    read_index,
    write_index,
    write_private,
)  # fmt: skip
from credentialing.crypto.signing import VerifyingKey, sign_der, sign_raw
from credentialing.domain.errors import BrokenSealError, MisconfiguredError, Reason, RefusedError
from credentialing.domain.ports import Entropy

_CERTIFIED = (Purpose.ROOT, Purpose.SEAL)
_P256 = (*_CERTIFIED, Purpose.QR, Purpose.SD_JWT)
_ED25519 = (Purpose.CREDENTIAL, Purpose.STATUS, Purpose.LOG, Purpose.BUNDLE)
_SIGNING = (*_P256, *_ED25519)
_NEVER_ROTATED = (Purpose.ROOT, Purpose.INDEX)

SigningKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


class KeyRing:
    """Every key of the installation, opened. Never prints a secret; open one with `KeyRing.open`."""

    def __init__(
        self, index: KeyIndex, *, private: Mapping[str, SigningKey], secrets: Mapping[str, bytes],
        certificates: Mapping[str, bytes], points: Mapping[str, bytes],
    ) -> None:  # fmt: skip
        self._index = index
        self._private = private
        self._secrets = secrets
        self._certificates = certificates
        self._points = points

    def __repr__(self) -> str:
        return f"KeyRing({self._index.issuer_host!r}, {len(self._index.records)} keys)"

    @classmethod
    def open(cls, folder: Path) -> "KeyRing":
        """Open the ring in `folder`; MisconfiguredError when it is missing, damaged, or readable by other accounts."""
        if not folder.is_dir():
            raise MisconfiguredError("There are no keys yet: the key folder is missing.")
        if exposed := exposed_files(folder):
            raise MisconfiguredError(*(f"Other accounts can read {name} in the key folder: allow only the owner (0700, files 0600)." for name in exposed))
        index = read_index(folder)
        try:
            return _load(folder, index)
        except (OSError, ValueError) as error:
            raise MisconfiguredError("A key file is missing or damaged.") from error

    @property
    def issuer_host(self) -> str:
        """The host name whose `did:web` the certificates name."""
        return self._index.issuer_host

    @property
    def brand(self) -> str:
        """The name written into the certificates."""
        return self._index.brand

    @property
    def records(self) -> tuple[KeyRecord, ...]:
        """Every key ever made, oldest first."""
        return self._index.records

    def active(self, purpose: Purpose) -> KeyRecord:
        """The key in use for `purpose`; MisconfiguredError when there is none."""
        found = [r for r in self._index.records if r.purpose is purpose and r.state is KeyState.ACTIVE]
        if not found:
            raise MisconfiguredError(f"There is no active key for {purpose}.")
        return found[-1]

    # --- what is signed raw: QR codes, credentials, tokens, status lists, checkpoints, the trust bundle
    def sign(self, purpose: Purpose, payload: bytes) -> tuple[str, bytes]:
        """Sign `payload` with the active key of `purpose`: its id and the 64-byte signature. ValueError for a purpose that signs nothing in this form."""
        if purpose not in _SIGNING or purpose in _CERTIFIED:
            raise ValueError(f"a {purpose} key makes no raw signature")
        kid = self.active(purpose).id
        key = self._private[kid]
        return kid, key.sign(payload) if isinstance(key, ed25519.Ed25519PrivateKey) else sign_raw(key, payload)

    def public_keys(self, purpose: Purpose) -> Mapping[str, VerifyingKey]:
        """Every key of `purpose` by id, retired and compromised ones too (the reader judges the state)."""
        return {r.id: VerifyingKey(r.id, self._points[r.id], r.created, r.state, r.since) for r in self._index.records if r.purpose is purpose}

    @property
    def qr_kid(self) -> str:
        """The id of the key that signs QR codes now: 16 lower-case hexadecimal characters."""
        return self.active(Purpose.QR).id

    def sign_qr(self, payload: bytes) -> tuple[str, bytes]:
        """Sign `payload` with the active QR key: its id and the 64-byte raw signature."""
        return self.sign(Purpose.QR, payload)

    # --- the seal
    @property
    def seal_certificate_chain(self) -> tuple[bytes, bytes]:
        """The active seal certificate and its root, as DER."""
        return self._certificates[self.active(Purpose.SEAL).id], self._certificates[self.active(Purpose.ROOT).id]

    def sign_seal(self, data: bytes) -> bytes:
        """ECDSA with SHA-256 over `data` by the active seal key, as DER."""
        return sign_der(cast(ec.EllipticCurvePrivateKey, self._private[self.active(Purpose.SEAL).id]), data)

    def root_pem(self) -> bytes:
        """Every root that readers must trust, as PEM."""
        return b"".join(x509.to_pem(self._certificates[r.id]) for r in self._index.records if r.purpose is Purpose.ROOT and r.state is not KeyState.COMPROMISED)

    def distrusted_seals(self) -> frozenset[str]:
        """SHA-256 (hexadecimal) of the DER of each seal certificate whose key is compromised."""
        return frozenset(
            hashlib.sha256(self._certificates[r.id]).hexdigest() for r in self._index.records if r.purpose is Purpose.SEAL and r.state is KeyState.COMPROMISED
        )

    # --- secrets
    def secret(self, purpose: Purpose) -> tuple[str, bytes]:
        """The active 32-byte secret of `purpose` with its id (key-encryption key, register key)."""
        record = self.active(purpose)
        return record.id, self._secrets[record.id]

    def secret_by_id(self, purpose: Purpose, key_id: str) -> bytes:
        """A secret that was used before, by id; BrokenSealError when the ring does not hold it for that purpose."""
        if not any(r.id == key_id and r.purpose is purpose for r in self._index.records):
            raise BrokenSealError(f"no {purpose} key with this id")
        return self._secrets[key_id]

    def contact_index(self, text: str) -> bytes:
        """Keyed hash (32 bytes) under which a phone number or address is looked up, in its normal form."""
        return self._mac(Purpose.INDEX, text)

    def human_index(self, staff_number: str) -> bytes:
        """Keyed hash (32 bytes) under which a staff number in its normal form is kept; never equal to the index of a contact.
        It uses the one key that is never rotated: two accounts of one person must meet for as long as there are cases."""
        return self._mac(Purpose.INDEX, "human\0" + staff_number)

    def session_index(self, token: str) -> bytes:
        """Keyed hash (32 bytes) under which a session token or one-time code is kept."""
        return self._mac(Purpose.SESSION, token)

    def _mac(self, purpose: Purpose, text: str) -> bytes:
        return hmac.digest(self.secret(purpose)[1], text.encode(), "sha256")


def _load(folder: Path, index: KeyIndex) -> KeyRing:
    private: dict[str, SigningKey] = {}
    secrets: dict[str, bytes] = {}
    certificates: dict[str, bytes] = {}
    points: dict[str, bytes] = {}
    for record in index.records:
        if record.purpose not in _SIGNING:
            secrets[record.id] = _secret_from(private_file(folder, record))
            continue
        if record.state is KeyState.ACTIVE:
            key = serialization.load_pem_private_key(private_file(folder, record).read_bytes(), None)
            private[record.id] = cast(SigningKey, key)
        public = public_file(folder, record).read_bytes()
        if record.purpose in _CERTIFIED:
            certificates[record.id] = x509.from_pem(public)[0]
        else:
            points[record.id] = x509.public_bytes(cast(x509.PublicKey, serialization.load_pem_public_key(public)))
    return KeyRing(index, private=private, secrets=secrets, certificates=certificates, points=points)


def _secret_from(path: Path) -> bytes:
    secret = bytes.fromhex(path.read_text("ascii"))
    if len(secret) != 32:
        raise ValueError("a secret has 32 bytes")
    return secret


# --- making and changing keys ----------------------------------------------------------------------------------------


def create_keyring(folder: Path, *, issuer_host: str, brand: str, now: datetime, entropy: Entropy) -> KeyRing:
    """Make what is missing of a key ring in `folder` and open it. Existing keys, host and brand stay as they are."""
    if not (folder / "index.json").exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        write_index(folder, KeyIndex(issuer_host, brand, ()))
    index = read_index(folder)
    present = {r.purpose for r in index.records if r.state is KeyState.ACTIVE}
    for purpose in Purpose:
        if purpose not in present:
            index = _add_key(folder, index, purpose, now=now, entropy=entropy)
    return KeyRing.open(folder)


def rotate_key(folder: Path, purpose: Purpose, *, now: datetime, entropy: Entropy) -> KeyRing:
    """Put a new key in use for `purpose`; the old one retires. RefusedError `key_not_rotatable` for the root and for the contact index."""
    if purpose in _NEVER_ROTATED:
        raise RefusedError(Reason("key_not_rotatable", {"purpose": str(purpose)}))
    old = KeyRing.open(folder).active(purpose)
    _add_key(folder, read_index(folder), purpose, now=now, entropy=entropy)
    return mark_key(folder, old.id, KeyState.RETIRED, now=now)


def mark_key(folder: Path, key_id: str, state: KeyState, *, now: datetime) -> KeyRing:
    """Retire a key or declare it compromised; the private part of a signing key is destroyed.

    RefusedError `key_unknown`, `key_state_goes_back` or `key_last_in_use` (put another one in use first: `rotate_key`).
    """
    index = read_index(folder)
    record = next((r for r in index.records if r.id == key_id), None)
    if record is None:
        raise RefusedError(Reason("key_unknown", {"key": key_id}))
    order = list(KeyState)
    if order.index(state) <= order.index(record.state):
        raise RefusedError(Reason("key_state_goes_back", {"key": key_id, "state": str(record.state)}))
    if record.state is KeyState.ACTIVE and sum(r.purpose is record.purpose and r.state is KeyState.ACTIVE for r in index.records) == 1:
        raise RefusedError(Reason("key_last_in_use", {"purpose": str(record.purpose)}))
    changed = tuple(r.moved_to(state, now) if r.id == key_id else r for r in index.records)
    write_index(folder, KeyIndex(index.issuer_host, index.brand, changed))
    if record.purpose in _SIGNING:
        private_file(folder, record).unlink(missing_ok=True)
    return KeyRing.open(folder)


def _add_key(folder: Path, index: KeyIndex, purpose: Purpose, *, now: datetime, entropy: Entropy) -> KeyIndex:
    now = now.astimezone(UTC)
    if purpose in _SIGNING:
        key: SigningKey = x509.new_p256_key(entropy.bytes) if purpose in _P256 else ed25519.Ed25519PrivateKey.from_private_bytes(entropy.bytes(32))
        identity = hashlib.sha256(x509.public_bytes(key.public_key())).hexdigest()[:16]
        record = KeyRecord(identity, purpose, now, KeyState.ACTIVE, now)
        pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        write_private(public_file(folder, record), _public_pem(folder, index, purpose, key, now, entropy.bytes))
    else:
        record = KeyRecord(entropy.bytes(8).hex(), purpose, now, KeyState.ACTIVE, now)
        pem = entropy.bytes(32).hex().encode()
    write_private(private_file(folder, record), pem)
    index = KeyIndex(index.issuer_host, index.brand, (*index.records, record))
    write_index(folder, index)
    return index


def _public_pem(folder: Path, index: KeyIndex, purpose: Purpose, key: SigningKey, now: datetime, random_bytes: Callable[[int], bytes]) -> bytes:
    if purpose not in _CERTIFIED or isinstance(key, ed25519.Ed25519PrivateKey):
        return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    if purpose is Purpose.ROOT:
        return x509.to_pem(x509.build_root(key, brand=index.brand, now=now, serial=random_bytes(16)))
    root = [r for r in index.records if r.purpose is Purpose.ROOT and r.state is KeyState.ACTIVE][-1]
    root_key = serialization.load_pem_private_key(private_file(folder, root).read_bytes(), None)
    certificate = x509.build_seal_certificate(
        key.public_key(), root=x509.from_pem(public_file(folder, root).read_bytes())[0], root_key=cast(ec.EllipticCurvePrivateKey, root_key),
        brand=index.brand, issuer_host=index.issuer_host, now=now, serial=random_bytes(16),
    )  # fmt: skip
    return x509.to_pem(certificate)
