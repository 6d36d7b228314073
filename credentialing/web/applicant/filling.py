"""Filling in: one page a section of the form, and the permissions. Everything that can be kept is kept, whatever else is wrong."""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from credentialing.domain.errors import BadInputError, NotFoundError, Reason
from credentialing.services.applying import give_consent, save_answers
from credentialing.services.looking import CaseView
from credentialing.web.applicant.mine import APPLICANTS, address, me, office, open_mine, page
from credentialing.web.applicant.todo import is_draft
from credentialing.web.forms import FieldView, field_views, parse_fields, simple_view
from credentialing.web.gate import route
from credentialing.web.words import words_of
from credentialing.workflow.registry import FIELDS, REQUIRED_CONSENTS, Field, choices_of

QUIETLY = "X-Quietly"
"""The header of a save that the page makes by itself while somebody types: it needs no page in return."""

blueprint = Blueprint("filling", __name__, url_prefix="/applications")


@route(blueprint, "/<case_id>/form/<section>", who=APPLICANTS)
def show_section(case_id: str, section: str) -> Response:
    """One section of the form with what was saved; a case that cannot be changed any more shows itself instead."""
    view = open_mine(case_id)
    fields = _fields(view, section)
    if not view.editable:
        return redirect(address(case_id), code=303)
    return _section_page(view, section, fields, view.answers)


@route(blueprint, "/<case_id>/form/<section>", who=APPLICANTS, methods=("POST",))
def save_section(case_id: str, section: str) -> Response:
    """Keep every answer that can be used, blank ones too; say what is wrong with the others and keep what was typed."""
    view = open_mine(case_id)
    fields = _fields(view, section)
    parsed = parse_fields(fields, request.form, choices=lambda name: choices_of(view.definition, name))
    reasons = parsed.reasons + _keep(case_id, _without(parsed.values, parsed.reasons))
    if reasons:
        return _section_page(view, section, fields, parsed.raw, reasons)
    if request.headers.get(QUIETLY):
        return Response(status=204)
    return redirect(_onward(view, section), code=303)


def _fields(view: CaseView, section: str) -> tuple[Field, ...]:
    if section not in view.definition.form:
        raise NotFoundError("no such section")
    return tuple(FIELDS[name] for name in view.definition.form[section])


def _without(values: Mapping[str, str], reasons: tuple[Reason, ...]) -> dict[str, str]:
    wrong = {reason.details.get("field") for reason in reasons}
    return {name: text for name, text in values.items() if name not in wrong}


def _keep(case_id: str, values: Mapping[str, str]) -> tuple[Reason, ...]:
    """Save the answers; those that the procedure refuses come back as reasons, the others are kept all the same."""
    try:
        save_answers(office(), actor=me(), case_id=case_id, answers=values)
    except BadInputError as error:
        rest = _without(values, error.reasons)
        if len(rest) == len(values):
            raise
        return error.reasons + _keep(case_id, rest)
    return ()


def _section_page(view: CaseView, section: str, fields: tuple[Field, ...], values: Mapping[str, str], reasons: tuple[Reason, ...] = ()) -> Response:
    words = words_of(view.definition)
    views = field_views(
        fields, words=words, values=values, reasons=reasons, choices=lambda name: choices_of(view.definition, name), names=lambda *one: _named(view, *one)
    )
    sections = list(view.definition.form)
    body = render_template(
        "pages/applicant/section.html", view=view, url=address(view.case_id), title=words.text(f"sections.{section}"), fields=views, reasons_of_form=reasons,
        number=sections.index(section) + 1, total=len(sections), back=request.values.get("back", ""), action=address(view.case_id, "form", section),
    )
    return page(body, 422 if reasons else 200)


def _named(view: CaseView, field: str, value: str) -> str:
    """The words of a choice; a standard is called by its own title."""
    if field == "standard":
        return str(words_of(view.definition.standards[value]).text("title"))
    return str(words_of(view.definition).text(f"fields.{field}.values.{value}"))


def _onward(view: CaseView, section: str) -> str:
    """The next page: back to where the person came from, else the next section, else the papers."""
    if request.form.get("back") in {"check", "answer"}:
        return address(view.case_id, request.form["back"])
    sections = list(view.definition.form)
    after = sections[sections.index(section) + 1 :]
    return address(view.case_id, "form", after[0]) if after else address(view.case_id, "papers")


@route(blueprint, "/<case_id>/permissions", who=APPLICANTS)
def show_permissions(case_id: str) -> Response:
    """Every permission with its text; only what is needed is asked for as needed. They can be changed at any time."""
    view = open_mine(case_id)
    body = render_template(
        "pages/applicant/permissions.html", view=view, url=address(case_id), field=_permissions(view), draft=is_draft(view), back=request.args.get("back", "")
    )
    return page(body)


@route(blueprint, "/<case_id>/permissions", who=APPLICANTS, methods=("POST",))
def save_permissions(case_id: str) -> Response:
    """From now on exactly the ticked permissions hold."""
    view = open_mine(case_id)
    ticked = frozenset(request.form.getlist("consents")) & frozenset(view.definition.consents)
    give_consent(office(), actor=me(), case_id=case_id, consents=ticked)
    if request.form.get("back") == "check":
        return redirect(address(case_id, "check"), code=303)
    go_on = is_draft(view) and ticked.issuperset(REQUIRED_CONSENTS)
    return redirect(address(case_id, "form", next(iter(view.definition.form))) if go_on else address(case_id), code=303)


def _permissions(view: CaseView) -> FieldView:
    words = words_of(view.definition)
    titles = [(name, words.text(f"consents.{name}.title")) for name in view.definition.consents]
    shown = [(name, _("%(title)s (needed)", title=title) if name in REQUIRED_CONSENTS else title) for name, title in titles]
    hints = {name: words.text(f"consents.{name}.text") for name in view.definition.consents}
    return simple_view("consents", _("I give permission to:"), kind="several", value=" ".join(sorted(view.facts.consents)), choices=shown, hints=hints)
