"""A time-stamp authority that is away: the case waits with its number, nothing is issued at a lower level, and the certificate is made when it comes back."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from credentialing.certificate.attachments import credential_in
from credentialing.certificate.reading import read_pdf
from credentialing.domain.errors import AwayError, MisconfiguredError
from credentialing.domain.people import Role
from credentialing.services.issuing import certificate_pdf, issue_certificate
from credentialing.services.office import Office
from credentialing.services.stamping import timestamp_roots
from credentialing.services.verifying import trust
from tests.certificate.authority import AbsentAuthority, LocalAuthority
from tests.services.certified import faults, is_original, recorded
from tests.services.stage import World


@pytest.fixture(scope="module")
def authority() -> LocalAuthority:
    return LocalAuthority()


@pytest.fixture
def knowing(world: World, authority: LocalAuthority) -> Iterator[Office]:
    """The office of the world, with the roots of an authority that is away."""
    roots: Path = world.office.settings.instance / "timestamp-roots.pem"
    roots.write_bytes(authority.root_pem)
    yield replace(world.office, settings=replace(world.office.settings, timestamp_roots=roots.name), timestamps=AbsentAuthority())
    roots.unlink()


def test_the_case_waits_for_the_authority_and_nothing_is_downgraded(world: World, knowing: Office, authority: LocalAuthority) -> None:
    case_id = world.degree("ready_to_issue")
    world.move(world.staff[Role.REGISTRAR], case_id, "issue")
    for _ in range(2):
        with pytest.raises(AwayError):
            issue_certificate(knowing, case_id=case_id)
        assert [status for _, status in recorded(knowing)] == ["intended"]
    (waiting,) = recorded(knowing)
    authority.at = knowing.clock.now()
    back = replace(knowing, timestamps=authority)
    issue_certificate(back, case_id=case_id)
    assert recorded(back) == [(waiting[0], "issued")]
    assert faults(back, case_id) == []
    assert is_original(back, case_id)
    _, pdf = certificate_pdf(back, actor=world.owner(case_id), case_id=case_id)
    reading = read_pdf(pdf, trust=trust(back), now=back.clock.now())
    assert (reading.level, reading.stamped_at) == ("B-T", authority.at.replace(microsecond=0))
    assert b"OpenBadgeCredential" in (credential_in(pdf) or b"")


def test_roots_that_have_become_unreadable_are_said(knowing: Office) -> None:
    (knowing.settings.instance / "timestamp-roots.pem").write_bytes(b"nothing")
    with pytest.raises(MisconfiguredError, match="timestamp-roots"):
        timestamp_roots(knowing.settings)
