"""What happened in a case, in words: the audit trail, what was found, what was written with the moves, the certificate."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from credentialing.domain.events import Event
from credentialing.domain.numbers import printed_code
from credentialing.domain.people import Role
from credentialing.services.looking import CaseView, FoundLine, HistoryLine
from credentialing.web.desk import moves
from credentialing.web.desk.subjects import kind_waived, subject_words, value_text
from credentialing.web.language import _
from credentialing.web.words import words_of
from credentialing.workflow.registry import ASKED
from credentialing.workflow.words import Words

EVENTS: Final[Mapping[Event, LazyString]] = {
    Event.PERSON_REGISTERED: _l("A person registered."),
    Event.SIGNED_IN: _l("A person signed in."),
    Event.SIGNED_OUT: _l("A person signed out."),
    Event.ROLE_GRANTED: _l("A role was given."),
    Event.ROLE_REVOKED: _l("A role was taken back."),
    Event.STAFF_NUMBER_RECORDED: _l("The staff number of a person was recorded."),
    Event.PERSON_DISABLED: _l("An account was closed."),
    Event.PERSON_PLACED: _l("A person was placed in a centre."),
    Event.DEPUTY_APPOINTED: _l("A deputy was appointed."),
    Event.DEPUTY_ENDED: _l("A deputy no longer stands in."),
    Event.CENTRE_ADDED: _l("A centre was added."),
    Event.CENTRE_CLOSED: _l("A centre was closed."),
    Event.PROCEDURE_CONFIRMED: _l("A procedure was confirmed."),
    Event.CONFIRMATION_WITHDRAWN: _l("The confirmation of a procedure was withdrawn."),
    Event.CONSENT_GIVEN: _l("Permission given: %(consent)s."),
    Event.CONSENT_WITHDRAWN: _l("Permission taken back: %(consent)s."),
    Event.CASE_OPENED: _l("The application was begun."),
    Event.CASE_MOVED: _l("%(move)s. From “%(from)s” to “%(to)s”."),
    Event.CASE_REPINNED: _l("The case was put under another version of the rules: %(to)s."),
    Event.ANSWERS_SAVED: _l("Answers were saved."),
    Event.EVIDENCE_ADDED: _l("A paper was added: %(kind)s."),
    Event.EVIDENCE_REMOVED: _l("A paper was taken away: %(kind)s."),
    Event.WAIVER_ASKED: _l("Another way was asked for, instead of a paper: %(kind)s."),
    Event.WAIVER_WITHDRAWN: _l("The request for another way was taken back: %(kind)s."),
    Event.DECLARATION_MADE: _l("A person declared whether they have a conflict of interest."),
    Event.QUESTIONS_ASKED: _l("The letter of questions was sent."),
    Event.QUESTION_ANSWERED: _l("A question was answered."),
    Event.FINDING_RECORDED: _l("Found: %(subject)s: %(value)s."),
    Event.DEADLINE_WARNED: _l("A limit was near: %(clock)s."),
    Event.DEADLINE_PASSED: _l("A limit passed: %(clock)s."),
    Event.CERTIFICATE_INTENDED: _l("The certificate got its number."),
    Event.CERTIFICATE_SEALED: _l("The certificate was signed."),
    Event.CERTIFICATE_ISSUED: _l("The certificate was issued."),
    Event.CERTIFICATE_REVOKED: _l("The certificate was revoked."),
    Event.CERTIFICATE_SUSPENDED: _l("The certificate was suspended."),
    Event.CERTIFICATE_LIFTED: _l("The suspension of the certificate was lifted."),
    Event.CERTIFICATE_SUPERSEDED: _l("The certificate was replaced by a corrected edition."),
    Event.CERTIFICATE_ACT_PROPOSED: _l("It was proposed to revoke or to replace the certificate."),
    Event.CERTIFICATE_ACT_CONFIRMED: _l("The replacement of the certificate was confirmed by a second person."),
    Event.CERTIFICATE_ACT_WITHDRAWN: _l("The proposal about the certificate was taken back."),
    Event.LETTER_SENT: _l("A letter was sent."),
}
"""The sentence of each event; details are filled in words."""

STATUSES: Final[Mapping[str, tuple[str, str, LazyString]]] = {
    "intended": ("copy", "glass", _l("Being made")),
    "issued": ("good", "check", _l("In force")),
    "suspended": ("bad", "pause", _l("Suspended")),
    "revoked": ("bad", "ban", _l("Revoked")),
    "superseded": ("old", "next", _l("Replaced")),
}
"""Tone, icon and word of each state of a certificate."""


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the history: when, who in words, what in words."""

    at: datetime
    who: str
    what: str


def told(view: CaseView, lines: tuple[HistoryLine, ...]) -> tuple[Told, ...]:
    """The history of a case in words, newest first."""
    return tuple(Told(line.at, _who(view, line), event_text(view, line)) for line in reversed(lines))


def _who(view: CaseView, line: HistoryLine) -> str:
    words = words_of(view.definition)
    if line.role is None:
        return _("Staff")
    return str(words.text(f"roles.{line.role}")) if words.has(f"roles.{line.role}") else line.role


def event_text(view: CaseView, line: HistoryLine) -> str:
    """One event as a sentence."""
    details = {name: _detail(view, line, name, str(value)) for name, value in line.details.items() if isinstance(value, str)}
    phrase = EVENTS.get(Event(line.event)) if line.event in {event.value for event in Event} else None
    return (str(phrase) % _Blanks(details)) if phrase is not None else line.event.replace("_", " ")


class _Blanks(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def _detail(view: CaseView, line: HistoryLine, name: str, value: str) -> str:
    words = words_of(view.definition)
    if name == "subject":
        return subject_title(view, value)
    if name == "value" and "subject" in line.details:
        return value_text(view, str(line.details["subject"]), value)
    keys = {"move": f"moves.{value}.button", "from": f"states.{value}.title", "to": f"states.{value}.title", "kind": f"evidence.{value}.name",
            "consent": f"consents.{value}.title", "clock": f"clocks.{value}.title"}
    key = keys.get(name, "")
    return str(words.text(key)) if key and words.has(key) else value


def subject_title(view: CaseView, subject: str) -> str:
    """A check by its title; a criterion or unit by its code and title."""
    said = subject_words(view, subject)
    return f"{said['code']}. {said['title']}" if said["code"] else said["title"]


def findings(view: CaseView) -> tuple[dict[str, Any], ...]:
    """Everything found so far, in the definition's order."""
    return tuple(_finding(view, subject, view.findings[subject]) for subject in _subjects(view) if subject in view.findings)


def still_open(view: CaseView) -> tuple[str, ...]:
    """The titles of what is to be judged at this stage and is not judged yet."""
    here = {check.name for check in view.definition.checks.values() if view.state in check.done_in}
    here |= {rule.waiver for rule in view.definition.evidence.values() if rule.kind in view.facts.waivers and view.state in rule.waived_in}
    here |= {criterion.name for criterion in view.definition.criteria.values() if view.state in criterion.done_in}
    here |= set(view.facts.units) if view.definition.units_rule and view.state in view.definition.units_rule.done_in else set()
    return tuple(subject_title(view, subject) for subject in _subjects(view) if subject in here and subject not in view.findings)


def _subjects(view: CaseView) -> tuple[str, ...]:
    waivers = tuple(rule.waiver for rule in view.definition.evidence.values() if rule.kind in view.facts.waivers)
    return (*waivers, *view.definition.checks, *view.definition.criteria, *(view.facts.units if view.standard is not None else ()))


def proposal(view: CaseView, reader: str) -> dict[str, Any] | None:
    """The outcome that was proposed, with its reasons and by whom; None while nothing is proposed or the case is decided."""
    if view.facts.proposal is None or view.decided_at is not None or view.closed_at is not None:
        return None
    deed = next((deed for deed in reversed(view.facts.deeds) if deed.what == "propose"), None)
    grounds = [text.text for text in view.texts if (text.move, text.field) == ("propose", "grounds")]
    return {
        "outcome": words_of(view.definition).text(f"outcomes.{view.facts.proposal}"), "grounds": grounds[-1] if grounds else "",
        "who": _("You") if deed is not None and deed.by == reader else _("A colleague"), "at": deed.at if deed is not None else None,
    }


def _finding(view: CaseView, subject: str, found: FoundLine) -> dict[str, Any]:
    check, rule = view.definition.checks.get(subject), view.definition.units_rule
    if kind_waived(view, subject):
        passing: tuple[str, ...] | None = ("granted",)
    else:
        passing = check.passes_with if check else rule.passes_with if rule and subject not in view.definition.criteria else None
    return {
        "title": subject_title(view, subject), "value": value_text(view, subject, found.value), "reason": found.reason,
        "who": _("You") if found.by_me else _("A colleague"),
        "at": found.found_at, "passes": None if passing is None else found.value in passing,
    }


def texts(view: CaseView) -> tuple[dict[str, Any], ...]:
    """What was written with the moves, oldest first."""
    words = words_of(view.definition)
    return tuple(
        {"title": _title(words, text.move), "label": words.text(f"fields.{text.field}.label") if text.field in ASKED else text.field,
         "text": moves.choice_text(view, text.field, text.text) if _is_choice(text.field) else text.text, "at": text.written_at}
        for text in view.texts
    )


def _is_choice(field: str) -> bool:
    """Whether what was given stands here as a code, which people read in words."""
    return field in ASKED and ASKED[field].kind == "choice"


def _title(words: Words, move: str) -> str:
    key = f"moves.{move}.button"  # the one act that is no move of the rules is that of exchanging them
    return words.text(key) if words.has(key) else _("The rules of the case were exchanged for another version")


def appeal(view: CaseView) -> tuple[dict[str, Any], ...]:
    """What the appeals body has before it: the appeal and, once it is given, the opinion on it; nothing in any other stage."""
    states, moves_of = view.definition.states, view.definition.moves
    if states[view.state].waits_for is not Role.APPEALS_BODY:
        return ()
    since = next(visit.entered_at for visit in reversed(view.facts.visits) if visit.state == "appeal_review")
    inside = {name for name, move in moves_of.items() if move.to in states and states[move.to].waits_for is Role.APPEALS_BODY}
    return texts(replace(view, texts=tuple(text for text in view.texts if text.move in inside and text.written_at >= since)))


def certificate(view: CaseView) -> dict[str, Any] | None:
    """The certificate's number, its state in words, and where to get and to check it; None when there is none."""
    line = view.certificate
    if line is None:
        return None
    tone, icon, text = STATUSES["suspended" if line.suspended_at is not None else line.status]
    issued = line.status == "issued"
    return {
        "number": line.number, "tone": tone, "icon": icon, "text": str(text), "issued_at": line.issued_at,
        "pdf": f"/desk/cases/{view.case_id}/certificate.pdf" if issued else "", "check": f"/c/{printed_code(line.code)}" if issued else "",
        "page": f"/desk/cases/{view.case_id}/certificate" if line.status != "intended" else "",
    }


def on_the_certificate(view: CaseView) -> tuple[dict[str, str], ...]:
    """What will stand on the certificate, for a last look before it is issued."""
    words = words_of(view.definition)
    lines = [{"name": _("Name"), "value": view.name}]
    recognised = [text.text for text in view.texts if text.field == "recognised_as"]
    if view.standard is not None:
        passed = [unit for unit in view.facts.units if unit in view.findings and value_passes(view, view.findings[unit].value)]
        lines.append({"name": words.text("fields.standard.label"), "value": words_of(view.standard).text("title")})
        lines.append({"name": _("Competency units"), "value": "; ".join(subject_title(view, unit) for unit in passed)})
    else:
        lines.append({"name": words.text("fields.degree_name.label"), "value": view.answers.get("degree_name", "")})
        lines.append({"name": words.text("fields.institution.label"), "value": view.answers.get("institution", "")})
        lines.append({"name": words.text("fields.recognised_as.label"), "value": recognised[-1] if recognised else _("not given")})
    return tuple(lines)


def value_passes(view: CaseView, value: str) -> bool:
    """Whether a judgement of a unit is one that counts as shown."""
    return view.definition.units_rule is not None and value in view.definition.units_rule.passes_with


def turn_of(view: CaseView) -> tuple[str, str]:
    """The role whose turn it is, empty when the case is closed, and its word."""
    role = view.definition.states[view.state].waits_for
    return (role.value, words_of(view.definition).text(f"roles.{role.value}")) if role else ("", "")


def waits_for_me(view: CaseView, roles: frozenset[Role]) -> bool:
    """Whether the case waits for one of these roles."""
    return view.definition.states[view.state].waits_for in roles - {Role.APPLICANT}
