"""The institution's own number of a member of staff, by which two accounts are known to belong to one human being."""

import unicodedata

from credentialing.domain.errors import BadInputError, Reason

SHORTEST, LONGEST = 3, 40


def normal_staff_number(text: str) -> str:
    """A staff number (or the number of an identity document) without what people write differently: case, blanks, dots, dashes.
    BadInputError (field `staff_number`) when fewer than 3 or more than 40 letters and digits are left."""
    kept = "".join(character for character in unicodedata.normalize("NFKC", text).casefold() if character.isalnum())
    if not kept:
        raise BadInputError(Reason("field_blank", {"field": "staff_number"}))
    if len(kept) < SHORTEST:
        raise BadInputError(Reason("field_too_short", {"field": "staff_number"}))
    if len(kept) > LONGEST:
        raise BadInputError(Reason("field_too_long", {"field": "staff_number", "limit": LONGEST}))
    return kept
