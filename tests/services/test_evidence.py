"""Papers: taken in, shown, taken back. What is refused changes nothing; what is shown leaves a trace; what is taken back is gone."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa

from credentialing.adapters.reading import SandboxedReader
from credentialing.crypto import envelope
from credentialing.domain.errors import BadInputError, BrokenSealError, NotFoundError, RefusedError
from credentialing.domain.people import Actor, Role
from credentialing.domain.ports import ReadDocument
from credentialing.services import evidence, looking
from credentialing.services.applying import open_case
from credentialing.services.demonstration import DEGREE
from credentialing.services.evidence import add_evidence, read_page, remove_evidence
from credentialing.services.office import Office
from credentialing.storage.records import AccessEvent, EvidenceRecord
from tests.office import SAMPLES, applicant
from tests.services.stage import EchoReader, World

PNG = b"\x89PNG the picture of a paper"
BAD = {
    "active.pdf": None,  # harmless once it is re-drawn: taken, but never shown as it came
    "empty.pdf": "file_empty",
    "encrypted.pdf": "file_encrypted",
    "html_named.jpg": "file_type_lies",
    "not_an_image.png": "file_type_lies",
    "pixel_bomb.png": "file_too_many_pixels",
    "rotated_exif.jpg": None,
    "script_tail.jpg": None,
    "svg_named.png": "file_type_lies",
    "too_many_pages.pdf": "file_too_many_pages",
    "truncated.jpg": "file_broken",
    "truncated.pdf": "file_broken",
}


class BusyReader:
    """Takes its time: meanwhile something else happens."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        self._meanwhile = meanwhile

    def read(self, data: bytes, file_name: str) -> ReadDocument:
        self._meanwhile()
        return EchoReader().read(data, file_name)


@pytest.fixture
def actor(world: World) -> Actor:
    return applicant(world.office)


@pytest.fixture
def case_id(world: World, actor: Actor) -> str:
    return open_case(world.office, actor=actor, procedure=DEGREE).case_id


def add(office: Office, actor: Actor, case_id: str, kind: str = "identity", *, data: bytes = PNG, name: str = "foto de mi cédula.png") -> str:
    return add_evidence(office, actor=actor, case_id=case_id, kind=kind, accepted_as=None, file_name=name, data=data)


def readings(world: World) -> list[tuple[str, str, int]]:
    return [(row.role, row.evidence_id, row.page) for row in world.rows(sa.select(AccessEvent).order_by(AccessEvent.position))]


def test_a_paper_is_kept_encrypted_and_shown_to_its_owner_by_name(world: World, actor: Actor, case_id: str) -> None:
    paper_id = add(world.office, actor, case_id)
    (paper,) = world.view(case_id).papers
    assert (paper.evidence_id, paper.kind, paper.name, paper.size, paper.pages) == (paper_id, "identity", "foto de mi cédula.png", len(PNG), 1)
    assert world.files.keys() == (f"evidence/{paper_id}/original", f"evidence/{paper_id}/page-1")
    assert all(PNG not in world.files.get(f"evidence/{paper_id}/{part}") for part in ("original", "page-1"))


def test_bad_files_get_their_own_sentence_and_touch_nothing_that_was_there(world: World, actor: Actor, case_id: str) -> None:
    office = replace(world.office, reader=SandboxedReader())
    add(world.office, actor, case_id, "diploma")
    before, kept = world.everything(), world.files.keys()
    told: dict[str, str | None] = {}
    for name in BAD:
        try:
            paper_id = add(office, actor, case_id, data=(SAMPLES / "bad" / name).read_bytes(), name=name)
            told[name] = None
            remove_evidence(office, actor=actor, case_id=case_id, evidence_id=paper_id)
            world.run_jobs()
        except BadInputError as error:
            told[name] = " ".join(f"{reason.code} at {reason.details['field']}" for reason in error.reasons)
    assert told == {name: f"{code} at file" if code else None for name, code in BAD.items()}
    assert {path.name for path in (SAMPLES / "bad").iterdir()} == set(BAD)
    after = world.everything()
    assert [row for row in after["evidence"] if row in before["evidence"]] == before["evidence"]
    assert after["evidence"] != before["evidence"]  # the three that were taken, and taken back
    assert world.files.keys() == kept


@pytest.mark.parametrize("name", ["active.pdf", "rotated_exif.jpg", "script_tail.jpg"])
def test_what_an_officer_sees_is_redrawn_and_holds_nothing_of_the_file(world: World, actor: Actor, case_id: str, name: str) -> None:
    office = replace(world.office, reader=SandboxedReader())
    data = (SAMPLES / "bad" / name).read_bytes()
    paper_id = add(office, actor, case_id, data=data, name=name)
    page = read_page(office, actor=actor, case_id=case_id, evidence_id=paper_id, page=1)
    assert page.media_type in ("image/png", "image/jpeg")
    assert page.data[:4] in (b"\x89PNG", b"\xff\xd8\xff\xe0")
    assert all(mark not in page.data for mark in (b"<script", b"/JavaScript", b"Exif", b"%PDF"))


def test_every_page_that_is_opened_is_one_line_in_the_list_that_the_applicant_sees(world: World) -> None:
    case_id = world.degree("completeness_check")
    officer, owner = world.staff[Role.INTAKE_OFFICER], world.owner(case_id)
    papers = world.view(case_id).papers
    before = len(readings(world))
    for paper in papers:
        for who in (officer, officer, owner):
            read_page(world.office, actor=who, case_id=case_id, evidence_id=paper.evidence_id, page=1)
    lines = readings(world)[before:]
    assert lines == [(role, paper.evidence_id, 1) for paper in papers for role in ("intake_officer", "intake_officer", "applicant")]
    shown = looking.readings(world.office, actor=owner, case_id=case_id)
    assert [(line.role, line.kind, line.by_me) for line in shown[:2]] == [("applicant", papers[-1].kind, True), ("intake_officer", papers[-1].kind, False)]
    assert len(shown) == before + len(lines)


def test_looking_at_a_case_opens_no_paper(world: World) -> None:
    case_id = world.degree("completeness_check")
    before = world.everything()
    looking.desk_case(world.office, actor=world.staff[Role.INTAKE_OFFICER], case_id=case_id)
    looking.my_case(world.office, actor=world.owner(case_id), case_id=case_id)
    assert world.everything() == before


def test_a_page_that_is_not_there_or_not_yours_is_not_found_and_leaves_no_line(world: World) -> None:
    case_id, other = world.degree("completeness_check"), world.degree("completeness_check")
    officer, owner = world.staff[Role.INTAKE_OFFICER], world.owner(case_id)
    paper = world.view(case_id).papers[0].evidence_id
    before = readings(world)
    for who, case, which, page in (
        (officer, case_id, paper, 0), (officer, case_id, paper, 2), (officer, case_id, "0" * 32, 1), (officer, other, paper, 1),
        (owner, other, paper, 1), (world.owner(other), case_id, paper, 1), (world.staff[Role.AUDITOR], case_id, paper, 1),
        (Actor(None, frozenset({Role.SYSTEM})), case_id, paper, 1),
    ):  # fmt: skip
        with pytest.raises(NotFoundError):
            read_page(world.office, actor=who, case_id=case, evidence_id=which, page=page)
    assert readings(world) == before


def test_a_file_that_was_put_in_the_place_of_another_does_not_open(world: World, actor: Actor, case_id: str) -> None:
    first, second = add(world.office, actor, case_id), add(world.office, actor, case_id, data=PNG + b"2")
    world.files.put(f"evidence/{first}/page-1", world.files.get(f"evidence/{second}/page-1"))
    with pytest.raises(BrokenSealError):
        read_page(world.office, actor=actor, case_id=case_id, evidence_id=first, page=1)
    assert read_page(world.office, actor=actor, case_id=case_id, evidence_id=second, page=1).data == PNG + b"2"


def test_a_paper_taken_back_is_gone_from_sight_and_from_the_store(world: World, actor: Actor, case_id: str) -> None:
    kept, gone = add(world.office, actor, case_id), add(world.office, actor, case_id, "diploma")
    remove_evidence(world.office, actor=actor, case_id=case_id, evidence_id=gone)
    world.run_jobs()
    assert [paper.evidence_id for paper in world.view(case_id).papers] == [kept]
    assert world.files.keys() == (f"evidence/{kept}/original", f"evidence/{kept}/page-1")
    for act in (remove_evidence, lambda office, **names: read_page(office, page=1, **names)):
        with pytest.raises(NotFoundError):
            act(world.office, actor=actor, case_id=case_id, evidence_id=gone)
    assert world.events(case_id)[-1] == "evidence_removed"


def test_taking_back_is_not_lost_when_the_store_is_away(world: World, actor: Actor, case_id: str) -> None:
    gone = add(world.office, actor, case_id)
    remove_evidence(world.office, actor=actor, case_id=case_id, evidence_id=gone)
    assert [(job.name, dict(job.arguments)) for job in world.jobs.waiting] == [("destroy_paper", {"evidence_id": gone, "pages": "1"})]
    world.run_jobs()
    evidence.destroy_files(world.office, evidence_id=gone, pages=1)  # the worker may do it twice
    assert world.files.keys() == ()


@pytest.mark.parametrize("kind", ["payment_receipt", "work_history", "nothing"])
def test_a_kind_that_is_not_asked_for_now_is_refused_before_it_is_read(world: World, actor: Actor, case_id: str, kind: str) -> None:
    office = replace(world.office, reader=BusyReader(lambda: pytest.fail("read")))
    with pytest.raises(RefusedError) as caught:
        add(office, actor, case_id, kind)
    assert [(reason.code, reason.details["kind"]) for reason in caught.value.reasons] == [("evidence_not_asked", kind)]
    assert world.files.keys() == ()


def test_a_paper_that_comes_too_late_leaves_no_file_behind(world: World, actor: Actor, case_id: str) -> None:
    office = replace(world.office, reader=BusyReader(lambda: world.move(actor, case_id, "withdraw")))
    with pytest.raises(RefusedError):
        add(office, actor, case_id)
    assert world.files.keys() == ()
    assert world.rows(sa.select(EvidenceRecord)) == []


def test_a_case_holds_so_many_papers_and_no_more(world: World, actor: Actor, case_id: str) -> None:
    for _ in range(evidence.FILES_PER_CASE):
        add(world.office, actor, case_id)
    with pytest.raises(RefusedError) as caught:
        add(world.office, actor, case_id)
    assert [reason.code for reason in caught.value.reasons] == ["evidence_full"]
    assert len(world.files.keys()) == 2 * evidence.FILES_PER_CASE


def test_papers_rest_once_they_are_with_the_institution(world: World) -> None:
    case_id = world.degree("completeness_check")
    owner, paper = world.owner(case_id), world.view(case_id).papers[0].evidence_id
    before, kept = world.everything(), world.files.keys()
    with pytest.raises(RefusedError):
        remove_evidence(world.office, actor=owner, case_id=case_id, evidence_id=paper)
    with pytest.raises(RefusedError):
        add(world.office, owner, case_id)
    assert (world.everything(), world.files.keys()) == (before, kept)


def test_no_one_else_adds_or_takes_back(world: World, actor: Actor, case_id: str) -> None:
    paper = add(world.office, actor, case_id)
    for who in (*world.staff.values(), applicant(world.office, contact="+573005550999")):
        with pytest.raises(NotFoundError):
            add(world.office, who, case_id)
        with pytest.raises(NotFoundError):
            remove_evidence(world.office, actor=who, case_id=case_id, evidence_id=paper)
    assert len(world.view(case_id).papers) == 1


def test_files_of_a_person_open_with_their_key_and_no_other(world: World, actor: Actor, case_id: str) -> None:
    paper = add(world.office, actor, case_id)
    sealed = world.files.get(f"evidence/{paper}/original")
    with pytest.raises(BrokenSealError):
        envelope.open_file(b"k" * 32, sealed, case_id=case_id, file_id=f"{paper}/original")


def test_nothing_of_a_person_whose_key_was_destroyed_can_be_opened_again(world: World, actor: Actor, case_id: str) -> None:
    paper = add(world.office, actor, case_id)
    with world.office.transaction() as session:
        session.execute(sa.text("UPDATE person SET wrapped_key = NULL"))
    for act in (
        lambda: read_page(world.office, actor=actor, case_id=case_id, evidence_id=paper, page=1),
        lambda: looking.my_case(world.office, actor=actor, case_id=case_id),
    ):
        with pytest.raises(NotFoundError, match="forgotten"):
            act()
