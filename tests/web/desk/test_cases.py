"""The queue: what falls due first stands first, and every filter says what it does."""

import re
from datetime import timedelta

from credentialing.domain.people import Actor, Role
from credentialing.services.demonstration import DEGREE, RPL
from credentialing.services.queueing import PAGE
from tests.office import clock_of
from tests.web.desk.conftest import Desk, words_in


def numbers_in(html: str) -> list[str]:
    """The case numbers of the table, from top to bottom."""
    return re.findall(r'<a href="/desk/cases/[0-9a-f]{32}">([A-Z0-9-]+)</a>', html)


def counters_in(html: str) -> dict[str, int]:
    """The counters by what they count."""
    return {text: int(number) for number, text in re.findall(r"<b>(\d+)</b><span>([^<]+)</span>", html)}


def number_of(desk: Desk, case_id: str) -> str:
    """The number of a case."""
    return desk.view(case_id, Role.INTAKE_OFFICER).number


def test_what_falls_due_first_stands_first(desk: Desk) -> None:
    first = desk.case(DEGREE, "completeness_check")
    clock_of(desk.office).advance(timedelta(days=3))
    later = desk.case(RPL, "screening")
    sooner = desk.case(DEGREE, "payment_check")  # five working days instead of ten
    html = desk.get(desk.staff(Role.INTAKE_OFFICER), "/desk/").text
    assert numbers_in(html) == [number_of(desk, each) for each in (sooner, first, later)]


def test_the_counters_count_and_filter(desk: Desk) -> None:
    old = desk.case(DEGREE, "completeness_check")
    clock_of(desk.office).advance(timedelta(days=12))
    waiting = desk.case(DEGREE, "payment_awaited")
    fresh = desk.case(RPL, "screening")
    judged = desk.case(RPL, "assessment")
    officer = desk.staff(Role.INTAKE_OFFICER)
    counted = counters_in(desk.get(officer, "/desk/").text)
    assert counted == {"due in 3 days or less": 1, "due in 10 days or less": 1, "paused, with the applicant": 1, "wait for you": 2, "all open cases": 4}
    shown = {show: set(numbers_in(desk.get(officer, f"/desk/?show={show}").text)) for show in ("urgent", "applicant", "mine", "all")}
    wanted = {"urgent": [old], "applicant": [waiting], "mine": [old, fresh], "all": [old, waiting, fresh, judged]}
    assert shown == {show: {number_of(desk, each) for each in cases} for show, cases in wanted.items()}


def test_a_row_says_the_limit_the_next_act_the_stage_and_whose_turn_it_is(desk: Desk) -> None:
    desk.case(DEGREE, "payment_check")
    said = words_in(desk.get(desk.staff(Role.INTAKE_OFFICER), "/desk/").text)
    for text in ("Time to check the payment: 0 of 5 working days",
                 "Engineering and architecture", "Compare the receipt with the fee.", "Checking the payment", "You Intake"):
        assert text in said


def test_a_case_is_found_by_its_number_however_it_is_typed(desk: Desk) -> None:
    case_id = desk.case(DEGREE, "evaluation")
    desk.case(DEGREE, "evaluation")
    number = number_of(desk, case_id)
    html = desk.get(desk.staff(Role.INTAKE_OFFICER), f"/desk/?number={number.lower().replace('-', ' ')}").text
    assert numbers_in(html) == [number]


def test_a_wrong_number_is_said_beside_the_field_and_kept(desk: Desk) -> None:
    answer = desk.get(desk.staff(Role.ASSESSOR), "/desk/?number=CO-4T9BX-19")
    assert answer.status_code == 422
    assert "<title>Error:" in answer.text
    assert 'value="CO-4T9BX-19"' in answer.text
    assert 'href="#number"' in answer.text
    assert "Check the number: its last character does not fit the others." in words_in(answer.text)
    assert "Clear the filter" in answer.text


def test_a_number_that_no_open_case_has_is_said_back(desk: Desk) -> None:
    case_id = desk.case(DEGREE, "denied", refused=True)
    number = number_of(desk, case_id)
    html = desk.get(desk.staff(Role.ASSESSOR), f"/desk/?number={number}").text
    assert f"No open case with the number {number}" in words_in(html)
    assert numbers_in(html) == []


def test_an_empty_desk_says_so_and_leads_to_all_cases(desk: Desk) -> None:
    html = desk.get(desk.staff(Role.REGISTRAR), "/desk/").text
    assert "No case waits for you" in words_in(html)
    assert 'href="/desk/?show=all"' in html


def test_the_list_goes_on_behind_its_last_line(desk: Desk) -> None:
    cases = [desk.case(RPL, "screening") for _ in range(PAGE + 2)]
    officer = desk.staff(Role.INTAKE_OFFICER)
    first = desk.get(officer, "/desk/").text
    onward = re.search(r'href="(/desk/\?show=mine&amp;after=[^"]+)"', first)
    assert onward is not None
    second = desk.get(officer, onward[1].replace("&amp;", "&")).text
    assert (len(numbers_in(first)), len(numbers_in(second))) == (PAGE, 2)
    assert {*numbers_in(first), *numbers_in(second)} == {number_of(desk, each) for each in cases}
    assert "Back to the first page" in second


def test_the_queue_names_nobody(desk: Desk) -> None:
    desk.case(DEGREE, "evaluation")
    assert "Yuleima" not in desk.get(desk.staff(Role.ASSESSOR), "/desk/?show=all").text


def test_who_has_no_role_in_a_procedure_sees_none_of_its_cases(desk: Desk) -> None:
    desk.case(DEGREE, "evaluation")
    for role in (Role.AUDITOR, Role.INTERNAL_VERIFIER):
        assert numbers_in(desk.get(desk.staff(role), "/desk/?show=all").text) == []


def test_applicants_find_no_desk(desk: Desk) -> None:
    nobody = Actor("f" * 32, frozenset({Role.APPLICANT}))
    assert desk.get(nobody, "/desk/").status_code == 404
