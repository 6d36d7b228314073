"""Random actors over the real services and a real database: people, stale pages, time, and a job queue that now and then refuses in the middle of a commit."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from credentialing.adapters.doubles import MemoryJobs
from credentialing.domain.errors import ConflictError, CredentialingError, NotFoundError, RefusedError
from credentialing.domain.people import Actor, Role
from credentialing.services import assessing, deadlines, declaring, moving
from credentialing.services.gathering import definition_of, gather
from credentialing.services.replaying import replay
from credentialing.storage.records import Case
from credentialing.workflow.facts import Facts
from credentialing.workflow.law import offered, recordable, values_of
from credentialing.workflow.model import Definition
from credentialing.workflow.registry import choices_of
from tests.office import staff
from tests.services.stage import World
from tests.workflow.plain_model import PlainCase, plain_rules
from tests.workflow.stories import WORKFLOWS

ACTS = 70
STARTS: dict[str, tuple[Callable[[World], str], int]] = {
    "a degree at the intake": (lambda world: world.degree("completeness_check"), 1),
    "a degree to be decided": (lambda world: world.degree("decision_awaited"), 2),
    "a degree that is refused": (lambda world: world.degree("refusal_told", refused=True), 3),
    "skills in assessment": (lambda world: world.skills("assessment"), 4),
    "skills to be decided": (lambda world: world.skills("decision_awaited"), 5),
}


class Broken(MemoryJobs):
    """A queue that is gone."""

    def enqueue(self, session: object, name: str, job_id: str, arguments: object) -> None:
        """Refuse everything, inside the caller's transaction."""
        raise CredentialingError("the queue is gone")


class Bustle:
    """One case and everybody round it, who act at random through the services."""

    def __init__(self, world: World, case_id: str, seed: int) -> None:
        self.world, self.case_id, self.chance = world, case_id, Random(seed)
        roles = [role for role in self.definition.roles if role is not Role.APPLICANT]
        everybody = [*world.story.staff.values(), *world.story.second.values()]
        everybody += [staff(world.office, *self.chance.sample(roles, 3), contact=f"some{number}@puente.example") for number in (1, 2)]
        self.people = [*everybody, world.owner(case_id), staff(world.office, *roles, contact="everything@puente.example")]
        self.told: list[tuple[str, str | None]] = [(deed.what, deed.by) for deed in self.facts.deeds]

    @property
    def definition(self) -> Definition:
        """The rules of the case."""
        with self.world.office.reading() as session:
            return definition_of(self.world.office, session.get_one(Case, self.case_id))

    @property
    def facts(self) -> Facts:
        """The facts as the services gather them."""
        office = self.world.office
        with office.reading() as session:
            return gather(office, session, session.get_one(Case, self.case_id), now=office.clock.now())

    def act(self) -> None:
        """Something happens; whatever is acknowledged is written down here."""
        acts = ((30, self._move), (24, self._judge), (8, self._declare), (4, self._stale), (4, self._breaks), (5, self._time), (10, self._work))
        self.chance.choices([act for _, act in acts], [weight for weight, _ in acts])[0]()

    def _move(self) -> None:
        definition, facts = self.definition, self.facts
        for actor in self.chance.sample(self.people, len(self.people)):
            moves = [offer.move for offer in offered(definition, facts, actor=actor) if not offer.reasons]
            moves = [move for move in moves if move not in ("withdraw", "cancel", "merge_duplicate", "transfer")]
            if not moves:
                continue
            move = self.chance.choice(moves)
            try:
                self.world.move(actor, self.case_id, move, **self._given(definition, move))
            except (RefusedError, NotFoundError):
                return  # the door of the services may be narrower than the law, never wider
            self._tell(move, actor)
            return

    def _given(self, definition: Definition, move: str) -> dict[str, str]:
        given = {}
        for name in definition.moves[move].asks:
            choices = choices_of(definition, name)
            given[name] = self.chance.choice(choices) if choices else "U1 U2" if name == "units" else "Ingeniería Civil"
        return given

    def _tell(self, what: str, actor: Actor) -> None:
        """The act was acknowledged; what the system did at once after it stands behind it."""
        self.told.append((what, actor.person_id))
        self._follow()

    def _follow(self) -> None:
        now = [(deed.what, deed.by) for deed in self.facts.deeds]
        assert now[: len(self.told)] == self.told
        assert all(by is None for _, by in now[len(self.told) :])  # nobody acts unseen but the system
        self.told = now

    def _judge(self) -> None:
        definition, facts = self.definition, self.facts
        able = [actor for actor in self.people if recordable(definition, facts, actor=actor)]
        actor = self.chance.choice(able or self.people)
        for subject in recordable(definition, self.facts, actor=actor)[: self.chance.choice((1, 20))]:
            value = values_of(definition, subject)[0 if self.chance.random() < 0.85 else -1]
            try:
                assessing.record_finding(self.world.office, actor=actor, case_id=self.case_id, subject=subject, value=value, reason="Visto en la página 2.")
            except (RefusedError, NotFoundError):
                continue
            self._tell(subject, actor)

    def _declare(self) -> None:
        actor, value = self.chance.choice(self.people[:-2]), self.chance.choice(("none", "none", "none", "conflict"))
        try:
            declaring.declare(self.world.office, actor=actor, case_id=self.case_id, value=value, text="Lo digo antes de evaluar, con mis palabras.")
        except CredentialingError:
            self._follow()

    def _stale(self) -> None:
        """A page that was left open: nothing is written."""
        with pytest.raises((ConflictError, NotFoundError)):
            moving.make_move(
                self.world.office, actor=self.chance.choice(self.people), case_id=self.case_id, move="grant", given={},
                seen_revision=self.world.case(self.case_id).revision - 1,
            )
        self._follow()

    def _breaks(self) -> None:
        """A move in the middle of which the queue refuses: all of it or nothing."""
        before, revision = self.world.everything(), self.world.case(self.case_id).revision
        actor, definition = self.chance.choice(self.people), self.definition
        moves = [offer.move for offer in offered(definition, self.facts, actor=actor) if not offer.reasons and definition.moves[offer.move].effects]
        for move in moves[:1]:
            with pytest.raises(CredentialingError):
                moving.make_move(
                    replace(self.world.office, jobs=Broken()), actor=actor, case_id=self.case_id, move=move, given=self._given(definition, move),
                    seen_revision=revision,
                )
            assert self.world.everything() == before

    def _time(self) -> None:
        self.world.clock.advance(timedelta(days=self.chance.choice((1, 3, 12, 40))))
        deadlines.sweep(self.world.office)
        self._follow()

    def _work(self) -> None:
        self.world.run_jobs()
        self._follow()

    def must_hold(self) -> None:
        """The state is the fold of the trail, two people had a say before a certificate, and there is at most one."""
        definition, case = self.definition, self.world.case(self.case_id)
        rules = plain_rules(WORKFLOWS, definition.id, definition.version)
        way = [str(rules["starts_in"])]
        for what, _ in self.told:
            move = rules["moves"].get(what)
            if move is not None:
                assert way[-1] in move["from"], (what, way)
                over = {*move["from"], *move.get("back_over", [])}
                back = next((state for state in reversed(way) if state not in over), "")
                way.append(way[-1] if move["to"] == "stay" else back if move["to"] == "back" else str(move["to"]))
        assert way[-1] == case.state
        assert len([each for each in self.world.certificates() if each.case_id == self.case_id]) <= 1
        if case.outcome == "granted":
            model = PlainCase(rules, (), "", self.world.clock.now())
            units = {unit.code for each in definition.standards.values() for unit in each.units}
            sayers = {by for what, by in self.told if by and (what in units or model.duty(what) in ("judging", "deciding", "appealing"))}
            assert len(sayers) >= 2


@pytest.mark.parametrize("name", STARTS)
def test_random_people_over_the_services_leave_a_case_that_its_trail_explains(world: World, name: str) -> None:
    begin, seed = STARTS[name]
    bustle = Bustle(world, begin(world), seed)
    before = len(bustle.told)
    for number in range(ACTS):
        if bustle.definition.states[world.case(bustle.case_id).state].final is None:
            bustle.act()
        if number % 15 == 0:
            bustle.must_hold()
    bustle.must_hold()
    replayed = replay(world.office, tell=lambda done, total: None)
    assert replayed.differences == ()
    assert len(bustle.told) >= before + 3
