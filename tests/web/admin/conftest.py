"""The administration over HTTP: the real services on a real database, and a browser for each person."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from credentialing.app.product import create_app
from credentialing.domain.contacts import parse_contact
from credentialing.domain.people import Actor, Role
from credentialing.resources import data_dir
from credentialing.services import people, signing_in
from credentialing.services.demonstration import DEGREE, RPL, engineer
from credentialing.services.office import Office
from credentialing.storage.records import Case
from credentialing.workflow.library import Library
from tests.office import library, make_office
from tests.services.stage import EchoReader, begun_under_the_first
from tests.web.conftest import form_token_of


class House:
    """An office with its website."""

    def __init__(self, office: Office, app: Flask) -> None:
        self.office, self.app = office, app

    def hire(self, name: str, *roles: Role, number: str | None = None) -> Actor:
        """A member of staff as they would act now."""
        contact = parse_contact(f"{name.lower().replace(' ', '.')}@puente.example", "CO")
        person_id = people.hire(self.office, actor=None, contact=contact, display_name=name, roles=frozenset(roles), language="es", staff_number=number)
        with self.office.reading() as session:
            return people.actor_of(session, person_id, now=self.office.clock.now())

    def browser(self, actor: Actor, language: str = "en") -> FlaskClient:
        """A browser in which this person is really signed in."""
        client = self.app.test_client()
        client.set_cookie("session", signing_in.enter_demonstration(self.office, person_id=str(actor.person_id)).token)
        client.set_cookie("lang", language)
        return client

    def get(self, actor: Actor, path: str, language: str = "en") -> TestResponse:
        """A page as this person sees it."""
        return self.browser(actor, language).get(path)

    def post(self, actor: Actor, path: str, **data: object) -> TestResponse:
        """A form of this person, sent from a page of the administration."""
        client = self.browser(actor)
        token = form_token_of(client.get("/admin/centres").text)
        return client.post(path, data={"csrf_token": token, **{name.replace("__", "-"): value for name, value in data.items()}})


def waiting(library: Library) -> Library:
    """The published rules, with one procedure that is sourced in part and one that is weakly sourced."""
    levels = {DEGREE: "medium", RPL: "low"}
    definitions = [view.definition for view in library.procedures()]
    changed = [replace(each, procedure=replace(each.procedure, confidence=levels.get(each.id, each.procedure.confidence))) for each in definitions]
    standards = {standard.ref: standard for each in definitions for standard in each.standards.values()}
    return Library(definitions=changed, standards=standards.values(), texts=library._texts)


def under(house: House, rules: Library) -> House:
    """The same office and its website, under these rules."""
    office = replace(house.office, library=rules)
    return House(office, create_app(office.settings, office))


def case_of(house: House, case_id: str) -> Case:
    """The record as it stands."""
    with house.office.reading() as session:
        case = session.get_one(Case, case_id)
        session.expunge(case)
        return case


def begun(house: House, until: str = "completeness_check", *, number: int = 1) -> Case:
    """A degree case that was begun under the first version of its rules."""
    return case_of(house, begun_under_the_first(house.office, engineer(f"+5730055502{number:02d}", "Yuleima", "Peñalver", f"{number:04d}"), until))


@pytest.fixture(scope="session")
def rules() -> Library:
    """Read once."""
    return waiting(Library.load(data_dir("workflows")))


@pytest.fixture
def house(tmp_path: Path, migrated_sqlite: Path, rules: Library) -> Iterator[House]:
    """A fresh office in which nobody works yet."""
    shutil.copyfile(migrated_sqlite, tmp_path / "house.sqlite3")
    office, engine = make_office(tmp_path, f"sqlite:///{tmp_path / 'house.sqlite3'}", reader=EchoReader())
    office = replace(office, library=rules)
    yield House(office, create_app(office.settings, office))
    engine.dispose()


@pytest.fixture
def open_house(house: House) -> House:
    """A house under what we publish: two versions of the degree, well sourced."""
    return under(house, library())


@pytest.fixture
def nora(house: House) -> Actor:
    """An administrator."""
    return house.hire("Nora", Role.ADMINISTRATOR, number="A-100")
