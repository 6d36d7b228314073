"""Who could do what: one person followed through every role and account, and the fewest people with whom every case can be brought to an end.

The rules about people compare one person's deeds with the case and never two other people with each other. So it is enough to follow one person, whoever it is,
beside anybody else who has done nothing yet: that is the bound that the rules need.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from credentialing.domain.people import Role
from credentialing.workflow.abstraction import signature
from credentialing.workflow.concrete import Law, Person
from credentialing.workflow.duties import duty_of
from credentialing.workflow.explore import CaseWalk, Configuration, Exploration, Fault, Step, Tick
from credentialing.workflow.law import JUDGING_DUTIES
from credentialing.workflow.model import Definition, Ending
from credentialing.workflow.proof import DECIDING

APART: tuple[tuple[str, frozenset[str], frozenset[str]], ...] = (
    ("SOD1", frozenset({"guiding"}), frozenset({"judging", "verifying", "deciding"})),
    ("SOD3", frozenset({"judging"}), frozenset({"verifying"})),
    ("SOD4", frozenset({"judging", "verifying"}), frozenset({"deciding"})),
    ("SOD5", frozenset({"judging", "verifying", "deciding"}), frozenset({"appealing"})),
    ("SOD7", frozenset({"judging"}), frozenset({"issuing"})),
)
"""What nobody may combine in one case, said here apart from the definitions: a definition that forgets a rule is found out."""

_CONFIRMING = frozenset({"judging", "deciding", "appealing"})
_DECLARING = ("judging", "deciding", "appealing")  # SOD6: before these a conflict must be declared


@dataclass(frozen=True, slots=True)
class _Deeds:
    """The deeds of a definition's staff in classes that the rules cannot tell apart."""

    class_of: dict[str, int]
    members: tuple[str, ...]  # one deed for each class
    duties: tuple[frozenset[str], ...]  # of each class, as the definition says, and as the deed is by its nature
    deciding: frozenset[str]  # the deeds of whoever has a say in the outcome


def _staff_deeds(definition: Definition) -> dict[str, frozenset[Role]]:
    found = {move.name: frozenset(move.by) for move in definition.moves.values()}
    found.update({check.name: frozenset(check.by) for check in definition.checks.values()})
    found.update({criterion.name: frozenset(criterion.by) for criterion in definition.criteria.values()})
    found.update({rule.waiver: frozenset(rule.waived_by) for rule in definition.evidence.values() if rule.instead})
    if definition.units_rule is not None:
        found.update({unit.code: frozenset(definition.units_rule.by) for each in definition.standards.values() for unit in each.units})
    return {deed: roles - {Role.APPLICANT, Role.SYSTEM} for deed, roles in found.items() if roles - {Role.APPLICANT, Role.SYSTEM}}


def _nature(definition: Definition, deed: str) -> str | None:
    """What a deed is whatever duty the definition puts it under: judging, deciding, hearing an appeal, issuing."""
    move = definition.moves.get(deed)
    if move is None:
        return None if deed in definition.checks or deed.startswith("waiver_") else "judging"
    if move.decides is not None:
        return "appealing" if Role.APPEALS_BODY in move.by else "deciding"
    return "issuing" if "issue_certificate" in move.effects else None


def _deeds(definition: Definition) -> _Deeds:
    classes: dict[object, int] = {}
    class_of: dict[str, int] = {}
    members: list[str] = []
    duties: list[frozenset[str]] = []
    deciding: set[str] = set()
    for deed, roles in _staff_deeds(definition).items():
        (duty, bars), nature = signature(definition, deed), _nature(definition, deed)
        meaning = (duty, bars, nature if nature != duty else None)
        if duty in _CONFIRMING or (not definition.duties and roles <= DECIDING):
            deciding.add(deed)
        if duty is None and nature is None and not bars and deed not in deciding:
            continue  # it means nothing to any later act
        if meaning not in classes:
            classes[meaning] = len(members)
            members.append(deed)
            duties.append(frozenset(each for each in (duty, nature) if each))
        class_of[deed] = classes[meaning]
    return _Deeds(class_of, tuple(members), tuple(duties), frozenset(deciding))


class _Person:
    """One person's deeds as bits, one for each class; and the law's answers about them."""

    def __init__(self, definition: Definition, law: Law) -> None:
        self.deeds, self.law, self.definition = _deeds(definition), law, definition
        self._may: dict[tuple[int, bool, str], bool] = {}

    def person(self, mask: int, before: bool) -> Person:
        """The person of these bits, as the law wants them."""
        return Person(tuple(deed for number, deed in enumerate(self.deeds.members) if mask >> number & 1), before)

    def may(self, mask: int, before: bool, deed: str) -> bool:
        """Whether nothing that the person did stands in the way, under either of their accounts."""
        key = (mask, before, deed)
        if key not in self._may:
            person = self.person(mask, before)
            self._may[key] = not self.law.against(person, deed=deed) or not self.law.against(person, deed=deed, again=True)
        return self._may[key]

    def after(self, mask: int, before: bool, deed: str) -> tuple[int, bool]:
        """The bits after the person did it."""
        number = self.deeds.class_of.get(deed)
        return (mask if number is None else mask | 1 << number), before

    def judged(self, mask: int) -> bool:
        """Whether the person judged, verified or decided."""
        declared = duty_of(self.definition)
        return any(mask >> number & 1 and declared.get(deed) in JUDGING_DUTIES for number, deed in enumerate(self.deeds.members))

    def duties(self, mask: int) -> frozenset[str]:
        """The duties that the person performed."""
        return frozenset[str]().union(*(duties for number, duties in enumerate(self.deeds.duties) if mask >> number & 1))


_Steps = dict[Configuration, tuple[Step, ...]]


def judged_only(walk: CaseWalk, one: _Person) -> _Steps:
    """The cases with only those variables that speak of judging and deciding; what happens in any case happens in the one that stands for it.

    Papers, questions, the checks of the intake and clocks are left to chance: that can only let people do more."""
    at, deciding = walk.shape.at, one.deeds.deciding
    kept = {at["proposal"], at["units"], at["route"]}
    kept |= {at[f"group{number}"] for number, group in enumerate(walk.shape.groups) if deciding.intersection(group.subjects)}

    def seen_so(here: Configuration) -> Configuration:
        return here[0], tuple(value if number in kept else 0 for number, value in enumerate(here[1]))

    small = {here: seen_so(here) for here in walk.steps}
    found: dict[Configuration, dict[object, Step]] = {}
    for here, steps in walk.steps.items():
        known = found.setdefault(small[here], {})
        for step in steps:
            to = small[step.to]
            if to != small[here] or step.deed is not None:
                key = (step.role, step.deed, step.what, to)
                if key not in known:
                    known[key] = replace(step, to=to)
    return {here: tuple(steps.values()) for here, steps in found.items()}


_Spot = tuple[Configuration, int, bool, bool]  # the case; the followed person's deeds; some of them before it was judged anew; somebody else has had a say


class PersonWalk:
    """Every case together with one person who tries everything in every role, helped by anybody else."""

    def __init__(self, walk: CaseWalk, one: _Person, steps: _Steps) -> None:
        self.walk, self.one, self.steps = walk, one, steps
        self.came: dict[_Spot, tuple[_Spot, Step, bool] | None] = {}
        self.faults: dict[tuple[str, str], Fault] = {}

    def explore(self, tick: Tick) -> "PersonWalk":
        """Walk through everything; what does not hold is in `faults`, each the first time that it shows."""
        first = next(iter(self.steps))
        start: _Spot = (first, 0, False, False)
        todo, self.came[start] = [start], None
        for here in todo:
            if len(self.came) % 1000 == 0:
                tick()
            for step in self.steps[here[0]]:
                for there, own in self._follow(here, step):
                    if there not in self.came:
                        self.came[there] = (here, step, own)
                        todo.append(there)
            self._one_alone(here)
        return self

    def _follow(self, here: _Spot, step: Step) -> Iterator[tuple[_Spot, bool]]:
        _, mask, before, other = here
        anew = step.move is not None and step.move.name in self.walk.definition.fresh_after
        by_staff = step.deed is not None and step.role not in (Role.APPLICANT, Role.SYSTEM)
        late = before or (anew and self.one.judged(mask))
        yield (step.to, mask, late, other or (by_staff and step.deed in self.one.deeds.deciding)), False
        if by_staff and step.deed is not None and self.one.may(mask, before, step.deed):
            done, _ = self.one.after(mask, before, step.deed)
            self._apart(here, step, done)
            yield (step.to, done, before or (anew and self.one.judged(mask)), other), True

    def _apart(self, here: _Spot, step: Step, done: int) -> None:
        had, has = self.one.duties(here[1]), self.one.duties(done)
        if had == has:
            return
        for rule, some, others in APART:
            new = has - had
            if (new & some and has & others) or (new & others and has & some):
                deed = step.deed or ""
                key = (rule, deed)
                if key not in self.faults:
                    sentence = f"{rule} does not hold: one person does {' and '.join(sorted(has & (some | others)))}."
                    self.faults[key] = self._fault(deed, sentence, (*self.path(here), f"the same {step}"))

    def _one_alone(self, here: _Spot) -> None:
        configuration, _, _, other = here
        granted = self.walk.ending(configuration) is Ending.GRANTED
        if granted and not other and ("two", "") not in self.faults:
            origin = self.came[here]
            name = next((step.move.name for step in self._back(here) if step.move and step.deed in self.one.deeds.deciding), "")
            if origin is not None:
                sentence = "A certificate is reached with fewer than two people who have a say in the outcome."
                self.faults["two", ""] = self._fault(name or (origin[1].deed or ""), sentence, self.path(here))

    def _fault(self, deed: str, sentence: str, path: tuple[str, ...]) -> Fault:
        section = "moves" if deed in self.walk.definition.moves else "checks" if deed in self.walk.definition.checks else "duties"
        return Fault(section, deed, sentence, path)

    def _back(self, here: _Spot) -> Iterator[Step]:
        origin = self.came[here]
        while origin is not None:
            yield origin[1]
            origin = self.came[origin[0]]

    def path(self, here: _Spot) -> tuple[str, ...]:
        """Who did what, in order; the followed person is named."""
        found: list[str] = []
        origin = self.came[here]
        while origin is not None:
            found.append(f"the one person as {origin[1]}" if origin[2] else str(origin[1]))
            origin = self.came[origin[0]]
        return tuple(reversed(found))


def conflicts(one: _Person) -> Iterator[Fault]:
    """SOD2, SOD6 and every person's own case: the law refuses, whatever the case looks like, because these reasons do not depend on it."""
    definition, law = one.definition, one.law
    if not definition.duties:
        return
    duties, clean = duty_of(definition), Person()
    for deed in _staff_deeds(definition):
        duty = duties.get(deed)
        section = "moves" if deed in definition.moves else "checks" if deed in definition.checks else "duties"
        if duty in _DECLARING and not law.against(clean, deed=deed, declared=None):
            yield Fault(section, deed, f"SOD6 does not hold: `{deed}` needs no declaration of conflict.", (f"somebody who declared nothing: {deed}",))
        if duty is not None and not law.against(clean, deed=deed, declared="conflict"):
            yield Fault(section, deed, f"SOD6 does not hold: who declared a conflict may do `{deed}`.", (f"somebody who declared a conflict: {deed}",))
        if duty == "judging" and not law.against(clean, deed=deed, declared="trained"):
            yield Fault(section, deed, f"SOD2 does not hold: who taught the applicant may do `{deed}`.", (f"the applicant's trainer: {deed}",))


_Group = tuple[tuple[int, bool], ...]  # the people of one role: their deeds, and whether some of them came before the case was judged anew


def fewest_people(definition: Definition, one: _Person, steps: _Steps, tick: Tick) -> dict[Role, int]:
    """For each role of the staff, how many people (with this one role each) bring every case to an end, when work stays in as few hands as the rules allow.

    People appear only when nobody who is already there may act; the most that are ever there at once are needed."""
    roles = tuple(role for role in definition.roles if role is not Role.APPLICANT)
    need: dict[Role, int] = dict.fromkeys(roles, 0)
    place = {role: number for number, role in enumerate(roles)}
    anew_left = sum(definition.moves[name].at_most or 1 for name in definition.fresh_after)  # the one cap that decides how many people are used up
    nobody: tuple[_Group, ...] = ((),) * len(roles)
    first = (next(iter(steps)), nobody, anew_left)
    seen, todo = {first}, [first]
    for configuration, people, left in todo:
        if len(seen) % 1000 == 0:
            tick()
        for step in steps[configuration]:
            after, still = people, left
            if step.move is not None and step.move.name in definition.fresh_after:
                if not left:
                    continue
                after, still = tuple(tuple(sorted({(mask, before or one.judged(mask)) for mask, before in group})) for group in after), left - 1
            if step.deed is not None and step.role in place:
                number = place[step.role]
                after = (*after[:number], _staffed(after[number], step.deed, one=one), *after[number + 1 :])
                need[step.role] = max(need[step.role], len(after[number]))
            there = (step.to, after, still)
            if there not in seen:
                seen.add(there)
                todo.append(there)
    return need


def _staffed(group: _Group, deed: str, *, one: _Person) -> _Group:
    """The people of one role after one of them did it: whoever has done the like, or did most already, else somebody new."""
    able = [each for each in group if one.may(each[0], each[1], deed)]
    if not able:
        return tuple(sorted((*group, one.after(0, False, deed))))
    chosen = min(able, key=lambda each: (one.after(each[0], each[1], deed) != each, -each[0].bit_count(), each))
    others = list(group)
    others.remove(chosen)
    return tuple(sorted((*others, one.after(chosen[0], chosen[1], deed))))


def explore_people(walk: CaseWalk, exploration: Exploration, tick: Tick) -> None:
    """Follow one person through every case, and count how many people every case needs; the results go into the exploration."""
    one = _Person(walk.definition, walk.law)
    steps = judged_only(walk, one)
    followed = PersonWalk(walk, one, steps).explore(tick)
    exploration.faults.extend(followed.faults.values())
    exploration.faults.extend(conflicts(one))
    exploration.configurations += len(followed.came)
    exploration.people = fewest_people(walk.definition, one, steps, tick)
