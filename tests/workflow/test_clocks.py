"""Clocks: what they count, when they stop, and what they promise."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from credentialing.domain.calendars import DayType, Span, local_day
from credentialing.domain.people import SYSTEM
from credentialing.workflow.clocks import ClockView, clock, clocks
from credentialing.workflow.facts import Visit
from credentialing.workflow.law import Decision
from credentialing.workflow.model import ClockKind, Deadline, Definition
from tests.workflow.stories import (
    ANA,
    ASSESSOR,
    DECIDER,
    INTAKE,
    START,
    Story,
    codes,
    degree,
    degree_in_decision,
    degree_in_evaluation,
    degree_in_payment_check,
    fresh,
    judge_all,
    rpl,
    standing_in,
)


def view(story: Story, name: str) -> ClockView:
    """One clock of a story."""
    return clock(story.definition, story.facts, name=name)


def last_day(seen: ClockView) -> date:
    """The last whole day that is still in time, in Colombia."""
    assert seen.due_at is not None
    return local_day("CO", seen.due_at - timedelta(seconds=1))


def changed(deadline: Deadline) -> Definition:
    """The degree with one deadline replaced."""
    return replace(degree(), deadlines={**degree().deadlines, deadline.name: deadline})


def test_a_draft_runs_only_the_clock_of_preparing() -> None:
    assert [seen.name for seen in clocks(degree(), fresh(degree())) if seen.running] == ["prepare"]


def test_the_first_day_does_not_count_and_the_last_one_ends_at_midnight_in_bogota() -> None:
    seen = view(Story(degree()), "prepare")
    assert last_day(seen) == date(2026, 8, 29)
    assert seen.due_at == datetime(2026, 8, 30, 5, 0, tzinfo=UTC)


def test_a_clock_is_over_exactly_when_its_last_day_is_over() -> None:
    story = Story(degree())
    due = view(story, "prepare").due_at
    assert due is not None
    assert not view(story.now(now=due - timedelta(microseconds=1)), "prepare").overdue
    assert codes(story.attempt("lapse", SYSTEM)) == {"too_early"}
    assert view(story.now(now=due), "prepare").overdue
    assert isinstance(story.attempt("lapse", SYSTEM), Decision)


@pytest.mark.parametrize(("route", "days"), [(None, 180), ("accreditation", 60), ("precedent", 120), ("academic", 180)])
def test_the_limit_of_the_ministry_depends_on_the_route_and_promises_nothing_before_it_is_chosen(route: str | None, days: int) -> None:
    assert view(degree_in_evaluation().now(route=route), "ministry").limit == Span(days, DayType.CALENDAR)


def test_the_ministry_clock_begins_with_complete_papers_and_not_with_the_application() -> None:
    story = Story(degree()).do("submit", ANA).wait(days=9)
    assert (view(story, "ministry").used, view(story, "ministry").running) == (0, False)
    later = degree_in_payment_check().wait(days=9)
    assert (view(later, "ministry").used, view(later, "ministry").running) == (9, True)


def test_the_ministry_clock_stands_still_while_the_applicant_must_act() -> None:
    story = degree_in_payment_check().wait(days=3).find("receipt_matches", "not_paid", INTAKE)
    story.do("send_back_payment", INTAKE, grounds="Not readable.").wait(days=20)
    assert (view(story, "ministry").used, view(story, "ministry").running, view(story, "ministry").due_at) == (3, False, None)
    entered = story.do("pay", ANA).now(route="accreditation").facts.now
    assert last_day(view(story, "ministry")) == local_day("CO", entered) + timedelta(days=57)


def test_used_days_and_due_day_agree_over_many_visits() -> None:
    story = degree_in_decision().now(route="accreditation")
    for _ in range(2):
        story.wait(days=5).do("return_to_evaluation", DECIDER, grounds="Look again.").wait(days=4)
        story.do("propose", ASSESSOR, outcome="full", grounds="Fine.")
    seen = view(story, "ministry")
    assert seen.used == 18
    assert last_day(seen) == local_day("CO", story.facts.now) + timedelta(days=60 - 18)


def test_a_service_level_counts_working_days_only() -> None:
    story = Story(degree()).do("submit", ANA)  # Monday 2 March 2026
    assert last_day(view(story, "completeness")) == date(2026, 3, 16)
    assert view(story.wait(days=7), "completeness").used == 5


def test_a_holiday_does_not_count_as_a_working_day() -> None:
    story = Story(degree()).now(now=datetime(2026, 3, 16, 15, 0, tzinfo=UTC)).do("submit", ANA)  # 23 March 2026 is San José
    assert last_day(view(story, "completeness")) == date(2026, 3, 31)


def test_a_warning_comes_before_the_limit_and_never_before_the_state_began() -> None:
    seen = view(Story(degree()), "prepare")
    assert seen.warn_at is not None
    assert local_day("CO", seen.warn_at - timedelta(seconds=1)) == date(2026, 7, 30)
    nearly_over = degree_in_evaluation().now(route="accreditation")
    visits = (Visit("evaluation", START - timedelta(days=50), START - timedelta(days=2)), Visit("evaluation", START, None))
    assert view(nearly_over.now(visits=visits, now=START), "ministry").warn_at == START


def test_a_limit_in_hours_counts_the_very_hours() -> None:
    story = Story(degree(), state="issuing", visits=(Visit("issuing", START, None),))
    assert view(story, "seal").due_at == START + timedelta(hours=1)
    assert not view(story.wait(minutes=59), "seal").overdue
    assert view(story.wait(minutes=1), "seal").overdue


def test_a_limit_in_months_goes_date_to_date_and_still_pauses() -> None:
    definition = changed(replace(degree().deadlines["prepare"], limit=Span(1, DayType.MONTHS), warn_before=None))
    whole = clock(definition, fresh(definition), name="prepare")
    assert last_day(whole) == date(2026, 4, 2)
    assert whole.limit == Span(31, DayType.CALENDAR)
    visits = (Visit("draft", START, START + timedelta(days=10)), Visit("draft", START + timedelta(days=20), None))
    assert last_day(clock(definition, fresh(definition, visits=visits), name="prepare")) == date(2026, 4, 12)


@pytest.mark.parametrize(("kind", "last"), [(ClockKind.STATUTORY, date(2026, 1, 31)), (ClockKind.APPLICANT, date(2026, 3, 2))])
def test_a_limit_used_up_before_ended_then_but_an_applicant_who_must_act_again_has_today(kind: ClockKind, last: date) -> None:
    visits = (Visit("evaluation", START - timedelta(days=90), START - timedelta(days=5)), Visit("evaluation", START, None))
    facts = standing_in(degree(), "evaluation", route="accreditation")
    definition = changed(replace(degree().deadlines["ministry"], kind=kind))
    assert last_day(clock(definition, replace(facts, visits=visits), name="ministry")) == last


def test_a_decision_shows_the_clocks_as_they_will_stand() -> None:
    decision = Story(degree()).attempt("submit", ANA)
    assert isinstance(decision, Decision)
    running = {seen.name: seen for seen in decision.clocks if seen.running}
    assert set(running) == {"completeness"}
    assert running["completeness"].due_at is not None


def test_choosing_a_route_neither_stops_nor_restarts_the_clock() -> None:
    story = degree_in_evaluation().wait(days=6).do("choose_route", ASSESSOR, route="precedent").wait(days=1)
    assert view(story, "ministry").used == 7
    assert sum(visit.state == "evaluation" for visit in story.facts.visits) == 1


def test_the_silence_of_the_law_is_shown_with_its_basis() -> None:
    seen = view(degree_in_evaluation(), "ministry")
    assert (seen.kind, seen.silence, seen.basis, seen.then.tell) == ("statutory", "negative", "res_10687_2019", "decision_maker")


@pytest.mark.parametrize("definition", [degree(), rpl()], ids=["degree", "rpl"])
def test_in_every_state_that_waits_a_clock_runs(definition: Definition) -> None:
    for state in definition.states.values():
        if not state.final:
            running = [seen for seen in clocks(definition, standing_in(definition, state.name)) if seen.running]
            assert running, state.name
            assert all(seen.due_at for seen in running)


def test_no_clock_of_skills_pretends_to_come_from_the_law() -> None:
    assert {(seen.kind == "statutory", seen.basis) for seen in clocks(rpl(), fresh(rpl()))} == {(False, "product_choice")}


def test_a_limit_that_ended_in_an_earlier_state_stays_over_and_ended_then() -> None:
    story = degree_in_evaluation().wait(days=200)
    due = view(story, "ministry").due_at
    assert due is not None
    assert view(story, "ministry").overdue
    judge_all(story, ASSESSOR).do("choose_route", ASSESSOR, route="academic").do("propose", ASSESSOR, outcome="full", grounds="All criteria were judged.")
    assert story.facts.state == "decision_awaited"
    assert (view(story, "ministry").due_at, view(story, "ministry").overdue) == (due, True)


def test_a_limit_that_ended_on_a_weekend_before_the_state_changed_is_over_too() -> None:
    short = replace(degree().deadlines["completeness"], limit=Span(4, DayType.WORKING), counts_in=("completeness_check", "evaluation"))
    visits = (
        Visit("completeness_check", datetime(2026, 3, 2, 15, 0, tzinfo=UTC), datetime(2026, 3, 8, 15, 0, tzinfo=UTC)),  # Monday to Sunday: Friday was the last
        Visit("evaluation", datetime(2026, 3, 8, 15, 0, tzinfo=UTC), None),
    )
    facts = standing_in(degree(), "evaluation")
    seen = clock(changed(short), replace(facts, visits=visits, now=datetime(2026, 3, 8, 16, 0, tzinfo=UTC)), name="completeness")
    assert (last_day(seen), seen.overdue) == (date(2026, 3, 6), True)
