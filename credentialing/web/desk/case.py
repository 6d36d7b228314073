"""The page of a case: papers on one side, what this person can do now on the other, and beneath it all that is known."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from credentialing.domain.errors import Reason
from credentialing.domain.people import STAFF_ROLES
from credentialing.services.evidence import read_page
from credentialing.services.issuing import certificate_pdf
from credentialing.services.looking import CaseView, desk_case, history
from credentialing.web.desk import moves, procedures, subjects, trail, viewer
from credentialing.web.desk.page import case_url, desk_page
from credentialing.web.desk.ties import ties_of
from credentialing.web.forms import FieldView, simple_view
from credentialing.web.gate import acting, route
from credentialing.web.language import _, unit_text
from credentialing.web.surroundings import surroundings
from credentialing.web.words import speak_for, words_of
from credentialing.workflow.clocks import ClockView
from credentialing.workflow.model import ClockKind

blueprint = Blueprint("desk_case", __name__, url_prefix="/desk/cases")

LONGEST_QUESTION = 4000


@dataclass(frozen=True, slots=True)
class Fault:
    """A form that came back: which one (`finding`, `question` or the name of a move), what was typed, and every reason."""

    form: str
    typed: Mapping[str, str]
    reasons: tuple[Reason, ...]
    status: int = 422


@dataclass(frozen=True, slots=True)
class ClockLine:
    """A clock as the head of the page shows it; when a `least` time is over nobody is late."""

    title: str
    text: str
    used: int
    limit: int
    due_at: datetime | None
    paused: bool
    silence: str
    least: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """The letter of questions while it is being written: what is in it, and the fields for one more."""

    card: moves.MoveCard
    drafts: tuple[dict[str, str], ...]
    about: tuple[dict[str, Any], ...]
    text: FieldView


@route(blueprint, "/<case_id>", who=STAFF_ROLES)
def case(case_id: str) -> Response:
    """The case, with the papers and the subject that the query asks for."""
    view = open_case(case_id)
    return render(view, viewer.read_scene(request.args, view.papers))


@route(blueprint, "/<case_id>/papers/<evidence_id>/<int:page>", who=STAFF_ROLES)
def paper(case_id: str, evidence_id: str, page: int) -> Response:
    """The viewing copy of one page. That it was opened is recorded."""
    copy = read_page(surroundings().office, actor=acting(), case_id=_desk_id(case_id), evidence_id=evidence_id, page=page)
    return Response(copy.data, mimetype=copy.media_type, headers={"Content-Disposition": "inline"})


@route(blueprint, "/<case_id>/certificate.pdf", who=STAFF_ROLES)
def certificate(case_id: str) -> Response:
    """The certificate of the case."""
    number, data = certificate_pdf(surroundings().office, actor=acting(), case_id=_desk_id(case_id))
    return Response(data, mimetype="application/pdf", headers={"Content-Disposition": f'attachment; filename="{number}.pdf"'})


def _desk_id(case_id: str) -> str:
    """The same id, when the reader may see the case from the desk; NotFoundError on one's own case and on those of other procedures."""
    return desk_case(surroundings().office, actor=acting(), case_id=case_id).case_id


def open_case(case_id: str) -> CaseView:
    """The case for the person who acts; from here on the request speaks the words of its procedure."""
    view = desk_case(surroundings().office, actor=acting(), case_id=case_id)
    speak_for(view.definition, *([view.standard] if view.standard is not None else []))
    return view


def render(view: CaseView, asked: viewer.Scene, fault: Fault | None = None) -> Response:
    """The page of a case; with a `fault`, the form that came back keeps what was typed and says what is wrong."""
    words, scene = words_of(view.definition), subjects.opened(view, asked)
    cards = moves.move_cards(view, faulty=fault.form, typed=fault.typed, reasons=fault.reasons) if fault else moves.move_cards(view)
    subject = subjects.open_subject(view, scene.subject, *_came_back(fault, "finding"))
    ties = ties_of(view, *_came_back(fault, "declaration"))
    letter = _letter(view, cards, fault if fault and fault.form == "question" else None)
    role, whose = trail.turn_of(view)
    return desk_page(
        "pages/desk/case.html", status=fault.status if fault else 200, reasons_of_form=fault.reasons if fault else (), view=view, words=words,
        heading=words.text("title"), subtitle=_subtitle(view), state=words.text(f"states.{view.state}.title"),
        what_now=words.text(f"states.{view.state}.staff"), turn_role=role, whose=whose,
        my_turn=trail.waits_for_me(view, acting().roles), ending=view.outcome, clocks=_clocks(view),
        panes=viewer.pane_views(view, scene, words), shelf=viewer.shelf(view, scene, words), compare=viewer.compare_url(view, scene), scene=scene.query(),
        strips=subjects.strips(view, scene), subject=subject, letter=letter, ties=ties,
        cards=[card for card in cards if card.move != moves.LETTER or letter is None],
        form_views=[*_views(subject, letter, cards), *(ties.fields if ties else ())], lost=_lost(fault, subject, letter, cards),
        sections=_sections(view), findings=trail.findings(view),
        still_open=trail.still_open(view), proposal=trail.proposal(view, str(acting().person_id)),
        texts=trail.texts(view), appeal=trail.appeal(view), certificate=trail.certificate(view),
        face=trail.on_the_certificate(view) if view.state == "ready_to_issue" else (),
        route=words.text(f"routes.{view.facts.route}.title") if view.facts.route else "", asked_questions=[each for each in view.questions if each.asked_at],
        history=trail.told(view, history(surroundings().office, actor=acting(), case_id=view.case_id)), source=procedures.source_of(view.definition),
        address=case_url(view.case_id), names=viewer.paper_names(view, words),
    )


def _came_back(fault: Fault | None, form: str) -> tuple[Mapping[str, str], tuple[Reason, ...]]:
    """What was typed into a form that came back, and what is wrong with it; nothing when another form did, or none."""
    return (fault.typed, fault.reasons) if fault and fault.form == form else ({}, ())


def _subtitle(view: CaseView) -> str:
    if view.closed is not None:  # enough to tell whether anything ties one to this person, and no more
        return " · ".join(text for text in (view.name, *view.answers.values()) if text)
    parts = [view.name, view.answers.get("degree_name", ""), words_of(view.standard).text("title") if view.standard else ""]
    return " · ".join(part for part in parts if part)


def _views(subject: subjects.OpenSubject | None, letter: Letter | None, cards: tuple[moves.MoveCard, ...]) -> list[FieldView]:
    return [*(subject.fields if subject else ()), *([letter.text] if letter else []), *(each for card in cards for each in card.fields)]


def _lost(fault: Fault | None, subject: subjects.OpenSubject | None, letter: Letter | None, cards: tuple[moves.MoveCard, ...]) -> tuple[str, ...]:
    """What was typed into a form that is not on the page any more, so that nobody types it twice."""
    if fault is None:
        return ()
    form_is_here = {"finding": subject is not None, "question": letter is not None, "declaration": True}.get(fault.form)
    if form_is_here is None:
        form_is_here = any(card.move == fault.form and not card.reasons for card in cards)
    return () if form_is_here else tuple(text for name, text in fault.typed.items() if text.strip() and name not in ("value", "about"))


def _clocks(view: CaseView) -> tuple[ClockLine, ...]:
    """The clocks that run, and the law's own clock while it is paused."""
    shown = [clock for clock in view.clocks if clock.running or (clock.kind is ClockKind.STATUTORY and clock.used and view.closed_at is None)]
    return tuple(_clock(view, clock) for clock in sorted(shown, key=lambda clock: clock.kind is not ClockKind.STATUTORY))


def _clock(view: CaseView, clock: ClockView) -> ClockLine:
    text = _("%(used)s of %(limit)s %(unit)s used", used=clock.used, limit=clock.limit.count, unit=unit_text(clock.limit.unit))
    silence = {"negative": _("Silence counts as a no."), "positive": _("Silence counts as a yes."), "lapse": _("After that the case is closed.")}
    return ClockLine(
        words_of(view.definition).text(f"clocks.{clock.name}.title"), text, clock.used, clock.limit.count, clock.due_at, not clock.running,
        silence.get(clock.silence or "", ""), clock.kind is ClockKind.MINIMUM,
    )


def _letter(view: CaseView, cards: tuple[moves.MoveCard, ...], fault: Fault | None) -> Letter | None:
    """The letter, while this person could send it but for its having no question; None when there is no letter to write."""
    offer = next((offer for offer in view.offers if offer.move == moves.LETTER), None)
    if offer is None or any(reason.code != "questions_none" for reason in offer.reasons):
        return None
    words, typed = words_of(view.definition), fault.typed if fault else {}
    kinds = [kind for kind, rule in view.definition.evidence.items() if "answer_awaited" in rule.asked_in]
    about = [{"value": "", "text": _("Nothing in particular")}, *({"value": kind, "text": words.text(f"evidence.{kind}.name")} for kind in kinds)]
    hint = _("Say what is missing, why it matters and how to mend it. One thing in each question.")
    return Letter(
        card=next(card for card in cards if card.move == moves.LETTER),
        drafts=tuple(
            {"id": each.question_id, "about": words.text(f"evidence.{each.about}.name") if each.about else "", "text": each.text}
            for each in view.questions if each.asked_at is None
        ),
        about=tuple({**item, "selected": item["value"] == typed.get("about", "")} for item in about),
        text=simple_view("question", _("Question or what is missing"), kind="long_text", hint=hint, value=typed.get("question", ""),
                         reasons=fault.reasons if fault else (), max_length=LONGEST_QUESTION),
    )


def _sections(view: CaseView) -> tuple[dict[str, Any], ...]:
    words = words_of(view.definition)
    return tuple({"title": words.text(f"sections.{name}"), "lines": subjects.written(view, (name,))} for name in view.definition.form)
