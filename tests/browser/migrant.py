"""What an applicant does on the pages, by thumb: come in, fill in, send papers, send the application, answer, pay."""

import re
from pathlib import Path

from credentialing.services.demonstration import Applicant
from tests.browser.visitor import Visitor

SAMPLES = Path(__file__).parents[1] / "samples"
PAYMENT = "payment_receipt"


def find_route(visitor: Visitor, *, want: str, papers: str) -> None:
    """From the first page through the questions of the route finder to its answer."""
    assert visitor.go("/") == 200
    visitor.look("landing")
    visitor.follow(".pu-door--main a")
    answers = {"want": want, "country": "CO", "purpose": "employment", "level": "undergraduate", "papers": papers}
    while (asked := visitor.page.locator("main form [name=asked]")).count():
        name = asked.first.get_attribute("value") or ""
        visitor.look(f"route-{name}")
        if name in answers:
            visitor.choose(name, answers[name])
            visitor.send("main form")
        else:
            visitor.follow('main a[href$="work=unsure"]')
    visitor.look(f"route-answer-{want}")


def sign_in(visitor: Visitor, contact: str) -> None:
    """From the page that asks who comes, with the code that is read where the demonstration shows its messages."""
    visitor.look("sign-in")
    visitor.page.fill("[name=contact]", contact)
    visitor.send('form:has([name="contact"])')
    visitor.look("sign-in-code")
    visitor.follow('main a[href="/demo/messages"]')
    visitor.look("demonstration-messages")
    code = re.search(r"\b\d{6}\b", visitor.text("main article"))
    assert code is not None
    visitor.go("/sign-in/code")
    visitor.page.fill("[name=code]", code[0])
    visitor.send('form[action="/sign-in/code"]')


def begin(visitor: Visitor) -> str:
    """Press the button of the answer's page; the address of the new case."""
    visitor.send('form[action^="/applications"]:has([name=procedure])')
    visitor.look("draft-empty")
    assert re.fullmatch(r"/applications/[0-9a-f]{32}", visitor.path)
    return visitor.path


def give_permissions(visitor: Visitor, case: str) -> None:
    """Tick the one permission that is needed."""
    visitor.go(f"{case}/permissions")
    visitor.look("permissions")
    visitor.choose("consents", "processing")
    visitor.send("main form[action$=permissions]")


def fill_in(visitor: Visitor, person: Applicant) -> None:
    """Fill in one section after the other, beginning on the first, until the papers are reached."""
    while "/form/" in visitor.path:
        for name, value in person.answers.items():
            _answer(visitor, name, value)
        visitor.look(f"form-{visitor.path.rsplit('/', 1)[1]}")
        visitor.send("main form[action*=form]")


def _answer(visitor: Visitor, name: str, value: str) -> None:
    page = visitor.page
    if page.locator(f'select[name="{name}"]').count():
        page.select_option(f'select[name="{name}"]', value)
    elif page.locator(f'[name="{name}"][type=radio]').count():
        visitor.choose(name, value)
    elif page.locator(f'[name="{name}-day"]').count():
        for part, text in zip(("year", "month", "day"), value.split("-"), strict=True):
            page.fill(f'[name="{name}-{part}"]', text.lstrip("0"))
    elif page.locator(f'[name="{name}"]').count():
        page.fill(f'[name="{name}"]', value)


def hand_in(visitor: Visitor, kind: str, files: tuple[tuple[str, str], ...]) -> None:
    """Send the files of one kind of evidence from its card and wait until they are shown there."""
    card = f'.pu-file:has([name=kind][value="{kind}"])'
    if visitor.page.locator(f"{card} details:not([open]) form").count():
        visitor.one(f"{card} details summary").click()
    if visitor.page.locator(f"{card} select").count():
        visitor.page.select_option(f"{card} select", files[0][0])
    visitor.page.set_input_files(f"{card} input[type=file]", [SAMPLES / name for _, name in files])
    visitor.one(f"{card} button[type=submit], {card} button:not([type])").click()
    visitor.page.wait_for_selector(f"{card} .pu-plainlist li >> nth={len(files) - 1}")


def hand_in_everything(visitor: Visitor, person: Applicant) -> None:
    """Send every paper that the application asks for; a receipt comes later."""
    for kind, files in person.papers.items():
        if kind != PAYMENT:
            hand_in(visitor, kind, files)


def send_application(visitor: Visitor, case: str) -> None:
    """Declare that it is true and send it."""
    visitor.go(f"{case}/check")
    visitor.look("check-complete")
    visitor.choose("declared", "yes")
    visitor.send("main form[action$=check]")
    visitor.look("received")


def number_of(visitor: Visitor, case: str) -> str:
    """The number of the case, as its page shows it."""
    visitor.go(case)
    return visitor.text("main .pu-num")


def pay(visitor: Visitor, case: str, person: Applicant) -> None:
    """Send the receipt and say so."""
    visitor.go(case)
    visitor.look("case-payment-awaited")
    visitor.go(f"{case}/papers")
    hand_in(visitor, PAYMENT, person.papers[PAYMENT])
    visitor.look("papers-payment")
    visitor.go(f"{case}/moves/pay")
    visitor.look("move-pay")
    visitor.send("main form[action$=pay]")


def answer_letter(visitor: Visitor, case: str) -> None:
    """Answer the letter in two sittings: the first is only kept, the second is sent. A question about a paper is answered with a file."""
    visitor.go(case)
    visitor.look("case-letter")
    visitor.go(f"{case}/answer")
    visitor.look("letter")
    visitor.page.locator("main textarea").last.fill("En julio de 2014.")
    visitor.send("main form[action$=answer]", "[value=keep]")
    visitor.look("letter-kept")
    assert visitor.page.locator("main textarea").last.input_value() == "En julio de 2014."
    visitor.page.set_input_files("main form[action$=answer] input[type=file]", SAMPLES / "transcript.pdf")
    visitor.send("main form[action$=answer]", "[value=send]")
    visitor.look("letter-answered")
    assert visitor.path == f"{case}/received"


def await_certificate(visitor: Visitor, case: str) -> bytes:
    """Look at the case until the worker has sealed the certificate, and download it; the bytes of the file."""
    visitor.go(case)
    visitor.look("case-sealing")
    download = f'main a[href="{case}/certificate.pdf"]'
    for _ in range(120):
        visitor.go(case)
        if visitor.page.locator(download).count():
            break
        visitor.page.wait_for_timeout(500)
    visitor.look("case-certified")
    with visitor.page.expect_download() as waiting:
        visitor.one(download).click()
    return waiting.value.path().read_bytes()


def enter(visitor: Visitor) -> None:
    """Come in by the ready account of the demonstration's applicant; her cases are shown."""
    visitor.go("/")
    visitor.send('form[action^="/demo/enter/"]:has-text("Mariángel")')
    assert visitor.path == "/applications/"
    visitor.look("my-cases")
