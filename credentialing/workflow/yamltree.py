"""Strict YAML as a tree that remembers where each thing stands. YAML 1.2 only: no tags, no anchors, no duplicate keys, and a date stays text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Scalar: TypeAlias = str | int | bool | None
Plain: TypeAlias = "Scalar | list[Plain] | dict[str, Plain]"

_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a definition: the file (relative to the folder of workflows), the line counted from 1, a sentence for its author."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """A value with its place: a mapping, a list, or a scalar."""

    value: "dict[str, Tree] | list[Tree] | Scalar"
    file: str
    line: int

    def get(self, key: str) -> "Tree | None":
        """The subtree under `key`, None when absent or when this is no mapping."""
        return self.value.get(key) if isinstance(self.value, dict) else None

    def items(self) -> "Iterator[tuple[str, Tree]]":
        """The pairs of a mapping, nothing for anything else."""
        return iter(self.value.items()) if isinstance(self.value, dict) else iter(())

    def entries(self) -> "list[Tree]":
        """The entries of a list, nothing for anything else."""
        return self.value if isinstance(self.value, list) else []

    def plain(self) -> Plain:
        """The same without places."""
        if isinstance(self.value, dict):
            return {key: tree.plain() for key, tree in self.value.items()}
        if isinstance(self.value, list):
            return [tree.plain() for tree in self.value]
        return self.value

    def at(self, sentence: str) -> Problem:
        """A problem at this place."""
        return Problem(self.file, self.line, sentence)


class _Builder:
    """Turns the reader's nodes of one file into a tree and collects what is wrong."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def _scalar(self, node: ScalarNode, place: Tree) -> Scalar:
        kind = str(node.tag).removeprefix(_TAG)
        if kind == "null":
            return None
        if kind == "bool":
            return str(node.value).lower() == "true"
        if kind == "int" and str(node.value).lstrip("-").isdigit():
            return int(node.value)
        if kind not in ("str", "timestamp", "float", "int"):
            self.problems.append(place.at(f"The tag `{node.tag}` is not allowed."))
        elif kind not in ("str", "timestamp"):
            self.problems.append(place.at(f"`{node.value}` is neither a word, a whole number, true, false nor null."))
        return str(node.value)

    def _mapping(self, node: MappingNode) -> dict[str, Tree]:
        found: dict[str, Tree] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            place = Tree(key, self.file, key_node.start_mark.line + 1)
            if not isinstance(key_node, ScalarNode):
                self.problems.append(place.at("A key must be a plain word."))
            elif key in found:
                self.problems.append(place.at(f"The key `{key}` stands here twice (first on line {found[key].line})."))
            else:
                found[key] = self.tree(value_node, place.line)
        return found

    def tree(self, node: Node, line: int) -> Tree:
        """The tree of one node; `line` is where its key stands."""
        place = Tree(None, self.file, line)
        if node.anchor is not None:
            self.problems.append(place.at("Anchors and aliases are not allowed: write the thing out."))
        if isinstance(node, MappingNode) and node.tag == _TAG + "map":
            return Tree(self._mapping(node), self.file, line)
        if isinstance(node, SequenceNode) and node.tag == _TAG + "seq":
            return Tree([self.tree(child, child.start_mark.line + 1) for child in node.value], self.file, line)
        if isinstance(node, ScalarNode):
            return Tree(self._scalar(node, place), self.file, line)
        self.problems.append(place.at(f"The tag `{node.tag}` is not allowed."))
        return place


def read_tree(text: str, file: str) -> tuple[Tree, tuple[Problem, ...]]:
    """The tree of one YAML document and everything wrong with its form; an unreadable text gives an empty mapping and the problem."""
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except (YAMLError, ValueError) as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        said = error.problem if isinstance(error, MarkedYAMLError) else "not text that YAML allows"
        return Tree({}, file, 1), (Problem(file, mark.line + 1 if mark else 1, f"This is not readable YAML: {said}."),)
    if not isinstance(node, MappingNode):
        return Tree({}, file, 1), (Problem(file, 1, "The file must be a mapping of keys to values."),)
    builder = _Builder(file)
    tree = builder.tree(node, 1)
    return tree, tuple(builder.problems)


_PLAIN_LINE = re.compile(r"( *)([A-Za-z][A-Za-z0-9_]*):(?: (?:\"([^\"\\\\]*)\"|([^\W\d_¿][^#:]*|[¿¡«][^#:]*)))?")
_NOT_TEXT = frozenset({"true", "false", "null", "yes", "no", "on", "off"})


def read_plain(text: str, file: str) -> Tree | None:
    """The same tree as `read_tree`, many times faster, of a file that is nothing but nested names and one-line texts; None for any other.

    What is not certain to mean the same in YAML (a colon, a number sign, a word such as `true`, an escape, a list) is left to the real reader.
    """
    root: dict[str, Tree] = {}
    open_maps = [root]
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _PLAIN_LINE.fullmatch(line)
        depth = len(match[1]) // 2 if match else 0
        if match is None or len(match[1]) % 2 or depth >= len(open_maps) or match[2] in open_maps[depth] or match[2].lower() in _NOT_TEXT:
            return None
        del open_maps[depth + 1 :]
        value = match[3] if match[3] is not None else match[4]
        if value is None:
            child: dict[str, Tree] = {}
            open_maps[depth][match[2]] = Tree(child, file, number)
            open_maps.append(child)
        elif match[4] is not None and (value.lower() in _NOT_TEXT or value != value.rstrip()):
            return None
        else:
            open_maps[depth][match[2]] = Tree(value, file, number)
    return Tree(root, file, 1) if root and _no_map_is_empty(root) else None


def _nothing_like(tree: Tree) -> "dict[str, Tree] | list[Tree] | Scalar":
    return {} if isinstance(tree.value, dict) else [] if isinstance(tree.value, list) else None


MORE = "+"  # the first entry of a list that adds to the list below it


def _no_map_is_empty(tree: "dict[str, Tree]") -> bool:
    return all(child.value and _no_map_is_empty(child.value) for child in tree.values() if isinstance(child.value, dict))


def merged(base: Tree, over: Tree) -> Tree:
    """`base` with `over` laid on it: mappings key by key, null removes, a list that begins with `+` adds, anything else replaces.
    Each part keeps its own place."""
    if isinstance(over.value, list) and over.value and over.value[0].value == MORE:
        below = list(base.value) if isinstance(base.value, list) else [base]
        held = {entry.value for entry in below}
        return Tree([*below, *(entry for entry in over.value[1:] if entry.value not in held)], over.file, over.line)
    if not (isinstance(base.value, dict) and isinstance(over.value, dict)):
        return over
    result = dict(base.value)
    for key, tree in over.value.items():
        if tree.value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result[key] if key in result else Tree(_nothing_like(tree), tree.file, tree.line), tree)
    return Tree(result, over.file, over.line)
