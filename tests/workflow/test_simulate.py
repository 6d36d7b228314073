"""A simulated population obeys the law and the calendar, repeats itself for the same seed, and answers to staffing as an office does."""

import math

import pytest

from credentialing.adapters.doubles import SeededEntropy
from credentialing.domain.people import Role
from credentialing.workflow.model import Definition
from credentialing.workflow.population import Chance, Habits, Office, default_office
from credentialing.workflow.simulate import Simulation
from credentialing.workflow.simulation_report import Report, report_of
from tests.workflow.plain_model import plain_rules
from tests.workflow.stories import WORKFLOWS, library

EVERY = pytest.mark.parametrize("definition", [view.definition for view in library().procedures()], ids=lambda each: each.id)
DEGREE = library().definition("co-degree-convalidacion", 2)


def run(definition: Definition, *, people: int = 60, seed: int = 1, office: Office | None = None, over: int = 60, habits: Habits | None = None) -> Simulation:
    """A small population."""
    staffed = office or default_office(definition, people=people, given={})
    return Simulation(definition, staffed, people=people, over_days=over, chance=SeededEntropy(seed), habits=habits or Habits()).run(lambda ended: None)


def figures(simulation: Simulation) -> Report:
    """Its report."""
    return report_of(simulation)


@EVERY
def test_everybody_comes_to_an_end_in_every_procedure(definition: Definition) -> None:
    simulation = run(definition, people=40)
    report = figures(simulation)
    assert report.open_at_the_end == 0
    assert sum(report.ends.values()) == report.people == 40
    assert report.ends["certified"] > 10
    assert report.decision.median is not None


def test_the_same_seed_gives_the_same_report_and_another_gives_another() -> None:
    first, again, other = (figures(run(DEGREE, seed=seed)).plain() for seed in (5, 5, 6))
    assert first == again
    assert first != other


def test_fewer_people_and_slower_ones_mean_longer_queues() -> None:
    many = Office({role: 6 for role in DEGREE.roles if role is not Role.APPLICANT}, turns_a_day=6)
    few = Office({role: 1 if role is Role.REGISTRAR else 2 for role in many.people}, turns_a_day=1)
    quick, slow = figures(run(DEGREE, people=120, office=many)), figures(run(DEGREE, people=120, office=few))
    assert max(line.longest for line in slow.queues) > 3 * max(line.longest for line in quick.queues)
    assert quick.decision.ninety is not None
    assert slow.decision.median is not None
    assert slow.decision.median > quick.decision.ninety
    kept = {limit.clock: limit.kept for limit in slow.limits}
    assert kept["ministry"] < 1


def test_whoever_never_comes_back_is_counted_where_they_left() -> None:
    report = figures(run(DEGREE, habits=Habits(finishes=0.0)))
    assert report.ends == {"lapsed": 60}
    assert report.left_in == {"draft": 60}
    assert report.decision.cases == 0


def test_the_folder_says_the_same_of_each_simulated_case() -> None:
    rules = plain_rules(WORKFLOWS, DEGREE.id, DEGREE.version)
    for life in run(DEGREE).lives:
        way = [rules["starts_in"]]
        for deed in life.facts.deeds:
            move = rules["moves"].get(deed.what)
            if move is not None:
                assert way[-1] in move["from"]
                over = {*move["from"], *move.get("back_over", [])}
                to = move["to"]
                way.append(way[-1] if to == "stay" else next(s for s in reversed(way) if s not in over) if to == "back" else to)
        assert way[-1] == life.facts.state


def test_given_numbers_replace_the_rule_of_thumb_and_chance_is_what_it_says() -> None:
    office = default_office(DEGREE, people=4500, given={Role.ASSESSOR: 3, Role.GUIDE: 9})
    assert (office.people[Role.ASSESSOR], office.people[Role.REGISTRAR]) == (3, 10)
    assert Role.GUIDE not in office.people
    chance = Chance(SeededEntropy(1))
    assert math.isclose(sum(chance.happens(0.3) for _ in range(4000)) / 4000, 0.3, abs_tol=0.03)
    assert math.isclose(sum(chance.days(10) for _ in range(4000)) / 4000, 9.5, abs_tol=0.8)
    assert sum(chance.one_of("ab", [3, 1]) == "a" for _ in range(4000)) > 2800
