"""Which pages are compiled: a cohort that comes a second time gets a form, the few used last are kept, and every page that has none is laid out as a whole."""

import ctypes
import gc
import logging
from collections import Counter, OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from credentialing.certificate import tagging
from credentialing.certificate.cohort import cohort_of
from credentialing.certificate.compiled import Form, compile_form
from credentialing.certificate.face import Face
from credentialing.certificate.pieces import Misfit
from credentialing.certificate.qr import qr_svg

if TYPE_CHECKING:
    from credentialing.certificate.page import Studio

_LOG = logging.getLogger(__name__)
_MOST_FORMS = 24  # about half a megabyte each
_MOST_COHORTS = 1_000  # that are counted
_Key: TypeAlias = tuple[str, bool, int]


@dataclass(frozen=True, slots=True)
class Page:
    """An unsigned PDF, and the form that made it (None: it was laid out as a whole)."""

    data: bytes
    form: Form | None = None


class Forms:
    """The forms of one studio. Hold `PRESS` while using them."""

    def __init__(self, studio: "Studio", *, after: int | None) -> None:
        """A form is compiled with the `after`-th page of a cohort that is drawn in this process; never when None, but for cohorts that are expected."""
        self._studio, self._after = studio, after
        self._forms: OrderedDict[_Key, Form] = OrderedDict()
        self._seen: Counter[_Key] = Counter()
        self._hopeless: set[_Key] = set()
        self._expected: set[str] = set()

    def expect(self, face: Face) -> None:
        """Compile a form with the next page of the cohort of `face`, however many there were: a batch of it begins."""
        self._expected.add(cohort_of(self._studio.values(face, qr_svg="")))

    def fits(self, face: Face) -> bool:
        """Whether there is a form for the cohort of `face` and every line of it has room for `face`: then it need not be laid out to know that it fits."""
        values = self._studio.values(face, qr_svg="")
        cohort = cohort_of(values)
        form = next((form for key, form in self._forms.items() if key[0] == cohort), None)
        return form is not None and form.fits(values, face)

    def draw(self, face: Face, text: str, *, sealed_at: datetime, credential: bytes = b"", hole: int = tagging.HOLE) -> Page:
        """The page of `face`, whose QR has this text: from its form if there is one and everything fits, else laid out as a whole."""
        values = self._studio.values(face, qr_svg="")
        key = cohort_of(values), bool(credential), hole
        if form := self._forms.get(key):
            self._forms.move_to_end(key)
            try:
                return Page(form.write(values, face, text=text, sealed_at=sealed_at, credential=credential), form)
            except Misfit as misfit:
                _LOG.info("A page is laid out as a whole: %s", misfit)
        elif self._due(key):
            try:
                form, data = compile_form(self._studio, face, text=text, sealed_at=sealed_at, credential=credential, hole=hole)
                self._keep(key, form)
                return Page(data)
            except Misfit as misfit:
                self._hopeless.add(key)
                _LOG.warning("The page “%s” cannot be compiled: %s", face.template, misfit)
        document = self._studio.lay_out(self._studio.html(face, qr_svg=qr_svg(text)[0]))
        return Page(self._studio.write(document, face, signed_at=sealed_at, credential=credential, hole=hole))

    def _due(self, key: _Key) -> bool:
        if key in self._hopeless:
            return False
        if len(self._seen) > _MOST_COHORTS:
            self._seen.clear()
        self._seen[key] += 1
        return key[0] in self._expected or (self._after is not None and self._seen[key] >= self._after)

    def _keep(self, key: _Key, form: Form) -> None:
        self._forms[key] = form
        self._expected.discard(key[0])
        _give_back()
        while len(self._forms) > _MOST_FORMS:
            self._forms.popitem(last=False)


def _give_back() -> None:
    """Return the memory of the layouts to the system: GNU's C library keeps it otherwise, 8 MB after six of them. Does nothing with other C libraries."""
    gc.collect()
    if (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)) is not None:
        trim(0)
