"""Everything that can be said against a draft before it has a number. Returns reasons, all of them; raises nothing."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

from credentialing.certificate.face import BODIES, LANGUAGES, Competence, Draft, Passport
from credentialing.certificate.qr import WHAT_IT_IS
from credentialing.certificate.values import fit_name
from credentialing.domain.errors import Reason

if TYPE_CHECKING:
    from credentialing.certificate.page import Studio

_URL = re.compile(r"https://[a-z0-9](?:[a-z0-9.-]{0,98}[a-z0-9])?(?::[0-9]{1,5})?", re.ASCII)
_MOST_UNITS = 40
_MOST_QUALIFICATIONS = 6
_LONGEST_WORKING_LIFE = 80  # years
_EVIDENCE = {"knowledge", "performance", "product"}
_FINDINGS = ("substantiated", "likely", "not_substantiated")
_LONGEST = {  # characters
    "display_name": 90, "document_ending": 4, "degree.name": 140, "degree.awarded": 170, "degree.recognised_as": 140, "degree.effect": 320,
    "competence.profile": 140, "competence.standard": 200, "competence.can_do": 320, "competence.occupation": 200, "competence.assessed": 320,
    "unit.code": 20, "unit.name": 160, "signatory.name": 60, "signatory.role": 80, "authority": 120, "basis": 320, "level.text": 240,
    "partial.name": 140, "partial.awarded": 170, "partial.recognised": 400, "partial.left_out": 400,
    "statement.name": 140, "statement.awarded": 170, "statement.comparison": 400, "statement.institution": 320,
    "qualification.name": 140, "qualification.awarded": 170, "qualification.level": 120, "qualification.subject": 80, "qualification.rests_on": 200,
    "work.occupation": 100, "passport.languages": 160,
    "school.name": 140, "school.awarded": 170, "school.equivalent": 140, "school.effect": 320,
    "mutual.name": 140, "mutual.issuer": 140, "mutual.number": 40, "mutual.counts_as": 140, "mutual.effect": 320,
}  # fmt: skip
_ONE_OF = {"units": "unit", "qualifications": "qualification"}  # how one of several is named in a reason


def judge(draft: Draft, studio: "Studio") -> tuple[Reason, ...]:
    """Every reason against issuing `draft`: `value_missing`, `value_wrong`, `word_missing`, `too_long`, `glyph_missing`."""
    langs = draft.langs
    if len(langs) != 2 or langs[0] == langs[1] or not set(langs) <= set(LANGUAGES):
        return (Reason("value_wrong", {"field": "langs"}),)
    reasons = [*_about_kind(draft), *_about_values(draft), *_about_data(draft)]
    for field, text, language in _texts(draft):
        reasons += _about_text(field, text, language, studio.faces.characters)
    if not reasons and fit_name(draft.display_name, studio.faces)[1] == 0:
        reasons.append(Reason("too_long", {"field": "display_name"}))
    return tuple(reason for place, reason in enumerate(reasons) if reason not in reasons[:place])


def _about_kind(draft: Draft) -> Iterator[Reason]:
    body = BODIES[draft.template]
    given = {name for name in BODIES.values() if getattr(draft, name) is not None}
    if (draft.template, draft.kind) not in WHAT_IT_IS or given - {body}:
        yield Reason("value_wrong", {"field": "kind"})
    if body not in given:
        yield Reason("value_missing", {"field": body})
    if draft.competence:
        yield from _about_units(draft, draft.competence)
    if draft.passport:
        yield from _about_passport(draft, draft.passport)


def _about_units(draft: Draft, competence: Competence) -> Iterator[Reason]:
    """A certificate of some units speaks of them alone: not of the level of the whole profile, and not of all that its holder could do with the rest."""
    units, some = competence.units, draft.template == "units"
    if not 1 <= len(units) <= _MOST_UNITS:
        yield Reason("value_wrong", {"field": "units"})
    if len({unit.code for unit in units}) != len(units):
        yield Reason("value_wrong", {"field": "unit.code"})
    if some is not (draft.profile_units is not None and draft.profile_units > len(units)):
        yield Reason("value_wrong", {"field": "profile_units"})
    if some and draft.level is not None:
        yield Reason("value_wrong", {"field": "level"})
    if some and competence.can_do is not None:
        yield Reason("value_wrong", {"field": "competence.can_do"})


def _about_passport(draft: Draft, passport: Passport) -> Iterator[Reason]:
    findings = {one.finding for one in passport.qualifications}
    if not 1 <= len(passport.qualifications) <= _MOST_QUALIFICATIONS or not findings <= set(_FINDINGS):
        yield Reason("value_wrong", {"field": "qualifications"})
    if passport.work and not 0 <= passport.work.years <= _LONGEST_WORKING_LIFE:
        yield Reason("value_wrong", {"field": "work"})
    if draft.expires_on is None:
        yield Reason("value_missing", {"field": "expires_on"})


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


def _about_data(draft: Draft) -> Iterator[Reason]:
    """What stands in the credential alone."""
    if draft.occupation_code is not None and not re.fullmatch(r"[0-9]{1,4}", draft.occupation_code, re.ASCII):
        yield Reason("value_wrong", {"field": "occupation_code"})
    if draft.evidence_kinds is not None and not set(draft.evidence_kinds) <= _EVIDENCE:
        yield Reason("value_wrong", {"field": "evidence_kinds"})
    if draft.framework is not None and not (draft.level and draft.framework.name and draft.framework.url.startswith("https://")):
        yield Reason("value_wrong", {"field": "framework"})


def _texts(draft: Draft) -> Iterator[tuple[str, str | None, str]]:
    """Every text of the page: field, text (None when a language is missing), language (empty for texts without one)."""
    yield "display_name", draft.display_name, ""
    if draft.document_ending is not None:
        yield "document_ending", draft.document_ending, ""
    yield from _inside("authority", draft.authority, draft.langs)
    yield from _inside("basis", draft.basis, draft.langs)
    if draft.level:
        yield from _inside("level.text", draft.level.text, draft.langs)
    for person in draft.signatories:
        yield from _inside("signatory", person, draft.langs)
    for name in sorted(set(BODIES.values())):
        yield from _inside(name, getattr(draft, name), draft.langs)


def _inside(field: str, value: object, langs: tuple[str, str]) -> Iterator[tuple[str, str | None, str]]:
    """The texts in a value and in the values in it."""
    if isinstance(value, str):
        yield field, value, ""
    elif isinstance(value, Mapping):
        for language in langs:
            yield field, value.get(language), language
    elif is_dataclass(value):
        for item in fields(value):
            inner = getattr(value, item.name)
            if isinstance(inner, tuple):
                for one in inner:
                    yield from _inside(_ONE_OF[item.name], one, langs)
            elif item.name != "finding":
                yield from _inside(item.name if is_dataclass(inner) else f"{field}.{item.name}", inner, langs)


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
