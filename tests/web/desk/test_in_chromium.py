"""The desk in a real browser: accessible, within the width of a phone, and a viewer whose script only saves the way to the server."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from credentialing.domain.people import Actor, Role
from credentialing.services.demonstration import DEGREE, RPL
from tests.web.desk.conftest import Desk

pytestmark = pytest.mark.browser
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    """The desk, served on a free port of this machine."""
    server = make_server("127.0.0.1", 0, desk.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def enter(browser: Browser, address: str, desk: Desk, actor: Actor, **options: Any) -> tuple[Page, list[str]]:
    """A browser in which this person is signed in, and what it complains about."""
    context = browser.new_context(locale="en", **options)
    token = desk.token_of(actor)
    context.add_cookies([{"name": "session", "value": token, "url": address}, {"name": "lang", "value": "en", "url": address}])
    page, said = context.new_page(), list[str]()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    return page, said


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_every_screen_is_accessible_and_fits(chromium: Browser, address: str, desk: Desk, width: int, scheme: str) -> None:
    checked, judged, decided = desk.case(DEGREE, "completeness_check"), desk.case(RPL, "assessment"), desk.case(DEGREE, "decision_awaited")
    papers = [paper.evidence_id for paper in desk.view(checked, Role.INTAKE_OFFICER).papers]
    screens = (
        (Role.INTAKE_OFFICER, "/desk/?show=all"), (Role.INTAKE_OFFICER, "/desk/?number=CO-1"), (Role.INTAKE_OFFICER, f"/desk/cases/{checked}"),
        (Role.INTAKE_OFFICER, f"/desk/cases/{checked}?paper={papers[0]}&paper2={papers[1]}&turn=90"), (Role.ASSESSOR, f"/desk/cases/{judged}"),
        (Role.DECISION_MAKER, f"/desk/cases/{decided}"), (Role.ASSESSOR, f"/desk/cases/{decided}"), (Role.ASSESSOR, "/desk/procedures"),
        (Role.ASSESSOR, f"/desk/procedures/{DEGREE}"),
    )
    for role, path in screens:
        page, said = enter(chromium, address, desk, desk.staff(role), viewport={"width": width, "height": 800}, color_scheme=scheme)
        page.goto(address + path)
        assert [found["id"] for found in Axe().run(page).response["violations"]] == [], path
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
        assert [text for text in said if "422" not in text] == [], path
        page.context.close()


def test_zoom_and_turn_do_not_ask_the_server_again_and_are_kept_by_the_forms(chromium: Browser, address: str, desk: Desk) -> None:
    case_id = desk.case(DEGREE, "completeness_check")
    page, said = enter(chromium, address, desk, desk.staff(Role.INTAKE_OFFICER), viewport={"width": 1280, "height": 900})
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
    page, _ = enter(chromium, address, desk, desk.staff(Role.INTAKE_OFFICER), viewport={"width": 1280, "height": 900}, java_script_enabled=False)
    page.goto(f"{address}/desk/cases/{case_id}")
    for link, look in (("Larger", "pu-zoom-2 pu-turn-0"), ("Turn", "pu-zoom-2 pu-turn-90"), ("Smaller", "pu-zoom-1 pu-turn-90")):
        page.get_by_role("link", name=link).click()
        assert page.locator(".pu-view__page").get_attribute("class") == f"pu-view__page {look}"
    page.get_by_role("link", name="Compare").click()
    assert page.locator(".pu-view__page").count() == 2
