"""Reference data of the region as typed values: qualifications, institutions, identity documents, levels, papers. Read when first asked for."""

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from credentialing.domain.errors import MisconfiguredError
from credentialing.domain.identity_numbers import SCHEMES, digits_agree
from credentialing.workflow.records import Record, nearest
from credentialing.workflow.words import LANGUAGES
from credentialing.workflow.yamltree import Problem, Tree, read_tree

Value = TypeVar("Value")

_MEMORY = ("memory_high", "memory_medium", "memory_low", "product_choice")
_SURE = ("high", "medium", "low")
_KINDS = ("autonomous", "experimental", "private", "upt", "institute")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact comes from."""

    id: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Qualification:
    """A Venezuelan qualification; `years` is a number or a range as text, empty when it has none; `isced` is None when unclassified."""

    code: str
    name: str
    years: str
    isced: int | None
    isced_also: tuple[str, ...]
    attainment: tuple[str, ...]
    nuffic: str
    credits_min: int | None
    after: tuple[str, ...]
    awarded_by: str
    regulated: str
    basis: tuple[str, ...]
    confidence: str


@dataclass(frozen=True, slots=True)
class GradingScale:
    """A scale of marks printed on transcripts; marks are never converted."""

    code: str
    used_by: str
    least: int
    most: int
    passes_at: int
    basis: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Institution:
    """A Venezuelan university or institute and its internet domains."""

    acronym: str
    name: str
    kind: str
    domains: tuple[str, ...]
    basis: tuple[str, ...]
    confidence: str


@dataclass(frozen=True, slots=True)
class IdentityDocument:
    """A paper that says who a person is, with a pattern that may warn and never blocks."""

    code: str
    country: str
    name: str
    language: str
    pattern: str
    examples: tuple[str, ...]
    check_digits: str
    printed_as: str
    never_shown: bool
    basis: tuple[str, ...]
    confidence: str

    def doubt(self, number: str) -> str | None:
        """What looks unusual about a number: `unusual_form`, `check_digit`, or None. A hint only: nobody is turned away for it."""
        plain = re.sub(r"[\s.]", "", number.upper())
        if not re.fullmatch(self.pattern, plain) and not re.fullmatch(self.pattern, number.strip()):
            return "unusual_form"
        return "check_digit" if self.check_digits in SCHEMES and not digits_agree(self.check_digits, plain) else None


@dataclass(frozen=True, slots=True)
class IscedLevel:
    """A level of ISCED 2011 with its name in each language."""

    level: int
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Framework:
    """A national framework beside ISCED; `levels` is 0 where none is in force. It explains and equates nothing."""

    country: str
    name: str
    levels: int
    isced: Mapping[str, tuple[str, ...]]
    venezuelan: Mapping[str, tuple[str, ...]]
    outside: tuple[str, ...]
    basis: tuple[str, ...]
    confidence: str


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A Venezuelan paper with its name in each language and whoever issues it."""

    code: str
    names: Mapping[str, str]
    issuer: str
    basis: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LegalisationStep:
    """One office on the way of a diploma to its apostille."""

    body: str
    act: str
    basis: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitGroup:
    """A group of ISCO-08 (one to four digits) with its title in each language."""

    code: str
    titles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class JobWord:
    """An everyday word for a job, the unit group that it means, and a note in Spanish that tells apart its meanings."""

    word: str
    isco: str
    language: str
    note: str


@dataclass(frozen=True, slots=True)
class Reference:
    """All reference data, by code."""

    sources: Mapping[str, Source]
    qualifications: Mapping[str, Qualification]
    grading_scales: Mapping[str, GradingScale]
    institutions: Mapping[str, Institution]
    identity_documents: Mapping[str, IdentityDocument]
    isced_levels: Mapping[int, IscedLevel]
    frameworks: Mapping[str, Framework]
    document_types: Mapping[str, DocumentType]
    legalisation: Mapping[str, tuple[LegalisationStep, ...]]


@dataclass(slots=True)
class _Desk:
    root: Path
    problems: list[Problem] = field(default_factory=list)
    sources: frozenset[str] = frozenset()

    def text_of(self, name: str) -> str:
        try:
            return (self.root / "reference" / name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            self.problems.append(Problem(f"reference/{name}", 1, "The file is missing or is not UTF-8 text."))
            return ""

    def whole(self, name: str) -> Record:
        """One file as a record."""
        text = self.text_of(name)
        tree, problems = read_tree(text, f"reference/{name}") if text else (Tree({}, f"reference/{name}", 1), ())
        self.problems.extend(problems)
        return Record(tree, "the file", problems=self.problems)

    def each(self, record: Record, key: str, *, make: Callable[[str, Record], Value]) -> Mapping[str, Value]:
        """Every named entry under `key`, closed after reading; an absent or empty list is a problem."""
        found: dict[str, Value] = {}
        for name, entry in record.records(key, key):
            found[name] = make(name, entry)
            entry.close()
        if not found:
            record.note(record.tree, f"There is nothing under `{key}`.")
        return MappingProxyType(found)

    def basis(self, entry: Record) -> tuple[str, ...]:
        """Where the fact comes from: sources of the folder, or how well it is remembered."""
        words = entry.names("basis", needed=True)
        known = (*self.sources, *_MEMORY)
        for word in words:
            if word not in known:
                entry.note(entry.tree.get("basis") or entry.tree, f"Unknown source `{word}` of {entry.what}{nearest(word, known)}")
        return words

    def one_of(self, entry: Record, key: str, *, known: tuple[str, ...], needed: bool = True) -> str:
        """A word of a closed list."""
        word = entry.text(key, needed=needed)
        if word and word not in known:
            entry.note(entry.tree.get(key) or entry.tree, f"Unknown word `{word}` in `{key}` of {entry.what}{nearest(word, known)}")
        return word


def _names(entry: Record) -> Mapping[str, str]:
    return MappingProxyType({language: entry.text(language, needed=True) for language in LANGUAGES})


def _qualification(desk: _Desk, code: str, entry: Record) -> Qualification:
    return Qualification(
        code=code, name=entry.text("name", needed=True), years=entry.text("years"), isced=entry.integer("isced"), isced_also=entry.names("isced_also"),
        attainment=entry.names("attainment"), nuffic=entry.text("nuffic"), credits_min=entry.integer("credits_min"), after=entry.names("after"),
        awarded_by=entry.text("awarded_by", needed=True), regulated=desk.one_of(entry, "regulated", known=("often", "always"), needed=False),
        basis=desk.basis(entry), confidence=desk.one_of(entry, "confidence", known=_SURE),
    )


def _scale(desk: _Desk, code: str, entry: Record) -> GradingScale:
    least, most, passes = (entry.integer(key, needed=True) or 0 for key in ("least", "most", "passes_at"))
    if not least <= passes <= most:
        entry.note(entry.tree, f"The pass mark of {entry.what} must lie between its least and its most.")
    return GradingScale(code, entry.text("used_by", needed=True), least, most, passes, desk.basis(entry))


def _institution(desk: _Desk, acronym: str, entry: Record) -> Institution:
    return Institution(
        acronym=acronym, name=entry.text("name", needed=True), kind=desk.one_of(entry, "kind", known=_KINDS), domains=entry.names("domains", needed=True),
        basis=desk.basis(entry), confidence=desk.one_of(entry, "confidence", known=_SURE),
    )


def _identity_document(desk: _Desk, code: str, entry: Record) -> IdentityDocument:
    document = IdentityDocument(
        code=code, country=entry.text("country", needed=True), name=entry.text("name", needed=True),
        language=desk.one_of(entry, "language", known=LANGUAGES), pattern=entry.text("pattern", needed=True), examples=entry.names("examples", needed=True),
        check_digits=desk.one_of(entry, "check_digits", known=SCHEMES, needed=False), printed_as=entry.text("printed_as"),
        never_shown=entry.flag("never_shown"), basis=desk.basis(entry), confidence=desk.one_of(entry, "confidence", known=_SURE),
    )
    try:
        doubtful = [example for example in document.examples if document.doubt(example)]
    except re.error:
        entry.note(entry.tree.get("pattern") or entry.tree, f"The pattern of {entry.what} is not a regular expression.")
    else:
        for example in doubtful:
            entry.note(entry.tree.get("examples") or entry.tree, f"The example `{example}` of {entry.what} does not fit its own rules.")
    return document


def _framework(desk: _Desk, country: str, entry: Record) -> Framework:
    return Framework(
        country=country, name=entry.text("name", needed=True), levels=entry.integer("levels", needed=True) or 0,
        isced=MappingProxyType(entry.word_lists("isced")), venezuelan=MappingProxyType(entry.word_lists("venezuelan")), outside=entry.names("outside"),
        basis=desk.basis(entry), confidence=desk.one_of(entry, "confidence", known=_SURE),
    )


def _legalisation(desk: _Desk, record: Record) -> Mapping[str, tuple[LegalisationStep, ...]]:
    tree = record.take("legalisation", needed=True)
    routes = Record(tree or Tree({}, record.tree.file, 1), "`legalisation`", problems=desk.problems)

    def step(_: str, entry: Record) -> LegalisationStep:
        return LegalisationStep(entry.text("body", needed=True), entry.text("act", needed=True), desk.basis(entry))

    return MappingProxyType({route: tuple(desk.each(routes, route, make=step).values()) for route, _ in routes.tree.items()})


def _levels(desk: _Desk, record: Record) -> Mapping[int, IscedLevel]:
    named = desk.each(record, "isced_levels", make=lambda _, entry: _names(entry))
    listed = record.tree.get("isced_levels")
    for name, tree in listed.items() if listed else ():
        if not re.fullmatch(r"L[1-8]", name):
            record.note(tree, f"`{name}` is no level of ISCED: use L1 to L8.")
    return MappingProxyType({int(name[1]): IscedLevel(int(name[1]), names) for name, names in named.items() if re.fullmatch(r"L[1-8]", name)})


def _known_codes(desk: _Desk, listed: Tree | None, *, name: str, codes: tuple[str, ...], known: Mapping[str, object]) -> None:
    for code in codes:
        if code not in known:
            place = listed.get(name) if listed else None
            desk.problems.extend([place.at(f"Unknown qualification `{code}` in `{name}`{nearest(code, known)}")] if place else [])


def _read(desk: _Desk) -> Reference:
    listed = desk.whole("sources.yaml")
    sources = desk.each(listed, "sources", make=lambda id_, entry: Source(id_, entry.text("title", needed=True), entry.text("url", needed=True)))
    desk.sources = frozenset(sources)
    studies, schools, papers = desk.whole("qualifications.yaml"), desk.whole("institutions.yaml"), desk.whole("identity-documents.yaml")
    levels, documents = desk.whole("levels.yaml"), desk.whole("documents.yaml")
    documents.take("gtu_certificate")
    found = Reference(
        sources=sources, qualifications=desk.each(studies, "qualifications", make=lambda name, entry: _qualification(desk, name, entry)),
        grading_scales=desk.each(studies, "grading_scales", make=lambda name, entry: _scale(desk, name, entry)),
        institutions=desk.each(schools, "institutions", make=lambda name, entry: _institution(desk, name, entry)),
        identity_documents=desk.each(papers, "identity_documents", make=lambda name, entry: _identity_document(desk, name, entry)),
        isced_levels=_levels(desk, levels), frameworks=desk.each(levels, "frameworks", make=lambda name, entry: _framework(desk, name, entry)),
        document_types=desk.each(
            documents, "document_types",
            make=lambda code, entry: DocumentType(code, _names(entry), entry.text("issuer", needed=True), desk.basis(entry)),
        ),
        legalisation=_legalisation(desk, documents),
    )
    for qualification in found.qualifications.values():
        _known_codes(desk, studies.tree.get("qualifications"), name=qualification.code, codes=qualification.after, known=found.qualifications)
    for framework in found.frameworks.values():
        _known_codes(desk, levels.tree.get("frameworks"), name=framework.country, codes=(*framework.venezuelan, *framework.outside), known=found.qualifications)
    for record in (listed, studies, schools, papers, levels, documents):
        record.close()
    return found


def _rows(desk: _Desk, name: str, *, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table with the line of each; rows of another width are reported and left out."""
    lines = csv.reader(desk.text_of(name).splitlines())
    if tuple(next(lines, ())) != columns:
        desk.problems.append(Problem(f"reference/{name}", 1, f"The first line must be: {','.join(columns)}."))
        return
    for cells in lines:
        if len(cells) == len(columns):
            yield lines.line_num, dict(zip(columns, cells, strict=True))
        else:
            desk.problems.append(Problem(f"reference/{name}", lines.line_num, f"The line has {len(cells)} cells, {len(columns)} are wanted."))


def _unit_groups(desk: _Desk) -> Mapping[str, UnitGroup]:
    found: dict[str, UnitGroup] = {}
    for line, row in _rows(desk, "isco08.csv", columns=("code", "en", "es", "pt")):
        code = row["code"]
        if not re.fullmatch(r"\d{1,4}", code) or code in found or not all(row.values()):
            desk.problems.append(Problem("reference/isco08.csv", line, f"`{code}` must be a code of one to four digits, once, with all three titles."))
        found[code] = UnitGroup(code, MappingProxyType({language: row[language] for language in LANGUAGES}))
    return MappingProxyType(found)


def _job_words(desk: _Desk, groups: Mapping[str, UnitGroup]) -> tuple[JobWord, ...]:
    found: dict[tuple[str, str, str], JobWord] = {}
    for line, row in _rows(desk, "job-words.csv", columns=("word", "isco08", "language", "note")):
        key = (row["word"], row["isco08"], row["language"])
        if not row["word"] or row["isco08"] not in groups or len(row["isco08"]) != 4 or row["language"] not in LANGUAGES or key in found:
            sentence = f"`{row['word']}` must be a word, once for each meaning, with a unit group of isco08.csv (four digits) and a language that we speak."
            desk.problems.append(Problem("reference/job-words.csv", line, sentence))
        found[key] = JobWord(row["word"], row["isco08"], row["language"], row["note"])
    return tuple(found.values())


def source_ids(root: Path) -> tuple[str, ...]:
    """The names of the sources that a file of this folder may rest on; what is wrong with their file is reported by `find_problems`."""
    listed = _Desk(root).whole("sources.yaml").tree.get("sources")
    return tuple(name for name, _ in listed.items()) if listed else ()


def find_problems(root: Path) -> tuple[Problem, ...]:
    """Every problem of the reference data below the folder of workflows, by file and line."""
    desk = _Desk(root)
    _read(desk)
    _job_words(desk, _unit_groups(desk))
    return tuple(sorted(desk.problems, key=lambda problem: (problem.file, problem.line, problem.sentence)))


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise MisconfiguredError(*(str(problem) for problem in sorted(problems, key=lambda each: (each.file, each.line))))


@cache
def reference(root: Path) -> Reference:
    """The reference data below the folder of workflows, read once. MisconfiguredError with every `file:line: sentence`."""
    desk = _Desk(root)
    found = _read(desk)
    _refuse(desk.problems)
    return found


@cache
def occupation_words(root: Path) -> tuple[Mapping[str, UnitGroup], tuple[JobWord, ...]]:
    """The groups of ISCO-08 by code and the everyday job words, read once. MisconfiguredError with every `file:line: sentence`."""
    desk = _Desk(root)
    groups = _unit_groups(desk)
    words = _job_words(desk, groups)
    _refuse(desk.problems)
    return groups, words
