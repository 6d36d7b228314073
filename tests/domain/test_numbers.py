"""A slip of the pen is caught: every single wrong character, every swap of neighbours; and letters that look like digits are forgiven."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentialing.adapters.doubles import SeededEntropy
from credentialing.domain import numbers
from credentialing.domain.calendars import ZONES
from credentialing.domain.errors import BadInputError

ENTROPY = SeededEntropy(11)
CASES = [numbers.new_case_number("CO", ENTROPY) for _ in range(60)]
CODES = [numbers.new_certificate_code(ENTROPY) for _ in range(60)]
SERIALS = [*range(1, 40), 4817, 99_009, 999_999, 1_000_000, 88_888_888]
NUMBERS = [numbers.certificate_number(prefix, 2026, serial) for prefix in ("RT", "CL") for serial in SERIALS]
ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PARSERS = [(numbers.parse_case_number, CASES), (numbers.parse_certificate_code, CODES), (numbers.parse_certificate_number, NUMBERS)]


def accepted(parse, text: str) -> str | None:
    try:
        return parse(text)
    except BadInputError:
        return None


@pytest.mark.parametrize(("parse", "samples"), PARSERS)
def test_what_we_write_is_read_back_as_it_was(parse, samples) -> None:
    assert [parse(text) for text in samples] == samples
    assert [parse(f" {text.lower().replace('-', ' ')} ") for text in samples] == samples


@pytest.mark.parametrize(("parse", "samples"), PARSERS)
def test_no_single_wrong_character_is_taken_for_another_number(parse, samples) -> None:
    missed = []
    for text in samples:
        clean = text.replace("-", "")
        # The letters of a certificate number name its kind; one serial runs over all kinds, so a wrong letter names nothing.
        first = 2 if parse is numbers.parse_certificate_number else 0
        for place in range(first, len(clean)):
            for wrong in ALPHANUMERIC.replace(clean[place], ""):
                read = accepted(parse, clean[:place] + wrong + clean[place + 1 :])
                if read is not None and read != text:
                    missed.append((text, place, wrong))
    assert missed == []


@pytest.mark.parametrize(("parse", "samples"), PARSERS)
def test_no_swap_of_neighbours_is_taken_for_another_number(parse, samples) -> None:
    missed = []
    for text in samples:
        clean = text.replace("-", "")
        for place in range(1 if parse is numbers.parse_certificate_number else 0, len(clean) - 1):
            swapped = clean[:place] + clean[place + 1] + clean[place] + clean[place + 2 :]
            if swapped != clean and accepted(parse, swapped) is not None:
                missed.append((text, place))
    assert missed == []


@pytest.mark.parametrize("country", sorted(ZONES))
def test_case_numbers_of_every_country_catch_a_slip(country: str) -> None:
    missed = []
    for first in numbers.CROCKFORD:
        text = numbers.parse_case_number(country + first + "7K3M" + numbers._check_97(country + first + "7K3M"))
        clean = text.replace("-", "")
        slips = [clean[:n] + clean[n + 1] + clean[n] + clean[n + 2 :] for n in range(8)] + [wrong + clean[1:] for wrong in ALPHANUMERIC]
        missed += [(text, slip) for slip in slips if slip != clean and accepted(numbers.parse_case_number, slip) not in (None, text)]
    assert missed == []


def test_the_numbers_that_our_pages_show_as_examples_are_right() -> None:
    assert numbers.parse_case_number("CO-7K3MX-42") == "CO-7K3MX-42"
    assert numbers.parse_certificate_number("CL-2026-000044-9") == "CL-2026-000044-9"
    assert numbers.parse_certificate_number("RT-2026-004817-3") == "RT-2026-004817-3"


@pytest.mark.parametrize(("parse", "samples"), PARSERS[:2])
def test_letters_that_look_like_digits_are_forgiven(parse, samples) -> None:
    alike = str.maketrans("01", "OI")
    for text in samples:
        head, rest = (text[:2], text[2:]) if parse is numbers.parse_case_number else ("", text)
        assert parse(head + rest.translate(alike)) == text
        assert parse((head + rest.translate(str.maketrans("1", "L"))).lower()) == text


def test_a_code_holds_sixty_random_bits_and_none_of_the_letters_that_confuse() -> None:
    assert {len(code) for code in CODES} == {13}
    assert len(set(CODES)) == len(CODES)
    assert set("".join(CODES)) <= set(numbers.CROCKFORD)
    assert set("ILOU").isdisjoint(numbers.CROCKFORD)


def test_a_code_is_printed_in_groups_and_read_back() -> None:
    assert numbers.printed_code(CODES[0]) == f"{CODES[0][:4]}-{CODES[0][4:8]}-{CODES[0][8:12]}-{CODES[0][12]}"
    assert all(numbers.parse_certificate_code(numbers.printed_code(code)) == code for code in CODES)


@given(st.text(max_size=40))
def test_whatever_is_typed_is_either_one_of_our_forms_or_refused_as_bad_input(text: str) -> None:
    for parse, _ in PARSERS:
        form = accepted(parse, text)
        assert form is None or parse(form) == form


@given(st.sampled_from(["RT", "CL"]), st.integers(2000, 9999), st.integers(1, 999_999_999))
def test_certificate_numbers_of_any_year_and_serial_read_back(prefix: str, year: int, serial: int) -> None:
    number = numbers.certificate_number(prefix, year, serial)
    assert numbers.parse_certificate_number(number) == number
