"""What a verifier typed: recognised, or told in which place it cannot be right."""

import pytest

from credentialing.domain.numbers import certificate_number, printed_code
from credentialing.services.lookup import Entry, EntryKind, Fault, read_code, read_entry

HOSTS = ("verify.puente.example", "127.0.0.1:8000")
CODE = "7Q2KM9XD4TRP6"
DIGITS = "1" * 300
NUMBER = certificate_number("CL", 2026, 44)
WRONG = NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10)


@pytest.mark.parametrize(("typed", "kind", "text"), [
    (NUMBER, EntryKind.NUMBER, NUMBER),
    (f" {NUMBER.lower().replace('-', ' ')} ", EntryKind.NUMBER, NUMBER),
    (NUMBER.replace("CL-", "ＣＬ－"), EntryKind.NUMBER, NUMBER),
    (CODE.lower(), EntryKind.CODE, CODE),
    (printed_code(CODE), EntryKind.CODE, CODE),
    ("OoiL-0000-0000-X", EntryKind.CODE, "001100000000X"),
    (f"https://verify.puente.example/c/{printed_code(CODE)}", EntryKind.CODE, CODE),
    (f"127.0.0.1:8000/c/{CODE}?lang=pt", EntryKind.CODE, CODE),
    (f"http://127.0.0.1:8000/c/{CODE}?lang=pt#{DIGITS}", EntryKind.QR_TEXT, f"https://verify.puente.example/c/{CODE}#{DIGITS}"),
    (f"https://other.example/c/{CODE}#{DIGITS}", EntryKind.QR_TEXT, f"https://other.example/c/{CODE}#{DIGITS}"),
])  # fmt: skip
def test_what_can_be_looked_up_gets_its_one_written_form(typed: str, kind: EntryKind, text: str) -> None:
    assert read_entry(typed, hosts=HOSTS) == Entry(kind, text)


@pytest.mark.parametrize(("typed", "fault"), [
    ("  ", Fault("blank")),
    ("x" * 3001, Fault("too_long")),
    (WRONG, Fault("number_wrong")),
    ("CL-2026-00044-9", Fault("number_length", length=12)),
    ("7Q2K-M9XD-4TRP-7", Fault("code_wrong")),
    ("7Q2K-M9XD-4TRU-6", Fault("code_sign", place=12, sign="U")),
    ("7Q2K-M9XD-4TRÑ-6", Fault("code_sign", place=12, sign="Ñ")),
    ("7Q2K-M9XD-4TRP", Fault("code_length", length=12)),
    (f"https://verify.puente.example.evil.example/c/{CODE}", Fault("other_host", host="verify.puente.example.evil.example")),
    ("https://verify.puente.example@evil.example/pay", Fault("other_host", host="evil.example")),
    ("https://verify.puente.example/help", Fault("not_our_format")),
])  # fmt: skip
def test_what_cannot_be_looked_up_names_the_place(typed: str, fault: Fault) -> None:
    assert read_entry(typed, hosts=HOSTS) == fault


def test_no_mistyped_number_is_looked_up_as_a_code() -> None:
    """One digit wrong in each of 300 numbers, in each place and each way: the answer is never a code, so never "we did not issue it"."""
    for serial in range(1, 300, 7):
        number = certificate_number("CL", 2026, serial)
        for place in (index for index, sign in enumerate(number) if sign.isdigit()):
            for digit in "0123456789".replace(number[place], ""):
                assert read_entry(number[:place] + digit + number[place + 1 :], hosts=HOSTS) == Fault("number_wrong")


def test_the_address_of_an_answer_holds_a_code_and_nothing_else() -> None:
    assert not isinstance(read_code("CL-2026-000044-9-1"), Entry)
    assert read_code(CODE.lower()) == Entry(EntryKind.CODE, CODE)
