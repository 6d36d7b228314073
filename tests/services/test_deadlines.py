"""Limits are acted on at the right minute, once: warned, told, or moved by the system; and a letter stops the institution's clock."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from credentialing.domain.calendars import DayType, Span, add_span
from credentialing.domain.errors import CredentialingError
from credentialing.domain.people import Role
from credentialing.services import deadlines
from credentialing.services.assessing import answer_question, draft_question
from credentialing.services.deadlines import look_at, sweep
from credentialing.storage.records import AuditEvent
from credentialing.workflow.clocks import ClockView
from tests.services.stage import World

MINUTE = timedelta(minutes=1)


def told(world: World, case_id: str, *, of: str = "deadline") -> list[tuple[str, str]]:
    rows = world.rows(sa.select(AuditEvent).where(AuditEvent.case_id == case_id).order_by(AuditEvent.position))
    return [(row.event, row.details["clock"]) for row in rows if row.event.startswith(of)]


def clock(world: World, case_id: str, name: str) -> ClockView:
    return next(view for view in world.view(case_id).clocks if view.name == name)


def letters(world: World) -> int:
    world.run_jobs()
    return sum("fecha" in letter.subject or "date" in letter.subject for letter in world.messages.sent)


def test_the_applicant_is_warned_once_and_the_case_rests_at_the_minute_and_not_before(world: World) -> None:
    case_id = world.degree("answer_awaited", letter=True)
    view, before = clock(world, case_id, "answer"), letters(world)
    assert view.warn_at is not None
    assert view.due_at == add_span("CO", world.clock.now(), Span(30, DayType.CALENDAR))
    seen = []
    for moment in (view.warn_at - MINUTE, view.warn_at, view.warn_at + MINUTE, view.due_at - MINUTE):
        world.clock.set(moment)
        sweep(world.office)
        sweep(world.office)
        seen.append((world.case(case_id).state, told(world, case_id), letters(world) - before))
    warned = [("deadline_warned", "answer")]
    assert seen == [("answer_awaited", [], 0), *[("answer_awaited", warned, 1)] * 3]
    world.clock.set(view.due_at)
    sweep(world.office)
    case = world.case(case_id)
    assert (case.state, case.outcome, case.closed_at) == ("resting", None, None)  # nothing is lost: it can be opened again for a year
    assert (case.due_at, case.wake_at) == (clock(world, case_id, "resting").due_at, clock(world, case_id, "resting").warn_at)
    assert told(world, case_id) == [*warned, ("deadline_passed", "answer")]
    assert world.events(case_id)[-2:] == ["deadline_passed", "case_moved"]


def test_the_warning_names_the_last_day_on_which_one_may_still_act(world: World) -> None:
    case_id = world.degree("answer_awaited", letter=True)  # asked on 2 March, thirty days: until the end of 1 April
    view = clock(world, case_id, "answer")
    assert view.due_at == datetime(2026, 4, 2, 5, 0, tzinfo=UTC)  # midnight in Bogotá
    assert view.warn_at is not None
    world.clock.set(view.warn_at)
    sweep(world.office)
    world.run_jobs()
    assert "1 de abril de 2026" in world.messages.sent[-1].body


def test_an_office_that_is_late_is_told_once_and_the_case_goes_on(world: World) -> None:
    case_id = world.degree("completeness_check")
    view, before = clock(world, case_id, "completeness"), letters(world)
    assert view.due_at == add_span("CO", world.clock.now(), Span(10, DayType.WORKING))
    for moment in (view.warn_at, view.due_at - MINUTE, view.due_at, view.due_at + MINUTE, view.due_at + timedelta(days=30)):
        world.clock.set(moment)
        sweep(world.office)
    assert told(world, case_id) == [("deadline_warned", "completeness"), ("deadline_passed", "completeness")]
    assert (world.case(case_id).state, letters(world)) == ("completeness_check", before)  # applicants get no letter about our delay
    assert world.case(case_id).due_at == view.due_at  # it still stands first in the queue
    assert world.case(case_id).wake_at is None


def test_two_limits_that_run_in_one_state_are_told_each_once(world: World) -> None:
    case_id = world.degree("decision_awaited")
    law, own = clock(world, case_id, "ministry"), clock(world, case_id, "decide")
    assert own.due_at < law.warn_at
    while world.clock.now() < law.due_at + timedelta(days=3):
        world.clock.advance(timedelta(days=1))
        sweep(world.office)
    assert sorted(told(world, case_id)) == sorted((event, name) for event in ("deadline_warned", "deadline_passed") for name in ("ministry", "decide"))


def test_a_warning_is_not_repeated_when_another_limit_of_the_same_state_rings(world: World) -> None:
    case_id = world.degree("evaluation")
    world.clock.advance(timedelta(days=160))
    world.evaluate(case_id)
    law, own = clock(world, case_id, "ministry"), clock(world, case_id, "decide")
    assert law.warn_at < own.warn_at < law.due_at
    while world.clock.now() < own.due_at:
        world.clock.advance(timedelta(hours=6))
        sweep(world.office)
    assert told(world, case_id)[:2] == [("deadline_warned", "ministry"), ("deadline_warned", "decide")]
    assert told(world, case_id).count(("deadline_warned", "ministry")) == 1


def test_a_letter_pauses_the_clock_of_the_office_and_the_days_used_are_kept(world: World) -> None:
    case_id = world.degree("completeness_check", letter=True)
    world.clock.advance(timedelta(days=4))  # from Monday 2 March to Friday 6 March: four working days are used
    used = clock(world, case_id, "completeness").used
    _ask_and_answer(world, case_id, wait=timedelta(days=20))
    view = clock(world, case_id, "completeness")
    assert (used, view.used, view.running) == (4, 4, True)
    assert view.due_at == add_span("CO", world.clock.now(), Span(6, DayType.WORKING))
    assert not clock(world, case_id, "answer").running


def _ask_and_answer(world: World, case_id: str, *, wait: timedelta) -> None:
    officer, owner = world.staff[Role.INTAKE_OFFICER], world.owner(case_id)
    question = draft_question(world.office, actor=officer, case_id=case_id, about=None, text="¿En qué año terminó?")
    world.move(officer, case_id, "ask_once")
    world.clock.advance(wait)
    answer_question(world.office, actor=owner, case_id=case_id, question_id=question, text="En 2014.")
    world.move(owner, case_id, "answer")


def test_an_answer_in_time_stops_the_limit_for_good(world: World) -> None:
    case_id = world.degree("completeness_check")
    _ask_and_answer(world, case_id, wait=timedelta(days=29))
    world.clock.advance(timedelta(days=5))
    sweep(world.office)
    assert world.case(case_id).state == "completeness_check"


def test_silence_on_a_letter_about_skills_goes_on_with_what_there_is(world: World) -> None:
    case_id = world.skills("answer_awaited", letter=True)
    world.clock.set(clock(world, case_id, "answer").due_at)
    sweep(world.office)
    assert world.case(case_id).state == "screening"
    assert told(world, case_id) == [("deadline_passed", "answer")]


def test_a_warning_that_falls_due_in_the_moment_of_entering_is_given(world: World) -> None:
    case_id = world.degree("answer_awaited", letter=True)
    world.clock.advance(timedelta(days=25))  # of thirty; the warning comes seven days before the end
    sweep(world.office)
    assert told(world, case_id) == [("deadline_warned", "answer")]
    owner, count = world.owner(case_id), letters(world)
    world.move(owner, case_id, "postpone")
    world.clock.advance(timedelta(days=90))
    sweep(world.office)
    assert told(world, case_id)[1:] == []  # the limit rests while the person does
    world.move(owner, case_id, "resume")
    assert world.case(case_id).wake_at == world.clock.now()
    sweep(world.office)
    assert told(world, case_id)[1:] == [("deadline_warned", "answer")]
    assert letters(world) == count + 1


def test_a_route_that_is_shorter_than_the_time_already_used_is_told_at_once(world: World) -> None:
    case_id = world.degree("evaluation")
    world.clock.advance(timedelta(days=70))
    sweep(world.office)
    assert told(world, case_id) == []  # 180 days while no route is chosen
    world.move(world.staff[Role.ASSESSOR], case_id, "choose_route", route="accreditation")  # 60 days
    sweep(world.office)
    sweep(world.office)
    assert told(world, case_id) == [("deadline_passed", "ministry")]


def test_a_draft_that_is_forgotten_rests_then_lapses_and_says_so_both_times(world: World) -> None:
    case_id = world.degree("draft")
    seen = []
    for days in (181, 366):
        world.clock.advance(timedelta(days=days))
        sweep(world.office)
        world.run_jobs()
        seen.append((world.case(case_id).state, len(world.messages.sent)))
    assert seen == [("resting", 1), ("lapsed", 2)]


def test_one_case_in_disorder_does_not_hold_up_the_others(world: World) -> None:
    first, second = world.degree("draft"), world.degree("draft")
    with world.office.transaction() as session:
        session.execute(sa.text("UPDATE recognition_case SET digest = 'lost', wake_at = opened_at WHERE id = :id"), {"id": first})
    world.clock.advance(timedelta(days=181))
    with pytest.raises(CredentialingError):
        sweep(world.office)
    assert (world.case(first).state, world.case(second).state) == ("draft", "resting")


def test_a_sweep_takes_the_longest_waiting_first_and_leaves_the_rest_for_the_next(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadlines, "AT_ONCE", 2)
    cases = []
    for _ in range(3):
        cases.append(world.degree("draft"))
        world.clock.advance(timedelta(days=1))
    world.clock.advance(timedelta(days=200))
    counts = [sweep(world.office) for _ in range(3)]
    assert counts == [2, 1, 0]
    assert {world.case(case_id).state for case_id in cases} == {"resting"}


def test_looking_before_the_alarm_or_after_the_end_does_nothing(world: World) -> None:
    case_id = world.degree("completeness_check")
    before = world.everything()
    look_at(world.office, case_id=case_id)
    assert world.everything() == before


def test_no_state_in_which_a_case_can_rest_is_without_a_limit(world: World) -> None:
    """A case without a running clock would fall out of the queue and wait for ever."""
    without = [
        (view.id, state.name)
        for view in world.office.library.procedures()
        for state in view.definition.states.values()
        if state.final is None and not any(state.name in deadline.counts_in for deadline in view.definition.deadlines.values())
    ]
    assert without == []
