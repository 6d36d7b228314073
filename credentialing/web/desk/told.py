"""The rules of a procedure in words: stages, moves, limits, papers, and who may not do what. For officers and auditors who own the rules."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from credentialing.web.language import _, any_of, span_text
from credentialing.web.words import word, words_of
from credentialing.workflow.machine import targets
from credentialing.workflow.model import BACK, BEGIN, STAY, ClockKind, Deadline, Definition, Ending, Move, State, Verdict

ENDINGS: Final[Mapping[Ending, LazyString]] = {
    Ending.GRANTED: _l("Granted"), Ending.REFUSED: _l("Refused"), Ending.WITHDRAWN: _l("Withdrawn"), Ending.LAPSED: _l("Closed by time"),
    Ending.CANCELLED: _l("Cancelled"),
}
CLOCKS: Final[Mapping[ClockKind, LazyString]] = {
    ClockKind.STATUTORY: _l("set by law"), ClockKind.SERVICE_LEVEL: _l("a goal of the service"), ClockKind.APPLICANT: _l("time that the applicant has"),
    ClockKind.MINIMUM: _l("the least time that it takes, never overdue"),
}
SILENCE: Final[Mapping[str, LazyString]] = {
    "negative": _l("Silence counts as a no: the person may appeal."), "positive": _l("Silence counts as a yes."), "lapse": _l("Silence ends the case."),
    "escalate": _l("Silence goes to a superior."), "none": _l("Silence means nothing; the person is told of the delay."),
}
CONFIDENCE: Final[Mapping[str, LazyString]] = {
    "high": _l("Well sourced"), "medium": _l("Sourced in part"), "low": _l("Weakly sourced"),
}
VERDICTS: Final[Mapping[Verdict, LazyString]] = {
    Verdict.GRANTED: _l("this decides: yes"), Verdict.PARTLY_GRANTED: _l("this decides: yes, in part"),
    Verdict.CONDITIONAL: _l("this decides: yes, under a condition"), Verdict.REFUSED: _l("this decides: no"),
}
GUARDS: Final[Mapping[str, LazyString]] = {
    "evidence_complete": _l("every required paper is there, or another way is asked for"),
    "answers_complete": _l("every required answer is there"),
    "consent_given": _l("the person gave permission"),
    "questions_drafted": _l("the letter holds a question"),
    "letter_not_begun": _l("no question lies written and unsent"),
    "questions_answered": _l("every question of the letter is answered"),
    "checks_settled": _l("every check of this stage is done"),
    "checks_passed": _l("every check of this stage ended well"),
    "a_check_failed": _l("a check did not end well"),
    "waivers_settled": _l("every other way that the person asked for is decided"),
    "a_waiver_refused": _l("another way was not accepted and the paper is still missing"),
    "criteria_judged": _l("every criterion is judged, with a reason"),
    "route_chosen": _l("the route is chosen"),
    "standard_chosen": _l("the standard is chosen"),
    "units_judged": _l("every unit is judged, with a reason"),
    "all_units_competent": _l("every unit is shown"),
    "some_unit_competent": _l("some unit is shown"),
    "no_unit_competent": _l("no unit is shown"),
    "some_unit_not_competent": _l("some unit is not yet shown"),
    "proposal_full": _l("the proposal is to grant"),
    "proposal_partial": _l("the proposal is to recognise a part"),
    "proposal_conditional": _l("the proposal is to recognise under a condition"),
    "proposal_advisory": _l("the proposal is a statement that binds nobody"),
    "proposal_issued": _l("the proposal is to issue the passport"),
    "proposal_not_issued": _l("the proposal is not to issue the passport"),
    "proposal_denied": _l("the proposal is to refuse"),
    "silence_is_no": _l("the legal limit is over and its silence counts as a no"),
    "appeal_in_time": _l("the time to appeal is not over"),
    "evaluation_begun": _l("the case has come to where it is judged"),
    "evaluation_not_begun": _l("the case never came to where it is judged"),
    "certificate_sealed": _l("the certificate is signed"),
}
"""What a definition demands before a move, in words."""


def state(definition: Definition, state: State) -> dict[str, Any]:
    """A stage: whose turn it is or how it ends, and what can be done after it."""
    words = words_of(definition)
    turn = words.text(f"roles.{state.waits_for}") if state.waits_for else ""
    return {
        "title": words.text(f"states.{state.name}.title"), "role": state.waits_for or "", "turn": turn, "ending": state.final or "",
        "ending_text": str(ENDINGS[state.final]) if state.final else "",
        "then": [words.text(f"remedies.{name}.title") for name in state.remedies],
    }


def _titles(definition: Definition, states: Iterable[str]) -> list[str]:
    return [words_of(definition).text(f"states.{name}.title") for name in states]


def _to(definition: Definition, move: Move) -> str:
    if move.to == STAY:
        return _("where it is")
    if move.to == BACK:
        return _("back to: %(states)s", states=any_of(_titles(definition, targets(definition, move))))
    return _titles(definition, [move.to])[0]


def move(definition: Definition, move: Move) -> dict[str, Any]:
    """A move: who makes it, from where to where, and everything that it needs."""
    words = words_of(definition)
    limits = [_("at most %(count)s times", count=move.at_most)] if move.at_most and move.at_most > 1 else [_("only once")] if move.at_most else []
    apart = [_("not by whoever did: %(deeds)s", deeds=any_of([word("deeds", name) for name in move.not_by_whoever_did]))] if move.not_by_whoever_did else []
    decides = [str(VERDICTS[move.decides])] if move.decides else []
    return {
        "title": words.text(f"moves.{move.name}.button"), "from": _titles(definition, move.from_states), "to": _to(definition, move),
        "by": [words.text(f"roles.{role}") for role in move.by], "rules": [*(str(GUARDS[name]) for name in move.guards), *limits, *apart, *decides],
    }


def clock(definition: Definition, clock: Deadline) -> dict[str, Any]:
    """A limit: how long, where and since when it counts, what follows, and where it comes from."""
    words = words_of(definition)
    limits = [span_text(clock.limit)] if clock.limit else [
        _("%(limit)s by the route “%(route)s”", limit=span_text(span), route=words.text(f"routes.{name}.title")) for name, span in clock.limit_by_route.items()
    ]
    then = words.text(f"moves.{clock.then.move}.button") if clock.then.move else _("Tell: %(role)s", role=words.text(f"roles.{clock.then.tell}"))
    begins = [_("the opening of the case") if name == BEGIN else words.text(f"moves.{name}.button") for name in clock.starts_with]
    return {
        "title": words.text(f"clocks.{clock.name}.title"), "kind": str(CLOCKS[clock.kind]), "limits": limits, "then": then,
        "counts_in": _titles(definition, clock.counts_in), "basis": _basis(definition, clock.basis),
        "begins": _("from: %(moves)s", moves=any_of(begins)) if begins else "", "silence": str(SILENCE.get(clock.silence or "", "")),
    }


def _basis(definition: Definition, basis: str | None) -> str:
    """The law or the source behind a limit, by its title."""
    procedure = definition.procedure
    titles = {**{source.name: source.title for source in procedure.sources}, **{law.name: law.title for law in procedure.legal_basis}}
    return titles.get(basis or "", _("choice of this service") if basis == "product_choice" else _("from memory, to be confirmed") if basis else "")


def separation(definition: Definition) -> list[dict[str, str]]:
    """The rules of separation of duties, each with the duties that nobody combines; that of declaring first stands last."""
    words = words_of(definition)
    told = [
        {
            "rule": apart.rule, "text": words.text(f"separation.{apart.rule}"),
            "between": ", ".join(words.text(f"duties.{duty}") for duty in apart.between),
            "and": ", ".join(words.text(f"duties.{duty}") for duty in apart.and_also),
        }
        for apart in sorted(definition.separation, key=lambda apart: apart.rule)
    ]
    before = [words.text(f"duties.{duty}") for duty in definition.conflict_declared_before]
    return [*told, *([{"rule": "SOD6", "text": words.text("separation.SOD6"), "between": ", ".join(before), "and": ""}] if before else [])]


def papers(definition: Definition) -> list[dict[str, Any]]:
    """Each kind of evidence with what is accepted, and the other ways for whoever cannot get it."""
    words = words_of(definition)
    return [
        {
            "title": words.text(f"evidence.{rule.kind}.name"), "accepts": [words.text(f"papers.{paper}") for paper in rule.accepts],
            "needed": rule.at_least > 0, "instead": [words.text(f"ways.{way}.title") for way in rule.instead],
        }
        for rule in definition.evidence.values()
    ]
