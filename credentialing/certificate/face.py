"""What a certificate says: the values, before any layout. A `Draft` has no number yet; a `Face` has, and is what the register keeps.

Texts that stand on the page in both languages are `Words`: language code to text. A text in another language than the two of the document is ignored.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any, Literal, TypeAlias

from credentialing.domain.errors import BrokenSealError

Words: TypeAlias = Mapping[str, str]
LANGUAGES = ("es", "en", "pt")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A certificate without its number: `degree` goes with template `full`, `competence` with template `competence`.

    `langs` are the first and the second language; `issued_on` is the day in the host country; `document_ending` at most four characters;
    `verify_url_base` is `https://` and the host that the QR opens; `origin` the country (ISO 3166-1) where the qualification or the skill comes from.
    """

    template: Literal["full", "competence"]
    kind: Literal["degree", "rpl"]
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

    @property
    def title(self) -> str:
        """What is certified, in the first language: the recognised degree or the profile of competence; empty when missing."""
        words = self.degree.recognised_as if self.degree else self.competence.profile if self.competence else {}
        return words.get(self.langs[0], "")

    def numbered(self, *, number: str, code: str) -> "Face":
        """The face of the certificate with this number and code."""
        return Face(**_values(self), number=number, code=code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Face(Draft):
    """A certificate with its number and its 13-character code: everything public about it."""

    number: str
    code: str

    def draft(self) -> Draft:
        """The same without number and code, for preparing again after an interruption."""
        return Draft(**{name: value for name, value in _values(self).items() if name not in ("number", "code")})

    @property
    def page_url(self) -> str:
        """The page that the QR opens, without the signed part."""
        return f"{self.verify_url_base}/c/{self.code}"

    def to_json(self) -> bytes:
        """Canonical JSON (sorted keys, no spaces, UTF-8): equal faces are equal bytes."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=lambda day: day.isoformat()).encode()

    @classmethod
    def from_json(cls, data: bytes) -> "Face":
        """The face behind `to_json`; BrokenSealError when it is none."""
        try:
            return cls(**_revived(json.loads(data)))
        except (ValueError, TypeError, KeyError) as error:
            raise BrokenSealError("this is not the face of a certificate") from error


def _values(draft: Draft) -> dict[str, Any]:
    return {item.name: getattr(draft, item.name) for item in fields(draft)}


def _revived(raw: dict[str, Any]) -> dict[str, Any]:
    degree, competence, level, expires = raw["degree"], raw["competence"], raw["level"], raw["expires_on"]
    if competence:
        competence = Competence(**{**competence, "units": tuple(Unit(**unit) for unit in competence["units"])})
    return {
        **raw,
        "langs": tuple(raw["langs"]),
        "issued_at": datetime.fromisoformat(raw["issued_at"]),
        "issued_on": date.fromisoformat(raw["issued_on"]),
        "expires_on": date.fromisoformat(expires) if expires else None,
        "signatories": tuple(Signatory(**person) for person in raw["signatories"]),
        "level": Level(**level) if level else None,
        "degree": Degree(**degree) if degree else None,
        "competence": competence,
    }
