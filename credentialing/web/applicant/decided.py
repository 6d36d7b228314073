"""The decision: what was decided and why, in the officers' own words, what can be done against it and until when, and the certificate."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from credentialing.domain.calendars import Span, add_span
from credentialing.domain.errors import NotFoundError
from credentialing.domain.people import Role
from credentialing.services.credentials import certificate_credential, certificate_token
from credentialing.services.exporting import certificate_proof
from credentialing.services.issuing import certificate_pdf
from credentialing.services.looking import CaseView, FoundLine, WrittenText
from credentialing.web.applicant.fate import fate_of
from credentialing.web.applicant.mine import APPLICANTS, address, me, office, open_mine
from credentialing.web.applicant.otherwise import asked_ways
from credentialing.web.applicant.standing import ENDINGS, Chip, remedy_text
from credentialing.web.applicant.todo import acts_of
from credentialing.web.gate import route
from credentialing.web.words import words_of
from credentialing.workflow.model import Ending, Remedy, Verdict

blueprint = Blueprint("decided", __name__, url_prefix="/applications")


@dataclass(frozen=True, slots=True)
class Ground:
    """One reason of a decision: what was looked at, what was found, and why in the officer's words."""

    title: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class WayOn:
    """Something that can still be done: what, and until when (None = at any time)."""

    title: str
    text: str
    due_at: datetime | None
    over: bool


def has_decision(view: CaseView) -> bool:
    """Whether there is a decision to read: taken by a person, or an end that the applicant did not choose."""
    final = view.definition.states[view.state].final
    return view.decision is not None or (final is not None and final is not Ending.WITHDRAWN)


@route(blueprint, "/<case_id>/decision", who=APPLICANTS)
def decision(case_id: str) -> str:
    """The outcome in one sentence, its reasons, the ways on. There is no such page before there is a decision."""
    view = open_mine(case_id)
    if not has_decision(view):
        raise NotFoundError("no decision yet")
    words = words_of(view.definition)
    now_key = f"states.{view.state}.what_now"
    return render_template(
        "pages/applicant/decision.html", view=view, words=words, url=address(case_id), ending=_ending(view), texts=_letter(view), answers=_answers(view),
        grounds=tuple(_grounds(view)), units=tuple(_units(view)), granted=_verdict(view) is Verdict.GRANTED, acts=acts_of(view),
        ways=tuple(_way_on(view, name) for name in _remedies(view)), decided_at=_moment(view),
        what_now=words.text(now_key) if words.has(now_key) else "", **fate_of(view),
    )


@route(blueprint, "/<case_id>/certificate.pdf", who=APPLICANTS)
def certificate(case_id: str) -> Response:
    """The certificate as it was signed; its file name is its number and nothing else."""
    number, pdf = certificate_pdf(office(), actor=me(), case_id=case_id)
    return _download(pdf, f"{number}.pdf", "application/pdf")


@route(blueprint, "/<case_id>/credential.json", who=APPLICANTS)
def credential(case_id: str) -> Response:
    """The certificate as data for a digital wallet (Verifiable Credentials Data Model 2.0, 6.2: `application/vc`)."""
    number, data = certificate_credential(office(), actor=me(), case_id=case_id)
    return _download(data, f"{number}.vc.json", "application/vc")


@route(blueprint, "/<case_id>/certificate.proof.json", who=APPLICANTS)
def proof(case_id: str) -> Response:
    """The proof that the certificate stands in the public log; named so that checking finds it beside the PDF. Not there before the next checkpoint."""
    number, data = certificate_proof(office(), actor=me(), case_id=case_id)
    return _download(data, f"{number}.proof.json", "application/json")


@route(blueprint, "/<case_id>/credential.sd-jwt", who=APPLICANTS)
def wallet(case_id: str) -> Response:
    """The certificate for a wallet that shows only what its holder chooses (RFC 9901; `application/dc+sd-jwt`)."""
    number, token = certificate_token(office(), actor=me(), case_id=case_id)
    return _download(token.encode(), f"{number}.sd-jwt", "application/dc+sd-jwt")


def _download(data: bytes, name: str, kind: str) -> Response:
    return Response(data, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"})


def _moment(view: CaseView) -> datetime:
    return view.decided_at or view.closed_at or view.facts.visits[-1].entered_at


def _verdict(view: CaseView) -> Verdict | None:
    """What was decided: what the deciding act said, or what the end says when no person decided; None for an end without a verdict."""
    of_ends = {Ending.GRANTED: Verdict.GRANTED, Ending.REFUSED: Verdict.REFUSED}
    final = view.definition.states[view.state].final
    return view.definition.verdict_of(view.decision) or (of_ends.get(final) if final else None)


def _ending(view: CaseView) -> Chip:
    said = {
        Verdict.GRANTED: ("good", "check", _("Approved")), Verdict.PARTLY_GRANTED: ("copy", "check", _("Approved in part")),
        Verdict.CONDITIONAL: ("you", "clock", _("Approved under a condition")), Verdict.REFUSED: ("bad", "cross", _("Not approved")),
    }
    verdict = _verdict(view)
    return Chip(*said[verdict]) if verdict else Chip(*ENDINGS[Ending.LAPSED], _("Closed"))


def _letter(view: CaseView) -> tuple[WrittenText, ...]:
    """What was written with the decision; the proposal's words when whoever decided added none."""
    moves, states = view.definition.moves, view.definition.states
    ends = {name for name, move in moves.items() if move.to in states and states[move.to].final is not None}
    deciding = tuple(text for text in view.texts if text.move == view.decision or text.move in ends)
    return deciding or tuple(text for text in view.texts if text.field == "grounds" and text.move == "propose")[-1:]


def _answers(view: CaseView) -> tuple[WrittenText, ...]:
    """What the appeals body answered, newest first. An opinion that one of them gives another is no answer; a decision of theirs stands with the decisions."""
    states, moves = view.definition.states, view.definition.moves
    inside = {name for name, move in moves.items() if move.to in states and states[move.to].waits_for is Role.APPEALS_BODY}
    of_appeals = {name for name, move in moves.items() if Role.APPEALS_BODY in move.by and name not in {view.decision, *inside}}
    answered = (text for text in view.texts if text.field == "grounds" and text.move in of_appeals)
    return tuple(reversed(tuple(answered)))


def _grounds(view: CaseView) -> Iterator[Ground]:
    """What came of each other way that was asked for, every criterion that was judged, and every check that was explained, in the definition's order."""
    words = words_of(view.definition)
    for asked in asked_ways(view):
        if asked.reason:
            yield Ground(asked.paper, f"{asked.title}: {asked.chip.text}", asked.reason)
    for family, names in (("criteria", view.definition.criteria), ("checks", view.definition.checks)):
        for name in names:
            found = view.findings.get(name)
            if found is not None and found.reason:
                yield Ground(words.text(f"{family}.{name}.title"), words.text(f"{family}.{name}.values.{found.value}"), found.reason)


def _units(view: CaseView) -> Iterator[tuple[str, bool, Ground]]:
    """Every unit that was judged: its code, whether it was shown, and why."""
    rule = view.definition.units_rule
    if view.standard is None or rule is None:
        return
    words, own = words_of(view.definition), words_of(view.standard)
    for unit in view.standard.units:
        found: FoundLine | None = view.findings.get(unit.code)
        if found is not None:
            ground = Ground(own.text(f"units.{unit.code}.title"), words.text(f"units.values.{found.value}"), found.reason)
            yield unit.code, found.value in rule.passes_with, ground


def _remedies(view: CaseView) -> tuple[str, ...]:
    """The remedies of an end; before it, every remedy of the procedure against anything less than what was asked for."""
    own = view.definition.states[view.state].remedies
    return own if own or _verdict(view) in (None, Verdict.GRANTED) else tuple(view.definition.procedure.remedies)


def _way_on(view: CaseView, name: str) -> WayOn:
    remedy: Remedy = view.definition.procedure.remedies[name]
    due = _due(view, remedy.limit) if remedy.limit is not None else None
    title = words_of(view.definition).text(f"remedies.{name}.title")
    return WayOn(title, remedy_text(view, name), due, due is not None and view.facts.now >= due)


def _due(view: CaseView, limit: Span) -> datetime:
    return add_span(view.definition.procedure.country, _moment(view), limit)
