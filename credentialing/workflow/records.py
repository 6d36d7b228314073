"""Reading one mapping of a definition: every key is known, every value has its type, everything wrong is noted with its place."""

import difflib
import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from credentialing.domain.calendars import DayType, Span
from credentialing.workflow.yamltree import Problem, Tree

Choice = TypeVar("Choice", bound=StrEnum)

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_AMOUNT = re.compile(r"[0-9]{1,9}\.[0-9]{2}")
_SPAN = re.compile(r"([0-9]{1,4}) (working days?|days?|months?|hours?)")
_UNITS = {"w": DayType.WORKING, "d": DayType.CALENDAR, "m": DayType.MONTHS, "h": DayType.HOURS}


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint for a misspelt word: `; did you mean ...?`, or the list of what is known, or nothing."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean `{close[0]}`?" if close else "."


def read_span(text: str) -> Span | None:
    """A length of time as a definition writes it (`20 working days`, `30 days`, `2 months`, `1 hour`), None when it is none."""
    match = _SPAN.fullmatch(text)
    return Span(int(match[1]), _UNITS[match[2][0]]) if match and int(match[1]) > 0 else None


class Record:
    """One mapping being read. Asking for a key marks it as known; `close()` reports the rest."""

    def __init__(self, tree: Tree, what: str, *, problems: list[Problem]) -> None:
        self.tree, self.what, self.problems = tree, what, problems
        self._known: set[str] = set()
        if not isinstance(tree.value, dict):
            self.note(tree, f"{what} must be a mapping of keys to values.")

    def note(self, tree: Tree, sentence: str) -> None:
        """Add a problem at the place of `tree`."""
        self.problems.append(tree.at(sentence))

    def take(self, key: str, *, needed: bool = False) -> Tree | None:
        """The subtree under `key`; notes a problem when it is needed and absent."""
        self._known.add(key)
        found = self.tree.get(key)
        if found is None and needed and isinstance(self.tree.value, dict):
            self.note(self.tree, f"{self.what} lacks the key `{key}`.")
        return found

    def close(self) -> None:
        """Report every key that nobody asked for."""
        for key, tree in self.tree.items():
            if key not in self._known:
                self.note(tree, f"Unknown key `{key}` in {self.what}{nearest(key, self._known)}")

    def text(self, key: str, *, needed: bool = False, default: str = "") -> str:
        """A text; `default` when absent or wrong."""
        tree = self.take(key, needed=needed)
        if tree is None or tree.value is None:
            return default
        if not isinstance(tree.value, str):
            self.note(tree, f"`{key}` of {self.what} must be a text.")
            return default
        return tree.value

    def integer(self, key: str, *, needed: bool = False) -> int | None:
        """A whole number from 0; None when absent or wrong."""
        tree = self.take(key, needed=needed)
        if tree is None or tree.value is None:
            return None
        if isinstance(tree.value, bool) or not isinstance(tree.value, int) or tree.value < 0:
            self.note(tree, f"`{key}` of {self.what} must be a whole number.")
            return None
        return tree.value

    def amount(self, key: str) -> Decimal:
        """A needed sum of money: a whole number, or with two decimals in quotation marks (`"325.10"`); 0 when absent or wrong."""
        tree = self.take(key, needed=True)
        if tree is None:
            return Decimal(0)
        if isinstance(tree.value, str) and _AMOUNT.fullmatch(tree.value):
            return Decimal(tree.value)
        return Decimal(self.integer(key) or 0)

    def flag(self, key: str) -> bool:
        """True or false; false when absent."""
        tree = self.take(key)
        if tree is not None and not isinstance(tree.value, bool):
            self.note(tree, f"`{key}` of {self.what} must be true or false.")
        return tree is not None and tree.value is True

    def names(self, key: str, *, needed: bool = False) -> tuple[str, ...]:
        """A list of words; one word alone counts as a list of one."""
        tree = self.take(key, needed=needed)
        if tree is None:
            return ()
        entries = tree.entries() if isinstance(tree.value, list) else [tree]
        for entry in entries:
            if not isinstance(entry.value, str):
                self.note(entry, f"`{key}` of {self.what} must be a list of words.")
        words = tuple(entry.value for entry in entries if isinstance(entry.value, str))
        for word in sorted({word for word in words if words.count(word) > 1}):
            self.note(tree, f"`{key}` of {self.what} names `{word}` twice.")
        return words

    def choice(self, key: str, kind: type[Choice], *, needed: bool = False) -> Choice | None:
        """One word of a closed vocabulary; None when absent or wrong."""
        found = self.choices(key, kind, needed=needed)
        return found[0] if found else None

    def choices(self, key: str, kind: type[Choice], *, needed: bool = False) -> tuple[Choice, ...]:
        """Words of a closed vocabulary; unknown ones are reported and left out."""
        words = self.names(key, needed=needed)
        known = [str(member) for member in kind]
        for word in words:
            if word not in known:
                self.note(self.tree.get(key) or self.tree, f"Unknown word `{word}` in `{key}` of {self.what}{nearest(word, known)}")
        return tuple(kind(word) for word in words if word in known)

    def span(self, key: str, *, needed: bool = False) -> Span | None:
        """A length of time; None when absent or wrong."""
        tree = self.take(key, needed=needed)
        found = read_span(tree.value) if tree is not None and isinstance(tree.value, str) else None
        if tree is not None and found is None:
            self.note(tree, f"`{key}` of {self.what} must be a length of time such as `20 working days`, `30 days`, `2 months` or `1 hour`.")
        return found

    def day(self, key: str) -> date:
        """A needed ISO date; the first day of year 1 when absent or wrong."""
        tree = self.take(key, needed=True)
        try:
            return date.fromisoformat(str(tree.value)) if tree is not None else date.min
        except ValueError:
            self.note(tree or self.tree, f"`{key}` of {self.what} must be a date such as 2026-03-01.")
            return date.min

    def records(self, key: str, what: str) -> "Iterator[tuple[str, Record]]":
        """The named mappings under `key`, each to be read and closed by the caller; names must be plain words."""
        tree = self.take(key)
        if tree is not None and not isinstance(tree.value, dict):
            self.note(tree, f"`{key}` of {self.what} must be a mapping of names to values.")
        for name, child in tree.items() if tree is not None else ():
            if not _NAME.fullmatch(name):
                self.note(child, f"`{name}` is no name: use letters, digits and underscores.")
            yield name, Record(child, f"{what} `{name}`", problems=self.problems)

    def word_lists(self, key: str) -> dict[str, tuple[str, ...]]:
        """A mapping of names to lists of words."""
        tree = self.take(key)
        if tree is None:
            return {}
        inner = Record(tree, f"`{key}` of {self.what}", problems=self.problems)
        return {name: inner.names(name) for name, _ in tree.items()}

    def spans(self, key: str) -> dict[str, Span]:
        """A mapping of names to lengths of time."""
        tree = self.take(key)
        if tree is None:
            return {}
        inner = Record(tree, f"`{key}` of {self.what}", problems=self.problems)
        found = {name: inner.span(name) for name, _ in tree.items()}
        return {name: span for name, span in found.items() if span is not None}
