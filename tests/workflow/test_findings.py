"""Who may record which finding, when, and with which words."""

from collections.abc import Callable

import pytest

from credentialing.domain.people import SYSTEM, Actor, Role
from credentialing.workflow.law import judge_finding, recordable
from tests.workflow.stories import (
    ANA,
    ASSESSOR,
    INTAKE,
    OTHER,
    VERIFIER,
    Story,
    codes,
    degree,
    degree_in_evaluation,
    rpl_in_assessment,
    with_roles,
)


def sent() -> Story:
    """A degree just sent."""
    return Story(degree()).do("submit", ANA)


def in_verification() -> Story:
    """Skills that were judged."""
    return rpl_in_assessment().find("U1", "competent", ASSESSOR).find("U3", "competent", ASSESSOR).do("judge", ASSESSOR)


REFUSED: dict[str, tuple[Callable[[], Story], str, str, str, Actor, set[str]]] = {
    "an unknown subject": (sent, "E77", "good", "why", INTAKE, {"subject_unknown"}),
    "a value that the check does not know": (sent, "identity_confirmed", "maybe", "", INTAKE, {"value_unknown"}),
    "a check in another state": (degree_in_evaluation, "identity_confirmed", "confirmed", "", INTAKE, {"wrong_state"}),
    "a check by another role": (sent, "identity_confirmed", "confirmed", "", ASSESSOR, {"wrong_role"}),
    "a check by the system": (sent, "identity_confirmed", "confirmed", "", SYSTEM, {"wrong_role"}),
    "a check by an applicant": (sent, "identity_confirmed", "confirmed", "", OTHER, {"wrong_role"}),
    "a check on one's own case": (sent, "identity_confirmed", "confirmed", "", with_roles(ANA, Role.INTAKE_OFFICER), {"conflict"}),
    "a criterion without a reason": (degree_in_evaluation, "E1", "recognised", "  ", ASSESSOR, {"reason_missing"}),
    "a unit that the plan does not hold": (rpl_in_assessment, "U2", "competent", "why", ASSESSOR, {"subject_unknown"}),
    "a unit in another state": (in_verification, "U1", "competent", "why", ASSESSOR, {"wrong_state"}),
    "a portfolio checked by its assessor": (
        in_verification, "portfolio_checked", "in_order", "why", with_roles(ASSESSOR, Role.INTERNAL_VERIFIER), {"same_person"},
    ),
    "a portfolio checked without a reason": (in_verification, "portfolio_checked", "in_order", "", VERIFIER, {"reason_missing"}),
    "everything wrong at once": (degree_in_evaluation, "E1", "great", "", INTAKE, {"wrong_role", "value_unknown", "reason_missing"}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_finding_is_refused_with_every_reason(name: str) -> None:
    story, subject, value, reason, actor, expected = REFUSED[name]
    there = story()
    result = judge_finding(there.definition, there.facts, subject=subject, value=value, reason=reason, actor=actor)
    assert codes(result) == expected


def test_a_check_without_demanded_reason_needs_none() -> None:
    story = sent()
    assert judge_finding(story.definition, story.facts, subject="identity_confirmed", value="doubtful", reason="", actor=INTAKE) is None


def test_the_desk_learns_what_a_person_may_judge_now() -> None:
    assert recordable(degree(), sent().facts, actor=INTAKE) == ("identity_confirmed", "papers_readable", "legalisation_seen")
    here = degree_in_evaluation().facts
    assert recordable(degree(), here, actor=ASSESSOR) == ("conflict_declared", "precedent_searched", *(f"E{n}" for n in range(1, 10)))
    assert recordable(degree(), here, actor=INTAKE) == ()
    skills = rpl_in_assessment()
    assert recordable(skills.definition, skills.facts, actor=ASSESSOR) == ("U1", "U3")
