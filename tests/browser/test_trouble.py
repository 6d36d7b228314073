"""What goes wrong on a phone: files that cannot be used, a button pressed twice, a page that was left open, forms that are sent half empty."""

import zlib
from collections.abc import Callable

import pytest

from credentialing.domain.people import Role
from credentialing.services.demonstration import engineer
from tests.browser import migrant, officer
from tests.browser.migrant import SAMPLES
from tests.browser.visitor import Visitor
from tests.chromium import DESKTOP, PHONE

pytestmark = pytest.mark.browser
Arrive = Callable[..., Visitor]
PERSON = engineer("+573009990203", "Nohemí", "Peñalver Núñez", "0203")
BAD = ("truncated.jpg", "encrypted.pdf", "html_named.jpg", "empty.pdf")


@pytest.fixture
def ready(arrive: Arrive, request: pytest.FixtureRequest) -> tuple[Visitor, str]:
    """Somebody whose application is filled in, with a diploma handed in and nothing else; and the address of the case."""
    visitor = arrive(**PHONE)
    visitor.go("/sign-in")
    migrant.sign_in(visitor, f"{zlib.crc32(request.node.name.encode())}@correo.example")
    visitor.go("/route?want=degree&country=CO&papers=degree")
    case = migrant.begin(visitor)
    migrant.give_permissions(visitor, case)
    migrant.fill_in(visitor, PERSON)
    migrant.hand_in(visitor, "diploma", PERSON.papers["diploma"])
    return visitor, case


def test_a_bad_file_gets_its_sentence_in_its_card_and_nothing_is_lost(ready: tuple[Visitor, str]) -> None:
    visitor, case = ready
    card = '.pu-file:has([name=kind][value="transcript"])'
    said = set()
    for name in BAD:
        visitor.page.select_option(f"{card} select[name=accepted_as]", "transcript")
        visitor.page.set_input_files(f"{card} input[type=file]", SAMPLES / "bad" / name)
        visitor.one(f"{card} button").click()
        visitor.page.wait_for_selector(f"{card} .govuk-error-message")
        said.add(visitor.text(f"{card} .govuk-error-message"))
        visitor.look(f"bad-file-{name.replace('.', '-')}")
        visitor.go(f"{case}/papers")
    assert len(said) == len(BAD)
    assert visitor.page.locator('.pu-file:has([value="diploma"]) .pu-plainlist li').count() == 1
    migrant.hand_in(visitor, "transcript", PERSON.papers["transcript"])


def test_a_double_press_sends_once_and_a_page_left_open_says_that_the_case_has_moved(ready: tuple[Visitor, str]) -> None:
    visitor, case = ready
    for kind in ("identity", "transcript", "apostille"):
        migrant.hand_in(visitor, kind, PERSON.papers[kind])
    old = visitor.open_tab()
    for page in (old, visitor.page):
        page.goto(f"{case}/check")
        page.click('.govuk-checkboxes__item:has(input[name="declared"])')
    visitor.page.dblclick("main form[action$=check] button")
    visitor.page.wait_for_url(f"**{case}/received")
    visitor.page, fresh = old, visitor.page
    with old.expect_response(lambda answer: answer.request.method == "POST") as answer:
        visitor.send("main form[action$=check]")
    assert answer.value.status == 409
    visitor.look("page-left-open")
    assert visitor.page.locator(f'main a[href="{case}"], main a[href^="/applications"]').count() >= 1
    visitor.page = fresh
    visitor.go(case)
    assert visitor.page.locator(".pu-path .is-done").count() == 1


def test_two_officers_at_one_case_lose_nothing(arrive: Arrive) -> None:
    first, second = arrive(**DESKTOP), arrive(**DESKTOP)
    for desk in (first, second):
        officer.enter(desk, Role.INTAKE_OFFICER)
        desk.follow('table tr:has-text("Revisión del pago") a')
    third = second.open_tab()
    second.choose("value", "not_paid")
    second.page.fill(".pu-subject [name=reason]", "No se lee la fecha del comprobante.")
    officer.judge(first, "receipt_matches", "paid", "El valor coincide.")
    third.goto(first.page.url)
    officer.move(first, "confirm_payment")
    second.send(".pu-subject", "button[type=submit]")
    second.look("desk-too-late")
    assert "No se lee la fecha del comprobante." in second.text(".pu-typed")
    second.page = third
    with third.expect_response(lambda answer: answer.request.method == "POST") as answer:
        officer.move(second, "confirm_payment")
    assert answer.value.status == 409
    second.look("desk-page-left-open")


def test_what_is_wrong_with_a_form_is_said_at_the_field_and_what_was_typed_stays(arrive: Arrive) -> None:
    visitor = arrive(**PHONE)
    migrant.enter(visitor)
    visitor.follow("main li:has(.pu-t-null) a")
    case = visitor.path
    visitor.go(f"{case}/form/person")
    visitor.page.fill("[name=given_names]", "Mariángel")
    visitor.page.fill('[name="birth_date-day"]', "31")
    visitor.page.fill('[name="birth_date-month"]', "2")
    visitor.page.fill('[name="birth_date-year"]', "1990")
    visitor.send("main form[action*=form]")
    visitor.look("form-with-fault")
    assert visitor.page.title().split(":")[0] != visitor.page.title()
    assert visitor.page.evaluate("document.activeElement.className").startswith("govuk-error-summary")
    assert visitor.one('[name="birth_date-day"]').input_value() == "31"
    visitor.one(".govuk-error-summary a").click()
    assert visitor.page.evaluate("document.activeElement.name") == "birth_date-day"
    visitor.go(f"{case}/form/person")
    assert visitor.one("[name=given_names]").input_value() == "Mariángel"


def test_a_wrong_code_does_not_let_anybody_in(arrive: Arrive) -> None:
    visitor = arrive(**PHONE)
    visitor.go("/sign-in")
    visitor.page.fill("[name=contact]", "no es un contacto")
    visitor.send('form:has([name="contact"])')
    visitor.look("sign-in-fault")
    visitor.page.fill("[name=contact]", "300 999 0299")
    visitor.send('form:has([name="contact"])')
    visitor.page.fill("[name=code]", "000000")
    visitor.send('form[action="/sign-in/code"]')
    visitor.look("sign-in-wrong-code")
    assert visitor.page.locator("#code-error").is_visible()
    visitor.go("/applications/")
    assert visitor.path == "/sign-in"
