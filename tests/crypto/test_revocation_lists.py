"""What our authorities have revoked, as others read it: signed by each, with the moment, and brought along where the root is kept elsewhere."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from credentialing.adapters.doubles import SeededEntropy
from credentialing.crypto import ceremony
from credentialing.crypto.keyfiles import Purpose
from credentialing.crypto.keyring import KeyRing, compromise_key, create_keyring, rotate_key
from credentialing.crypto.x509 import is_revocation_list_of
from credentialing.domain.errors import MisconfiguredError, RefusedError
from tests.certificate.drafts import NOW


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_keyring(tmp_path / "ring", issuer_host="puente.example", brand="Puente", now=NOW, entropy=SeededEntropy(21))
    return tmp_path / "ring"


def test_each_authority_above_the_seal_signs_its_own_list(folder: Path) -> None:
    ring = KeyRing.open(folder)
    lists = ring.revocation_lists(now=NOW)
    (_, issuing), (_, root) = *ring.certificates(Purpose.ISSUING), *ring.certificates(Purpose.ROOT)
    assert sorted([is_revocation_list_of(one, issuing), is_revocation_list_of(one, root)] for one in lists) == [[False, True], [True, False]]
    for one in map(x509.load_der_x509_crl, lists):
        assert (one.last_update_utc, one.next_update_utc, len(one)) == (NOW, NOW + timedelta(days=31), 0)


def test_a_lost_seal_stands_in_the_list_from_the_moment_on(folder: Path) -> None:
    lost = KeyRing.open(folder).active(Purpose.SEAL)
    later = NOW + timedelta(days=9)
    rotate_key(folder, Purpose.SEAL, now=later, entropy=SeededEntropy(22))
    ring = compromise_key(folder, lost.id, at=NOW + timedelta(days=3), now=later)
    (serial,) = [x509.load_der_x509_certificate(der).serial_number for record, der in ring.certificates(Purpose.SEAL) if record.id == lost.id]
    entries = [entry for der in ring.revocation_lists(now=later) for entry in x509.load_der_x509_crl(der)]
    assert [(entry.serial_number, entry.revocation_date_utc) for entry in entries] == [(serial, NOW + timedelta(days=3))]


def test_the_list_of_a_root_that_is_kept_elsewhere_is_brought(folder: Path, tmp_path: Path) -> None:
    ring = KeyRing.open(folder)
    root = ring.active(Purpose.ROOT)
    brought = ceremony.list_revoked(folder, now=NOW)
    (folder / f"root-{root.id}.key").rename(tmp_path / "safe")
    with pytest.raises(MisconfiguredError, match="keys revoked"):
        ring.revocation_lists(now=NOW)
    with pytest.raises(RefusedError, match="root_offline"):
        ceremony.list_revoked(folder, now=NOW)
    target = folder / f"revoked-{root.id}.crl"
    target.write_bytes(brought[:-1])
    with pytest.raises(MisconfiguredError, match="keys revoked"):
        ring.revocation_lists(now=NOW)
    target.write_bytes(brought)
    assert brought in ring.revocation_lists(now=NOW)
