"""A procedure begins here only when it is well sourced, or when enough different administrators stood for the very rules."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from credentialing.domain.errors import BadInputError, ConflictError, NotFoundError, RefusedError
from credentialing.domain.people import SYSTEM, Actor, Role
from credentialing.services import confirming, people
from credentialing.services.applying import open_case
from credentialing.services.demonstration import DEGREE, RPL
from credentialing.services.office import Office
from credentialing.storage.records import AuditEvent, Case
from credentialing.workflow.library import Library
from credentialing.workflow.model import Definition
from tests.office import applicant, library
from tests.services.staffing import codes, hired
from tests.services.stage import World

SOURCE = "Resolución 10687 de 2019, texto de la autoridad del 3 de marzo de 2026"


def rules(confidence: str, *, version: int = 1, procedure: str = DEGREE, digest: str = "", page: str = "full") -> Definition:
    published = library().definition(DEGREE, 1)
    return replace(
        published, id=procedure, version=version, digest=(digest or confidence[0]) * 64, procedure=replace(published.procedure, confidence=confidence),
        certificate=replace(published.certificate, template=page),
    )  # fmt: skip


def serving(world: World, *definitions: Definition) -> Office:
    return replace(world.office, library=Library(definitions=definitions, standards=(), texts={}))


def administrator(world: World, name: str = "nora", number: str | None = "A-100") -> Actor:
    return hired(world.office, name, Role.ADMINISTRATOR, number=number)


def confirm(office: Office, actor: Actor, definition: Definition, **changed: object) -> str:
    given = {"procedure": definition.id, "version": definition.version, "digest": definition.digest, "source_read": SOURCE, **changed}
    return confirming.confirm_procedure(office, actor=actor, **given)  # type: ignore[arg-type]


def starts(office: Office, definition: Definition) -> bool:
    with office.reading() as session:
        answer = confirming.executable(session, definition)
    assert (definition.id in confirming.startable(office)) is answer
    return answer


def refused(office: Office, person: Actor, procedure: str = DEGREE) -> list[str]:
    with pytest.raises(RefusedError) as caught:
        open_case(office, actor=person, procedure=procedure)
    return codes(caught.value)


def test_a_well_sourced_procedure_begins_by_itself(world: World) -> None:
    office = serving(world, rules("high"))
    assert starts(office, rules("high"))
    assert open_case(office, actor=applicant(office), procedure=DEGREE).number.startswith("CO-")


def test_a_procedure_sourced_in_part_begins_when_one_administrator_stood_for_it(world: World) -> None:
    office, definition = serving(world, rules("medium")), rules("medium")
    person = applicant(office)
    assert (starts(office, definition), refused(office, person)) == (False, ["procedure_not_enabled"])
    confirm(office, administrator(world), definition)
    assert starts(office, definition)
    case_id = open_case(office, actor=person, procedure=DEGREE).case_id
    assert world.rows(sa.select(Case).where(Case.id == case_id))[0].digest == definition.digest


def test_a_weakly_sourced_procedure_needs_two_different_human_beings(world: World) -> None:
    office, definition = serving(world, rules("low")), rules("low")
    nora = administrator(world)
    confirm(office, nora, definition)
    assert not starts(office, definition)
    for same in (nora, administrator(world, "nora2", "a100")):
        with pytest.raises(RefusedError) as caught:
            confirm(office, same, definition)
        assert codes(caught.value) == ["confirmed_already"]
    assert refused(office, applicant(office)) == ["procedure_not_enabled"]
    confirm(office, administrator(world, "pablo", "A-200"), definition)
    assert starts(office, definition)


def test_two_accounts_that_turn_out_to_be_one_human_being_count_once(world: World) -> None:
    office, definition = serving(world, rules("low")), rules("low")
    confirm(office, administrator(world, number=None), definition)
    confirm(office, administrator(world, "pablo", None), definition)
    assert starts(office, definition)
    administrator(world, "nora", "A-100")
    administrator(world, "pablo", "A-100")
    assert not starts(office, definition)


def test_a_confirmation_is_for_one_version_and_one_digest_only(world: World) -> None:
    first, second = rules("medium"), rules("medium", version=2, digest="2")
    confirm(serving(world, first), administrator(world), first)
    both = serving(world, first, second)
    with both.reading() as session:
        assert [confirming.executable(session, each) for each in (first, second, replace(first, digest="x" * 64))] == [True, False, False]
    assert confirming.startable(both)[DEGREE].version == 1


def test_the_newest_version_that_may_begin_is_the_one_that_begins(world: World) -> None:
    office = serving(world, rules("high"), rules("low", version=3))
    assert confirming.startable(office)[DEGREE].version == 1
    for name, number in (("nora", "A-100"), ("pablo", "A-200")):
        confirm(office, administrator(world, name, number), rules("low", version=3))
    assert confirming.startable(office)[DEGREE].version == 3


def test_a_procedure_whose_certificate_cannot_be_made_never_begins(world: World) -> None:
    office = serving(world, rules("high", page="vellum"), rules("medium", procedure="xx-other", page="vellum"))
    assert confirming.startable(office) == {}
    with pytest.raises(RefusedError) as caught:
        confirm(office, administrator(world), rules("medium", procedure="xx-other", page="vellum"))
    assert codes(caught.value) == ["certificate_page_missing"]


def test_a_withdrawn_confirmation_stops_new_cases_and_leaves_open_ones(world: World) -> None:
    office, definition = serving(world, rules("medium")), rules("medium")
    nora, pablo, person = administrator(world), administrator(world, "pablo", "A-200"), applicant(world.office)
    confirmation = confirm(office, nora, definition)
    opened = open_case(office, actor=person, procedure=DEGREE)
    confirming.withdraw_confirmation(office, actor=pablo, confirmation_id=confirmation)
    assert (starts(office, definition), refused(office, person)) == (False, ["procedure_not_enabled"])
    assert office.library.pinned(DEGREE, 1, world.case(opened.case_id).digest) is not None
    for gone in (confirmation, "0" * 32):
        with pytest.raises(NotFoundError):
            confirming.withdraw_confirmation(office, actor=nora, confirmation_id=gone)
    confirm(office, nora, definition)
    assert starts(office, definition)


@pytest.mark.parametrize("text", ["", "  ", "too short", "x" * 1001])
def test_the_source_must_be_named(world: World, text: str) -> None:
    office, definition = serving(world, rules("medium")), rules("medium")
    with pytest.raises(BadInputError) as caught:
        confirm(office, administrator(world), definition, source_read=text)
    assert [reason.details["field"] for reason in caught.value.reasons] == ["source_read"]
    assert not starts(office, definition)


def test_rules_that_changed_since_they_were_read_are_not_confirmed(world: World) -> None:
    office, definition = serving(world, rules("medium")), rules("medium")
    with pytest.raises(ConflictError):
        confirm(office, administrator(world), definition, digest="0" * 64)
    for unknown in ({"procedure": "xx-nothing"}, {"version": 9}):
        with pytest.raises(NotFoundError):
            confirm(office, administrator(world), definition, **unknown)
    assert not starts(office, definition)


def test_what_needs_no_confirmation_is_not_confirmed(world: World) -> None:
    with pytest.raises(RefusedError) as caught:
        confirm(serving(world, rules("high")), administrator(world), rules("high"))
    assert codes(caught.value) == ["confirmation_not_needed"]


@pytest.mark.parametrize("who", [SYSTEM, Actor("somebody", frozenset({Role.APPLICANT, Role.DECISION_MAKER})), Actor(None, frozenset({Role.ADMINISTRATOR}))])
def test_only_a_human_administrator_confirms_withdraws_and_looks(world: World, who: Actor) -> None:
    office, definition = serving(world, rules("medium")), rules("medium")
    confirmation = confirm(office, administrator(world), definition)
    for act in (
        lambda: confirm(office, who, definition), lambda: confirming.withdraw_confirmation(office, actor=who, confirmation_id=confirmation),
        lambda: confirming.standings(office, actor=who),
    ):  # fmt: skip
        with pytest.raises(RefusedError) as caught:
            act()
        assert codes(caught.value) == ["wrong_role"]
    assert starts(office, definition)


def test_the_list_tells_what_is_needed_what_stands_and_what_was(world: World) -> None:
    office = serving(world, rules("low"), rules("high", procedure=RPL))
    nora, pablo = administrator(world), administrator(world, "pablo", "A-200")
    first = confirm(office, nora, rules("low"))
    confirming.withdraw_confirmation(office, actor=nora, confirmation_id=first)
    second = confirm(office, pablo, rules("low"))
    told = {each.definition.id: each for each in confirming.standings(office, actor=pablo)}
    weak, well = told[DEGREE], told[RPL]
    assert (weak.needed, weak.confirmed, weak.executable, weak.began_version, weak.mine) == (2, 1, False, None, second)
    assert (well.needed, well.confirmed, well.executable, well.began_version, well.mine) == (0, 0, True, 1, None)
    assert {(each.confirmation_id, each.confirmed_by, each.withdrawn_by, each.source_read, each.of_these_rules) for each in weak.history} == {
        (first, nora.person_id, nora.person_id, SOURCE, True), (second, pablo.person_id, None, SOURCE, True),
    }  # fmt: skip


def test_confirming_and_withdrawing_are_recorded(world: World) -> None:
    office, nora = serving(world, rules("medium")), administrator(world)
    confirmation = confirm(office, nora, rules("medium"))
    confirming.withdraw_confirmation(office, actor=nora, confirmation_id=confirmation)
    rows = [row for row in world.rows(sa.select(AuditEvent).order_by(AuditEvent.position)) if "confirm" in row.event]
    assert [(row.event, row.person_id, row.role, row.details["procedure"]) for row in rows] == [
        ("procedure_confirmed", nora.person_id, "administrator", f"{DEGREE}.v1"), ("confirmation_withdrawn", nora.person_id, "administrator", f"{DEGREE}.v1"),
    ]  # fmt: skip


def test_the_word_of_somebody_who_left_still_stands_until_it_is_withdrawn(world: World) -> None:
    office, nora = serving(world, rules("medium")), administrator(world)
    confirm(office, nora, rules("medium"))
    people.disable_person(office, actor=None, person_id=str(nora.person_id))
    assert starts(office, rules("medium"))
