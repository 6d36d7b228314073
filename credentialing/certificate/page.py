"""The page: templates, stylesheet, fonts and ornaments made once per process (`Studio`), and a face laid out and written as an unsigned PDF.

Nothing but our own fonts and drawings can be loaded; every complaint of WeasyPrint is an error, because it would otherwise go on without the thing.
"""

import io
import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
from ruamel.yaml import YAML

from credentialing.certificate import art, tagging
from credentialing.certificate.attachments import CREDENTIAL_NAME
from credentialing.certificate.face import LANGUAGES, Face, Words
from credentialing.certificate.fonts import Faces, load_faces, prepare_fonts
from credentialing.certificate.forms import Forms
from credentialing.certificate.profiles import PDF_A_3A, Profile
from credentialing.certificate.values import page_values
from credentialing.domain.errors import MisconfiguredError, Reason, RefusedError
from credentialing.resources import data_dir

__all__ = ["PRESS", "Studio", "open_studio", "prepare_fonts"]

_SCHEME = "certificate:"
_FAMILIES = ("Certificate Serif", "Certificate Sans")
_FOOT = ("qr", "check", "sign", "sig", "scope")  # elements that stand at fixed places in the foot of the first page
_TOLERANCE = 1.0  # CSS pixels
_COMPILE_AFTER = 2  # certificates of one cohort in one process: compiling costs as much as laying out three

PRESS = threading.RLock()
"""One page at a time in one process: two threads that lay out or draw at once disturb each other's pictures and measures. Hold it from layout to writing."""


class _Complaints(logging.Handler):
    """Collects what WeasyPrint logs in this thread, from WARNING up."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._thread = threading.get_ident()
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:
            self.found.append(record.getMessage())


@contextmanager
def _strictly(what: str) -> Iterator[None]:
    """Raise MisconfiguredError when WeasyPrint complains inside: the templates or the installation are at fault, never the applicant."""
    complaints, logger = _Complaints(), logging.getLogger("weasyprint")
    logger.addHandler(complaints)
    try:
        yield
    finally:
        logger.removeHandler(complaints)
    if complaints.found:
        raise MisconfiguredError(*(f"While {what} a certificate: {complaint}" for complaint in complaints.found))


def _read_words(folder: Path) -> Mapping[str, Words]:
    words: dict[str, dict[str, str]] = YAML(typ="safe", pure=True).load((folder / "words.yaml").read_text("utf-8"))
    if lacking := sorted(key for key, texts in words.items() if set(texts) != set(LANGUAGES)):
        raise MisconfiguredError(*(f"words.yaml of the certificates: “{key}” needs es, en and pt." for key in lacking))
    return words


def _strict_fetcher(files: Mapping[str, tuple[bytes, str]]) -> Any:
    """A fetcher that knows our own pictures and fonts by name, and `data:`; nothing of the disk, nothing of the network."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Fetcher(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            name = url.removeprefix(_SCHEME)
            if not url.startswith(_SCHEME) or name not in files:
                raise ValueError("a certificate loads nothing from outside")
            return URLFetcherResponse(url, files[name][0], {"Content-Type": files[name][1]})

    return Fetcher(allowed_protocols=["data"], allow_redirects=False)


class Studio:
    """Everything that is made once per process. Threads may share it: they take turns at the press."""

    def __init__(
        self, font_folder: Path, templates: Path | None = None, emblem: Path | None = None, *, profile: Profile = PDF_A_3A, compile_after: int | None = None
    ) -> None:
        """Open the templates and the emblem (those of the product by default) and the fonts, cutting these into `font_folder` when they are missing (seconds).
        The page of a cohort is compiled when it is drawn for the `compile_after`-th time (`forms.py`), of itself never when None.

        MisconfiguredError when Pango or HarfBuzz's subset library is missing, or the templates are damaged.
        """
        try:
            import weasyprint
            from weasyprint.text import ffi
            from weasyprint.text.fonts import FontConfiguration
        except OSError as error:
            raise MisconfiguredError("Pango is missing: install libpango-1.0-0 and libpangoft2-1.0-0.") from error
        if getattr(ffi, "harfbuzz_subset", None) is None:
            raise MisconfiguredError("HarfBuzz's subset library is missing: install libharfbuzz-subset0.")
        folder = templates or data_dir("templates") / "certificate"
        self.faces: Faces = load_faces(font_folder)
        self.words = _read_words(folder)
        self.profile = profile
        drawings = {"page.svg": art.page(first=True), "page-next.svg": art.page(first=False), "span.svg": art.span()}
        drawings["emblem.svg"] = art.emblem() if emblem is None else emblem.read_text("utf-8")
        files = {f"font/{name}": (data, "font/ttf") for name, data in self.faces.files.items()}
        files |= {f"art/{name}": (svg.encode(), "image/svg+xml") for name, svg in drawings.items()}
        tagging.tag_languages()
        self._fetcher = _strict_fetcher(files)
        self._fonts = FontConfiguration()
        with _strictly("reading the stylesheet of"):
            style = (folder / "certificate.css").read_text("utf-8") + profile.style
            self._style = weasyprint.CSS(string=style, font_config=self._fonts, url_fetcher=self._fetcher)
        self._pages = ImmutableSandboxedEnvironment(
            loader=jinja2.FileSystemLoader(folder), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self._pictures: dict[str, Any] = {}
        self.forms = Forms(self, after=compile_after)

    def html(self, face: Face, *, qr_svg: str) -> str:
        """The HTML of a certificate."""
        return self.html_of(face.template, self.values(face, qr_svg=qr_svg))

    def values(self, face: Face, *, qr_svg: str) -> dict[str, Any]:
        """Everything that the template of a certificate may use."""
        return page_values(face, qr_svg=qr_svg, faces=self.faces, words=self.words)

    def html_of(self, template: str, values: Mapping[str, Any]) -> str:
        """The HTML of a page with these values."""
        return self._pages.get_template(f"{template}.html").render(values)

    def lay_out(self, html: str) -> Any:
        """The laid-out document; MisconfiguredError when anything in it cannot be had."""
        import weasyprint

        with PRESS, _strictly("laying out"):
            pictures = dict(self._pictures)
            document = weasyprint.HTML(string=html, url_fetcher=self._fetcher).render(stylesheets=[self._style], font_config=self._fonts, cache=pictures)
            # Ornaments are kept for the next certificate; what belongs to this one (QR, steps) is not.
            self._pictures = self._pictures or {url: picture for url, picture in pictures.items() if str(url).startswith(_SCHEME)}
        return document

    def write(self, document: Any, face: Face, *, signed_at: datetime, credential: bytes = b"", hole: int = tagging.HOLE) -> bytes:
        """The PDF (of the studio's profile) with an empty signature, and with `credential` (JSON) as its associated file if there is one.

        RefusedError `glyph_missing` when a font of the machine had to help out; ValueError when a link of the template has no title.
        """
        finish = tagging.finisher(field_text=self.words["field_text"][face.langs[0]], signed_at=signed_at.astimezone(UTC), hole=hole, profile=self.profile)
        tagging.claim_accessible(document, self.profile)
        files = [self._attachment(face, credential)] if credential else []
        with PRESS, _strictly("writing"):
            data: bytes = document.write_pdf(
                pdf_variant=self.profile.variant, pdf_tags=True, pdf_identifier=tagging.identifier(face.number), finisher=finish, attachments=files
            )  # fmt: skip
        if any(font.family not in _FAMILIES for font in document.fonts.values()):
            raise RefusedError(Reason("glyph_missing", {"field": "page"}))
        return data

    def _attachment(self, face: Face, credential: bytes) -> Any:
        """The credential as an associated file of the whole document (ISO 19005-3, 6.8): the same facts as data."""
        from weasyprint import Attachment

        about, moment = self.words["credential_file"], face.issued_at.astimezone(UTC)
        return Attachment(
            file_obj=io.BytesIO(credential), url_fetcher=self._fetcher, name=CREDENTIAL_NAME, relationship="Data", created=moment, modified=moment,
            description=" / ".join(dict.fromkeys(about[language] for language in face.langs)),
        )  # fmt: skip


def overflowing(document: Any) -> tuple[str, ...]:
    """Elements of the foot whose text runs into another element of the foot or over the right edge of the page's text; `page` when the text above
    has pushed the foot off the first page."""
    found: set[str] = set()
    for number, page in enumerate(document.pages):
        places = [(name, _extent(box)) for box in tagging.boxes(page) if (name := _foot_name(box))]
        found |= {"page"} if number and places else set()
        edge = page._page_box.content_box_x() + page._page_box.width + _TOLERANCE
        found |= {name for name, (_, _, right, _) in places if right > edge}
        # Of two that touch, the one that begins higher is the one that has grown.
        touching = [(one, other) for one, other in combinations(places, 2) if _touch(one[1], other[1])]
        found |= {min(pair, key=lambda place: place[1][1])[0] for pair in touching}
    return tuple(sorted(found))


def _foot_name(box: Any) -> str:
    name = tagging.attribute(box, "id") or tagging.attribute(box, "class").partition(" ")[0]
    return name if name in _FOOT and not hasattr(box, "text") else ""


def _extent(box: Any) -> tuple[float, float, float, float]:
    """Left, top, right and bottom (CSS pixels) of a box with the lines of text in it."""
    left, top = box.border_box_x(), box.border_box_y()
    right, bottom = left, top + (box.border_height() if tagging.attribute(box, "id") == "sig" else 0.0)
    stack = list(box.children)
    while stack:
        inner = stack.pop()
        inner = getattr(inner, "_box", inner)
        if type(inner).__name__ == "LineBox" or not getattr(inner, "children", ()):
            right, bottom = max(right, inner.position_x + inner.width), max(bottom, inner.position_y + inner.height)
        else:
            stack.extend(inner.children)
    return left, top, right, bottom


def _touch(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    slack = _TOLERANCE
    return one[0] < other[2] - slack and other[0] < one[2] - slack and one[1] < other[3] - slack and other[1] < one[3] - slack


@lru_cache(maxsize=4)
def open_studio(font_folder: Path, emblem: Path | None = None, profile: Profile = PDF_A_3A) -> Studio:
    """The studio of this process with the product's own templates, and the operator's emblem if any, for files of `profile`; made on the first call."""
    return Studio(font_folder, emblem=emblem, profile=profile, compile_after=_COMPILE_AFTER)
