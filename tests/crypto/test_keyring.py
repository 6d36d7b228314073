"""The key ring: made once, kept private, with a history that goes forward only."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from credentialing.adapters.doubles import SeededEntropy
from credentialing.crypto.keyfiles import KeyState, Purpose, private_file, read_index, write_index
from credentialing.crypto.keyring import KeyRing, compromise_key, create_keyring, retire_key, rotate_key
from credentialing.crypto.signing import point_of_jwk
from credentialing.domain.errors import BrokenSealError, MisconfiguredError, RefusedError
from tests.certificate.drafts import NOW

LATER = NOW + timedelta(days=365)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_keyring(tmp_path / "ring", issuer_host="puente.example", brand="Puente", now=NOW, entropy=SeededEntropy(1))
    return tmp_path / "ring"


def test_creating_makes_one_key_for_each_purpose(folder: Path) -> None:
    ring = KeyRing.open(folder)
    assert [record.purpose for record in ring.records] == list(Purpose)
    assert {record.state for record in ring.records} == {KeyState.ACTIVE}


def test_creating_again_changes_nothing(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    create_keyring(folder, issuer_host="other.example", brand="Other", now=LATER, entropy=SeededEntropy(2))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_creating_after_an_interruption_makes_only_what_is_missing(folder: Path) -> None:
    index = read_index(folder)
    write_index(folder, replace(index, records=index.records[:-1]))
    again = create_keyring(folder, issuer_host="puente.example", brand="Puente", now=LATER, entropy=SeededEntropy(2))
    assert again.records[:-1] == index.records[:-1]
    assert again.active(Purpose.SESSION).created == LATER


@pytest.mark.parametrize("spoil", [lambda folder: folder.chmod(0o755), lambda folder: next(folder.glob("kek-*.key")).chmod(0o640)])
def test_a_ring_that_other_accounts_can_read_does_not_open(folder: Path, spoil: Callable[[Path], None]) -> None:
    spoil(folder)
    with pytest.raises(MisconfiguredError, match="Other accounts can read"):
        KeyRing.open(folder)


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "index.json").unlink(),
        lambda folder: (folder / "index.json").write_text("{"),
        lambda folder: next(folder.glob("seal-*.key")).unlink(),
        lambda folder: next(folder.glob("kek-*.key")).write_text("00"),
    ],
)
def test_a_damaged_ring_says_so(folder: Path, damage: Callable[[Path], None]) -> None:
    damage(folder)
    with pytest.raises(MisconfiguredError):
        KeyRing.open(folder)


def test_files_are_for_the_owner_only(folder: Path) -> None:
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_the_ring_never_prints_a_secret(folder: Path) -> None:
    ring = KeyRing.open(folder)
    assert repr(ring) == "KeyRing('puente.example', 13 keys)"


def test_the_seal_certificate_has_the_profile_that_readers_accept(folder: Path) -> None:
    leaf, issuing, root = (x509.load_der_x509_certificate(der) for der in KeyRing.open(folder).seal_chain())
    leaf.verify_directly_issued_by(issuing)
    issuing.verify_directly_issued_by(root)
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.digital_signature
    assert usage.value.content_commitment
    purposes = list(leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    assert x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36") in purposes
    assert ExtendedKeyUsageOID.EMAIL_PROTECTION in purposes
    limits = [one.extensions.get_extension_for_class(x509.BasicConstraints).value for one in (root, issuing, leaf)]
    assert limits == [x509.BasicConstraints(ca=True, path_length=1), x509.BasicConstraints(ca=True, path_length=0), x509.BasicConstraints(False, None)]
    years = [(one.not_valid_after_utc - one.not_valid_before_utc).days // 365 for one in (root, issuing, leaf)]
    assert years == [20, 10, 10]
    assert all(one.not_valid_before_utc < NOW for one in (root, issuing, leaf))


def test_a_rotated_qr_key_signs_with_the_new_one_and_keeps_the_old_one_for_reading(folder: Path) -> None:
    old = KeyRing.open(folder).qr_kid
    ring = rotate_key(folder, Purpose.QR, now=LATER, entropy=SeededEntropy(2))
    assert ring.qr_kid != old
    assert ring.public_keys(Purpose.QR)[old].state is KeyState.RETIRED
    assert ring.public_keys(Purpose.QR)[old].since == LATER
    kid, signature = ring.sign_qr(b"text")
    assert ring.public_keys(Purpose.QR)[kid].verifies(b"text", signature)
    assert not ring.public_keys(Purpose.QR)[old].verifies(b"text", signature)


def test_the_private_part_of_a_retired_signing_key_is_gone(folder: Path) -> None:
    old = KeyRing.open(folder).active(Purpose.SEAL)
    ring = rotate_key(folder, Purpose.SEAL, now=LATER, entropy=SeededEntropy(2))
    assert not private_file(folder, old).exists()
    leaf, issuing, _ = (x509.load_der_x509_certificate(der) for der in ring.seal_chain())
    leaf.verify_directly_issued_by(issuing)


def test_a_retired_secret_can_still_be_asked_for_by_its_id(folder: Path) -> None:
    key_id, secret = KeyRing.open(folder).secret(Purpose.KEK)
    ring = rotate_key(folder, Purpose.KEK, now=LATER, entropy=SeededEntropy(2))
    assert ring.secret(Purpose.KEK)[0] != key_id
    assert ring.secret_by_id(Purpose.KEK, key_id) == secret
    with pytest.raises(BrokenSealError):
        ring.secret_by_id(Purpose.REGISTER, key_id)


@pytest.mark.parametrize("purpose", [Purpose.ROOT, Purpose.INDEX])
def test_the_root_and_the_contact_index_are_never_rotated(folder: Path, purpose: Purpose) -> None:
    with pytest.raises(RefusedError, match="key_not_rotatable"):
        rotate_key(folder, purpose, now=LATER, entropy=SeededEntropy(2))


def test_states_go_forward_only_and_the_last_key_stays(folder: Path) -> None:
    old = KeyRing.open(folder).qr_kid
    with pytest.raises(RefusedError, match="key_last_in_use"):
        compromise_key(folder, old, at=LATER, now=LATER)
    with pytest.raises(RefusedError, match="key_last_in_use"):
        retire_key(folder, old, now=LATER)
    rotate_key(folder, Purpose.QR, now=LATER, entropy=SeededEntropy(2))
    with pytest.raises(RefusedError, match="key_state_goes_back"):
        retire_key(folder, old, now=LATER)
    with pytest.raises(RefusedError, match="key_unknown"):
        retire_key(folder, "0" * 16, now=LATER)
    with pytest.raises(RefusedError, match="moment_in_future"):
        compromise_key(folder, old, at=LATER + timedelta(seconds=1), now=LATER)
    with pytest.raises(RefusedError, match="key_not_signing"):
        compromise_key(folder, KeyRing.open(folder).active(Purpose.KEK).id, at=NOW, now=LATER)


def test_a_compromise_can_move_to_an_earlier_moment_and_never_to_a_later_one(folder: Path) -> None:
    old = KeyRing.open(folder).qr_kid
    rotate_key(folder, Purpose.QR, now=NOW + timedelta(days=1), entropy=SeededEntropy(2))
    compromise_key(folder, old, at=LATER, now=LATER)
    earlier = NOW + timedelta(hours=1)
    key = compromise_key(folder, old, at=earlier, now=LATER).public_keys(Purpose.QR)[old]
    assert (key.state, key.since, key.until) == (KeyState.COMPROMISED, earlier, NOW + timedelta(days=1))
    with pytest.raises(RefusedError, match="key_state_goes_back"):
        compromise_key(folder, old, at=LATER, now=LATER)


def test_what_a_trusted_time_protects_outlives_the_compromise_and_nothing_else_does(folder: Path) -> None:
    old = KeyRing.open(folder).qr_kid
    assert KeyRing.open(folder).public_keys(Purpose.QR)[old].stands()
    rotate_key(folder, Purpose.QR, now=LATER, entropy=SeededEntropy(2))
    assert KeyRing.open(folder).public_keys(Purpose.QR)[old].stands()
    key = compromise_key(folder, old, at=LATER, now=LATER).public_keys(Purpose.QR)[old]
    assert [key.stands(moment) for moment in (None, LATER + timedelta(seconds=1), LATER, LATER - timedelta(seconds=1))] == [False, False, False, True]


def test_the_indexes_differ_by_purpose_and_by_ring(folder: Path, tmp_path: Path) -> None:
    ring = KeyRing.open(folder)
    other = create_keyring(tmp_path / "other", issuer_host="puente.example", brand="Puente", now=NOW, entropy=SeededEntropy(9))
    seen = {ring.contact_index("+573001234567"), ring.session_index("+573001234567"), other.contact_index("+573001234567")}
    assert len(seen) == 3
    assert {len(value) for value in seen} == {32}
    assert ring.contact_index("+573001234567") in seen


@pytest.mark.parametrize("purpose", [Purpose.CREDENTIAL, Purpose.SD_JWT, Purpose.STATUS, Purpose.LOG, Purpose.BUNDLE])
def test_each_signing_purpose_has_a_key_of_its_own_that_the_others_do_not_answer_for(folder: Path, purpose: Purpose) -> None:
    ring = KeyRing.open(folder)
    kid, signature = ring.sign(purpose, b"text")
    assert ring.public_keys(purpose)[kid].verifies(b"text", signature)
    raw = (Purpose.QR, Purpose.CREDENTIAL, Purpose.SD_JWT, Purpose.STATUS, Purpose.LOG, Purpose.BUNDLE)
    others = [key for other in raw for key in ring.public_keys(other).values()]
    assert [key.kid for key in others if key.verifies(b"text", signature)] == [kid]


@pytest.mark.parametrize("purpose", [Purpose.SEAL, Purpose.ROOT, Purpose.KEK])
def test_a_key_that_seals_or_certifies_makes_no_raw_signature(folder: Path, purpose: Purpose) -> None:
    with pytest.raises(ValueError, match="makes no raw signature"):
        KeyRing.open(folder).sign(purpose, b"text")


def test_a_public_key_survives_its_json_form(folder: Path) -> None:
    ring = KeyRing.open(folder)
    for purpose in (Purpose.QR, Purpose.CREDENTIAL):
        key = ring.public_keys(purpose)[ring.active(purpose).id]
        assert point_of_jwk(key.jwk()) == key.point
