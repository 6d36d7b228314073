"""Staff numbers: what people write differently is the same, what is too short or too long is refused."""

import pytest

from credentialing.domain.errors import BadInputError
from credentialing.domain.staff_numbers import LONGEST, normal_staff_number


@pytest.mark.parametrize("text", ["E-1042", " e1042 ", "E.10 42", "Ｅ１０４２", "e–1042"])
def test_case_blanks_dots_and_dashes_make_no_difference(text: str) -> None:
    assert normal_staff_number(text) == "e1042"


def test_letters_with_marks_stay_what_they_are() -> None:
    assert normal_staff_number("Ñ-77-a") == "ñ77a"


@pytest.mark.parametrize(("text", "code"), [("", "field_blank"), (" -.- ", "field_blank"), ("A1", "field_too_short"), ("7" * (LONGEST + 1), "field_too_long")])
def test_what_is_no_number_is_refused_and_names_the_field(text: str, code: str) -> None:
    with pytest.raises(BadInputError) as caught:
        normal_staff_number(text)
    assert [(reason.code, reason.details["field"]) for reason in caught.value.reasons] == [(code, "staff_number")]
