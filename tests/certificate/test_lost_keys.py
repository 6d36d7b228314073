"""Seals whose keys were lost, by their trusted time; and seals of installations from before there was an issuing authority."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from credentialing.adapters.doubles import SeededEntropy
from credentialing.certificate.issuing import prepare, seal
from credentialing.certificate.outcomes import CheckName
from credentialing.certificate.page import Studio
from credentialing.certificate.reading import read_pdf
from credentialing.certificate.timestamping import Stamping
from credentialing.certificate.trust import Trust, trust_of
from credentialing.crypto.keyfiles import Purpose
from credentialing.crypto.keyring import KeyRing, compromise_key, create_keyring, rotate_key
from tests.certificate.authority import LocalAuthority
from tests.certificate.drafts import CODE, HOST, NOW, degree
from tests.certificate.workshop import NUMBERS, TOLERATED
from tests.crypto.rings import lay_old_ring

pytestmark = TOLERATED
STAMPED = NOW + timedelta(seconds=42)
LATER = NOW + timedelta(days=30)
SECOND = timedelta(seconds=1)


def _sealed(studio: Studio, keys: KeyRing, stamping: Stamping | None = None) -> bytes:
    ticket = prepare(degree(), studio=studio)
    return seal(ticket, ticket.numbered(number=NUMBERS["degree"], code=CODE), keys=keys, now=NOW, stamping=stamping).pdf


def _ours(pdf: bytes, trust: Trust, *, protected_since: datetime | None = None) -> str | None:
    checks = read_pdf(pdf, trust=trust, now=LATER, protected_since=protected_since).checks
    return next(check.problem for check in checks if check.name is CheckName.OURS)


@pytest.mark.parametrize("lost", [Purpose.SEAL, Purpose.ISSUING])
def test_a_lost_key_takes_down_what_no_trusted_time_of_before_protects(lost: Purpose, studio: Studio, tmp_path: Path) -> None:
    folder, authority = tmp_path / "ring", LocalAuthority(at=STAMPED)
    ring = create_keyring(folder, issuer_host="puente.example", brand="Puente", now=NOW, entropy=SeededEntropy(4))
    plain = _sealed(studio, ring)
    stamped = _sealed(studio, ring, Stamping(authority, (authority.root,), SeededEntropy(1), STAMPED))
    old = ring.active(lost).id
    rotate_key(folder, lost, now=LATER, entropy=SeededEntropy(5))

    def trust(at: datetime) -> Trust:
        known = trust_of(compromise_key(folder, old, at=at, now=LATER), verify_host=HOST, now=LATER, timestamp_roots=(authority.root,))
        return known if lost is Purpose.SEAL else replace(known, seals={})  # of a lost authority, the seals that nobody knew

    after = trust(STAMPED + SECOND)
    assert (_ours(stamped, after), _ours(plain, after)) == (None, "key_compromised")  # both say in themselves that they were sealed before
    assert _ours(plain, after, protected_since=STAMPED) is None
    assert _ours(plain, after, protected_since=STAMPED + SECOND) == "key_compromised"
    assert _ours(stamped, after, protected_since=LATER) is None  # the earlier of the two counts
    before = trust(STAMPED)
    assert _ours(stamped, before) == "key_compromised"
    assert _ours(stamped, before, protected_since=STAMPED - SECOND) is None


def test_what_an_installation_of_before_sealed_verifies_then_and_after_its_keys_were_exchanged(studio: Studio, tmp_path: Path) -> None:
    lay_old_ring(tmp_path / "old")
    ring = create_keyring(tmp_path / "old", issuer_host="puente.example", brand="Puente", now=NOW, entropy=SeededEntropy(6))
    assert len(ring.seal_chain()) == 2
    pdf = _sealed(studio, ring)
    assert _ours(pdf, trust_of(ring, verify_host=HOST, now=NOW)) is None
    later = rotate_key(tmp_path / "old", Purpose.SEAL, now=NOW, entropy=SeededEntropy(7))
    known = trust_of(later, verify_host=HOST, now=NOW)
    assert (_ours(pdf, known), _ours(_sealed(studio, later), known)) == (None, None)
    assert _ours(pdf, replace(known, roots=())) == "foreign_seal"
