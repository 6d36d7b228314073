"""An issuing authority from a root that is kept on another machine."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from credentialing.adapters.doubles import SeededEntropy
from credentialing.crypto import x509
from credentialing.crypto.ceremony import certify_authority, request_authority, take_authority
from credentialing.crypto.keyfiles import KeyState, Purpose, private_file
from credentialing.crypto.keyring import KeyRing, create_keyring, rotate_key
from credentialing.domain.errors import BadInputError, RefusedError
from tests.certificate.drafts import NOW
from tests.crypto.rings import lay_old_ring

LATER = NOW + timedelta(days=5 * 365)


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """The key folder of the machine with the root: the root and nothing else."""
    create_keyring(tmp_path / "ring", issuer_host="puente.example", brand="Puente", now=NOW, entropy=SeededEntropy(1))
    (tmp_path / "vault").mkdir()
    root = private_file(tmp_path / "ring", KeyRing.open(tmp_path / "ring").active(Purpose.ROOT))
    root.rename(tmp_path / "vault" / root.name)
    for name in ("index.json", f"{root.stem}.pem"):
        shutil.copy(tmp_path / "ring" / name, tmp_path / "vault")
    return tmp_path / "vault"


@pytest.fixture
def folder(vault: Path) -> Path:
    """The key folder of the service, without the private part of the root."""
    return vault.with_name("ring")


def test_a_request_is_signed_by_the_root_elsewhere_and_the_authority_taken_in(folder: Path, vault: Path) -> None:
    before = KeyRing.open(folder)
    chain, old = before.seal_chain(), before.active(Purpose.ISSUING)
    request = request_authority(folder, now=LATER, entropy=SeededEntropy(2))
    assert KeyRing.open(folder).active(Purpose.ISSUING) == old  # a key that was only asked for is used for nothing
    certificate = certify_authority(vault, request, now=LATER, entropy=SeededEntropy(3))
    ring = take_authority(folder, certificate, now=LATER)
    assert ring.seal_chain() == chain
    assert [r.state for r in ring.records if r.purpose is Purpose.ISSUING] == [KeyState.RETIRED, KeyState.ACTIVE]
    assert not private_file(folder, old).exists()
    seal, issuing, root = rotate_key(folder, Purpose.SEAL, now=LATER, entropy=SeededEntropy(4)).seal_chain()
    assert (x509.to_pem(issuing), root) == (certificate, chain[2])
    assert x509.directly_below(seal, issuing)


def test_a_changed_request_is_not_signed(folder: Path, vault: Path) -> None:
    request = request_authority(folder, now=LATER, entropy=SeededEntropy(2))
    lines = request.splitlines()
    lines[2] = lines[2][:-1] + (b"A" if lines[2][-1:] != b"A" else b"B")
    stranger = x509.new_p256_key(SeededEntropy(6).bytes).public_key()
    of_another = x509.build_request(stranger, sign=KeyRing.open(folder).sealing().sign, brand="Puente", now=LATER)  # not signed with the key that asks
    for damaged in (b"\n".join(lines), b"", request[:100], of_another):
        with pytest.raises(BadInputError, match="request_damaged"):
            certify_authority(vault, damaged, now=LATER, entropy=SeededEntropy(3))


def test_only_a_certificate_of_our_root_for_a_key_of_ours_is_taken_in_and_only_once(folder: Path, vault: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    create_keyring(other, issuer_host="puente.example", brand="Puente", now=NOW, entropy=SeededEntropy(9))
    request = request_authority(folder, now=LATER, entropy=SeededEntropy(2))
    foreign = certify_authority(other, request, now=LATER, entropy=SeededEntropy(3))
    strange = certify_authority(vault, request_authority(other, now=LATER, entropy=SeededEntropy(4)), now=LATER, entropy=SeededEntropy(3))
    ours = certify_authority(vault, request, now=LATER, entropy=SeededEntropy(3))
    seal = x509.to_pem(KeyRing.open(folder).seal_chain()[0])
    cases = ((foreign, "certificate_foreign"), (seal, "certificate_foreign"), (strange, "certificate_of_another_key"), (b"", "certificate_damaged"))
    for certificate, problem in cases:
        with pytest.raises(BadInputError, match=problem):
            take_authority(folder, certificate, now=LATER)
    take_authority(folder, ours, now=LATER)
    with pytest.raises(BadInputError, match="certificate_of_another_key"):
        take_authority(folder, ours, now=LATER)


def test_without_the_root_nothing_is_certified_and_an_old_root_has_no_authority(folder: Path, tmp_path: Path) -> None:
    request = request_authority(folder, now=LATER, entropy=SeededEntropy(2))
    with pytest.raises(RefusedError, match="root_offline"):
        certify_authority(folder, request, now=LATER, entropy=SeededEntropy(3))
    lay_old_ring(tmp_path / "old")
    with pytest.raises(RefusedError, match="root_without_authorities"):
        certify_authority(tmp_path / "old", request, now=LATER, entropy=SeededEntropy(3))
