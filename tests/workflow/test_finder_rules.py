"""The rules of the route finder: complete, sourced, in three languages; every fault in the file is named with its line."""

import shutil
from pathlib import Path

import pytest

from credentialing.domain.errors import MisconfiguredError
from credentialing.workflow.finder_rules import WANTS, Says, find_problems, finder_rules
from credentialing.workflow.reference import reference
from tests.workflow.stories import WORKFLOWS


def test_the_published_rules_are_sound_sourced_and_said_in_every_language() -> None:
    assert find_problems(WORKFLOWS) == ()
    found = finder_rules(WORKFLOWS)
    assert len(found.countries) == 13
    sources = reference(WORKFLOWS).sources
    for rule in found.rules:
        assert rule.basis, rule.name
        assert all(name in sources or name.startswith(("memory_", "product_", "procedure")) for name in rule.basis), rule.name
        assert len({rule.words[language] for language in ("es", "en", "pt")}) == 3, rule.name


def test_rules_are_read_once() -> None:
    assert finder_rules(WORKFLOWS) is finder_rules(WORKFLOWS)


@pytest.mark.parametrize(("isco", "professions"), [
    ("2211", {"medicine", "health", "reserved_in_panama"}), ("2142", {"engineering", "reserved_in_panama"}), ("2611", {"law", "reserved_in_panama"}),
    ("7212", set()), ("2310", {"education"}),
])  # fmt: skip
def test_a_unit_group_means_professions(isco: str, professions: set[str]) -> None:
    assert finder_rules(WORKFLOWS).professions_of(isco) == professions


def copied(folder: Path, right: str, wrong: str) -> Path:
    """A copy of the workflows in which one thing in the file of rules is another."""
    for part in ("reference", "procedures"):
        shutil.copytree(WORKFLOWS / part, folder / part)
    path = folder / "reference" / "routes.yaml"
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    return folder


@pytest.mark.parametrize(("right", "wrong", "sentence"), [
    ("says: elsewhere", "says: elswhere", "did you mean `elsewhere`?"),
    ("when: {want: degree, country: BR, profession: medicine}", "when: {want: degre, country: BR, profession: medicine}", "Unknown answer `degre` to `want`"),
    ("when: {want: degree, country: BR, profession: medicine}", "when: {wants: degree, country: BR, profession: medicine}", "Unknown question `wants`"),
    ("country: EC, level: doctorate", "country: EX, level: doctorate", "Unknown answer `EX` to `country`"),
    ("procedures: pe-degree-revalidacion", "procedures: pe-degree-revalidasion", "did you mean `pe-degree-revalidacion`?"),
    ("basis: br_2024", "basis: br_2042", "did you mean `br_2024`?"),
    ("basis: br_2024", "bases: br_2024", "Unknown key `bases`"),
    ("confidence: medium", "confidence: sure", "Unknown word `sure` in `confidence`"),
    ("authority: EUNACOM\n", "\n", "lacks the key `authority`"),
    ("    then: degree\n", "\n", "lacks the key `then`"),
    ("      en: In Chile, medicine", "      de: In Chile, medicine", "lacks the key `en`"),
    ("'3251'", "'9999'", "`9999` of the profession `health` is no group of ISCO-08"),
    ("when: {want: degree, country: CL, profession: medicine}", "when: {want: degree}", "is never reached: `medicine_cl`"),
    ("    when: {want: school}", "    when: {want: school, country: CO}", "No rule answers everybody who wants `school`"),
    ("countries: [", "countries: [[", "This is not readable YAML"),
])  # fmt: skip
def test_every_fault_is_named_with_its_place(tmp_path: Path, *, right: str, wrong: str, sentence: str) -> None:
    root = copied(tmp_path, right, wrong)
    problems = find_problems(root)
    assert any(sentence in problem.sentence for problem in problems), problems
    assert all(problem.file == "reference/routes.yaml" and problem.line >= 1 for problem in problems)
    with pytest.raises(MisconfiguredError, match=r"routes\.yaml:\d+: "):
        finder_rules(root)


def test_a_missing_file_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    assert any("missing" in problem.sentence for problem in find_problems(tmp_path))


def test_everybody_is_answered_whatever_they_want() -> None:
    deciding = [rule for rule in finder_rules(WORKFLOWS).rules if rule.says.decides]
    assert all(any(rule.when == {"want": {want}} for rule in deciding) for want in WANTS)
    assert {rule.says for rule in finder_rules(WORKFLOWS).rules} == set(Says)
