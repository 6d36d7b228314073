"""Every reason has a sentence."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

import credentialing
from credentialing.domain.errors import Reason
from credentialing.domain.people import Role
from credentialing.web.phrases import FAMILIES, PHRASES, ROLES, role_name, sentence
from credentialing.web.words import KEYS

PACKAGE = Path(credentialing.__file__).parent
CODE = re.compile(r"(answer|field|file|code|given|check|criterion|unit|reason|questions|proposal|evidence)_[a-z_]+")


def reasons_made_in(path: Path) -> Iterator[str]:
    """The codes of all `Reason(…)` in a file; where the code is a variable, every text of the file that is built like a code."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Reason" and node.args):
            continue
        constants = [one.value for one in ast.walk(node.args[0]) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        yield from constants or texts_like_codes(tree)


def texts_like_codes(tree: ast.AST) -> Iterator[str]:
    """Texts that a variable code can hold: returned or chosen in an expression."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Return | ast.Assign) and node.value is not None:
            for one in ast.walk(node.value):
                if isinstance(one, ast.Constant) and isinstance(one.value, str) and CODE.fullmatch(one.value) and one.value != "unit_codes":  # a kind of field
                    yield one.value


def codes_used() -> dict[str, set[str]]:
    """Each code used anywhere in the package, with the files that use it."""
    used: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        for code in reasons_made_in(path):
            used.setdefault(code, set()).add(path.relative_to(PACKAGE).as_posix())
    return used


def test_every_code_used_anywhere_has_a_sentence() -> None:
    used = codes_used()
    assert {"evidence_missing", "wrong_state", "field_blank", "answer_not_a_date"} <= set(used)
    assert {code: sorted(files) for code, files in used.items() if code not in PHRASES} == {}


@pytest.mark.parametrize("code", [
    "file_empty", "file_too_large", "file_type_unknown", "file_type_lies", "file_encrypted", "file_broken", "file_too_many_pages", "file_too_many_pixels",
])
def test_every_code_that_a_document_reader_may_give_has_a_sentence(code: str) -> None:
    assert code in PHRASES


def test_a_sentence_names_what_it_is_about(make_app: Callable[..., Flask]) -> None:
    with make_app().test_request_context("/?lang=en"):
        assert sentence(Reason("evidence_missing", {"kind": "school_diploma"})) == "A paper is missing: school diploma."
        assert sentence(Reason("units_not_competent", {"units": ("U1", "U3")})) == "These units are not yet shown: U1, U3."
        assert sentence(Reason("field_too_long", {"field": "name", "limit": 120})) == "Name: write at most 120 characters."


def test_a_missing_detail_never_breaks_a_page(make_app: Callable[..., Flask]) -> None:
    with make_app().test_request_context("/?lang=en"):
        for code in PHRASES:
            assert sentence(Reason(code)), code
        assert sentence(Reason("surely_unknown")) == "A rule of the procedure is not met."


def test_a_question_as_a_label_reads_well(make_app: Callable[..., Flask]) -> None:
    with make_app().test_request_context("/?lang=en"):
        said = sentence(Reason("field_blank", {"field": "x"}), say=lambda family, name: "When did you graduate?")
        assert said == "Fill in: When did you graduate?"


def test_every_role_has_a_name(make_app: Callable[..., Flask]) -> None:
    assert set(ROLES) == set(Role)
    with make_app().test_request_context("/?lang=en"):
        assert role_name(Role.DECISION_MAKER) == "the person who decides"


def test_every_family_of_names_knows_where_its_words_stand() -> None:
    assert set(FAMILIES.values()) <= set(KEYS)
