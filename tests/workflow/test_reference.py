"""Reference data: complete, typed, strict, and never a reason to turn somebody away."""

import shutil
from pathlib import Path

import pytest

from credentialing.domain.errors import MisconfiguredError
from credentialing.workflow.reference import find_problems, occupation_words, reference
from tests.workflow.stories import WORKFLOWS


def test_everything_of_the_region_is_there() -> None:
    found = reference(WORKFLOWS)
    assert (len(found.institutions), len(found.identity_documents), len(found.qualifications)) == (45, 41, 20)
    assert sorted(found.isced_levels) == list(range(1, 9))
    assert len(found.frameworks) == 13
    assert {route: len(steps) for route, steps in found.legalisation.items()} == {"university": 4, "school": 3}
    groups, words = occupation_words(WORKFLOWS)
    assert [sum(len(code) == digits for code in groups) for digits in (1, 2, 3, 4)] == [10, 43, 130, 436]
    assert len(words) > 700
    assert find_problems(WORKFLOWS) == ()


def test_reference_data_is_read_once() -> None:
    assert reference(WORKFLOWS) is reference(WORKFLOWS)


@pytest.mark.parametrize(("code", "number", "doubt"), [
    ("VE_CEDULA_V", "v 12.345.678", None), ("VE_CEDULA_V", "12345678", "unusual_form"), ("EC_CI", "1714307103", None), ("EC_CI", "1714307104", "check_digit"),
    ("BR_CPF", "390.533.447-05", None), ("BR_CPF", "390.533.447-06", "check_digit"), ("CL_RUN", "12.531.909-2", None),
    ("DO_CEDULA", "00113918204", "check_digit"),
    ("BR_PROTOCOLO", "12345.678910/2019-00", None), ("MX_CURP", "BOXW310820HNERXN09", None), ("NONE_YET", "", None), ("VE_RIF", "nonsense", "unusual_form"),
])  # fmt: skip
def test_a_number_is_doubted_and_never_refused(code: str, number: str, doubt: str | None) -> None:
    assert reference(WORKFLOWS).identity_documents[code].doubt(number) == doubt


def test_papers_of_refuge_are_never_shown() -> None:
    hidden = {code for code, document in reference(WORKFLOWS).identity_documents.items() if document.never_shown}
    assert hidden == {"UNHCR_CARD", "PE_REFUGIO", "CR_REFUGIO", "BR_PROTOCOLO"}


@pytest.mark.parametrize(("name", "right", "wrong", "sentence"), [
    ("institutions.yaml", "kind: autonomous", "kind: autonomus", "did you mean `autonomous`?"),
    ("institutions.yaml", "domains: [ucv.ve]", "domain: [ucv.ve]", "Unknown key `domain`"),
    ("identity-documents.yaml", "check_digits: ec_ci", "check_digits: ec_cx", "did you mean `ec_ci`?"),
    ("identity-documents.yaml", "'1714307103'", "'1714307104'", "does not fit its own rules"),
    ("identity-documents.yaml", "'^V-?", "'^(V-?", "is not a regular expression"),
    ("qualifications.yaml", "after: [VE_PRIM]", "after: [VE_PRIMA]", "Unknown qualification `VE_PRIMA`"),
    ("qualifications.yaml", "passes_at: 10", "passes_at: 30", "The pass mark"),
    ("qualifications.yaml", "basis: [ve_foreigncons]", "basis: [ve_foreign]", "Unknown source `ve_foreign`"),
    ("levels.yaml", "  L8:", "  L9:", "is no level of ISCED"),
    ("documents.yaml", "legalisation:", "legalization:", "lacks the key `legalisation`"),
    ("isco08.csv", "code,en,es,pt", "code,es,en,pt", "The first line must be"),
    ("job-words.csv", "caletero,9333", "caletero,9999", "`caletero` must be a word"),
    ("job-words.csv", "caletero,9333,es", "caletero,9333", "3 cells, 4 are wanted"),
])  # fmt: skip
def test_every_fault_is_named_with_its_place(tmp_path: Path, *, name: str, right: str, wrong: str, sentence: str) -> None:
    shutil.copytree(WORKFLOWS / "reference", tmp_path / "reference")
    path = tmp_path / "reference" / name
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    line = text[: text.index(right)].count("\n") + 1
    problems = [problem for problem in find_problems(tmp_path) if sentence in problem.sentence]
    assert problems, find_problems(tmp_path)
    assert all(problem.file == f"reference/{name}" for problem in problems)
    assert problems[0].line in (1, line)


def test_a_folder_with_faults_is_refused_with_all_of_them(tmp_path: Path) -> None:
    with pytest.raises(MisconfiguredError) as caught:
        reference(tmp_path)
    assert all(name in str(caught.value.args) for name in ("sources.yaml", "institutions.yaml", "levels.yaml"))
