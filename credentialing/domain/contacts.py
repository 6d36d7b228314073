"""Ways to reach a person: a phone number in international form, or an e-mail address in lower case."""

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers

from credentialing.domain.errors import BadInputError, Reason

_EMAIL = re.compile(r"[^@\s,;<>\"']{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class Contact:
    """One address and its channel: `sms` for a phone, `email` for a mailbox."""

    address: str
    channel: str


def parse_contact(text: str, country: str) -> Contact:
    """Understand what a person typed (`300 123 4567` in Colombia is `+573001234567`); BadInputError (field `contact`) when it is neither."""
    clean = unicodedata.normalize("NFKC", text).strip()
    if not clean:
        raise BadInputError(Reason("field_blank", {"field": "contact"}))
    if "@" in clean:
        address = clean.lower()
        if len(address) > 254 or not _EMAIL.fullmatch(address):
            raise BadInputError(Reason("contact_wrong", {"field": "contact"}))
        return Contact(address, "email")
    try:
        number = phonenumbers.parse(clean, country)
    except phonenumbers.NumberParseException:
        raise BadInputError(Reason("contact_wrong", {"field": "contact"})) from None
    if not phonenumbers.is_possible_number(number):
        raise BadInputError(Reason("contact_wrong", {"field": "contact"}))
    return Contact(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), "sms")


def hint_of(contact: Contact) -> str:
    """How to name a contact without showing it: the end of a number, or the first letter and the host of an address."""
    if contact.channel == "sms":
        return f"••• {contact.address[-2:]}"
    name, _, host = contact.address.partition("@")
    return f"{name[0]}•••@{host}"
