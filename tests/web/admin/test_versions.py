"""Moving an open case to the newest rules on the screen: how many stand where, a form that keeps what was typed, and a notice that is true."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from credentialing.domain.errors import BadInputError, RefusedError
from credentialing.domain.people import SYSTEM, Actor, Role
from credentialing.services.demonstration import DEGREE, RPL, welder
from credentialing.services.versions import case_numbered, earlier_versions
from credentialing.storage.records import ActText, AuditEvent, Case
from credentialing.workflow.library import Library
from tests.office import applicant, library
from tests.services.stage import begun_under_the_first
from tests.web.admin.conftest import House, begun, case_of, under
from tests.web.desk.conftest import words_in

WHY = "La segunda versión permite pedir otra vía para el documento que falta."
PAGE = f"/admin/procedures/{DEGREE}"
FORM = f'action="{PAGE}/cases"'
NOBODYS = "CO-7K3MX-42"
WELDER = welder("+573005550299", "Ana", "Gil", "0099")


def send(house: House, actor: Actor, **changed: str) -> tuple[int, str]:
    """What the form answers: the status, and where it leads or what it says."""
    answer = house.post(actor, f"{PAGE}/cases", **({"version": "2", "number": NOBODYS, "grounds": WHY} | changed))
    return answer.status_code, answer.location if answer.status_code == 303 else answer.text


def test_the_page_says_how_many_open_cases_stand_under_each_earlier_version(open_house: House, nora: Actor) -> None:
    assert "No open case stands under an earlier version." in words_in(open_house.get(nora, PAGE).text)
    assert FORM not in open_house.get(nora, PAGE).text
    for number, until in enumerate(("draft", "completeness_check", "evaluation"), 1):
        begun(open_house, until, number=number)
    page = open_house.get(nora, PAGE).text
    assert "The newest version is version 2." in words_in(page)
    assert "Version 1 3 open cases 1 of them is not sent yet" in words_in(page)
    assert FORM in page
    assert "earlier" not in words_in(open_house.get(nora, "/admin/procedures/pe-degree-reconocimiento").text)  # it has one version


def test_a_case_is_moved_with_reasons_and_the_page_says_so(open_house: House, nora: Actor) -> None:
    case = begun(open_house)
    status, onward = send(open_house, nora, number=case.number.lower().replace("-", " "))
    assert (status, onward) == (303, f"{PAGE}?moved={case.number}")
    page = open_house.get(nora, onward).text
    assert f"Case {case.number} is now under version 2 of the rules. The person who applied gets a message." in words_in(page)
    assert "Version 1 0 open cases" in words_in(page)
    assert FORM not in page
    assert case_of(open_house, case.id).version == 2
    with open_house.office.reading() as session:
        assert session.scalars(sa.select(AuditEvent.person_id).where(AuditEvent.event == "case_repinned")).all() == [nora.person_id]
        assert [text.field for text in session.scalars(sa.select(ActText).where(ActText.move == "move_to_version"))] == ["grounds"]


def test_the_notice_cannot_be_made_up_in_the_address(open_house: House, nora: Actor) -> None:
    case = begun(open_house)
    for number in (case.number, NOBODYS, "nonsense", ""):
        assert "is now under version" not in words_in(open_house.get(nora, f"{PAGE}?moved={number}").text)


@pytest.mark.parametrize(
    ("changed", "sentence", "field"),
    [
        ({"number": ""}, "Fill in: Case number", "number"),
        ({"number": "CO-7K3MX-43"}, "Check the number: its last character does not fit the others.", "number"),
        ({}, "There is no case with that number.", "number"),
        ({"grounds": " \n "}, "Fill in: Reasons", "grounds"),
        ({"grounds": "x" * 4001}, "Reasons: write at most 4000 characters", "grounds"),
        ({"grounds": "Por\u202e esto."}, "Reasons: there are signs that cannot be seen", "grounds"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    open_house: House, nora: Actor, changed: dict[str, str], sentence: str, field: str
) -> None:
    status, page = send(open_house, nora, **changed)
    assert status == 422
    assert sentence in words_in(error_beside(page, field))
    assert f'href="#{field}"' in page
    assert changed.get("number", NOBODYS) in page
    assert changed.get("grounds", WHY) in page


def error_beside(page: str, field: str) -> str:
    """The message beside a field."""
    _, found, rest = page.partition(f'id="{field}-error"')
    return found and rest.partition(">")[2].partition("</p>")[0]


def test_a_case_that_cannot_be_moved_here_is_named_beside_the_number(open_house: House, nora: Actor) -> None:
    moved, closed, foreign = begun(open_house), begun(open_house, number=2), begun_under_the_first(open_house.office, WELDER, "screening", procedure=RPL)
    assert send(open_house, nora, number=moved.number)[0] == 303
    with open_house.office.transaction() as session:
        session.execute(sa.update(Case).where(Case.id == closed.id).values(closed_at=open_house.office.clock.now(), outcome="withdrawn"))
    for number, sentence in (
        (moved.number, "The case is already under that version of the rules."),
        (closed.number, "The case is closed and stays under the rules it was decided by."),
        (case_of(open_house, foreign).number, "That case is about another procedure. Move it on the page of that procedure."),
    ):
        status, page = send(open_house, nora, number=number)
        assert (status, sentence in words_in(error_beside(page, "number"))) == (422, True), sentence
        assert (f'value="{number}"' in page, WHY in page, 'href="#number"' in page) == (True, True, True)


def test_everything_that_would_be_lost_is_named_in_words_and_the_case_stays(open_house: House, nora: Actor) -> None:
    second = library().definition(DEGREE, 2)
    poorer = replace(
        second, version=3, digest="3" * 64, form={**second.form, "contact": ("email",)}, procedure=replace(second.procedure, outcomes=("denied",)),
        states={name: state for name, state in second.states.items() if name != "payment_check"},
    )  # fmt: skip
    case = begun(open_house, "decision_awaited")
    texts = library()._texts
    later = under(open_house, Library(definitions=(library().definition(DEGREE, 1), second, poorer), standards=(), texts=texts))
    status, page = send(later, nora, number=case.number, version="3")
    said = words_in(page)
    assert status == 422
    assert "Not yet, because:" in said
    for sentence in (
        "Those rules do not know a stage in which the case stood: Checking the payment.", "An answer would be lost: City where you live now.",
        "Something that was chosen would be lost: Outcome.",
    ):
        assert said.count(sentence) == 2, sentence  # once above, once beside the form
    assert ('href="#city"' in page, 'href="#move-case"' in page) == (False, True)  # an answer of the case has no control here
    assert (case.number in page, WHY in page) == (True, True)
    assert case_of(later, case.id).version == 1


def test_a_version_that_came_meanwhile_is_read_before_anything_is_moved_to_it(open_house: House, nora: Actor) -> None:
    case = begun(open_house)
    for version in ("1", "x", ""):
        status, page = send(open_house, nora, number=case.number, version=version)
        assert (status, "A newer version of these rules came after you opened this page." in words_in(page)) == (422, True)
        assert WHY in page
    assert case_of(open_house, case.id).version == 1


def test_rules_that_nobody_confirmed_take_no_case(open_house: House, nora: Actor) -> None:
    first, second = library().definition(DEGREE, 1), library().definition(DEGREE, 2)
    doubtful = replace(second, procedure=replace(second.procedure, confidence="low"))
    case = begun(open_house)
    here = under(open_house, Library(definitions=(first, doubtful), standards=(), texts=library()._texts))
    page = here.get(nora, PAGE).text
    assert "Nobody has confirmed that version of the rules here" in words_in(page)
    assert FORM not in page
    status, page = send(here, nora, number=case.number)
    assert (status, "Not now: Nobody has confirmed that version of the rules here" in words_in(page), FORM in page) == (422, True, True)


def test_only_administrators_learn_where_cases_stand(open_house: House) -> None:
    newest, case = library().definition(DEGREE, 2), begun(open_house)
    for actor in (applicant(open_house.office), SYSTEM, open_house.hire("Rosa", Role.DECISION_MAKER)):
        with pytest.raises(RefusedError):
            earlier_versions(open_house.office, actor=actor, newest=newest)
        with pytest.raises(RefusedError):
            case_numbered(open_house.office, actor=actor, procedure=DEGREE, number=case.number)
    with pytest.raises(BadInputError):
        case_numbered(open_house.office, actor=open_house.hire("Pablo", Role.ADMINISTRATOR), procedure=RPL, number=case.number)


@pytest.mark.parametrize(("language", "sentence"), [("es", "Casos abiertos bajo versiones anteriores"), ("pt", "Casos abertos sob versões anteriores")])
def test_the_part_speaks_the_languages_of_the_installation(open_house: House, nora: Actor, language: str, sentence: str) -> None:
    begun(open_house)
    said = words_in(open_house.get(nora, PAGE, language).text)
    assert sentence in said
    assert "Case number" not in said
