"""Every published definition and standard, read and proved once at the start. A folder with any problem is refused whole."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from credentialing.domain.errors import BrokenSealError, MisconfiguredError, NotFoundError
from credentialing.workflow.lint import prove
from credentialing.workflow.model import Definition, Standard
from credentialing.workflow.reader import read_definition, read_standard
from credentialing.workflow.under_proof import Case
from credentialing.workflow.words import LANGUAGES, Words, flat, keys_of, keys_of_standard, placeholders_in, placeholders_of, shared_keys
from credentialing.workflow.yamltree import Problem, Tree, merged, read_plain, read_tree

_VERSION_FILE = re.compile(r"v([1-9]\d{0,3})\.yaml")
_TEXTS = Mapping[str, Mapping[str, str]]  # language -> key -> text


@dataclass(frozen=True, slots=True)
class ProcedureView:
    """A procedure as a catalogue lists it; the words stand elsewhere."""

    id: str
    version: int
    digest: str
    kind: str
    country: str
    enabled: bool
    confidence: str
    verified_by: str | None
    verified_on: date
    definition: Definition


@dataclass(slots=True)
class _Reading:
    """What has been read of a folder so far."""

    root: Path
    problems: list[Problem] = field(default_factory=list)
    sound: list[Case] = field(default_factory=list)  # the definitions whose rules hold, each with the tree that knows its places
    definitions: dict[tuple[str, int], Definition] = field(default_factory=dict)
    standards: dict[str, Standard] = field(default_factory=dict)
    templates: dict[Path, Tree] = field(default_factory=dict)
    texts: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)  # folder ("" = shared) -> language -> key -> text

    def tree(self, path: Path) -> Tree:
        """One file as a tree; what is wrong with its form is noted."""
        name = path.relative_to(self.root).as_posix()
        try:
            tree, problems = read_tree(path.read_text(encoding="utf-8"), name)
        except (OSError, UnicodeDecodeError):
            tree, problems = Tree({}, name, 1), (Problem(name, 1, "The file is missing or is not UTF-8 text."),)
        self.problems.extend(problems)
        return tree

    def words(self, path: Path) -> Tree:
        """One file of words: read by the quick reader when it is as plain as such files are, else like any other."""
        try:
            tree = read_plain(path.read_text(encoding="utf-8"), path.relative_to(self.root).as_posix())
        except (OSError, UnicodeDecodeError):
            tree = None
        return self.tree(path) if tree is None else tree

    def versions(self, folder: str) -> Iterator[tuple[str, int, Path]]:
        """The version files below a folder (`procedures`, `standards`): name, version, path; other files are reported."""
        for path in sorted((self.root / folder).glob("*/*.yaml")):
            match = _VERSION_FILE.fullmatch(path.name)
            if match:
                yield path.parent.name, int(match[1]), path
            else:
                self.problems.append(Problem(path.relative_to(self.root).as_posix(), 1, "A file of rules is named v1.yaml, v2.yaml and so on."))

    def check_name(self, tree: Tree, key: str, *, name: str, version: int) -> None:
        """The name and version inside a file must be those of its folder and file name."""
        for inner, wanted in ((key, name), ("version", version)):
            found = tree.get(inner)
            if found is not None and found.value != wanted:
                self.problems.append(found.at(f"`{inner}` must be `{wanted}`, as the file's place says."))

    def extended(self, tree: Tree, under: tuple[str, ...] = ()) -> tuple[Tree, tuple[str, ...]]:
        """The tree laid on the templates that it extends, in their order, and every template under it, the lowest first."""
        extends = tree.get("extends")
        base: Tree | None = None
        found: tuple[str, ...] = ()
        for entry in () if extends is None else extends.entries() or [extends]:
            name = str(entry.value)
            path = self.root / "templates" / f"{name}.yaml"
            if name in under:
                self.problems.append(entry.at(f"The template `{name}` extends itself."))
            elif not re.fullmatch(r"[a-z-]+\.v\d+", name) or not path.is_file():
                self.problems.append(entry.at(f"There is no template `{name}`."))
            else:
                whole, deeper = self.extended(self.template(path), (*under, name))
                base = whole if base is None else merged(base, whole)
                found = (*found, *deeper, name)
        return tree if base is None else merged(base, tree), tuple(dict.fromkeys(found))

    def template(self, path: Path) -> Tree:
        """A template, read once however many procedures extend it."""
        if path not in self.templates:
            self.templates[path] = self.tree(path)
        return self.templates[path]


def _read_rules(reading: _Reading) -> None:
    for name, version, path in reading.versions("standards"):
        tree = reading.tree(path)
        reading.check_name(tree, "standard", name=name, version=version)
        standard = read_standard(tree, problems=reading.problems)
        reading.standards[f"{name}.v{version}"] = standard
    for name, version, path in reading.versions("procedures"):
        tree = reading.tree(path)
        reading.check_name(tree, "workflow", name=name, version=version)
        whole, extends = reading.extended(tree)
        before = len(reading.problems)
        definition = read_definition(whole, reading.standards, problems=reading.problems, extends=extends)
        reading.problems.extend(prove(definition, whole))
        reading.definitions[name, version] = definition
        if len(reading.problems) == before:
            reading.sound.append(Case(definition, whole))


def _read_words(
    reading: _Reading, folder: str, *, needed: frozenset[str], shared: _TEXTS, allowed: frozenset[str], below: tuple[str, ...] = ()
) -> None:
    """The words of one folder in every language: none missing, none surplus, all filled, placeholders known."""
    texts: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        tree = reading.words(reading.root / folder / "words" / f"{language}.yaml")
        found = dict(flat(tree))
        known = {**shared.get(language, {}), **{key: text for under in below for key, text in reading.texts[under][language].items()}}
        reading.problems.extend(Problem(tree.file, 1, f"The word `{key}` is missing.") for key in sorted(needed - found.keys() - known.keys()))
        reading.problems.extend(child.at(f"The word `{key}` is used by nothing.") for key, child in found.items() if key not in allowed)
        for key, child in found.items():
            reading.problems.extend(_text_problems(key, child))
        texts[language] = {key: str(child.value) for key, child in found.items()}
    reading.texts[folder] = texts


def _read_template_words(reading: _Reading) -> dict[str, tuple[str, ...]]:
    """The words of templates: any that one of their procedures needs, in every language. For each folder of a procedure, the folders under it."""
    needed: dict[str, set[str]] = {}
    below: dict[str, tuple[str, ...]] = {}
    for (name, _), definition in sorted(reading.definitions.items()):
        under = tuple(f"templates/{template}" for template in definition.extends if (reading.root / "templates" / template / "words").is_dir())
        below[f"procedures/{name}"] = under
        for folder in under:
            needed.setdefault(folder, set()).update(keys_of(definition))
    for folder, keys in sorted(needed.items()):
        _read_words(reading, folder, needed=frozenset(), shared={}, allowed=shared_keys() | keys)
        held = [set(texts) for texts in reading.texts[folder].values()]
        for key in sorted(set().union(*held) - held[0].intersection(*held)):
            reading.problems.append(Problem(f"{folder}/words", 1, f"The word `{key}` is not there in every language."))
    return below


def _text_problems(key: str, child: Tree) -> Iterator[Problem]:
    if not isinstance(child.value, str) or (not child.value.strip() and not key.endswith(".hint")):
        yield child.at(f"The word `{key}` must be a text that says something.")
    elif not placeholders_in(child.value) <= placeholders_of(key):
        yield child.at(f"The word `{key}` holds a placeholder that nothing fills: {', '.join(sorted(placeholders_in(child.value) - placeholders_of(key)))}.")


def _by_folder(reading: _Reading) -> Iterator[tuple[str, frozenset[str]]]:
    names = sorted({name for name, _ in reading.definitions})
    for name in names:
        versions = [definition for (own, _), definition in reading.definitions.items() if own == name]
        yield f"procedures/{name}", frozenset().union(*(keys_of(definition) for definition in versions))
    for name in sorted({ref.rpartition(".v")[0] for ref in reading.standards}):
        kept = [standard for ref, standard in reading.standards.items() if ref.rpartition(".v")[0] == name]
        yield f"standards/{name}", frozenset().union(*(keys_of_standard(standard) for standard in kept))


def _examine(root: Path) -> _Reading:
    reading = _Reading(root)
    _read_rules(reading)
    folders = dict(_by_folder(reading))
    procedures = frozenset().union(*(keys for folder, keys in folders.items() if folder.startswith("procedures/")))
    _read_words(reading, "", needed=shared_keys(), shared={}, allowed=shared_keys() | procedures)
    below = _read_template_words(reading)
    for folder, keys in folders.items():
        own = folder.startswith("procedures/")
        shared = reading.texts[""] if own else {}
        allowed = keys | (shared_keys() if own else frozenset())
        _read_words(reading, folder, needed=keys, shared=shared, allowed=allowed, below=below.get(folder, ()))
    if not reading.definitions:
        reading.problems.append(Problem("procedures", 1, "There is no definition of a procedure here."))
    return reading


def find_problems(root: Path) -> tuple[Problem, ...]:
    """Every problem of a folder of workflows, ordered by file and line; () when it may be served."""
    unique = {(problem.file, problem.line, problem.sentence): problem for problem in _examine(root).problems}
    return tuple(unique[key] for key in sorted(unique))


def sound_cases(root: Path) -> tuple[Case, ...]:
    """Every definition of a folder whose rules pass the shallow proofs, whatever its words: what may be explored."""
    reading = _Reading(root)
    _read_rules(reading)
    return tuple(reading.sound)


@dataclass(frozen=True, slots=True)
class Wording:
    """Every text in one language."""

    language: str
    _texts: Mapping[str, _TEXTS]

    def of(self, subject: Definition | Standard) -> Words:
        """The words of a definition or a standard; a definition falls back on the shared words."""
        if isinstance(subject, Standard):
            return Words(self._texts[f"standards/{subject.id}"][self.language], {})
        own: dict[str, str] = {}
        for folder in (*(f"templates/{name}" for name in subject.extends), f"procedures/{subject.id}"):
            own.update(self._texts.get(folder, {}).get(self.language, {}))
        return Words(own, self._texts[""][self.language])

    def shared(self) -> Words:
        """The shared words alone: roles, papers, fields, sections."""
        return Words(self._texts[""][self.language], {})


class Library:
    """The definitions, standards and words that this installation serves. Made by `load`; never changes."""

    def __init__(self, *, definitions: Iterable[Definition], standards: Iterable[Standard], texts: Mapping[str, _TEXTS]) -> None:
        self._definitions = {(definition.id, definition.version): definition for definition in definitions}
        self._standards = {(standard.id, standard.version): standard for standard in standards}
        self._texts = texts

    @classmethod
    def load(cls, root: Path) -> "Library":
        """Read and prove everything below `root`. MisconfiguredError with every problem (`file:line: sentence`) when there is any."""
        reading = _examine(root)
        if reading.problems:
            raise MisconfiguredError(*(str(problem) for problem in sorted(reading.problems, key=lambda each: (each.file, each.line))))
        return cls(definitions=reading.definitions.values(), standards=reading.standards.values(), texts=reading.texts)

    def definition(self, id: str, version: int | None = None) -> Definition:  # noqa: A002
        """A version of a definition, by default the latest enabled one; NotFoundError."""
        if version is not None:
            return self._found(self._definitions.get((id, version)))
        versions = [definition for definition in self._definitions.values() if definition.id == id and definition.enabled]
        return self._found(max(versions, key=lambda each: each.version, default=None))

    def pinned(self, id: str, version: int, digest: str) -> Definition:  # noqa: A002
        """The very rules that a case began with: NotFoundError when they are gone, BrokenSealError when they were changed."""
        definition = self._found(self._definitions.get((id, version)))
        if definition.digest != digest:
            raise BrokenSealError(f"{id} v{version}: the rules are not those that the case began with")
        return definition

    def definitions(self) -> tuple[Definition, ...]:
        """Every version of every procedure, by id and version: what an open case may be pinned to."""
        return tuple(self._definitions[key] for key in sorted(self._definitions))

    def procedures(self) -> tuple[ProcedureView, ...]:
        """The latest version of every procedure, by id."""
        latest = {name: max(version for own, version in self._definitions if own == name) for name, _ in self._definitions}
        return tuple(_view(self._definitions[name, version]) for name, version in sorted(latest.items()))

    def standard(self, id: str, version: int | None = None) -> Standard:  # noqa: A002
        """A competency standard by its id (by default the latest version) or its ref (`structural-welding.v1`); NotFoundError."""
        found = [each for each in self._standards.values() if id == each.ref or (id == each.id and version in (None, each.version))]
        standard = max(found, key=lambda each: each.version, default=None)
        if standard is None:
            raise NotFoundError
        return standard

    def words(self, language: str) -> Wording:
        """Every text in `language` (en, es, pt); NotFoundError for another."""
        if language not in LANGUAGES:
            raise NotFoundError
        return Wording(language, self._texts)

    @staticmethod
    def _found(definition: Definition | None) -> Definition:
        if definition is None:
            raise NotFoundError
        return definition


def _view(definition: Definition) -> ProcedureView:
    procedure = definition.procedure
    return ProcedureView(
        id=definition.id, version=definition.version, digest=definition.digest, kind=procedure.kind, country=procedure.country,
        enabled=definition.enabled, confidence=procedure.confidence, verified_by=procedure.verified_by, verified_on=procedure.verified_on,
        definition=definition,
    )
