"""What must be true before a move. Each guard returns everything unmet, never a bare yes or no; a definition names guards from GUARDS and nothing else."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TypeAlias

from credentialing.domain.errors import Reason
from credentialing.workflow.clocks import clock
from credentialing.workflow.facts import Facts
from credentialing.workflow.model import CheckRule, ClockKind, Definition, EvidenceRule, Standard
from credentialing.workflow.registry import FIELDS, REQUIRED_CONSENTS

Guard: TypeAlias = Callable[[Definition, Facts], tuple[Reason, ...]]


def is_required(rule: EvidenceRule, facts: Facts) -> bool:
    """Whether this kind of evidence is required, given the answers to choice fields."""
    return rule.at_least > 0 and all(facts.choices.get(field) in values for field, values in rule.required_when.items())


def evidence_asked(definition: Definition, facts: Facts) -> tuple[EvidenceRule, ...]:
    """The kinds of evidence that may be added in the present state, required or not, in the definition's order."""
    return tuple(rule for rule in definition.evidence.values() if facts.state in rule.asked_in)


def _evidence_complete(definition: Definition, facts: Facts) -> tuple[Reason, ...]:
    return tuple(
        Reason("evidence_missing", {"kind": rule.kind})
        for rule in definition.evidence.values()
        if facts.state in rule.asked_in and is_required(rule, facts) and facts.evidence.get(rule.kind, 0) < rule.at_least and not _other_way(rule, facts)
    )


def _other_way(rule: EvidenceRule, facts: Facts) -> bool:
    """Whether the applicant asks for another way to show it, and nobody has refused that."""
    finding = facts.findings.get(rule.waiver)
    return rule.kind in facts.waivers and (finding is None or finding.value == "granted")


def _asked_otherwise(definition: Definition, facts: Facts) -> Iterator[EvidenceRule]:
    """The other ways asked for that are decided in this state: one that is decided elsewhere must not hold up a case that came back here."""
    return (rule for rule in definition.evidence.values() if rule.kind in facts.waivers and facts.state in rule.waived_in)


def _refused_and_missing(rule: EvidenceRule, facts: Facts) -> bool:
    finding = facts.findings.get(rule.waiver)
    return finding is not None and finding.value == "refused" and is_required(rule, facts) and facts.evidence.get(rule.kind, 0) < rule.at_least


def _waivers_settled(definition: Definition, facts: Facts) -> tuple[Reason, ...]:
    """Every other way that the applicant asks for is decided, and whatever was refused has its paper."""
    asked = tuple(_asked_otherwise(definition, facts))
    undecided = tuple(Reason("waiver_open", {"kind": rule.kind}) for rule in asked if rule.waiver not in facts.findings)
    return undecided + tuple(Reason("waiver_refused", {"kind": rule.kind}) for rule in asked if _refused_and_missing(rule, facts))


def _a_waiver_refused(definition: Definition, facts: Facts) -> tuple[Reason, ...]:
    refused = any(_refused_and_missing(rule, facts) for rule in _asked_otherwise(definition, facts))
    return () if refused else (Reason("no_waiver_refused"),)


def _answers_complete(definition: Definition, facts: Facts) -> tuple[Reason, ...]:
    return tuple(Reason("answer_missing", {"field": name}) for name in definition.fields if FIELDS[name].required and name not in facts.answers)


def _consent_given(definition: Definition, facts: Facts) -> tuple[Reason, ...]:
    return tuple(Reason("consent_missing", {"consent": name}) for name in REQUIRED_CONSENTS if name not in facts.consents)


def _questions_drafted(definition: Definition, facts: Facts) -> tuple[Reason, ...]:
    return () if facts.questions_drafted > 0 else (Reason("questions_none"),)


def _letter_not_begun(definition: Definition, facts: Facts) -> tuple[Reason, ...]:
    """No question lies written and unsent: what an officer wanted to know is asked or taken out, never lost."""
    return (Reason("questions_not_sent", {"count": facts.questions_drafted}),) if facts.questions_drafted else ()


def _questions_answered(definition: Definition, facts: Facts) -> tuple[Reason, ...]:
    return (Reason("questions_unanswered", {"count": facts.questions_open}),) if facts.questions_open else ()


def _checks_here(definition: Definition, facts: Facts) -> Iterator[CheckRule]:
    return (check for check in definition.checks.values() if facts.state in check.done_in)


def _open_subject(subject: str, facts: Facts, *, code: str, key: str, reasoned: bool) -> Reason | None:
    finding = facts.findings.get(subject)
    if finding is None:
        return Reason(code, {key: subject})
    return Reason("reason_missing", {"subject": subject}) if reasoned and not finding.reasoned else None


def _checks_settled(definition: Definition, facts: Facts) -> tuple[Reason, ...]:
    found = (_open_subject(check.name, facts, code="check_open", key="check", reasoned=check.reasoned) for check in _checks_here(definition, facts))
    return tuple(reason for reason in found if reason)


def _failed(definition: Definition, facts: Facts) -> tuple[Reason, ...]:
    return tuple(
        Reason("check_failed", {"check": check.name, "value": facts.findings[check.name].value})
        for check in _checks_here(definition, facts)
        if check.name in facts.findings and facts.findings[check.name].value not in check.passes_with
    )


def _checks_passed(definition: Definition, facts: Facts) -> tuple[Reason, ...]:
    return _checks_settled(definition, facts) + _failed(definition, facts)


def _a_check_failed(definition: Definition, facts: Facts) -> tuple[Reason, ...]:
    return () if _failed(definition, facts) else (Reason("no_check_failed"),)


def _criteria_judged(definition: Definition, facts: Facts) -> tuple[Reason, ...]:
    found = (_open_subject(name, facts, code="criterion_open", key="criterion", reasoned=True) for name in definition.criteria)
    return tuple(reason for reason in found if reason)


def _route_chosen(definition: Definition, facts: Facts) -> tuple[Reason, ...]:
    return () if facts.route in definition.routes else (Reason("route_not_chosen"),)


def standard_of(definition: Definition, facts: Facts) -> Standard | None:
    """The standard that the case is judged against; None while none is chosen."""
    return definition.standards.get(facts.standard) if facts.standard else None


def _standard_chosen(definition: Definition, facts: Facts) -> tuple[Reason, ...]:
    return () if standard_of(definition, facts) else (Reason("standard_not_chosen"),)


def _units_known(definition: Definition, facts: Facts) -> tuple[Reason, ...]:
    if standard_of(definition, facts) is None:
        return (Reason("standard_not_chosen"),)
    return () if facts.units else (Reason("units_not_chosen"),)


def _units_judged(definition: Definition, facts: Facts) -> tuple[Reason, ...]:
    found = (_open_subject(unit, facts, code="unit_open", key="unit", reasoned=True) for unit in facts.units)
    return _units_known(definition, facts) + tuple(reason for reason in found if reason)


def _units_short(definition: Definition, facts: Facts) -> tuple[str, ...]:
    rule = definition.units_rule
    passing = rule.passes_with if rule else ()
    return tuple(unit for unit in facts.units if unit in facts.findings and facts.findings[unit].value not in passing)


def _all_units_competent(definition: Definition, facts: Facts) -> tuple[Reason, ...]:
    short = _units_short(definition, facts)
    return _units_judged(definition, facts) + ((Reason("units_not_competent", {"units": short}),) if short else ())


def _some_unit_not_competent(definition: Definition, facts: Facts) -> tuple[Reason, ...]:
    judged = _units_judged(definition, facts)
    return judged if judged or _units_short(definition, facts) else (Reason("units_all_competent"),)


def _units_shown(definition: Definition, facts: Facts) -> tuple[str, ...]:
    short = _units_short(definition, facts)
    return tuple(unit for unit in facts.units if unit in facts.findings and unit not in short)


def _some_unit_competent(definition: Definition, facts: Facts) -> tuple[Reason, ...]:
    judged = _units_judged(definition, facts)
    return judged if judged or _units_shown(definition, facts) else (Reason("units_none_competent"),)


def _no_unit_competent(definition: Definition, facts: Facts) -> tuple[Reason, ...]:
    shown = _units_shown(definition, facts)
    return _units_judged(definition, facts) + ((Reason("units_some_competent", {"units": shown}),) if shown else ())


def _silence_is_no(definition: Definition, facts: Facts) -> tuple[Reason, ...]:
    """A statutory time is over whose silence the law takes as a refusal: from then on the person may appeal, or wait."""
    for deadline in definition.deadlines.values():
        if deadline.kind is ClockKind.STATUTORY and deadline.silence == "negative" and clock(definition, facts, name=deadline.name).overdue:
            return ()
    return (Reason("no_silence"),)


def _appeal_in_time(definition: Definition, facts: Facts) -> tuple[Reason, ...]:
    """The time to appeal, where the definition sets one, is not over."""
    over = "appeal_time" in definition.deadlines and clock(definition, facts, name="appeal_time").overdue
    return (Reason("appeal_too_late"),) if over else ()


def _has_been_judged(definition: Definition, facts: Facts) -> bool:
    return any(visit.state in definition.judged_in for visit in facts.visits)


def _evaluation_begun(definition: Definition, facts: Facts) -> tuple[Reason, ...]:
    """The case has come to where it is judged: what was judged can be judged again."""
    return () if _has_been_judged(definition, facts) else (Reason("evaluation_not_begun"),)


def _evaluation_not_begun(definition: Definition, facts: Facts) -> tuple[Reason, ...]:
    """The case never came to where it is judged: whatever comes before must still be done."""
    return (Reason("evaluation_begun"),) if _has_been_judged(definition, facts) else ()


def _proposal_is(wanted: str, facts: Facts) -> tuple[Reason, ...]:
    if facts.proposal is None:
        return (Reason("proposal_missing"),)
    return () if facts.proposal == wanted else (Reason("proposal_differs", {"proposal": facts.proposal, "wanted": wanted}),)


def _proposal_full(definition: Definition, facts: Facts) -> tuple[Reason, ...]:
    return _proposal_is("full", facts)


def _proposal_partial(definition: Definition, facts: Facts) -> tuple[Reason, ...]:
    return _proposal_is("partial", facts)


def _proposal_conditional(definition: Definition, facts: Facts) -> tuple[Reason, ...]:
    return _proposal_is("conditional", facts)


def _proposal_advisory(definition: Definition, facts: Facts) -> tuple[Reason, ...]:
    return _proposal_is("advisory", facts)


def _proposal_issued(definition: Definition, facts: Facts) -> tuple[Reason, ...]:
    return _proposal_is("issued", facts)


def _proposal_not_issued(definition: Definition, facts: Facts) -> tuple[Reason, ...]:
    return _proposal_is("not_issued", facts)


def _proposal_denied(definition: Definition, facts: Facts) -> tuple[Reason, ...]:
    return _proposal_is("denied", facts)


def _certificate_sealed(definition: Definition, facts: Facts) -> tuple[Reason, ...]:
    return () if facts.certificate_sealed else (Reason("certificate_not_sealed"),)


GUARDS: Mapping[str, Guard] = MappingProxyType(
    {
        "evidence_complete": _evidence_complete,
        "answers_complete": _answers_complete,
        "consent_given": _consent_given,
        "questions_drafted": _questions_drafted,
        "letter_not_begun": _letter_not_begun,
        "questions_answered": _questions_answered,
        "checks_settled": _checks_settled,
        "checks_passed": _checks_passed,
        "a_check_failed": _a_check_failed,
        "criteria_judged": _criteria_judged,
        "route_chosen": _route_chosen,
        "standard_chosen": _standard_chosen,
        "units_judged": _units_judged,
        "all_units_competent": _all_units_competent,
        "some_unit_not_competent": _some_unit_not_competent,
        "some_unit_competent": _some_unit_competent,
        "no_unit_competent": _no_unit_competent,
        "waivers_settled": _waivers_settled,
        "a_waiver_refused": _a_waiver_refused,
        "silence_is_no": _silence_is_no,
        "appeal_in_time": _appeal_in_time,
        "evaluation_begun": _evaluation_begun,
        "evaluation_not_begun": _evaluation_not_begun,
        "proposal_full": _proposal_full,
        "proposal_partial": _proposal_partial,
        "proposal_conditional": _proposal_conditional,
        "proposal_advisory": _proposal_advisory,
        "proposal_issued": _proposal_issued,
        "proposal_not_issued": _proposal_not_issued,
        "proposal_denied": _proposal_denied,
        "certificate_sealed": _certificate_sealed,
    }
)
