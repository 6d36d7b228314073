"""Root, issuing authority, seal: what certifies what, what an absent root stops, and what installations of before keep."""

from datetime import timedelta
from pathlib import Path

import pytest

from credentialing.adapters.doubles import SeededEntropy
from credentialing.crypto import x509
from credentialing.crypto.keyfiles import KeyState, Purpose, private_file
from credentialing.crypto.keyring import KeyRing, create_keyring, rotate_key
from credentialing.domain.errors import MisconfiguredError, RefusedError
from tests.certificate.drafts import NOW
from tests.crypto.rings import lay_old_ring

LATER = NOW + timedelta(days=365)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_keyring(tmp_path / "ring", issuer_host="puente.example", brand="Puente", now=NOW, entropy=SeededEntropy(1))
    return tmp_path / "ring"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    lay_old_ring(tmp_path / "old")
    return tmp_path / "old"


def _completed(folder: Path) -> KeyRing:
    return create_keyring(folder, issuer_host="puente.example", brand="Puente", now=LATER, entropy=SeededEntropy(2))


def test_without_the_private_part_of_the_root_everything_works_but_a_new_issuing_authority(folder: Path) -> None:
    private_file(folder, KeyRing.open(folder).active(Purpose.ROOT)).unlink()
    before = KeyRing.open(folder)
    root = before.seal_chain()[-1]
    for seed, purpose in enumerate((Purpose.SEAL, Purpose.BUNDLE, Purpose.QR, Purpose.KEK), 10):
        rotate_key(folder, purpose, now=LATER, entropy=SeededEntropy(seed))
    with pytest.raises(RefusedError, match="root_offline"):
        rotate_key(folder, Purpose.ISSUING, now=LATER, entropy=SeededEntropy(3))
    after = _completed(folder)
    assert after.seal_chain()[-1] == root
    assert after.active(Purpose.SEAL).created == LATER
    bundle = after.public_keys(Purpose.BUNDLE)[after.active(Purpose.BUNDLE).id]
    assert x509.certified_bundle_key(after.bundle_chain(), roots=(root,), moment=LATER) == bundle.point


def test_a_new_issuing_authority_certifies_the_next_seal_and_the_seal_in_use_keeps_its_chain(folder: Path) -> None:
    chain = KeyRing.open(folder).seal_chain()
    assert rotate_key(folder, Purpose.ISSUING, now=LATER, entropy=SeededEntropy(3)).seal_chain() == chain
    later = rotate_key(folder, Purpose.SEAL, now=LATER, entropy=SeededEntropy(4)).seal_chain()
    assert later[1] not in chain
    assert later[2] == chain[2]


def test_an_installation_of_before_opens_gets_what_it_lacks_and_no_authority_that_its_root_may_not_have(old: Path) -> None:
    ring = _completed(old)
    seal, root = ring.seal_chain()
    assert x509.directly_below(seal, root)
    assert x509.path_length(root) == 0
    assert not [r for r in ring.records if r.purpose is Purpose.ISSUING]
    assert {r.purpose for r in ring.records if r.state is KeyState.ACTIVE} == set(Purpose) - {Purpose.ISSUING}
    assert [r.state for r in ring.records if r.purpose is Purpose.BUNDLE] == [KeyState.RETIRED, KeyState.ACTIVE]
    assert x509.certified_bundle_key(ring.bundle_chain(), roots=(root,), moment=LATER)
    assert _completed(old).records == ring.records


def test_an_old_root_goes_on_certifying_seals_and_refuses_an_authority(old: Path) -> None:
    before = _completed(old).seal_chain()
    after = rotate_key(old, Purpose.SEAL, now=LATER, entropy=SeededEntropy(5)).seal_chain()
    assert (after[0] != before[0], after[1:]) == (True, before[1:])
    with pytest.raises(RefusedError, match="root_without_authorities"):
        rotate_key(old, Purpose.ISSUING, now=LATER, entropy=SeededEntropy(5))


def test_an_old_installation_whose_root_is_away_says_what_it_cannot_get(old: Path) -> None:
    next(old.glob("root-*.key")).unlink()
    with pytest.raises(MisconfiguredError, match="root, which must certify it"):
        _completed(old)


def test_a_seal_does_not_pass_for_the_key_of_the_bundle(folder: Path) -> None:
    ring = KeyRing.open(folder)
    root = ring.seal_chain()[-1]
    with pytest.raises(ValueError, match="not certified for trust bundles"):
        x509.certified_bundle_key(ring.seal_chain(), roots=(root,), moment=NOW)


def test_the_key_of_the_bundle_is_judged_by_root_and_moment(folder: Path, tmp_path: Path) -> None:
    ring = KeyRing.open(folder)
    chain, other = ring.bundle_chain(), create_keyring(tmp_path / "other", issuer_host="puente.example", brand="Puente", now=NOW, entropy=SeededEntropy(9))
    assert x509.certified_bundle_key(chain[:2], roots=chain[2:], moment=NOW)
    for roots, moment in (((other.seal_chain()[-1],), NOW), ((), NOW), (chain[2:], NOW - timedelta(days=1)), (chain[2:], NOW + timedelta(days=3700))):
        with pytest.raises(ValueError, match=r"certified by nobody|not complete|not valid then"):
            x509.certified_bundle_key(chain, roots=roots, moment=moment)


def test_what_a_seal_signs_is_no_certificate(folder: Path) -> None:
    ring = KeyRing.open(folder)
    seal, *above = ring.seal_chain()
    forged = x509.build_certificate(
        x509.key_in_certificate(above[0]), x509.Certified.BUNDLE, parent=seal, sign=ring.sealing().sign,
        brand="Puente", issuer_host="puente.example", now=NOW, serial=bytes(16),
    )  # fmt: skip
    with pytest.raises(ValueError, match="certified by nobody"):
        x509.certified_bundle_key([forged, seal, above[0]], roots=above[1:], moment=NOW)


def test_what_a_seal_directly_below_an_old_root_signs_is_no_certificate_either(old: Path) -> None:
    ring = _completed(old)
    seal, root = ring.seal_chain()
    forged = x509.build_certificate(
        x509.key_in_certificate(seal), x509.Certified.BUNDLE, parent=seal, sign=ring.sealing().sign,
        brand="Puente", issuer_host="puente.example", now=LATER, serial=bytes(16),
    )  # fmt: skip
    with pytest.raises(ValueError, match="certified by nobody"):
        x509.certified_bundle_key([forged, seal], roots=(root,), moment=LATER)


def test_the_longest_brand_fits_the_names_of_certificates(tmp_path: Path) -> None:
    ring = create_keyring(tmp_path / "ring", issuer_host="puente.example", brand="Ñ" * 200, now=NOW, entropy=SeededEntropy(1))
    assert len(ring.seal_chain()) == 3


def test_a_ring_follows_what_another_process_does_to_its_folder(folder: Path) -> None:
    ring, old_key = KeyRing.open(folder), KeyRing.open(folder).active(Purpose.QR)
    sealing = ring.sealing()
    rotate_key(folder, Purpose.QR, now=LATER, entropy=SeededEntropy(3))
    rotate_key(folder, Purpose.SEAL, now=LATER, entropy=SeededEntropy(4))
    kid, signature = ring.sign_qr(b"text")
    assert kid != old_key.id
    assert ring.public_keys(Purpose.QR)[kid].verifies(b"text", signature)
    assert ring.public_keys(Purpose.QR)[old_key.id].until == LATER
    assert ring.sealing().chain[0] != sealing.chain[0]
    assert sealing.chain[0] in [der for _, der in ring.certificates(Purpose.SEAL)]


def test_a_ring_whose_folder_is_gone_says_so(folder: Path) -> None:
    ring = KeyRing.open(folder)
    folder.rename(folder.with_name("elsewhere"))
    with pytest.raises(MisconfiguredError, match="out of reach"):
        ring.sign_qr(b"text")


def test_keys_are_due_after_eleven_months_and_the_authority_after_five_years(folder: Path) -> None:
    ring = KeyRing.open(folder)
    assert ring.ageing(NOW + timedelta(days=335)) == ()
    yearly = {Purpose.SEAL, Purpose.QR, Purpose.CREDENTIAL, Purpose.SD_JWT, Purpose.STATUS, Purpose.BUNDLE}
    assert {record.purpose for record in ring.ageing(NOW + timedelta(days=336))} == yearly
    assert {record.purpose for record in ring.ageing(NOW + timedelta(days=5 * 366))} == yearly | {Purpose.ISSUING}
    rotate_key(folder, Purpose.SEAL, now=NOW + timedelta(days=336), entropy=SeededEntropy(2))
    assert Purpose.SEAL not in {record.purpose for record in ring.ageing(NOW + timedelta(days=337))}
