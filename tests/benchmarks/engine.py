"""The law, asked for every button of every page: microseconds of `decide()` and `offered()` for the largest definition, beside a bare guarded trigger of
`transitions` and beside SpiffWorkflow completing one user task of the same procedure; the seconds in which everything is read, linted and ready; the
seconds of the exhaustive proof. One run, interleaved rounds, medians of processor time."""

import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

from transitions import Machine

from credentialing.domain.people import Actor, Role
from credentialing.resources import data_dir
from credentialing.workflow.exhaustive import explore
from credentialing.workflow.law import Decision, decide, offered
from credentialing.workflow.library import Library, sound_cases
from credentialing.workflow.model import Definition
from tests.benchmarks._spiff import one_task
from tests.workflow.stories import library
from tests.workflow.test_random_actors import ACTS, Run

MOST: Mapping[str, float] = {"decide, granted": 60, "decide, refused": 60, "offered, a long case": 300, "offered, most moves": 300}
LOADED_IN, PROVED_IN, ROUNDS, RUNS, SPIFF_RUNS = 1.5, 60.0, 9, 300, 40
PATHS = ("submit", "confirm_coverage", "accept", "pay", "confirm_payment", "propose")  # to the decision, as far as a procedure has these moves


class _Paper:
    """The barest model that `transitions` can move: a state and one guard that always holds."""

    state: str

    def fits(self) -> bool:
        """The guard."""
        return True


def largest() -> Definition:
    """The definition with the most moves that we publish."""
    return max((view.definition for view in library().procedures()), key=lambda each: (len(each.moves), len(each.states)))


def _bare() -> Callable[[], object]:
    paper: Any = _Paper()
    machine = Machine(paper, states=["open", "closed"], initial="open", auto_transitions=False)
    machine.add_transition("go", "open", "closed", conditions="fits")
    machine.add_transition("go", "closed", "open", conditions="fits")
    return lambda: paper.go()


def _case(definition: Definition, wanted: Callable[[Run], bool]) -> Run:
    """A case that random actors brought to where it is wanted, the one with the longest history of a few hundred."""
    found = []
    for seed in range(300):
        run = Run(definition, seed)
        for _ in range(ACTS):
            if run.going_on() and not wanted(run):
                run.act()
        if run.going_on() and wanted(run):
            found.append(run)
    return max(found, key=lambda run: len(run.told))


def _decider(run: Run) -> tuple[Actor, str] | None:
    """Somebody who may decide in the applicant's favour now, and the move."""
    for name, roles in run.people.items():
        if roles == {Role.DECISION_MAKER}:
            actor = Actor(name, roles)
            if isinstance(decide(run.definition, run.facts, move="grant", actor=actor, given={"recognised_as": "Civil engineering"}), Decision):
                return actor, "grant"
    return None


def _cases(definition: Definition) -> dict[str, Callable[[], object]]:
    ready = _case(definition, lambda run: run.facts.state == "decision_awaited" and _decider(run) is not None)
    crowded = max(definition.states, key=lambda state: sum(state in move.from_states for move in definition.moves.values()))
    busy = _case(definition, lambda run: run.facts.state == crowded and len(run.told) > 5)
    decider = _decider(ready)
    assert decider is not None
    everything = Actor("everything", frozenset(definition.roles) - {Role.APPLICANT})
    given = {"recognised_as": "Civil engineering"}
    print(f"{definition.id}: {len(definition.states)} states, {len(definition.moves)} moves; a case of {len(ready.told)} deeds and one of {len(busy.told)}")
    return {
        "bare trigger of transitions": _bare(),
        "decide, granted": lambda: decide(definition, ready.facts, move="grant", actor=decider[0], given=given),
        "decide, refused": lambda: decide(definition, ready.facts, move="deny", actor=everything, given={}),
        "offered, a long case": lambda: offered(definition, ready.facts, actor=everything),
        "offered, most moves": lambda: offered(definition, busy.facts, actor=everything),
    }


def _microseconds(act: Callable[[], object]) -> float:
    begin = time.process_time_ns()
    for _ in range(RUNS):
        act()
    return (time.process_time_ns() - begin) / RUNS / 1000


def _spiff_microseconds(definition: Definition) -> float:
    """The median of completing the one user task that leads to the decision, each in a fresh case."""
    prepared = one_task(definition, tuple(move for move in PATHS if move in definition.moves))
    times = []
    for _ in range(SPIFF_RUNS):
        act = prepared()
        begin = time.process_time_ns()
        act()
        times.append((time.process_time_ns() - begin) / 1000)
    return statistics.median(times)


def _seconds(act: Callable[[], object]) -> float:
    begin = time.process_time()
    act()
    return time.process_time() - begin


def main() -> bool:
    """Print each figure with its goal; whether every goal was reached."""
    definition = largest()
    cases = _cases(definition)
    rounds = [{name: _microseconds(act) for name, act in cases.items()} | {"spiff": _spiff_microseconds(definition)} for _ in range(ROUNDS)]
    figures = {name: statistics.median(each[name] for each in rounds) for name in rounds[0]}
    bare, spiff = figures["bare trigger of transitions"], figures.pop("spiff")
    reached = True
    for name, figure in figures.items():
        goal = MOST.get(name)
        reached = reached and (goal is None or figure <= goal)
        print(f"{name:28} {figure:8.1f} µs   {figure / bare:5.2f} × bare" + (f"   (goal {goal:.0f} µs)" if goal else ""))
    print(f"{'SpiffWorkflow, one user task':28} {spiff:8.1f} µs   {spiff / figures['decide, granted']:5.2f} × decide, granted (goal: more than 1)")
    ratio, loading = figures["decide, granted"] / bare, statistics.median(_seconds(lambda: Library.load(data_dir("workflows"))) for _ in range(3))
    every = [case.definition for case in sound_cases(data_dir("workflows"))]
    proving = _seconds(lambda: [explore(each) for each in every])
    print(f"a granted move is {ratio:.2f} × the bare trigger (goal 3.00)\neverything is ready in {loading:.2f} s (goal {LOADED_IN:.2f} s)")
    print(f"{len(every)} definitions are proved exhaustively in {proving:.1f} s (goal {PROVED_IN:.0f} s)")
    return reached and ratio <= 3 and spiff > figures["decide, granted"] and loading <= LOADED_IN and proving <= PROVED_IN
