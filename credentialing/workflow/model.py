"""A definition as frozen values: what the files under `workflows/` say once they are read, merged and proved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from credentialing.domain.calendars import Span
from credentialing.domain.people import Role


class Ending(StrEnum):
    """What a final state means, so that nobody has to read state names."""

    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"


BACK = "back"  # instead of a state: where the case stood before it came here
STAY = "stay"  # instead of a state: where the case stands
BEGIN = "begin"  # instead of a move: the opening of the case, as the event that starts a clock
DUTIES: tuple[str, ...] = ("intake", "guiding", "judging", "verifying", "deciding", "issuing", "appealing")  # what separation of duties speaks of
DECLARATIONS: tuple[str, ...] = ("none", "conflict", "trained")  # what a person declares about themselves and the applicant before they judge
SEPARATIONS: tuple[str, ...] = tuple(f"SOD{number}" for number in range(1, 8))  # the rules of separation of duties, by their usual numbers
WAIVER_VALUES: tuple[str, ...] = ("granted", "refused")

EXISTING_PAGES: tuple[str, ...] = ("full", "partial", "competence", "units", "statement", "passport", "school", "mutual")  # the certificates that can be made


class ClockKind(StrEnum):
    """Where a limit comes from: the law, a promise of the service, what the applicant is given, or the least time that the authority says it takes."""

    STATUTORY = "statutory"
    SERVICE_LEVEL = "service_level"
    APPLICANT = "applicant"
    MINIMUM = "minimum"  # never overdue: when it is over, somebody is told, and nothing else


class Verdict(StrEnum):
    """What a deciding act says to the person, whatever state it leads to."""

    GRANTED = "granted"
    PARTLY_GRANTED = "partly_granted"
    CONDITIONAL = "conditional"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class State:
    """A condition of a case: either somebody's turn (`waits_for`) or an end (`final`), never both."""

    name: str
    waits_for: Role | None
    final: Ending | None
    remedies: tuple[str, ...]  # names of the procedure's remedies, on negative ends


@dataclass(frozen=True, slots=True)
class Move:
    """A lawful act that takes a case from one state to another (or leaves it where it is)."""

    name: str
    from_states: tuple[str, ...]
    to: str  # a state, BACK or STAY
    by: tuple[Role, ...]
    guards: tuple[str, ...]
    effects: tuple[str, ...]
    asks: tuple[str, ...]
    at_most: int | None
    not_by_whoever_did: tuple[str, ...]
    automatic: bool
    decides: Verdict | None = None  # what is decided by this act; whoever makes it signs
    back_over: tuple[str, ...] = ()  # states that a move BACK passes over, besides those it begins in
    certificate: str | None = None  # the page that follows from this decision, when it is not the usual one


@dataclass(frozen=True, slots=True)
class Apart:
    """A rule of separation of duties: nobody does a deed of one side and a deed of the other in one case, in whichever order."""

    rule: str
    between: tuple[str, ...]
    and_also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Then:
    """What happens when a limit is over: the system makes `move`, or `tell` is told; exactly one of the two."""

    move: str | None
    tell: Role | None


@dataclass(frozen=True, slots=True)
class Deadline:
    """A limit on the time spent in some states, summed over all visits."""

    name: str
    kind: ClockKind
    counts_in: tuple[str, ...]
    limit: Span | None  # None when limit_by_route holds the limits
    limit_by_route: Mapping[str, Span]
    warn_before: Span | None
    then: Then
    silence: str | None  # "negative", "positive", "lapse": what the law makes of silence
    basis: str | None  # a source, a legal basis, or "product_choice"
    starts_with: tuple[str, ...] = ()  # counts from the latest time that one of these moves (or BEGIN) was made; () = from the first visit


@dataclass(frozen=True, slots=True)
class EvidenceRule:
    """A kind of evidence: how many papers, of which types, in which states, and for which answers it is required."""

    kind: str
    at_least: int
    accepts: tuple[str, ...]
    asked_in: tuple[str, ...]
    required_when: Mapping[str, tuple[str, ...]]  # field -> values; empty = always; all must hold
    instead: tuple[str, ...] = ()  # other ways to show the same, best first, for whoever cannot get the paper
    waived_by: tuple[Role, ...] = ()  # who decides whether another way will do
    waived_in: tuple[str, ...] = ()  # in which states

    @property
    def waiver(self) -> str:
        """The subject under which a decision on another way is recorded."""
        return f"waiver_{self.kind}"


@dataclass(frozen=True, slots=True)
class CheckRule:
    """A small verdict recorded beside others while the case stays in one state."""

    name: str
    by: tuple[Role, ...]
    done_in: tuple[str, ...]
    looks_at: tuple[str, ...]
    values: tuple[str, ...]
    passes_with: tuple[str, ...]
    reasoned: bool
    not_by_whoever_did: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Criterion:
    """A question of the evaluation of a degree; every finding carries a reason."""

    name: str
    by: tuple[Role, ...]
    done_in: tuple[str, ...]
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitsRule:
    """Who judges the competency units of the chosen standard, where, and with which values; every finding carries a reason."""

    by: tuple[Role, ...]
    done_in: tuple[str, ...]
    values: tuple[str, ...]
    passes_with: tuple[str, ...]
    not_by_whoever_did: tuple[str, ...]
    kept_after: tuple[str, ...] = ()  # moves after which a unit already shown is not judged again


@dataclass(frozen=True, slots=True)
class Element:
    """A part of a unit, with the codes of its performance criteria."""

    code: str
    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RequiredEvidence:
    """One piece of evidence that a unit demands: knowledge, performance or product."""

    code: str
    kind: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A competency unit: what a person can do, judged as a whole."""

    code: str
    elements: tuple[Element, ...]
    evidence: tuple[RequiredEvidence, ...]


@dataclass(frozen=True, slots=True)
class Standard:
    """A published competency standard; `official_code` stays None until its owner gives one."""

    id: str
    version: int
    digest: str
    model_standard: bool
    official_code: str | None
    isco: str
    level: int
    level_of: str
    level_basis: str
    validity_years: int | None
    validity_basis: str
    units: tuple[Unit, ...]
    sufficiency: str | None = None  # "every_piece": each piece of evidence listed must be seen

    @property
    def ref(self) -> str:
        """How cases and definitions name this version: `structural-welding.v1`."""
        return f"{self.id}.v{self.version}"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact comes from."""

    name: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A legal act by its own name, and how sure we are of it: a source's name, or memory_high, memory_medium, memory_low."""

    name: str
    title: str
    sure: str


@dataclass(frozen=True, slots=True)
class Fee:
    """What the procedure costs in units of `currency`, as of a year, for whom (field -> values; empty = everyone)."""

    name: str
    amount: Decimal
    currency: str
    as_of: int
    basis: str
    due_when: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Exemption:
    """Who pays nothing or less, in words of the procedure, and where that is said."""

    name: str
    basis: str


@dataclass(frozen=True, slots=True)
class Remedy:
    """What a person can do against a negative end, before whom, and within which time."""

    name: str
    before: str
    limit: Span | None
    decision: Span | None
    basis: str
    runs_here: bool = False  # an appeal that the procedure itself carries out


@dataclass(frozen=True, slots=True)
class CertificateRule:
    """What a granted case becomes: which page, which number prefix, valid for how long."""

    template: str  # one of EXISTING_PAGES
    prefix: str
    validity: str  # "permanent", "from_standard", or "5_years"


@dataclass(frozen=True, slots=True)
class Procedure:
    """The facts of a country's procedure, each with its source."""

    country: str
    kind: str
    silence: str
    legal_basis: tuple[LegalBasis, ...]
    fees: tuple[Fee, ...]  # none = not known, which is not the same as free
    exemptions: tuple[Exemption, ...]
    remedies: Mapping[str, Remedy]
    outcomes: tuple[str, ...]
    sources: tuple[Source, ...]
    notes: tuple[str, ...]
    confidence: str
    verified_by: str | None
    verified_on: date


@dataclass(frozen=True, slots=True, eq=False)
class Definition:
    """One published version of a procedure's rules; two are the same when they are the same object, or by `digest`."""

    id: str
    version: int
    digest: str
    starts_in: str
    roles: tuple[Role, ...]
    procedure: Procedure
    form: Mapping[str, tuple[str, ...]]
    consents: tuple[str, ...]
    routes: tuple[str, ...]
    evidence: Mapping[str, EvidenceRule]
    checks: Mapping[str, CheckRule]
    criteria: Mapping[str, Criterion]
    units_rule: UnitsRule | None
    standards: Mapping[str, Standard]
    states: Mapping[str, State]
    moves: Mapping[str, Move]
    deadlines: Mapping[str, Deadline]
    certificate: CertificateRule
    extends: tuple[str, ...] = ()  # every template under it, the lowest first: where missing words are looked for
    duties: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))  # duty -> the deeds that belong to it
    separation: tuple[Apart, ...] = ()
    conflict_declared_before: tuple[str, ...] = ()  # duties that nobody performs before declaring that nothing ties them to the applicant
    fresh_after: tuple[str, ...] = ()  # moves after which the case is judged anew, by other people

    @property
    def pages(self) -> frozenset[str]:
        """Every certificate page that a case of this procedure may end with."""
        return frozenset({self.certificate.template, *(move.certificate for move in self.moves.values() if move.certificate)})

    def page_of(self, decision: str | None) -> str:
        """The certificate page that follows from a decision (the name of the move that decided)."""
        move = self.moves.get(decision) if decision else None
        return (move.certificate if move else None) or self.certificate.template

    def verdict_of(self, decision: str | None) -> Verdict | None:
        """What a decision (the name of the move that decided) says; None when nothing is decided."""
        move = self.moves.get(decision) if decision else None
        return move.decides if move else None

    @property
    def judged_in(self) -> frozenset[str]:
        """The states in which the case itself is judged: a case that comes back to one of them is undecided again."""
        criteria = {state for criterion in self.criteria.values() for state in criterion.done_in}
        proposing = {state for move in self.moves.values() if "outcome" in move.asks for state in move.from_states}
        return frozenset({*criteria, *proposing, *(self.units_rule.done_in if self.units_rule else ())})

    @property
    def can_be_certified(self) -> bool:
        """Whether every page that it may end with can be made."""
        return self.pages <= frozenset(EXISTING_PAGES)

    @property
    def enabled(self) -> bool:
        """Whether it may be used without a local administrator's confirmation: only well-sourced procedures whose certificate can be made are."""
        return self.procedure.confidence == "high" and self.can_be_certified

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field of the application form, in the order in which it is asked."""
        return tuple(name for names in self.form.values() for name in names)
