"""A paper that cannot be had: another way is asked for on a phone and not accepted, a second person refuses, and two others look at the appeal on a laptop."""

from collections.abc import Callable

import pytest

from credentialing.domain.people import Role
from credentialing.services.demonstration import Applicant, engineer
from credentialing.services.invented import SECOND_STAFF
from tests.browser import migrant, officer
from tests.browser.visitor import Visitor
from tests.chromium import DESKTOP, PHONE

pytestmark = pytest.mark.browser
Arrive = Callable[..., Visitor]

WAY = "La universidad no entrega apostillas desde 2019; tengo el código que viene impreso en el título."
NOT_FOUND = "El código no se encuentra en la página de la universidad."
REFUSED = "Sin apostilla ni otra prueba no se puede comprobar el título."
APPEAL = "El código se escribe sin el guion: así sí se encuentra."
OPINION = "Probé el código de las dos formas."
ANSWER = "Se probó con y sin guion, y no se encuentra. Puede volver a presentarse con otra prueba."


def test_a_refused_way_is_appealed_on_a_phone_and_answered_on_a_laptop(arrive: Arrive) -> None:
    visitor, desk = arrive(**PHONE), arrive(**DESKTOP)
    person = engineer("+573009990205", "Coromoto", "Peñalver Núñez", "0205")
    case = apply_without_apostille(visitor, person)
    number = migrant.number_of(visitor, case)
    visitor.look("other-way-sent")
    refuse(desk, number)
    appeal(visitor, case)
    answer(desk, number)
    read_answer(visitor, case)
    assert number in visitor.text()


def apply_without_apostille(visitor: Visitor, person: Applicant) -> str:
    """The whole application but for the apostille, for which the person asks for another way; the address of the case."""
    visitor.go("/sign-in")
    migrant.sign_in(visitor, "300 999 0205")
    visitor.go("/route?want=degree&country=CO&papers=degree")
    case = migrant.begin(visitor)
    migrant.give_permissions(visitor, case)
    migrant.fill_in(visitor, person)
    for kind in ("identity", "diploma", "transcript"):
        migrant.hand_in(visitor, kind, person.papers[kind])
    card = '.pu-file:has([name=kind][value="apostille"])'
    visitor.one(f"{card} details summary").click()
    visitor.look("other-way-card")
    visitor.follow(f'{card} a[href$="/otherwise"]')
    visitor.look("other-way-choose")
    visitor.choose("way", "electronic_code")
    visitor.send("main form")
    visitor.page.fill("[name=way_text]", WAY)
    visitor.look("other-way-write")
    visitor.send("main form")
    visitor.look("other-way-asked")
    assert WAY in visitor.text(card)
    migrant.send_application(visitor, case)
    return case


def refuse(desk: Visitor, number: str) -> None:
    """Intake does not accept the way; a second person refuses."""
    officer.enter(desk, Role.INTAKE_OFFICER)
    officer.open_case(desk, number)
    officer.judge(desk, "waiver_apostille", "refused", NOT_FOUND)
    desk.look("desk-way-refused")
    officer.enter(desk, Role.DECISION_MAKER)
    officer.open_case(desk, number)
    officer.declare(desk)
    desk.look("desk-refuse-incomplete")
    officer.move(desk, "refuse_incomplete", grounds=REFUSED)


def appeal(visitor: Visitor, case: str) -> None:
    """The refusal is read, and the appeal is written."""
    visitor.go(case)
    visitor.look("refusal-told")
    visitor.follow(f'main a[href="{case}/decision"]')
    visitor.look("refusal-decision")
    assert all(text in visitor.text() for text in (REFUSED, NOT_FOUND))
    visitor.follow(f'main a[href="{case}/moves/appeal"]')
    visitor.look("appeal-write")
    visitor.send('main form[action$="/moves/appeal"]')
    visitor.look("appeal-fault")
    assert visitor.page.locator(".govuk-error-summary a").count() == 2
    visitor.choose("remedy", "reposicion")
    visitor.page.fill("[name=grounds]", APPEAL)
    visitor.send('main form[action$="/moves/appeal"]')
    visitor.look("appeal-received")
    assert visitor.path == f"{case}/received"
    visitor.go(case)
    visitor.look("appeal-case")


def answer(desk: Visitor, number: str) -> None:
    """One member of the appeals body gives an opinion, another decides; the first cannot."""
    officer.enter(desk, Role.APPEALS_BODY)
    officer.open_case(desk, number)
    desk.look("desk-appeal-declare")
    officer.declare(desk)
    desk.look("desk-appeal")
    assert APPEAL in desk.text("[aria-labelledby=appeal]")
    officer.move(desk, "report_appeal", appeal_opinion="uphold", grounds=OPINION)
    desk.look("desk-appeal-reported")
    assert desk.page.locator('form[action$="/moves/uphold"]').count() == 0
    officer.enter(desk, Role.APPEALS_BODY, name=SECOND_STAFF[Role.APPEALS_BODY][1])
    officer.open_case(desk, number)
    officer.declare(desk)
    desk.look("desk-appeal-decision")
    assert OPINION in desk.text("[aria-labelledby=appeal]")
    officer.move(desk, "uphold", grounds=ANSWER)
    desk.look("desk-appeal-upheld")


def read_answer(visitor: Visitor, case: str) -> None:
    """The answer, and what is left to do; giving in is asked twice."""
    visitor.go(f"{case}/decision")
    visitor.look("appeal-answered")
    assert (ANSWER in visitor.text(), OPINION in visitor.text()) == (True, False)  # what they write among themselves stays there
    visitor.follow(f'main a[href="{case}/moves/let_stand"]')
    visitor.look("let-stand")
    assert visitor.page.locator("main .govuk-button--warning").count() == 1
    visitor.send('main form[action$="/moves/let_stand"]')
    visitor.go(f"{case}/decision")
    visitor.look("refusal-stands")
    assert ANSWER in visitor.text()
