"""The route finder decides here, purely: from a person's answers to the procedure that serves, with the rule that says so; and which question to ask."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from credentialing.workflow.finder_rules import KINDS, UNSURE, FinderRules, Rule, Says
from credentialing.workflow.model import Definition

REGION: Final = "XX"  # the country of procedures that belong to no single one
WORK: Final = "work"  # the question that is answered with an ISCO-08 unit group
_SURE: Final = {"high": 0, "medium": 1, "low": 2}
_Facts = Mapping[str, frozenset[str]]


class Candidate(Protocol):
    """A procedure of the catalogue as the choice looks at it."""

    @property
    def id(self) -> str:
        """Its name."""
        ...

    @property
    def country(self) -> str:
        """Its country, or REGION."""
        ...

    @property
    def kind(self) -> str:
        """One of KINDS."""
        ...

    @property
    def confidence(self) -> str:
        """How sure its facts are: high, medium, low."""
        ...

    @property
    def definition(self) -> Definition:
        """Its rules."""
        ...


@dataclass(frozen=True, slots=True)
class Told:
    """A rule that fits, and the procedure that it leads to; None when it leads to none that we have."""

    rule: Rule
    procedure: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person is told. `procedure` and `then` are ids; `others` are procedures of the same kind and country; `minds` and `also` stand beside it.

    `rule` is None only where no rule fits, for example when the country is none of ours.
    """

    says: Says | None
    rule: Rule | None
    procedure: str | None
    then: str | None
    others: tuple[str, ...]
    also: tuple[Told, ...]
    minds: tuple[Rule, ...]


def aim_of(given: Mapping[str, str]) -> str | None:
    """What the person wants in the end, also when they were not sure: one of WANTS, None before it is known."""
    want = given.get("want")
    if want != UNSURE:
        return want
    studied = given.get("studied")
    if studied is None:
        return None
    if studied == "finished":
        return "degree"
    return "school" if studied in ("school", "begun") and given.get("purpose") == "further_study" else "skills"


def facts_of(rules: FinderRules, given: Mapping[str, str]) -> _Facts:
    """The answers as the rules ask for them; a question that was not answered is absent."""
    known = rules.facts()
    facts = {name: frozenset({value}) for name, value in given.items() if name in known and name != "want"}
    if (aim := aim_of(given)) is not None:
        facts["want"] = frozenset({aim})
    if WORK in given:
        facts["profession"] = rules.professions_of(given[WORK])
    return facts


def _fits(rule: Rule, facts: _Facts) -> bool:
    return all(facts.get(fact, frozenset()) & values for fact, values in rule.when.items()) and not _excluded(rule, facts)


def _excluded(rule: Rule, facts: _Facts) -> bool:
    return any(facts.get(fact, frozenset()) & values for fact, values in rule.unless.items())


def _may_fit(rule: Rule, facts: _Facts) -> bool:
    """Whether some answers to the open questions would make the rule fit."""
    return all(fact not in facts or facts[fact] & values for fact, values in rule.when.items()) and not _excluded(rule, facts)


def of_kind(catalogue: Iterable[Candidate], kind: str, *, country: str) -> tuple[str, ...]:
    """The procedures of a kind in a country, the surest first; those of the region when the country has none."""
    found = sorted((view for view in catalogue if view.kind == kind), key=lambda view: (_SURE.get(view.confidence, 3), view.id))
    return tuple(view.id for view in found if view.country == country) or tuple(view.id for view in found if view.country == REGION)


def _resolved(named: Sequence[str], catalogue: Sequence[Candidate], *, country: str) -> str | None:
    """The first named procedure that is in the catalogue."""
    here = {view.id for view in catalogue}
    for name in named:
        found = of_kind(catalogue, name, country=country) if name in KINDS else tuple({name} & here)
        if found:
            return found[0]
    return None


def choose(rules: FinderRules, catalogue: Sequence[Candidate], given: Mapping[str, str]) -> Choice:
    """What a person with these answers is told. The first deciding rule that fits wins; one that sends to a step which we do not have is passed over."""
    facts, country = facts_of(rules, given), given.get("country", "")
    fitting = [rule for rule in rules.rules if _fits(rule, facts)]
    found: Told | None = None
    for each in fitting:
        procedure = _resolved(each.procedures, catalogue, country=country)
        if each.says.decides and not (each.says is Says.FIRST and procedure is None):
            found = Told(each, procedure)
            break
    rule = found.rule if found else None
    chosen = found.procedure if found else None
    then = _resolved(rule.then, catalogue, country=country) if rule else None
    beside = [Told(other, _resolved(other.procedures, catalogue, country=country)) for other in fitting if other.says is Says.ALSO]
    also = tuple(told for told in beside if told.procedure not in (None, chosen, then))
    return Choice(
        says=rule.says if rule else None, rule=rule, procedure=chosen, then=then, also=also, minds=tuple(each for each in fitting if each.says is Says.MIND),
        others=_others(catalogue, chosen, country=country, but={then, *(told.procedure for told in also)}),
    )


def _others(catalogue: Sequence[Candidate], chosen: str | None, *, country: str, but: set[str | None]) -> tuple[str, ...]:
    kind = next((view.kind for view in catalogue if view.id == chosen), None)
    return tuple(name for name in of_kind(catalogue, kind, country=country) if name not in {chosen, *but}) if kind else ()


def questions(rules: FinderRules, catalogue: Sequence[Candidate], given: Mapping[str, str]) -> tuple[str, ...]:
    """The questions that these answers lead along, in their order: each of them can still change the answer, or what it costs and takes."""
    unsure = given.get("want") == UNSURE
    start = ("want", "studied", "country") if unsure else ("want", "country")
    aim, country = aim_of(given), given.get("country")
    if aim is None or country not in (None, *rules.countries):
        return start
    later = ("purpose", "level", "origin", WORK, "papers")
    return (*start, *(name for name in later if _matters(name, rules, catalogue=catalogue, given=given)))


def _matters(name: str, rules: FinderRules, *, catalogue: Sequence[Candidate], given: Mapping[str, str]) -> bool:
    aim = aim_of(given)
    if name == "papers":
        return aim != "certificate"
    if name == "origin":
        return aim == "certificate"
    if name == "purpose" and given.get("want") == UNSURE and given.get("studied") in ("school", "begun"):
        return True  # it settles the aim itself
    if name == WORK and aim == "skills":
        return True  # a standard is looked up by it
    if aim != "degree":
        return False
    fact = "profession" if name == WORK else name
    facts = {one: values for one, values in facts_of(rules, given).items() if one != fact}
    asked = any(fact in (*rule.when, *rule.unless) and _may_fit(rule, facts) for rule in rules.rules)
    return asked or _is_looked_at(name, catalogue, country=given.get("country"))


def _is_looked_at(name: str, catalogue: Sequence[Candidate], *, country: str | None) -> bool:
    """Whether a fee or a paper of the country's procedure depends on the level of the studies."""
    if name != "level":
        return False
    rules = [view.definition for view in catalogue if view.country == country and view.kind == "degree"]
    return any("study_level" in {*fee.due_when} for each in rules for fee in each.procedure.fees) or any(
        "study_level" in rule.required_when for each in rules for rule in each.evidence.values()
    )
