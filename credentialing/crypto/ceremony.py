"""A new issuing authority under a root that is kept elsewhere: a request is made here, signed there, and the certificate is taken in here.

The machine that holds the root needs `index.json`, `root-ID.pem` and `root-ID.key` of the key folder, and to say what the root has revoked the certificates of
lost authorities too.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from credentialing.crypto import x509
from credentialing.crypto.keyfiles import KeyRecord, KeyState, Place, Purpose, private_file, public_file, read_index, write_private
from credentialing.crypto.keyring import KeyRing, enter, signer_at, signing_with
from credentialing.crypto.signers import key_id
from credentialing.crypto.signing import verify_raw
from credentialing.crypto.token import Token
from credentialing.domain.errors import AwayError, BadInputError, Reason, RefusedError
from credentialing.domain.ports import Entropy


def request_authority(folder: Path, *, now: datetime, entropy: Entropy, token: Token | None = None) -> bytes:
    """Make a key for an issuing authority and ask for its certificate (PKCS #10, PEM). The key is used for nothing until the certificate is taken in.
    RefusedError `root_without_authorities` where the root is an old one that may have none."""
    index = read_index(folder)
    _root_that_may(folder)
    place = Place.TOKEN if token is not None and Purpose.ISSUING in token.purposes else Place.FILE
    signer = signer_at(folder, token, place)
    key = x509.p256_public_key(x509.public_bytes(signer.make(Purpose.ISSUING, entropy.bytes)))
    return x509.build_request(key, sign=signing_with(signer, _record(key_id(key), place, now)), brand=index.brand, now=now)


def certify_authority(folder: Path, request: bytes, *, now: datetime, entropy: Entropy, token: Token | None = None) -> bytes:
    """The certificate (PEM) that the root in `folder` gives to the key that asks in `request`.

    BadInputError `request_damaged`; RefusedError `root_offline` when the private part of the root is not here, `root_without_authorities`."""
    index, root = read_index(folder), _root_that_may(folder)
    if root.place is Place.FILE and not private_file(folder, root).exists():
        raise RefusedError(Reason("root_offline"))
    try:
        key = x509.key_in_request(request)
    except ValueError as error:
        raise BadInputError(Reason("request_damaged", {"field": "request"})) from error
    certificate = x509.build_certificate(
        key, x509.Certified.ISSUING, parent=_certificate(folder, root), sign=signing_with(signer_at(folder, token, root.place), root),
        brand=index.brand, issuer_host=index.issuer_host, now=now, serial=entropy.bytes(16),
    )  # fmt: skip
    return x509.to_pem(certificate)


def list_revoked(folder: Path, *, now: datetime, token: Token | None = None) -> bytes:
    """What the root in `folder` has revoked (DER), good for four hundred days: the machine that has the seals needs it when it archives.
    RefusedError `root_offline` when the private part of the root is not here."""
    index = read_index(folder)
    root = [r for r in index.records if r.purpose is Purpose.ROOT and r.state is KeyState.ACTIVE][-1]
    if root.place is Place.FILE and not private_file(folder, root).exists():
        raise RefusedError(Reason("root_offline"))
    own = _certificate(folder, root)
    lost = [r for r in index.records if r.state is KeyState.COMPROMISED and r.purpose in (Purpose.ISSUING, Purpose.SEAL) and public_file(folder, r).exists()]
    revoked = {x509.serial_of(der): r.since for r in lost if x509.directly_below(der := _certificate(folder, r), own)}
    sign = signing_with(signer_at(folder, token, root.place), root)
    return x509.build_revocation_list(own, sign=sign, revoked=revoked, now=now, until=now + timedelta(days=400))


def take_authority(folder: Path, certificate: bytes, *, now: datetime, token: Token | None = None) -> KeyRing:
    """Put the issuing authority of this certificate (PEM) in use; the one before it retires. The seal in use stays: rotate it to have one of the new authority.

    BadInputError `certificate_damaged`, `certificate_foreign` (our root did not sign it, or not for an authority), `certificate_of_another_key`."""
    try:
        (der,) = x509.from_pem(certificate)
        key = x509.key_in_certificate(der)
    except ValueError as error:
        raise BadInputError(Reason("certificate_damaged", {"field": "certificate"})) from error
    root = _root_that_may(folder)
    if not x509.directly_below(der, _certificate(folder, root)) or x509.path_length(der) != 0:
        raise BadInputError(Reason("certificate_foreign", {"field": "certificate"}))
    record = _held(folder, key_id(key), x509.public_bytes(key), now=now, token=token)
    index = read_index(folder)
    before = [r for r in index.records if r.purpose is Purpose.ISSUING and r.state is KeyState.ACTIVE]
    write_private(public_file(folder, record), x509.to_pem(der))
    enter(folder, index, record, now=now)
    for old in before:
        signer_at(folder, token, old.place).destroy(old)
    return KeyRing.open(folder, token=token)


def _held(folder: Path, identity: str, point: bytes, *, now: datetime, token: Token | None) -> KeyRecord:
    """The record of a key whose private part is here, shown by a signature."""
    if any(r.id == identity for r in read_index(folder).records):
        raise BadInputError(Reason("certificate_of_another_key", {"field": "certificate"}))
    record = _record(identity, Place.FILE, now)
    if not private_file(folder, record).exists():
        if token is None:
            raise BadInputError(Reason("certificate_of_another_key", {"field": "certificate"}))
        record = _record(identity, Place.TOKEN, now)
    try:
        signature = signer_at(folder, token, record.place).sign(record, b"is it here?")
    except AwayError as error:
        if "NoSuchKey" not in str(error):
            raise
        raise BadInputError(Reason("certificate_of_another_key", {"field": "certificate"})) from error
    if not verify_raw(point, b"is it here?", signature):
        raise BadInputError(Reason("certificate_of_another_key", {"field": "certificate"}))
    return record


def _record(identity: str, place: Place, now: datetime) -> KeyRecord:
    return KeyRecord(identity, Purpose.ISSUING, now.astimezone(UTC), KeyState.ACTIVE, now.astimezone(UTC), place=place)


def _root_that_may(folder: Path) -> KeyRecord:
    root = [r for r in read_index(folder).records if r.purpose is Purpose.ROOT and r.state is KeyState.ACTIVE][-1]
    if x509.path_length(_certificate(folder, root)) == 0:
        raise RefusedError(Reason("root_without_authorities"))
    return root


def _certificate(folder: Path, record: KeyRecord) -> bytes:
    return x509.from_pem(public_file(folder, record).read_bytes())[0]
