"""The words of the rules in each language: which keys a definition needs, and the texts under them.

A procedure's own words come first, then the shared ones.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from credentialing.domain.people import Role
from credentialing.workflow.model import DECLARATIONS, DUTIES, SEPARATIONS, WAIVER_VALUES, Definition, Ending, Standard
from credentialing.workflow.registry import ASKED, CONSENTS, FIELDS, PAPERS, SECTIONS, WAYS
from credentialing.workflow.yamltree import Tree

LANGUAGES: tuple[str, ...] = ("en", "es", "pt")

_PROCEDURE_KEYS = ("title", "summary", "allows", "not_allows", "cost", "duration", "silence", "verification", "legal_basis", "authority", "system")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def _keys(prefix: str, names: Iterable[str], *parts: str) -> Iterator[str]:
    return (f"{prefix}.{name}.{part}" if part else f"{prefix}.{name}" for name in names for part in (parts or ("",)))


def shared_keys() -> frozenset[str]:
    """The keys that the shared words must hold whatever the procedures are: the vocabulary of the registry."""
    fields = (*FIELDS.values(), *ASKED.values())
    keys = set(_keys("roles", Role)) | set(_keys("papers", PAPERS)) | set(_keys("sections", SECTIONS)) | set(_keys("consents", CONSENTS, "title", "text"))
    keys |= set(_keys("fields", (field.name for field in fields), "label", "hint"))
    keys |= {f"fields.{field.name}.values.{value}" for field in fields for value in field.values}
    keys |= set(_keys("ways", WAYS, "title", "text", "ask")) | set(_keys("duties", DUTIES)) | set(_keys("waiver_values", WAIVER_VALUES))
    keys |= set(_keys("separation", SEPARATIONS))
    keys |= set(_keys("declarations", DECLARATIONS)) | set(_keys("required_evidence", ("knowledge", "performance", "product"))) | {"frameworks.mnc_co"}
    return frozenset(keys)


def _case_keys(definition: Definition) -> Iterator[str]:
    yield from _keys("states", definition.states, "title", "next", "staff")
    yield from (f"states.{state.name}.what_now" for state in definition.states.values() if state.final in (Ending.REFUSED, Ending.LAPSED, Ending.CANCELLED))
    yield from _keys("moves", definition.moves, "button", "help")
    yield from _keys("evidence", definition.evidence, "name", "hint", "without")
    yield from _keys("clocks", definition.deadlines, "title", "text")
    yield from _keys("routes", definition.routes, "title", "text")


def _verdict_keys(definition: Definition) -> Iterator[str]:
    for prefix, subjects in (("checks", definition.checks), ("criteria", definition.criteria)):
        yield from _keys(prefix, subjects, "title", "question")
    for check in definition.checks.values():
        yield from _keys(f"checks.{check.name}.values", check.values)
    for criterion in definition.criteria.values():
        yield from _keys(f"criteria.{criterion.name}.values", criterion.values)
    if definition.units_rule is not None:
        yield from _keys("units.values", definition.units_rule.values)


def keys_of(definition: Definition) -> frozenset[str]:
    """Every key of words that a definition needs beyond the shared vocabulary."""
    procedure = definition.procedure
    keys = {*_PROCEDURE_KEYS, *_case_keys(definition), *_verdict_keys(definition)}
    keys |= set(_keys("notes", procedure.notes)) | set(_keys("outcomes", procedure.outcomes))
    keys |= set(_keys("exemptions", (each.name for each in procedure.exemptions)))
    keys |= set(_keys("remedies", procedure.remedies, "title", "text")) | set(_keys("fees", (fee.name for fee in procedure.fees)))
    return frozenset(keys)


def keys_of_standard(standard: Standard) -> frozenset[str]:
    """Every key of words that a competency standard needs."""
    keys = {"title", "summary", "notice", "can_do", "occupation", "level", *(["sufficiency"] if standard.sufficiency else [])}
    for unit in standard.units:
        at = f"units.{unit.code}"
        keys |= {f"{at}.title", f"{at}.can_do", f"{at}.range"} | {f"{at}.evidence.{item.code}" for item in unit.evidence}
        for element in unit.elements:
            keys |= {f"{at}.elements.{element.code}.title"} | {f"{at}.elements.{element.code}.criteria.{code}" for code in element.criteria}
    return frozenset(keys)


def placeholders_of(key: str) -> frozenset[str]:
    """The placeholders that the text under `key` may hold."""
    if key.startswith("fees."):
        return frozenset({"amount", "year"})
    if key.startswith("remedies.") and key.endswith(".text"):
        return frozenset({"days"})
    return frozenset({"date"}) if key == "verification" else frozenset()


def placeholders_in(text: str) -> frozenset[str]:
    """The placeholders that a text holds."""
    return frozenset(_PLACEHOLDER.findall(text))


def flat(tree: Tree, prefix: str = "") -> Iterator[tuple[str, Tree]]:
    """Every leaf of a tree of words under its dotted key."""
    for key, child in tree.items():
        if isinstance(child.value, dict):
            yield from flat(child, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", child


class Words:
    """The texts of one definition or standard in one language."""

    def __init__(self, texts: Mapping[str, str], shared: Mapping[str, str]) -> None:
        self._own, self._shared = texts, shared

    def has(self, key: str) -> bool:
        """Whether there is a text under the dotted `key`."""
        return key in self._own or key in self._shared

    def text(self, key: str, **values: object) -> str:
        """The text under the dotted `key` with its placeholders filled; KeyError for an unknown key or a placeholder without a value."""
        found = self._own[key] if key in self._own else self._shared[key]
        return found.format_map(values) if "{" in found else found
