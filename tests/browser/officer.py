"""What the staff does at the desk: come in by a ready account, find a case, judge, write the letter, move the case on."""

import re
from collections.abc import Mapping

from credentialing.domain.people import Role
from credentialing.services.demonstration import STAFF
from tests.browser.visitor import Visitor


def enter(visitor: Visitor, role: Role, *, name: str = "") -> None:
    """Come in by the ready account of a role, or of somebody by name, as it stands on the first page."""
    visitor.go("/")
    visitor.send(f'form[action^="/demo/enter/"]:has-text("{name or STAFF[role][1]}")')
    assert visitor.path == "/desk/"
    visitor.look(f"desk-queue-{role}")


def open_case(visitor: Visitor, number: str) -> None:
    """Find a case by its number in the queue and open it."""
    visitor.go("/desk/?show=all")
    visitor.page.fill("[name=number]", number)
    visitor.send("form[role=search]")
    visitor.follow(f'table a:has-text("{number}")')


def declare(visitor: Visitor, value: str = "none") -> None:
    """Say what ties one to the applicant, where the page asks for it first."""
    form = 'form[action$="/declaration"]'
    assert visitor.one(form).is_visible()
    visitor.choose("declaration", value)
    visitor.send(form, "button")


def judge(visitor: Visitor, subject: str, value: str, reason: str = "") -> None:
    """Open a subject of the strip unless it is open, choose what was found, say why, and save it."""
    if not visitor.page.locator(f'form.pu-subject[action$="/findings/{subject}"]').count():
        visitor.follow(f'.pu-crit a[href*="subject={subject}"]')
    visitor.choose("value", value)
    visitor.page.fill(".pu-subject [name=reason]", reason)
    visitor.send(".pu-subject", "button[type=submit]")


def judge_all(visitor: Visitor, findings: Mapping[str, tuple[str, str]]) -> None:
    """Judge one subject after the other."""
    for subject, (value, reason) in findings.items():
        judge(visitor, subject, value, reason)


def ask(visitor: Visitor, about: str, question: str) -> None:
    """Put one question into the letter."""
    visitor.page.select_option("#letter [name=about]", about)
    visitor.page.fill("#letter [name=question]", question)
    visitor.send('#letter form[action$="/questions"]')


def move(visitor: Visitor, name: str, **given: str) -> None:
    """Make a move with what it asks for; a form that is folded is opened first."""
    form = f'form[action$="/moves/{name}"]'
    if not visitor.one(f"{form} button").is_visible():
        visitor.one(f"details:has({form}) summary").click()
    for field, value in given.items():
        _give(visitor, f"{name}-{field}", value)
    visitor.send(form, "button[type=submit]")


def _give(visitor: Visitor, field: str, value: str) -> None:
    if visitor.page.locator(f'[name="{field}"][type=radio]').count():
        visitor.choose(field, value)
    elif visitor.page.locator(f'[name="{field}"][type=checkbox]').count():
        for one in value.split():
            visitor.choose(field, one)
    else:
        visitor.page.fill(f'[name="{field}"]', value)


def reasons_against(visitor: Visitor, name: str) -> str:
    """Why a move is greyed, as its card says."""
    return visitor.text(f"#why-{name}")


def state_of(visitor: Visitor) -> str:
    """The chips of the head of the page: whose turn, which stage."""
    return re.sub(r"\s+", " ", visitor.text(".pu-casehead__chips"))
