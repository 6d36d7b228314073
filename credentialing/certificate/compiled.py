"""The compiled page: a page laid out once for a cohort, of which only the lines that differ are set again for each certificate.

Compile: lay out and write the page with words that stand for the values, watch where each is drawn, and cut everything that WeasyPrint wrote into pieces
(`compiling.py`). Then prove it: fill the form with a real certificate and compare every object with those of the same certificate laid out as a whole. They
must be equal, byte for byte but for the last digit of a coordinate; only the embedded fonts are larger, because they hold the letters of names to come.
A form that cannot be proved is not used, and a value that does not fit is refused (`Misfit`): then the page is laid out as a whole.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pydyf

from credentialing.certificate import tagging
from credentialing.certificate.cohort import cohort_of, texts_of
from credentialing.certificate.compiling import Parts, cut_up, plain
from credentialing.certificate.face import Face
from credentialing.certificate.pieces import File, Fill, Misfit
from credentialing.certificate.qr import qr_svg
from credentialing.certificate.recording import Record, recording
from credentialing.certificate.strokes import strokes_of, text_of
from credentialing.certificate.symbol import qr_rows

if TYPE_CHECKING:
    from credentialing.certificate.page import Studio

_NUMBER = re.compile(rb"-?[0-9]*\.[0-9]+|-?[0-9]+")
_ONE_IN = 100
_CLOSE = 2e-5  # points and CSS pixels: two coordinates that differ less are the same sum in another order


class Form:
    """A compiled page, as `compile_form` makes it. Hold `PRESS` while using one."""

    def __init__(self, parts: Parts, *, cohort: str, header: bytes) -> None:
        self._parts, self._cohort = parts, cohort
        self._file = File(parts.pdf, parts.live, header=header)
        self._known: set[object] = set()
        self._uses = 0

    def is_known(self, about: object) -> bool:
        """Whether a finished page with the same `about` was checked as a whole before (`know`), and this is not the one in a hundred that is checked again."""
        self._uses += 1
        return about in self._known and self._uses % _ONE_IN != 0

    def know(self, about: object) -> None:
        """A finished page with this `about` was checked as a whole and found good."""
        self._known.add(about)

    def fits(self, values: Mapping[str, Any], face: Face) -> bool:
        """Whether every line has room for the values of a page (`Studio.values`)."""
        texts = texts_of(values, issued_at=face.issued_at, sealed_at=face.issued_at)
        try:
            for line in self._parts.lines:
                line.fit(texts)
        except Misfit:
            return False
        return True

    def write(self, values: Mapping[str, Any], face: Face, *, text: str, sealed_at: datetime, credential: bytes = b"") -> bytes:
        """The PDF of `face` with an empty signature, as `Studio.write` makes it; `text` is the text of its QR.

        What was drawn is read again: the runs of text by the tables of the fonts, the QR by a reader of QR codes. Misfit when a value does not fit.
        """
        return self._file.written(self._fill(values, face, text=text, sealed_at=sealed_at, credential=credential), _identifier(face))

    def _fill(self, values: Mapping[str, Any], face: Face, *, text: str, sealed_at: datetime, credential: bytes) -> Fill:
        if cohort_of(values) != self._cohort:
            raise Misfit("the values are of another cohort")
        if bool(credential) is not self._parts.attached:
            raise Misfit("the form is for pages with a credential, or for pages without")
        rows = qr_rows(text)
        if text_of(rows) != text:
            raise Misfit("the QR does not read back")
        return Fill(texts_of(values, issued_at=face.issued_at, sealed_at=sealed_at), strokes_of(rows), len(rows), credential)

    def _prove(self, fill: Fill, whole: Record) -> None:
        """Misfit unless the form writes what was written for the same certificate laid out as a whole, object by object."""
        ours, theirs = self._parts, whole
        if len(ours.pdf.objects) != len(theirs.pdf.objects) or ours.fonts != theirs.fonts:
            raise Misfit("another number of objects")
        live = {item.number: item for item in ours.live}
        for number in range(1, len(ours.pdf.objects) - 2):
            if number in ours.fonts:
                continue
            made = live[number].made(fill)[1] if number in live else plain(ours.pdf.objects[number])
            if not same_but_for_rounding(made, plain(theirs.pdf.objects[number])):
                raise Misfit(f"object {number} differs")


def compile_form(studio: "Studio", face: Face, *, text: str, sealed_at: datetime, credential: bytes = b"", hole: int = tagging.HOLE) -> tuple[Form, bytes]:
    """The form of the cohort of `face`, proved with `face` itself; and `face` laid out as a whole, unsigned. `text` is the text of its QR.

    Misfit when the page cannot be made a form. Hold `PRESS`.
    """
    values = studio.values(face, qr_svg=qr_svg(text)[0])
    with recording() as whole:
        document = studio.lay_out(studio.html_of(face.template, values))
        data = studio.write(document, face, signed_at=sealed_at, credential=credential, hole=hole)
    parts = cut_up(studio, face, values, attached=bool(credential), hole=hole)
    form = Form(parts, cohort=cohort_of(values), header=b"".join(data.splitlines(keepends=True)[:2]))
    form._prove(form._fill(values, face, text=text, sealed_at=sealed_at, credential=credential), whole)
    parts.let_go()
    return form, data


def same_but_for_rounding(one: bytes, other: bytes) -> bool:
    """Whether two pieces of PDF are equal but for the last digits of numbers with a fraction."""
    if one == other:
        return True
    if _NUMBER.split(one) != _NUMBER.split(other):
        return False
    return all(
        a == b or ((b"." in a or b"." in b) and abs(float(a) - float(b)) <= _CLOSE) for a, b in zip(_NUMBER.findall(one), _NUMBER.findall(other), strict=True)
    )


def _identifier(face: Face) -> bytes:
    data: bytes = pydyf.String(tagging.identifier(face.number)).data
    return data
