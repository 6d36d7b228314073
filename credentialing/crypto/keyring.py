"""Making keys and moving them through their states: active, then retired, or compromised from a moment on. States go forward only."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from credentialing.crypto import x509
from credentialing.crypto.keyfiles import (
    KeyIndex,
    KeyRecord,
    KeyState,
    Place,
    Purpose,
    private_file,
    public_file,
    read_index,
    write_index,
    write_private,
)  # fmt: skip
from credentialing.crypto.ring import CERTIFIED, KeyRing
from credentialing.crypto.signers import SIGNING, FileKeys, Signer, key_id
from credentialing.crypto.signing import der_of_raw
from credentialing.crypto.token import Token, TokenKeys
from credentialing.domain.errors import MisconfiguredError, Reason, RefusedError
from credentialing.domain.ports import Entropy

__all__ = ["KeyRing", "compromise_key", "create_keyring", "enter", "retire_key", "rotate_key", "signer_at", "signing_with"]
_NEVER_ROTATED = (Purpose.ROOT, Purpose.INDEX)


@dataclass(frozen=True, slots=True)
class _Bench:
    """Where keys are made: the folder, the token if there is one, the moment and the chance."""

    folder: Path
    token: Token | None
    now: datetime
    entropy: Entropy

    def signer(self, place: Place) -> Signer:
        """The place itself; MisconfiguredError for a token that the settings do not name."""
        return signer_at(self.folder, self.token, place)

    def place(self, purpose: Purpose) -> Place:
        """Where a new key of `purpose` is made."""
        return Place.TOKEN if self.token is not None and purpose in self.token.purposes else Place.FILE


def signer_at(folder: Path, token: Token | None, place: Place) -> Signer:
    """The place where keys lie; MisconfiguredError for a token that the settings do not name."""
    if place is Place.FILE:
        return FileKeys(folder)
    if token is None:
        raise MisconfiguredError("A key lies in a token, and the settings name none.")
    return TokenKeys(token)


def create_keyring(folder: Path, *, issuer_host: str, brand: str, now: datetime, entropy: Entropy, token: Token | None = None) -> KeyRing:
    """Make what is missing of a key ring in `folder` and open it. Existing keys, host and brand stay as they are.

    An installation whose root may not have authorities below it gets none: there the root certifies the keys that sign. MisconfiguredError when a
    certificate is missing and the root that must give it is kept elsewhere; AwayError when a key must be made in a token that does not answer."""
    if not (folder / "index.json").exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        write_index(folder, KeyIndex(issuer_host, brand, ()))
    bench = _Bench(folder, token, now, entropy)
    for purpose in Purpose:
        index = read_index(folder)
        if purpose is Purpose.ISSUING and x509.path_length(_certificate(folder, _in_use(index, Purpose.ROOT))) == 0:
            continue
        old = next((r for r in reversed(index.records) if r.purpose is purpose and r.state is KeyState.ACTIVE), None)
        if old is None or (purpose in CERTIFIED and not _has_certificate(folder, old)):
            try:
                _put_in_use(bench, index, purpose)
            except RefusedError as refused:
                raise MisconfiguredError(f"A {purpose} key is missing, and the root, which must certify it, is kept elsewhere.") from refused
    return KeyRing.open(folder, token=token)


def rotate_key(folder: Path, purpose: Purpose, *, now: datetime, entropy: Entropy, token: Token | None = None) -> KeyRing:
    """Put a new key in use for `purpose`; the old one retires, and if it signs, its private part is destroyed.

    RefusedError `key_not_rotatable` for the root and for the contact index, `root_without_authorities` where an old root may have none, `root_offline`
    when the root must certify the new key and is kept elsewhere. AwayError when a token does not answer: then the old key stays in use."""
    if purpose in _NEVER_ROTATED:
        raise RefusedError(Reason("key_not_rotatable", {"purpose": str(purpose)}))
    bench, index = _Bench(folder, token, now, entropy), read_index(folder)
    if purpose is Purpose.ISSUING and x509.path_length(_certificate(folder, _in_use(index, Purpose.ROOT))) == 0:
        raise RefusedError(Reason("root_without_authorities"))
    _put_in_use(bench, index, purpose)
    return KeyRing.open(folder, token=token)


def retire_key(folder: Path, key_id: str, *, now: datetime, token: Token | None = None) -> KeyRing:
    """Retire a key that is not the last of its purpose in use; RefusedError `key_unknown`, `key_state_goes_back` or `key_last_in_use`."""
    index = read_index(folder)
    record = _known(index, key_id)
    if record.state is not KeyState.ACTIVE:
        raise RefusedError(Reason("key_state_goes_back", {"key": key_id, "state": str(record.state)}))
    _refuse_last(index, record)
    return _changed(folder, index, record.retired(now), token)


def compromise_key(folder: Path, key_id: str, *, at: datetime, now: datetime, token: Token | None = None) -> KeyRing:
    """Say that others may have had a key from `at` on; that can be said again with an earlier moment, never with a later one.

    RefusedError `key_unknown`, `moment_in_future`, `key_state_goes_back`, `key_not_signing` (a secret: rotate it), or `key_last_in_use` (put another one in
    use first: `rotate_key`)."""
    index = read_index(folder)
    record = _known(index, key_id)
    if at > now:
        raise RefusedError(Reason("moment_in_future"))
    if record.purpose not in SIGNING:
        raise RefusedError(Reason("key_not_signing", {"purpose": str(record.purpose)}))
    if record.state is KeyState.COMPROMISED and at >= record.since:
        raise RefusedError(Reason("key_state_goes_back", {"key": key_id, "state": str(record.state)}))
    _refuse_last(index, record)
    return _changed(folder, index, record.compromised(at, now=now), token)


def _known(index: KeyIndex, key_id: str) -> KeyRecord:
    record = next((r for r in index.records if r.id == key_id), None)
    if record is None:
        raise RefusedError(Reason("key_unknown", {"key": key_id}))
    return record


def _refuse_last(index: KeyIndex, record: KeyRecord) -> None:
    if record.state is KeyState.ACTIVE and sum(r.purpose is record.purpose and r.state is KeyState.ACTIVE for r in index.records) == 1:
        raise RefusedError(Reason("key_last_in_use", {"purpose": str(record.purpose)}))


def _changed(folder: Path, index: KeyIndex, record: KeyRecord, token: Token | None) -> KeyRing:
    write_index(folder, replace(index, records=tuple(record if r.id == record.id else r for r in index.records)))
    if record.purpose in SIGNING:
        signer_at(folder, token, record.place).destroy(record)
    return KeyRing.open(folder, token=token)


def _in_use(index: KeyIndex, purpose: Purpose) -> KeyRecord:
    return [r for r in index.records if r.purpose is purpose and r.state is KeyState.ACTIVE][-1]


def _has_certificate(folder: Path, record: KeyRecord) -> bool:
    return b"BEGIN CERTIFICATE" in public_file(folder, record).read_bytes()


def _certificate(folder: Path, record: KeyRecord) -> bytes:
    return x509.from_pem(public_file(folder, record).read_bytes())[0]


def _put_in_use(bench: _Bench, index: KeyIndex, purpose: Purpose) -> None:
    """A new key, and in the same writing of the index the retirement of those before it; then their private parts are destroyed."""
    record = _make(bench, index, purpose)
    before = [r for r in index.records if r.purpose is purpose and r.state is KeyState.ACTIVE]
    enter(bench.folder, index, record, now=bench.now)
    for old in before:
        if purpose in SIGNING:
            bench.signer(old.place).destroy(old)


def enter(folder: Path, index: KeyIndex, record: KeyRecord, *, now: datetime) -> None:
    """Write the index with a new record; those of its purpose that were active before it retire."""
    kept = tuple(r.retired(now) if r.purpose is record.purpose and r.state is KeyState.ACTIVE else r for r in index.records)
    write_index(folder, replace(index, records=(*kept, record)))


def _make(bench: _Bench, index: KeyIndex, purpose: Purpose) -> KeyRecord:
    now = bench.now.astimezone(UTC)
    if purpose not in SIGNING:
        record = KeyRecord(bench.entropy.bytes(8).hex(), purpose, now, KeyState.ACTIVE, now)
        write_private(private_file(bench.folder, record), bench.entropy.bytes(32).hex().encode())
        return record
    authority = _authority(bench, index, purpose)
    place = bench.place(purpose)
    key = bench.signer(place).make(purpose, bench.entropy.bytes)
    record = KeyRecord(key_id(key), purpose, now, KeyState.ACTIVE, now, place=place)
    write_private(public_file(bench.folder, record), _public_pem(bench, index, record, key, authority))
    return record


def _authority(bench: _Bench, index: KeyIndex, purpose: Purpose) -> KeyRecord | None:
    """Whose key certifies a key of `purpose`: the issuing authority where there is one; None where nobody does or the key certifies itself."""
    if purpose not in CERTIFIED or purpose is Purpose.ROOT:
        return None
    below_root = purpose is Purpose.ISSUING or not any(r.purpose is Purpose.ISSUING and r.state is KeyState.ACTIVE for r in index.records)
    record = _in_use(index, Purpose.ROOT if below_root else Purpose.ISSUING)
    if record.place is Place.FILE and not private_file(bench.folder, record).exists():
        raise RefusedError(Reason("root_offline" if below_root else "key_missing", {"purpose": str(record.purpose)}))
    return record


def _public_pem(bench: _Bench, index: KeyIndex, record: KeyRecord, key: x509.PublicKey, authority: KeyRecord | None) -> bytes:
    if record.purpose not in CERTIFIED:
        return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    point, serial = cast(ec.EllipticCurvePublicKey, key), bench.entropy.bytes(16)
    if authority is None:
        sign = signing_with(bench.signer(record.place), record)
        return x509.to_pem(x509.build_root(point, sign=sign, brand=index.brand, now=bench.now, serial=serial))
    certificate = x509.build_certificate(
        point, x509.Certified(record.purpose.value), parent=_certificate(bench.folder, authority), sign=signing_with(bench.signer(authority.place), authority),
        brand=index.brand, issuer_host=index.issuer_host, now=bench.now, serial=serial,
    )  # fmt: skip
    return x509.to_pem(certificate)


def signing_with(signer: Signer, record: KeyRecord) -> Callable[[bytes], bytes]:
    """ECDSA by the key of `record`, as DER."""
    return lambda data: der_of_raw(signer.sign(record, data))
