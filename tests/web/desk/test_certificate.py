"""The page of a certificate on the desk, over HTTP: each act is shown once more before it is done, and what is for ever needs two people."""

import pytest

from credentialing.domain.people import Actor, Role
from credentialing.services.demonstration import DEGREE
from tests.web.desk.conftest import Desk, words_in

GROUNDS = "The archive of the university says that the number of the diploma belongs to another person."


@pytest.fixture
def case_id(desk: Desk) -> str:
    """A case whose certificate was issued."""
    return desk.case(DEGREE, "certified")


def act(desk: Desk, actor: Actor, case_id: str, name: str, **typed: str) -> str:
    """Send the form of an act, look at it once more, and say yes; what the last page says."""
    address = f"/desk/cases/{case_id}/certificate"
    data = {"reason": {"suspend": "under_review", "lift": "review_ended", "revoke": "fraud_in_evidence"}.get(name, "data_wrong"), "grounds": GROUNDS, **typed}
    asked = desk.post(actor, f"{address}/{name}", data)
    assert asked.status_code == 200
    assert "Are you sure?" in words_in(asked.text)
    done = desk.post(actor, f"{address}/{name}", {**data, "sure": "yes"})
    assert (done.status_code, done.headers["Location"]) == (303, address)
    return words_in(desk.get(actor, address).text)


def test_a_registrar_suspends_and_lifts_and_the_page_tells_both(desk: Desk, case_id: str) -> None:
    registrar = desk.staff(Role.REGISTRAR)
    page = desk.get(registrar, f"/desk/cases/{case_id}/certificate")
    assert "In force" in words_in(page.text)
    assert "Lift the suspension" not in page.text
    suspended = act(desk, registrar, case_id, "suspend")
    assert "Suspended since" in suspended
    assert GROUNDS in suspended
    assert "The certificate is suspended. Lift that first." in suspended  # why it cannot be replaced now
    lifted = act(desk, registrar, case_id, "lift")
    assert "In force" in lifted
    assert "Suspension lifted" in lifted


def test_a_revocation_waits_for_another_person_who_confirms_it(desk: Desk, case_id: str) -> None:
    registrar, decides = desk.staff(Role.REGISTRAR), desk.staff(Role.DECISION_MAKER)
    address = f"/desk/cases/{case_id}/certificate"
    proposed = act(desk, registrar, case_id, "revoke")
    assert "another person must confirm this" in proposed
    assert "You proposed this, so another person must confirm it." in proposed
    assert "In force" in proposed
    confirm = next(part.split('"')[0] for part in desk.get(decides, address).text.split('action="') if part.split('"')[0].endswith("/confirm"))
    own = desk.post(registrar, confirm, {})
    assert own.status_code == 403
    assert "You proposed this" in words_in(own.text)
    assert desk.post(decides, confirm, {}).status_code == 303
    page = words_in(desk.get(decides, address).text)
    assert "Not valid since" in page
    assert "A paper that it rests on was false." in page
    assert "What can be done about it" not in page
    assert desk.post(decides, confirm, {}).status_code == 404


def test_a_proposal_is_taken_back_and_nothing_happened(desk: Desk, case_id: str) -> None:
    registrar = desk.staff(Role.REGISTRAR)
    address = f"/desk/cases/{case_id}/certificate"
    act(desk, registrar, case_id, "revoke")
    withdraw = next(part.split('"')[0] for part in desk.get(registrar, address).text.split('action="') if part.split('"')[0].endswith("/withdraw"))
    assert desk.post(registrar, withdraw, {}).status_code == 303
    page = words_in(desk.get(registrar, address).text)
    assert "taken back" in page
    assert "In force" in page


def test_a_replacement_shows_what_changes_and_stands_beside_the_old_one_until_it_is_issued(desk: Desk, case_id: str) -> None:
    registrar, decides = desk.staff(Role.REGISTRAR), desk.staff(Role.DECISION_MAKER)
    address = f"/desk/cases/{case_id}/certificate"
    form = desk.get(registrar, f"{address}/supersede").text
    assert 'name="display_name"' in form
    fields = {"display_name": "Yuleima Peñalver de Núñez", "document_ending": "4821", "degree.name": "Ingeniería Civil", "degree.awarded": "UDO"}
    asked = desk.post(registrar, f"{address}/supersede", {"reason": "name_changed", "grounds": GROUNDS, **fields})
    assert "Yuleima Peñalver de Núñez" in words_in(asked.text)
    act(desk, registrar, case_id, "supersede", reason="name_changed", **fields)
    confirm = next(part.split('"')[0] for part in desk.get(decides, address).text.split('action="') if part.split('"')[0].endswith("/confirm"))
    assert desk.post(decides, confirm, {}).status_code == 303
    assert "until it is issued the old one stays in force" in words_in(desk.get(decides, address).text)
    desk.run_jobs()
    page = words_in(desk.get(decides, address).text)
    assert "Replaced by a corrected one" in page
    assert "Earlier editions" in page


@pytest.mark.parametrize(("typed", "said"), [
    ({"reason": "nonsense"}, "Choose one of the answers: Reason"), ({"grounds": ""}, "Fill in: Grounds"), ({"grounds": "x"}, "Grounds: write a little more"),
    ({"grounds": "ab\u202ecdefghijkl"}, "Grounds: there are signs that cannot be seen"),
])  # fmt: skip
def test_a_form_that_says_too_little_comes_back_with_every_reason_and_what_was_typed(desk: Desk, case_id: str, typed: dict[str, str], said: str) -> None:
    given = {"reason": "under_review", "grounds": GROUNDS, **typed, "sure": "yes"}
    came_back = desk.post(desk.staff(Role.REGISTRAR), f"/desk/cases/{case_id}/certificate/suspend", given)
    assert came_back.status_code == 422
    assert said in words_in(came_back.text)
    assert "In force" in words_in(desk.get(desk.staff(Role.REGISTRAR), f"/desk/cases/{case_id}/certificate").text)


def test_whoever_does_not_register_sees_the_page_and_can_do_nothing(desk: Desk, case_id: str) -> None:
    assessor = desk.staff(Role.ASSESSOR)
    page = desk.get(assessor, f"/desk/cases/{case_id}/certificate")
    assert (page.status_code, "Your role does not allow this." in words_in(page.text)) == (200, True)
    refused = desk.post(assessor, f"/desk/cases/{case_id}/certificate/suspend", {"reason": "under_review", "grounds": GROUNDS, "sure": "yes"})
    assert refused.status_code == 422
    assert desk.get(assessor, f"/desk/cases/{case_id}/certificate/explode").status_code == 404
    assert desk.get(assessor, "/desk/cases/nowhere/certificate").status_code == 404
