"""What is sent from the page of a case: recorded when lawful, otherwise back with every reason and nothing lost."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

from credentialing.domain.people import Actor, Role
from credentialing.services.demonstration import CRITERIA, DEGREE, RPL
from credentialing.web.phrases import sentence
from credentialing.web.words import speak_for
from tests.certificate.workshop import TOLERATED
from tests.office import clock_of
from tests.web.desk.conftest import Desk, words_in


def reasons_beside(html: str, move: str) -> list[str]:
    """The reasons that stand beside a greyed move."""
    block = re.search(rf'<div id="why-{move}">.*?</ul>', html, re.DOTALL)
    assert block is not None
    return [unescape(each) for each in re.findall(r"<li>(.*?)</li>", block[0])]


def test_checks_are_recorded_in_any_order_and_the_next_open_one_follows(desk: Desk) -> None:
    case_id, officer = desk.case(DEGREE, "completeness_check"), desk.staff(Role.INTAKE_OFFICER)
    answer = desk.find(officer, case_id, "legalisation_seen", "missing", "No apostille, and no other proof.")
    assert answer.status_code == 303
    assert answer.location == f"/desk/cases/{case_id}?subject=identity_confirmed#now"
    desk.find(officer, case_id, "identity_confirmed", "confirmed", "")
    last = desk.find(officer, case_id, "papers_readable", "readable", "")
    assert "subject=" not in last.location
    found = desk.view(case_id, Role.INTAKE_OFFICER).findings
    assert {name: (line.value, line.reason) for name, line in found.items()} == {
        "legalisation_seen": ("missing", "No apostille, and no other proof."), "identity_confirmed": ("confirmed", ""), "papers_readable": ("readable", ""),
    }
    assert "Everything here is answered" in words_in(desk.get(officer, last.location).text)


def test_criteria_and_units_are_recorded_with_their_reasons(desk: Desk) -> None:
    degree, rpl, assessor = desk.case(DEGREE, "evaluation"), desk.case(RPL, "assessment"), desk.staff(Role.ASSESSOR)
    for subject, (value, reason) in CRITERIA.items():
        assert desk.find(assessor, degree, subject, value, reason).status_code == 303
    assert desk.find(assessor, rpl, "U4", "not_yet_competent", "No product was shown.").status_code == 303
    found = desk.view(degree).findings
    assert {name: (line.value, line.reason) for name, line in found.items() if name in CRITERIA} == dict(CRITERIA)
    assert desk.view(rpl).findings["U4"].reason == "No product was shown."


def test_a_finding_without_its_reason_comes_back_with_what_was_chosen(desk: Desk) -> None:
    case_id, assessor = desk.case(DEGREE, "evaluation"), desk.staff(Role.ASSESSOR)
    answer = desk.find(assessor, case_id, "E2", "plausible", "  ")
    assert answer.status_code == 422
    assert "<title>Error:" in answer.text
    assert 'href="#reason"' in answer.text
    assert "Fill in: Reason." in words_in(answer.text)
    assert re.search(r'value="plausible" checked', answer.text)
    assert "E2" not in desk.view(case_id).findings


def test_a_finding_without_an_answer_keeps_the_text(desk: Desk) -> None:
    case_id, assessor = desk.case(DEGREE, "evaluation"), desk.staff(Role.ASSESSOR)
    answer = desk.find(assessor, case_id, "E2", "", "A long reason.")
    assert answer.status_code == 422
    assert 'href="#value"' in answer.text
    assert ">A long reason.</textarea>" in answer.text


def test_signs_that_nobody_sees_are_refused_in_a_reason(desk: Desk) -> None:
    case_id, assessor = desk.case(DEGREE, "evaluation"), desk.staff(Role.ASSESSOR)
    assert desk.find(assessor, case_id, "E2", "plausible", "gen\u202euine").status_code == 422
    assert "E2" not in desk.view(case_id).findings


def test_a_finding_on_a_case_that_moved_on_is_not_kept_but_its_text_is_given_back(desk: Desk) -> None:
    case_id = desk.case(DEGREE, "decision_awaited")
    answer = desk.find(desk.staff(Role.ASSESSOR), case_id, "E2", "plausible", "Written while the case moved on.")
    assert answer.status_code == 422
    assert "The case is at another stage now." in words_in(answer.text)
    assert "What you wrote was not saved" in answer.text
    assert "Written while the case moved on.</blockquote>" in answer.text


def test_every_reason_stands_in_words_beside_a_greyed_move(desk: Desk) -> None:
    case_id, assessor = desk.case(DEGREE, "evaluation"), desk.staff(Role.ASSESSOR)
    view = desk.view(case_id)
    offer = next(offer for offer in view.offers if offer.move == "propose")
    assert len(offer.reasons) == 12  # two checks, nine criteria, the route
    with desk.app.test_request_context("/?lang=en"):
        speak_for(view.definition)
        wanted = [sentence(reason) for reason in offer.reasons]
    html = desk.get(assessor, f"/desk/cases/{case_id}").text
    assert reasons_beside(html, "propose") == wanted
    assert f'action="/desk/cases/{case_id}/moves/propose"' not in html


def test_who_proposed_reads_which_deed_keeps_them_from_deciding(desk: Desk, both: Callable[[Desk], Actor]) -> None:
    case_id = desk.case(DEGREE, "decision_awaited")
    html = desk.get(both(desk), f"/desk/cases/{case_id}").text
    said = (
        "Another person must do this, because you already did: the evaluation of the criteria, Test of knowledge, Propose a decision, Choose the route, "
        "Precedents. Whoever judged or verified does not decide."
    )
    assert said in reasons_beside(html, "grant")
    answer = desk.move(both(desk), case_id, "grant", recognised_as="Ingeniería Civil")
    assert answer.status_code == 403
    assert said in words_in(answer.text)
    assert desk.view(case_id).state == "decision_awaited"


def test_the_letter_is_drafted_previewed_mended_and_sent(desk: Desk) -> None:
    case_id, officer = desk.case(DEGREE, "completeness_check"), desk.staff(Role.INTAKE_OFFICER)
    address = f"/desk/cases/{case_id}/questions"
    text = "The seal is cut off. Send a photo with all corners."
    assert desk.post(officer, address, {"about": "diploma", "question": text}).status_code == 303
    desk.post(officer, address, {"about": "", "question": "To be taken out again."})
    drafts = {each.text: each for each in desk.view(case_id, Role.INTAKE_OFFICER).questions}
    html = desk.get(officer, f"/desk/cases/{case_id}").text
    preview = html[html.index("See it as the person will"):]
    assert "Degree certificate. The seal is cut off." in words_in(preview)
    gone = drafts["To be taken out again."].question_id
    assert desk.post(officer, f"{address}/{gone}/drop", {}).status_code == 303
    assert desk.move(officer, case_id, "ask_once").status_code == 303
    view = desk.view(case_id, Role.INTAKE_OFFICER)
    assert view.state == "answer_awaited"
    assert [(each.about, each.text, each.asked_at is not None) for each in view.questions] == [("diploma", text, True)]


def test_an_empty_question_comes_back_beside_its_field(desk: Desk) -> None:
    case_id, officer = desk.case(DEGREE, "completeness_check"), desk.staff(Role.INTAKE_OFFICER)
    answer = desk.post(officer, f"/desk/cases/{case_id}/questions", {"about": "transcript", "question": " "})
    assert answer.status_code == 422
    assert 'href="#question"' in answer.text
    assert re.search(r'value="transcript" selected', answer.text)


def test_a_second_letter_is_not_offered_and_the_reason_is_said(desk: Desk) -> None:
    case_id, officer = desk.case(DEGREE, "answer_awaited", letter=True), desk.staff(Role.INTAKE_OFFICER)
    desk.answer_letter(case_id)
    html = desk.get(officer, f"/desk/cases/{case_id}").text
    assert "This can be done only once, and it has been done." in reasons_beside(html, "ask_once")
    assert "Add to the letter" not in html
    answer = desk.post(officer, f"/desk/cases/{case_id}/questions", {"about": "", "question": "One more?"})
    assert answer.status_code == 422
    assert "One more?</blockquote>" in answer.text
    assert len(desk.view(case_id, Role.INTAKE_OFFICER).questions) == 2


def test_a_move_on_a_case_that_somebody_else_moved_is_a_conflict(desk: Desk) -> None:
    case_id, assessor = desk.case(DEGREE, "evaluation"), desk.staff(Role.ASSESSOR)
    seen = desk.view(case_id).revision
    assert desk.move(assessor, case_id, "choose_route", route="precedent").status_code == 303
    answer = desk.move(assessor, case_id, "choose_route", route="academic", revision=seen)
    assert answer.status_code == 409
    assert desk.view(case_id).facts.route == "precedent"
    for revision in ("", "x", "-1"):
        assert desk.move(assessor, case_id, "choose_route", route="academic", revision=revision).status_code == 409


def test_every_form_of_a_move_carries_the_revision(desk: Desk) -> None:
    case_id = desk.case(DEGREE, "decision_awaited")
    html = desk.get(desk.staff(Role.DECISION_MAKER), f"/desk/cases/{case_id}").text
    forms = re.findall(r'<form[^>]+/moves/\w+".*?</form>', html, re.DOTALL)
    assert forms
    assert all(f'name="revision" value="{desk.view(case_id).revision}"' in form for form in forms)


def test_a_move_without_what_it_asks_for_comes_back_with_the_rest(desk: Desk) -> None:
    case_id, decider = desk.case(DEGREE, "decision_awaited"), desk.staff(Role.DECISION_MAKER)
    answer = desk.move(decider, case_id, "return_to_evaluation", grounds="  ")
    assert answer.status_code == 422
    assert 'href="#return_to_evaluation-grounds"' in answer.text
    assert "Fill in: Reasons." in words_in(answer.text)
    refused = desk.move(decider, case_id, "deny", grounds="A text of some length.")
    assert refused.status_code == 422
    assert "The proposed outcome is a different one." in words_in(refused.text)
    assert "A text of some length.</blockquote>" in refused.text
    assert desk.view(case_id).state == "decision_awaited"


def test_a_decision_is_taken_by_a_second_person_and_can_be_returned(desk: Desk) -> None:
    case_id, decider = desk.case(DEGREE, "decision_awaited"), desk.staff(Role.DECISION_MAKER)
    assert desk.move(decider, case_id, "return_to_evaluation", grounds="Look at E5 again.").status_code == 303
    assert desk.view(case_id).state == "evaluation"
    assert "Look at E5 again." in words_in(desk.get(desk.staff(Role.ASSESSOR), f"/desk/cases/{case_id}").text)
    assert desk.move(desk.staff(Role.ASSESSOR), case_id, "propose", outcome="full", grounds="E5 was looked at again.").status_code == 303
    assert desk.move(decider, case_id, "grant", recognised_as="Ingeniería Civil").status_code == 303
    assert desk.view(case_id).state == "ready_to_issue"


def test_a_plan_names_its_units_and_keeps_its_text_when_a_change_is_asked_for(desk: Desk) -> None:
    case_id, assessor = desk.case(RPL, "planning"), desk.staff(Role.ASSESSOR)
    desk.find(assessor, case_id, "conflict_declared", "none", "")
    empty = desk.move(assessor, case_id, "propose_plan", units=[], plan="A morning in the workshop.")
    assert empty.status_code == 422
    assert ">A morning in the workshop.</textarea>" in empty.text
    assert desk.move(assessor, case_id, "propose_plan", units=["U1", "U3"], plan="A morning in the workshop.").status_code == 303
    view = desk.view(case_id)
    assert (view.state, view.facts.units) == ("plan_agreement", ("U1", "U3"))


def test_a_certificate_that_cannot_be_made_is_refused_with_the_reason(desk: Desk) -> None:
    case_id = desk.case(DEGREE, "ready_to_issue", answers={"degree_name": "工程师 Ingeniera"})
    answer = desk.move(desk.staff(Role.REGISTRAR), case_id, "issue")
    assert answer.status_code == 422
    assert "工" in words_in(answer.text)
    assert "the name of the degree" in words_in(answer.text)
    assert desk.view(case_id, Role.REGISTRAR).state == "ready_to_issue"


@TOLERATED
def test_a_certificate_is_issued_and_can_be_fetched(desk: Desk) -> None:
    case_id, registrar = desk.case(DEGREE, "ready_to_issue"), desk.staff(Role.REGISTRAR)
    assert "This will stand on the certificate Name Yuleima Peñalver Núñez" in words_in(desk.get(registrar, f"/desk/cases/{case_id}").text)
    assert desk.get(registrar, f"/desk/cases/{case_id}/certificate.pdf").status_code == 404
    assert desk.move(registrar, case_id, "issue").status_code == 303
    assert desk.view(case_id, Role.REGISTRAR).state == "issuing"
    desk.run_jobs()
    html = desk.get(registrar, f"/desk/cases/{case_id}").text
    view = desk.view(case_id, Role.REGISTRAR)
    assert view.certificate is not None
    assert view.certificate.number in html
    assert "In force" in words_in(html)
    pdf = desk.get(registrar, f"/desk/cases/{case_id}/certificate.pdf")
    assert pdf.data.startswith(b"%PDF-")
    assert pdf.headers["Content-Disposition"] == f'attachment; filename="{view.certificate.number}.pdf"'


def test_an_unknown_move_is_refused_and_changes_nothing(desk: Desk) -> None:
    case_id = desk.case(DEGREE, "evaluation")
    revision = desk.view(case_id).revision
    assert desk.move(desk.staff(Role.ASSESSOR), case_id, "fly_away").status_code == 422
    assert desk.view(case_id).revision == revision


def test_a_form_that_is_not_ours_changes_nothing(desk: Desk) -> None:
    case_id, assessor = desk.case(DEGREE, "evaluation"), desk.staff(Role.ASSESSOR)
    clock_of(desk.office).advance(timedelta(minutes=1))
    answer = desk.browser(assessor).post(f"/desk/cases/{case_id}/findings/E1", data={"value": "recognised", "reason": "Forged."})
    assert answer.status_code == 400
    assert "E1" not in desk.view(case_id).findings


def test_after_a_finding_the_papers_stay_as_they_were_shown(desk: Desk) -> None:
    case_id, assessor = desk.case(DEGREE, "evaluation"), desk.staff(Role.ASSESSOR)
    diploma = next(each.evidence_id for each in desk.view(case_id).papers if each.kind == "diploma")
    scene = f"subject=E1&paper={diploma}&page=2&zoom=2&turn=90"
    data = {"value": "recognised", "reason": "It was.", "scene": scene}
    answer = desk.post(assessor, f"/desk/cases/{case_id}/findings/E1", data)
    assert answer.location == f"/desk/cases/{case_id}?subject=E2&paper={diploma}&page=2&zoom=2&turn=90#now"
