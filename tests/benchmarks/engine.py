"""The law, asked for every button of every page: microseconds of `decide()` and `offered()` beside a bare guarded trigger of `transitions`, and the
seconds in which everything is read, linted and ready. One run, interleaved rounds, medians of processor time."""

import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

from transitions import Machine

from credentialing.domain.people import Actor, Role
from credentialing.resources import data_dir
from credentialing.workflow.law import decide, offered
from credentialing.workflow.library import Library
from tests.workflow.stories import DECIDER, NAMED, degree_in_decision, degree_in_evaluation, rpl_in_assessment

EVERYTHING = Actor("zoe", frozenset(role for role in Role if role is not Role.SYSTEM))
MOST: Mapping[str, float] = {"decide, granted": 60, "decide, refused": 60, "offered, degree": 300, "offered, skills": 300}
LOADED_IN, ROUNDS, RUNS = 1.5, 9, 300


class _Paper:
    """The barest model that `transitions` can move: a state and one guard that always holds."""

    state: str

    def fits(self) -> bool:
        """The guard."""
        return True


def _bare() -> Callable[[], object]:
    paper: Any = _Paper()
    machine = Machine(paper, states=["open", "closed"], initial="open", auto_transitions=False)
    machine.add_transition("go", "open", "closed", conditions="fits")
    machine.add_transition("go", "closed", "open", conditions="fits")
    return lambda: paper.go()


def _cases() -> dict[str, Callable[[], object]]:
    decision, evaluation, skills = degree_in_decision(), degree_in_evaluation(), rpl_in_assessment()
    return {
        "bare trigger of transitions": _bare(),
        "decide, granted": lambda: decision.attempt("grant", DECIDER, recognised_as=NAMED),
        "decide, refused": lambda: decide(decision.definition, decision.facts, move="deny", actor=EVERYTHING, given={}),
        "offered, degree": lambda: offered(evaluation.definition, evaluation.facts, actor=EVERYTHING),
        "offered, skills": lambda: offered(skills.definition, skills.facts, actor=EVERYTHING),
    }


def _microseconds(act: Callable[[], object]) -> float:
    begin = time.process_time_ns()
    for _ in range(RUNS):
        act()
    return (time.process_time_ns() - begin) / RUNS / 1000


def _seconds_to_load() -> float:
    begin = time.process_time()
    Library.load(data_dir("workflows"))
    return time.process_time() - begin


def main() -> bool:
    """Print each figure with its goal; whether every goal was reached."""
    cases = _cases()
    rounds = [{name: _microseconds(act) for name, act in cases.items()} for _ in range(ROUNDS)]
    figures = {name: statistics.median(each[name] for each in rounds) for name in cases}
    bare = figures["bare trigger of transitions"]
    reached = True
    for name, figure in figures.items():
        goal = MOST.get(name)
        reached = reached and (goal is None or figure <= goal)
        print(f"{name:28} {figure:8.1f} µs   {figure / bare:5.2f} × bare" + (f"   (goal {goal:.0f} µs)" if goal else ""))
    ratio, loading = figures["decide, granted"] / bare, statistics.median(_seconds_to_load() for _ in range(3))
    print(f"a granted move is {ratio:.2f} × the bare trigger (goal 3.00)\neverything is ready in {loading:.2f} s (goal {LOADED_IN:.2f} s)")
    return reached and ratio <= 3 and loading <= LOADED_IN
