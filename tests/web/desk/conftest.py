"""A desk over HTTP: the real services on a real database, invented people, and papers that need no drawing."""

import re
import shutil
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from credentialing.domain.people import Actor, Role
from credentialing.domain.ports import Picture, ReadDocument
from credentialing.resources import data_dir
from credentialing.services import assessing, declaring, looking
from credentialing.services.demonstration import DEGREE, RPL, Story, engineer, welder
from credentialing.services.looking import CaseView
from credentialing.services.moving import make_move
from credentialing.services.office import Office
from credentialing.storage.records import Case
from credentialing.web.desk import BLUEPRINTS
from credentialing.web.frame import build_frame
from credentialing.web.gate import close_gate
from credentialing.web.surroundings import Surroundings
from tests.office import SAMPLES, clock_of, make_office, run_jobs
from tests.web.conftest import form_token_of

PAGE = b"\x89PNG\r\n\x1a\n a page"
KINDS = {DEGREE: engineer, RPL: welder}


class TwoPages:
    """A reader for which every paper has two pages that say nothing."""

    def read(self, data: bytes, file_name: str) -> ReadDocument:
        """Two pages, whatever came."""
        return ReadDocument("application/pdf", tuple(Picture("image/png", PAGE + str(number).encode(), 1, 1) for number in (1, 2)))


def words_in(html: str) -> str:
    """What a page says, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


class Desk:
    """An office with its staff, and a browser for each person."""

    def __init__(self, office: Office, story: Story, app: Flask, tokens: dict[str, Actor]) -> None:
        self.office, self.story, self.app = office, story, app
        self._tokens = tokens
        self._people = 0

    def staff(self, role: Role) -> Actor:
        """The one member of staff who holds this role."""
        return self.story.staff[role]

    def case(self, procedure: str, until: str, *, answers: dict[str, str] | None = None, **how: Any) -> str:
        """The id of a new case of a new person, walked until a state."""
        self._people += 1
        person: Any = KINDS[procedure](f"+57300555{self._people:04d}", "Yuleima", "Peñalver Núñez", f"{self._people:04d}")
        if answers:
            person = SimpleNamespace(contact=person.contact, name=person.name, answers={**person.answers, **answers}, papers=person.papers)
        case_id = self.story.walk(person, procedure, until=until, days=0, **how)
        self._nobody_is_tied(case_id)
        return case_id

    def _nobody_is_tied(self, case_id: str) -> None:
        """Everybody who has to declares that nothing ties them to the person."""
        for role, actor in self.story.staff.items():
            if role in self.office.library.definition(self._procedure_of(case_id)).roles and self.view(case_id, role).must_declare:
                declaring.declare(self.office, actor=actor, case_id=case_id, value="none", text="")

    def _procedure_of(self, case_id: str) -> str:
        with self.office.reading() as session:
            return session.get_one(Case, case_id).procedure

    def view(self, case_id: str, role: Role = Role.ASSESSOR) -> CaseView:
        """The case as the services show it to a role."""
        return looking.desk_case(self.office, actor=self.staff(role), case_id=case_id)

    def token_of(self, actor: Actor) -> str:
        """The session of this person."""
        token = f"token-{actor.person_id}-{'-'.join(sorted(actor.roles))}"
        self._tokens[token] = actor
        return token

    def browser(self, actor: Actor) -> FlaskClient:
        """A browser in which this person is signed in and reads English."""
        client = self.app.test_client()
        client.set_cookie("session", self.token_of(actor))
        client.set_cookie("lang", "en")
        return client

    def get(self, actor: Actor, path: str) -> TestResponse:
        """A page as this person sees it."""
        return self.browser(actor).get(path)

    def post(self, actor: Actor, path: str, data: dict[str, Any], page: str = "/desk/procedures") -> TestResponse:
        """A form of this person, sent from a page of ours."""
        client = self.browser(actor)
        return client.post(path, data={"csrf_token": form_token_of(client.get(page).text), **data})

    def move(self, actor: Actor, case_id: str, move: str, **given: Any) -> TestResponse:
        """A move, on the revision that the case has now unless `revision` is given."""
        revision = given.pop("revision", None)
        data = {"revision": self._revision(case_id) if revision is None else revision, **{f"{move}-{name}": value for name, value in given.items()}}
        return self.post(actor, f"/desk/cases/{case_id}/moves/{move}", data)

    def find(self, actor: Actor, case_id: str, subject: str, value: str, reason: str = "Seen in the papers.") -> TestResponse:
        """A finding, sent from the page of the case."""
        return self.post(actor, f"/desk/cases/{case_id}/findings/{subject}", {"value": value, "reason": reason})

    def answer_letter(self, case_id: str) -> None:
        """The applicant answers every question of the letter and sends the answers."""
        actor = Actor(self.view(case_id, Role.INTAKE_OFFICER).facts.applicant_id, frozenset({Role.APPLICANT}))
        for question in looking.my_case(self.office, actor=actor, case_id=case_id).questions:
            assessing.answer_question(self.office, actor=actor, case_id=case_id, question_id=question.question_id, text="Yes.")
        make_move(self.office, actor=actor, case_id=case_id, move="answer", seen_revision=self._revision(case_id), given={})

    def _revision(self, case_id: str) -> int:
        return self.view(case_id, Role.INTAKE_OFFICER).revision

    def run_jobs(self) -> None:
        """Do the work that waits."""
        run_jobs(self.office)


@pytest.fixture
def desk(tmp_path: Path, migrated_sqlite: Path) -> Iterator[Desk]:
    """A fresh office with one person in each role, and nothing to do yet."""
    shutil.copyfile(migrated_sqlite, tmp_path / "desk.sqlite3")
    office, engine = make_office(tmp_path, f"sqlite:///{tmp_path / 'desk.sqlite3'}", reader=TwoPages())
    story = Story(office, clock=clock_of(office), run_jobs=lambda: run_jobs(office), samples=SAMPLES)
    tokens: dict[str, Actor] = {}
    around = Surroundings(
        settings=office.settings, clock=office.clock, entropy=office.entropy, library=office.library, office=office, person_of_session=tokens.get,
    )
    app = build_frame(around, templates=data_dir("templates"))
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    close_gate(app)
    yield Desk(office, story, app, tokens)
    engine.dispose()


@pytest.fixture
def both() -> Callable[[Desk], Actor]:
    """The assessor of the story, who also decides and registers: nothing forbids to hold several roles."""
    return lambda desk: Actor(desk.staff(Role.ASSESSOR).person_id, frozenset({Role.APPLICANT, Role.ASSESSOR, Role.DECISION_MAKER, Role.REGISTRAR}))
