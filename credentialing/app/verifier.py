"""Verification alone, for a process of its own."""

from typing import cast

from flask import Flask

from credentialing.adapters.system import SystemEntropy
from credentialing.app.register import open_register
from credentialing.config import Settings
from credentialing.resources import data_dir
from credentialing.services.office import Office
from credentialing.web.frame import build_frame
from credentialing.web.gate import close_gate
from credentialing.web.surroundings import Surroundings
from credentialing.web.verify import BLUEPRINTS
from credentialing.workflow.library import Library


def create_verifier_app(settings: Settings) -> Flask:
    """Verification alone, for a process of its own: no log-in, no cookies, a database connection that cannot write."""
    register = open_register(settings)
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
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    close_gate(app)
    return app
