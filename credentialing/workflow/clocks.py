"""How long a case may stay where it is, and how much of each limit is used.

A clock sums the time of all visits to its states, so asking a question pauses it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from credentialing.domain.calendars import DayType, Span, add_span, local_day, used_days
from credentialing.workflow.facts import Facts, Visit
from credentialing.workflow.model import BEGIN, ClockKind, Deadline, Definition, Then


@dataclass(frozen=True, slots=True)
class ClockView:
    """A clock as it stands now; `used` counts in the unit of `limit`; `due_at` and `warn_at` are set while it runs."""

    name: str
    kind: ClockKind
    counts_in: tuple[str, ...]
    limit: Span
    used: int
    running: bool
    due_at: datetime | None
    warn_at: datetime | None
    overdue: bool
    then: Then
    silence: str | None
    basis: str | None
    starts_with: tuple[str, ...] = ()


_add_span = lru_cache(maxsize=4096)(add_span)
_used_days = lru_cache(maxsize=4096)(used_days)


def limit_of(deadline: Deadline, route: str | None) -> Span:
    """The limit for the chosen route; the longest of all while no route is chosen, so that nobody is promised too much."""
    if deadline.limit is not None:
        return deadline.limit
    if route is not None and route in deadline.limit_by_route:
        return deadline.limit_by_route[route]
    return max(deadline.limit_by_route.values(), key=lambda span: span.count)


def _in_days(country: str, limit: Span, *, visits: tuple[Visit, ...]) -> Span:
    """A limit in months as the calendar days it comes to, counted from the first visit: days can be summed over visits, months cannot."""
    if limit.unit is not DayType.MONTHS or not visits:
        return limit
    start = visits[0].entered_at
    end = _add_span(country, start, limit) - timedelta(microseconds=1)
    return Span((local_day(country, end) - local_day(country, start)).days, DayType.CALENDAR)


def _seconds(visits: Iterable[Visit], now: datetime) -> float:
    return sum(((visit.left_at or now) - visit.entered_at).total_seconds() for visit in visits)


def _used(country: str, visits: Iterable[Visit], *, now: datetime, unit: DayType) -> int:
    if unit is DayType.HOURS:
        return int(_seconds(visits, now) // 3600)
    return sum(_used_days(country, visit.entered_at, visit.left_at or now, unit) for visit in visits)


def _ends_at(country: str, visits: tuple[Visit, ...], *, span: Span) -> datetime:
    """When `span` is used up if the present visit goes on: the time left over from earlier visits, counted from its start."""
    present, past = visits[-1], visits[:-1]
    if span.unit is DayType.HOURS:
        return present.entered_at + timedelta(hours=span.count) - timedelta(seconds=_seconds(past, present.entered_at))
    left = max(0, span.count - _used(country, past, now=present.entered_at, unit=span.unit))
    return _add_span(country, present.entered_at, Span(left, span.unit))


def _ended_at(country: str, visits: tuple[Visit, ...], *, span: Span) -> datetime:
    """The same for a limit of the institution: once it is over in an earlier visit it ended then, and is not given anew with each state."""
    for number, visit in enumerate(visits[:-1], start=1):
        end = _ends_at(country, visits[:number], span=span)
        if visit.left_at is not None and visit.left_at >= end:
            return end
    return _ends_at(country, visits, span=span)


def _warn_at(country: str, visits: tuple[Visit, ...], *, limit: Span, before: Span) -> datetime:
    entered = visits[-1].entered_at
    left = limit.count - before.count - _used(country, visits[:-1], now=entered, unit=limit.unit)
    return entered if left <= 0 else _ends_at(country, visits, span=Span(limit.count - before.count, limit.unit))


def _counted(deadline: Deadline, facts: Facts) -> tuple[Visit, ...]:
    """The visits that the clock counts: those to its states, and only from its starting event on when it has one."""
    visits = tuple(visit for visit in facts.visits if visit.state in deadline.counts_in)
    if not deadline.starts_with:
        return visits
    begun = next((deed.at for deed in reversed(facts.deeds) if deed.what in deadline.starts_with), None)
    if begun is None and BEGIN in deadline.starts_with:
        return visits
    return tuple(visit for visit in visits if begun is not None and visit.entered_at >= begun)


def clock(definition: Definition, facts: Facts, *, name: str) -> ClockView:
    """One clock of the case by its name; KeyError for a name the definition does not have."""
    deadline, country = definition.deadlines[name], definition.procedure.country
    visits = _counted(deadline, facts)
    limit = _in_days(country, limit_of(deadline, facts.route), visits=visits)
    used = _used(country, visits, now=facts.now, unit=limit.unit)
    running = bool(visits) and visits[-1].left_at is None
    ends_at = _ends_at if deadline.kind is ClockKind.APPLICANT else _ended_at  # whoever must act again gets the rest of this day at least
    due_at = ends_at(country, visits, span=limit) if running else None
    warn_at = None
    if running and deadline.warn_before is not None:
        warn_at = _warn_at(country, visits, limit=limit, before=deadline.warn_before)
    over = facts.now >= due_at if due_at is not None else used > limit.count
    overdue = over and deadline.kind is not ClockKind.MINIMUM
    return ClockView(
        name=name, kind=deadline.kind, counts_in=deadline.counts_in, limit=limit, used=used, running=running, due_at=due_at, warn_at=warn_at,
        overdue=overdue, then=deadline.then, silence=deadline.silence, basis=deadline.basis, starts_with=deadline.starts_with,
    )


def clocks(definition: Definition, facts: Facts) -> tuple[ClockView, ...]:
    """Every clock of the case, in the definition's order; those not begun show nothing used."""
    return tuple(clock(definition, facts, name=name) for name in definition.deadlines)
