"""What the public pages say about a procedure, and why the finder names it: read from the rules and their words, nothing made up here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from credentialing.domain.calendars import DayType, Span
from credentialing.domain.people import Role
from credentialing.resources import data_dir
from credentialing.web.language import _, any_of, choose_language, day_text, ngettext, number, span_text
from credentialing.web.public.questions import country_name, group_title, is_open
from credentialing.web.surroundings import surroundings
from credentialing.web.words import words_of
from credentialing.workflow.draw import in_order, main_path
from credentialing.workflow.finder_rules import Rule
from credentialing.workflow.library import ProcedureView
from credentialing.workflow.model import BEGIN, ClockKind, Deadline, Definition, EvidenceRule, Fee, Remedy, Source
from credentialing.workflow.reference import reference
from credentialing.workflow.registry import FIELDS
from credentialing.workflow.words import Words

PROCEDURES: Final = "/procedures"


@dataclass(frozen=True, slots=True)
class Sure:
    """How sure facts are: a tone and an icon for the eye, a word, and a sentence."""

    tone: str
    icon: str
    word: LazyString
    sentence: LazyString


SURE: Final[Mapping[str, Sure]] = {
    "high": Sure("copy", "page", _l("Well sourced"), _l("An official page says so, or several sources agree.")),
    "medium": Sure(
        "late", "question", _l("Sourced in part"),
        _l("It comes from the press, from organisations or from part of an official page. Ask the authority before you rely on it."),
    ),
    "low": Sure("null", "question", _l("Weakly sourced"), _l("It comes mainly from memory or from old sources. Ask the authority first.")),
}
DAYS: Final[Mapping[DayType, LazyString]] = {
    DayType.WORKING: _l("Saturdays, Sundays and holidays of the country do not count."), DayType.CALENDAR: _l("Every day counts, Sundays and holidays too."),
    DayType.MONTHS: _l("Months count from date to date."), DayType.HOURS: _l("Hours count by the clock."),
}


@dataclass(frozen=True, slots=True)
class Reasoned:
    """A rule of the finder as it is told: its sentences, where they come from, how sure that is."""

    text: str
    sources: tuple[Source, ...]
    unsourced: str
    sure: Sure
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Way:
    """Another way to show what a paper would show."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that the procedure asks for; `without` and `ways` say what to do when it is missing, and `missing` that the person said so."""

    name: str
    hint: str
    sometimes: bool
    without: str
    ways: tuple[Way, ...]
    missing: bool


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of the law, or the least time that the authority names: how long, which days count, from when, where that comes from."""

    title: str
    spans: tuple[str, ...]
    days: str
    start: str
    basis: str
    least: bool


@dataclass(frozen=True, slots=True)
class WayOn:
    """What can be done against a no."""

    title: str
    text: str
    decided_in: str
    basis: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the way: its name and whose turn it is."""

    title: str
    turn: str


@dataclass(frozen=True, slots=True)
class Leaflet:
    """A procedure as a person who thinks of applying needs to know it."""

    id: str
    enabled: bool
    country: str
    title: str
    summary: str
    authority: str
    system: str
    allows: str
    not_allows: str
    cost: str
    cost_text: str
    fees: tuple[str, ...]
    time: str
    duration: str
    limits: tuple[Limit, ...]
    silence: str
    appeals: tuple[WayOn, ...]
    validity: str
    papers: tuple[Paper, ...]
    ways: tuple[Way, ...]
    standards: tuple[str, ...]
    work: str
    fitting: str
    notes: tuple[str, ...]
    laws: tuple[str, ...]
    sources: tuple[Source, ...]
    sure: Sure
    verification: str
    stages: tuple[Stage, ...]


def describe(view: ProcedureView, *, answers: Mapping[str, str], lacks: frozenset[str]) -> Leaflet:
    """The leaflet of a procedure for a person with these answers of the finder who lacks these kinds of evidence; both may be empty."""
    rules, words = view.definition, words_of(view.definition)
    procedure = rules.procedure
    known = _known(answers)
    papers = _papers(rules, words, known=known, lacks=lacks)
    fees = tuple(fee for fee in procedure.fees if _may_hold(fee.due_when, known))
    return Leaflet(
        id=rules.id, enabled=is_open(view), country=country_name(view.country), cost=_cost(fees), cost_text=words.text("cost"), fees=_fees(fees, rules, words),
        time=_time(rules), limits=tuple(_limits(rules, words)), appeals=tuple(_way_on(rules, words, each) for each in procedure.remedies.values()),
        validity=_validity(rules), papers=papers, ways=tuple(dict.fromkeys(way for paper in papers for way in paper.ways)), standards=_standards(rules),
        fitting=_fitting(rules, answers.get("work", "")),
        work=group_title(answers.get("work", "")) or "", notes=tuple(words.text(f"notes.{note}") for note in procedure.notes),
        laws=tuple(law.title for law in procedure.legal_basis), sources=procedure.sources, sure=SURE[procedure.confidence],
        verification=words.text("verification", date=day_text(procedure.verified_on, with_year=True)), stages=tuple(_stages(rules, words)),
        **{key: words.text(key) for key in ("title", "summary", "authority", "system", "allows", "not_allows", "duration", "silence")},
    )


def reasoned(rule: Rule) -> Reasoned:
    """A rule of the finder in the reader's language."""
    known = reference(data_dir("workflows")).sources
    sources = tuple(Source(name, known[name].title, known[name].url) for name in rule.basis if name in known)
    plain = {"procedure": _("The sources are those of the procedure."), "product_choice": _("choice of this service")}
    unsourced = "" if sources else plain.get(rule.basis[0], _("from memory, to be confirmed"))
    return Reasoned(rule.words[choose_language()], sources, unsourced, SURE[rule.confidence], rule.confidence == "high")


# ── cost


def _known(answers: Mapping[str, str]) -> Mapping[str, str]:
    """The answers that are also answers to fields of the form: papers and fees may depend on those."""
    named = {"study_level": answers.get("level", ""), "purpose": answers.get("purpose", "")}
    return {field: value for field, value in named.items() if value in FIELDS[field].values}


def _may_hold(conditions: Mapping[str, tuple[str, ...]], known: Mapping[str, str]) -> bool:
    """Whether nothing that is known speaks against the conditions."""
    return all(known.get(field, values[0]) in values for field, values in conditions.items())


def _amount(fee: Fee) -> str:
    return f"{fee.currency}\u00a0{number(fee.amount)}"


def _cost(fees: Sequence[Fee]) -> str:
    """The amounts; free only where the fee is known to be nothing."""
    amounts = list(dict.fromkeys(_amount(fee) for fee in fees if fee.amount))
    if amounts:
        return any_of(amounts)
    return _("Free") if fees else _("We found no amount")


def _fees(fees: Sequence[Fee], rules: Definition, words: Words) -> tuple[str, ...]:
    said = [words.text(f"fees.{fee.name}", amount=_amount(fee), year=fee.as_of) for fee in fees]
    return (*said, *(words.text(f"exemptions.{each.name}") for each in rules.procedure.exemptions))


# ── time


def _spans(deadline: Deadline) -> list[Span]:
    return [deadline.limit] if deadline.limit is not None else sorted(deadline.limit_by_route.values(), key=lambda span: span.count)


def _told(rules: Definition) -> list[Deadline]:
    """The limits of the first decision, and the least time; a limit on deciding an appeal is told with the appeal."""
    return [
        each for each in rules.deadlines.values() if each.kind in (ClockKind.STATUTORY, ClockKind.MINIMUM)
        and any(rules.states[state].waits_for is not Role.APPEALS_BODY for state in each.counts_in)
    ]


def _time(rules: Definition) -> str:
    """The limits that the law gives the institution, one for each route when they differ; otherwise the least time, said as such."""
    lawful = [span for each in _told(rules) if each.kind is ClockKind.STATUTORY for span in _spans(each)]
    least = [span for each in _told(rules) if each.kind is ClockKind.MINIMUM for span in _spans(each)]
    if lawful:
        return _in_one(lawful)
    return _("At least %(time)s", time=_in_one(least)) if least else _("We found no limit set by law")


def _in_one(spans: Sequence[Span]) -> str:
    """`60, 120 or 180 days` for limits in the same unit, otherwise each written out."""
    unique = list(dict.fromkeys(spans))
    if len({span.unit for span in unique}) > 1:
        return any_of([span_text(span) for span in unique])
    return any_of([*(number(span.count) for span in unique[:-1]), span_text(unique[-1])])


def _limits(rules: Definition, words: Words) -> Iterable[Limit]:
    order = in_order(rules)
    for each in _told(rules):
        named = [f"{words.text(f'routes.{name}.title')}: {span_text(span)}" for name, span in each.limit_by_route.items()]
        first = min(each.counts_in, key=order.index)
        yield Limit(
            title=words.text(f"clocks.{each.name}.title"), spans=tuple(named) or (span_text(_spans(each)[0]),), days=str(DAYS[_spans(each)[0].unit]),
            start=_start(each, words, first=first), basis=basis_text(rules, each.basis), least=each.kind is ClockKind.MINIMUM,
        )


def _start(deadline: Deadline, words: Words, *, first: str) -> str:
    if BEGIN in deadline.starts_with:
        return _("It begins on the day you begin the application.")
    if deadline.starts_with:
        return _("It begins with the step “%(move)s”.", move=words.text(f"moves.{deadline.starts_with[0]}.button"))
    return _("It begins with the stage “%(stage)s”.", stage=words.text(f"states.{first}.title"))


def basis_text(rules: Definition, basis: str | None) -> str:
    """The law or the source behind a number, by its title; how sure we are when there is none."""
    procedure = rules.procedure
    titles = {**{source.name: source.title for source in procedure.sources}, **{law.name: law.title for law in procedure.legal_basis}}
    return titles.get(basis or "", _("choice of this service") if basis == "product_choice" else _("from memory, to be confirmed") if basis else "")


# ── after the decision


def _way_on(rules: Definition, words: Words, remedy: Remedy) -> WayOn:
    text = words.text(f"remedies.{remedy.name}.text", **({"days": remedy.limit.count} if remedy.limit is not None else {}))
    decided = _("It is decided within %(time)s.", time=span_text(remedy.decision)) if remedy.decision is not None else ""
    return WayOn(words.text(f"remedies.{remedy.name}.title"), text, decided, basis_text(rules, remedy.basis))


def _validity(rules: Definition) -> str:
    validity = rules.certificate.validity
    if validity == "permanent":
        return _("It does not expire")
    if validity.endswith("_years"):
        return _years(int(validity.removesuffix("_years")))
    terms = sorted({standard.validity_years for standard in rules.standards.values() if standard.validity_years is not None})
    return any_of([_years(term) for term in terms]) if terms else _("It depends on the standard")


def _years(count: int) -> str:
    return ngettext("%(num)s year", "%(num)s years", count)


# ── papers, standards, stages


def _papers(rules: Definition, words: Words, *, known: Mapping[str, str], lacks: frozenset[str]) -> tuple[Paper, ...]:
    asked = [rule for rule in rules.evidence.values() if rule.at_least and rules.starts_in in rule.asked_in and _may_hold(rule.required_when, known)]
    return tuple(
        Paper(
            words.text(f"evidence.{rule.kind}.name"), words.text(f"evidence.{rule.kind}.hint"), not rule.required_when.keys() <= known.keys(),
            words.text(f"evidence.{rule.kind}.without"), _ways(rule, words), rule.kind in lacks,
        )
        for rule in asked
    )


def _ways(rule: EvidenceRule, words: Words) -> tuple[Way, ...]:
    """The other ways to show the same that the rules allow, best first."""
    return tuple(Way(words.text(f"ways.{way}.title"), words.text(f"ways.{way}.text")) for way in rule.instead)


def _standards(rules: Definition) -> tuple[str, ...]:
    library = surroundings().library.words(choose_language())
    return tuple(sorted(library.of(standard).text("title") for standard in rules.standards.values()))


def _fitting(rules: Definition, isco: str) -> str:
    """The standard for a person's work; empty when there is none or the work is not known."""
    library = surroundings().library.words(choose_language())
    return next((library.of(standard).text("title") for standard in rules.standards.values() if standard.isco == isco), "")


def _stages(rules: Definition, words: Words) -> Iterable[Stage]:
    """The main path alone: what else can happen stands in the drawing."""
    for name in main_path(rules):
        waits_for = rules.states[name].waits_for
        yield Stage(words.text(f"states.{name}.title"), words.text(f"roles.{waits_for}") if waits_for else "")
