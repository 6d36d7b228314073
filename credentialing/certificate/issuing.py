"""Steps 1 and 3 of issuing. The steps: 1 prepare · 2 record (the caller's) · 3 seal · 4 store · 5 certify (the caller's).

Nothing is sealed that was not first prepared and recorded: `seal` takes a ticket, which only `prepare` makes, and the recorded face, and compares them.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from credentialing.certificate import tagging
from credentialing.certificate.attachments import credential_in
from credentialing.certificate.face import STATUS_ENTRIES, Draft, Face, Page, StatusPlace
from credentialing.certificate.forms import Page as Drawn
from credentialing.certificate.judging import judge
from credentialing.certificate.outcomes import Check, CheckName, Result
from credentialing.certificate.page import PRESS, Studio, overflowing
from credentialing.certificate.pictures import qr_texts
from credentialing.certificate.qr import claims_of, host_of, qr_svg, qr_text, read_qr_text
from credentialing.certificate.reading import Level, read_pdf
from credentialing.certificate.seal import holds, sign_pdf
from credentialing.certificate.symbol import version_of
from credentialing.certificate.timestamping import HOLE, Stamping
from credentialing.certificate.trust import trust_of
from credentialing.crypto.keyring import KeyRing
from credentialing.domain.errors import BrokenSealError, Reason, RefusedError
from credentialing.domain.numbers import certificate_number

_MOST_PAGES: dict[Page, int] = {"full": 1, "partial": 2, "competence": 4, "units": 4, "statement": 2, "passport": 5, "school": 2, "mutual": 2}
_MADE_BY_PREPARE = object()
# The longest number and a wide code, to try the layout with before there is a number.
_TRIAL_NUMBER, _TRIAL_CODE = certificate_number("WM", 2888, 888_888_888), "W8MQD8W4GM8QN"
_TRIAL_STATUS = StatusPlace(65_535, STATUS_ENTRIES - 1)


class Ticket:
    """The right to seal one draft once. Only `prepare` makes tickets."""

    __slots__ = ("_spent", "draft", "studio")

    def __init__(self, draft: Draft, studio: Studio, *, key: object) -> None:
        if key is not _MADE_BY_PREPARE:
            raise TypeError("only prepare() makes tickets")
        self.draft = draft
        self.studio = studio
        self._spent = False

    def numbered(self, *, number: str, code: str, status: StatusPlace | None = None) -> Face:
        """The face to record: the prepared draft with its number and code, and its place in a status list."""
        return self.draft.numbered(number=number, code=code, status=status)

    def spend(self) -> None:
        """Use the ticket up; RefusedError `ticket_spent` the second time."""
        if self._spent:
            raise RefusedError(Reason("ticket_spent"))
        self._spent = True


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed certificate: the file, its SHA-256 in hexadecimal, the text of its QR and the id of the key that signed that; the level that its signature
    was found to have (ETSI EN 319 142-1), and its trusted time if it has one."""

    pdf: bytes
    sha256: str
    qr_text: str
    kid: str
    level: Level = "B-B"
    stamped_at: datetime | None = None


class _TrialSigner:
    """Signs nothing: gives the trial layout a QR of the real size."""

    qr_kid = "f" * 16

    def sign_qr(self, payload: bytes) -> tuple[str, bytes]:
        return self.qr_kid, b"\xff" * 64


def prepare(draft: Draft, *, studio: Studio) -> Ticket:
    """Step 1: everything that can be checked without a number, a trial layout included (about 0.15 s; a look at the lines when the page is compiled).
    Writes nothing, signs nothing.

    RefusedError with every reason: those of `judge`, then `qr_too_large`, then `does_not_fit` (field: an element of the foot, or `page`).
    """
    # Step 1a: the values, each by itself.
    if reasons := judge(draft, studio):
        raise RefusedError(*reasons)
    # Step 1b: the QR at its largest, and the page laid out with it.
    trial = draft.numbered(number=_TRIAL_NUMBER, code=_TRIAL_CODE, status=_TRIAL_STATUS)
    text = qr_text(trial, _TrialSigner())
    with PRESS:
        misfits = set() if studio.forms.fits(trial) else _misfits(trial, text, studio)
    if misfits:
        raise RefusedError(*(Reason("does_not_fit", {"field": field}) for field in sorted(misfits)))
    return Ticket(draft, studio, key=_MADE_BY_PREPARE)


def _misfits(trial: Face, text: str, studio: Studio) -> set[str]:
    document = studio.lay_out(studio.html(trial, qr_svg=qr_svg(text)[0]))
    return {*overflowing(document)} | ({"page"} if len(document.pages) > _MOST_PAGES[trial.template] else set())


def seal(ticket: Ticket, face: Face, *, keys: KeyRing, now: datetime, credential: bytes = b"", stamping: Stamping | None = None) -> Sealed:
    """Step 3: draw, attach `credential` (JSON) if there is one, sign, and check the work as a stranger would. The same arguments give the same bytes from the
    same form (`forms.py`), but with `stamping`, whose authority tells its own time; AwayError while that authority does not answer.

    RefusedError `ticket_spent`, or `face_differs` when `face` is not what was prepared; BrokenSealError when our own check of the work fails.
    """
    # Step 3a: one ticket, one seal; and only of what was prepared.
    ticket.spend()
    if face.draft() != ticket.draft:
        raise RefusedError(Reason("face_differs"))
    # Step 3b: draw.
    text = qr_text(face, keys)
    with PRESS:
        page = ticket.studio.forms.draw(face, text, sealed_at=now, credential=credential, hole=HOLE if stamping else tagging.HOLE)
    # Step 3c: sign.
    pdf = sign_pdf(page.data, keys, stamping=stamping)
    # Step 3d: check, with nothing but the file and the public trust.
    level, stamped_at = _checked(pdf, page, face, text, keys=keys, now=now, credential=credential, stamping=stamping)
    return Sealed(pdf, hashlib.sha256(pdf).hexdigest(), text, keys.qr_kid, level, stamped_at)


def _checked(
    pdf: bytes, page: Drawn, face: Face, text: str, *, keys: KeyRing, now: datetime, credential: bytes, stamping: Stamping | None
) -> tuple[Level, datetime | None]:
    """The level of our own work and its trusted time; BrokenSealError when something is not as it should be.

    The work of a compiled form was read again while it was made, all of it that differs between two certificates: then the signature is verified over every
    byte, and the rest, which is the same in each, is read in the first file for each key and size of the QR, and in one of a hundred.
    """
    roots, moment = (stamping.roots, max(now, stamping.now)) if stamping else ((), now)
    trust = trust_of(keys, verify_host=host_of(face.verify_url_base), now=now, timestamp_roots=roots)
    if read_qr_text(text, trust=trust).claims != claims_of(face):
        raise BrokenSealError("the QR does not say what the certificate says")
    about = keys.sealing().chain, version_of(text)
    if stamping is None and page.form and page.form.is_known(about):
        if not holds(pdf, keys):
            raise BrokenSealError("our own seal does not hold")
        return "B-B", None
    if credential_in(pdf) != (credential or None):
        raise BrokenSealError("the credential cannot be taken out of the page as it was put in")
    reading = read_pdf(pdf, trust=trust, now=moment)
    _check_work(pdf, text, checks=reading.checks)
    if reading.level is None or reading.level != ("B-T" if stamping else "B-B"):
        raise BrokenSealError("the seal has not the level that it should have")
    if page.form:
        page.form.know(about)
    return reading.level, reading.stamped_at


def _check_work(pdf: bytes, text: str, *, checks: Iterable[Check]) -> None:
    found = {check.name: check for check in checks}
    for name in (CheckName.READABLE, CheckName.UNALTERED, CheckName.OURS):
        if found[name].result is not Result.PASSED:
            raise BrokenSealError(f"our own seal does not pass: {name} {found[name].problem}")
    if text not in qr_texts(pdf):
        raise BrokenSealError("the QR cannot be read from the page")
