"""The procedure's own words on a page: which definition speaks, and how a bare name becomes a word."""

from collections.abc import Mapping
from typing import Final

from flask import g
from flask_babel import gettext as _

from credentialing.web.language import choose_language
from credentialing.web.surroundings import surroundings
from credentialing.workflow.model import Definition, Standard
from credentialing.workflow.words import Words

# Where each family of names stands in a procedure's words.
KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "evidence": ("evidence.{}.name",),
    "fields": ("fields.{}.label",),
    "consents": ("consents.{}.title",),
    "checks": ("checks.{}.title",),
    "criteria": ("criteria.{}.title",),
    "subjects": ("checks.{}.title", "criteria.{}.title", "units.{}.title"),
    "units": ("units.{}.title",),
    "roles": ("roles.{}",),
    "deeds": ("moves.{}.button", "checks.{}.title", "criteria.{}.title"),
    "moves": ("moves.{}.button",),
    "clocks": ("clocks.{}.title",),
    "states": ("states.{}.title",),
}


def words_of(subject: Definition | Standard) -> Words:
    """The words of a definition or a standard in the reader's language."""
    return surroundings().library.words(choose_language()).of(subject)


def speak_for(*subjects: Definition | Standard) -> None:
    """From here on this request names things as these definitions and standards do, also on a problem page."""
    g.speaking = subjects


def word(family: str, name: str) -> str:
    """The word for a bare name: from what the request speaks for, otherwise one of our own, otherwise the name with its underscores opened."""
    for subject in g.get("speaking", ()):
        words = words_of(subject)
        for key in KEYS.get(family, ()):
            if words.has(key.format(name)):
                return str(words.text(key.format(name)))
    return _own(name) or name.replace("_", " ")


def _own(name: str) -> str | None:
    """Words for the few fields that belong to no procedure."""
    own = {
        "contact": _("Phone or e-mail"), "code": _("Code"), "number": _("Number"), "file": _("File"), "name": _("Name"), "units": _("Competency units"),
        "grounds": _("Reasons"), "criteria": _("the evaluation of the criteria"), "answer": _("Answer"), "text": _("Text"), "subject": _("Question"),
        "decision": _("Decision"),
    }
    return own.get(name)
