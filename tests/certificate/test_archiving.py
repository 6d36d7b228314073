"""Archived seals: the sealed file is inside byte for byte, later time stamps carry it further, and nothing else may stand behind it, stamped or not."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from credentialing.adapters.doubles import SeededEntropy
from credentialing.certificate.archiving import archive_pdf
from credentialing.certificate.attachments import credential_in
from credentialing.certificate.issuing import Sealed, prepare, seal
from credentialing.certificate.outcomes import Result, Verdict, verdict_of
from credentialing.certificate.page import Studio
from credentialing.certificate.reading import PdfReading, read_pdf
from credentialing.certificate.timestamping import Stamping
from credentialing.certificate.trust import Trust
from credentialing.crypto.keyring import KeyRing
from credentialing.domain.errors import AwayError
from tests.certificate.authority import AbsentAuthority, LocalAuthority
from tests.certificate.drafts import CODE, NOW, degree
from tests.certificate.forgeries import incremental, other_content, other_title
from tests.certificate.workshop import NUMBERS, TOLERATED

pytestmark = TOLERATED

FIRST, SECOND = NOW + timedelta(days=20), NOW + timedelta(days=800)


@pytest.fixture(scope="module")
def authority() -> LocalAuthority:
    return LocalAuthority()


def _stamping(authority: Any, at: datetime, roots: tuple[bytes, ...]) -> Stamping:
    authority.at = at
    return Stamping(authority, roots, SeededEntropy(3), at)


@pytest.fixture(scope="module")
def stamped(studio: Studio, keys: KeyRing, authority: LocalAuthority) -> Sealed:
    ticket = prepare(degree(), studio=studio)
    face = ticket.numbered(number=NUMBERS["degree"], code=CODE)
    return seal(ticket, face, keys=keys, now=NOW, credential=b'{"a": 1}', stamping=_stamping(authority, NOW, (authority.root,)))


def _archived(pdf: bytes, keys: KeyRing, authority: LocalAuthority, at: datetime) -> bytes:
    lists = [*keys.revocation_lists(now=at), authority.revocation_list(at)]
    return archive_pdf(pdf, stamping=_stamping(authority, at, (authority.root,)), lists=lists)


@pytest.fixture(scope="module")
def once(stamped: Sealed, keys: KeyRing, authority: LocalAuthority) -> bytes:
    return _archived(stamped.pdf, keys, authority, FIRST)


@pytest.fixture(scope="module")
def twice(once: bytes, keys: KeyRing, authority: LocalAuthority) -> bytes:
    return _archived(once, keys, authority, SECOND)


@pytest.fixture(scope="module")
def knowing(trust: Trust, authority: LocalAuthority) -> Trust:
    return replace(trust, timestamp_roots=(authority.root,))


def _read(pdf: bytes, trust: Trust, now: datetime = SECOND) -> PdfReading:
    return read_pdf(pdf, trust=trust, now=now)


def _problem(pdf: bytes, trust: Trust, now: datetime = SECOND) -> str | None:
    return next((check.problem for check in _read(pdf, trust, now).checks if check.result is Result.FAILED), None)


def test_an_archived_file_holds_the_sealed_one_and_says_when_it_was_archived(once: bytes, twice: bytes, stamped: Sealed, knowing: Trust) -> None:
    assert twice.startswith(once)
    assert once.startswith(stamped.pdf)
    for pdf, times in ((once, (FIRST,)), (twice, (FIRST, SECOND))):
        reading = _read(pdf, knowing)
        assert verdict_of(reading.checks) is Verdict.AUTHENTIC_COPY
        assert (reading.level, reading.stamped_at) == ("B-LTA", NOW)
        assert reading.archived is not None
        assert reading.archived.times == times
        assert credential_in(pdf) == b'{"a": 1}'
    assert (_read(stamped.pdf, knowing).level, _read(stamped.pdf, knowing).archived) == ("B-T", None)


def test_without_every_revocation_list_the_level_is_not_claimed(stamped: Sealed, keys: KeyRing, authority: LocalAuthority, knowing: Trust) -> None:
    lists = [*keys.revocation_lists(now=FIRST), authority.revocation_list(FIRST)]
    for left_out in range(len(lists)):
        some = [one for place, one in enumerate(lists) if place != left_out]
        reading = _read(archive_pdf(stamped.pdf, stamping=_stamping(authority, FIRST, (authority.root,)), lists=some), knowing)
        assert verdict_of(reading.checks) is Verdict.AUTHENTIC_COPY
        assert reading.level == "B-T"


def test_a_seal_without_a_time_stamp_of_its_own_is_no_long_term_seal(a_degree: Any, keys: KeyRing, authority: LocalAuthority, knowing: Trust) -> None:
    assert _read(_archived(a_degree.pdf, keys, authority, FIRST), knowing).level == "B-B"


def test_an_archived_seal_outlives_its_certificate_and_a_bare_one_does_not(stamped: Sealed, once: bytes, knowing: Trust) -> None:
    later = NOW + timedelta(days=3700)
    assert _problem(stamped.pdf, knowing, later) == "seal_expired"
    assert _problem(once, knowing, later) is None
    assert _problem(once, knowing, NOW + timedelta(days=365 * 25)) == "seal_expired"  # the last time stamp has ended too: it was not renewed


def test_an_authority_that_is_away_leaves_the_file_as_it_was(stamped: Sealed, keys: KeyRing, authority: LocalAuthority) -> None:
    with pytest.raises(AwayError):
        archive_pdf(stamped.pdf, stamping=Stamping(AbsentAuthority(), (authority.root,), SeededEntropy(3), FIRST), lists=keys.revocation_lists(now=FIRST))


def test_readers_who_do_not_know_the_authority_take_neither_of_its_words(once: bytes, a_degree: Any, trust: Trust, keys: KeyRing) -> None:
    assert _problem(once, trust) == "timestamp_foreign"
    stranger = LocalAuthority()
    assert _problem(_archived(a_degree.pdf, keys, stranger, FIRST), trust) == "timestamp_foreign"


def test_archivings_out_of_order_are_refused(once: bytes, keys: KeyRing, authority: LocalAuthority, knowing: Trust) -> None:
    assert _problem(_archived(once, keys, authority, FIRST - timedelta(days=1)), knowing) == "timestamp_impossible"


@pytest.mark.parametrize("change", [other_content, other_title], ids=["content", "title"])
def test_a_change_is_refused_even_when_it_is_archived_afterwards(
    change: Callable[[IncrementalPdfFileWriter], None], stamped: Sealed, once: bytes, keys: KeyRing, authority: LocalAuthority, knowing: Trust
) -> None:
    for pdf in (stamped.pdf, once):
        assert _problem(incremental(change)(pdf), knowing) == "several_revisions"
        assert _problem(_archived(incremental(change)(pdf), keys, authority, SECOND), knowing) == "several_revisions"


def _title_in_place(writer: IncrementalPdfFileWriter) -> None:
    info = writer.prev.trailer_view["/Info"]
    info["/Title"] = generic.pdf_string("Otra Persona")
    writer.update_container(info)


def test_a_change_in_the_revision_of_the_archiving_itself_is_refused(stamped: Sealed, authority: LocalAuthority, keys: KeyRing, knowing: Trust) -> None:
    from pyhanko.sign.signers.pdf_signer import PdfTimeStamper
    from pyhanko.sign.timestamps import TimeStamper

    stamping = _stamping(authority, FIRST, (authority.root,))

    class Authority(TimeStamper):
        async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:
            return stamping.token(message_digest)

    for change in (other_content, other_title, _title_in_place):
        writer = IncrementalPdfFileWriter(io.BytesIO(stamped.pdf))
        change(writer)
        made = PdfTimeStamper(Authority(), field_name="Archived1").timestamp_pdf(writer, "sha256", bytes_reserved=16_384)
        assert _problem(made.getvalue(), knowing) == "several_revisions"


def test_a_changed_byte_of_the_archiving_is_never_accepted_but_where_the_stamp_says_nothing_by_it(once: bytes, stamped: Sealed, knowing: Trust) -> None:
    start = once.index(b"/Contents <", len(stamped.pdf)) + len(b"/Contents <")
    end = once.index(b">", start)
    reading = _read(once, knowing)
    for place in [*range(len(stamped.pdf), start, 301), start + 20_000, *range(end, len(once), 101), len(once) - 2]:
        changed = bytearray(once)
        changed[place] ^= 0x01
        assert not verdict_of(_read(bytes(changed), knowing).checks).positive, place
    # Inside the token a few bytes are under no signature (algorithm parameters): such a file says the same and is no original.
    for place in range(start, start + 3000, 151):
        changed = bytearray(once)
        changed[place] ^= 0x01
        found = _read(bytes(changed), knowing)
        assert found.archived in (None, reading.archived), place


@pytest.mark.parametrize("more", [b"\n", b"%%EOF\n", b"/DocTimeStamp"])
def test_nothing_may_follow_the_last_archiving(more: bytes, once: bytes, stamped: Sealed, knowing: Trust) -> None:
    assert _problem(once + more, knowing) is not None
    assert _problem(stamped.pdf + more, knowing) is not None


def test_cut_back_to_the_seal_it_is_the_sealed_file_again(once: bytes, twice: bytes, stamped: Sealed, knowing: Trust) -> None:
    assert _read(twice[: len(stamped.pdf)], knowing).level == "B-T"
    assert _read(twice[: len(once)], knowing).level == "B-LTA"
    for place in (len(stamped.pdf) + 5, len(once) - 1, len(once) + 500, len(twice) - 1):
        assert not verdict_of(_read(twice[:place], knowing).checks).positive, place
