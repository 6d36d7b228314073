"""My papers: one card for each kind of evidence that is asked for now. A fault stays in its card; what was there before stays too."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from credentialing.domain.errors import BadInputError, NotFoundError, Reason, RefusedError
from credentialing.services.evidence import add_evidence, read_page, remove_evidence
from credentialing.services.looking import CaseView, Paper
from credentialing.web.applicant.mine import APPLICANTS, address, me, office, open_mine, page
from credentialing.web.applicant.otherwise import AskedWay, asked_way, asked_ways, may_ask
from credentialing.web.applicant.todo import SEND, acts_of, count_papers, is_draft
from credentialing.web.gate import route
from credentialing.web.language import number as written
from credentialing.web.phrases import sentence
from credentialing.web.words import words_of
from credentialing.workflow.guards import evidence_asked, is_required
from credentialing.workflow.model import EvidenceRule

ICONS: Final = {
    "identity": "person", "diploma": "cap", "prior_degree": "cap", "training": "cap", "payment_receipt": "coin", "work_history": "tool",
    "work_photos": "camera", "study_plan": "folder",
}

blueprint = Blueprint("papers", __name__, url_prefix="/applications")


@dataclass(frozen=True, slots=True)
class Card:
    """The card of one kind of evidence."""

    kind: str
    icon: str
    title: str
    hint: str
    without: str
    accepts: tuple[tuple[str, str], ...]
    chosen: str
    papers: tuple[Paper, ...]
    required: bool
    enough: bool
    errors: tuple[str, ...]
    otherwise: str = ""
    asked: AskedWay | None = None


Faults = Mapping[str, Sequence[str]]


@dataclass(slots=True)
class Sent:
    """What came of the files that were sent for one kind: how many were kept, and a sentence for each that was not."""

    kept: int = 0
    errors: list[str] = field(default_factory=list)


@route(blueprint, "/<case_id>/papers", who=APPLICANTS)
def show_papers(case_id: str) -> Response:
    """Every paper of the case; those that are asked for now can be added."""
    return _papers_page(open_mine(case_id))


@route(blueprint, "/<case_id>/papers", who=APPLICANTS, methods=("POST",))
def add_paper(case_id: str) -> Response:
    """Take in one or more files for a kind of evidence. Each file is judged alone: the good ones are kept."""
    view, kind = open_mine(case_id), request.form.get("kind", "")
    if kind not in view.definition.evidence:
        raise NotFoundError("no such kind of evidence")
    sent = take_files(view, kind, request.files.getlist("file"), request.form.get("accepted_as", ""))
    if sent.errors:
        return _papers_page(open_mine(case_id), {kind: sent.errors})
    back = request.form.get("back", "")
    return redirect(address(case_id, "papers") + (f"?back={back}" if back == "check" else "") + f"#{kind}", code=303)


def take_files(view: CaseView, kind: str, files: Sequence[FileStorage], accepted_as: str) -> Sent:
    """Keep each file as evidence of `kind`; RefusedError only when this kind is not asked for now."""
    sent = Sent()
    chosen = [file for file in files if file.filename]
    as_what, problem = _as_what(view.definition.evidence[kind], accepted_as)
    if not chosen:
        sent.errors.append(_("Choose a photo or a PDF first."))
    elif problem:
        sent.errors.append(problem)
    else:
        for file in chosen:
            _take(view, kind, as_what, file, sent, several=len(chosen) > 1)
    return sent


def _take(view: CaseView, kind: str, as_what: str | None, file: FileStorage, sent: Sent, *, several: bool) -> None:
    name = file.filename or ""
    try:
        add_evidence(office(), actor=me(), case_id=view.case_id, kind=kind, accepted_as=as_what, file_name=name, data=file.read())
        sent.kept += 1
    except BadInputError as error:
        sent.errors += [f"{name}: {sentence(reason)}" if several else sentence(reason) for reason in error.reasons]
    except RefusedError as error:
        if any(reason.code != "evidence_full" for reason in error.reasons):
            raise
        sent.errors += [sentence(reason) for reason in error.reasons]


def _as_what(rule: EvidenceRule, accepted_as: str) -> tuple[str | None, str]:
    """Which of the accepted types the paper is, or the sentence that asks for it."""
    if accepted_as in rule.accepts:
        return accepted_as, ""
    if len(rule.accepts) > 1:
        return None, _("Say first what kind of paper it is.")
    return (rule.accepts[0] if rule.accepts else None), ""


def _papers_page(view: CaseView, faults: Faults = MappingProxyType({})) -> Response:
    cards = tuple(cards_of(view, faults))
    ready, needed = count_papers(view)
    shown = {card.kind for card in cards}
    reasons = tuple(Reason(kind) for kind in faults)
    body = render_template(
        "pages/applicant/papers.html", view=view, words=words_of(view.definition), url=address(view.case_id), cards=cards, ready=ready, needed=needed,
        others=[paper for paper in view.papers if paper.kind not in shown], reasons_of_form=reasons, back=request.values.get("back", ""),
        onward=_onward(view), kilobytes=kilobytes,
        ways=[asked for asked in asked_ways(view) if asked.kind not in shown],
        more_later=is_draft(view) and any(_undecided(view, rule) for rule in view.definition.evidence.values()),
    )
    return page(body, 422 if faults else 200)


def kilobytes(size: int) -> str:
    """A size in bytes as people know it from their phones: kB, or MB with one decimal."""
    return f"{max(1, round(size / 1000))} kB" if size < 1_000_000 else f"{written(round(size / 1_000_000, 1))} MB"


def _undecided(view: CaseView, rule: EvidenceRule) -> bool:
    return any(name not in view.facts.choices for name in rule.required_when)


def _onward(view: CaseView) -> str:
    """Where one goes on from here: to checking and sending, or to the act that the papers are for."""
    acts = acts_of(view)
    first = next((act for act in acts if act.move == SEND), acts[0] if acts else None)
    return first.url if first else address(view.case_id)


def cards_of(view: CaseView, faults: Faults = MappingProxyType({}), *, only: str | None = None) -> Iterator[Card]:
    """A card for each kind that is asked for now: those that are required, those that may help, and those with papers in them."""
    for rule in sorted(evidence_asked(view.definition, view.facts), key=lambda rule: not is_required(rule, view.facts)):
        papers = tuple(paper for paper in view.papers if paper.kind == rule.kind)
        required = is_required(rule, view.facts)
        if (required or papers or rule.at_least == 0) and only in {None, rule.kind}:
            yield _card(view, rule, papers, required, tuple(faults.get(rule.kind, ())))


def _card(view: CaseView, rule: EvidenceRule, papers: tuple[Paper, ...], required: bool, errors: tuple[str, ...]) -> Card:
    words = words_of(view.definition)
    known = view.answers.get("identity_document_type", "") if rule.kind == "identity" else ""
    return Card(
        kind=rule.kind, icon=ICONS.get(rule.kind, "page"), title=words.text(f"evidence.{rule.kind}.name"), hint=words.text(f"evidence.{rule.kind}.hint"),
        without=words.text(f"evidence.{rule.kind}.without"), accepts=tuple((one, words.text(f"papers.{one}")) for one in rule.accepts),
        chosen=request.form.get("accepted_as", "") if errors else (papers[-1].accepted_as or "") if papers else known,
        papers=papers, required=required, enough=len(papers) >= max(rule.at_least, 1), errors=errors,
        otherwise=address(view.case_id, "papers", rule.kind, "otherwise") if may_ask(view, rule) else "", asked=asked_way(view, rule.kind),
    )


@route(blueprint, "/<case_id>/papers/<evidence_id>", who=APPLICANTS)
def show_paper(case_id: str, evidence_id: str) -> str:
    """One paper, page by page, as the people who review the case see it."""
    view = open_mine(case_id)
    paper = next((paper for paper in view.papers if paper.evidence_id == evidence_id), None)
    if paper is None:
        raise NotFoundError("no such paper")
    removable = view.state in view.definition.evidence[paper.kind].asked_in
    return render_template(
        "pages/applicant/paper.html", view=view, words=words_of(view.definition), paper=paper, removable=removable, url=address(case_id),
        here=address(case_id, "papers", evidence_id), kilobytes=kilobytes,
    )


@route(blueprint, "/<case_id>/papers/<evidence_id>/remove", who=APPLICANTS, methods=("POST",))
def remove_paper(case_id: str, evidence_id: str) -> Response:
    """Take a paper back for good, while its kind is still asked for."""
    remove_evidence(office(), actor=me(), case_id=case_id, evidence_id=evidence_id)
    return redirect(address(case_id, "papers"), code=303)


@route(blueprint, "/<case_id>/papers/<evidence_id>/<int:number>", who=APPLICANTS)
def page_image(case_id: str, evidence_id: str, number: int) -> Response:
    """The picture of one page; the reading is noted."""
    copy = read_page(office(), actor=me(), case_id=case_id, evidence_id=evidence_id, page=number)
    return Response(copy.data, mimetype=copy.media_type, headers={"Cache-Control": "private, no-store"})
