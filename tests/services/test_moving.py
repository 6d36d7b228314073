"""Every change of state goes through one door: compared with what was seen, judged by the law, written whole or not at all."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
import sqlalchemy as sa

from credentialing.adapters.doubles import MemoryJobs
from credentialing.domain.errors import ConflictError, CredentialingError, NotFoundError, RefusedError
from credentialing.domain.people import Actor, Role
from credentialing.services import moving
from credentialing.services.applying import open_case
from credentialing.services.demonstration import DEGREE
from credentialing.services.gathering import case_for
from credentialing.services.moving import make_move
from credentialing.storage.records import ActText, AuditEvent, VisitRecord
from tests.office import applicant
from tests.services.stage import World


class BrokenJobs(MemoryJobs):
    """A queue that is full or away."""

    def enqueue(self, session: object, name: str, job_id: str, arguments: Mapping[str, str]) -> None:
        raise OSError("the queue is away")


def test_a_move_that_saw_an_older_revision_is_a_conflict_and_writes_nothing(world: World) -> None:
    case_id = world.degree("completeness_check")
    before, seen = world.everything(), world.case(case_id).revision
    for revision in (seen - 1, seen + 1):
        with pytest.raises(ConflictError):
            make_move(world.office, actor=world.owner(case_id), case_id=case_id, move="withdraw", seen_revision=revision, given={})
    assert world.everything() == before
    assert world.jobs.waiting == ()


def test_a_refused_move_names_every_reason_and_writes_nothing(world: World) -> None:
    case_id = world.degree("evaluation")
    before = world.everything()
    with pytest.raises(RefusedError) as caught:
        world.move(world.staff[Role.ASSESSOR], case_id, "propose", outcome="perhaps")
    told = {(reason.code, *reason.details.values()) for reason in caught.value.reasons}
    assert {("criterion_open", f"E{n}") for n in range(1, 10)} | {
        ("check_open", "knowledge_shown"), ("check_open", "precedent_searched"), ("route_not_chosen",),
        ("given_not_a_choice", "outcome"), ("given_missing", "grounds"),
    } == told  # fmt: skip
    assert world.everything() == before
    assert world.jobs.waiting == ()


def test_a_case_of_somebody_else_is_not_there_at_all(world: World) -> None:
    case_id = world.degree("completeness_check")
    stranger = applicant(world.office, contact="+573005550999")
    before = world.everything()
    for case, actor in ((case_id, stranger), ("0" * 32, world.owner(case_id)), (case_id, world.staff[Role.AUDITOR])):
        with pytest.raises(NotFoundError) as caught:
            make_move(world.office, actor=actor, case_id=case, move="withdraw", seen_revision=1, given={})
        assert str(caught.value) == "no such case"
    assert world.everything() == before


def test_what_was_never_sent_is_the_applicants_alone(world: World) -> None:
    case_id = world.degree("completeness_check")
    with world.office.transaction() as session:
        session.execute(sa.text("UPDATE recognition_case SET sent_at = NULL"))
    with pytest.raises(NotFoundError):
        world.move(world.staff[Role.INTAKE_OFFICER], case_id, "accept")
    assert world.view(case_id).state == "completeness_check"


def test_a_move_writes_its_state_visit_event_alarm_text_and_jobs_together(world: World) -> None:
    case_id = world.degree("decision_awaited")
    revision, decider = world.case(case_id).revision, world.staff[Role.DECISION_MAKER]
    moved = world.move(decider, case_id, "grant", recognised_as="Ingeniería Civil")
    case = world.case(case_id)
    assert (moved, case.state, case.waits_for) == (moving.Moved("ready_to_issue", revision + 1), "ready_to_issue", "registrar")
    assert (case.decision, case.decided_by, case.decided_at) == ("grant", decider.person_id, world.clock.now())
    assert case.due_at is not None
    assert case.wake_at is not None
    assert world.clock.now() < case.wake_at < case.due_at  # the warning comes before the limit
    visits = world.rows(sa.select(VisitRecord).where(VisitRecord.case_id == case_id).order_by(VisitRecord.position))
    event = world.rows(sa.select(AuditEvent).where(AuditEvent.case_id == case_id).order_by(AuditEvent.position))[-1]
    texts = world.rows(sa.select(ActText).where(ActText.case_id == case_id, ActText.revision == revision + 1))
    assert [(visit.state, visit.left_at is None) for visit in visits][-2:] == [("decision_awaited", False), ("ready_to_issue", True)]
    assert [visit.position for visit in visits] == list(range(len(visits)))
    assert (event.event, event.person_id, event.role, event.revision) == ("case_moved", decider.person_id, "decision_maker", revision + 1)
    assert event.details == {"move": "grant", "from": "decision_awaited", "to": "ready_to_issue"}
    assert [(text.field, b"Ingenier" in text.sealed) for text in texts] == [("recognised_as", False)]
    assert [(job.name, job.arguments["effect"], job.arguments["case_id"]) for job in world.jobs.waiting] == [("effect", "send_news", case_id)]


def test_a_move_that_cannot_be_enqueued_leaves_nothing_behind(world: World) -> None:
    case_id = world.degree("decision_awaited")
    before = world.everything()
    broken = replace(world.office, jobs=BrokenJobs())
    with pytest.raises(OSError, match="away"):
        make_move(
            broken, actor=world.staff[Role.DECISION_MAKER], case_id=case_id, move="grant",
            seen_revision=world.case(case_id).revision, given={"recognised_as": "Ingeniería Civil"},
        )  # fmt: skip
    assert world.everything() == before
    assert world.move(world.staff[Role.DECISION_MAKER], case_id, "grant", recognised_as="Ingeniería Civil").state == "ready_to_issue"


def test_a_move_within_a_state_keeps_the_visit_open_and_still_raises_the_revision(world: World) -> None:
    case_id = world.degree("evaluation")
    revision = world.case(case_id).revision
    world.move(world.staff[Role.ASSESSOR], case_id, "choose_route", route="precedent")
    with world.office.reading() as session:
        visits = session.scalars(sa.select(VisitRecord.state).where(VisitRecord.case_id == case_id).order_by(VisitRecord.position)).all()
    assert visits[-2:] == ["payment_check", "evaluation"]
    assert (world.case(case_id).revision, world.case(case_id).route) == (revision + 1, "precedent")


def test_the_systems_own_moves_follow_in_the_same_transaction(world: World) -> None:
    case_id = world.degree("ready_to_issue")
    world.move(world.staff[Role.REGISTRAR], case_id, "issue")
    assert world.case(case_id).state == "issuing"
    world.run_jobs()
    case = world.case(case_id)
    assert (case.state, case.outcome, case.waits_for, case.due_at, case.wake_at) == ("certified", "granted", "", None, None)
    assert case.closed_at == world.clock.now()


def test_sending_back_for_more_work_decides_nothing(world: World) -> None:
    case_id = world.degree("decision_awaited")
    world.move(world.staff[Role.DECISION_MAKER], case_id, "return_to_evaluation", grounds="Falta mirar el plan de estudios.")
    case = world.case(case_id)
    assert (case.state, case.decision, case.decided_by, case.decided_at) == ("evaluation", None, None, None)


def test_nobody_acts_on_their_own_case_whatever_role_they_hold(world: World) -> None:
    case_id = world.degree("decision_awaited")
    owner = world.owner(case_id)
    promoted = Actor(owner.person_id, frozenset(Role) - {Role.SYSTEM})
    before = world.everything()
    with pytest.raises(RefusedError) as caught:
        world.move(promoted, case_id, "grant", recognised_as="Ingeniería Civil")
    assert [reason.code for reason in caught.value.reasons] == ["conflict", "declaration_missing"]
    assert world.everything() == before


def test_whoever_judged_cannot_decide_after_a_change_of_role(world: World) -> None:
    case_id = world.degree("decision_awaited")
    assessor = world.staff[Role.ASSESSOR]
    moved_on = Actor(assessor.person_id, frozenset({Role.APPLICANT, Role.DECISION_MAKER, Role.REGISTRAR}))
    with pytest.raises(RefusedError) as caught:
        world.move(moved_on, case_id, "grant", recognised_as="Ingeniería Civil")
    (reason,) = caught.value.reasons
    assert (reason.code, reason.details["rule"]) == ("same_person", "SOD4")
    assert set(reason.details["did"]) == {"propose", "criteria", "choose_route", "knowledge_shown", "precedent_searched"}


def test_of_two_who_make_the_same_move_at_once_exactly_one_wins_every_time(world: World) -> None:
    actor = applicant(world.office)
    outcomes, cases = [], []
    for _ in range(50):
        case_id = open_case(world.office, actor=actor, procedure=DEGREE).case_id
        outcomes.append(sorted(_both(lambda case_id=case_id: world.move(actor, case_id, "withdraw").state)))
        cases.append(world.case(case_id))
    # The loser read the case before the winner's commit (a conflict) or after it (nothing to withdraw any more).
    assert all(won == ["withdrawn"] and lost in (["ConflictError"], ["RefusedError"]) for lost, won in (([one], [two]) for one, two in outcomes))
    assert "ConflictError" in {outcome[0] for outcome in outcomes}
    assert [(case.state, case.revision) for case in cases] == [("withdrawn", 1)] * 50
    assert [world.events(case.id) for case in cases] == [["case_opened", "case_moved"]] * 50
    assert len(world.jobs.waiting) == 50


def _both(act: Callable[[], str]) -> list[str]:
    """What comes of two threads that do the same at the same moment: the result, or the name of the error."""
    gate, results = threading.Barrier(2), []

    def run() -> None:
        gate.wait()
        try:
            results.append(act())
        except CredentialingError as error:
            results.append(type(error).__name__)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_what_a_writer_reads_cannot_be_stale_when_it_writes(world: World) -> None:
    """Two transactions that both read first and then write: on SQLite the second may not even read before the first is done."""
    case_id = world.degree("completeness_check")
    order: list[str] = []
    first_has_read = threading.Event()

    def first() -> None:
        with world.office.transaction() as session:
            case_for(world.office, session, actor=world.staff[Role.INTAKE_OFFICER], case_id=case_id, lock=True)
            order.append("first reads")
            first_has_read.set()
            time.sleep(0.3)
            session.execute(sa.text("UPDATE recognition_case SET route = 'first'"))
            order.append("first writes")

    thread = threading.Thread(target=first)
    thread.start()
    first_has_read.wait()
    with world.office.transaction() as session:
        case = case_for(world.office, session, actor=world.staff[Role.INTAKE_OFFICER], case_id=case_id, lock=True)
        order.append(f"second reads {case.route}")
        case.route = "second"
    thread.join()
    assert order == ["first reads", "first writes", "second reads first"]
    assert world.case(case_id).route == "second"
