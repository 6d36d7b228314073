"""What the law makes of silence is acted on at the minute, told once, and counted in the days of each country."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from credentialing.domain.calendars import DayType, Span, add_span
from credentialing.domain.errors import RefusedError
from credentialing.domain.people import Actor, Role
from credentialing.services.assessing import answer_question, draft_question
from credentialing.services.deadlines import sweep
from credentialing.services.demonstration import Course
from credentialing.services.queueing import queue
from credentialing.storage.records import AuditEvent
from credentialing.workflow.clocks import ClockView
from tests.services.stage import World

MINUTE = timedelta(minutes=1)
NO, YES, LATE = "nuestro plazo terminó", "la ley dice que sí", "vamos con retraso"


def clock(world: World, case_id: str, name: str) -> ClockView:
    return next(view for view in world.view(case_id).clocks if view.name == name)


def subjects(world: World) -> list[str]:
    """What each letter so far was about."""
    world.run_jobs()
    return [letter.subject.partition(": ")[2] for letter in world.messages.sent]


def passed(world: World, case_id: str) -> list[tuple[str, str]]:
    """The limits that the trail says are over, with what silence means."""
    rows = world.rows(sa.select(AuditEvent).where(AuditEvent.case_id == case_id, AuditEvent.event == "deadline_passed").order_by(AuditEvent.position))
    return [(row.details["clock"], row.details.get("silence", "")) for row in rows]


def reasons(world: World, case_id: str, move: str) -> list[str]:
    """Why the applicant cannot make a move; [] when they can."""
    return [reason.code for offer in world.view(case_id).offers if offer.move == move for reason in offer.reasons]


def at(world: World, moment: datetime | None) -> None:
    """The worker looks at this moment, twice."""
    assert moment is not None
    world.clock.set(moment)
    sweep(world.office)
    sweep(world.office)


def test_in_colombia_silence_is_a_no_from_the_minute_on_and_the_ministry_must_still_decide(world: World) -> None:
    case_id = world.degree("decision_awaited")
    due = clock(world, case_id, "ministry").due_at
    assert due == datetime(2026, 8, 30, 5, 0, tzinfo=UTC)  # 180 days after 2 March, midnight in Bogotá
    at(world, due - MINUTE)
    assert (reasons(world, case_id, "appeal_silence"), subjects(world).count(NO)) == (["no_silence"], 0)
    at(world, due)
    assert (reasons(world, case_id, "appeal_silence"), subjects(world).count(NO)) == ([], 1)
    assert passed(world, case_id)[-1] == ("ministry", "negative")
    assert "29 de agosto de 2026" in next(letter.body for letter in world.messages.sent if NO in letter.subject)
    world.clock.advance(timedelta(days=30))
    sweep(world.office)
    world.move(world.staff[Role.DECISION_MAKER], case_id, "grant", recognised_as="Ingeniería Civil")
    assert (world.case(case_id).state, subjects(world).count(NO)) == ("ready_to_issue", 1)


def test_whoever_appeals_against_silence_is_heard_by_the_appeals_body(world: World) -> None:
    case_id = world.degree("evaluation")
    owner = world.owner(case_id)
    with pytest.raises(RefusedError) as caught:
        world.move(owner, case_id, "appeal_silence", remedy="reposicion", grounds="Nadie me ha respondido.")
    assert [reason.code for reason in caught.value.reasons] == ["no_silence"]
    at(world, clock(world, case_id, "ministry").due_at)
    assert world.move(owner, case_id, "appeal_silence", remedy="reposicion", grounds="Nadie me ha respondido.").state == "appeal_review"


def test_silence_is_told_once_whatever_state_follows_and_even_if_somebody_was_quicker_than_the_worker(world: World) -> None:
    case_id = world.degree("evaluation")
    due = clock(world, case_id, "ministry").due_at
    assert due is not None
    world.clock.set(due + MINUTE)
    world.evaluate(case_id)  # a minute after the end, before anybody looked
    assert subjects(world).count(NO) == 0
    at(world, due + 2 * MINUTE)
    world.move(world.staff[Role.DECISION_MAKER], case_id, "return_to_evaluation", grounds="Falta el plan de estudios.")
    at(world, due + timedelta(days=40))
    assert (subjects(world).count(NO), passed(world, case_id).count(("ministry", "negative"))) == (1, 1)
    assert reasons(world, case_id, "appeal_silence") == []


def test_in_peru_thirty_working_days_step_over_easter_and_rest_while_a_letter_waits_for_its_answer(world: World) -> None:
    case_id = world.degree("completeness_check", procedure="pe-degree-reconocimiento")
    assert clock(world, case_id, "authority").due_at == datetime(2026, 4, 16, 5, 0, tzinfo=UTC)  # from Monday 2 March; 2 and 3 April are holidays
    world.clock.set(datetime(2026, 3, 9, 15, 0, tzinfo=UTC))  # five working days are used
    officer, owner = world.staff[Role.INTAKE_OFFICER], world.owner(case_id)
    question = draft_question(world.office, actor=officer, case_id=case_id, about=None, text="¿En qué año terminó?")
    world.move(officer, case_id, "ask_once")
    world.clock.set(datetime(2026, 3, 11, 15, 0, tzinfo=UTC))
    answer_question(world.office, actor=owner, case_id=case_id, question_id=question, text="En 2014.")
    world.move(owner, case_id, "answer")
    view = clock(world, case_id, "authority")
    assert (view.used, view.due_at) == (5, add_span("PE", world.clock.now(), Span(25, DayType.WORKING)))
    at(world, view.due_at)
    assert (passed(world, case_id)[-1], subjects(world).count(NO)) == (("authority", "negative"), 1)
    assert reasons(world, case_id, "appeal_silence") == []


def test_in_ecuador_silence_is_a_yes_that_two_people_confirm(world: World) -> None:
    case_id = world.degree("decision_awaited", procedure="ec-degree-reconocimiento")
    due = clock(world, case_id, "authority").due_at
    assert due == datetime(2026, 4, 15, 5, 0, tzinfo=UTC)  # thirty working days after 2 March; Good Friday is none
    at(world, due - MINUTE)
    assert world.case(case_id).state == "decision_awaited"
    at(world, due)
    assert (world.case(case_id).state, passed(world, case_id)[-1], subjects(world).count(YES)) == ("silence_confirmation", ("authority", "positive"), 1)
    first, second = world.staff[Role.DECISION_MAKER], world.story.second[Role.DECISION_MAKER]
    world.move(first, case_id, "confirm_silence", recognised_as="Ingeniería Civil", grounds="El plazo se cumplió.")
    with pytest.raises(RefusedError) as caught:
        world.move(first, case_id, "countersign_silence")
    assert {reason.code for reason in caught.value.reasons} == {"same_person"}
    assert world.move(second, case_id, "countersign_silence").state == "ready_to_issue"
    assert (world.case(case_id).decision, world.case(case_id).decided_by) == ("countersign_silence", second.person_id)


def test_in_brazil_the_law_makes_nothing_of_silence_and_the_person_is_told_of_the_delay(world: World) -> None:
    case_id = world.degree("evaluation", procedure="br-degree-revalidacao")
    at(world, clock(world, case_id, "authority").due_at)
    assert (passed(world, case_id)[-1], subjects(world).count(LATE), subjects(world).count(NO)) == (("authority", "none"), 1, 0)
    assert "Evaluación" in next(letter.body for letter in world.messages.sent if LATE in letter.subject)
    assert world.case(case_id).state == "evaluation"


def test_a_least_time_is_never_overdue_and_nobody_is_told_of_its_end(world: World) -> None:
    case_id = world.degree("evaluation", procedure="gy-degree-nac")
    least, own = clock(world, case_id, "least"), clock(world, case_id, "evaluation")
    assert least.due_at is not None
    assert own.due_at is not None
    assert (least.running, least.due_at < own.due_at, world.case(case_id).due_at) == (True, True, own.due_at)
    before = subjects(world)
    at(world, least.due_at + timedelta(days=1))
    assert (passed(world, case_id), subjects(world), clock(world, case_id, "least").overdue) == ([], before, False)
    assert queue(world.office, actor=world.staff[Role.ASSESSOR], procedure="gy-degree-nac").rows[0].clock == clock(world, case_id, "evaluation")


def test_goals_of_the_service_that_are_missed_concern_the_staff_alone(world: World) -> None:
    case_id = world.degree("completeness_check")
    before = subjects(world)
    at(world, clock(world, case_id, "completeness").due_at)
    assert (passed(world, case_id), subjects(world)) == ([("completeness", "")], before)


def test_the_time_to_appeal_is_told_before_and_after_its_end_and_nobody_appeals_later(world: World) -> None:
    case_id = world.degree("refusal_told", refused=True)
    view, owner = clock(world, case_id, "appeal_time"), world.owner(case_id)
    assert view.due_at == datetime(2026, 3, 17, 5, 0, tzinfo=UTC)  # ten working days after 2 March
    before = subjects(world)
    at(world, view.warn_at)
    assert subjects(world)[len(before) :] == ["se acerca una fecha"]
    assert "16 de marzo de 2026" in world.messages.sent[-1].body
    at(world, view.due_at - MINUTE)
    assert reasons(world, case_id, "appeal") == []
    at(world, view.due_at)
    assert subjects(world)[len(before) :] == ["se acerca una fecha", "su plazo para apelar terminó"]
    with pytest.raises(RefusedError) as caught:
        world.move(owner, case_id, "appeal", remedy="reposicion", grounds="Quiero que lo revisen.")
    assert [reason.code for reason in caught.value.reasons] == ["appeal_too_late"]
    at(world, clock(world, case_id, "refusal_stands").due_at)
    assert (world.case(case_id).state, world.case(case_id).outcome) == ("denied", "refused")


def test_an_appeal_stops_its_clock_and_a_late_decision_on_it_is_told(world: World) -> None:
    case_id = world.degree("appeal_review", course=Course(outcome="refused", appeals=True, declared=True))
    assert not clock(world, case_id, "appeal_time").running
    at(world, clock(world, case_id, "appeal_decision").due_at)
    assert (passed(world, case_id)[-1], subjects(world).count(LATE)) == (("appeal_decision", "none"), 1)
    member = world.staff[Role.APPEALS_BODY]
    world.clock.advance(MINUTE)
    world.move(member, case_id, "report_appeal", appeal_opinion="uphold", grounds="Los hallazgos están bien fundados.")
    at(world, world.clock.now() + timedelta(days=3))
    assert subjects(world).count(LATE) == 1
    with pytest.raises(RefusedError):
        world.move(Actor(member.person_id, member.roles), case_id, "uphold", grounds="Se mantiene.")
