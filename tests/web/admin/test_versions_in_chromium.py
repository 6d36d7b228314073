"""Moving a case to the newest rules in a real browser: accessible and within the screen, with faults, with a refusal, and when it is done."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from credentialing.domain.people import Actor
from credentialing.services import signing_in
from credentialing.services.demonstration import DEGREE
from tests.chromium import SCREENS, faults_of, listen, served, sign_in
from tests.web.admin.conftest import House, begun

pytestmark = pytest.mark.browser
WHY = "La segunda versión permite pedir otra vía para el documento que falta."


@pytest.mark.parametrize(("screen", "scheme", "language"), [("phone", "light", "es"), ("desktop", "dark", "en")])
def test_a_case_is_moved_on_a_page_that_is_accessible_and_fits(
    chromium: Browser, open_house: House, nora: Actor, screen: str, scheme: str, language: str
) -> None:
    stuck, case = begun(open_house, "decision_awaited"), begun(open_house, number=2)
    begun(open_house, "draft", number=3)
    token = signing_in.enter_demonstration(open_house.office, person_id=str(nora.person_id)).token
    with served(open_house.app) as address:
        context = chromium.new_context(locale=language, color_scheme=scheme, **SCREENS[screen])
        sign_in(context, address, token, language=language)
        page = context.new_page()
        said = listen(page)
        page.goto(f"{address}/admin/procedures/{DEGREE}")
        for number, (typed, why) in enumerate((("", ""), (stuck.number, WHY), (case.number, WHY))):
            keep(page, f"versions-{number}-{screen}-{language}")
            page.locator("#number").fill(typed)
            page.locator("#grounds").fill(why)
            page.locator("form[action$='/cases'] button").click()
        page.locator(".govuk-notification-banner--success", has_text=case.number).wait_for()
        keep(page, f"versions-done-{screen}-{language}")
        context.close()
    assert [text for text in said if "422" not in text] == []


def keep(page: Page, name: str) -> None:
    """No fault on the page, and a picture of it when somebody wants to see it."""
    if folder := os.environ.get("KEEP_SCREENS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
    assert faults_of(page) == [], name
