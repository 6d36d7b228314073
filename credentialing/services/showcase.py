"""The demonstration: one case in each stage, one certificate to scan, and ready accounts for every side."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from sqlalchemy import select

from credentialing.domain.contacts import parse_contact
from credentialing.domain.people import Role
from credentialing.services import confirming, people, vault
from credentialing.services.demonstration import DEGREE, RPL, STAFF, Applicant, Course, SettableClock, Story, engineer, welder
from credentialing.services.invented import PERU, SECOND_STAFF
from credentialing.services.office import Office
from credentialing.storage.records import CertificateRecord, Person

MAIN_APPLICANT = "+573005550101"


class HandSetClock(SettableClock, Protocol):
    """A clock that can be put on a moment in the past."""

    def set(self, moment: datetime) -> None:
        """Put the hands on `moment`."""
        ...


@dataclass(frozen=True, slots=True)
class _Scene:
    """One invented case: who, which procedure, how far, how many acts that takes, days between two acts, days since the last one, what is unusual about it."""

    person: tuple[str, str, str, str]
    procedure: str
    until: str
    acts: int
    days: int = 2
    since: int = 1
    course: Course = field(default_factory=Course)
    city: str = ""


_MARIANGEL = (MAIN_APPLICANT, "Mariángel", "Peñalver Núñez", "4821")
_LETTER, _REFUSED, _PARTLY = Course(letter=True), Course(outcome="refused"), Course(outcome="partly")
_APPEALED = Course(outcome="refused", appeals=True)

SCENES: tuple[_Scene, ...] = (
    _Scene(_MARIANGEL, DEGREE, "certified", 7, days=4, since=20),
    _Scene(_MARIANGEL, DEGREE, "draft", 0, since=3),
    _Scene(("+573005550102", "Deivis Alexander", "Ñáñez Carrillo", "9014"), RPL, "certified", 9, days=3, since=6),
    _Scene(("+573005550103", "José Gregorio", "Guimarães Açuaje", "3307"), DEGREE, "answer_awaited", 2, since=9, course=_LETTER),
    _Scene(("+573005550104", "Yusmary Coromoto", "Briceño Rangel", "6650"), DEGREE, "completeness_check", 1, since=4),
    _Scene(("+573005550119", "Gladys Josefina", "Urbina Caldera", "7408"), DEGREE, "completeness_check", 1, since=2, course=Course(without=("apostille",))),
    _Scene(("+573005550105", "Ítalo José", "Uzcátegui Ibáñez", "0377"), DEGREE, "payment_awaited", 2, since=12),
    _Scene(("+573005550106", "Ana", "Li", "7712"), DEGREE, "payment_check", 3, since=3),
    _Scene(("+573005550107", "Wilfredo Antonio", "Zambrano Montiel", "2480"), DEGREE, "evaluation", 4, days=10, since=58),
    _Scene(("+573005550120", "Luz Marina", "Casanova Peraza", "3925"), DEGREE, "postponed", 5, since=15, course=Course(postpones_in="evaluation")),
    _Scene(("+573005550108", "Carmen Elena", "Marcano Díaz", "5519"), DEGREE, "decision_awaited", 5, since=8),
    _Scene(("+573005550109", "Luis Alberto", "Rojas Peña", "8846"), DEGREE, "ready_to_issue", 6, since=1),
    _Scene(("+573005550121", "Nohelia", "Barreto Quijada", "6034"), DEGREE, "refusal_told", 6, since=2, course=_REFUSED),
    _Scene(("+573005550122", "Asdrúbal", "Yépez Landaeta", "1187"), DEGREE, "appeal_review", 7, since=6, course=_APPEALED),
    _Scene(("+573005550110", "Beatriz", "Echeverría Rodríguez", "1093"), DEGREE, "denied", 7, since=5, course=_REFUSED),
    _Scene(("+573005550111", "Pedro Luis", "Arteaga Silva", "4477"), RPL, "screening", 1, since=2),
    _Scene(("+573005550123", "Yelitza", "Fuenmayor Prado", "8790"), RPL, "guidance", 2, since=2),
    _Scene(("+573005550112", "Rosángela", "Chacón Vivas", "6128"), RPL, "planning", 3, since=3),
    _Scene(("+573005550113", "Kevin José", "Tovar Lugo", "9950"), RPL, "plan_agreement", 4, since=1),
    _Scene(("+573005550114", "Nelson", "Ballesteros Rivas", "3162"), RPL, "assessment", 5, since=6),
    _Scene(("+573005550115", "Milagros", "Hernández Sosa", "7035"), RPL, "verification", 6, since=2),
    _Scene(("+573005550117", "Zulay", "Camacho Bello", "5093"), RPL, "decision_awaited", 7, since=7),
    _Scene(("+573005550118", "Freddy Antonio", "Colina Reyes", "8261"), RPL, "ready_to_issue", 8, since=1),
    _Scene(("+573005550124", "Orlando", "Mijares Toro", "2751"), RPL, "gap_told_some", 8, since=3, course=_PARTLY),
    _Scene(("+573005550125", "Egleé", "Sanabria Lozada", "4406"), RPL, "certified", 10, days=3, since=9, course=_PARTLY),
    _Scene(("+573005550116", "Óscar", "Pirela Urdaneta", "2219"), RPL, "not_yet_competent", 9, since=4, course=_REFUSED),
    _Scene(("+51955501260", "Jesús Rafael", "Villasmil Ochoa", "5862"), PERU, "evaluation", 3, since=5, city="Lima"),
)  # fmt: skip


def is_empty(office: Office) -> bool:
    """Whether nobody has an account yet."""
    with office.reading() as session:
        return session.scalar(select(Person.id).limit(1)) is None


def stage(office: Office, *, clock: HandSetClock, now: datetime, run_jobs: Callable[[], None], samples: Path, tell: Callable[[int, int], None]) -> None:
    """Walk every scene whose procedure may be started here, each so that its last act lies in the recent past; `tell` hears how many of how many are done."""
    clock.set(now - timedelta(days=200))
    story = Story(office, clock=clock, run_jobs=run_jobs, samples=samples)
    open_here = confirming.startable(office)
    for done, scene in enumerate(SCENES):
        tell(done, len(SCENES))
        if scene.procedure in open_here:
            clock.set(now - timedelta(days=scene.since + scene.days * scene.acts, hours=done % 7))
            story.walk(_person(scene), scene.procedure, until=scene.until, days=scene.days, course=scene.course)
    clock.set(now)
    tell(len(SCENES), len(SCENES))


def _person(scene: _Scene) -> Applicant:
    person = (welder if scene.procedure == RPL else engineer)(*scene.person)
    return replace(person, answers={**person.answers, "city": scene.city}) if scene.city else person


@dataclass(frozen=True, slots=True)
class Account:
    """A ready account: its role, its name, and the id that signs it in."""

    role: Role
    name: str
    person_id: str


def accounts(office: Office) -> tuple[Account, ...]:
    """The ready accounts that exist, the applicant first."""
    staff = [(role, contact) for role, (contact, _) in (*STAFF.items(), *SECOND_STAFF.items())]
    wanted = [(Role.APPLICANT, MAIN_APPLICANT), *staff]
    with office.reading() as session:
        found = [(role, people.person_with(office, session, parse_contact(contact, "CO"))) for role, contact in wanted]
        return tuple(Account(role, vault.profile_of(office, person).display_name, person.id) for role, person in found if person is not None)


def sample_certificates(office: Office, *, limit: int = 2) -> tuple[tuple[str, str], ...]:
    """Certificates to look at: number and code, the oldest first."""
    with office.reading() as session:
        rows = session.execute(
            select(CertificateRecord.number, CertificateRecord.code)
            .where(CertificateRecord.status == "issued")
            .order_by(CertificateRecord.issued_at)
            .limit(limit)
        )
        return tuple((number, code) for number, code in rows)
