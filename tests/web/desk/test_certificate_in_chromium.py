"""The page of a certificate in a real browser: each of its screens is accessible and fits a phone and a desk, in every language."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from credentialing.domain.people import Actor, Role
from credentialing.services import standing
from credentialing.services.demonstration import DEGREE
from tests.chromium import SCREENS, faults_of, listen, served, sign_in
from tests.web.desk.conftest import Desk

pytestmark = pytest.mark.browser
GROUNDS = "El archivo de la universidad dice que el número del diploma es de otra persona."


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    """The desk, served on a free port of this machine."""
    with served(desk.app) as address:
        yield address


def screens_of(page: Page, url: str) -> Iterator[str]:
    """Walk to each screen of the acts, and name it."""
    page.goto(url)
    yield "overview"
    page.goto(f"{url}/supersede")
    yield "form"
    page.get_by_role("button").last.click()
    yield "form that came back"
    page.goto(f"{url}/suspend")
    page.locator(".govuk-radios__label").first.click()
    page.get_by_role("textbox").fill(GROUNDS)
    page.get_by_role("button").last.click()
    assert page.locator(".pu-turn").count() == 1
    yield "once more"


@pytest.mark.parametrize(("screen", "language"), [("phone", "es"), ("desktop", "en"), ("phone", "pt")])
def test_every_screen_of_a_certificate_is_accessible_and_fits(chromium: Browser, address: str, desk: Desk, screen: str, language: str) -> None:
    case_id = desk.case(DEGREE, "certified")
    registrar, decides = desk.staff(Role.REGISTRAR), desk.staff(Role.DECISION_MAKER)

    def enter(actor: Actor) -> Page:
        context = chromium.new_context(locale=language, **SCREENS[screen])
        sign_in(context, address, desk.token_of(actor), language=language)
        return context.new_page()

    page, url = enter(registrar), f"{address}/desk/cases/{case_id}/certificate"
    said = listen(page)
    for name in screens_of(page, url):
        assert faults_of(page) == [], name
    standing.suspend(desk.office, actor=registrar, case_id=case_id, reason="under_review", grounds=GROUNDS)
    standing.propose_revocation(desk.office, actor=registrar, case_id=case_id, reason="fraud_in_evidence", grounds=GROUNDS)
    for actor in (registrar, decides):
        waits = enter(actor)
        waits.goto(url)
        assert faults_of(waits) == []
        assert waits.get_by_text(GROUNDS).count() == 2
    assert [text for text in said if "422" not in text] == []
