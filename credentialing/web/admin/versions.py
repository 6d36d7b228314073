"""The part of a procedure's page that puts an open case under the newest version of its rules: how many stand under earlier ones, and the form."""

from typing import Any

from flask import request

from credentialing.domain.errors import BadInputError, Reason, RefusedError
from credentialing.services.confirming import Standing
from credentialing.services.versions import LONGEST_GROUNDS, Earlier, Numbered, case_numbered, earlier_versions, move_to_version
from credentialing.web.admin.page import Fault, text_of
from credentialing.web.forms import FieldView, simple_view
from credentialing.web.gate import acting
from credentialing.web.language import _, ngettext
from credentialing.web.phrases import sentence
from credentialing.web.surroundings import surroundings
from credentialing.web.words import speak_for
from credentialing.workflow.model import Definition

FORM = "version"
_LONGEST_NUMBER = 40
_ABOUT_THE_NUMBER = frozenset({"case_is_closed", "version_is_the_same"})


def move_posted(newest: Definition) -> str:
    """Put the case of the posted form under these rules; its number. BadInputError and RefusedError with every reason, beside its field where it has one."""
    reasons: list[Reason] = []
    found: Numbered | None = None
    grounds = ""
    try:
        found = _numbered(newest, text_of("number", limit=_LONGEST_NUMBER))
    except BadInputError as error:
        reasons.extend(error.reasons)
    try:
        grounds = text_of("grounds", limit=LONGEST_GROUNDS, lines=True)
    except BadInputError as error:
        reasons.extend(error.reasons)
    if request.form.get("version") != str(newest.version):  # the reasons were written for rules that are not the newest any more
        reasons.append(Reason("newer_version_came"))
    if reasons or found is None:
        raise BadInputError(*reasons)
    try:
        move_to_version(surroundings().office, actor=acting(), case_id=found.case_id, version=newest.version, grounds=grounds)
    except RefusedError as error:
        raise RefusedError(*(_beside_its_field(reason) for reason in error.reasons)) from error
    return found.number


def versions_part(standing: Standing, fault: Fault) -> dict[str, Any]:
    """What the page shows of earlier versions. The form is there while a case can be moved, and whenever it comes back with what is wrong."""
    newest = standing.definition
    typed, reasons = fault.of(FORM)
    earlier = earlier_versions(surroundings().office, actor=acting(), newest=newest)
    waiting = any(each.open_cases for each in earlier)
    speak_for(newest)
    return {
        "lines": [_line(each) for each in earlier], "newest": newest.version, "moved": _moved(newest), "waiting": waiting,
        "fields": _fields(typed, reasons) if reasons or (waiting and standing.executable) else [],
        "why": [sentence(reason) for reason in reasons if reason.details.get("field") not in ("number", "grounds")],
        "shut": sentence(Reason("procedure_not_confirmed")) if waiting and not standing.executable else "",
    }


def _numbered(newest: Definition, number: str) -> Numbered:
    return case_numbered(surroundings().office, actor=acting(), procedure=newest.id, number=number)


def _beside_its_field(reason: Reason) -> Reason:
    return Reason(reason.code, {**reason.details, "field": "number"}) if reason.code in _ABOUT_THE_NUMBER else reason


def _moved(newest: Definition) -> str:
    """The number of the case that was just moved, from the address; empty unless that case really stands under these rules."""
    try:
        found = _numbered(newest, request.args.get("moved", ""))
    except BadInputError:
        return ""
    return found.number if found.version == newest.version else ""


def _line(earlier: Earlier) -> dict[str, str]:
    drafts = ngettext("%(num)s of them is not sent yet", "%(num)s of them are not sent yet", earlier.drafts)
    return {
        "name": _("Version %(version)s", version=earlier.version),
        "value": ngettext("%(num)s open case", "%(num)s open cases", earlier.open_cases),
        "small": drafts if earlier.drafts else "",
    }


def _fields(typed: dict[str, str], reasons: tuple[Reason, ...]) -> list[FieldView]:
    return [
        simple_view(
            "number", _("Case number"), value=typed.get("number", ""), reasons=reasons, classes="govuk-input--width-20",
            hint=_("As it stands on the page of the case, for example CO-7K3MX-42."),
        ),
        simple_view(
            "grounds", _("Reasons"), kind="long_text", value=typed.get("grounds", ""), reasons=reasons, max_length=LONGEST_GROUNDS,
            hint=_("The person who applied and the staff of the case read them."),
        ),
    ]
