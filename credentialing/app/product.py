"""The whole product in one application."""

from typing import Any, cast

import sqlalchemy as sa
from flask import Flask
from flask_babel import gettext as _
from flask_sqlalchemy import SQLAlchemy

from credentialing.app.keys import warn_of_due_keys
from credentialing.app.office import open_office
from credentialing.config import Settings
from credentialing.resources import data_dir
from credentialing.services import looking, showcase, signing_in
from credentialing.services.office import Office
from credentialing.storage.base import Base
from credentialing.web import admin, applicant, desk
from credentialing.web.frame import build_frame
from credentialing.web.gate import close_gate
from credentialing.web.phrases import role_name
from credentialing.web.public import catalogue, finder, information, landing
from credentialing.web.surroundings import Demonstration, ReadyAccount, SampleLink, Surroundings
from credentialing.web.verify import BLUEPRINTS as VERIFY


class Database(SQLAlchemy):
    """Flask-SQLAlchemy on the one engine of the process, whose connections are made durable in `storage.engine`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._given = engine
        super().__init__(metadata=Base.metadata)

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Flask) -> sa.Engine:
        return self._given


def create_app(settings: Settings, office: Office | None = None) -> Flask:
    """The whole product in one application: applicants, desk, verification, public trust files."""
    house = office or open_office(settings)
    warn_of_due_keys(house.keys, house.clock.now())
    engine = cast(sa.Engine, house.sessions.kw["bind"])
    database = Database(engine)
    app = build_frame(
        Surroundings(
            settings=settings,
            clock=house.clock,
            entropy=house.entropy,
            library=house.library,
            office=house,
            person_of_session=lambda token: signing_in.person_of_session(house, token),
            name_of=lambda actor: looking.name_of(house, actor=actor),
            demonstration=lambda: _demonstration(house),
            unready=lambda: _unready(database),
        ),
        templates=data_dir("templates"),
    )
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    database.init_app(app)
    public = (landing.blueprint, finder.blueprint, catalogue.blueprint, information.blueprint)
    for blueprint in (*public, *applicant.BLUEPRINTS, *desk.BLUEPRINTS, *admin.BLUEPRINTS, *VERIFY):
        app.register_blueprint(blueprint)
    close_gate(app)
    return app


def _demonstration(office: Office) -> Demonstration:
    if not office.settings.demonstration:
        return Demonstration()
    accounts = tuple(ReadyAccount(role_name(account.role), account.name, f"/demo/enter/{account.person_id}") for account in showcase.accounts(office))
    samples = tuple(SampleLink(_("Verify certificate %(number)s", number=number), f"/c/{code}") for number, code in showcase.sample_certificates(office))
    return Demonstration(accounts, (*samples, SampleLink(_("Read the messages that would be sent"), "/demo/messages")))


def _unready(database: Database) -> tuple[str, ...]:
    try:
        database.session.execute(sa.text("SELECT 1"))
    except sa.exc.SQLAlchemyError:
        return ("database",)
    return ()
