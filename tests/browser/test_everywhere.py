"""What holds on every side: light pages, no script needed, a keyboard is enough, paper looks right, three languages."""

import io
from collections.abc import Callable

import pypdfium2
import pytest
from playwright.sync_api import Page

from credentialing.domain.people import Role
from credentialing.services.demonstration import engineer
from tests.browser import migrant, officer
from tests.browser.migrant import SAMPLES
from tests.browser.visitor import OUT, Visitor
from tests.chromium import DESKTOP, PHONE, faults_of

pytestmark = pytest.mark.browser
Arrive = Callable[..., Visitor]
HEAVIEST = 50_000
"""Bytes on the wire of the first load of a page, with style, script and faces; pictures of papers are content."""
PERSON = engineer("+573009990204", "Glenda", "Peñalver Núñez", "0204")
PUBLIC = ("/", "/route", "/route?want=degree&country=CO&papers=copy", "/route?want=degree&country=PE", "/sign-in", "/verify", "/help", "/privacy", "/fraud",
          "/accessibility", "/nowhere")  # fmt: skip
MAIN = PUBLIC[:3] + PUBLIC[4:6]
WIDEST = ("br-degree-revalidacao", "tt-rpl-plar", "xx-qualifications-passport")
LOST = """() => [...document.querySelectorAll('a[href^="#"]')].map((link) => link.getAttribute("href").slice(1))
  .filter((id) => id && !document.getElementById(id))"""
OVERHANG = """() => Math.max(...[...document.querySelectorAll("text")].map((one) => one.getBBox().x + one.getBBox().width))
  - document.documentElement.viewBox.baseVal.width"""
FOCUSED = """() => { const one = document.activeElement, card = one.closest("[class*=s__item]") ?? one, look = getComputedStyle(card);
  const box = one.getBoundingClientRect(); return { text: one.textContent.trim().slice(0, 40), name: one.getAttribute("name"), tag: one.tagName,
  ring: parseFloat(look.outlineWidth) >= 2 && look.outlineStyle !== "none", inside: box.bottom > 0 && box.top < innerHeight }; }"""


def weigh(page: Page) -> list[int]:
    """A list that grows by the bytes of each answer on the wire, but for the pictures of papers."""
    wire, sizes, papers = page.context.new_cdp_session(page), list[int](), set[str]()
    wire.send("Network.enable")
    wire.on("Network.responseReceived", lambda event: papers.add(event["requestId"]) if "/papers/" in event["response"]["url"] else None)
    wire.on("Network.loadingFinished", lambda event: sizes.append(0 if event["requestId"] in papers else int(event["encodedDataLength"])))
    return sizes


def test_first_loads_are_light(arrive: Arrive) -> None:
    heavy = {}
    for path in MAIN:
        visitor = arrive(**PHONE)
        sizes = weigh(visitor.page)
        visitor.page.goto(path, wait_until="networkidle")
        heavy[path] = sum(sizes)
        visitor.leave()
    assert {path: size for path, size in heavy.items() if not 2_000 < size < HEAVIEST} == {}


def test_pages_of_people_and_desk_are_light(arrive: Arrive) -> None:
    heavy = {}
    holder, desk = arrive(**PHONE), arrive(**DESKTOP)
    migrant.enter(holder)
    holder.follow("main li:has(.pu-t-good) a")
    case = holder.path
    officer.enter(desk, Role.INTAKE_OFFICER)
    desk.follow("table tbody tr a")
    for visitor, paths in ((holder, (case, f"{case}/decision", "/applications/")), (desk, ("/desk/", desk.path, "/desk/procedures"))):
        for path in paths:
            fresh = visitor.open_tab()
            sizes = weigh(fresh)
            fresh.context.new_cdp_session(fresh).send("Network.setCacheDisabled", {"cacheDisabled": True})
            fresh.goto(path, wait_until="networkidle")
            heavy[path] = sum(sizes)
            fresh.close()
    assert {path: size for path, size in heavy.items() if not 2_000 < size < HEAVIEST} == {}


@pytest.mark.parametrize("language", ["es", "en", "pt"])
def test_every_public_page_is_whole_in_every_language(arrive: Arrive, language: str) -> None:
    visitor = arrive(language=language, **PHONE)
    for path in PUBLIC if language == "es" else MAIN:
        visitor.go(path)
        assert visitor.one("html").get_attribute("lang") == language
        assert visitor.page.evaluate(LOST) == [], path
        visitor.look(f"public-{language}-{path.strip('/').replace('?', '-').replace('&', '-').replace('=', '-') or 'landing'}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_screen_of_320_pixels_and_the_dark_are_enough(arrive: Arrive, scheme: str) -> None:
    visitor = arrive(color_scheme=scheme, **PHONE | {"viewport": {"width": 320, "height": 640}})
    migrant.enter(visitor)
    cases = [link.get_attribute("href") or "" for link in visitor.page.locator("main li a").all()]
    visitor.go("/")
    answers = [link.get_attribute("href") or "" for link in visitor.page.locator('.pu-ready a[href^="/c/"]').all()]
    paths = (*cases, *(f"{cases[-1]}/{page}" for page in ("decision", "summary", "readings")), *answers, "/verify", "/demo/messages")
    for number, path in enumerate(paths):
        visitor.go(path)
        visitor.look(f"narrow-{scheme}-{number}")
    assert visitor.complaints == []


def test_the_keyboard_is_enough(arrive: Arrive) -> None:
    visitor = arrive(**DESKTOP)
    visitor.go("/verify")
    press = visitor.page.keyboard.press
    press("Tab")
    assert visitor.page.evaluate("document.activeElement.className") == "govuk-skip-link"
    assert visitor.one(".govuk-skip-link").is_visible()
    press("Enter")
    assert visitor.page.evaluate("document.activeElement.id") == "main-content"
    press("Tab")
    visitor.page.keyboard.type("RT-2026-000001-7")
    press("Enter")
    visitor.page.wait_for_selector(".pu-verdict")
    assert walk(visitor) >= 10
    visitor.go("/route")
    press("Tab")
    for _ in range(20):
        if visitor.page.evaluate(FOCUSED)["name"] == "want":
            break
        press("Tab")
    press("Space")
    press("ArrowDown")
    press("Enter")
    visitor.page.wait_for_url("**want=skills**")


def walk(visitor: Visitor) -> int:
    """Go once around the page with the tab key; how many stops. Each is in view and has its ring."""
    seen = list[str]()
    for _ in range(60):
        visitor.page.keyboard.press("Tab")
        stop = visitor.page.evaluate(FOCUSED)
        if stop["tag"] == "BODY":
            break
        assert stop["ring"], stop
        assert stop["inside"], stop
        seen.append(stop["text"])
    return len(seen)


def test_every_control_of_a_form_shows_where_the_keyboard_is(arrive: Arrive) -> None:
    visitor, desk = arrive(**DESKTOP), arrive(**DESKTOP)
    migrant.enter(visitor)
    visitor.follow("main li:has(.pu-t-null) a")
    visitor.go(f"{visitor.path}/papers")
    assert walk(visitor) > 15
    officer.enter(desk, Role.INTAKE_OFFICER)
    desk.follow("table tbody tr a")
    assert walk(desk) > 20


def test_the_application_works_without_any_script(arrive: Arrive) -> None:
    visitor = arrive(java_script_enabled=False, **PHONE)
    migrant.find_route(visitor, want="degree", papers="copy")
    visitor.follow('main a[href^="/sign-in"]')
    migrant.sign_in(visitor, "300 999 0204")
    case = migrant.begin(visitor)
    migrant.give_permissions(visitor, case)
    migrant.fill_in(visitor, PERSON)
    visitor.page.set_input_files("#file-diploma", SAMPLES / "bad" / "truncated.jpg")
    visitor.page.select_option('.pu-file:has([value="diploma"]) select', "diploma")
    visitor.send('.pu-file:has([value="diploma"]) form')
    assert visitor.page.locator(".govuk-error-summary").count() == 1
    migrant.hand_in_everything(visitor, PERSON)
    migrant.send_application(visitor, case)
    visitor.go(case)
    visitor.look("no-script-case")
    assert visitor.page.locator(".pu-turn").count() == 1


def test_a_certificate_is_checked_without_any_script(arrive: Arrive) -> None:
    visitor = arrive(java_script_enabled=False, **PHONE)
    visitor.go("/")
    visitor.follow('.pu-ready a[href^="/c/"]')
    visitor.look("no-script-answer")
    assert visitor.page.locator(".pu-verdict.pu-t-copy").count() == 1
    assert visitor.page.locator("[data-print]").is_hidden()


def test_case_and_answer_look_right_on_paper(arrive: Arrive) -> None:
    visitor = arrive(**DESKTOP)
    migrant.enter(visitor)
    visitor.follow("main li:has(.pu-t-good) a")
    case = visitor.path
    visitor.go("/")
    answer = visitor.one('.pu-ready a[href^="/c/"]').get_attribute("href") or ""
    pages = {"case": case, "decision": f"{case}/decision", "summary": f"{case}/summary", "answer": answer, "forged": f"{answer}#123456"}
    for name, path in pages.items():
        visitor.go("/help")  # a change behind the # alone loads no page
        visitor.go(path)
        visitor.page.emulate_media(media="print")
        for hidden in (".pu-bar", ".pu-langs", ".govuk-footer", ".govuk-button"):
            assert not any(one.is_visible() for one in visitor.page.locator(hidden).all()), (name, hidden)
        assert visitor.one("h1").is_visible()
        OUT.mkdir(exist_ok=True)
        paper = visitor.page.pdf(path=OUT / f"paper-{name}.pdf", prefer_css_page_size=True, format="A4")
        assert pages_of(paper) <= {"answer": 1, "forged": 1}.get(name, 3)
        visitor.page.emulate_media(media="screen")


def pages_of(pdf: bytes) -> int:
    """How many sheets a file fills."""
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    sheets = len(document)
    document.close()
    return sheets


@pytest.mark.parametrize("language", ["es", "en", "pt"])
def test_the_drawing_of_a_procedure_holds_all_its_text(arrive: Arrive, language: str) -> None:
    desk = arrive(language=language, **DESKTOP)
    officer.enter(desk, Role.ASSESSOR)
    desk.go("/desk/procedures")
    for path in [link.get_attribute("href") or "" for link in desk.page.locator("main h2 a").all()]:
        desk.go(path)
        if language == "es" or path.endswith(WIDEST):  # thirty-three pages of one make: each is judged once, the longest words in every language
            desk.look(f"desk-procedure-{language}-{path.rsplit('/', 1)[1]}")
        desk.go(desk.one(".pu-drawing img").get_attribute("src") or "")
        assert desk.page.evaluate(OVERHANG) <= 0


def test_nobody_reaches_what_is_not_theirs(arrive: Arrive) -> None:
    stranger, holder, desk = arrive(**PHONE), arrive(**PHONE), arrive(**DESKTOP)
    migrant.enter(holder)
    holder.follow("main li:has(.pu-t-good) a")
    case = holder.path
    stranger.go(case)
    assert stranger.path == "/sign-in"
    officer.enter(desk, Role.AUDITOR)
    desk.look("desk-auditor")
    assert desk.go(case) == 404
    desk.look("desk-not-found")
    assert faults_of(desk.page) == []
    assert holder.go("/desk/") == 404
    holder.look("not-found")
