"""The vocabulary of forms: what an answer must look like, and what a choice may be."""

import pytest

from credentialing.workflow.registry import FIELDS, choices_of, problems_of_answer
from tests.workflow.stories import degree, rpl

WRONG = [
    ("given_names", "", "answer_missing"), ("given_names", "  ", "answer_missing"), ("given_names", "a" * 101, "answer_too_long"),
    ("birth_date", "1988-13-01", "answer_not_a_date"), ("birth_date", "27/3/88", "answer_not_a_date"), ("graduation_year", "1939", "answer_out_of_range"),
    ("graduation_year", "20l4", "answer_not_a_number"), ("years_of_experience", "-1", "answer_not_a_number"),
    ("years_of_experience", "71", "answer_out_of_range"),
    ("years_of_experience", "²", "answer_not_a_number"), ("study_level", "wizard", "answer_not_a_choice"),
    ("standard", "structural-welding.v1", "answer_not_a_choice"),
]
RIGHT = [
    ("given_names", "Ana María"), ("display_name", ""), ("birth_date", "1988-03-27"), ("graduation_year", "2014"), ("study_level", "masters"),
    ("city", "Cúcuta"),
]


@pytest.mark.parametrize(("name", "text", "code"), WRONG)
def test_a_wrong_answer_is_named_with_its_field(name: str, text: str, code: str) -> None:
    problems = problems_of_answer(degree(), name, text=text)
    assert [(reason.code, reason.details["field"]) for reason in problems] == [(code, name)]


@pytest.mark.parametrize(("name", "text"), RIGHT)
def test_a_right_answer_has_no_problem(name: str, text: str) -> None:
    assert problems_of_answer(degree(), name, text=text) == ()


def test_choices_that_the_definition_lists_come_from_the_definition() -> None:
    assert choices_of(degree(), "route") == ("accreditation", "precedent", "academic")
    assert choices_of(degree(), "outcome") == ("full", "denied")
    assert choices_of(rpl(), "standard") == ("structural-welding.v1",)
    assert problems_of_answer(rpl(), "standard", text="structural-welding.v1") == ()
    assert choices_of(degree(), "city") == ()


def test_the_form_asks_for_nothing_twice_and_every_field_stands_in_its_section() -> None:
    for definition in (degree(), rpl()):
        assert len(set(definition.fields)) == len(definition.fields)
        assert all(FIELDS[name].section == section for section, names in definition.form.items() for name in names)
