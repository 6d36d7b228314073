"""What a simulation showed, as plain figures: outcomes, times, limits kept, queues, where people leave."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from credentialing.domain.people import Role
from credentialing.workflow.simulate import Life, Simulation


@dataclass(frozen=True, slots=True)
class Times:
    """Days from sending the application: how many cases, the median, and the time within which nine of ten are done."""

    cases: int
    median: int | None
    ninety: int | None


@dataclass(frozen=True, slots=True)
class Limit:
    """One statutory clock: how many cases it ran for, and the share in which it was kept."""

    clock: str
    cases: int
    kept: float


@dataclass(frozen=True, slots=True)
class Line:
    """The queue of one role: people there, longest queue at a morning, turns, median and ninety-percent wait in days, turns at which nobody was allowed."""

    role: Role
    people: int
    longest: int
    turns: int
    median: int | None
    ninety: int | None
    nobody: int


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of one simulation."""

    procedure: str
    version: int
    people: int
    days: int
    ends: Mapping[str, int]
    verdicts: Mapping[str, int]
    open_at_the_end: int
    decision: Times
    whole: Times
    limits: tuple[Limit, ...]
    queues: tuple[Line, ...]
    left_in: Mapping[str, int]
    assumptions: Mapping[str, float]

    def plain(self) -> dict[str, object]:
        """The same as plain values for JSON."""
        return asdict(self)


def _share(sorted_days: Sequence[int], share: float) -> int | None:
    return sorted_days[max(0, math.ceil(len(sorted_days) * share) - 1)] if sorted_days else None


def _times(days: list[int]) -> Times:
    ordered = sorted(days)
    return Times(len(ordered), _share(ordered, 0.5), _share(ordered, 0.9))


def _limits(lives: list[Life]) -> tuple[Limit, ...]:
    names = sorted({name for life in lives for name in life.ran})
    ran = {name: [life for life in lives if name in life.ran] for name in names}
    return tuple(Limit(name, len(each), 1 - sum(name in life.late for life in each) / len(each)) for name, each in ran.items())


def report_of(simulation: Simulation) -> Report:
    """The figures of a simulation that was run."""
    lives, definition = simulation.lives, simulation.definition
    lines = []
    for role, group in simulation.staff.items():
        queue = simulation.queues[role]
        times = _times(queue.waits)
        lines.append(Line(role, len(group), queue.longest, times.cases, times.median, times.ninety, queue.nobody))
    return Report(
        procedure=definition.id, version=definition.version, people=len(lives), days=(simulation.today - lives[0].opened).days if lives else 0,
        ends=dict(Counter(life.facts.state for life in lives if life.closed is not None).most_common()),
        verdicts=dict(Counter(life.verdict.value for life in lives if life.verdict is not None).most_common()),
        open_at_the_end=sum(life.closed is None for life in lives),
        decision=_times([(life.decided - life.sent).days for life in lives if life.decided and life.sent]),
        whole=_times([(life.closed - life.sent).days for life in lives if life.closed and life.sent and life.left_in is None]),
        limits=_limits(lives), queues=tuple(lines),
        left_in=dict(Counter(life.left_in for life in lives if life.left_in is not None).most_common()),
        assumptions={**asdict(simulation.habits), "turns_a_day": simulation.office.turns_a_day, "over_days": simulation.over_days},
    )
