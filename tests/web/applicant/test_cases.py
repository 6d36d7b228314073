"""The page of a case in each of its stages, the other acts, the decision and the certificate."""

import hashlib
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from credentialing.certificate.outcomes import Result
from credentialing.certificate.proof import check_proof, read_proof
from credentialing.crypto.keyfiles import Purpose
from credentialing.domain.people import Role
from credentialing.services.demonstration import DEGREE, Course, Story
from credentialing.services.looking import my_case
from credentialing.services.moving import make_move
from credentialing.services.versions import move_to_version
from credentialing.web.applicant.standing import main_way
from credentialing.workflow.library import Library
from tests.office import SAMPLES, clock_of, library, run_jobs
from tests.web.applicant.conftest import ANA, LUIS, Play, bytes_of, text_of


def test_the_main_way_of_each_procedure_leads_from_the_draft_to_the_certificate() -> None:
    degree, rpl = (main_way(library().definition(name)) for name in ("co-degree-convalidacion", "co-rpl-sena-eccl"))
    assert degree[:5] == ("draft", "completeness_check", "payment_awaited", "payment_check", "evaluation")
    assert degree[5:] == ("decision_awaited", "ready_to_issue", "issuing", "certified")
    assert rpl[:7] == ("draft", "screening", "guidance", "planning", "plan_agreement", "assessment", "verification")
    assert "improvement" not in rpl


@pytest.mark.parametrize("name", [view.id for view in library().procedures()])
def test_no_main_way_leads_through_a_refusal_or_an_appeal(name: str) -> None:
    definition = next(view.definition for view in library().procedures() if view.id == name)
    way = main_way(definition)
    assert (way[0], way[-1]) == (definition.starts_in, "certified")
    assert "decision_awaited" in way
    assert not {"refusal_told", "appeal_review", "appeal_decision", "silence_confirmation"} & set(way)


def test_a_sent_case_says_who_has_it_and_by_when_and_where_the_facts_come_from(play: Play) -> None:
    visitor, case = play.reach("evaluation")
    said = text_of(visitor.open(case))
    assert "The institution has it now" in said
    assert re.search(r"They have until \d+ \w+", said)
    assert "of 180 days used" in said
    assert "the law takes it as a \"no\"" in said
    assert "Facts gathered on 23 November" in said
    assert "Being prepared (done)" in said
    assert re.search(r"Evaluation of the studies since \d+ \w+ Decision due", said)


def test_a_legal_limit_stands_still_while_the_applicant_must_act(play: Play) -> None:
    visitor, case = play.reach("payment_awaited")
    said = text_of(visitor.open(case))
    assert "It is your turn now" in said
    assert "The Ministry's time limit" not in said  # it has not begun: the first payment opens it
    assert "of 60 days used" in said
    assert "COP 600,000" in said


def test_a_procedure_without_a_legal_limit_says_so(play: Play) -> None:
    visitor, case = play.reach("screening", who=LUIS)
    assert "The law sets no limit here." in text_of(visitor.open(case))


def test_an_act_that_needs_a_paper_leads_to_the_paper_first(play: Play) -> None:
    visitor, case = play.reach("payment_awaited")
    visitor.open(case)
    assert f"{case}/papers#payment_receipt" in visitor.links()
    visitor.open(f"{case}/moves/pay")
    assert "One thing is missing" in text_of(visitor.html)
    visitor.send(f"{case}/moves/pay", revision=visitor.revision())
    assert visitor.status == 422
    assert "A paper is missing: Proof of payment." in text_of(visitor.html)
    visitor.open(f"{case}/papers")
    visitor.send(f"{case}/papers", kind="payment_receipt", files=[("file", "pago.png", bytes_of("payment_receipt.png"))])
    visitor.open(f"{case}/moves/pay")
    visitor.send(f"{case}/moves/pay", revision=visitor.revision())
    assert visitor.where == f"{case}/received"
    assert "Intake checks your payment" in text_of(visitor.html)


def test_a_plan_is_shown_with_its_units_and_can_be_agreed_or_changed_with_words(play: Play) -> None:
    visitor, case = play.reach("plan_agreement", who=LUIS)
    visitor.open(f"{case}/moves/ask_change_of_plan")
    assert "Weld with covered electrodes" in text_of(visitor.html)
    visitor.send(f"{case}/moves/ask_change_of_plan", revision=visitor.revision(), grounds="")
    assert visitor.status == 422
    visitor.send(f"{case}/moves/ask_change_of_plan", revision=visitor.revision(), grounds="El sábado, por favor.")
    assert visitor.where == f"{case}/received"
    visitor.open(f"{case}/moves/agree_plan")
    assert visitor.where == case


def test_why_an_appeal_succeeded_is_read_on_the_page_of_the_case_and_the_report_on_it_is_not(play: Play) -> None:
    case_id = play.story.walk(ANA, DEGREE, until="appeal_review", course=Course(outcome="refused", appeals=True, declared=True))
    owner, case = play.story.welcome(ANA), f"/applications/{case_id}"
    given = {"report_appeal": {"appeal_opinion": "annul", "grounds": "Para quien decide."}, "annul": {"grounds": "No se leyeron los programas."}}
    for staff, (move, said) in zip((play.story.staff, play.story.second), given.items(), strict=True):
        revision = my_case(play.office, actor=owner, case_id=case_id).revision
        make_move(play.office, actor=staff[Role.APPEALS_BODY], case_id=case_id, move=move, seen_revision=revision, given=said)
    page = text_of(play.visit(str(owner.person_id)).open(case))
    assert re.search(r"The institution has it now .* No se leyeron los programas\. .* What the institution wrote to you", page)
    assert "Para quien decide." not in page


def test_a_case_whose_rules_were_exchanged_says_why_on_its_page(play: Play) -> None:
    first = replace(play.office, library=Library(definitions=[library().definition(DEGREE, 1)], standards=(), texts={}))
    story = Story(first, clock=clock_of(first), run_jobs=lambda: run_jobs(first), samples=SAMPLES)
    case_id, owner = story.walk(ANA, DEGREE, until="completeness_check"), str(play.story.welcome(ANA).person_id)
    move_to_version(play.office, actor=play.story.staff[Role.ADMINISTRATOR], case_id=case_id, version=2, grounds="Ahora puede pedir otra vía.")
    visitor = play.visit(owner)
    assert "Ahora puede pedir otra vía." in text_of(visitor.open(f"/applications/{case_id}"))
    assert visitor.status == 200


def test_there_is_no_decision_page_before_there_is_a_decision(play: Play) -> None:
    visitor, case = play.reach("decision_awaited")
    visitor.open(f"{case}/decision")
    assert visitor.status == 404
    assert "/decision" not in visitor.open(case)
    assert visitor.client.get(f"{case}/certificate.pdf").status_code == 404


def test_a_negative_decision_gives_reasons_in_the_officers_words_and_the_last_day_of_each_remedy(play: Play) -> None:
    visitor, case = play.reach("denied", refused=True)
    said = text_of(visitor.open(f"{case}/decision"))
    assert "Not recognised" in said
    assert "Faltan las materias" in said
    assert "Difference for the purpose There is one that matters" in said
    assert "You have 10 working days" in said
    assert re.search(r"The last day is \d+ \w+ ?\. (\d+ days left|Due)", said)
    clock_of(play.office).advance(timedelta(days=40))
    person = play.story.welcome(ANA).person_id
    assert person is not None
    later = text_of(play.visit(person).open(f"{case}/decision"))
    assert later.count("The time is over The last day was") == 2


@pytest.mark.filterwarnings("ignore:unclosed file .*sRGB2014:ResourceWarning")  # the drawing library leaves its colour profile open
def test_a_certified_case_gives_the_certificate_under_its_number_alone(play: Play) -> None:
    visitor, case = play.reach("certified", who=LUIS)
    said = text_of(visitor.open(f"{case}/decision"))
    assert "Competence certified" in said
    assert said.count("Competent") >= 6
    pdf = visitor.client.get(f"{case}/certificate.pdf")
    assert pdf.data.startswith(b"%PDF")
    assert re.fullmatch(r'attachment; filename="CL-[0-9A-Z-]+\.pdf"', pdf.headers["Content-Disposition"])
    assert pdf.headers["Cache-Control"] == "private, no-store"
    data = visitor.client.get(f"{case}/credential.json")
    assert data.mimetype == "application/vc"
    assert data.headers["Content-Disposition"] == pdf.headers["Content-Disposition"].replace(".pdf", ".vc.json")
    assert data.headers["Cache-Control"] == "private, no-store"
    assert data.get_json(force=True)["credentialSubject"]["licenseNumber"] in pdf.headers["Content-Disposition"]
    token = visitor.client.get(f"{case}/credential.sd-jwt")
    assert (token.mimetype, token.headers["Cache-Control"]) == ("application/dc+sd-jwt", "private, no-store")
    assert token.text != visitor.client.get(f"{case}/credential.sd-jwt").text
    proof = visitor.client.get(f"{case}/certificate.proof.json")
    assert proof.headers["Content-Disposition"] == pdf.headers["Content-Disposition"].replace(".pdf", ".proof.json")
    log = f"{play.office.settings.verify_host}/log"
    keys = play.office.keys.public_keys(Purpose.LOG)
    checked = check_proof(read_proof(proof.data), sha256=hashlib.sha256(pdf.data).hexdigest(), origin=log, keys=keys)
    assert checked.result is Result.PASSED
    assert {f"{case}/credential.json", f"{case}/certificate.proof.json"} <= set(visitor.links())
    assert "Download my certificate" in text_of(visitor.open(case))
    registrar = play.story.staff[Role.REGISTRAR].person_id
    assert registrar is not None
    for name in ("certificate.pdf", "credential.json", "credential.sd-jwt", "certificate.proof.json"):
        assert play.visit(registrar).client.get(f"{case}/{name}").status_code == 404


@pytest.mark.parametrize("state", ["completeness_check", "answer_awaited", "payment_awaited", "denied"])
def test_every_link_from_a_case_can_be_opened_and_names_nobody(play: Play, state: str) -> None:
    visitor, case = play.reach(state, letter=state == "answer_awaited", refused=state == "denied")
    personal = {word.casefold() for text in ANA.answers.values() for word in re.split(r"\W+", text) if len(word) > 3} - {"civil", "employment", "engineering"}
    waiting, seen = ["/applications/", case, f"{case}/summary"], set[str]()
    while waiting:
        path = waiting.pop()
        seen.add(path)
        visitor.open(path)
        assert visitor.status == 200, path
        for link in visitor.links():
            assert not {word for word in personal if word in link.casefold()}, link
            plain = link.partition("#")[0].partition("?")[0]
            picture = re.search(r"/papers/[0-9a-f]{32}/\d+$", plain) is not None
            apart = picture or plain.endswith(("/remove", "/certificate.pdf", "/credential.json", "/credential.sd-jwt", ".proof.json"))
            if plain.startswith("/applications") and not apart and plain not in seen:
                waiting.append(plain)
    assert len(seen) > 8
