"""Every procedure of every country for everybody to read: the list, the facts of each, and its way as a picture."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, render_template
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from credentialing.domain.errors import NotFoundError
from credentialing.web.gate import PUBLIC, SIGN_IN_PATH, route
from credentialing.web.public.answers import PROCEDURES, describe
from credentialing.web.public.finder import may_start
from credentialing.web.public.questions import country_name, is_open
from credentialing.web.security import pack
from credentialing.web.surroundings import surroundings
from credentialing.web.words import words_of
from credentialing.workflow.draw import svg
from credentialing.workflow.finder import REGION
from credentialing.workflow.library import ProcedureView

blueprint = Blueprint("catalogue", __name__, url_prefix=PROCEDURES)

KINDS: Final = {
    "degree": _l("Degrees"), "school": _l("School studies"), "rpl": _l("Skills"), "background_paper": _l("Qualifications passport"),
    "mutual_recognition": _l("Certificates of other countries"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A procedure in the list."""

    title: str
    authority: str
    url: str
    kind: LazyString
    is_open: bool


@dataclass(frozen=True, slots=True)
class Country:
    """A country of the list with its procedures."""

    code: str
    name: str
    lines: tuple[Line, ...]


@route(blueprint, "", who=PUBLIC)
def catalogue() -> str:
    """Every procedure by country, those of the region last."""
    by_country: dict[str, list[ProcedureView]] = defaultdict(list)
    for view in surroundings().library.procedures():
        by_country[view.country].append(view)
    countries = [Country(code, country_name(code), tuple(map(_line, sorted(views, key=_rank)))) for code, views in by_country.items()]
    countries.sort(key=lambda country: (country.code == REGION, country.name))
    return render_template("pages/public/procedures.html", countries=countries, total=sum(len(country.lines) for country in countries))


def _rank(view: ProcedureView) -> tuple[int, str]:
    return (list(KINDS).index(view.kind), view.id)


def _line(view: ProcedureView) -> Line:
    words = words_of(view.definition)
    return Line(words.text("title"), words.text("authority"), f"{PROCEDURES}/{view.id}", KINDS[view.kind], is_open(view))


def _view(procedure: str) -> ProcedureView:
    found = next((view for view in surroundings().library.procedures() if view.id == procedure), None)
    if found is None:
        raise NotFoundError
    return found


@route(blueprint, "/<procedure>", who=PUBLIC)
def one(procedure: str) -> str:
    """The facts of one procedure, with what to do about every paper that is missing."""
    view = _view(procedure)
    here = f"{PROCEDURES}/{view.id}"
    return render_template(
        "pages/public/procedure.html", answer=describe(view, answers={}, lacks=frozenset()), kind=KINDS[view.kind], drawing=f"{here}/drawing.svg",
        may_start=may_start(), sign_in=f"{SIGN_IN_PATH}?next={here}",
    )


@route(blueprint, "/<procedure>/drawing.svg", who=PUBLIC)
def drawing(procedure: str) -> Response:
    """The stages and moves as a picture; the page says the stages in words."""
    definition = _view(procedure).definition
    return pack(Response(svg(definition, words_of(definition)), mimetype="image/svg+xml"))
