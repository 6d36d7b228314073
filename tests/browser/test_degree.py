"""A degree, from the first page on a phone to the certificate, with everybody who takes part; and what happens when things go wrong on the way."""

from collections.abc import Callable

import pytest

from credentialing.domain.people import Role
from credentialing.services.demonstration import CRITERIA, Applicant, engineer
from tests.browser import employer, migrant, officer
from tests.browser.visitor import Visitor
from tests.chromium import DESKTOP, PHONE

pytestmark = pytest.mark.browser
Arrive = Callable[..., Visitor]

INTAKE = {
    "identity_confirmed": ("confirmed", "La foto y el nombre coinciden."),
    "papers_readable": ("readable", "Se leen completos."),
    "legalisation_seen": ("apostilled", "La apostilla corresponde al título."),
}


def test_a_degree_goes_from_the_first_page_to_a_certificate_that_verifies(arrive: Arrive) -> None:
    migrant_there, desk = arrive(**PHONE), arrive(**DESKTOP)
    person = engineer("+573009990201", "Yulimar", "Peñalver Núñez", "0201")
    case = apply(migrant_there, person, "300 999 0201")
    number = migrant.number_of(migrant_there, case)
    check_papers(desk, number)
    migrant.answer_letter(migrant_there, case)
    accept(desk, number)
    migrant.pay(migrant_there, case, person)
    confirm_payment(desk, number)
    migrant_there.go(case)
    migrant_there.look("case-evaluation")
    evaluate(desk, number)
    decide(desk, number)
    issue(desk, number)
    pdf = migrant.await_certificate(migrant_there, case)
    read_decision(migrant_there, case)
    scanned = employer.scan(pdf)
    stranger = arrive(**PHONE)
    stranger.go(scanned.path)
    assert employer.verdict_of(stranger) == "copy"
    assert "Yulimar Peñalver Núñez" in stranger.text(".pu-who")
    assert "Ingeniería Civil" in stranger.text(".pu-who")


def apply(visitor: Visitor, person: Applicant, contact: str) -> str:
    """Find the procedure, come in, fill in, send papers and application; the address of the case."""
    migrant.find_route(visitor, want="degree", papers="degree")
    visitor.follow('main a[href^="/sign-in"]')
    migrant.sign_in(visitor, contact)
    case = migrant.begin(visitor)
    migrant.give_permissions(visitor, case)
    see_everything_missing(visitor, case)
    visitor.go(f"{case}/form/person")
    migrant.fill_in(visitor, person)
    visitor.look("papers-empty")
    migrant.hand_in_everything(visitor, person)
    visitor.look("papers-full")
    migrant.send_application(visitor, case)
    for page in ("", "/summary", "/readings"):
        visitor.go(case + page)
        visitor.look(f"case-sent{page.replace('/', '-')}")
    return case


def see_everything_missing(visitor: Visitor, case: str) -> None:
    """The page before sending names everything at once, each with the link that leads to it."""
    visitor.go(f"{case}/check")
    visitor.look("check-missing")
    links = [link.get_attribute("href") or "" for link in visitor.page.locator(".pu-missing a").all()]
    assert sum("/form/" in link for link in links) == 13
    assert [link.partition("#")[2] for link in links if "/papers" in link] == ["identity", "diploma", "transcript", "apostille"]
    assert visitor.page.locator("[name=declared]").count() == 0


def check_papers(desk: Visitor, number: str) -> None:
    """Intake: the three checks beside the papers, and one letter with two questions."""
    officer.enter(desk, Role.INTAKE_OFFICER)
    officer.open_case(desk, number)
    desk.look("desk-intake")
    officer.judge_all(desk, INTAKE)
    officer.ask(desk, "transcript", "Falta la escala de notas. Envíe una foto de esa página.")
    officer.ask(desk, "", "¿En qué mes se graduó?")
    desk.look("desk-letter")
    officer.move(desk, "ask_once")
    desk.look("desk-letter-sent")


def accept(desk: Visitor, number: str) -> None:
    """Intake again: the letter cannot be written twice, and the papers are accepted."""
    officer.open_case(desk, number)
    desk.look("desk-letter-answered")
    assert desk.page.locator("#letter").count() == 0
    assert "En julio de 2014." in desk.text("#answers")
    officer.move(desk, "accept")


def confirm_payment(desk: Visitor, number: str) -> None:
    """Intake once more: the receipt beside the fee."""
    officer.open_case(desk, number)
    desk.look("desk-payment")
    officer.judge(desk, "receipt_matches", "paid", "El valor y la fecha coinciden.")
    officer.move(desk, "confirm_payment")


def evaluate(desk: Visitor, number: str) -> None:
    """The assessor: no papers before declaring no conflict, nine criteria each with its reason, a proposal, and no decision."""
    officer.enter(desk, Role.ASSESSOR)
    officer.open_case(desk, number)
    desk.look("desk-conflict")
    assert desk.page.locator(".pu-view, .pu-view__page").count() == 0
    assert "Universidad del Litoral Oriental" in desk.text(".pu-casehead")  # enough to tell whether anything ties one to the person
    officer.declare(desk)
    desk.look("desk-declared")
    assert "Notas certificadas" in desk.text(".pu-view")
    officer.judge(desk, "precedent_searched", "none_found", "Busqué por universidad y título.")
    officer.judge(desk, "knowledge_shown", "not_needed", "Hay todos los papeles.")
    officer.move(desk, "choose_route", route="academic")
    desk.look("desk-criteria")
    officer.judge_all(desk, CRITERIA)
    desk.look("desk-criteria-done")
    officer.move(desk, "propose", outcome="full", grounds="No hay diferencia sustancial.")
    desk.look("desk-proposed")
    assert desk.page.locator('form[action$="/moves/grant"]').count() == 0
    assert "No puede decidir quien hizo la evaluación." in desk.text("[aria-labelledby=turn]")


def decide(desk: Visitor, number: str) -> None:
    """The second person: sees what was proposed and by whom, and grants."""
    officer.enter(desk, Role.DECISION_MAKER)
    officer.open_case(desk, number)
    officer.declare(desk)
    desk.look("desk-decision")
    assert "No hay diferencia sustancial." in desk.text("[aria-labelledby=proposal]")
    officer.move(desk, "grant", recognised_as="Ingeniería Civil")
    desk.look("desk-granted")


def issue(desk: Visitor, number: str) -> None:
    """The registrar: sees what will stand on the certificate, and issues it."""
    officer.enter(desk, Role.REGISTRAR)
    officer.open_case(desk, number)
    desk.look("desk-issue")
    assert "Ingeniería Civil" in desk.text("[aria-labelledby=face]")
    officer.move(desk, "issue")
    desk.look("desk-issued")


def read_decision(visitor: Visitor, case: str) -> None:
    """The decision: its outcome, the reason for each criterion, the ways on."""
    visitor.go(f"{case}/decision")
    visitor.look("decision-granted")
    said = visitor.text()
    assert all(reason in said for _, reason in CRITERIA.values())
    visitor.go(f"{case}/readings")
    visitor.look("readings")
    assert visitor.page.locator("main table tbody tr, main li").count() > 3
