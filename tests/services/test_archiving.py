"""Archiving issued certificates: the sealed file and every archived one are the original, nothing is archived by half, and it is done again in time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from credentialing.certificate.outcomes import Verdict
from credentialing.certificate.reading import read_pdf
from credentialing.domain.errors import AwayError, BrokenSealError, MisconfiguredError
from credentialing.domain.people import Role
from credentialing.services.archiving import archive_certificate, due_for_archive
from credentialing.services.issuing import certificate_pdf, issue_certificate
from credentialing.services.office import Office
from credentialing.services.verifying import trust, verify_file
from credentialing.storage.records import ArchivedFile
from tests.certificate.authority import AbsentAuthority, LocalAuthority
from tests.office import clock_of
from tests.services.stage import World


@pytest.fixture(scope="module")
def authority() -> LocalAuthority:
    return LocalAuthority()


@pytest.fixture
def stamping(world: World, authority: LocalAuthority) -> Iterator[Office]:
    """The office of the world, which asks an authority for the time."""
    roots: Path = world.office.settings.instance / "timestamp-roots.pem"
    roots.write_bytes(authority.root_pem)
    yield replace(world.office, settings=replace(world.office.settings, timestamp_roots=roots.name), timestamps=authority)
    roots.unlink()


def _issued(world: World, office: Office, authority: LocalAuthority) -> str:
    case_id = world.degree("ready_to_issue")
    world.move(world.staff[Role.REGISTRAR], case_id, "issue")
    authority.at = office.clock.now()
    issue_certificate(office, case_id=case_id)
    return case_id


def _archived(office: Office) -> int:
    with office.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(ArchivedFile)) or 0


def test_the_sealed_file_and_every_archived_one_are_the_original(world: World, stamping: Office, authority: LocalAuthority) -> None:
    case_id = _issued(world, stamping, authority)
    files = [certificate_pdf(stamping, actor=world.owner(case_id), case_id=case_id)[1]]
    for days in (30, 365 * 23):
        clock_of(stamping).advance(timedelta(days=days))
        authority.at = stamping.clock.now()
        (certificate_id,) = due_for_archive(stamping)
        archive_certificate(stamping, certificate_id=certificate_id)
        assert (due_for_archive(stamping) == ()) is (days == 30)  # the second is by the same certificate of the authority, which ends within a year
        files.append(certificate_pdf(stamping, actor=world.owner(case_id), case_id=case_id)[1])
        assert files[-1].startswith(files[-2])
        assert read_pdf(files[-1], trust=trust(stamping), now=stamping.clock.now()).level == "B-LTA"
        assert [verify_file(stamping, data=file).verdict for file in files[1:]] == [Verdict.ORIGINAL] * (len(files) - 1)
        if days == 30:
            assert verify_file(stamping, data=files[0]).verdict is Verdict.ORIGINAL


def test_an_authority_that_is_away_leaves_everything_as_it_was(world: World, stamping: Office, authority: LocalAuthority) -> None:
    _issued(world, stamping, authority)
    (certificate_id,) = due_for_archive(stamping)
    with pytest.raises(AwayError):
        archive_certificate(replace(stamping, timestamps=AbsentAuthority()), certificate_id=certificate_id)
    assert (_archived(stamping), due_for_archive(stamping)) == (0, (certificate_id,))


def test_without_a_named_authority_there_is_nothing_to_archive_with(world: World, stamping: Office, authority: LocalAuthority) -> None:
    _issued(world, stamping, authority)
    with pytest.raises(MisconfiguredError, match="timestamp_url"):
        archive_certificate(replace(stamping, timestamps=None), certificate_id=due_for_archive(stamping)[0])


def test_a_seal_without_a_time_stamp_is_not_archived_as_more_than_it_is(world: World, stamping: Office, authority: LocalAuthority) -> None:
    _issued(world, replace(stamping, timestamps=None), authority)
    with pytest.raises(BrokenSealError, match="B-LTA"):
        archive_certificate(stamping, certificate_id=due_for_archive(stamping)[0])
    assert _archived(stamping) == 0
