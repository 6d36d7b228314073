"""Reading: strict YAML with places, templates laid under procedures, and digests that cover the rules and nothing else."""

import random
from pathlib import Path

import pytest

from credentialing.domain.calendars import DayType, Span
from credentialing.workflow.lint import prove
from credentialing.workflow.reader import digest_of, read_definition
from credentialing.workflow.records import read_span
from credentialing.workflow.yamltree import Problem, Tree, merged, read_tree
from tests.workflow.stories import WORKFLOWS, library

DEGREE = WORKFLOWS / "procedures/co-degree-convalidacion/v1.yaml"
TEMPLATE = WORKFLOWS / "templates/degree.v1.yaml"


def tree_of(text: str) -> Tree:
    """The tree of a text that must be readable."""
    tree, problems = read_tree(text, "a.yaml")
    assert problems == ()
    return tree


def flattened(text: str) -> Tree:
    """The degree's rules, written as `text`, laid on their template."""
    return merged(tree_of(TEMPLATE.read_text(encoding="utf-8")), read_tree(text, "b.yaml")[0])


def digest(text: str) -> str:
    """The digest of the degree's rules when its file says `text`."""
    return read_definition(flattened(text), {}, problems=[]).digest


def test_words_that_yaml_1_1_would_twist_stay_what_they_are() -> None:
    assert tree_of("on: no\nhour: 12:30\nday: 2026-03-01\nyes: 1\n").plain() == {"on": "no", "hour": "12:30", "day": "2026-03-01", "yes": 1}


def test_every_value_remembers_its_line() -> None:
    tree = tree_of("a:\n  b: 1\n  c:\n    - x\n    - y\n")
    inner = tree.get("a")
    assert inner is not None
    entries = inner.get("c")
    assert entries is not None
    assert [entry.line for entry in entries.entries()] == [4, 5]


NOT_PLAIN = ["a: [1", "a: *x", "\t- a", "a: !!python/object:os.system {}", "- a", "", "a: 1\na: 2", "? [a]\n: 1", "a: \x00", "---\na: 1\n---\nb: 2\n"]


@pytest.mark.parametrize("text", NOT_PLAIN)
def test_what_is_not_plain_yaml_is_a_problem_and_never_an_exception(text: str) -> None:
    tree, problems = read_tree(text, "a.yaml")
    assert isinstance(tree, Tree)
    assert problems
    assert all(isinstance(problem, Problem) and problem.line >= 1 for problem in problems)


def test_laying_one_tree_on_another_goes_key_by_key_and_null_removes() -> None:
    base = tree_of("a: {x: 1, y: 2}\nb: [1, 2]\nc: 3\n")
    over = tree_of("a: {y: 5, z: 6}\nb: [9]\nc:\n")
    assert merged(base, over).plain() == {"a": {"x": 1, "y": 5, "z": 6}, "b": [9]}
    assert base.plain() == {"a": {"x": 1, "y": 2}, "b": [1, 2], "c": 3}


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("20 working days", Span(20, DayType.WORKING)), ("1 working day", Span(1, DayType.WORKING)), ("30 days", Span(30, DayType.CALENDAR)),
        ("2 months", Span(2, DayType.MONTHS)), ("1 hour", Span(1, DayType.HOURS)), ("0 days", None), ("days", None), ("-3 days", None), ("3 weeks", None),
        ("1.5 days", None), ("3  days", None), ("٣ days", None), ("99999 days", None),
    ],
)
def test_a_length_of_time_is_written_in_one_way(text: str, span: Span | None) -> None:
    assert read_span(text) == span


def test_the_digest_is_blind_to_comments_order_and_layout() -> None:
    assert digest_of({"b": [1], "a": "ñ"}) == digest_of({"a": "ñ", "b": [1]})
    text = DEGREE.read_text(encoding="utf-8")
    written_out = text.replace("routes: [accreditation, precedent, academic]", "routes:\n  - accreditation\n  - precedent\n  - academic")
    assert digest("# another comment\n" + written_out) == digest(text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("amount: 600000", "amount: 600001"), ("at_most: 3", "at_most: 4"), ("academic: 180 days", "academic: 181 days"),
        ("[propose, criteria, choose_route]", "[propose, criteria]"), ("routes: [accreditation, precedent", "routes: [precedent, accreditation"),
    ],
)
def test_the_digest_sees_every_change_of_the_rules(old: str, new: str) -> None:
    text = DEGREE.read_text(encoding="utf-8")
    assert old in text
    assert digest(text.replace(old, new)) != digest(text)


def test_confirming_the_facts_anew_is_no_new_version() -> None:
    text = DEGREE.read_text(encoding="utf-8")
    assert digest(text.replace("verified_on: 2026-11-23", "verified_on: 2027-01-05\n  verified_by: The Ministry")) == digest(text)


def test_the_digest_of_a_procedure_covers_its_standard() -> None:
    own = library().definition("co-rpl-sena-eccl", 1).digest
    tree = merged(
        tree_of((WORKFLOWS / "templates/rpl.v1.yaml").read_text(encoding="utf-8")),
        tree_of((WORKFLOWS / "procedures/co-rpl-sena-eccl/v1.yaml").read_text(encoding="utf-8")),
    )
    assert read_definition(tree, {"structural-welding.v1": library().standard("structural-welding")}, problems=[]).digest == own
    assert read_definition(tree, {}, problems=[]).digest != own


def spoilt(lines: list[str], chance: random.Random) -> str:
    """The lines with a few of them dropped, doubled, moved in or filled with nonsense."""
    lines = list(lines)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(lines))
        head = lines[at].split(":")[0]
        values = ("[[], {}]", "7", "{a: {b: c}}", "null", "''", "[nobody]", "2026-01-01")
        lines[at] = chance.choice(["", lines[at] + "\n" + lines[at], "  " + lines[at], "- 1", *(f"{head}: {value}" for value in values)])
    return "\n".join(lines)


@pytest.mark.parametrize("path", [DEGREE, TEMPLATE], ids=["procedure", "template"])
def test_whatever_a_file_says_the_reader_and_the_proofs_answer_with_problems(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    other = tree_of((TEMPLATE if path is DEGREE else DEGREE).read_text(encoding="utf-8"))
    for seed in range(40):
        tree, form = read_tree(spoilt(lines, random.Random(seed)), "a.yaml")
        whole = merged(other, tree) if path is DEGREE else merged(tree, other)
        problems: list[Problem] = [*form]
        problems.extend(prove(read_definition(whole, {}, problems=problems), whole))
        assert all(problem.sentence and problem.line >= 1 for problem in problems)
