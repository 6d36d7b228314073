"""Cases of invented people, walked through the same use cases as everybody else: for the demonstration, and for `demo --out`.

In each state whoever's turn it is finds what is to be found there and makes the one move that leads on; walking is doing that until the wanted state is
reached. It is the rules of the case that say who may do what, so that a story goes the way of any procedure.
"""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Protocol

from credentialing.domain.contacts import parse_contact
from credentialing.domain.people import Actor, Role
from credentialing.domain.ports import Clock, DocumentReader, ReadDocument
from credentialing.services import applying, assessing, declaring, evidence, issuing, looking, moving, people, waiving
from credentialing.services.invented import CRITERIA, DEGREE, RPL, SECOND_STAFF, STAFF, WORK, Applicant, engineer, welder
from credentialing.services.office import Office
from credentialing.workflow.law import must_declare, offered, recordable, values_of
from credentialing.workflow.model import Definition
from credentialing.workflow.registry import FIELDS, choices_of

__all__ = ["CRITERIA", "DEGREE", "RPL", "STAFF", "Applicant", "Course", "SettableClock", "Story", "engineer", "welder"]

Outcome = Literal["granted", "partly", "refused"]

ONWARD: Mapping[str, str] = MappingProxyType(
    {
        "draft": "submit",
        "coverage_check": "confirm_coverage",
        "completeness_check": "accept",
        "review": "invite",
        "interview": "propose",
        "screening": "accept",
        "answer_awaited": "answer",
        "payment_awaited": "pay",
        "payment_check": "confirm_payment",
        "guidance": "close_guidance",
        "evaluation": "propose",
        "planning": "propose_plan",
        "plan_agreement": "agree_plan",
        "assessment": "judge",
        "verification": "verify",
        "ready_to_issue": "issue",
        "partial_told": "accept_partial",
        "silence_confirmation": "confirm_silence",
        "silence_countersign": "countersign_silence",
        "gap_told_some": "take_units",
        "gap_told_none": "close_gap",
        "refusal_told": "let_stand",
        "appeal_review": "report_appeal",
        "appeal_decision": "uphold",
        "postponed": "resume",
        "resting": "reopen",
    }
)
"""The move that leads on from each state; what is decided depends on the course of the case."""

DECIDING: Mapping[Outcome, tuple[str, ...]] = MappingProxyType(
    {"granted": ("grant", "issue_statement"), "partly": ("recognise_partly", "grant_units"), "refused": ("deny", "decline")}
)
PROPOSED: Mapping[Outcome, tuple[str, ...]] = MappingProxyType(
    {"granted": ("full", "issued", "advisory"), "partly": ("partial",), "refused": ("denied", "not_issued")}
)

GOOD_VALUES = MappingProxyType({"precedent_searched": "none_found"})
"""What is found on a check in these stories, where it is not the first of the values that it passes with."""

SHORT_OF = MappingProxyType({"E9": ("substantial", "Faltan las materias de estructuras y de suelos."), "E5": ("much_shorter", "Seis semestres de diez.")})
"""What the assessor finds when a degree is not recognised as it is."""

QUESTIONS = (
    ("identity", "La foto del documento salió cortada. Tome otra en la que se vean las cuatro esquinas."),
    (None, "¿En qué años trabajó o estudió con otro apellido? Explíquelo en una frase."),
)
GROUNDS = "Los hallazgos muestran lo que falta. Puede reclamar y volver a presentarse."
PROPOSALS: Mapping[Outcome, str] = MappingProxyType(
    {
        "granted": "No hay diferencia sustancial. Se propone reconocer el título.",
        "partly": "Hay una diferencia en el perfil. Se propone reconocer una parte.",
        "refused": "Hay una diferencia sustancial en la duración y en el perfil.",
    }
)
PLAN = "Una entrevista técnica, una prueba corta y una mañana de observación en el taller."
STAND_IN = "study_plan.pdf"
WITHOUT_PAPER = "La oficina que lo expide no me responde desde hace un año y no puedo viajar a buscarlo."
APPEAL = "No se tuvieron en cuenta las materias de los dos últimos semestres. Pido que las revisen."


@dataclass(frozen=True, slots=True)
class Course:
    """How a case goes, where it does not go the usual way: a letter of questions, the outcome, kinds of evidence for which another way is asked for,
    an appeal, the state in which the person postpones once, and whether all the staff has declared by the time the wanted state is reached."""

    letter: bool = False
    outcome: Outcome = "granted"
    without: tuple[str, ...] = ()
    appeals: bool = False
    postpones_in: str = ""
    declared: bool = False


class SettableClock(Clock, Protocol):
    """A clock that the story moves."""

    def advance(self, duration: timedelta) -> None:
        """Move the hands."""
        ...


class _Remembering:
    """Reads each sample file once: the same papers are handed in by several invented people."""

    def __init__(self, reader: DocumentReader) -> None:
        self._reader = reader
        self._read: dict[bytes, ReadDocument] = {}

    def read(self, data: bytes, file_name: str) -> ReadDocument:
        """The document behind `data`, from memory the second time."""
        if data not in self._read:
            self._read[data] = self._reader.read(data, file_name)
        return self._read[data]


class Story:
    """Walks cases of invented people. `run_jobs` does the work that waits after a commit; `samples` is the folder of their papers."""

    def __init__(self, office: Office, *, clock: SettableClock, run_jobs: Callable[[], None], samples: Path) -> None:
        self._office = dataclasses.replace(office, reader=_Remembering(office.reader))
        self._clock, self._run_jobs, self._samples = clock, run_jobs, samples
        self.staff = {role: self._hire(role, *STAFF[role], number=f"demo-{role.value}") for role in STAFF}
        self.second = {role: self._hire(role, *SECOND_STAFF[role], number=f"demo-{role.value}-2") for role in SECOND_STAFF}

    def _hire(self, role: Role, address: str, name: str, *, number: str) -> Actor:
        contact = parse_contact(address, "CO")
        person_id = people.hire(self._office, actor=None, contact=contact, display_name=name, roles=frozenset({role}), language="es", staff_number=number)
        return Actor(person_id, frozenset({Role.APPLICANT, role}))

    def welcome(self, person: Applicant) -> Actor:
        """The invented person's account."""
        person_id = people.welcome(self._office, contact=parse_contact(person.contact, "CO"), display_name=person.name, language="es")
        return Actor(person_id, frozenset({Role.APPLICANT}))

    def walk(
        self, person: Applicant, procedure: str, *, until: str, letter: bool = False, refused: bool = False, days: int = 2, course: Course | None = None
    ) -> str:
        """Open a case and walk it until the state `until`, `days` between two acts; its id.
        With `letter` the officer asks once; with `refused` the outcome is negative; `course` says everything else, and these two as well."""
        actor = self.welcome(person)
        case_id = applying.open_case(self._office, actor=actor, procedure=procedure).case_id
        course = course or Course(letter=letter, outcome="refused" if refused else "granted")
        turn = _Turn(self._office, (*self.staff.values(), *self.second.values()), self._samples, person, actor, case_id, course)
        while turn.state() != until:
            turn.act()
            self._run_jobs()
            self._clock.advance(timedelta(days=days))
        if course.declared:
            turn.declare(*Role)
        return case_id


class _Turn:
    """One case on its way: in each state, what the people whose turn it is do."""

    def __init__(self, office: Office, staff: tuple[Actor, ...], samples: Path, person: Applicant, actor: Actor, case_id: str, course: Course) -> None:
        self._office, self._staff, self._samples = office, staff, samples
        self._person, self._actor, self._case_id, self._course = person, actor, case_id, course

    def state(self) -> str:
        """The state of the case now."""
        return self._view().state

    def act(self) -> None:
        """Do what is to be done in the present state; KeyError for a state in which nobody of the story has anything to do."""
        view = self._view()
        done = {deed.what for deed in view.facts.deeds}
        if view.state == self._course.postpones_in and "postpone" not in done:
            self._move(self._actor, "postpone")
        elif view.state in ("completeness_check", "screening") and self._course.letter and "ask_once" not in done:
            self._ask()
        elif view.state == "decision_awaited":
            self.declare(*self._working(view))
            self._make(*DECIDING[self._course.outcome])
        elif view.state == "refusal_told" and self._course.appeals and "appeal" not in done:
            self._make("appeal")
        else:
            self._prepare(view)
            self._make(ONWARD[view.state])

    def _view(self) -> looking.CaseView:
        return looking.my_case(self._office, actor=self._actor, case_id=self._case_id)

    def _prepare(self, view: looking.CaseView) -> None:
        """What comes before the move: the applicant's papers and answers, or the staff's findings."""
        if view.state == "draft":
            self._fill_in(view.definition)
            self._hand_in(*(kind for kind in view.definition.evidence if kind not in self._course.without))
            self._make_up_for_papers()
        elif view.state == "answer_awaited":
            self._answer(view)
        elif view.state == "payment_awaited":
            self._hand_in("payment_receipt")
        else:
            self.declare(*self._working(view))
            self._judge()

    def _move(self, actor: Actor, move: str, **given: str) -> None:
        moving.make_move(self._office, actor=actor, case_id=self._case_id, move=move, seen_revision=self._view().revision, given=given)

    def _make(self, *moves: str) -> None:
        """Make the first of these moves that is allowed, by whoever it is allowed to; a refusal goes up as it comes."""
        view = self._view()
        known = [name for name in moves if name in view.definition.moves]
        allowed = [(name, actor) for name in known for actor in self._people() if self._allows(view, actor, name)]
        move, actor = allowed[0] if allowed else (known[0], self._whoever_could(view.definition, known[0]))
        if move == "issue":
            issuing.request_issue(self._office, actor=actor, case_id=self._case_id, seen_revision=view.revision)
        else:
            self._move(actor, move, **{name: self._given(view.definition, name) for name in view.definition.moves[move].asks})

    def _whoever_could(self, definition: Definition, move: str) -> Actor:
        return next(actor for actor in self._people() if actor.roles & set(definition.moves[move].by))

    def _people(self) -> Iterator[Actor]:
        """Everybody of the story, the applicant first; the staff without being applicants here."""
        yield self._actor
        yield from (dataclasses.replace(actor, roles=actor.roles - {Role.APPLICANT}) for actor in self._staff)

    def _allows(self, view: looking.CaseView, actor: Actor, move: str) -> bool:
        return any(offer.move == move and not offer.reasons for offer in offered(view.definition, view.facts, actor=actor))

    def _given(self, definition: Definition, name: str) -> str:
        """What an act carries under this name."""
        outcome = self._course.outcome
        if name == "outcome":
            return next(each for each in PROPOSED[outcome] if each in definition.procedure.outcomes)
        if name == "units":
            return " ".join(unit.code for unit in self._office.library.standard(self._person.answers["standard"]).units)
        if name == "route":
            return "academic" if "academic" in definition.routes else definition.routes[0]
        texts = {"recognised_as": "Ingeniería Civil", "plan": PLAN, "appeal_opinion": "uphold"}
        if name == "grounds":
            state = self._view().state
            return PROPOSALS[outcome] if state == "evaluation" else APPEAL if state == "refusal_told" else GROUNDS
        return texts[name] if name in texts else choices_of(definition, name)[0]

    def declare(self, *roles: Role) -> None:
        """Whoever of the staff in these roles judges in this case says that nothing ties them to the person."""
        view = self._view()
        for actor in self._staff if view.sent_at is not None else ():
            working = (actor.roles & frozenset(roles)) - {Role.APPLICANT}
            if working and must_declare(view.definition, view.facts, actor=dataclasses.replace(actor, roles=working)):
                declaring.declare(self._office, actor=actor, case_id=self._case_id, value="none", text="")

    def _working(self, view: looking.CaseView) -> tuple[Role, ...]:
        """The roles that have something to do in the present state."""
        definition, waits_for = view.definition, view.definition.states[view.state].waits_for
        judged = (*definition.checks.values(), *definition.criteria.values(), *((definition.units_rule,) if definition.units_rule else ()))
        return (*((waits_for,) if waits_for else ()), *(role for rule in judged if view.state in rule.done_in for role in rule.by))

    def _judge(self) -> None:
        """Everything that may be found in this state, by whoever may, the papers having been opened."""
        for actor in self._staff:
            if (subject := self._next_subject(actor)) is not None:
                self._read(actor)
            self._choose_route(actor)
            while subject is not None:
                value, reason = self._found(self._view().definition, subject)
                assessing.record_finding(self._office, actor=actor, case_id=self._case_id, subject=subject, value=value, reason=reason)
                subject = self._next_subject(actor)

    def _next_subject(self, actor: Actor) -> str | None:
        view = self._view()
        return next((name for name in recordable(view.definition, view.facts, actor=actor) if name not in view.facts.findings), None)

    def _choose_route(self, actor: Actor) -> None:
        view = self._view()
        if view.facts.route is None and self._allows(view, actor, "choose_route"):
            self._move(actor, "choose_route", route=self._given(view.definition, "route"))

    def _found(self, definition: Definition, subject: str) -> tuple[str, str]:
        """What is found on a subject, and the reason."""
        outcome = self._course.outcome
        criteria = {**CRITERIA, **(SHORT_OF if outcome != "granted" else {})}
        if subject in criteria:
            return criteria[subject]
        check = definition.checks.get(subject)
        if check is not None:
            value = GOOD_VALUES.get(subject, (check.passes_with or check.values)[0])
            return value, "" if value == "none" else "Revisado con los papeles a la vista."
        is_short = outcome == "refused" or (outcome == "partly" and subject == "U5")
        if is_short and not subject.startswith("waiver_"):
            return values_of(definition, subject)[-1], "Le falta soldar en posición sobre cabeza sin defectos."
        return values_of(definition, subject)[0], "Lo mostró con lo que se ve y con su explicación."

    def _hand_in(self, *kinds: str) -> None:
        asked = self._view()
        for kind in kinds:
            rule = asked.definition.evidence.get(kind)
            for accepted_as, name in self._person.papers.get(kind, ()) if rule is not None and asked.state in rule.asked_in else ():
                self._send(kind, accepted_as, name)

    def _send(self, kind: str, accepted_as: str, name: str) -> None:
        data = (self._samples / name).read_bytes()
        evidence.add_evidence(self._office, actor=self._actor, case_id=self._case_id, kind=kind, accepted_as=accepted_as, file_name=name, data=data)

    def _make_up_for_papers(self) -> None:
        """For each required paper that the person does not have: the first other way there is, or a paper that stands in for it."""
        view = self._view()
        unmet = next(offer for offer in view.offers if offer.move == "submit").reasons
        for kind in [str(reason.details["kind"]) for reason in unmet if reason.code == "evidence_missing"]:
            rule = view.definition.evidence[kind]
            if rule.instead:
                waiving.ask_other_way(self._office, actor=self._actor, case_id=self._case_id, kind=kind, way=rule.instead[0], text=WITHOUT_PAPER)
            else:
                self._send(kind, rule.accepts[0], STAND_IN)

    def _read(self, actor: Actor) -> None:
        """Open the first page of every paper, as an officer would: the applicant sees it in the list of readings."""
        for paper in looking.desk_case(self._office, actor=actor, case_id=self._case_id).papers:
            evidence.read_page(self._office, actor=actor, case_id=self._case_id, evidence_id=paper.evidence_id, page=1)

    def _fill_in(self, definition: Definition) -> None:
        """The person's answers to what this form asks; a choice that nobody foresaw is the first."""
        answers = {name: text for name, text in {**WORK, **self._person.answers}.items() if name in definition.fields}
        for name in definition.fields:
            if FIELDS[name].required and FIELDS[name].kind == "choice":
                answers.setdefault(name, choices_of(definition, name)[0])
        applying.save_answers(self._office, actor=self._actor, case_id=self._case_id, answers=answers)
        applying.give_consent(self._office, actor=self._actor, case_id=self._case_id, consents=frozenset({"processing"}))

    def _ask(self) -> None:
        officer = next(actor for actor in self._staff if Role.INTAKE_OFFICER in actor.roles)
        self._read(officer)
        for about, text in QUESTIONS:
            assessing.draft_question(self._office, actor=officer, case_id=self._case_id, about=about, text=text)
        self._move(officer, "ask_once")

    def _answer(self, view: looking.CaseView) -> None:
        for question in view.questions:
            text = "Le envío otra foto." if question.about else "Nunca usé otro apellido."
            assessing.answer_question(self._office, actor=self._actor, case_id=self._case_id, question_id=question.question_id, text=text)
        self._hand_in("identity")
