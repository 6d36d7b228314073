"""The procedures as administrators see them: how well each is sourced, who stood for its rules, and the forms for doing so and for moving cases to them."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from credentialing.domain.errors import BadInputError, ConflictError, NotFoundError, Reason, RefusedError
from credentialing.services.confirming import LONGEST_SOURCE, SHORTEST_SOURCE, Standing, confirm_procedure, standings, withdraw_confirmation
from credentialing.services.staff import Staff, staff
from credentialing.web.admin.page import ADMIN, ADMINISTRATORS, PROCEDURES, Fault, admin_page, fault_of, text_of
from credentialing.web.admin.versions import FORM, move_posted, versions_part
from credentialing.web.desk.page import PROCEDURES as RULES
from credentialing.web.desk.procedures import source_of
from credentialing.web.desk.told import CONFIDENCE
from credentialing.web.forms import parse_fields, simple_view
from credentialing.web.gate import acting, route
from credentialing.web.language import _, day_text, ngettext, now
from credentialing.web.public.questions import country_name
from credentialing.web.surroundings import surroundings
from credentialing.web.words import words_of
from credentialing.workflow.registry import Field

blueprint = Blueprint("admin_procedures", __name__, url_prefix=ADMIN)

READ_ON = Field("read_on", "date", "", True, 10)
_ROOM_FOR_DAY = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One procedure of the list, in words."""

    title: str
    url: str
    country: str
    confidence: str
    needs: str
    is_open: bool
    waits: bool


@route(blueprint, "", who=ADMINISTRATORS)
def home() -> Response:
    """The administration begins with the procedures."""
    return redirect(PROCEDURES, code=303)


@route(blueprint, "/procedures", who=ADMINISTRATORS)
def catalogue() -> Response:
    """Every procedure: first those that wait for a confirmation."""
    found = standings(surroundings().office, actor=acting())
    lines = sorted((_line(each) for each in found), key=lambda line: (not line.waits, line.is_open, line.country, line.title))
    return admin_page("pages/admin/procedures.html", here="procedures", lines=lines, keys_due=bool(surroundings().office.keys.ageing(now())))


@route(blueprint, "/procedures/<procedure>", who=ADMINISTRATORS)
def one(procedure: str) -> Response:
    """One procedure: what it needs, the form, and everything that was confirmed and withdrawn."""
    return _page(procedure)


@route(blueprint, "/procedures/<procedure>/confirmations", who=ADMINISTRATORS, methods=("POST",))
def confirm(procedure: str) -> Response:
    """Stand for the very rules that the page showed."""
    try:
        confirm_procedure(
            surroundings().office, actor=acting(), procedure=procedure, version=_version(), digest=request.form.get("digest", ""), source_read=_source()
        )
    except (BadInputError, RefusedError) as error:
        return _page(procedure, fault_of("confirm", error))
    return redirect(f"{PROCEDURES}/{procedure}", code=303)


@route(blueprint, "/procedures/<procedure>/confirmations/<confirmation_id>/withdraw", who=ADMINISTRATORS, methods=("POST",))
def withdraw(procedure: str, confirmation_id: str) -> Response:
    """Take a confirmation back."""
    withdraw_confirmation(surroundings().office, actor=acting(), confirmation_id=confirmation_id)
    return redirect(f"{PROCEDURES}/{procedure}", code=303)


@route(blueprint, "/procedures/<procedure>/cases", who=ADMINISTRATORS, methods=("POST",))
def move_case(procedure: str) -> Response:
    """Put one open case under the newest version of the rules, and say that it was done."""
    try:
        moved = move_posted(_standing(procedure).definition)
    except (BadInputError, RefusedError) as error:
        return _page(procedure, fault_of(FORM, error))
    return redirect(f"{PROCEDURES}/{procedure}?{urlencode({'moved': moved})}", code=303)


def _version() -> int:
    text = request.form.get("version", "")
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise ConflictError("no version")
    return int(text)


def _source() -> str:
    """The text that was read and the day on which it was read, as one sentence of the record; BadInputError for either."""
    parsed = parse_fields([READ_ON], request.form, required_now=True)
    reasons = list(parsed.reasons)
    if not reasons and parsed.values["read_on"] > now().date().isoformat():
        reasons.append(Reason("field_date_in_future", {"field": "read_on"}))
    try:
        text = text_of("source_read", limit=LONGEST_SOURCE - _ROOM_FOR_DAY, lines=True)
        if len(text) < SHORTEST_SOURCE:  # before the day is put behind it, which is no source
            reasons.insert(0, Reason("field_too_short", {"field": "source_read"}))
    except BadInputError as error:
        raise BadInputError(*error.reasons, *reasons) from error
    if reasons:
        raise BadInputError(*reasons)
    return f"{text} ({parsed.values['read_on']})"


def _line(standing: Standing) -> Line:
    definition, words = standing.definition, words_of(standing.definition)
    confidence = definition.procedure.confidence
    return Line(
        title=words.text("title"), url=f"{PROCEDURES}/{definition.id}", country=country_name(definition.procedure.country),
        confidence=str(CONFIDENCE.get(confidence, confidence)), needs=_needs(standing), is_open=standing.began_version is not None,
        waits=definition.can_be_certified and not standing.executable,
    )


def _needs(standing: Standing) -> str:
    if not standing.definition.can_be_certified:
        return _("Its certificate cannot be made yet")
    if not standing.needed:
        return _("Needs no confirmation")
    return ngettext("%(confirmed)s of %(num)s confirmation", "%(confirmed)s of %(num)s confirmations", standing.needed, confirmed=standing.confirmed)


def _standing(procedure: str) -> Standing:
    found = next((each for each in standings(surroundings().office, actor=acting()) if each.definition.id == procedure), None)
    if found is None:
        raise NotFoundError("no such procedure")
    return found


def _page(procedure: str, fault: Fault | None = None) -> Response:
    standing, people = _standing(procedure), staff(surroundings().office, actor=acting())
    definition, wrong = standing.definition, fault or Fault()
    fields, versions = _fields(wrong), versions_part(standing, wrong)
    return admin_page(
        "pages/admin/procedure.html", here="procedures", fault=fault, source=source_of(definition), line=_line(standing), standing=standing,
        digest=definition.digest, back_url=PROCEDURES, rules_url=f"{RULES}/{definition.id}", address=f"{PROCEDURES}/{definition.id}",
        may_confirm=definition.can_be_certified and standing.needed > 0 and standing.mine is None, fields=fields, versions=versions,
        all_fields=[*fields, *versions["fields"]],
        history=[_told(each, people) for each in standing.history],
    )


def _fields(fault: Fault) -> list[Any]:
    typed, reasons = fault.of("confirm")
    return [
        simple_view(
            "source_read", _("Which text of the authority did you compare these rules with?"), kind="long_text", value=typed.get("source_read", ""),
            hint=_("Name it so that a colleague can find it: kind, number, date and article, or the title and address of the page."), reasons=reasons,
            max_length=LONGEST_SOURCE - _ROOM_FOR_DAY,
        ),
        simple_view("read_on", _("On which day did you read it?"), kind="date", values=typed, reasons=reasons),
    ]


def _told(confirmation: Any, people: Staff) -> dict[str, Any]:
    """One line of the history in words."""
    return {
        "id": confirmation.confirmation_id, "stands": confirmation.withdrawn_at is None, "current": confirmation.of_these_rules,
        "version": confirmation.version, "by": people.name(confirmation.confirmed_by) or _("a former colleague"), "at": confirmation.confirmed_at,
        "source": confirmation.source_read, "withdrawn_at": confirmation.withdrawn_at,
        "withdrawn_by": people.name(confirmation.withdrawn_by or "") or _("a former colleague"), "day": day_text(confirmation.confirmed_at),
    }
