"""The rules of the route finder as typed values, read strictly from `reference/routes.yaml`: each with its source and its words, every fault with its place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from credentialing.domain.errors import MisconfiguredError
from credentialing.workflow.records import Record, nearest
from credentialing.workflow.reference import occupation_words, source_ids
from credentialing.workflow.registry import FIELDS
from credentialing.workflow.words import LANGUAGES
from credentialing.workflow.yamltree import Problem, Tree, read_tree

FILE: Final = "reference/routes.yaml"
KINDS: Final = ("degree", "school", "rpl", "background_paper", "mutual_recognition")
WANTS: Final = ("degree", "school", "skills", "certificate")
UNSURE: Final = "unsure"
ELSEWHERE: Final = ("VE", "other")  # where a certificate may come from, besides the countries of the file
_BASIS = ("memory_high", "memory_medium", "memory_low", "product_choice", "procedure")
_SURE = ("high", "medium", "low")
_Values = Mapping[str, frozenset[str]]


class Says(StrEnum):
    """What a rule says; the first five lines of `routes.yaml` explain each."""

    TAKE = "take"
    FIRST = "first"
    NOT_NEEDED = "not_needed"
    ELSEWHERE = "elsewhere"
    ALSO = "also"
    MIND = "mind"

    @property
    def decides(self) -> bool:
        """Whether the first rule of this sort that fits is the answer; the others are told beside it."""
        return self not in (Says.ALSO, Says.MIND)


@dataclass(frozen=True, slots=True)
class Rule:
    """For whom (`when` all, `unless` none), what it says about which procedures (ids or kinds, the first that is there), why, and how sure that is."""

    name: str
    says: Says
    when: _Values
    unless: _Values
    procedures: tuple[str, ...]
    then: tuple[str, ...]
    authority: str
    basis: tuple[str, ...]
    confidence: str
    words: Mapping[str, str]  # language -> sentences


@dataclass(frozen=True, slots=True)
class FinderRules:
    """The whole file: rules in their order; `professions` hold beginnings of ISCO-08 codes; `lacks` holds kinds of evidence by the papers at hand."""

    countries: tuple[str, ...]
    professions: Mapping[str, tuple[str, ...]]
    lacks: Mapping[str, frozenset[str]]
    rules: tuple[Rule, ...]

    def professions_of(self, isco: str) -> frozenset[str]:
        """What an ISCO-08 unit group means for the rules; empty when it means nothing to them."""
        return frozenset(name for name, beginnings in self.professions.items() if isco.startswith(beginnings))

    def facts(self) -> Mapping[str, tuple[str, ...]]:
        """Every fact that a rule may ask for, with its values."""
        return _facts(self.countries, tuple(self.professions), tuple(self.lacks))


def _facts(countries: tuple[str, ...], professions: tuple[str, ...], papers: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    return {
        "want": WANTS, "studied": ("finished", "school", "begun", "none"), "country": countries, "purpose": (*FIELDS["purpose"].values, UNSURE),
        "level": (*FIELDS["study_level"].values, UNSURE), "profession": professions, "origin": (*countries, *ELSEWHERE), "papers": papers,
    }


@dataclass(frozen=True, slots=True)
class _Known:
    """What the file may name."""

    facts: Mapping[str, tuple[str, ...]]
    procedures: tuple[str, ...]
    basis: tuple[str, ...]


def _name_known(record: Record, key: str, *, words: tuple[str, ...], known: tuple[str, ...]) -> None:
    for word in words:
        if word not in known:
            record.note(record.tree.get(key) or record.tree, f"Unknown word `{word}` in `{key}` of {record.what}{nearest(word, known)}")


def _conditions(record: Record, key: str, *, known: _Known) -> _Values:
    found = record.word_lists(key)
    tree = record.tree.get(key)
    for fact, values in found.items():
        if fact not in known.facts:
            record.note(tree or record.tree, f"Unknown question `{fact}` in `{key}` of {record.what}{nearest(fact, known.facts)}")
            continue
        for value in values:
            if value not in known.facts[fact]:
                place = (tree.get(fact) if tree else None) or record.tree
                record.note(place, f"Unknown answer `{value}` to `{fact}` in {record.what}{nearest(value, known.facts[fact])}")
    return MappingProxyType({fact: frozenset(values) for fact, values in found.items()})


def _words(record: Record) -> Mapping[str, str]:
    tree = record.take("words", needed=True)
    inner = Record(tree or Tree({}, FILE, record.tree.line), f"`words` of {record.what}", problems=record.problems)
    found = {language: inner.text(language, needed=True) for language in LANGUAGES}
    inner.close()
    return MappingProxyType(found)


def _rule(name: str, record: Record, *, known: _Known) -> Rule:
    rule = Rule(
        name=name, says=record.choice("says", Says, needed=True) or Says.MIND, when=_conditions(record, "when", known=known),
        unless=_conditions(record, "unless", known=known), procedures=record.names("procedures"), then=record.names("then"),
        authority=record.text("authority"), basis=record.names("basis", needed=True), confidence=record.text("confidence", needed=True), words=_words(record),
    )
    for key, words, allowed in (
        ("procedures", rule.procedures, known.procedures), ("then", rule.then, known.procedures), ("basis", rule.basis, known.basis),
        ("confidence", (rule.confidence,) if rule.confidence else (), _SURE),
    ):  # fmt: skip
        _name_known(record, key, words=words, known=allowed)
    for key, needed, there in (
        ("procedures", rule.says in (Says.TAKE, Says.FIRST, Says.NOT_NEEDED, Says.ALSO), rule.procedures),
        ("then", rule.says is Says.FIRST, rule.then), ("authority", rule.says is Says.ELSEWHERE, rule.authority), ("when", True, rule.when),
    ):  # fmt: skip
        if bool(there) is not needed:
            record.note(record.tree.get(key) or record.tree, f"{record.what} {'lacks' if needed else 'has no use for'} the key `{key}`.")
    record.close()
    return rule


def _covers(earlier: Rule, later: Rule) -> bool:
    """Whether whoever fits the later rule has been answered by the earlier one."""
    return not earlier.unless and all(fact in later.when and later.when[fact] <= values for fact, values in earlier.when.items())


def _order_problems(rules: tuple[Rule, ...], places: Mapping[str, Tree]) -> Iterator[Problem]:
    deciding = [rule for rule in rules if rule.says.decides]
    for number, later in enumerate(deciding):
        for earlier in deciding[:number]:
            if _covers(earlier, later):
                yield places[later.name].at(f"The rule `{later.name}` is never reached: `{earlier.name}` above it answers everybody whom it fits.")
    for want in WANTS:
        if not any(rule.when.keys() <= {"want"} and not rule.unless and want in rule.when.get("want", ()) for rule in deciding):
            yield Problem(FILE, 1, f"No rule answers everybody who wants `{want}`: one must ask for nothing else.")


def _profession_problems(record: Record, professions: Mapping[str, tuple[str, ...]], *, codes: tuple[str, ...]) -> Iterator[Problem]:
    tree = record.tree.get("professions") or record.tree
    for name, beginnings in professions.items():
        for beginning in beginnings:
            if codes and beginning not in codes:
                yield (tree.get(name) or tree).at(f"`{beginning}` of the profession `{name}` is no group of ISCO-08.")


def _codes(root: Path) -> tuple[str, ...]:
    """The codes of ISCO-08; none when that file is broken, which is reported where it is read."""
    try:
        return tuple(occupation_words(root)[0])
    except MisconfiguredError:
        return ()


def _read(root: Path) -> tuple[FinderRules, list[Problem]]:
    problems: list[Problem] = []
    try:
        tree, found = read_tree((root / FILE).read_text(encoding="utf-8"), FILE)
    except (OSError, UnicodeDecodeError):
        tree, found = Tree({}, FILE, 1), (Problem(FILE, 1, "The file is missing or is not UTF-8 text."),)
    problems.extend(found)
    record = Record(tree, "the file", problems=problems)
    countries = record.names("countries", needed=True)
    professions, lacks = record.word_lists("professions"), record.word_lists("lacks")
    here = tuple(sorted({path.parent.name for path in (root / "procedures").glob("*/v*.yaml")}))
    known = _Known(_facts(countries, tuple(professions), tuple(lacks)), (*KINDS, *here), (*_BASIS, *source_ids(root)))
    rules, places = [], {}
    for name, inner in record.records("rules", "the rule"):
        places[name] = inner.tree
        rules.append(_rule(name, inner, known=known))
    problems.extend(_order_problems(tuple(rules), places))
    problems.extend(_profession_problems(record, professions, codes=_codes(root)))
    record.close()
    return FinderRules(
        countries, MappingProxyType(professions), MappingProxyType({name: frozenset(kinds) for name, kinds in lacks.items()}), tuple(rules),
    ), problems


def find_problems(root: Path) -> tuple[Problem, ...]:
    """Every problem of the route finder's rules below the folder of workflows, by line."""
    return tuple(sorted(_read(root)[1], key=lambda problem: (problem.line, problem.sentence)))


@cache
def finder_rules(root: Path) -> FinderRules:
    """The route finder's rules below the folder of workflows, read once. MisconfiguredError with every `file:line: sentence`."""
    found, problems = _read(root)
    if problems:
        raise MisconfiguredError(*(str(problem) for problem in sorted(problems, key=lambda each: (each.line, each.sentence))))
    return found
