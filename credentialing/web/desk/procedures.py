"""The procedures as the staff may read them: what is confirmed, where each fact comes from, and the rules in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from credentialing.domain.errors import NotFoundError
from credentialing.domain.people import STAFF_ROLES
from credentialing.web.desk.page import PROCEDURES, desk_page
from credentialing.web.gate import route
from credentialing.web.language import _, any_of, day_text, span_text
from credentialing.web.public.questions import is_open
from credentialing.web.surroundings import surroundings
from credentialing.web.words import speak_for, word, words_of
from credentialing.workflow.draw import in_order, svg
from credentialing.workflow.model import ClockKind, Deadline, Definition, Ending, Move, State

blueprint = Blueprint("desk_procedures", __name__, url_prefix="/desk/procedures")

ENDINGS: Final[Mapping[Ending, LazyString]] = {
    Ending.GRANTED: _l("Granted"), Ending.REFUSED: _l("Refused"), Ending.WITHDRAWN: _l("Withdrawn"), Ending.LAPSED: _l("Closed by time"),
}
CLOCKS: Final[Mapping[ClockKind, LazyString]] = {
    ClockKind.STATUTORY: _l("set by law"), ClockKind.SERVICE_LEVEL: _l("a goal of the service"), ClockKind.APPLICANT: _l("time that the applicant has"),
}
CONFIDENCE: Final[Mapping[str, LazyString]] = {
    "high": _l("Well sourced"), "medium": _l("Sourced in part"), "low": _l("Weakly sourced"),
}
GUARDS: Final[Mapping[str, LazyString]] = {
    "evidence_complete": _l("every required paper is there"),
    "answers_complete": _l("every required answer is there"),
    "consent_given": _l("the person gave permission"),
    "questions_drafted": _l("the letter holds a question"),
    "letter_not_begun": _l("no question lies written and unsent"),
    "questions_answered": _l("every question of the letter is answered"),
    "checks_settled": _l("every check of this stage is done"),
    "checks_passed": _l("every check of this stage ended well"),
    "a_check_failed": _l("a check did not end well"),
    "criteria_judged": _l("every criterion is judged, with a reason"),
    "route_chosen": _l("the route is chosen"),
    "standard_chosen": _l("the standard is chosen"),
    "units_judged": _l("every unit is judged, with a reason"),
    "all_units_competent": _l("every unit is shown"),
    "some_unit_not_competent": _l("some unit is not yet shown"),
    "proposal_full": _l("the proposal is to grant"),
    "proposal_denied": _l("the proposal is to refuse"),
    "certificate_sealed": _l("the certificate is signed"),
}
"""What a definition demands before a move, in words."""


@dataclass(frozen=True, slots=True)
class SourceNote:
    """Where the facts of a procedure come from, for staff and for the page of a case."""

    title: str
    authority: str
    version: int
    enabled: bool
    confidence: str
    verified_on: str
    verification: str
    verified_by: str
    sources: tuple[dict[str, str], ...]
    basis: tuple[str, ...]
    url: str


def source_of(definition: Definition) -> SourceNote:
    """The sources of a definition, in words."""
    words, procedure = words_of(definition), definition.procedure
    verified_on = day_text(procedure.verified_on)
    return SourceNote(
        title=words.text("title"), authority=words.text("authority"), version=definition.version, enabled=_is_open(definition),
        confidence=str(CONFIDENCE.get(procedure.confidence, procedure.confidence)), verified_on=verified_on,
        verification=words.text("verification", date=verified_on), verified_by=procedure.verified_by or "",
        sources=tuple({"title": source.title, "url": source.url} for source in procedure.sources),
        basis=tuple(law.title for law in procedure.legal_basis), url=f"{PROCEDURES}/{definition.id}",
    )


def _is_open(definition: Definition) -> bool:
    return any(view.id == definition.id and is_open(view) for view in surroundings().library.procedures())


def _definition(procedure: str) -> Definition:
    found = next((view.definition for view in surroundings().library.procedures() if view.id == procedure), None)
    if found is None:
        raise NotFoundError
    return found


@route(blueprint, "", who=STAFF_ROLES)
def catalogue() -> Response:
    """Every procedure: those that are not open for applications first, because somebody still has to confirm them."""
    views = sorted(surroundings().library.procedures(), key=lambda view: (is_open(view), view.id))
    return desk_page("pages/desk/procedures.html", here="procedures", sources=[source_of(view.definition) for view in views])


@route(blueprint, "/<procedure>", who=STAFF_ROLES)
def one(procedure: str) -> Response:
    """One procedure: its stages, moves, limits and sources."""
    definition = _definition(procedure)
    speak_for(definition)
    words = words_of(definition)
    return desk_page(
        "pages/desk/procedure.html", here="procedures", source=source_of(definition), summary=words.text("summary"),
        roles=[words.text(f"roles.{role}") for role in definition.roles],
        states=[_state(definition, definition.states[state]) for state in in_order(definition)],
        moves=[_move(definition, move) for move in definition.moves.values()], clocks=[_clock(definition, clock) for clock in definition.deadlines.values()],
        notes=[words.text(f"notes.{note}") for note in definition.procedure.notes], back_url=PROCEDURES, drawing=f"{PROCEDURES}/{definition.id}/drawing.svg",
    )


@route(blueprint, "/<procedure>/drawing.svg", who=STAFF_ROLES)
def drawing(procedure: str) -> Response:
    """The stages and moves as a picture; the tables of the page say the same in words."""
    definition = _definition(procedure)
    return Response(svg(definition, words_of(definition)), mimetype="image/svg+xml")


def _state(definition: Definition, state: State) -> dict[str, Any]:
    words = words_of(definition)
    turn = words.text(f"roles.{state.waits_for}") if state.waits_for else ""
    return {
        "title": words.text(f"states.{state.name}.title"), "role": state.waits_for or "", "turn": turn, "ending": state.final or "",
        "ending_text": str(ENDINGS[state.final]) if state.final else "",
        "then": [words.text(f"remedies.{name}.title") for name in state.remedies],
    }


def _move(definition: Definition, move: Move) -> dict[str, Any]:
    words = words_of(definition)
    limits = [_("at most %(count)s times", count=move.at_most)] if move.at_most and move.at_most > 1 else [_("only once")] if move.at_most else []
    apart = [_("not by whoever did: %(deeds)s", deeds=any_of([word("deeds", name) for name in move.not_by_whoever_did]))] if move.not_by_whoever_did else []
    return {
        "title": words.text(f"moves.{move.name}.button"), "from": [words.text(f"states.{name}.title") for name in move.from_states],
        "to": words.text(f"states.{move.to}.title"), "by": [words.text(f"roles.{role}") for role in move.by],
        "rules": [*(str(GUARDS[name]) for name in move.guards), *limits, *apart],
    }


def _clock(definition: Definition, clock: Deadline) -> dict[str, Any]:
    words = words_of(definition)
    limits = [span_text(clock.limit)] if clock.limit else [
        _("%(limit)s by the route “%(route)s”", limit=span_text(span), route=words.text(f"routes.{name}.title")) for name, span in clock.limit_by_route.items()
    ]
    then = words.text(f"moves.{clock.then.move}.button") if clock.then.move else _("Tell: %(role)s", role=words.text(f"roles.{clock.then.tell}"))
    return {
        "title": words.text(f"clocks.{clock.name}.title"), "kind": str(CLOCKS[clock.kind]), "limits": limits, "then": then,
        "counts_in": [words.text(f"states.{name}.title") for name in clock.counts_in], "basis": _basis(definition, clock.basis),
    }


def _basis(definition: Definition, basis: str | None) -> str:
    """The law or the source behind a limit, by its title."""
    procedure = definition.procedure
    titles = {**{source.name: source.title for source in procedure.sources}, **{law.name: law.title for law in procedure.legal_basis}}
    return titles.get(basis or "", _("choice of this service") if basis == "product_choice" else _("from memory, to be confirmed") if basis else "")
