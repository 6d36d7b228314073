"""Numbers that people copy from paper, each with check characters so that a slip of the pen is caught.

* case number `CO-7K3MX-42`: country, five random characters (33 million), two check digits (modulus 97, weights the powers of ten as in ISO 7064
  MOD 97-10, but a letter is one place worth 10..35: written as two digits, as IBANs do, one slip in a hundred between a letter and a digit goes unseen)
* certificate number `CL-2026-000044-9`: kind, year, serial, one check digit (Verhoeff, letters as 00..25). It catches every wrong digit and every swap of
  neighbouring digits, which no scheme modulo 10 or 11 with one decimal digit does. One serial runs over all kinds, so a wrong letter never names another one
* certificate code `7Q2K-M9XD-4TRP-X`: twelve random Crockford base-32 characters (60 bits) and one check character (Luhn mod 32)
"""

import re
import unicodedata

from stdnum import luhn, verhoeff

from credentialing.domain.calendars import ZONES
from credentialing.domain.errors import BadInputError, Reason
from credentialing.domain.ports import Entropy

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKS_LIKE = str.maketrans("OIL", "011")


def _clean(text: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text).upper())


def _random(entropy: Entropy, count: int) -> str:
    return "".join(CROCKFORD[entropy.below(32)] for _ in range(count))


def new_case_number(country: str, entropy: Entropy) -> str:
    """A fresh case number for a two-letter country code; unlikely, not certain, to be unused."""
    body = country + _random(entropy, 5)
    return f"{country}-{body[2:]}-{_check_97(body)}"


def _check_97(body: str) -> str:
    rest = 0
    for character in body + "00":
        rest = (rest * 10 + int(character, 36)) % 97
    return f"{rest:02d}"


def parse_case_number(text: str) -> str:
    """The case number in its one written form; BadInputError when it cannot be one."""
    clean = _clean(text)
    body = clean[:2] + clean[2:].translate(_LOOKS_LIKE)
    if not re.fullmatch(r"[A-Z]{2}[0-9A-Z]{5}[0-9]{2}", body) or body[:2] not in ZONES or _check_97(body[:7]) != body[7:]:
        raise BadInputError(Reason("number_wrong", {"field": "number"}))
    return f"{body[:2]}-{body[2:7]}-{body[7:]}"


def _digits(text: str) -> str:
    return "".join(character if character.isdigit() else f"{ord(character) - ord('A'):02d}" for character in text)


def certificate_number(prefix: str, year: int, serial: int) -> str:
    """The number of the `serial`-th certificate (counted over all kinds) in `year`."""
    body = f"{prefix}{year:04d}{serial:06d}"
    return f"{prefix}-{year:04d}-{serial:06d}-{verhoeff.calc_check_digit(_digits(body))}"


def parse_certificate_number(text: str) -> str:
    """The certificate number in its one written form; BadInputError when the form or the check digit is wrong."""
    match = re.fullmatch(r"([A-Z]{2})(\d{4})(\d{6,9})(\d)", _clean(text))
    if not match or not verhoeff.is_valid(_digits("".join(match.groups()[:3])) + match[4]):
        raise BadInputError(Reason("number_wrong", {"field": "number"}))
    return "-".join(match.groups())


def new_certificate_code(entropy: Entropy) -> str:
    """A fresh unguessable certificate code, 13 characters without dashes."""
    body = _random(entropy, 12)
    return body + luhn.calc_check_digit(body, CROCKFORD)


def parse_certificate_code(text: str) -> str:
    """The 13-character certificate code in capitals; BadInputError when it cannot be one."""
    code = _clean(text).translate(_LOOKS_LIKE)
    if len(code) != 13 or not set(code) <= set(CROCKFORD) or not luhn.is_valid(code, CROCKFORD):
        raise BadInputError(Reason("code_wrong", {"field": "code"}))
    return code


def printed_code(code: str) -> str:
    """The code as it is printed, in groups: `7Q2K-M9XD-4TRP-X`."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
