"""A definition under proof: the rules together with the tree that remembers where each of them stands."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from credentialing.workflow.model import Definition
from credentialing.workflow.records import nearest
from credentialing.workflow.yamltree import Problem, Tree


@dataclass(frozen=True, slots=True)
class Case:
    """A definition under proof, with the tree that remembers where each thing stands."""

    definition: Definition
    tree: Tree

    def at(self, *path: str, word: str | None = None) -> Tree:
        """The deepest known place on `path`; with `word`, the entry of a list that says this word."""
        tree = self.tree
        for step in path:
            found = tree.get(step)
            if found is None:
                return tree
            tree = found
        return next((entry for entry in tree.entries() if entry.value == word), tree)


def unknown(case: Case, path: tuple[str, ...], *, words: Iterable[str], known: Iterable[str], what: str) -> Iterator[Problem]:
    """A problem for each of `words` that is not `known`, at its place, with the nearest known word."""
    names = tuple(known)
    for word in words:
        if word not in names:
            yield case.at(*path, word=word).at(f"Unknown {what} `{word}`{nearest(word, names)}")
