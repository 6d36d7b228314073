"""The key ring with its history. Old keys keep verifying and opening; only the active key of a purpose makes anything new.

A ring follows its folder: a key that another process rotated is used from the next signature on, and one that it retired is not used any more, without a
restart. `keyring.py` makes and changes keys.
"""

import hmac
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization

from credentialing.crypto import x509
from credentialing.crypto.keyfiles import (
    KeyIndex,
    KeyRecord,
    KeyState,
    Place,
    Purpose,
    exposed_files,
    index_version,
    private_file,
    public_file,
    read_index,
)  # fmt: skip
from credentialing.crypto.signers import SIGNING, FileKeys, Signer, read_private
from credentialing.crypto.signing import VerifyingKey, der_of_raw
from credentialing.crypto.token import Token, TokenKeys
from credentialing.domain.errors import BrokenSealError, MisconfiguredError

CERTIFIED = (Purpose.ROOT, Purpose.ISSUING, Purpose.SEAL, Purpose.BUNDLE)
"""Purposes whose keys have a certificate."""
_NO_RAW_SIGNATURE = (Purpose.ROOT, Purpose.ISSUING, Purpose.SEAL)
_MONTH = timedelta(days=31)
_YEARLY = (Purpose.SEAL, Purpose.QR, Purpose.CREDENTIAL, Purpose.SD_JWT, Purpose.STATUS, Purpose.BUNDLE)
_LIVES = {**dict.fromkeys(_YEARLY, timedelta(days=335)), Purpose.ISSUING: timedelta(days=5 * 365)}
_PATIENCE = 5  # attempts to read a folder that another process is writing to


@dataclass(frozen=True, slots=True, eq=False)
class Sealing:
    """A seal to sign with: its certificate, who certified it, and so on up to the root (DER); and ECDSA with SHA-256 by its key, as DER."""

    chain: tuple[bytes, ...]
    sign: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class _Held:
    """What was read from the folder at one moment."""

    version: tuple[int, int]
    index: KeyIndex
    signers: Mapping[Place, Signer]
    secrets: Mapping[str, bytes]
    certificates: Mapping[str, bytes]
    points: Mapping[str, bytes]
    sealing: Sealing


class KeyRing:
    """Every key of the installation, opened. Never prints a secret; open one with `KeyRing.open`."""

    def __init__(self, folder: Path, token: Token | None, held: _Held) -> None:
        self._folder = folder
        self._token = token
        self._last = held
        self._turn = threading.Lock()

    def __repr__(self) -> str:
        return f"KeyRing({self.issuer_host!r}, {len(self.records)} keys)"

    @classmethod
    def open(cls, folder: Path, *, token: Token | None = None) -> "KeyRing":
        """Open the ring in `folder`; MisconfiguredError when it is missing, damaged, readable by other accounts, or when a key in use does not lie where
        `token` says that keys of its purpose lie."""
        if not folder.is_dir():
            raise MisconfiguredError("There are no keys yet: the key folder is missing.")
        if exposed := exposed_files(folder):
            raise MisconfiguredError(*(f"Other accounts can read {name} in the key folder: allow only the owner (0700, files 0600)." for name in exposed))
        held = _read(folder, token)
        _judge_places(held.index, token)
        return cls(folder, token, held)

    @property
    def _held(self) -> _Held:
        if index_version(self._folder) != self._last.version:
            with self._turn:
                if index_version(self._folder) != self._last.version:
                    self._last = _read(self._folder, self._token)
        return self._last

    @property
    def issuer_host(self) -> str:
        """The host name whose `did:web` the certificates name."""
        return self._held.index.issuer_host

    @property
    def brand(self) -> str:
        """The name written into the certificates."""
        return self._held.index.brand

    @property
    def records(self) -> tuple[KeyRecord, ...]:
        """Every key ever made, oldest first."""
        return self._held.index.records

    def active(self, purpose: Purpose) -> KeyRecord:
        """The key in use for `purpose`; MisconfiguredError when there is none."""
        return _active(self._held.index, purpose)

    # --- what is signed raw: QR codes, credentials, tokens, status lists, checkpoints, the trust bundle
    def sign(self, purpose: Purpose, payload: bytes) -> tuple[str, bytes]:
        """Sign `payload` with the active key of `purpose`: its id and the 64-byte signature. ValueError for a purpose that signs nothing in this form,
        AwayError when the key lies in a token that does not answer."""
        if purpose not in SIGNING or purpose in _NO_RAW_SIGNATURE:
            raise ValueError(f"a {purpose} key makes no raw signature")
        held = self._held
        record = _active(held.index, purpose)
        return record.id, _signer(held.signers, record).sign(record, payload)

    def public_keys(self, purpose: Purpose) -> Mapping[str, VerifyingKey]:
        """Every key of `purpose` by id, retired and compromised ones too (the reader judges the state)."""
        held = self._held
        return {r.id: VerifyingKey(r.id, held.points[r.id], r.created, r.state, r.since, r.until) for r in held.index.records if r.purpose is purpose}

    @property
    def qr_kid(self) -> str:
        """The id of the key that signs QR codes now: 16 lower-case hexadecimal characters."""
        return self.active(Purpose.QR).id

    def sign_qr(self, payload: bytes) -> tuple[str, bytes]:
        """Sign `payload` with the active QR key: its id and the 64-byte raw signature."""
        return self.sign(Purpose.QR, payload)

    # --- what has a certificate
    def sealing(self) -> Sealing:
        """The seal in use: certificates and signature belong together, whatever is rotated in between."""
        return self._held.sealing

    def seal_chain(self) -> tuple[bytes, ...]:
        """The certificate of the seal in use, that of the issuing authority and the root, as DER; without an issuing authority where the root is an old one
        that may not have any."""
        return self.sealing().chain

    def bundle_chain(self) -> tuple[bytes, ...]:
        """The same for the key that signs trust bundles."""
        held = self._held
        return x509.chain_of(held.certificates[_active(held.index, Purpose.BUNDLE).id], _authorities(held))

    def certificates(self, purpose: Purpose) -> tuple[tuple[KeyRecord, bytes], ...]:
        """Every key of `purpose` (seal, issuing, root, bundle) that has a certificate, with it as DER, oldest first."""
        held = self._held
        return tuple((r, held.certificates[r.id]) for r in held.index.records if r.purpose is purpose and r.id in held.certificates)

    def ageing(self, now: datetime) -> tuple[KeyRecord, ...]:
        """The keys in use that are due: those that sign for others after eleven months, the issuing authority after five years, since what it certifies
        is to be checked for years after that. The key of the log stays: its name is that of the log."""
        return tuple(r for r in self.records if r.state is KeyState.ACTIVE and r.purpose in _LIVES and now - r.created > _LIVES[r.purpose])

    def root_pem(self) -> bytes:
        """Every root that readers must trust, as PEM."""
        return b"".join(x509.to_pem(der) for record, der in self.certificates(Purpose.ROOT) if record.state is not KeyState.COMPROMISED)

    def revocation_lists(self, *, now: datetime) -> tuple[bytes, ...]:
        """What the authorities above the seal in use have revoked (RFC 5280; DER), signed at `now` and good for a month. What a root has revoked whose
        private part is kept elsewhere is read from `revoked-ID.crl`, as `ceremony.list_revoked` made it there.

        MisconfiguredError when there is no such list; AwayError when an authority lies in a token that does not answer.
        """
        held = self._held
        chain = held.sealing.chain[1:]
        above = [r for r in held.index.records if held.certificates.get(r.id) in chain]
        return tuple(_revoked_by(held, self._folder, record, now) for record in above)

    # --- secrets
    def secret(self, purpose: Purpose) -> tuple[str, bytes]:
        """The active 32-byte secret of `purpose` with its id (key-encryption key, register key)."""
        record = self.active(purpose)
        return record.id, self._held.secrets[record.id]

    def secret_by_id(self, purpose: Purpose, key_id: str) -> bytes:
        """A secret that was used before, by id; BrokenSealError when the ring does not hold it for that purpose."""
        if not any(r.id == key_id and r.purpose is purpose for r in self._held.index.records):
            raise BrokenSealError(f"no {purpose} key with this id")
        return self._held.secrets[key_id]

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


def _active(index: KeyIndex, purpose: Purpose) -> KeyRecord:
    found = [r for r in index.records if r.purpose is purpose and r.state is KeyState.ACTIVE]
    if not found:
        raise MisconfiguredError(f"There is no active key for {purpose}.")
    return found[-1]


def _signer(signers: Mapping[Place, Signer], record: KeyRecord) -> Signer:
    """Where a key lies; MisconfiguredError when it was moved into a token of which this process knows nothing."""
    if record.place not in signers:
        raise MisconfiguredError(f"The {record.purpose} key lies in a token that the settings of this process do not name: start it anew.")
    return signers[record.place]


def _authorities(held: _Held) -> tuple[bytes, ...]:
    return tuple(held.certificates[r.id] for r in held.index.records if r.purpose in (Purpose.ISSUING, Purpose.ROOT))


def _revoked_by(held: _Held, folder: Path, authority: KeyRecord, now: datetime) -> bytes:
    own = held.certificates[authority.id]
    below = [(r, held.certificates[r.id]) for r in held.index.records if r.state is KeyState.COMPROMISED and r.id in held.certificates]
    revoked = {x509.serial_of(der): record.since for record, der in below if der != own and x509.directly_below(der, own)}
    signer: Signer = held.signers[authority.place]
    if authority.purpose is Purpose.ROOT and authority.place is Place.FILE:
        if not private_file(folder, authority).exists():
            return _brought(folder / f"revoked-{authority.id}.crl", own)
        signer = FileKeys(folder, {authority.id: read_private(folder, authority)})
    return x509.build_revocation_list(own, sign=lambda data: der_of_raw(signer.sign(authority, data)), revoked=revoked, now=now, until=now + _MONTH)


def _brought(path: Path, root: bytes) -> bytes:
    data = path.read_bytes() if path.is_file() else b""
    if not x509.is_revocation_list_of(data, root):
        raise MisconfiguredError(
            f"The private part of the root is kept elsewhere, and keys/{path.name} is not its list: make it there with ./run keys revoked --out FILE."
        )
    return data


# --- reading the folder ----------------------------------------------------------------------------------------------


def _read(folder: Path, token: Token | None) -> _Held:
    for attempt in range(1, _PATIENCE + 1):
        version = index_version(folder)
        index = read_index(folder)
        try:
            return _load(folder, index, token, version)
        except (OSError, ValueError) as error:
            if attempt == _PATIENCE or index_version(folder) == version:
                raise MisconfiguredError("A key file is missing or damaged.") from error
    raise AssertionError("unreachable")


def _judge_places(index: KeyIndex, token: Token | None) -> None:
    """Keys are used where the settings say, or not at all."""
    wanted = token.purposes if token else frozenset()
    in_use = {r.purpose: r for r in index.records if r.state is KeyState.ACTIVE and r.purpose in SIGNING}
    problems = [
        f"The {purpose} key in use lies in a {record.place}, and the settings say that {purpose} keys lie in a {wanted_place}: "
        f"correct the settings, or type ./run keys rotate {purpose}."
        for purpose, record in in_use.items()
        if record.place is not (wanted_place := Place.TOKEN if purpose in wanted else Place.FILE)
    ]
    if problems:
        raise MisconfiguredError(*problems)


def _load(folder: Path, index: KeyIndex, token: Token | None, version: tuple[int, int]) -> _Held:
    secrets = {r.id: _secret_from(private_file(folder, r)) for r in index.records if r.purpose not in SIGNING}
    public = {r.id: public_file(folder, r).read_bytes() for r in index.records if r.purpose in SIGNING}
    certificates = {r.id: x509.from_pem(public[r.id])[0] for r in index.records if r.purpose in CERTIFIED and b"BEGIN CERTIFICATE" in public[r.id]}
    points = {r.id: _point(public[r.id], certificates.get(r.id)) for r in index.records if r.id in public}
    # The root's private part may be kept elsewhere; that of every other key in use is read now, so that a damaged one is known now.
    in_use = [r for r in index.records if r.state is KeyState.ACTIVE and r.purpose in SIGNING and r.place is Place.FILE and r.purpose is not Purpose.ROOT]
    signers: dict[Place, Signer] = {Place.FILE: FileKeys(folder, {r.id: read_private(folder, r) for r in in_use})}
    if token is not None:
        signers[Place.TOKEN] = TokenKeys(token)
    seal = _active(index, Purpose.SEAL)
    above = [certificates[r.id] for r in index.records if r.purpose in (Purpose.ISSUING, Purpose.ROOT)]
    sealing = Sealing(x509.chain_of(certificates[seal.id], above), lambda data: der_of_raw(_signer(signers, seal).sign(seal, data)))
    return _Held(version, index, signers, secrets, certificates, points, sealing)


def _point(public: bytes, certificate: bytes | None) -> bytes:
    key = x509.key_in_certificate(certificate) if certificate else serialization.load_pem_public_key(public)
    return x509.public_bytes(key)  # type: ignore[arg-type]


def _secret_from(path: Path) -> bytes:
    secret = bytes.fromhex(path.read_text("ascii"))
    if len(secret) != 32:
        raise ValueError("a secret has 32 bytes")
    return secret
