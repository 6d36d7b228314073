"""What a certificate says: the values, before any layout. A `Draft` has no number yet; a `Face` has, and is what the register keeps.

Texts that stand on the page in both languages are `Words`: language code to text. A text in another language than the two of the document is ignored.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any, Literal, TypeAlias

from credentialing.domain.errors import BrokenSealError

Words: TypeAlias = Mapping[str, str]
Page: TypeAlias = Literal["full", "partial", "competence", "units", "statement", "passport", "school", "mutual"]
Kind: TypeAlias = Literal["degree", "rpl", "school", "background_paper", "mutual_recognition"]
Finding: TypeAlias = Literal["substantiated", "likely", "not_substantiated"]
LANGUAGES = ("es", "en", "pt")
STATUS_ENTRIES = 131_072
"""Entries of a status list: the least that Bitstring Status List 1.0 (section 3.1) allows, so that one entry hides among many."""

BODIES: Mapping[Page, str] = {
    "full": "degree", "partial": "partial", "competence": "competence", "units": "competence",
    "statement": "statement", "passport": "passport", "school": "school", "mutual": "mutual",
}  # fmt: skip
"""Which value of a draft each page speaks of."""

_LEADING: Mapping[Page, Words] = {
    "partial": {"es": "Reconocimiento parcial", "en": "Partial recognition", "pt": "Reconhecimento parcial"},
    "units": {"es": "Unidades de competencia", "en": "Competency units", "pt": "Unidades de competência"},
    "statement": {"es": "Declaración orientativa", "en": "Advisory statement", "pt": "Declaração orientativa"},
    "passport": {"es": "Pasaporte de cualificaciones", "en": "Qualifications passport", "pt": "Passaporte de qualificações"},
}  # fmt: skip
# What is less than a full recognition says so wherever its title goes alone: in the QR, on the verifier's page. These words are signed into every QR that was
# ever printed and are compared with it: they never change.


@dataclass(frozen=True, slots=True)
class Signatory:
    """A person whose name and role stand on the page."""

    name: str
    role: Words


@dataclass(frozen=True, slots=True)
class Level:
    """A place on the host country's framework of qualifications, with its explanation."""

    value: int
    of: int
    text: Words


@dataclass(frozen=True, slots=True)
class Framework:
    """A national framework of qualifications: its name, not translated, and an address where it is described."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A competency unit that was shown."""

    code: str
    name: Words


@dataclass(frozen=True, slots=True)
class Degree:
    """A foreign degree and what it is recognised as; `awarded` is one line: institution, place, year."""

    name: str
    awarded: str
    recognised_as: Words
    effect: Words | None = None


@dataclass(frozen=True, slots=True)
class Competence:
    """A profile of competence: the standard, its units shown, and what the holder can do in plain words."""

    profile: Words
    standard: Words
    units: tuple[Unit, ...]
    can_do: Words | None = None
    occupation: Words | None = None
    assessed: Words | None = None


@dataclass(frozen=True, slots=True)
class Partial:
    """A qualification of which only a part is recognised, and what is left out (None: everything that is not named); at most 400 characters each."""

    name: str
    awarded: str
    recognised: Words
    left_out: Words | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """What a foreign qualification may be compared with, in words that bind nobody, and the standing of its institution at home."""

    name: str
    awarded: str
    comparison: Words
    institution: Words | None = None


@dataclass(frozen=True, slots=True)
class Qualification:
    """A qualification in a passport, how sure the assessors are of it, and the papers that this rests on beside questionnaire and interview."""

    name: str
    awarded: str
    finding: Finding
    level: Words | None = None
    subject: Words | None = None
    rests_on: Words | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """Work experience as the holder told it: the occupation in their own words, and whole years."""

    occupation: str
    years: int


@dataclass(frozen=True, slots=True)
class Passport:
    """What was found of a person whose papers are missing: qualifications (the highest first), work, and languages when the person named them."""

    qualifications: tuple[Qualification, ...]
    work: Work | None = None
    languages: Words | None = None


@dataclass(frozen=True, slots=True)
class School:
    """School studies abroad and the grade or title of the host country that they equal, without marks."""

    name: str
    awarded: str
    equivalent: Words
    effect: Words | None = None


@dataclass(frozen=True, slots=True)
class Mutual:
    """A competency certificate of another country: its name, issuer and number as printed on it, and what it counts as here."""

    name: str
    issuer: str
    number: str
    counts_as: Words
    effect: Words | None = None


Body: TypeAlias = Degree | Competence | Partial | Statement | Passport | School | Mutual


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A certificate without its number; exactly one of the bodies is given, the one that `BODIES` names for the template.

    `langs` are the first and the second language; `issued_on` is the day in the host country; `document_ending` at most four characters;
    `verify_url_base` is `https://` and the host that the QR opens; `origin` the country (ISO 3166-1) where the qualification or the skill comes from;
    `profile_units` how many units the whole profile has, on the page `units` only. What stands in the credential and not on the page:
    `occupation_code` (ISCO-08), the `framework` of the level, and `evidence_kinds`, the kinds of evidence that were seen (`knowledge`, `performance`,
    `product`), never the evidence.
    """

    template: Page
    kind: Kind
    verify_url_base: str
    langs: tuple[str, str]
    display_name: str
    issued_at: datetime
    issued_on: date
    authority: Words
    signatories: tuple[Signatory, ...]
    document_ending: str | None = None
    expires_on: date | None = None
    basis: Words | None = None
    level: Level | None = None
    origin: str = "VE"
    degree: Degree | None = None
    competence: Competence | None = None
    specimen: bool = False
    partial: Partial | None = None
    statement: Statement | None = None
    passport: Passport | None = None
    school: School | None = None
    mutual: Mutual | None = None
    profile_units: int | None = None
    occupation_code: str | None = None
    framework: Framework | None = None
    evidence_kinds: tuple[str, ...] | None = None

    @property
    def body(self) -> Body | None:
        """What the page speaks of; None when it is missing."""
        body: Body | None = getattr(self, BODIES[self.template])
        return body

    @property
    def subject(self) -> Words:
        """What is recognised or certified, in each language; for what recognises nothing as a whole, the qualification by its own name. Empty when missing."""
        match self.body:
            case Degree(recognised_as=words) | Competence(profile=words) | School(equivalent=words) | Mutual(counts_as=words):
                return words
            case Partial(name=name) | Statement(name=name) | Passport(qualifications=(Qualification(name=name), *_)):
                return dict.fromkeys(self.langs, name)
            case _:
                return {}

    @property
    def titles(self) -> Words:
        """The subject, led by the kind of document when it is less than a full recognition."""
        leading = _LEADING.get(self.template, {})
        return {lang: f"{leading[lang]}: {text}" if lang in leading else text for lang, text in self.subject.items()}

    @property
    def title(self) -> str:
        """The title in the first language; empty when missing."""
        return self.titles.get(self.langs[0], "")

    def numbered(self, *, number: str, code: str, status: "StatusPlace | None" = None) -> "Face":
        """The face of the certificate with this number and code, and its place in a status list."""
        return Face(**_values(self), number=number, code=code, status=status)


@dataclass(frozen=True, slots=True)
class StatusPlace:
    """Where the status of a certificate stands: the number of a list (from 1) and the index of an entry in it (from 0), the same for every purpose."""

    list_number: int
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Face(Draft):
    """A certificate with its number, its 13-character code and its place in a status list (None for the oldest): everything public about it."""

    number: str
    code: str
    status: StatusPlace | None = None

    def draft(self) -> Draft:
        """The same without what was given when it was recorded, for preparing again after an interruption."""
        return Draft(**{name: value for name, value in _values(self).items() if name not in _GIVEN})

    @property
    def page_url(self) -> str:
        """The page that the QR opens, without the signed part."""
        return f"{self.verify_url_base}/c/{self.code}"

    def to_json(self) -> bytes:
        """Canonical JSON (sorted keys, no spaces, UTF-8): equal faces are equal bytes. Parts that were added to this class later are left out when empty,
        so that the bytes of older faces, which the log commits to, stay the same."""
        values = {name: value for name, value in asdict(self).items() if value is not None or name not in _ADDED_LATER}
        return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=lambda day: day.isoformat()).encode()

    @classmethod
    def from_json(cls, data: bytes) -> "Face":
        """The face behind `to_json`; BrokenSealError when it is none."""
        try:
            return cls(**_revived(json.loads(data)))
        except (ValueError, TypeError, KeyError) as error:
            raise BrokenSealError("this is not the face of a certificate") from error


def _values(draft: Draft) -> dict[str, Any]:
    return {item.name: getattr(draft, item.name) for item in fields(draft)}


_GIVEN = frozenset({"number", "code", "status"})
_ADDED_LATER = frozenset({"partial", "statement", "passport", "school", "mutual", "profile_units", "status", "occupation_code", "framework", "evidence_kinds"})


def _competence(raw: dict[str, Any]) -> Competence:
    return Competence(**{**raw, "units": tuple(Unit(**unit) for unit in raw["units"])})


def _passport(raw: dict[str, Any]) -> Passport:
    work = Work(**raw["work"]) if raw["work"] else None
    return Passport(**{**raw, "qualifications": tuple(Qualification(**one) for one in raw["qualifications"]), "work": work})


_PARTS: Mapping[str, Callable[[dict[str, Any]], object]] = {
    "level": lambda raw: Level(**raw), "degree": lambda raw: Degree(**raw), "competence": _competence, "partial": lambda raw: Partial(**raw),
    "statement": lambda raw: Statement(**raw), "passport": _passport, "school": lambda raw: School(**raw), "mutual": lambda raw: Mutual(**raw),
    "framework": lambda raw: Framework(**raw), "evidence_kinds": tuple,
    "status": lambda raw: StatusPlace(**raw),
}  # fmt: skip


def _revived(raw: dict[str, Any]) -> dict[str, Any]:
    langs, expires = tuple(raw["langs"]), raw["expires_on"]
    return {
        **raw,
        **{name: make(raw[name]) if raw.get(name) else None for name, make in _PARTS.items()},
        "langs": langs,
        "issued_at": datetime.fromisoformat(raw["issued_at"]),
        "issued_on": date.fromisoformat(raw["issued_on"]),
        "expires_on": date.fromisoformat(expires) if expires else None,
        "signatories": tuple(Signatory(**person) for person in raw["signatories"]),
    }
