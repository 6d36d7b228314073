"""Where a case stands: whose turn it is, how much of each limit is used, and the way from the first paper to the certificate."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask_babel import gettext as _
from markupsafe import Markup, escape

from credentialing.domain.calendars import DayType, Span, add_span
from credentialing.domain.people import Role
from credentialing.services.looking import CaseLine, CaseView, WrittenText
from credentialing.web.language import day, days_left, last_day, unit_text
from credentialing.web.words import words_of
from credentialing.workflow.clocks import ClockView
from credentialing.workflow.model import BEGIN, ClockKind, Definition, Ending, Move, Verdict

ENDINGS: Final = {
    Ending.GRANTED: ("good", "check"), Ending.REFUSED: ("bad", "cross"), Ending.WITHDRAWN: ("null", "ban"), Ending.LAPSED: ("null", "ban"),
    Ending.CANCELLED: ("null", "ban"),
}


@dataclass(frozen=True, slots=True)
class Chip:
    """A state in a few words, with its tone and icon."""

    tone: str
    icon: str
    text: str


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is, what that means, and until when, as sentences."""

    tone: str
    icon: str
    title: str
    text: str
    until: str


@dataclass(frozen=True, slots=True)
class ClockCard:
    """What the clock card of a page takes."""

    name: str
    title: str
    used: int
    limit: int
    unit: str
    due_at: datetime | None
    paused: bool
    began: datetime
    note: str
    silence: str
    least: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A stage on the way of a case."""

    title: str
    note: str
    state: str


def chip_of(line: CaseLine) -> Chip:
    """How a case stands in the list of one's own cases."""
    state = line.definition.states[line.state]
    if state.final is not None:
        return Chip(*ENDINGS[state.final], words_of(line.definition).text(f"states.{line.state}.title"))
    if line.sent_at is None:
        return Chip("null", "page", _("Not sent yet"))
    if state.waits_for is Role.APPLICANT:
        return Chip("you", "person", _("Your turn"))
    return Chip("copy", "house", _("With the institution"))


def turn_of(view: CaseView) -> Turn:
    """The panel that stands first on the page of a case."""
    state, words = view.definition.states[view.state], words_of(view.definition)
    text = words.text(f"states.{view.state}.next")
    if state.final is not None:
        return Turn(*ENDINGS[state.final], words.text(f"states.{view.state}.title"), text, "")
    if state.waits_for is Role.APPLICANT:
        return Turn("you", "person", _("It is your turn now"), text, _until(view))
    if state.waits_for is Role.SYSTEM:
        return Turn("copy", "glass", words.text(f"states.{view.state}.title"), text, _("You can close this page. We write to you when it is ready."))
    return Turn("copy", "house", _("The institution has it now"), text, _until(view))


def _said(text: str, **values: str) -> Markup:
    """A sentence with parts that may be markup: a day stays a `<time>`, everything else is escaped."""
    return escape(text) % values


def _until(view: CaseView) -> str:
    running = [clock for clock in view.clocks if clock.running and clock.due_at is not None and clock.kind is not ClockKind.MINIMUM]
    mine = view.definition.states[view.state].waits_for is Role.APPLICANT
    told = [clock for clock in running if (clock.kind is ClockKind.APPLICANT) is mine]
    clock = min(told, key=lambda clock: (not (clock.overdue and clock.kind is ClockKind.STATUTORY), str(clock.due_at)), default=None)
    if clock is None or clock.due_at is None:
        return ""
    if mine:
        return _said(_("You have until %(day)s. %(left)s."), day=last_day(clock.due_at), left=days_left(clock.due_at))
    if clock.overdue and clock.kind is ClockKind.STATUTORY:
        return _said(_("The limit ended on %(day)s. Below you can read what that means."), day=last_day(clock.due_at))
    if clock.kind is ClockKind.STATUTORY:
        return _said(_("They have until %(day)s. Until then there is nothing for you to do."), day=last_day(clock.due_at))
    if clock.overdue:
        return str(_("This takes longer than we aimed for. Whoever must act is reminded."))
    return _said(_("We expect news by %(day)s. Until then there is nothing for you to do."), day=last_day(clock.due_at))


def clock_cards(view: CaseView) -> tuple[ClockCard, ...]:
    """The clocks that say something now: those that run, and a legal limit that has begun; none once the case is closed."""
    if view.definition.states[view.state].final is not None:
        return ()
    shown = [clock for clock in view.clocks if view.state != view.definition.starts_in and (clock.running or _rests(view, clock))]
    order = {ClockKind.APPLICANT: 0, ClockKind.STATUTORY: 1, ClockKind.SERVICE_LEVEL: 2, ClockKind.MINIMUM: 3}
    return tuple(_card(view, clock) for clock in sorted(shown, key=lambda clock: order[clock.kind]) if clock.limit.unit is not DayType.HOURS)


def _rests(view: CaseView, clock: ClockView) -> bool:
    """Whether a legal limit has begun and stands still because the applicant must act; once there is a decision it does not go on."""
    waits_for_me = view.definition.states[view.state].waits_for is Role.APPLICANT and view.decision is None
    return clock.kind is ClockKind.STATUTORY and waits_for_me and _began(view, clock) is not None


def _began(view: CaseView, clock: ClockView) -> datetime | None:
    """When a clock began to count: with the first visit since the latest of the acts that start it."""
    started = next((deed.at for deed in reversed(view.facts.deeds) if deed.what in clock.starts_with), None)
    if started is None and clock.starts_with and BEGIN not in clock.starts_with:
        return None
    visits = (visit for visit in view.facts.visits if visit.state in clock.counts_in)
    return next((visit.entered_at for visit in visits if started is None or visit.entered_at >= started), None)


def _card(view: CaseView, clock: ClockView) -> ClockCard:
    words = words_of(view.definition)
    note = words.text(f"clocks.{clock.name}.text")
    if not clock.running:
        note = _said("%(note)s %(due)s", note=note, due=_if_answered_today(view, clock))
    silence = words.text("silence") if clock.kind is ClockKind.STATUTORY and clock.silence else ""
    return ClockCard(
        name=clock.name, title=words.text(f"clocks.{clock.name}.title"), used=clock.used, limit=clock.limit.count, unit=unit_text(clock.limit.unit),
        due_at=clock.due_at, paused=not clock.running, began=_began(view, clock) or view.opened_at, note=note, silence=silence,
        least=clock.kind is ClockKind.MINIMUM,
    )


def _if_answered_today(view: CaseView, clock: ClockView) -> str:
    left = Span(max(0, clock.limit.count - clock.used), clock.limit.unit)
    due = add_span(view.definition.procedure.country, view.facts.now, left)
    return _said(_("If you act today, the limit ends on %(day)s."), day=last_day(due))


def remedy_text(view: CaseView, name: str) -> str:
    """What a remedy is, with the number of days it leaves."""
    limit = view.definition.procedure.remedies[name].limit
    return str(words_of(view.definition).text(f"remedies.{name}.text", **({"days": limit.count} if limit is not None else {})))


def has_legal_limit(definition: Definition) -> bool:
    """Whether any law sets the institution a limit in this procedure."""
    return any(deadline.kind is ClockKind.STATUTORY for deadline in definition.deadlines.values())


def main_way(definition: Definition) -> tuple[str, ...]:
    """The shortest way from the start to a granted end on which nobody says no: the states that every case hopes to pass."""
    came_from: dict[str, str] = {definition.starts_in: ""}
    waiting = deque([definition.starts_in])
    while waiting:
        here = waiting.popleft()
        if definition.states[here].final is Ending.GRANTED:
            return _back(came_from, here)
        for move in definition.moves.values():
            if here in move.from_states and _is_hoped_for(definition, move) and move.to not in came_from:
                came_from[move.to] = here
                waiting.append(move.to)
    return (definition.starts_in,)


def _is_hoped_for(definition: Definition, move: Move) -> bool:
    """Whether a move belongs to the main way: an appeal may be shorter than what it replaces, yet nobody hopes for one."""
    state = definition.states.get(move.to)  # None for a move that stays or leads back
    return state is not None and state.waits_for is not Role.APPEALS_BODY and move.decides in (None, Verdict.GRANTED)


def _back(came_from: dict[str, str], end: str) -> tuple[str, ...]:
    way = [end]
    while came_from[way[-1]]:
        way.append(came_from[way[-1]])
    return tuple(reversed(way))


def path_of(view: CaseView) -> tuple[Step, ...]:
    """The stages of the case: those that are behind it, the present one, and those that still lie ahead on the main way."""
    states, words = view.definition.states, words_of(view.definition)
    way = main_way(view.definition)
    left = {visit.state: visit.left_at for visit in view.facts.visits}
    latest = reversed(dict.fromkeys(visit.state for visit in reversed(view.facts.visits)))  # each stage where it was left last
    behind = [state for state in latest if state != view.state]
    final = states[view.state].final
    if view.state in way:
        # A case that was sent back stands before stages it has seen already: they lie ahead again.
        behind = [state for state in behind if state not in way or way.index(state) < way.index(view.state)]
        ahead: Sequence[str] = way[way.index(view.state) + 1 :]
    else:
        refused = view.definition.verdict_of(view.decision) is Verdict.REFUSED
        ahead = () if final or refused else [state for state in way if state not in behind]
    done = [Step(words.text(f"states.{state}.title"), day(left[state]), "done") for state in behind if states[state].waits_for is not Role.SYSTEM]
    todo = [Step(words.text(f"states.{state}.title"), "", "todo") for state in ahead if states[state].waits_for is not Role.SYSTEM]
    return (*done, _present(view), *todo)


def _present(view: CaseView) -> Step:
    state, since = view.definition.states[view.state], view.facts.visits[-1].entered_at
    title = words_of(view.definition).text(f"states.{view.state}.title")
    if state.final is not None:
        return Step(title, day(since), "done" if state.final is Ending.GRANTED else "now")
    return Step(title, _said(_("since %(day)s"), day=day(since)), "paused" if state.waits_for is Role.APPLICANT and view.sent_at else "now")


def letters_to_me(view: CaseView) -> tuple[WrittenText, ...]:
    """What the institution wrote with its acts, newest first."""
    mine = {name for name, move in view.definition.moves.items() if Role.APPLICANT in move.by}
    return tuple(text for text in reversed(view.texts) if text.move not in mine)  # exchanging the rules of a case is an act, and no move of theirs


def latest_letter(view: CaseView) -> WrittenText | None:
    """What was written when the case last came to where it is now, None when it came without words."""
    since = view.facts.visits[-1].entered_at
    return next((text for text in letters_to_me(view) if text.written_at >= since), None)
