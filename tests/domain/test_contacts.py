"""What people type is understood as one way to reach them, or refused with the name of the field."""

import pytest

from credentialing.domain.contacts import Contact, hint_of, parse_contact
from credentialing.domain.errors import BadInputError


@pytest.mark.parametrize("text", ["300 123 4567", "(300) 123-4567", "3001234567", "+57 300 123 4567", " +573001234567\n", "３００ 123 4567"])
def test_a_colombian_number_has_one_form_however_it_is_typed(text: str) -> None:
    assert parse_contact(text, "CO") == Contact("+573001234567", "sms")


def test_a_foreign_number_keeps_its_country() -> None:
    assert parse_contact("+58 412 123 4567", "CO") == Contact("+584121234567", "sms")


@pytest.mark.parametrize("text", ["Ana.Paz@Correo.Example", "  ana.paz@correo.example ", "ANA.PAZ@CORREO.EXAMPLE"])
def test_an_address_is_kept_in_small_letters(text: str) -> None:
    assert parse_contact(text, "CO") == Contact("ana.paz@correo.example", "email")


@pytest.mark.parametrize(
    "text",
    ["12", "no sé", "a@b", "@correo.example", "ana@", "ana@correo", "ana paz@correo.example", "ana@correo.example,otra@correo.example",
     "ana@correo.example\nBcc: otra@correo.example", "<ana@correo.example>", "a" * 65 + "@correo.example", "ana@" + "x" * 260 + ".example", "+1" * 30],
)  # fmt: skip
def test_what_is_neither_is_refused_at_its_field(text: str) -> None:
    with pytest.raises(BadInputError) as caught:
        parse_contact(text, "CO")
    assert [(reason.code, reason.details) for reason in caught.value.reasons] == [("contact_wrong", {"field": "contact"})]


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_nothing_typed_is_told_apart_from_something_wrong(text: str) -> None:
    with pytest.raises(BadInputError) as caught:
        parse_contact(text, "CO")
    assert [reason.code for reason in caught.value.reasons] == ["field_blank"]


def test_a_hint_names_a_contact_without_showing_it() -> None:
    assert hint_of(Contact("+573001234567", "sms")) == "••• 67"
    assert hint_of(Contact("mariangel@correo.example", "email")) == "m•••@correo.example"
