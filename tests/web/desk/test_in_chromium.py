"""The desk in a real browser: accessible, within the width of a phone, and a viewer whose script only saves the way to the server."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from credentialing.domain.people import Actor, Role
from credentialing.services.demonstration import DEGREE, RPL
from tests.chromium import DESKTOP, SCREENS, faults_of, listen, served, sign_in
from tests.web.desk.conftest import Desk

pytestmark = pytest.mark.browser


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    """The desk, served on a free port of this machine."""
    with served(desk.app) as address:
        yield address


def enter(browser: Browser, address: str, desk: Desk, actor: Actor, **options: Any) -> tuple[Page, list[str]]:
    """A browser in which this person is signed in, and what it complains about."""
    context = browser.new_context(locale="en", **options)
    sign_in(context, address, desk.token_of(actor))
    page = context.new_page()
    return page, listen(page)


@pytest.mark.parametrize(("screen", "scheme"), [("phone", "light"), ("desktop", "dark")])
def test_every_screen_is_accessible_and_fits(chromium: Browser, address: str, desk: Desk, screen: str, scheme: str) -> None:
    checked, judged, decided = desk.case(DEGREE, "completeness_check"), desk.case(RPL, "assessment"), desk.case(DEGREE, "decision_awaited")
    papers = [paper.evidence_id for paper in desk.view(checked, Role.INTAKE_OFFICER).papers]
    screens = (
        (Role.INTAKE_OFFICER, "/desk/?show=all"), (Role.INTAKE_OFFICER, "/desk/?number=CO-1"), (Role.INTAKE_OFFICER, f"/desk/cases/{checked}"),
        (Role.INTAKE_OFFICER, f"/desk/cases/{checked}?paper={papers[0]}&paper2={papers[1]}&turn=90"), (Role.ASSESSOR, f"/desk/cases/{judged}"),
        (Role.DECISION_MAKER, f"/desk/cases/{decided}"), (Role.ASSESSOR, f"/desk/cases/{decided}"), (Role.ASSESSOR, "/desk/procedures"),
        (Role.ASSESSOR, f"/desk/procedures/{DEGREE}"),
    )
    for role, path in screens:
        page, said = enter(chromium, address, desk, desk.staff(role), color_scheme=scheme, **SCREENS[screen])
        page.goto(address + path)
        assert faults_of(page) == [], path
        assert [text for text in said if "422" not in text] == [], path
        page.context.close()


def test_zoom_and_turn_do_not_ask_the_server_again_and_are_kept_by_the_forms(chromium: Browser, address: str, desk: Desk) -> None:
    case_id = desk.case(DEGREE, "completeness_check")
    page, said = enter(chromium, address, desk, desk.staff(Role.INTAKE_OFFICER), **DESKTOP)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/desk/cases/{case_id}", wait_until="networkidle")
    before = len(asked)
    page.get_by_role("link", name="Larger").click()
    page.get_by_role("link", name="Turn").click()
    assert page.locator(".pu-view__page").get_attribute("class") == "pu-view__page pu-zoom-2 pu-turn-90"
    assert len(asked) == before
    assert page.locator("input[name=scene]").first.input_value().endswith("&zoom=2&turn=90")
    page.get_by_role("link", name="Larger").click()
    compare = page.get_by_role("link", name="Compare").get_attribute("href")
    assert compare is not None
    assert "zoom=3&turn=90" in compare
    assert said == []


def test_the_viewer_works_without_any_script(chromium: Browser, address: str, desk: Desk) -> None:
    case_id = desk.case(DEGREE, "completeness_check")
    page, _ = enter(chromium, address, desk, desk.staff(Role.INTAKE_OFFICER), java_script_enabled=False, **DESKTOP)
    page.goto(f"{address}/desk/cases/{case_id}")
    for link, look in (("Larger", "pu-zoom-2 pu-turn-0"), ("Turn", "pu-zoom-2 pu-turn-90"), ("Smaller", "pu-zoom-1 pu-turn-90")):
        page.get_by_role("link", name=link).click()
        assert page.locator(".pu-view__page").get_attribute("class") == f"pu-view__page {look}"
    page.get_by_role("link", name="Compare").click()
    assert page.locator(".pu-view__page").count() == 2
