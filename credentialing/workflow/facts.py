"""Everything the law may know about a case, as one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Visit:
    """A stay in a state; the present one has no end."""

    state: str
    entered_at: datetime
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class Deed:
    """A move made or a finding recorded, by whom (None = the system) and when."""

    what: str
    by: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """The latest verdict on a subject: a check, a criterion or a unit code."""

    subject: str
    value: str
    by: str
    reasoned: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """A case as the law sees it. Holds no personal data: names of fields, counts, codes and person ids only."""

    state: str
    revision: int
    now: datetime
    applicant_id: str
    visits: tuple[Visit, ...]
    deeds: tuple[Deed, ...]
    findings: Mapping[str, Finding]
    evidence: Mapping[str, int]
    answers: frozenset[str]
    consents: frozenset[str]
    questions_drafted: int
    questions_open: int
    route: str | None
    standard: str | None
    units: tuple[str, ...]
    proposal: str | None
    certificate_sealed: bool
    choices: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # answers to choice fields only
    waivers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # kind of evidence -> the other way that the applicant asks for
    declared: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # person id -> what they declared about this case

    def after_move(self, *, move: str, to_state: str, by: str | None) -> "Facts":
        """These facts as they stand right after `move`, made now; a move that stays in its state keeps the visit open."""
        visits = self.visits
        if to_state != self.state:
            visits = (*(replace(v, left_at=self.now) if v.left_at is None else v for v in visits), Visit(to_state, self.now, None))
        return replace(self, state=to_state, revision=self.revision + 1, visits=visits, deeds=(*self.deeds, Deed(move, by, self.now)))
