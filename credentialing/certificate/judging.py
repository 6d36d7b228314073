"""Everything that can be said against a draft before it has a number. Returns reasons, all of them; raises nothing."""

import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from credentialing.certificate.face import LANGUAGES, Draft, Words
from credentialing.certificate.values import fit_name
from credentialing.domain.errors import Reason

if TYPE_CHECKING:
    from credentialing.certificate.page import Studio

_URL = re.compile(r"https://[a-z0-9](?:[a-z0-9.-]{0,98}[a-z0-9])?(?::[0-9]{1,5})?", re.ASCII)
_MOST_UNITS = 40
_LONGEST = {  # characters
    "display_name": 90, "document_ending": 4, "degree.name": 140, "degree.awarded": 170, "degree.recognised_as": 140, "degree.effect": 320,
    "competence.profile": 140, "competence.standard": 200, "competence.can_do": 320, "competence.occupation": 200, "competence.assessed": 320,
    "unit.code": 20, "unit.name": 160, "signatory.name": 60, "signatory.role": 80, "authority": 120, "basis": 320, "level.text": 240,
}  # fmt: skip


def judge(draft: Draft, studio: "Studio") -> tuple[Reason, ...]:
    """Every reason against issuing `draft`: `value_missing`, `value_wrong`, `word_missing`, `too_long`, `glyph_missing`."""
    langs = draft.langs
    if len(langs) != 2 or langs[0] == langs[1] or not set(langs) <= set(LANGUAGES):
        return (Reason("value_wrong", {"field": "langs"}),)
    reasons = [*_about_kind(draft), *_about_values(draft)]
    for field, text, language in _texts(draft):
        reasons += _about_text(field, text, language, studio.faces.characters)
    if not reasons and fit_name(draft.display_name, studio.faces)[1] == 0:
        reasons.append(Reason("too_long", {"field": "display_name"}))
    return tuple(reason for place, reason in enumerate(reasons) if reason not in reasons[:place])


def _about_kind(draft: Draft) -> Iterator[Reason]:
    expected = {"full": ("degree", draft.degree, draft.competence), "competence": ("rpl", draft.competence, draft.degree)}
    kind, present, absent = expected.get(draft.template, ("", None, None))
    if draft.kind != kind or absent is not None:
        yield Reason("value_wrong", {"field": "kind"})
    if present is None:
        yield Reason("value_missing", {"field": "competence" if draft.kind == "rpl" else "degree"})
    units = draft.competence.units if draft.competence else ()
    if draft.competence and not 1 <= len(units) <= _MOST_UNITS:
        yield Reason("value_wrong", {"field": "units"})
    if len({unit.code for unit in units}) != len(units):
        yield Reason("value_wrong", {"field": "unit.code"})


def _about_values(draft: Draft) -> Iterator[Reason]:
    if not _URL.fullmatch(draft.verify_url_base):
        yield Reason("value_wrong", {"field": "verify_url_base"})
    if draft.issued_at.tzinfo is None:
        yield Reason("value_wrong", {"field": "issued_at"})
    if draft.expires_on and draft.expires_on <= draft.issued_on:
        yield Reason("value_wrong", {"field": "expires_on"})
    if not re.fullmatch(r"[A-Z]{2}", draft.origin, re.ASCII):
        yield Reason("value_wrong", {"field": "origin"})
    if not 1 <= len(draft.signatories) <= 2:
        yield Reason("value_wrong", {"field": "signatories"})
    if draft.level and not 1 <= draft.level.value <= draft.level.of <= 10:
        yield Reason("value_wrong", {"field": "level"})


def _texts(draft: Draft) -> Iterator[tuple[str, str | None, str]]:
    """Every text of the page: field, text (None when a language is missing), language (empty for texts without one)."""
    yield "display_name", draft.display_name, ""
    if draft.document_ending is not None:
        yield "document_ending", draft.document_ending, ""
    worded: list[tuple[str, Words | None]] = [("authority", draft.authority), ("basis", draft.basis)]
    if draft.level:
        worded.append(("level.text", draft.level.text))
    for person in draft.signatories:
        yield "signatory.name", person.name, ""
        worded.append(("signatory.role", person.role))
    if degree := draft.degree:
        yield "degree.name", degree.name, ""
        yield "degree.awarded", degree.awarded, ""
        worded += [("degree.recognised_as", degree.recognised_as), ("degree.effect", degree.effect)]
    if competence := draft.competence:
        worded += [(f"competence.{name}", getattr(competence, name)) for name in ("profile", "standard", "can_do", "occupation", "assessed")]
        for unit in competence.units:
            yield "unit.code", unit.code, ""
            worded.append(("unit.name", unit.name))
    for field, words in worded:
        for language in draft.langs if words is not None else ():
            yield field, (words or {}).get(language), language


def _about_text(field: str, text: str | None, language: str, characters: frozenset[str]) -> Iterator[Reason]:
    if text is None:
        yield Reason("word_missing", {"field": field, "language": language})
    elif not text.strip():
        yield Reason("word_missing" if language else "value_missing", {"field": field} | ({"language": language} if language else {}))
    elif text != unicodedata.normalize("NFC", text).strip():
        yield Reason("value_wrong", {"field": field})  # two spellings of one name would be two certificates
    else:
        if len(text) > _LONGEST[field]:
            yield Reason("too_long", {"field": field})
        if strange := tuple(dict.fromkeys(character for character in text if character not in characters)):
            yield Reason("glyph_missing", {"field": field, "characters": strange})
