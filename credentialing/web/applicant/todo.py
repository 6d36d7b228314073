"""What is asked of the applicant now: the tasks of a draft, the acts that are open, and where each missing thing is put right."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from credentialing.domain.errors import Reason
from credentialing.domain.people import Role
from credentialing.services.looking import CaseView
from credentialing.web.applicant.mine import address
from credentialing.web.phrases import sentence
from credentialing.web.words import word, words_of
from credentialing.workflow.guards import evidence_asked, is_required
from credentialing.workflow.law import Offer
from credentialing.workflow.model import BACK, Ending
from credentialing.workflow.registry import FIELDS, REQUIRED_CONSENTS

SEND, ANSWER, WITHDRAW = "submit", "answer", "withdraw"
_PAGES = {SEND: ("check",), ANSWER: ("answer",)}


@dataclass(frozen=True, slots=True)
class Missing:
    """One unmet thing as a sentence and by its bare name, the group it belongs to, and the page where it is put right (empty when the applicant cannot)."""

    text: str
    name: str
    group: str
    url: str


@dataclass(frozen=True, slots=True)
class Act:
    """A move that the applicant may make: its button, its page, what is still missing for it."""

    move: str
    text: str
    url: str
    missing: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """A line of the list of a draft; `tone` colours its status, an empty `url` means that it cannot be opened yet."""

    title: str
    url: str
    hint: str
    tone: str
    status: str


def missing_of(view: CaseView, reasons: Sequence[Reason], *, back: str = "") -> tuple[Missing, ...]:
    """Each reason as a sentence with its link; `back` names the page to come back to."""
    return tuple(Missing(sentence(reason), *_called(reason), _where(view, reason, back)) for reason in reasons)


def _called(reason: Reason) -> tuple[str, str]:
    """The name of what is missing and the heading it stands under; a reason without either is its own sentence."""
    headings = {
        "consent_missing": ("consents", "consent", _("Permissions")), "answer_missing": ("fields", "field", _("Answers")),
        "evidence_missing": ("evidence", "kind", _("Papers")),
    }
    if reason.code not in headings:
        return sentence(reason), _("Before you can go on")
    family, detail, heading = headings[reason.code]
    return word(family, str(reason.details[detail])), heading


def _where(view: CaseView, reason: Reason, back: str) -> str:
    came = f"?back={back}" if back else ""
    if reason.code == "answer_missing":
        name = str(reason.details["field"])
        section = next((section for section, names in view.definition.form.items() if name in names), "")
        return address(view.case_id, "form", section) + f"{came}#{name}" if section else ""
    if reason.code == "evidence_missing":
        return address(view.case_id, "papers") + f"{came}#{reason.details['kind']}"
    if reason.code == "consent_missing":
        return address(view.case_id, "permissions") + came
    if reason.code == "questions_unanswered":
        return address(view.case_id, "answer")
    return ""


def offer_of(view: CaseView, move: str) -> Offer | None:
    """The offer of a move in the present state, None when the applicant cannot make it now."""
    return next((offer for offer in view.offers if offer.move == move), None)


def acts_of(view: CaseView) -> tuple[Act, ...]:
    """What the applicant may do now to move the case on, the acts that ask nothing first, giving in last. What stands beside the way is in `asides_of`."""
    if view.definition.states[view.state].waits_for is not Role.APPLICANT:
        return ()
    offers = [offer for offer in view.offers if not _is_aside(view, offer.move) and not any(_late(reason) for reason in offer.reasons)]
    return tuple(_act(view, offer) for offer in sorted(offers, key=lambda offer: (gives_in(view, offer.move), len(offer.asks))))


def asides_of(view: CaseView) -> tuple[Act, ...]:
    """What the applicant may do beside the way: postpone, appeal against silence, and last of all withdraw. What the rules do not allow now is left out."""
    mine = view.definition.states[view.state].waits_for is Role.APPLICANT
    offers = [offer for offer in view.offers if not offer.reasons and (not mine or _is_aside(view, offer.move))]
    return tuple(_act(view, offer) for offer in sorted(offers, key=lambda offer: offer.move == WITHDRAW))


def gives_in(view: CaseView, move: str) -> bool:
    """Whether a move closes the case without what the applicant came for: it is confirmed before it is made."""
    state = view.definition.states.get(view.definition.moves[move].to)
    return move == WITHDRAW or (state is not None and state.final is Ending.REFUSED)


def pressing_of(view: CaseView) -> tuple[Act, ...]:
    """What stands beside the way and yet belongs first: an appeal that has opened while it is not the applicant's turn."""
    states, moves = view.definition.states, view.definition.moves
    if states[view.state].waits_for is Role.APPLICANT:
        return ()
    return tuple(act for act in asides_of(view) if (to := states.get(moves[act.move].to)) is not None and to.waits_for is Role.APPEALS_BODY)


def _act(view: CaseView, offer: Offer) -> Act:
    text = _opener(offer.move) or words_of(view.definition).text(f"moves.{offer.move}.button")
    return Act(offer.move, text, move_url(view, offer.move), missing_of(view, offer.reasons))


def _late(reason: Reason) -> bool:
    """Whether a reason can never be put right by the applicant: the time is over, or it was done as often as it may be."""
    return reason.code in {"appeal_too_late", "at_most_reached"}


def _is_aside(view: CaseView, move: str) -> bool:
    """Whether a move leaves the way of the case: withdrawing, or going where only a way back leads on."""
    back = {state for other in view.definition.moves.values() if other.to == BACK and Role.APPLICANT in other.by for state in other.from_states}
    return move == WITHDRAW or view.definition.moves[move].to in back


def _opener(move: str) -> str:
    """The words of the link to a move that has a page of its own, where more is done than sending."""
    return str({SEND: _("Check and send"), ANSWER: _("Answer now")}.get(move, ""))


def move_url(view: CaseView, move: str) -> str:
    """The page on which a move is made."""
    return address(view.case_id, *_PAGES.get(move, ("moves", move)))


def is_draft(view: CaseView) -> bool:
    """Whether the application has not been sent and is still open."""
    return view.state == view.definition.starts_in


def tasks_of(view: CaseView) -> tuple[Task, ...]:
    """The list of a draft: permissions, each section of the form, papers, and sending at the end."""
    offer = offer_of(view, SEND)
    ready = offer is not None and not offer.reasons
    last = Task(
        _("Check and send"), address(view.case_id, "check"), "", "brand" if ready else "null", _("Ready to send") if ready else _("When the rest is done")
    )
    return (_permissions_task(view), *(_section_task(view, section) for section in view.definition.form), _papers_task(view), last)


def _permissions_task(view: CaseView) -> Task:
    needed = [name for name in REQUIRED_CONSENTS if name in view.definition.consents]
    given = view.facts.consents.issuperset(needed)
    tone, status = ("good", _("Ready")) if given else ("null", _("Not given yet"))
    return Task(_("Your permissions"), address(view.case_id, "permissions"), _("You decide, and you can change it."), tone, status)


def _section_task(view: CaseView, section: str) -> Task:
    names = view.definition.form[section]
    open_now = [name for name in names if FIELDS[name].required and not view.answers.get(name)]
    begun = any(view.answers.get(name) for name in names)
    words = words_of(view.definition)
    return Task(words.text(f"sections.{section}"), address(view.case_id, "form", section), "", *_progress(len(open_now), begun=begun))


def _progress(open_now: int, *, begun: bool) -> tuple[str, str]:
    if not open_now:
        return "good", _("Ready")
    if not begun:
        return "null", _("Not begun")
    return "copy", ngettext("%(num)s answer missing", "%(num)s answers missing", open_now)


def _papers_task(view: CaseView) -> Task:
    ready, needed = count_papers(view)
    tone, status = ("good", _("Ready")) if ready == needed else ("copy" if ready else "null", _("%(ready)s of %(needed)s ready", ready=ready, needed=needed))
    return Task(_("Your papers"), address(view.case_id, "papers"), _("Photos from your phone are fine."), tone, status)


def count_papers(view: CaseView) -> tuple[int, int]:
    """How many of the required kinds of evidence that are asked for now are there, and how many are required."""
    required = [rule for rule in evidence_asked(view.definition, view.facts) if is_required(rule, view.facts) and rule.kind not in view.facts.waivers]
    return sum(view.facts.evidence.get(rule.kind, 0) >= rule.at_least for rule in required), len(required)
