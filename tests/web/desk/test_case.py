"""The page of a case: what is shown to whom, and that every opening of a paper is recorded."""

import re

import pytest

from credentialing.domain.contacts import parse_contact
from credentialing.domain.people import Actor, Role
from credentialing.services import looking, people
from credentialing.services.demonstration import DEGREE, RPL
from credentialing.services.looking import CaseView
from tests.web.desk.conftest import PAGE, Desk, words_in


def images_in(html: str) -> list[str]:
    """The addresses of the page images that a browser would fetch."""
    return re.findall(r'<img src="(/desk/cases/[^"]+/papers/[^"]+)"', html)


def paper(view: CaseView, kind: str) -> str:
    """The id of the first paper of a kind."""
    return next(each.evidence_id for each in view.papers if each.kind == kind)


def readings(desk: Desk, case_id: str) -> list[tuple[str, str, int]]:
    """Who opened which page, oldest first, as the applicant sees it."""
    applicant = Actor(desk.view(case_id, Role.INTAKE_OFFICER).facts.applicant_id, frozenset({Role.APPLICANT}))
    return [(line.role, line.kind, line.page) for line in reversed(looking.readings(desk.office, actor=applicant, case_id=case_id))]


def test_every_page_that_is_shown_is_recorded_and_no_other(desk: Desk) -> None:
    case_id, officer = desk.case(DEGREE, "completeness_check"), desk.staff(Role.INTAKE_OFFICER)
    html = desk.get(officer, f"/desk/cases/{case_id}").text
    assert readings(desk, case_id) == []
    (image,) = images_in(html)
    answer = desk.get(officer, image)
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "image/png", PAGE + b"1")
    assert answer.headers["Cache-Control"] == "no-store"
    assert readings(desk, case_id) == [("intake_officer", "identity", 1)]
    desk.get(officer, image[:-1] + "2")
    assert readings(desk, case_id) == [("intake_officer", "identity", 1), ("intake_officer", "identity", 2)]


def test_a_page_that_is_not_there_is_not_found_and_not_recorded(desk: Desk) -> None:
    case_id, officer = desk.case(DEGREE, "completeness_check"), desk.staff(Role.INTAKE_OFFICER)
    address = f"/desk/cases/{case_id}/papers/{paper(desk.view(case_id, Role.INTAKE_OFFICER), 'diploma')}"
    assert [desk.get(officer, f"{address}/{page}").status_code for page in (0, 3)] == [404, 404]
    assert desk.get(officer, f"/desk/cases/{case_id}/papers/{'0' * 32}/1").status_code == 404
    assert readings(desk, case_id) == []


def test_two_papers_stand_side_by_side_each_turned_and_zoomed_by_itself(desk: Desk) -> None:
    case_id, officer = desk.case(DEGREE, "completeness_check"), desk.staff(Role.INTAKE_OFFICER)
    view = desk.view(case_id, Role.INTAKE_OFFICER)
    diploma, identity = paper(view, "diploma"), paper(view, "identity")
    html = desk.get(officer, f"/desk/cases/{case_id}?paper={diploma}&page=2&zoom=3&paper2={identity}&turn2=90").text
    assert images_in(html) == [f"/desk/cases/{case_id}/papers/{diploma}/2", f"/desk/cases/{case_id}/papers/{identity}/1"]
    assert re.findall(r'class="pu-view__page ([^"]+)"', html) == ["pu-zoom-3 pu-turn-0", "pu-zoom-1 pu-turn-90"]
    assert "style=" not in html
    assert "pu-pair" in html


def test_the_tools_are_plain_links_that_keep_the_rest_as_it_is(desk: Desk) -> None:
    case_id, officer = desk.case(DEGREE, "completeness_check"), desk.staff(Role.INTAKE_OFFICER)
    diploma = paper(desk.view(case_id, Role.INTAKE_OFFICER), "diploma")
    html = desk.get(officer, f"/desk/cases/{case_id}?subject=papers_readable&paper={diploma}&zoom=2&turn=270").text
    tools = dict(re.findall(r'data-tool="(\w+)" href="([^"]+)"', html))
    here = f"/desk/cases/{case_id}?subject=papers_readable&amp;paper={diploma}"
    assert tools == {"farther": f"{here}&amp;turn=270#papers", "nearer": f"{here}&amp;zoom=3&amp;turn=270#papers", "turn": f"{here}&amp;zoom=2#papers"}
    assert f'href="{here}&amp;page=2#papers"' in html or f'href="{here}&amp;page=2&amp;zoom=2&amp;turn=270#papers"' in html


@pytest.mark.parametrize("query", ["page=99&zoom=99&turn=45", "page=-1&zoom=x&turn=", "page=0&zoom=0&turn=999999999"])
def test_what_an_address_asks_for_is_brought_into_bounds(desk: Desk, query: str) -> None:
    case_id, officer = desk.case(DEGREE, "completeness_check"), desk.staff(Role.INTAKE_OFFICER)
    diploma = paper(desk.view(case_id, Role.INTAKE_OFFICER), "diploma")
    html = desk.get(officer, f"/desk/cases/{case_id}?paper={diploma}&paper2=nothing&{query}").text
    (image,) = images_in(html)
    assert desk.get(officer, image).status_code == 200
    assert re.search(r"pu-zoom-[1-4] pu-turn-0", html)


def newcomer(desk: Desk) -> Actor:
    """An assessor who has never seen a case."""
    contact = parse_contact("nueva@example.com", "CO")
    person_id = people.hire(
        desk.office, actor=None, contact=contact, display_name="Nora Ávila", roles=frozenset({Role.ASSESSOR}), language="en", staff_number="E-77",
    )
    return Actor(person_id, frozenset({Role.APPLICANT, Role.ASSESSOR}))


def test_nobody_is_shown_a_paper_before_they_declare_that_they_may_judge(desk: Desk) -> None:
    case_id, assessor = desk.case(DEGREE, "evaluation"), newcomer(desk)
    html = desk.get(assessor, f"/desk/cases/{case_id}").text
    assert "Does anything tie you to this person?" in words_in(html)
    assert "17 May 1991" not in html
    assert images_in(html) == []
    desk.post(assessor, f"/desk/cases/{case_id}/declaration", {"declaration": "none", "declaration_text": ""})
    html = desk.get(assessor, f"/desk/cases/{case_id}").text
    assert "What you declared about this person" in words_in(html)
    assert "17 May 1991" in html
    assert "/findings/" in html


@pytest.mark.parametrize("also", [(), (Role.INTAKE_OFFICER,)])
def test_no_two_parts_of_the_page_bear_the_same_name_while_a_declaration_is_due(desk: Desk, also: tuple[Role, ...]) -> None:
    case_id, assessor = desk.case(DEGREE, "evaluation"), newcomer(desk)
    both = Actor(assessor.person_id, assessor.roles | set(also))  # whoever takes cases in sees this one, and declares before judging it
    html = desk.get(both, f"/desk/cases/{case_id}").text
    assert "First say whether anything ties you to this person" in words_in(html)
    names = re.findall(r' id="([^"]+)"', html)
    assert sorted(names) == sorted(set(names))
    landmarks = re.findall(r'<section[^>]* aria-labelledby="([^"]+)"', html)
    assert sorted(landmarks) == sorted(set(landmarks))


def test_whoever_declares_a_tie_sees_no_more_of_the_case_and_may_take_it_back_with_a_reason(desk: Desk) -> None:
    case_id, assessor = desk.case(DEGREE, "evaluation"), desk.staff(Role.ASSESSOR)
    where = f"/desk/cases/{case_id}/declaration"
    desk.post(assessor, where, {"declaration": "conflict", "declaration_text": "Es mi prima."})
    html = desk.get(assessor, f"/desk/cases/{case_id}").text
    assert "Another person goes on with this case" in words_in(html)
    assert "/findings/" not in html
    assert images_in(html) == []
    assert desk.post(assessor, where, {"declaration": "none", "declaration_text": ""}).status_code == 422
    assert desk.post(assessor, where, {"declaration": "sometimes", "declaration_text": ""}).status_code == 422
    assert desk.post(assessor, where, {"declaration": "none", "declaration_text": "Confundí a esta persona con otra."}).status_code == 303
    assert "/findings/" in desk.get(assessor, f"/desk/cases/{case_id}").text


def test_what_ties_somebody_to_the_person_is_shown_to_nobody_as_the_form_promises(desk: Desk) -> None:
    case_id, assessor = desk.case(DEGREE, "evaluation"), desk.staff(Role.ASSESSOR)
    applicant = Actor(desk.view(case_id).facts.applicant_id, frozenset({Role.APPLICANT}))
    html = desk.get(assessor, f"/desk/cases/{case_id}").text
    assert "It is kept with the case, encrypted. Neither your colleagues nor the person are shown it." in words_in(html)
    desk.post(assessor, f"/desk/cases/{case_id}/declaration", {"declaration": "conflict", "declaration_text": "Es mi prima Ramira."})
    seen = {role: desk.get(actor, f"/desk/cases/{case_id}") for role, actor in desk.story.staff.items()}
    assert {role for role, answer in seen.items() if answer.status_code == 200} >= {Role.ASSESSOR, Role.DECISION_MAKER, Role.REGISTRAR}
    assert seen[Role.AUDITOR].status_code == 404
    assert [role for role, answer in seen.items() if "Ramira" in answer.text] == []
    assert "A person declared whether they have a conflict of interest." in words_in(seen[Role.REGISTRAR].text)
    assert "Ramira" not in repr(looking.my_case(desk.office, actor=applicant, case_id=case_id))


def test_who_has_nothing_to_do_sees_whose_turn_it_is_and_no_paper_is_opened(desk: Desk) -> None:
    case_id = desk.case(DEGREE, "evaluation")
    html = desk.get(desk.staff(Role.INTAKE_OFFICER), f"/desk/cases/{case_id}").text
    assert "Nothing for you to do now It is the turn of: Assessor" in words_in(html)
    assert images_in(html) == []
    assert re.findall(r"/moves/(\w+)", html) == ["transfer"]


def test_the_page_tells_all_that_is_known(desk: Desk) -> None:
    case_id = desk.case(DEGREE, "decision_awaited", letter=True)
    decider = desk.staff(Role.DECISION_MAKER)
    desk.post(decider, f"/desk/cases/{case_id}/declaration", {"declaration": "none", "declaration_text": ""})
    said = words_in(desk.get(decider, f"/desk/cases/{case_id}").text)
    for text in (
        "Yuleima Peñalver Núñez", "17 May 1991", "Universidad del Litoral Oriental", "Proposed: The degree is recognised in full.",
        "No hay diferencia sustancial. Se propone reconocer",
        "La foto del documento salió cortada.", "Nunca usé otro apellido.", "E5. Workload", "Diez semestres y 192 unidades de crédito.", "A colleague",
        "The Ministry's time limit", "Academic evaluation", "Send the letter of questions. From “Checking the papers” to “Questions to answer”.",
        "Found: E1. Institution: Yes, they were recognised.", "23 November", "https://iesalc.unesco.org/en/2020/04/16/recognition-process-colombia",
    ):
        assert text in said


def test_a_finding_of_ones_own_is_told_from_a_colleagues(desk: Desk) -> None:
    case_id = desk.case(DEGREE, "decision_awaited")
    found = [words_in(desk.get(desk.staff(role), f"/desk/cases/{case_id}").text) for role in (Role.ASSESSOR, Role.INTAKE_OFFICER)]
    pattern = r"E1\. Institution Yes, they were recognised .*? (You|A colleague), 2 March"
    assert [re.search(pattern, text)[1] for text in found] == ["You", "A colleague"]  # type: ignore[index]


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.INTERNAL_VERIFIER])
def test_a_role_that_the_procedure_does_not_know_finds_nothing(desk: Desk, role: Role) -> None:
    case_id = desk.case(DEGREE, "evaluation")
    diploma = paper(desk.view(case_id), "diploma")
    for path in ("", f"/papers/{diploma}/1", "/certificate.pdf"):
        assert desk.get(desk.staff(role), f"/desk/cases/{case_id}{path}").status_code == 404
    assert desk.find(desk.staff(role), case_id, "E1", "recognised").status_code == 404
    assert desk.move(desk.staff(role), case_id, "choose_route", route="academic").status_code == 404


def test_the_desk_never_shows_a_person_their_own_case(desk: Desk) -> None:
    case_id = desk.case(DEGREE, "decision_awaited")
    view = desk.view(case_id)
    own = Actor(view.facts.applicant_id, frozenset({Role.APPLICANT, Role.INTAKE_OFFICER, Role.ASSESSOR, Role.DECISION_MAKER}))
    for path in ("", f"/papers/{paper(view, 'diploma')}/1", "/certificate.pdf"):
        assert desk.get(own, f"/desk/cases/{case_id}{path}").status_code == 404
    assert desk.move(own, case_id, "grant", recognised_as="Ingeniería Civil").status_code == 404
    assert desk.view(case_id).state == "decision_awaited"


def test_a_unit_is_shown_with_what_the_standard_says_of_it(desk: Desk) -> None:
    case_id = desk.case(RPL, "assessment")
    said = words_in(desk.get(desk.staff(Role.ASSESSOR), f"/desk/cases/{case_id}?subject=U2").text)
    for text in ("Prepare and fit the parts", "Aligns and squares the parts before tacking.", "Product: what you make A tacked assembly that meets the sizes."):
        assert text in said
