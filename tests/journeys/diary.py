"""What a story has to show after each chapter: where the case is, whose turn it is, what its clocks say, and which letters went out."""

from collections import Counter
from datetime import datetime, timedelta

from credentialing.domain.calendars import local_day
from credentialing.domain.errors import ConflictError, RefusedError
from credentialing.domain.people import Actor, Role
from credentialing.services import assessing, deadlines, evidence, issuing
from credentialing.services.demonstration import CRITERIA
from credentialing.workflow.clocks import ClockView
from tests.services.stage import World


class Diary:
    """One case, lived through day by day: time passes with the worker awake, as it does in the world."""

    def __init__(self, world: World, case_id: str) -> None:
        self.world, self.case_id = world, case_id
        self.owner = world.owner(case_id)

    def today(self) -> str:
        """The day it is in Bogotá, as `2026-03-02`."""
        return local_day("CO", self.world.clock.now()).isoformat()

    def pass_days(self, days: int) -> None:
        """Days go by; the worker looks every six hours."""
        self.pass_until(self.world.clock.now() + timedelta(days=days))

    def pass_limit(self, name: str) -> datetime:
        """Until the moment at which a running limit is over; that moment."""
        due = self.clock(name).due_at
        assert due is not None
        self.pass_until(due)
        return due

    def pass_until(self, moment: datetime) -> None:
        """The same until a moment."""
        while self.world.clock.now() < moment:
            self.world.clock.set(min(moment, self.world.clock.now() + timedelta(hours=6)))
            deadlines.sweep(self.world.office)
            self.world.run_jobs()

    def stands(self) -> tuple[str, str]:
        """The state and whose turn it is."""
        case = self.world.case(self.case_id)
        return case.state, case.waits_for

    def clock(self, name: str) -> ClockView:
        """One clock of the case."""
        return next(view for view in self.world.view(self.case_id).clocks if view.name == name)

    def letters(self) -> Counter[str]:
        """How many letters of each subject the applicant has had."""
        self.world.run_jobs()
        return Counter(letter.subject.partition(": ")[2] for letter in self.world.messages.sent)

    def does(self, role: Role | None, move: str, **given: str) -> str:
        """A move by the staff in a role, or by the applicant; the new state."""
        actor = self.owner if role is None else self.world.staff[role]
        state = self.world.move(actor, self.case_id, move, **given).state
        self.world.run_jobs()
        return state

    def cannot(self, role: Role | None, move: str, **given: str) -> set[str]:
        """The codes of every reason why a move is refused."""
        try:
            return {f"it went through to {self.does(role, move, **given)}"}
        except RefusedError as error:
            return {reason.code for reason in error.reasons}

    def declares(self, *roles: Role) -> None:
        """The staff in these roles say that nothing ties them to the applicant."""
        self.world.declare(self.case_id, *roles)

    def finds(self, role: Role, reason: str = "Revisado con los papeles a la vista.", **findings: str) -> None:
        """Findings of one role, all for one reason."""
        for subject, value in findings.items():
            assessing.record_finding(self.world.office, actor=self.world.staff[role], case_id=self.case_id, subject=subject, value=value, reason=reason)

    def judges(self, **different: str) -> None:
        """Every criterion as in the demonstration, but for those named."""
        for subject, (value, reason) in CRITERIA.items():
            self.finds(Role.ASSESSOR, reason, **{subject: different.get(subject, value)})

    def hands_in(self, kind: str, data: bytes = b"a paper") -> str:
        """A paper of the applicant."""
        return evidence.add_evidence(self.world.office, actor=self.owner, case_id=self.case_id, kind=kind, accepted_as=None, file_name=f"{kind}.png", data=data)

    def asks(self, *questions: str) -> None:
        """The one letter of the intake officer."""
        for text in questions:
            assessing.draft_question(self.world.office, actor=self.world.staff[Role.INTAKE_OFFICER], case_id=self.case_id, about=None, text=text)
        self.does(Role.INTAKE_OFFICER, "ask_once")

    def answers(self, text: str) -> None:
        """The applicant answers every question in the same words, and sends it."""
        for question in self.world.view(self.case_id).questions:
            assessing.answer_question(self.world.office, actor=self.owner, case_id=self.case_id, question_id=question.question_id, text=text)
        self.does(None, "answer")

    def issues(self, seen: int | None = None, actor: Actor | None = None) -> str:
        """The registrar's act; the new state, or the name of the error."""
        revision = self.world.case(self.case_id).revision if seen is None else seen
        try:
            made = issuing.request_issue(self.world.office, actor=actor or self.world.staff[Role.REGISTRAR], case_id=self.case_id, seen_revision=revision)
        except (RefusedError, ConflictError) as error:
            return type(error).__name__
        return made.state
