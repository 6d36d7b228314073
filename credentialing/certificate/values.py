"""From a face to the plain values that a template receives: both languages side by side, dates in words, names at the largest size that fits."""

import base64
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.dates import format_date

from credentialing.certificate import art
from credentialing.certificate.face import Face, Words
from credentialing.certificate.fonts import Faces
from credentialing.certificate.qr import host_of
from credentialing.domain.numbers import printed_code

NAME_SIZES = (34, 30, 26, 23, 20, 17)  # points: the largest that keeps the name on one line of 160 mm, else two balanced lines
_ONE_LINE_SMALLEST, _TWO_LINES_LARGEST = 20, 26
_ROOM_NAME, _ROOM_AWARD = 160.0, 158.0  # mm
_LONG_TITLE = 60  # characters
_AIRY = ("full", "school", "mutual")
_FREE_TEXTS = ("recognised", "left_out", "comparison", "institution")
_WORDY = 420  # characters of free text in both languages together, above which the page is set tighter
_LOCALES = {"es": "es", "en": "en_GB", "pt": "pt"}


def svg_uri(svg: str) -> str:
    """An SVG picture as an address that carries it."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def balanced(text: str, points: float, *, faces: Faces, room: float = _ROOM_AWARD) -> list[str]:
    """One line when it fits `room` millimetres in the display face, else the two most even lines."""
    words = text.split(" ")
    if faces.width_mm(text, points) <= room or len(words) == 1:
        return [text]
    cuts = [[" ".join(words[:i]), " ".join(words[i:])] for i in range(1, len(words))]
    return min(cuts, key=lambda pair: abs(faces.width_mm(pair[0], 1) - faces.width_mm(pair[1], 1)))


def fit_name(name: str, faces: Faces) -> tuple[list[str], int]:
    """The lines of a name and their size in points; 0 points when even two lines of the smallest size are too wide."""
    for size in NAME_SIZES:
        if size >= _ONE_LINE_SMALLEST and faces.width_mm(name, size) <= _ROOM_NAME:
            return [name], size
    lines = balanced(name, _ONE_LINE_SMALLEST, faces=faces, room=_ROOM_NAME)
    fitting = (size for size in NAME_SIZES if size <= _TWO_LINES_LARGEST and max(faces.width_mm(line, size) for line in lines) <= _ROOM_NAME)
    return lines, next(fitting, 0)


def _pair(words: Words | None, langs: tuple[str, str]) -> dict[str, str] | None:
    return {"a": words[langs[0]], "b": words[langs[1]]} if words else None


def _day(day: date | None, langs: tuple[str, str]) -> dict[str, str] | None:
    if day is None:
        return None
    return {"a": _in_words(day, langs[0]), "b": _in_words(day, langs[1])}


@lru_cache(maxsize=256)
def _in_words(day: date, lang: str) -> str:
    return str(format_date(day, format="long", locale=_LOCALES[lang]))


def _plain(value: Any, langs: tuple[str, str]) -> Any:
    """A value of the face as a template may use it: words as a pair, everything in it likewise."""
    if isinstance(value, Mapping):
        return _pair(value, langs)
    if isinstance(value, tuple):
        return [_plain(one, langs) for one in value]
    if is_dataclass(value):
        return {item.name: _plain(getattr(value, item.name), langs) for item in fields(value)}
    return value


def _body(face: Face, words: Mapping[str, Words]) -> dict[str, Any]:
    """What the page speaks of, with what can only be said in both languages: years of work, the country of an original."""
    body: dict[str, Any] = _plain(face.body, face.langs)
    if face.passport and face.passport.work:
        years = face.passport.work.years
        body["work"]["years"] = _counted("years", years, face.langs, words=words)
    if face.mutual:
        body["country"] = _pair({lang: Locale.parse(_LOCALES[lang]).territories.get(face.origin, face.origin) for lang in face.langs}, face.langs)
    if face.template == "units" and face.competence:
        shown = {"shown": len(face.competence.units), "of": face.profile_units}
        body["extent"] = _pair({lang: text.format(**shown) for lang, text in words["unit_extent"].items()}, face.langs)
    return body


def _counted(key: str, count: int, langs: tuple[str, str], *, words: Mapping[str, Words]) -> dict[str, str] | None:
    form = f"{key}_{'none' if count == 0 else 'one' if count == 1 else 'many'}"
    return _pair({lang: text.format(count=count) for lang, text in words[form].items()}, langs)


def _is_wordy(face: Face) -> bool:
    """Whether the free texts of a page need its room."""
    texts = [getattr(face.body, name, None) or {} for name in _FREE_TEXTS]
    return sum(len(text) for words in texts for text in {words.get(lang, "") for lang in face.langs}) > _WORDY


def _shape(face: Face, faces: Faces) -> dict[str, Any]:
    """How dense the page is set, and the lines of the name and of the titles."""
    lines, size = fit_name(face.display_name, faces)
    titles = {"title": face.subject.get(face.langs[0], ""), "name": getattr(face.body, "name", "")}
    dense = len(lines) > 1 or max(map(len, titles.values())) > _LONG_TITLE or _is_wordy(face)
    airy = face.template in _AIRY and face.level is None and not getattr(face.body, "effect", None)
    if dense or face.template == "passport":
        size = min(size, 23 if len(lines) > 1 else 26)
    award = {key: balanced(text, 14.5 if dense else 17, faces=faces) for key, text in titles.items()}
    return {"name_lines": lines, "name_size": size, "dense": dense, "airy": airy and not dense, "lines": award}


def page_values(face: Face, *, qr_svg: str, faces: Faces, words: Mapping[str, Words]) -> dict[str, Any]:
    """Everything a template may use: `d` the certificate, `t` and `u` the fixed words of the first and second language, `A` and `B` their codes."""
    first, second = face.langs
    t, u = ({key: texts[lang] for key, texts in words.items()} for lang in face.langs)
    level = face.level
    d = {
        **_shape(face, faces), "body": _body(face, words),
        "template": face.template, "specimen": face.specimen, "number": face.number, "display_name": face.display_name,
        "document_ending": face.document_ending, "authority": _pair(face.authority, face.langs), "basis": _pair(face.basis, face.langs),
        "issued_at": face.issued_at.isoformat(timespec="seconds"), "date": _day(face.issued_on, face.langs), "expires": _day(face.expires_on, face.langs),
        "signatories": [{"name": person.name, "role": _pair(person.role, face.langs)} for person in face.signatories],
        "verify": {"host": host_of(face.verify_url_base), "code": printed_code(face.code), "url": face.page_url, "qr": svg_uri(qr_svg)},
        "level": level and {
            "value": level.value, "of": level.of, "text": _pair(level.text, face.langs), "picture": svg_uri(art.steps(level.value, level.of)),
            "alt": t["level_alt"].format(value=level.value, of=level.of),
        },
    }  # fmt: skip
    return {"d": d, "t": t, "u": u, "A": first, "B": second}
