"""The queue: what falls due first stands first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from credentialing.domain.errors import BadInputError, Reason
from credentialing.domain.people import STAFF_ROLES, Actor, Role
from credentialing.services.queueing import QueuePage, QueueRow, queue
from credentialing.web.desk.page import ADMINISTRATION, CASES, case_url, desk_page
from credentialing.web.forms import simple_view
from credentialing.web.gate import acting, route
from credentialing.web.language import _, deadline_look, unit_text
from credentialing.web.surroundings import surroundings
from credentialing.web.words import words_of

blueprint = Blueprint("desk_cases", __name__, url_prefix="/desk")

SHOWS: Final = ("mine", "urgent", "soon", "applicant", "all")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader of the queue asked for, as typed."""

    show: str
    procedure: str
    number: str
    after: str

    def url(self, **changes: str) -> str:
        """The queue with some of this changed; a change begins on the first page again."""
        kept = {"show": self.show, "procedure": self.procedure, "number": self.number, "after": "", **changes}
        return f"{CASES}?{urlencode({name: value for name, value in kept.items() if value})}"


@dataclass(frozen=True, slots=True)
class Line:
    """One case as the table shows it."""

    number: str
    url: str
    due_at: datetime | None
    paused: bool
    clock: str
    used: int
    limit: int
    used_text: str
    tone: str
    procedure: str
    field: str
    next: str
    state: str
    waits_for: str
    turn: str
    mine: bool


@route(blueprint, "/", who=STAFF_ROLES)
def cases() -> Response:
    """The open cases, filtered by the query: `show`, `procedure`, `number`, `after`. Administrators have none and are led to their own pages."""
    if Role.ADMINISTRATOR in acting().roles:
        return redirect(ADMINISTRATION, code=303)
    show = request.args.get("show", "")
    asked = Asked(show if show in SHOWS else "mine", request.args.get("procedure", ""), request.args.get("number", "").strip(), request.args.get("after", ""))
    office, actor = surroundings().office, acting()
    reasons: tuple[Reason, ...] = ()
    try:
        found = queue(office, actor=actor, show=asked.show, procedure=asked.procedure, number=asked.number, after=asked.after)
    except BadInputError as error:
        reasons = error.reasons
        found = queue(office, actor=actor, show=asked.show, procedure=asked.procedure)
    return desk_page(
        "pages/desk/cases.html", status=422 if reasons else 200, reasons_of_form=reasons, asked=asked, heading=_heading(asked.show),
        number=simple_view("number", _("Case number"), value=asked.number, reasons=reasons), procedures=_procedures(actor),
        shows=[{"value": show, "text": _heading(show)} for show in SHOWS],
        counters=_counters(found, asked), lines=[] if reasons else [_line(row) for row in found.rows], clear_url=CASES, all_url=f"{CASES}?show=all",
        first_url=asked.url() if asked.after else "", next_url=asked.url(after=found.next_after) if found.next_after and not reasons else "",
    )


def _heading(show: str) -> str:
    return {
        "mine": _("Cases that wait for you"), "urgent": _("Cases due in 3 days or less"), "soon": _("Cases due in 10 days or less"),
        "applicant": _("Cases that wait for the applicant"), "all": _("All open cases"),
    }[show]


def _counters(found: QueuePage, asked: Asked) -> list[dict[str, object]]:
    shown = (
        ("urgent", "bad", found.urgent, _("due in 3 days or less")), ("soon", "late", found.soon, _("due in 10 days or less")),
        ("applicant", "null", found.with_applicant, _("paused, with the applicant")), ("mine", "brand", found.mine, _("wait for you")),
        ("all", "copy", found.all_open, _("all open cases")),
    )
    return [
        {"tone": tone, "number": number, "text": text, "url": asked.url(show=show, number=""), "current": asked.show == show and not asked.number}
        for show, tone, number, text in shown
    ]


def _procedures(actor: Actor) -> list[dict[str, str]]:
    working, library = actor.roles - {Role.APPLICANT}, surroundings().library
    served = {each.id for each in library.definitions() if working & set(each.roles)}  # a role may stand in one version and not in the next
    views = [view for view in library.procedures() if view.id in served]
    return [{"value": "", "text": _("All")}, *({"value": view.id, "text": words_of(view.definition).text("title")} for view in views)]


def _line(row: QueueRow) -> Line:
    words, clock = words_of(row.definition), row.clock
    paused = row.waits_for == Role.APPLICANT
    look = deadline_look(row.due_at) if row.due_at else None
    unit = unit_text(clock.limit.unit) if clock else ""
    return Line(
        number=row.number, url=case_url(row.case_id), due_at=row.due_at, paused=paused, clock=words.text(f"clocks.{clock.name}.title") if clock else "",
        used=clock.used if clock else 0, limit=clock.limit.count if clock else 0,
        used_text=_("%(used)s of %(limit)s %(unit)s", used=clock.used, limit=clock.limit.count, unit=unit) if clock else "",
        tone="null" if paused or look is None else "brand" if look.tone == "null" else look.tone, procedure=words.text("title"),
        field=words.text(f"fields.field_of_study.values.{row.field_of_study}") if row.field_of_study else "", next=words.text(f"states.{row.state}.staff"),
        state=words.text(f"states.{row.state}.title"), waits_for=row.waits_for, turn=words.text(f"roles.{row.waits_for}"), mine=row.mine,
    )
