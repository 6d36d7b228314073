"""Skills learnt at work, from the route finder to the certificate: units judged one by one, a plan that both sides agree to, an internal verifier."""

from collections.abc import Callable

import pytest

from credentialing.domain.people import Role
from credentialing.services.demonstration import Applicant, welder
from tests.browser import employer, migrant, officer
from tests.browser.visitor import Visitor
from tests.chromium import DESKTOP, PHONE

pytestmark = pytest.mark.browser
Arrive = Callable[..., Visitor]

UNITS = ("U1", "U2", "U3", "U4", "U5", "U6")
PLAN = "Una entrevista técnica y una mañana de observación en el taller."


def test_skills_are_judged_unit_by_unit_and_certified(arrive: Arrive) -> None:
    visitor, desk = arrive(**PHONE), arrive(**DESKTOP)
    person = welder("+573009990202", "Deivis", "Ñáñez Carrillo", "0202")
    case = apply(visitor, person)
    number = migrant.number_of(visitor, case)
    admit(desk, number)
    guide(desk, number)
    plan(desk, number)
    agree(visitor, case)
    judge_units(desk, number)
    verify_internally(desk, number)
    grant_and_issue(desk, number)
    pdf = migrant.await_certificate(visitor, case)
    visitor.go(f"{case}/decision")
    visitor.look("rpl-decision")
    assert all(f"Mostró la unidad {unit}." in visitor.text() for unit in UNITS)
    stranger = arrive(**PHONE)
    stranger.go(employer.scan(pdf).path)
    stranger.look("rpl-verified")
    assert employer.verdict_of(stranger) == "copy"
    assert stranger.page.locator("main .pu-ticks li").count() == len(UNITS)


def apply(visitor: Visitor, person: Applicant) -> str:
    """Find the procedure, come in by e-mail, fill in, send papers and application; the address of the case."""
    migrant.find_route(visitor, want="skills", papers="photos")
    visitor.follow('main a[href^="/sign-in"]')
    migrant.sign_in(visitor, "deivis.nanez@correo.example")
    case = migrant.begin(visitor)
    migrant.give_permissions(visitor, case)
    migrant.fill_in(visitor, person)
    visitor.look("rpl-papers-empty")
    migrant.hand_in_everything(visitor, person)
    visitor.look("rpl-papers-full")
    migrant.send_application(visitor, case)
    return case


def admit(desk: Visitor, number: str) -> None:
    """Intake: who it is, and that there is experience to assess."""
    officer.enter(desk, Role.INTAKE_OFFICER)
    officer.open_case(desk, number)
    desk.look("desk-screening")
    officer.judge(desk, "identity_confirmed", "confirmed", "La foto coincide.")
    officer.judge(desk, "experience_shown", "shown", "La carta del taller y las fotos lo muestran.")
    officer.move(desk, "accept")


def guide(desk: Visitor, number: str) -> None:
    """The guide looks at the portfolio with the person, and judges nothing."""
    officer.enter(desk, Role.GUIDE)
    officer.open_case(desk, number)
    desk.look("desk-guidance")
    officer.judge(desk, "portfolio_built", "ready", "La carta y las fotos muestran el trabajo.")
    officer.move(desk, "close_guidance")


def plan(desk: Visitor, number: str) -> None:
    """The assessor: no conflict, and a plan for all units."""
    officer.enter(desk, Role.ASSESSOR)
    officer.open_case(desk, number)
    officer.declare(desk)
    desk.look("desk-planning")
    officer.move(desk, "propose_plan", units=" ".join(UNITS), plan=PLAN)


def agree(visitor: Visitor, case: str) -> None:
    """The applicant reads the plan and agrees."""
    visitor.go(case)
    visitor.look("rpl-plan")
    assert PLAN in visitor.text()
    visitor.go(f"{case}/moves/agree_plan")
    visitor.look("rpl-plan-agree")
    assert visitor.page.locator("main .pu-facts > div").count() == len(UNITS)
    visitor.send("main form[action$=agree_plan]")
    visitor.go(case)
    visitor.look("rpl-case-assessment")


def judge_units(desk: Visitor, number: str) -> None:
    """The assessor again: each unit beside its criteria; a finding without a reason comes back with what was chosen."""
    officer.open_case(desk, number)
    desk.look("desk-units")
    desk.choose("value", "competent")
    desk.send(".pu-subject", "button[type=submit]")
    desk.look("desk-unit-without-reason")
    assert desk.page.locator(".govuk-error-summary").count() == 1
    assert desk.page.locator(".pu-subject [name=value][value=competent]").is_checked()
    officer.judge_all(desk, {unit: ("competent", f"Mostró la unidad {unit}.") for unit in UNITS})
    officer.move(desk, "judge")


def verify_internally(desk: Visitor, number: str) -> None:
    """A second person looks over the portfolio."""
    officer.enter(desk, Role.INTERNAL_VERIFIER)
    officer.open_case(desk, number)
    officer.declare(desk)
    desk.look("desk-verification")
    officer.judge(desk, "portfolio_checked", "in_order", "Cada unidad tiene su evidencia.")
    officer.move(desk, "verify")


def grant_and_issue(desk: Visitor, number: str) -> None:
    """A third decides, a fourth issues."""
    officer.enter(desk, Role.DECISION_MAKER)
    officer.open_case(desk, number)
    officer.declare(desk)
    desk.look("desk-rpl-decision")
    officer.move(desk, "grant")
    officer.enter(desk, Role.REGISTRAR)
    officer.open_case(desk, number)
    desk.look("desk-rpl-issue")
    officer.move(desk, "issue")
