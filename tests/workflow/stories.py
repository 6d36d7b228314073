"""A case moved by hand: does with a decision what the services do with it, so that the law can be tested alone."""

import functools
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from credentialing.domain.errors import Reason
from credentialing.domain.people import SYSTEM, Actor, Role
from credentialing.workflow.facts import Deed, Facts, Finding, Visit
from credentialing.workflow.law import Decision, Refused, current_findings, decide, judge_finding
from credentialing.workflow.library import Library
from credentialing.workflow.model import Definition
from tests.house.sources import ROOT

WORKFLOWS: Path = ROOT / "workflows"
START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # a Monday, ten in the morning in Bogotá

ANA = Actor("ana", frozenset({Role.APPLICANT}))
OTHER = Actor("oscar", frozenset({Role.APPLICANT}))
INTAKE = Actor("ines", frozenset({Role.INTAKE_OFFICER}))
INTAKE_2 = Actor("ivan", frozenset({Role.INTAKE_OFFICER}))
ASSESSOR = Actor("aura", frozenset({Role.ASSESSOR}))
VERIFIER = Actor("vera", frozenset({Role.INTERNAL_VERIFIER}))
DECIDER = Actor("dario", frozenset({Role.DECISION_MAKER}))
GUIDE = Actor("gil", frozenset({Role.GUIDE}))
APPEALS = Actor("petra", frozenset({Role.APPEALS_BODY}))
APPEALS_2 = Actor("pablo", frozenset({Role.APPEALS_BODY}))
REGISTRAR = Actor("rosa", frozenset({Role.REGISTRAR}))
AUDITOR = Actor("abel", frozenset({Role.AUDITOR}))


def with_roles(actor: Actor, *roles: Role) -> Actor:
    """The same person in other roles."""
    return Actor(actor.person_id, frozenset(roles))


@functools.cache
def library() -> Library:
    """The library that we publish, read once."""
    return Library.load(WORKFLOWS)


@functools.cache
def degree() -> Definition:
    """Version 1 of the recognition of a degree."""
    return library().definition("co-degree-convalidacion", 1)


@functools.cache
def rpl() -> Definition:
    """Version 1 of the certification of skills."""
    return library().definition("co-rpl-sena-eccl", 1)


@functools.cache
def degree2() -> Definition:
    """Version 2 of the recognition of a degree: other ways, appeals, duties."""
    return library().definition("co-degree-convalidacion", 2)


@functools.cache
def rpl2() -> Definition:
    """Version 2 of the certification of skills: guide, unit certificates, another attempt."""
    return library().definition("co-rpl-sena-eccl", 2)


NAMED = "Ingeniería Civil"  # the title that a decider recognises
CHOICES = {"study_level": "undergraduate", "field_of_study": "engineering", "purpose": "employment"}


def fresh(definition: Definition, **changes: Any) -> Facts:
    """A case just begun by Ana, with every required answer and paper in place, changed as asked."""
    facts = Facts(
        state=definition.starts_in, revision=0, now=START, applicant_id="ana", visits=(Visit(definition.starts_in, START, None),), deeds=(),
        findings={}, evidence=dict.fromkeys(definition.evidence, 1), answers=frozenset(definition.fields),
        consents=frozenset({"processing"}), questions_drafted=0, questions_open=0, route=None,
        standard="structural-welding.v1" if definition.standards else None, units=(), proposal=None, certificate_sealed=False, choices=CHOICES,
    )
    return replace(facts, **changes)


def standing_in(definition: Definition, state: str, **changes: Any) -> Facts:
    """A case that stands in `state` now, without a past."""
    return fresh(definition, state=state, visits=(Visit(state, START, None),), **changes)


def found(subject: str, value: str, *, by: str, reasoned: bool = True) -> dict[str, Finding]:
    """One finding, as a mapping to be merged."""
    return {subject: Finding(subject, value, by, reasoned)}


def all_found(subjects: Mapping[str, str], *, by: str) -> dict[str, Finding]:
    """Reasoned findings by one person."""
    return {subject: Finding(subject, value, by, True) for subject, value in subjects.items()}


def codes(result: Decision | Refused | None) -> set[str]:
    """The codes of a refusal; the empty set for a decision."""
    return {reason.code for reason in result.reasons} if isinstance(result, Refused) else set()


def reasons(result: Decision | Refused | None) -> tuple[Reason, ...]:
    """The reasons of a refusal; none for a decision."""
    return result.reasons if isinstance(result, Refused) else ()


def carried(definition: Definition, facts: Facts, decision: Decision, *, by: Actor) -> Facts:
    """The facts after a decision was carried out, with what was given copied as the services copy it."""
    after = facts.after_move(move=decision.move, to_state=decision.to_state, by=by.person_id)
    given = decision.given
    if decision.move == "ask_once":
        after = replace(after, questions_open=after.questions_drafted, questions_drafted=0)
    return replace(
        after, route=given.get("route", after.route), proposal=given.get("outcome", after.proposal),
        units=tuple(given["units"].split()) if "units" in given else after.units,
        findings=current_findings(definition, after.findings, deeds=after.deeds),
    )


class Story:
    """A case that people act on, one after another; `facts` is how it stands."""

    def __init__(self, definition: Definition, **changes: Any) -> None:
        self.definition = definition
        self.facts = fresh(definition, **changes)

    def now(self, **changes: Any) -> "Story":
        """Something about the case is different now."""
        self.facts = replace(self.facts, **changes)
        return self

    def wait(self, **time: float) -> "Story":
        """Time passes."""
        return self.now(now=self.facts.now + timedelta(**time))

    def attempt(self, move: str, actor: Actor, **given: str) -> Decision | Refused:
        """What the law says to a move; nothing changes."""
        return decide(self.definition, self.facts, move=move, actor=actor, given=given)

    def do(self, move: str, actor: Actor, **given: str) -> "Story":
        """Make a move that must be lawful."""
        decision = self.attempt(move, actor, **given)
        assert isinstance(decision, Decision), (move, reasons(decision))
        self.facts = carried(self.definition, self.facts, decision, by=actor)
        return self

    def find(self, subject: str, value: str, actor: Actor) -> "Story":
        """Record a finding that must be lawful."""
        refused = judge_finding(self.definition, self.facts, subject=subject, value=value, reason="Seen on page 2.", actor=actor)
        assert refused is None, (subject, refused)
        assert actor.person_id is not None
        deeds = (*self.facts.deeds, Deed(subject, actor.person_id, self.facts.now))
        return self.now(findings={**self.facts.findings, **found(subject, value, by=actor.person_id)}, deeds=deeds)


def degree_in_payment_check() -> Story:
    """A degree whose papers were accepted and whose receipt has come."""
    story = Story(degree()).do("submit", ANA)
    story.find("identity_confirmed", "confirmed", INTAKE).find("papers_readable", "readable", INTAKE).find("legalisation_seen", "apostilled", INTAKE)
    return story.do("accept", INTAKE).wait(days=2).do("pay", ANA)


def judge_all(story: Story, actor: Actor) -> Story:
    """Settle everything that the evaluation of a degree asks for."""
    story.find("conflict_declared", "none", actor).find("precedent_searched", "found", actor)
    for criterion in story.definition.criteria.values():
        story.find(criterion.name, criterion.values[0], actor)
    return story


def degree_in_evaluation() -> Story:
    """A degree that is paid for and waits for an assessor."""
    return degree_in_payment_check().find("receipt_matches", "paid", INTAKE).do("confirm_payment", INTAKE)


def degree_in_decision(outcome: str = "full", *, assessor: Actor = ASSESSOR) -> Story:
    """A degree whose outcome is proposed."""
    story = judge_all(degree_in_evaluation(), assessor).do("choose_route", assessor, route="academic")
    return story.do("propose", assessor, outcome=outcome, grounds="All criteria were judged.")


def rpl_in_planning() -> Story:
    """Skills whose owner was admitted."""
    story = Story(rpl()).do("submit", ANA).find("identity_confirmed", "confirmed", INTAKE).find("experience_shown", "shown", INTAKE)
    return story.do("accept", INTAKE)


def rpl_in_assessment(*, assessor: Actor = ASSESSOR) -> Story:
    """Skills with an agreed plan for two units."""
    story = rpl_in_planning().find("conflict_declared", "none", assessor)
    return story.do("propose_plan", assessor, units="U1 U3", plan="Thursday at the workshop.").do("agree_plan", ANA)


def rpl_in_decision(value: str = "competent") -> Story:
    """Skills that were judged and verified."""
    story = rpl_in_assessment().find("U1", "competent", ASSESSOR).find("U3", value, ASSESSOR).do("judge", ASSESSOR)
    return story.find("portfolio_checked", "in_order", VERIFIER).do("verify", VERIFIER)


def issued(story: Story) -> Story:
    """Carry an approved case to its certificate."""
    return story.do("issue", REGISTRAR).now(certificate_sealed=True).do("certify", SYSTEM)
