"""A whole office with its staff and invented people, walked to where a test wants to begin."""

import shutil
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import sessionmaker

from credentialing.adapters.doubles import HandClock, MemoryFiles, MemoryJobs, MemoryMessages
from credentialing.adapters.files import LocalFiles
from credentialing.adapters.system import SystemEntropy
from credentialing.domain.people import Actor, Role
from credentialing.domain.ports import Picture, ReadDocument
from credentialing.services import assessing, declaring, looking, moving
from credentialing.services.demonstration import CRITERIA, DEGREE, RPL, Applicant, Course, Story, engineer, welder
from credentialing.services.office import Office
from credentialing.storage.engine import make_engine
from credentialing.storage.records import AuditEvent, Base, Case, CertificateRecord, LogLeaf
from credentialing.workflow.library import Library
from tests.office import SAMPLES, clock_of, library, make_office, run_jobs

Row = TypeVar("Row")
CHECKS = {"precedent_searched": "none_found", "knowledge_shown": "not_needed"}
Copy = Callable[[], AbstractContextManager[str]]
"""Gives the address of a fresh copy of a prepared database, for the length of a block."""


class EchoReader:
    """A reader that takes everything for a picture of one page and shows it as it came: tests of what happens before and after reading need no sandbox."""

    def read(self, data: bytes, file_name: str) -> ReadDocument:
        return ReadDocument("image/png", (Picture("image/png", data, 1, 1),))


@dataclass
class World:
    """An office on a real database, its staff, and everything a test does often."""

    office: Office
    engine: sa.Engine
    story: Story
    names: int = field(default=0)

    @property
    def staff(self) -> Mapping[Role, Actor]:
        return self.story.staff

    @property
    def in_earnest(self) -> Office:
        """The same office when it is not a demonstration."""
        return replace(self.office, settings=replace(self.office.settings, demonstration=False))

    @property
    def clock(self) -> HandClock:
        return clock_of(self.office)

    @property
    def jobs(self) -> MemoryJobs:
        assert isinstance(self.office.jobs, MemoryJobs)
        return self.office.jobs

    @property
    def files(self) -> MemoryFiles:
        assert isinstance(self.office.files, MemoryFiles)
        return self.office.files

    @property
    def messages(self) -> MemoryMessages:
        assert isinstance(self.office.messages, MemoryMessages)
        return self.office.messages

    def run_jobs(self) -> None:
        run_jobs(self.office)

    def person(self, make: Callable[..., Applicant]) -> Applicant:
        """Another invented person, with a telephone of their own."""
        self.names += 1
        return make(f"+5730055502{self.names:02d}", "Mariángel", "Peñalver Núñez", f"{self.names:04d}")

    def degree(self, until: str, *, days: int = 0, letter: bool = False, refused: bool = False, course: Course | None = None, procedure: str = DEGREE) -> str:
        """The id of a degree case that has just reached the state `until`, in Colombia or elsewhere; all the staff has declared, unless `course` says not."""
        course = course or Course(letter=letter, outcome="refused" if refused else "granted", declared=True)
        return self.story.walk(self.person(engineer), procedure, until=until, days=days, course=course)

    def skills(self, until: str, *, days: int = 0, letter: bool = False, refused: bool = False, course: Course | None = None) -> str:
        """The same for the certification of skills."""
        course = course or Course(letter=letter, outcome="refused" if refused else "granted", declared=True)
        return self.story.walk(self.person(welder), RPL, until=until, days=days, course=course)

    def declare(self, case_id: str, *roles: Role, value: str = "none", text: str = "") -> None:
        """The staff in these roles declare what ties them to the applicant."""
        for role in roles:
            declaring.declare(self.office, actor=self.staff[role], case_id=case_id, value=value, text=text)

    def case(self, case_id: str) -> Case:
        """The record as it stands."""
        return self.rows(sa.select(Case).where(Case.id == case_id))[0]

    def rows(self, statement: sa.Select[tuple[Row]]) -> list[Row]:
        """The records that a statement finds, to be looked at in peace."""
        with self.office.reading() as session:
            found = list(session.scalars(statement))
            session.expunge_all()
            return found

    def owner(self, case_id: str) -> Actor:
        """The applicant of a case."""
        return Actor(self.case(case_id).person_id, frozenset({Role.APPLICANT}))

    def view(self, case_id: str) -> looking.CaseView:
        """What the applicant sees."""
        return looking.my_case(self.office, actor=self.owner(case_id), case_id=case_id)

    def move(self, actor: Actor, case_id: str, move: str, **given: str) -> moving.Moved:
        """Make a move on the case as it stands."""
        return moving.make_move(self.office, actor=actor, case_id=case_id, move=move, seen_revision=self.case(case_id).revision, given=given)

    def evaluate(self, case_id: str) -> None:
        """The whole work of the assessor on a degree, in the person's favour: to `decision_awaited`."""
        assessor = self.staff[Role.ASSESSOR]
        checks = {name: (value, "Visto.") for name, value in CHECKS.items() if name in self.view(case_id).definition.checks}
        for subject, (value, reason) in (checks | dict(CRITERIA)).items():
            assessing.record_finding(self.office, actor=assessor, case_id=case_id, subject=subject, value=value, reason=reason)
        self.move(assessor, case_id, "choose_route", route="academic")
        self.move(assessor, case_id, "propose", outcome="full", grounds="No hay diferencia sustancial.")

    def events(self, case_id: str) -> list[str]:
        """The names of everything in the trail of a case, oldest first."""
        return [row.event for row in self.rows(sa.select(AuditEvent).where(AuditEvent.case_id == case_id).order_by(AuditEvent.position))]

    def everything(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of every table: two of these are equal when nothing at all was written in between."""
        with self.engine.connect() as connection:
            return {name: sorted(map(tuple, connection.execute(sa.select(table))), key=repr) for name, table in Base.metadata.tables.items()}

    def certificates(self) -> list[CertificateRecord]:
        """Every certificate that was ever begun."""
        return self.rows(sa.select(CertificateRecord).order_by(CertificateRecord.number))

    def leaves(self) -> list[tuple[int, str]]:
        """Position and kind of every leaf of the log, in order."""
        return [(leaf.position, leaf.kind) for leaf in self.rows(sa.select(LogLeaf).order_by(LogLeaf.position))]


def begun_under_the_first(office: Office, person: Applicant, until: str, *, procedure: str = DEGREE) -> str:
    """The id of a case that was begun when the first version of its procedure was all there was, and walked by itself until a state."""
    first = library().definition(procedure, 1)
    early = replace(office, library=Library(definitions=(first,), standards=first.standards.values(), texts={}))
    story = Story(early, clock=clock_of(early), run_jobs=lambda: run_jobs(early), samples=SAMPLES)
    return story.walk(person, procedure, until=until, days=0)


def open_world(folder: Path, url: str, *, keys: Path) -> World:
    """A world in `folder` on a migrated database, with copies of ready keys."""
    instance = folder / "instance"
    instance.mkdir(mode=0o700, exist_ok=True)
    if not (instance / "keys").exists():
        shutil.copytree(keys, instance / "keys")
    office, engine = make_office(folder, url, reader=EchoReader())
    return World(office, engine, Story(office, clock=clock_of(office), run_jobs=lambda: run_jobs(office), samples=SAMPLES))


def elsewhere(office: Office, url: str, *, files: Path) -> tuple[Office, sa.Engine]:
    """The same office on another copy of its database, with real files, real chance and nothing waiting: what a second process would open."""
    engine = make_engine(url)
    other = replace(office, sessions=sessionmaker(engine, expire_on_commit=False), files=LocalFiles(files), jobs=MemoryJobs(), entropy=SystemEntropy())
    return other, engine
