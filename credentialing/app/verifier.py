"""Verification alone, for a process of its own."""

from typing import cast

from flask import Flask
from sqlalchemy.orm import sessionmaker

from credentialing.adapters.system import SystemClock, SystemEntropy
from credentialing.config import Settings
from credentialing.crypto.keyring import KeyRing
from credentialing.resources import data_dir
from credentialing.services.office import Office, ReadOnlyRegister
from credentialing.storage.engine import make_engine
from credentialing.web import verify
from credentialing.web.frame import build_frame
from credentialing.web.gate import close_gate
from credentialing.web.surroundings import Surroundings
from credentialing.workflow.library import Library


def create_verifier_app(settings: Settings) -> Flask:
    """Verification alone, for a process of its own: no log-in, no cookies, a database connection that cannot write."""
    engine = make_engine(settings.verifier_database_url or settings.database_url)
    register = ReadOnlyRegister(settings=settings, sessions=sessionmaker(engine), clock=SystemClock(), keys=KeyRing.open(settings.keys))
    app = build_frame(
        Surroundings(
            settings=settings,
            clock=register.clock,
            entropy=SystemEntropy(),
            library=Library.load(data_dir("workflows")),
            office=cast(Office, None),  # no view of the verifier may ask for one
            read_only=register,
            verifier_only=True,
        ),
        templates=data_dir("templates"),
    )
    for blueprint in verify.BLUEPRINTS:
        app.register_blueprint(blueprint)
    close_gate(app)
    return app
