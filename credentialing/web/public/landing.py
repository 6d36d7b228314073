"""The first page: three doors, no account needed; in a demonstration also the ready accounts and samples."""

from flask import Blueprint, render_template

from credentialing.web.gate import PUBLIC, route
from credentialing.web.surroundings import Demonstration, surroundings

blueprint = Blueprint("landing", __name__)


@route(blueprint, "/", who=PUBLIC)
def first_page() -> str:
    """The doors, the three promises, and what to do when a paper is missing."""
    here = surroundings()
    return render_template("pages/public/landing.html", demonstration=here.demonstration() if here.settings.demonstration else Demonstration())
