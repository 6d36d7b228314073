"""The applicant's pages on a real office: a real database, real keys and rules; a visitor who follows forms as a browser without scripts does."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from html import unescape
from io import BytesIO
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from credentialing.domain.contacts import parse_contact
from credentialing.resources import data_dir
from credentialing.services import looking, people, signing_in
from credentialing.services.demonstration import DEGREE, RPL, Applicant, Story, engineer, welder
from credentialing.services.office import Office
from credentialing.web import applicant
from credentialing.web.frame import build_frame
from credentialing.web.gate import close_gate
from credentialing.web.public import finder, information, landing
from credentialing.web.surroundings import Surroundings
from tests.office import SAMPLES, clock_of, make_office, run_jobs

ANA = engineer("+573005550101", "Mariángel", "Peñalver Núñez", "4821")
LUIS = welder("+573005550114", "Nelson José", "Ballesteros Ñáñez", "3162")


def bytes_of(name: str) -> bytes:
    """A sample file."""
    return (SAMPLES / name).read_bytes()


@dataclass
class Visitor:
    """Somebody with a browser: remembers cookies and the last page, and sends the form token of that page."""

    client: FlaskClient
    html: str = ""
    status: int = 0
    where: str = "/"
    seen: list[str] = field(default_factory=list)

    def open(self, path: str) -> str:
        """Open an address, following redirects; the page."""
        return self._arrive(self.client.get(path, follow_redirects=False))

    def send(self, path: str, *, files: list[tuple[str, str, bytes]] | None = None, **fields: str | list[str]) -> str:
        """Send a form from the present page, following redirects; the page that comes back."""
        data: dict[str, object] = {"csrf_token": self.token(), **fields}
        for name, file_name, content in files or ():
            data.setdefault(name, []).append((BytesIO(content), file_name))  # type: ignore[attr-defined]
        return self._arrive(self.client.post(path, data=data, follow_redirects=False))

    def _arrive(self, response: TestResponse) -> str:
        self.where = response.request.path
        while response.status_code in {302, 303, 308}:
            self.seen.append(response.headers["Location"])
            self.where = urlsplit(urljoin(self.where, response.headers["Location"])).path
            response = self.client.get(response.headers["Location"], follow_redirects=False)
        self.status, self.html = response.status_code, response.text
        return self.html

    def token(self) -> str:
        """The form token of the present page."""
        match = re.search(r'name="csrf_token" value="([^"]+)"', self.html)
        assert match is not None, f"no form on {self.where}"
        return match[1]

    def revision(self) -> str:
        """The revision that the present page's form was made for."""
        match = re.search(r'name="revision" value="(\d+)"', self.html)
        assert match is not None
        return match[1]

    def links(self) -> list[str]:
        """Every address that the present page leads to."""
        return [unescape(link) for link in re.findall(r'(?:href|src|action)="([^"]+)"', self.html)]


def text_of(html: str) -> str:
    """The words of a page in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.fixture
def office(tmp_path: Path, migrated_sqlite: Path) -> Iterator[Office]:
    """An office in demonstration mode; storage is tested on both engines elsewhere, so one is enough here."""
    database = tmp_path / "applicant.sqlite3"
    shutil.copyfile(migrated_sqlite, database)
    office, engine = make_office(tmp_path, f"sqlite:///{database}")
    yield office
    engine.dispose()


def website(office: Office) -> Flask:
    """The applicant's pages and the public ones."""
    around = Surroundings(
        settings=office.settings, clock=office.clock, entropy=office.entropy, library=office.library, office=office,
        person_of_session=partial(signing_in.person_of_session, office), name_of=lambda actor: looking.name_of(office, actor=actor),
    )  # fmt: skip
    app = build_frame(around, templates=data_dir("templates"))
    for blueprint in (landing.blueprint, finder.blueprint, information.blueprint, *applicant.BLUEPRINTS):
        app.register_blueprint(blueprint)
    close_gate(app)
    return app


@pytest.fixture
def app(office: Office) -> Flask:
    """The website on the office."""
    return website(office)


@pytest.fixture
def stranger(app: Flask) -> Visitor:
    """Somebody who reads English and is not signed in."""
    client = app.test_client()
    client.set_cookie("lang", "en")
    return Visitor(client)


def come_in(app: Flask, office: Office, person_id: str) -> Visitor:
    """A visitor with a session of that person."""
    client = app.test_client()
    client.set_cookie("lang", "en")
    client.set_cookie("session", signing_in.enter_demonstration(office, person_id=person_id).token)
    return Visitor(client)


@pytest.fixture
def ana(app: Flask, office: Office) -> Visitor:
    """An engineer, signed in, without a case."""
    person_id = people.welcome(office, contact=parse_contact(ANA.contact, "CO"), display_name=ANA.name, language="en")
    return come_in(app, office, person_id)


@pytest.fixture
def other(app: Flask, office: Office) -> Visitor:
    """Somebody else, signed in."""
    return come_in(app, office, people.welcome(office, contact=parse_contact("otra@example.com", "CO"), display_name="Otra", language="en"))


@pytest.fixture
def draft(ana: Visitor) -> str:
    """The address of a fresh case of Ana's."""
    ana.open("/applications/")
    ana.send("/applications/", procedure=DEGREE)
    return ana.where


@dataclass
class Play:
    """Cases of invented people, walked by everybody whose turn it is."""

    app: Flask
    office: Office
    story: Story

    def visit(self, person_id: str) -> Visitor:
        """A fresh visit of a person."""
        return come_in(self.app, self.office, person_id)

    def reach(self, state: str, *, who: Applicant = ANA, letter: bool = False, refused: bool = False) -> tuple[Visitor, str]:
        """The applicant, signed in, and the address of their case in `state`."""
        case_id = self.story.walk(who, RPL if who is LUIS else DEGREE, until=state, letter=letter, refused=refused)
        person = self.story.welcome(who).person_id
        assert person is not None
        return come_in(self.app, self.office, person), f"/applications/{case_id}"


@pytest.fixture
def play(app: Flask, office: Office) -> Play:
    """The stage for walking cases to a state."""
    return Play(app, office, Story(office, clock=clock_of(office), run_jobs=lambda: run_jobs(office), samples=SAMPLES))


def fill(office: Office, visitor: Visitor, case: str) -> None:
    """Fill in everything of Ana's case but the permissions, through the forms."""
    answers = dict(ANA.answers)
    year, month, day = answers.pop("birth_date").split("-")
    visitor.open(case)
    visitor.send(f"{case}/form/person", **answers, **{"birth_date-day": day, "birth_date-month": month, "birth_date-year": year})
    visitor.send(f"{case}/form/contact", **answers)
    visitor.send(f"{case}/form/studies", **answers)
    for kind in ("identity", "diploma", "transcript", "apostille"):
        for accepted_as, name in ANA.papers[kind]:
            visitor.open(f"{case}/papers")
            visitor.send(f"{case}/papers", kind=kind, accepted_as=accepted_as, files=[("file", name, bytes_of(name))])
    assert visitor.status == 200


