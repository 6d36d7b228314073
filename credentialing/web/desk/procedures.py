"""The procedures as the staff may read them: what is confirmed, where each fact comes from, and the rules in words."""

from dataclasses import dataclass

from flask import Blueprint
from werkzeug.wrappers import Response

from credentialing.domain.errors import NotFoundError
from credentialing.domain.people import STAFF_ROLES
from credentialing.web.desk import told
from credentialing.web.desk.page import PROCEDURES, desk_page
from credentialing.web.gate import route
from credentialing.web.language import day_text
from credentialing.web.public.questions import is_open
from credentialing.web.surroundings import surroundings
from credentialing.web.words import speak_for, words_of
from credentialing.workflow.draw import in_order, svg
from credentialing.workflow.model import Definition

blueprint = Blueprint("desk_procedures", __name__, url_prefix="/desk/procedures")

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
        confidence=str(told.CONFIDENCE.get(procedure.confidence, procedure.confidence)), verified_on=verified_on,
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
        states=[told.state(definition, definition.states[state]) for state in in_order(definition)],
        moves=[told.move(definition, move) for move in definition.moves.values()],
        clocks=[told.clock(definition, clock) for clock in definition.deadlines.values()],
        apart=told.separation(definition), papers=told.papers(definition),
        notes=[words.text(f"notes.{note}") for note in definition.procedure.notes], back_url=PROCEDURES, drawing=f"{PROCEDURES}/{definition.id}/drawing.svg",
    )


@route(blueprint, "/<procedure>/drawing.svg", who=STAFF_ROLES)
def drawing(procedure: str) -> Response:
    """The stages and moves as a picture; the tables of the page say the same in words."""
    definition = _definition(procedure)
    return Response(svg(definition, words_of(definition)), mimetype="image/svg+xml")
