"""The law is quick enough to be asked for every button of every page: medians of processor time, best of five rounds."""

import statistics
import time
from collections.abc import Callable

from credentialing.domain.people import Actor, Role
from credentialing.workflow.law import decide, offered
from tests.workflow.stories import DECIDER, NAMED, degree_in_decision, degree_in_evaluation, rpl_in_assessment

EVERYTHING = Actor("zoe", frozenset(role for role in Role if role is not Role.SYSTEM))


def median_microseconds(act: Callable[[], object]) -> float:
    """The best of five medians over 200 runs, in microseconds."""
    rounds = []
    for _ in range(5):
        times = []
        for _ in range(200):
            begin = time.perf_counter_ns()
            act()
            times.append(time.perf_counter_ns() - begin)
        rounds.append(statistics.median(times) / 1000)
    return min(rounds)


def test_a_decision_takes_at_most_sixty_microseconds() -> None:
    story = degree_in_decision()
    assert median_microseconds(lambda: story.attempt("grant", DECIDER, recognised_as=NAMED)) <= 60
    assert median_microseconds(lambda: decide(story.definition, story.facts, move="deny", actor=EVERYTHING, given={})) <= 60


def test_the_offers_take_at_most_three_hundred_microseconds() -> None:
    for story in (degree_in_evaluation(), degree_in_decision(), rpl_in_assessment()):
        assert median_microseconds(lambda at=story: offered(at.definition, at.facts, actor=EVERYTHING)) <= 300
