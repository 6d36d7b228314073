"""Pages that say how to get help, what happens with data, what a fraud looks like, and how accessible the service is."""

from flask import Blueprint, render_template

from credentialing.web.gate import PUBLIC, route

blueprint = Blueprint("information", __name__)


@route(blueprint, "/help", who=PUBLIC)
def help_page() -> str:
    """Answers to what people ask most, and where to turn."""
    return render_template("pages/public/help.html")


@route(blueprint, "/privacy", who=PUBLIC)
def privacy() -> str:
    """What is kept, who sees it, what is never done, and what a person can demand."""
    return render_template("pages/public/privacy.html")


@route(blueprint, "/fraud", who=PUBLIC)
def fraud() -> str:
    """How to tell a fraud and what to do when money was asked for."""
    return render_template("pages/public/fraud.html")


@route(blueprint, "/accessibility", who=PUBLIC)
def accessibility() -> str:
    """What the pages can do for people who see, hear or move differently, and for old phones."""
    return render_template("pages/public/accessibility.html")
