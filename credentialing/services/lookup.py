"""What a verifier typed, pasted or scanned: which kind of thing it is, and in which place it cannot be right."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from credentialing.config import Settings
from credentialing.domain import numbers
from credentialing.domain.errors import BadInputError
from credentialing.services.office import Register
from credentialing.services.verifying import Answer, verify_code, verify_number, verify_qr_text

LONGEST_ENTRY = 3000  # characters; the text of our largest QR has 800
CODE_LENGTH = 13
_NUMBER = re.compile(r"[A-Z]{2}[0-9]{5,}", re.ASCII)
_LINK = re.compile(r"(?:https?://)?([A-Za-z0-9.:-]{1,260})/c/([0-9A-Za-z-]{1,40})/?(?:\?[^#]*)?(?:#([0-9]*))?", re.ASCII)
_AS_PRINTED = re.compile(r"\w{4}([ -])\w{4}\1\w{4}\1\w")
_NUMBER_LENGTHS = range(13, 17)


class EntryKind(StrEnum):
    """What an entry is."""

    NUMBER = "number"
    CODE = "code"
    QR_TEXT = "qr_text"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be looked up, in its one written form."""

    kind: EntryKind
    text: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an entry cannot be looked up.

    `blank`, `too_long`, `number_length`, `number_wrong` (its check digit), `code_length`, `code_sign` (a letter that no code has), `code_wrong` (its check
    character), `other_host`, `not_our_format`. `length` counts letters and digits, `place` from 1, `sign` is the letter there, `host` the foreign site.
    """

    problem: str
    length: int = 0
    place: int = 0
    sign: str = ""
    host: str = ""


def hosts_of(settings: Settings) -> tuple[str, str]:
    """The hosts of an installation: the one that its codes open, and the one of its main site."""
    return settings.verify_host, urlsplit(settings.base_url).netloc


def read_entry(text: str, *, hosts: Sequence[str]) -> Entry | Fault:
    """A certificate number, its code, the text of its QR, or the link that is printed under it; anything else is a Fault that names the place.

    `hosts` are those of our own links; the first is the one that is signed for.
    """
    text = text.strip()
    if not text:
        return Fault("blank")
    if len(text) > LONGEST_ENTRY:
        return Fault("too_long")
    if "/" in text or "#" in text:
        return _link(text, [host.lower() for host in hosts])
    signs = _signs(text)
    # A mistyped number must not be looked up as a code: one in 32 would pass its check character and be called a forgery. As codes are printed is a code.
    return _number(signs) if _NUMBER.fullmatch(signs) and not _AS_PRINTED.fullmatch(text) else _code(signs)


def read_code(text: str) -> Entry | Fault:
    """A certificate code and nothing else: what stands in the address of an answer."""
    return _code(_signs(text))


def _signs(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).upper() if sign.isalnum())


def _link(text: str, own: Sequence[str]) -> Entry | Fault:
    match = _LINK.fullmatch(text)
    host = (match[1] if match else urlsplit(text if "//" in text else f"//{text}").netloc.rpartition("@")[2]).lower()
    if not match:
        return Fault("other_host", host=host) if host and host not in own else Fault("not_our_format")
    if match[3]:
        return Entry(EntryKind.QR_TEXT, f"https://{own[0] if host in own else host}/c/{match[2]}#{match[3]}")
    return read_code(match[2]) if host in own else Fault("other_host", host=host)


def _number(signs: str) -> Entry | Fault:
    try:
        return Entry(EntryKind.NUMBER, numbers.parse_certificate_number(signs))
    except BadInputError:
        return Fault("number_wrong") if len(signs) in _NUMBER_LENGTHS else Fault("number_length", length=len(signs))


def _code(signs: str) -> Entry | Fault:
    # O, I and L stand for 0, 1 and 1 in what people type.
    strange = next((place for place, sign in enumerate(signs, 1) if sign not in numbers.CROCKFORD + "OIL"), 0)
    if strange:
        return Fault("code_sign", place=strange, sign=signs[strange - 1])
    if len(signs) != CODE_LENGTH:
        return Fault("code_length", length=len(signs))
    try:
        return Entry(EntryKind.CODE, numbers.parse_certificate_code(signs))
    except BadInputError:
        return Fault("code_wrong")


def verify_entry(register: Register, *, entry: Entry) -> Answer:
    """What our register, and for a QR text its signature, say of an entry."""
    if entry.kind is EntryKind.NUMBER:
        return verify_number(register, number=entry.text)
    if entry.kind is EntryKind.CODE:
        return verify_code(register, code=entry.text)
    return verify_qr_text(register, text=entry.text)
