"""What the route finder says about a procedure: read from the rules and their words, nothing made up here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _

from credentialing.domain.calendars import Span
from credentialing.web.language import any_of, day_text, number, span_text
from credentialing.web.words import words_of
from credentialing.workflow.library import ProcedureView
from credentialing.workflow.model import ClockKind, Definition, Fee, Source
from credentialing.workflow.words import Words

# Which evidence is missing, by what a person said to have.
MISSING: Final = {
    "apostille": (), "degree": ("apostille",), "copy": ("diploma", "apostille"), "letters": (), "photos": ("work_history",),
    "nothing": ("diploma", "transcript", "apostille", "work_history"), "unsure": ("diploma", "transcript", "apostille", "work_history"),
}


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that the procedure asks for: its name, a hint, whether only some people need it."""

    name: str
    hint: str
    sometimes: bool


@dataclass(frozen=True, slots=True)
class Route:
    """A procedure as a person who thinks of applying needs to know it."""

    id: str
    enabled: bool
    title: str
    summary: str
    authority: str
    system: str
    allows: str
    not_allows: str
    cost: str
    cost_text: str
    fees: tuple[str, ...]
    legal_time: str
    duration: str
    silence: str
    papers: tuple[Paper, ...]
    without: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    laws: tuple[str, ...]
    sources: tuple[Source, ...]
    verification: str


def describe(view: ProcedureView, *, papers: str) -> Route:
    """The route of a ProcedureView for a person who has `papers` (a key of MISSING)."""
    rules, words = view.definition, words_of(view.definition)
    procedure = rules.procedure
    return Route(
        id=rules.id, enabled=view.enabled, papers=_papers(rules, words), without=_without(rules, words, papers), legal_time=_legal_time(rules),
        cost=_cost(procedure.fees), cost_text=words.text("cost"), sources=procedure.sources, laws=tuple(law.title for law in procedure.legal_basis),
        fees=tuple(words.text(f"fees.{fee.name}", amount=_amount(fee), year=fee.as_of) for fee in procedure.fees if fee.amount),
        notes=tuple(words.text(f"notes.{note}") for note in procedure.notes),
        verification=words.text("verification", date=day_text(procedure.verified_on, with_year=True)),
        **{key: words.text(key) for key in ("title", "summary", "authority", "system", "allows", "not_allows", "duration", "silence")},
    )


def _amount(fee: Fee) -> str:
    return f"{fee.currency}\u00a0{number(fee.amount)}"


def _cost(fees: Sequence[Fee]) -> str:
    amounts = [_amount(fee) for fee in fees if fee.amount]
    return any_of(amounts) if amounts else _("Free")


def _papers(rules: Definition, words: Words) -> tuple[Paper, ...]:
    asked = [rule for rule in rules.evidence.values() if rule.at_least and rules.starts_in in rule.asked_in]
    return tuple(Paper(words.text(f"evidence.{rule.kind}.name"), words.text(f"evidence.{rule.kind}.hint"), bool(rule.required_when)) for rule in asked)


def _without(rules: Definition, words: Words, papers: str) -> tuple[tuple[str, str], ...]:
    kinds = [kind for kind in MISSING[papers] if kind in rules.evidence]
    return tuple((words.text(f"evidence.{kind}.name"), words.text(f"evidence.{kind}.without")) for kind in kinds)


def _legal_time(rules: Definition) -> str:
    """The limits that the law gives the institution, one for each route when they differ."""
    spans: list[Span] = []
    for deadline in rules.deadlines.values():
        if deadline.kind is ClockKind.STATUTORY:
            spans += [deadline.limit] if deadline.limit is not None else sorted(deadline.limit_by_route.values(), key=lambda span: span.count)
    return _in_one(spans) if spans else _("The law sets no limit")


def _in_one(spans: Sequence[Span]) -> str:
    """`60, 120 or 180 days` for limits in the same unit, otherwise each written out."""
    if len({span.unit for span in spans}) > 1:
        return any_of([span_text(span) for span in spans])
    return any_of([*(number(span.count) for span in spans[:-1]), span_text(spans[-1])])
