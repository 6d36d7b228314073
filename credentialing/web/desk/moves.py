"""The moves that a person may make now, each with the fields that it asks for, or greyed with every reason that stands in the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from credentialing.domain.errors import Reason
from credentialing.services.centres import centres_to_choose
from credentialing.services.looking import CaseView
from credentialing.web.desk import subjects
from credentialing.web.forms import FieldView, Parsed, parse_fields, simple_view
from credentialing.web.language import _
from credentialing.web.phrases import sentence
from credentialing.web.surroundings import surroundings
from credentialing.web.words import words_of
from credentialing.workflow import proof
from credentialing.workflow.law import Offer
from credentialing.workflow.model import STAY, Ending, Verdict
from credentialing.workflow.registry import ASKED, choices_of, longest

LETTER = "ask_once"
"""The move that sends the letter of questions; it stands with the letter."""


@dataclass(frozen=True, slots=True)
class MoveCard:
    """One move: its button, what it leads to, its fields, and why it is greyed."""

    move: str
    title: str
    help: str
    tone: str
    reasons: tuple[str, ...]
    fields: tuple[FieldView, ...]
    is_open: bool
    aside: bool


def field_name(move: str, field: str) -> str:
    """The name of a field on a page where two moves may ask for the same thing."""
    return f"{move}-{field}"


def read_given(view: CaseView, move: str, posted: MultiDict[str, str]) -> Parsed:
    """What a posted form gives to a move; what the move does not ask for is ignored. `raw` is what was typed, under the names of the form."""
    rule = view.definition.moves.get(move)
    names = rule.asks if rule else ()
    sent = {name: " ".join(posted.getlist(field_name(move, name))) for name in names}
    asked = [replace(ASKED[name], max_length=longest(view.definition, move, name=name)) for name in names]
    parsed = parse_fields(asked, sent, choices=lambda name: _choices(view, name), required_now=True)
    return replace(parsed, raw={field_name(move, name): text for name, text in sent.items()})


def named_for(view: CaseView, move: str, reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """The reasons against a move; those against what was given name the fields of the form."""
    rule = view.definition.moves.get(move)
    asked = {name: field_name(move, name) for name in rule.asks} if rule else {}
    return tuple(
        Reason(reason.code, {**reason.details, "field": asked[str(reason.details["field"])]}) if reason.details.get("field") in asked else reason
        for reason in reasons
    )


def move_cards(view: CaseView, *, faulty: str = "", typed: Mapping[str, str] | None = None, reasons: Sequence[Reason] = ()) -> tuple[MoveCard, ...]:
    """A card for each offer; the card of the `faulty` move keeps what was typed and shows what is wrong with it."""
    cards = tuple(_card(view, offer, typed or {}, reasons) if offer.move == faulty else _card(view, offer, {}, ()) for offer in view.offers)
    if sum(card.is_open and bool(card.fields) and card.tone == "" for card in cards) > 1:  # where there are several ways on, the page favours none
        return tuple(replace(card, is_open=card.move == faulty) for card in cards)
    return cards


def _card(view: CaseView, offer: Offer, typed: Mapping[str, str], reasons: Sequence[Reason]) -> MoveCard:
    words = words_of(view.definition)
    fields = tuple(_field(view, offer.move, name, typed, reasons) for name in offer.asks) if not offer.reasons else ()
    return MoveCard(
        move=offer.move, title=words.text(f"moves.{offer.move}.button"), help=words.text(f"moves.{offer.move}.help"), tone=_tone(view, offer.move),
        reasons=tuple(sentence(reason) for reason in offer.reasons), fields=fields,
        aside=_is_aside(view, offer.move), is_open=bool(reasons) or _tone(view, offer.move) == "" or ("route" in offer.asks and view.facts.route is None),
    )


def _is_aside(view: CaseView, move: str) -> bool:
    """Whether a move stands beside the way of a case: it stays where it is in another place, or is closed because it should not exist."""
    rule = view.definition.moves[move]
    state = view.definition.states.get(rule.to)
    return rule.to == STAY or (state is not None and state.final is Ending.CANCELLED)


def _tone(view: CaseView, move: str) -> str:
    """The main way is filled, a way back is outlined, a negative end is a warning."""
    rule = view.definition.moves[move]
    state = view.definition.states.get(rule.to)  # None for a move that stays or leads back
    if rule.decides is Verdict.REFUSED or (state is not None and state.final in proof.NEGATIVE):
        return "warning"
    been = {visit.state for visit in view.facts.visits}
    return "secondary" if state is None or rule.to in been or move == LETTER else ""


def _choices(view: CaseView, name: str) -> tuple[str, ...]:
    if name == "units":
        return tuple(unit.code for unit in view.standard.units) if view.standard else ()
    if name == "centre":
        return tuple(centre.centre_id for centre in centres_to_choose(surroundings().office))
    return choices_of(view.definition, name)


def _field(view: CaseView, move: str, name: str, typed: Mapping[str, str], reasons: Sequence[Reason]) -> FieldView:
    asked, words, own = ASKED[name], words_of(view.definition), field_name(move, name)
    hint = words.text(f"fields.{name}.hint") if words.has(f"fields.{name}.hint") else ""
    return simple_view(
        own, words.text(f"fields.{name}.label"), kind=asked.kind, hint=hint, value=typed.get(own, _kept(view, move, name)), reasons=reasons,
        max_length=longest(view.definition, move, name=name), always_radios=True,
        choices=[(value, choice_text(view, name, value)) for value in _choices(view, name)],
        hints={value: words.text(f"routes.{value}.text") for value in view.definition.routes} if name == "route" else None,
    )


def _kept(view: CaseView, move: str, name: str) -> str:
    """What stands in a field at first: what the case already holds, so that a second try does not begin from nothing."""
    if name == "route":
        return view.facts.route or ""
    if name == "units":
        return " ".join(view.facts.units)
    if name == "outcome":
        return view.facts.proposal or ""
    written = [text.text for text in view.texts if text.move == move and text.field == name]
    return written[-1] if written and name == "plan" else ""


def choice_text(view: CaseView, name: str, value: str) -> str:
    """The words for one value of something that a move asks for."""
    words: Any = words_of(view.definition)
    if name == "units":
        return _("%(code)s. %(title)s", code=value, title=subjects.standard_words(view).text(f"units.{value}.title"))
    if name == "centre":
        return next((f"{centre.name} · {centre.city}" for centre in centres_to_choose(surroundings().office) if centre.centre_id == value), value)
    keys = {"route": f"routes.{value}.title", "outcome": f"outcomes.{value}", "remedy": f"remedies.{value}.title"}
    if name in keys:
        return str(words.text(keys[name]))
    return str(words.text(f"fields.{name}.values.{value}"))
