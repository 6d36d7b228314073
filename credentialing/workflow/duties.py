"""Who may not do what because of what they did before: separation of duties, worked out once per definition."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from credentialing.workflow.model import Definition


@dataclass(frozen=True, slots=True)
class Bar:
    """Deeds that bar a person from another deed; `did` names them in the definition's words, `rule` is the rule of separation (None = the deed's own)."""

    rule: str | None
    did: str
    deeds: frozenset[str]


def deeds_of(definition: Definition, name: str) -> frozenset[str]:
    """The deeds behind a name: a duty, all criteria, all units of the standards, all waivers, or the one deed."""
    if name in definition.duties:
        return frozenset().union(*(deeds_of(definition, each) for each in definition.duties[name]))
    if name == "criteria":
        return frozenset(definition.criteria)
    if name == "units":
        return frozenset(unit.code for standard in definition.standards.values() for unit in standard.units)
    if name == "waivers":
        return frozenset(rule.waiver for rule in definition.evidence.values() if rule.instead)
    return frozenset({name})


def duty_of(definition: Definition) -> Mapping[str, str]:
    """The duty that each deed belongs to; a deed of no duty is absent."""
    return _duties(definition)


@lru_cache(maxsize=256)
def _duties(definition: Definition) -> Mapping[str, str]:
    return MappingProxyType({deed: duty for duty in definition.duties for deed in deeds_of(definition, duty)})


@lru_cache(maxsize=256)
def barred(definition: Definition) -> Mapping[str, tuple[Bar, ...]]:
    """For each deed, what bars a person from it."""
    table: dict[str, dict[Bar, None]] = {}
    for deed, bar in (*_own(definition), *_of_duties(definition)):
        if not bar.deeds <= {deed}:
            table.setdefault(deed, {})[bar] = None
    return MappingProxyType({deed: tuple(bars) for deed, bars in table.items()})


def _bars(definition: Definition, name: str, *, rule: str | None) -> Iterator[Bar]:
    """One bar for each thing that a name stands for, so that a refusal can say which it was."""
    for part in definition.duties.get(name, (name,)):
        yield Bar(rule, part, deeds_of(definition, part))


def _own(definition: Definition) -> Iterator[tuple[str, Bar]]:
    rules = [({move.name}, move.not_by_whoever_did) for move in definition.moves.values()]
    rules += [({check.name}, check.not_by_whoever_did) for check in definition.checks.values()]
    if definition.units_rule is not None:
        rules.append((set(deeds_of(definition, "units")), definition.units_rule.not_by_whoever_did))
    for deeds, names in rules:
        for name in names:
            for bar in _bars(definition, name, rule=None):
                yield from ((deed, bar) for deed in deeds)


def _of_duties(definition: Definition) -> Iterator[tuple[str, Bar]]:
    for apart in definition.separation:
        for doing, done in ((apart.between, apart.and_also), (apart.and_also, apart.between)):
            bars = [bar for name in done for bar in _bars(definition, name, rule=apart.rule)]
            for name in doing:
                yield from ((deed, bar) for deed in deeds_of(definition, name) for bar in bars)
