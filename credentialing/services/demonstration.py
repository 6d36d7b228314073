"""Invented people with invented papers, walked through the same use cases as everybody else: for the demonstration, and for `demo --out`.

For each state there is one thing that the person whose turn it is does; walking is doing that until the wanted state is reached.
"""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from credentialing.domain.contacts import parse_contact
from credentialing.domain.people import Actor, Role
from credentialing.domain.ports import Clock, DocumentReader, ReadDocument
from credentialing.services import applying, assessing, evidence, issuing, looking, moving, people
from credentialing.services.office import Office
from credentialing.workflow.facts import Facts

DEGREE, RPL = "co-degree-convalidacion", "co-rpl-sena-eccl"

STAFF: Mapping[Role, tuple[str, str]] = MappingProxyType(
    {
        Role.INTAKE_OFFICER: ("recepcion@puente.example", "Rosa Elena Duarte"),
        Role.ASSESSOR: ("evaluacion@puente.example", "Laura Gil Acosta"),
        Role.INTERNAL_VERIFIER: ("verificacion@puente.example", "Hernán Toro Mejía"),
        Role.DECISION_MAKER: ("decision@puente.example", "Inés Arrieta Solano"),
        Role.REGISTRAR: ("registro@puente.example", "Tomás Quispe Lara"),
        Role.GUIDE: ("orientacion@puente.example", "Marisol Ibarra Cano"),
        Role.TECHNICAL_EXPERT: ("experto@puente.example", "Óscar Villalba Prada"),
        Role.APPEALS_BODY: ("segundainstancia@puente.example", "Berta Noguera Salas"),
        Role.AUDITOR: ("auditoria@puente.example", "Gloria Peña Ruiz"),
        Role.ADMINISTRATOR: ("administracion@puente.example", "Julián Ospina Vera"),
    }
)


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


@dataclass(frozen=True, slots=True)
class Applicant:
    """An invented person: how to reach them and what they write on the form."""

    contact: str
    answers: Mapping[str, str]
    papers: Mapping[str, tuple[tuple[str, str], ...]]  # evidence kind -> (what it is handed in as, sample file)

    @property
    def name(self) -> str:
        """The full name."""
        return f"{self.answers['given_names']} {self.answers['family_names']}"


def engineer(contact: str, given_names: str, family_names: str, ending: str) -> Applicant:
    """An invented civil engineer with the sample degree."""
    answers = {
        "given_names": given_names,
        "family_names": family_names,
        "identity_document_type": "ppt",
        "identity_document_number": f"512{ending}",
        "birth_date": "1991-05-17",
        "city": "Barranquilla",
        "phone": contact,
        "degree_name": "Ingeniera Civil",
        "institution": "Universidad del Litoral Oriental",
        "institution_city": "Cumaná",
        "graduation_year": "2014",
        "study_level": "undergraduate",
        "field_of_study": "engineering",
        "purpose": "employment",
    }
    papers = {
        "identity": (("ppt", "identity.jpg"),),
        "diploma": (("diploma", "diploma.pdf"),),
        "transcript": (("transcript", "transcript.pdf"),),
        "apostille": (("apostille", "apostille.pdf"),),
        "payment_receipt": (("payment_receipt", "payment_receipt.png"),),
    }
    return Applicant(contact, MappingProxyType(answers), MappingProxyType(papers))


def welder(contact: str, given_names: str, family_names: str, ending: str) -> Applicant:
    """An invented welder with a letter of work and photos of it."""
    answers = {
        "given_names": given_names,
        "family_names": family_names,
        "identity_document_type": "ppt",
        "identity_document_number": f"498{ending}",
        "birth_date": "1986-11-02",
        "city": "Cúcuta",
        "phone": contact,
        "occupation_words": "soldador de estructuras",
        "years_of_experience": "11",
        "workplace": "Talleres Metálicos El Faro, Maracaibo",
        "tasks": "Preparo juntas, sueldo perfiles y láminas en todas las posiciones, reviso mis cordones y corrijo defectos.",
        "standard": "structural-welding.v1",
    }
    papers = {
        "identity": (("ppt", "identity_rpl.jpg"),),
        "work_history": (("employer_letter", "work_letter.pdf"),),
        "work_photos": (("photo", "work_photo_1.jpg"), ("photo", "work_photo_2.jpg"), ("photo", "work_photo_3.webp")),
        "training": (("training_certificate", "course_certificate.jpg"),),
    }
    return Applicant(contact, MappingProxyType(answers), MappingProxyType(papers))


CRITERIA = MappingProxyType(
    {
        "E1": ("recognised", "La universidad y el programa estaban autorizados en 2014."),
        "E2": ("verified_by_apostille", "La apostilla electrónica coincide con el título en nombre, fecha y firmante."),
        "E3": ("employment_unregulated", "Pide el reconocimiento para emplearse en obras."),
        "E4": ("comparable", "Estudios universitarios de grado, del mismo nivel que los de aquí."),
        "E5": ("comparable", "Diez semestres y 192 unidades de crédito."),
        "E6": ("assured", "La universidad tenía control público de calidad en esos años."),
        "E7": ("comparable", "Perfil profesional, con proyecto de grado y pasantía."),
        "E8": ("comparable", "Da acceso a estudios de posgrado y al ejercicio de la profesión."),
        "E9": ("no_difference", "No hay diferencia sustancial para lo que pide."),
    }
)


class Story:
    """Walks cases of invented people. `run_jobs` does the work that waits after a commit; `samples` is the folder of their papers."""

    def __init__(self, office: Office, *, clock: SettableClock, run_jobs: Callable[[], None], samples: Path) -> None:
        self._office = dataclasses.replace(office, reader=_Remembering(office.reader))
        self._clock, self._run_jobs, self._samples = clock, run_jobs, samples
        self.staff = {role: self._hire(role) for role in STAFF}

    def _hire(self, role: Role) -> Actor:
        address, name = STAFF[role]
        contact = parse_contact(address, "CO")
        person_id = people.hire(
            self._office, actor=None, contact=contact, display_name=name, roles=frozenset({role}), language="es", staff_number=f"demo-{role.value}"
        )
        return Actor(person_id, frozenset({Role.APPLICANT, role}))

    def welcome(self, person: Applicant) -> Actor:
        """The invented person's account."""
        person_id = people.welcome(self._office, contact=parse_contact(person.contact, "CO"), display_name=person.name, language="es")
        return Actor(person_id, frozenset({Role.APPLICANT}))

    def walk(self, person: Applicant, procedure: str, *, until: str, letter: bool = False, refused: bool = False, days: int = 2) -> str:
        """Open a case and walk it until the state `until`, `days` between two acts; its id.
        With `letter` the officer asks once; with `refused` the outcome is negative."""
        actor = self.welcome(person)
        case_id = applying.open_case(self._office, actor=actor, procedure=procedure).case_id
        turn = _Turn(self._office, self.staff, self._samples, person, actor, case_id, letter=letter, refused=refused)
        while (state := turn.state()) != until:
            turn.act(state)
            self._run_jobs()
            self._clock.advance(timedelta(days=days))
        return case_id


class _Turn:
    """One case on its way: in each state, what the person whose turn it is does."""

    def __init__(
        self, office: Office, staff: Mapping[Role, Actor], samples: Path, person: Applicant, actor: Actor, case_id: str, *, letter: bool, refused: bool
    ) -> None:
        self._office, self._staff, self._samples, self._person, self._actor, self._case_id = office, staff, samples, person, actor, case_id
        self._letter, self._refused = letter, refused

    def state(self) -> str:
        """The state of the case now."""
        return self._view().state

    def act(self, state: str) -> None:
        """Do what is to be done in `state`; KeyError for a state in which nobody of the story has anything to do."""
        {
            "draft": self._apply,
            "completeness_check": self._check_papers,
            "screening": self._check_papers,
            "answer_awaited": self._answer,
            "payment_awaited": self._pay,
            "payment_check": self._check_payment,
            "evaluation": self._evaluate,
            "planning": self._plan,
            "plan_agreement": lambda: self._move(self._actor, "agree_plan"),
            "assessment": self._assess,
            "verification": self._verify,
            "decision_awaited": self._decide,
            "ready_to_issue": self._issue,
        }[state]()

    def _view(self) -> looking.CaseView:
        return looking.my_case(self._office, actor=self._actor, case_id=self._case_id)

    def _facts(self) -> Facts:
        return self._view().facts

    def _move(self, actor: Actor, move: str, **given: str) -> None:
        moving.make_move(self._office, actor=actor, case_id=self._case_id, move=move, seen_revision=self._view().revision, given=given)

    def _find(self, role: Role, **findings: str) -> None:
        for subject, value in findings.items():
            reason = "" if value in ("none",) else "Revisado con los papeles a la vista."
            assessing.record_finding(self._office, actor=self._staff[role], case_id=self._case_id, subject=subject, value=value, reason=reason)

    def _hand_in(self, *kinds: str) -> None:
        for kind in kinds:
            for accepted_as, name in self._person.papers.get(kind, ()):
                data = (self._samples / name).read_bytes()
                evidence.add_evidence(self._office, actor=self._actor, case_id=self._case_id, kind=kind, accepted_as=accepted_as, file_name=name, data=data)

    def _read(self, role: Role) -> None:
        """Open the first page of every paper, as an officer would: the applicant sees it in the list of readings."""
        for paper in looking.desk_case(self._office, actor=self._staff[role], case_id=self._case_id).papers:
            evidence.read_page(self._office, actor=self._staff[role], case_id=self._case_id, evidence_id=paper.evidence_id, page=1)

    def _apply(self) -> None:
        applying.save_answers(self._office, actor=self._actor, case_id=self._case_id, answers=self._person.answers)
        applying.give_consent(self._office, actor=self._actor, case_id=self._case_id, consents=frozenset({"processing"}))
        self._hand_in("identity", "diploma", "transcript", "apostille", "work_history", "work_photos", "training")
        self._move(self._actor, "submit")

    def _check_papers(self) -> None:
        officer = self._staff[Role.INTAKE_OFFICER]
        self._read(Role.INTAKE_OFFICER)
        asked_before = any(deed.what == "ask_once" for deed in self._facts().deeds)
        if self._letter and not asked_before:
            for about, text in (
                ("identity", "La foto del documento salió cortada. Tome otra en la que se vean las cuatro esquinas."),
                (None, "¿En qué años trabajó o estudió con otro apellido? Explíquelo en una frase."),
            ):
                assessing.draft_question(self._office, actor=officer, case_id=self._case_id, about=about, text=text)
            self._move(officer, "ask_once")
            return
        if self._view().state == "screening":
            self._find(Role.INTAKE_OFFICER, identity_confirmed="confirmed", experience_shown="shown")
        else:
            self._find(Role.INTAKE_OFFICER, identity_confirmed="confirmed", papers_readable="readable", legalisation_seen="apostilled")
        self._move(officer, "accept")

    def _answer(self) -> None:
        for question in self._view().questions:
            text = "Le envío otra foto." if question.about else "Nunca usé otro apellido."
            assessing.answer_question(self._office, actor=self._actor, case_id=self._case_id, question_id=question.question_id, text=text)
        self._hand_in("identity")
        self._move(self._actor, "answer")

    def _pay(self) -> None:
        self._hand_in("payment_receipt")
        self._move(self._actor, "pay")

    def _check_payment(self) -> None:
        self._find(Role.INTAKE_OFFICER, receipt_matches="paid")
        self._move(self._staff[Role.INTAKE_OFFICER], "confirm_payment")

    def _evaluate(self) -> None:
        assessor = self._staff[Role.ASSESSOR]
        self._find(Role.ASSESSOR, conflict_declared="none", precedent_searched="none_found")
        self._read(Role.ASSESSOR)
        self._move(assessor, "choose_route", route="academic")
        criteria = {
            **CRITERIA,
            **(
                {"E9": ("substantial", "Faltan las materias de estructuras y de suelos."), "E5": ("much_shorter", "Seis semestres de diez.")}
                if self._refused
                else {}
            ),
        }
        for subject, (value, reason) in criteria.items():
            assessing.record_finding(self._office, actor=assessor, case_id=self._case_id, subject=subject, value=value, reason=reason)
        outcome, grounds = (
            ("denied", "Hay una diferencia sustancial en la duración y en el perfil.")
            if self._refused
            else ("full", "No hay diferencia sustancial. Se propone reconocer el título.")
        )
        self._move(assessor, "propose", outcome=outcome, grounds=grounds)

    def _plan(self) -> None:
        units = " ".join(unit.code for unit in self._office.library.standard(self._person.answers["standard"]).units)
        self._find(Role.ASSESSOR, conflict_declared="none")
        self._read(Role.ASSESSOR)
        self._move(
            self._staff[Role.ASSESSOR], "propose_plan", units=units, plan="Una entrevista técnica, una prueba corta y una mañana de observación en el taller."
        )

    def _assess(self) -> None:
        for unit in self._office.library.standard(self._person.answers["standard"]).units:
            short = self._refused and unit.code == "U5"
            value, reason = (
                ("not_yet_competent", "Le falta soldar en posición sobre cabeza sin defectos.")
                if short
                else ("competent", "Lo mostró en el taller, con producto y explicación.")
            )
            assessing.record_finding(self._office, actor=self._staff[Role.ASSESSOR], case_id=self._case_id, subject=unit.code, value=value, reason=reason)
        self._move(self._staff[Role.ASSESSOR], "judge")

    def _verify(self) -> None:
        self._find(Role.INTERNAL_VERIFIER, portfolio_checked="in_order")
        self._move(self._staff[Role.INTERNAL_VERIFIER], "verify")

    def _decide(self) -> None:
        decider, is_degree = self._staff[Role.DECISION_MAKER], self._view().definition.id == DEGREE
        if self._refused:
            self._move(decider, "deny" if is_degree else "decline", grounds="Los hallazgos muestran lo que falta. Puede reclamar y volver a presentarse.")
        elif is_degree:
            self._move(decider, "grant", recognised_as="Ingeniería Civil")
        else:
            self._move(decider, "grant")

    def _issue(self) -> None:
        issuing.request_issue(self._office, actor=self._staff[Role.REGISTRAR], case_id=self._case_id, seen_revision=self._view().revision)
