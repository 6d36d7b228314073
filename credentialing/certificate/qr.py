"""The QR: `https://HOST/c/CODE#DIGITS`. An ordinary camera opens the page; a verifier that knows our keys reads the signed digits without a network.

Claims of the token, integer keys:

| key | value | key | value |
|---|---|---|---|
| 0 | version of this table: 1 | 6 | title: recognised degree or profile, first language (shortened with … when long) |
| 1 | code, 13 characters (binds the path) | 7 | level and top of the framework, two integers (left out when none) |
| 2 | issue day, days since 1970-01-01 | 8 | what it is, a number of the table below |
| 3 | expiry day (left out when none) | 9 | country of origin, ISO 3166-1 |
| 4 | name as printed | 10 | certificate number |
| 5 | ending of the identity document (left out when none) | 11 | status list and index, two integers (left out in the oldest) |

What it is: 1 recognition of a degree, 2 certificate of competence, 3 partial recognition of a degree, 4 certificate of some units, 5 advisory statement,
6 qualifications passport, 7 equivalence of school studies, 8 recognition of a certificate of competence, 9 partial recognition of school studies,
10 partial recognition of a certificate of competence. Nobody who reads the number alone can take a part for the whole.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast
from urllib.parse import urlsplit

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import MODE_8BIT_BYTE, MODE_NUMBER, QRData

from credentialing.certificate.face import STATUS_ENTRIES, Face, Kind, Page, StatusPlace
from credentialing.certificate.outcomes import Check, CheckName, complete, failed, passed
from credentialing.certificate.trust import Trust
from credentialing.crypto.cose import Claim, QrSigner, decode_and_verify, encode, from_digits, to_digits
from credentialing.domain.errors import BadInputError, BrokenSealError, Reason, RefusedError
from credentialing.domain.numbers import parse_certificate_code

LARGEST_VERSION = 13  # 69 modules: 0.43 mm each at 30 mm, still read from a 96 dpi screenshot
_LEVEL_M_BITS = 2672  # data bits of version 13 at level M (ISO/IEC 18004, table 7)
_SHORTEST_TITLE = 24
# The content is a signature, that is noise: the eight masks differ by 5 % in the standard's penalty, and trying them all costs 15 ms a symbol.
MASK = 7
_EPOCH = date(1970, 1, 1)
WHAT_IT_IS: Mapping[tuple[Page, Kind], int] = {
    ("full", "degree"): 1, ("competence", "rpl"): 2, ("partial", "degree"): 3, ("units", "rpl"): 4, ("statement", "degree"): 5,
    ("passport", "background_paper"): 6, ("school", "school"): 7, ("mutual", "mutual_recognition"): 8, ("partial", "school"): 9,
    ("partial", "mutual_recognition"): 10,
}  # fmt: skip
"""Which pages go with which kinds of procedure, and the number under which the token says so."""

_BY_NUMBER = {number: pair for pair, number in WHAT_IT_IS.items()}
_TEXT = re.compile(r"https://([A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?)/c/([0-9A-Za-z-]{13,16})#([0-9]{1,2500})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Claims:
    """What the signed token says; `page` names the document as `Draft.template` does, `kind` the procedure behind it."""

    code: str
    number: str
    issued_on: date
    expires_on: date | None
    name: str
    document_ending: str | None
    title: str
    level: tuple[int, int] | None
    page: Page
    kind: Kind
    origin: str
    status: StatusPlace | None = None


@dataclass(frozen=True, slots=True)
class QrReading:
    """The checks on a QR text, and its claims when the signature is ours."""

    checks: tuple[Check, ...]
    claims: Claims | None


# --- writing ---------------------------------------------------------------------------------------------------------


def _shortened(title: str, room: int) -> str:
    """At most `room` characters, cut between words when possible and marked with an ellipsis."""
    if len(title) <= room:
        return title
    cut = title[: room - 1]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) >= _SHORTEST_TITLE - 1 else cut).rstrip(" ,;·-") + "…"


def _claim_map(face: Face, title: str) -> dict[int, Claim]:
    claims: dict[int, Claim] = {0: 1, 1: face.code, 2: (face.issued_on - _EPOCH).days, 4: face.display_name, 6: title}
    claims |= {8: WHAT_IT_IS[face.template, face.kind], 9: face.origin, 10: face.number}
    if face.expires_on:
        claims[3] = (face.expires_on - _EPOCH).days
    if face.document_ending:
        claims[5] = face.document_ending
    if face.level:
        claims[7] = [face.level.value, face.level.of]
    if face.status:
        claims[11] = [face.status.list_number, face.status.index]
    return claims


class _NoSigner:
    """Stands in for the key ring where only the length of the token matters."""

    qr_kid = "f" * 16

    def sign_qr(self, payload: bytes) -> tuple[str, bytes]:
        return self.qr_kid, b"\xff" * 64


def _bits(url: str, digits: int) -> int:
    """Bits of one byte segment and one numeric segment at versions 10 to 13 (heads of 4 + 16 and 4 + 12 bits)."""
    return 20 + 8 * len(url.encode()) + 16 + digits // 3 * 10 + (0, 4, 7)[digits % 3]


def title_in_qr(face: Face) -> str:
    """The title as the token carries it: whole when it fits version 13, else shortened; RefusedError `qr_too_large` when nothing helps."""
    room = len(face.title)
    while True:
        title = _shortened(face.title, room)
        digits = len(to_digits(encode(_claim_map(face, title), _NoSigner()))) + 1  # the real signature may need one digit more
        if (over := _bits(f"{face.page_url}#", digits) - _LEVEL_M_BITS) <= 0:
            return title
        room = min(room, len(title)) - max(1, over // 16)
        if room < _SHORTEST_TITLE:
            raise RefusedError(Reason("qr_too_large", {"field": "display_name", "version": LARGEST_VERSION}))


def claims_of(face: Face) -> Claims:
    """The claims that the token of this certificate carries: what a reading is compared with."""
    return _from_map(_claim_map(face, title_in_qr(face)))


def qr_text(face: Face, signer: QrSigner) -> str:
    """The text of the QR, signed; RefusedError `qr_too_large` above version 13."""
    token = encode(_claim_map(face, title_in_qr(face)), signer)
    return f"{face.page_url}#{to_digits(token)}"


def qr_svg(text: str) -> tuple[str, int]:
    """The symbol as an SVG of 30 mm without quiet zone (each run of dark modules is one stroke), and its version; level M.

    RefusedError `qr_too_large` above version 13. The page around it must leave 4 modules of white.
    """
    url, _, digits = text.partition("#")
    symbol = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0, mask_pattern=MASK)
    symbol.add_data(QRData(f"{url}#".encode(), mode=MODE_8BIT_BYTE))
    symbol.add_data(QRData(digits.encode(), mode=MODE_NUMBER))
    symbol.make(fit=True)
    version, rows = cast(int, symbol.version), cast("list[list[bool]]", symbol.get_matrix())
    if version > LARGEST_VERSION:
        raise RefusedError(Reason("qr_too_large", {"field": "display_name", "version": version}))
    size = len(rows)
    path = "".join(_strokes(row, y) for y, row in enumerate(rows))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="30mm" height="30mm" viewBox="0 0 {size} {size}">'
    return f'{head}<path d="{path}" stroke="#000" fill="none"/></svg>', version


def _strokes(row: list[bool], y: int) -> str:
    out, x, last = "", 0, -1
    while x < len(row):
        end = x
        while end < len(row) and row[end] == row[x]:
            end += 1
        if row[x]:
            out += f"M{x} {y + 0.5:g}h{end - x}" if last < 0 else f"m{x - last} 0h{end - x}"
            last = end
        x = end
    return out


# --- reading ---------------------------------------------------------------------------------------------------------


def code_in(text: str) -> str | None:
    """The code in the address of a QR text, whoever signed it; None when there is none. To look up what else may vouch for it."""
    match = _TEXT.fullmatch(text.strip())
    try:
        return parse_certificate_code(match[2]) if match else None
    except BadInputError:
        return None


def read_qr_text(text: str, *, trust: Trust, protected_since: datetime | None = None) -> QrReading:
    """Judge a QR text from its own signature alone; never raises. `protected_since` as in `VerifyingKey.stands`.

    Problems: `not_our_format` (not readable), `other_host`, `code_wrong`, `token_malformed`, `key_unknown`, `key_compromised`, `signature_wrong`,
    `code_differs` (the path was changed).
    """
    match = _TEXT.fullmatch(text.strip())
    if not match:
        return _stopped(failed(CheckName.READABLE, "not_our_format"))
    host, code, digits = match.groups()
    if host.lower() != trust.verify_host.lower():
        return _stopped(passed(CheckName.READABLE), failed(CheckName.OURS, "other_host"))
    try:
        code = parse_certificate_code(code)
        _, raw = decode_and_verify(from_digits(digits), trust.qr_keys, protected_since=protected_since)
        claims = _from_map(raw)
    except BadInputError:
        return _stopped(passed(CheckName.READABLE), failed(CheckName.UNALTERED, "code_wrong"))
    except BrokenSealError as error:
        name = CheckName.OURS if str(error) in ("key_unknown", "key_compromised") else CheckName.UNALTERED
        return _stopped(passed(CheckName.READABLE), failed(name, str(error)))
    if claims.code != code:
        return _stopped(passed(CheckName.READABLE), failed(CheckName.UNALTERED, "code_differs"))
    checks = (passed(CheckName.READABLE), passed(CheckName.UNALTERED), passed(CheckName.OURS))
    return QrReading(complete(checks, otherwise="not_run"), claims)


def _stopped(*checks: Check) -> QrReading:
    return QrReading(complete(checks, otherwise="earlier_check_failed"), None)


def _from_map(raw: dict[int, Claim]) -> Claims:
    """Claims from integer keys; BrokenSealError when a value has the wrong shape (a token of another version)."""
    try:
        if raw[0] != 1:
            raise ValueError("another version")
        level, place = (cast("list[int] | None", raw.get(key)) for key in (7, 11))
        page, kind = _BY_NUMBER[cast(int, raw[8])]
        claims = Claims(
            code=cast(str, raw[1]), number=cast(str, raw[10]), issued_on=_EPOCH + timedelta(days=cast(int, raw[2])),
            expires_on=_EPOCH + timedelta(days=cast(int, raw[3])) if 3 in raw else None, name=cast(str, raw[4]), document_ending=cast("str | None", raw.get(5)),
            title=cast(str, raw[6]), level=(level[0], level[1]) if level else None, page=page, kind=kind, origin=cast(str, raw[9]),
            status=_place(place) if place is not None else None,
        )  # fmt: skip
    except (KeyError, ValueError, TypeError, IndexError, OverflowError) as error:
        raise BrokenSealError("token_malformed") from error
    texts = (claims.code, claims.number, claims.name, claims.document_ending or "", claims.title, claims.origin)
    if not all(isinstance(text, str) for text in texts):
        raise BrokenSealError("token_malformed")
    return claims


def _place(raw: list[int]) -> StatusPlace:
    """ValueError when it cannot be the place of an entry."""
    list_number, index = raw
    if list_number < 1 or not 0 <= index < STATUS_ENTRIES:
        raise ValueError("no such entry")
    return StatusPlace(list_number, index)


def host_of(url_base: str) -> str:
    """The host (with port, if any) of `https://HOST`."""
    return urlsplit(url_base).netloc
