"""Fields of a form: from the registry to the parameters of a macro, and from what was posted to clean text.

Names keep what the person wrote, in Unicode normal form C. Signs that cannot be seen, that turn the direction of writing, or that mix look-alike
alphabets inside one word are refused with a sentence and never "corrected".
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask_babel import gettext as _

from credentialing.domain.errors import BadInputError, Detail, Reason
from credentialing.web.phrases import sentence
from credentialing.web.words import word
from credentialing.workflow.registry import Field
from credentialing.workflow.words import Words

Choices = Callable[[str], Sequence[str]]
Names = Callable[[str, str], str]
_DATE_PARTS = ("day", "month", "year")
_SEVERAL = frozenset({"unit_codes", "several"})
_WITHOUT_LENGTH = frozenset({"date", "year", "integer", "choice"})  # they have a sentence of their own for every wrong text
_KEEPS_LINES = frozenset({"long_text"})
# Alphabets whose letters pass for one another; a word of a name or of a text uses one of them.
_LOOK_ALIKE = re.compile(r"^(LATIN|GREEK|CYRILLIC|ARMENIAN|CHEROKEE|COPTIC)\b")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A form as it was sent: clean `values`, the `raw` text to show again, and every reason against it."""

    values: Mapping[str, str]
    raw: Mapping[str, str]
    reasons: tuple[Reason, ...]

    def demand(self) -> Mapping[str, str]:
        """The clean values; BadInputError with every reason when there is one."""
        if self.reasons:
            raise BadInputError(*self.reasons)
        return self.values


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field ready for the `field()` macro: which macro draws it, its parameters, and its bare label."""

    macro: str
    params: Mapping[str, Any]
    label: str


def parse_fields(fields: Iterable[Field], posted: Mapping[str, str], *, choices: Choices | None = None, required_now: bool = False) -> Parsed:
    """Read every field of `fields` from a posted form; what else was sent is ignored. Blank is a fault only with `required_now`, so drafts can be kept."""
    values: dict[str, str] = {}
    raw: dict[str, str] = {}
    reasons: list[Reason] = []
    for field in fields:
        typed = _typed(field, posted, raw)
        values[field.name] = clean(typed, lines=field.kind in _KEEPS_LINES)
        problem = _problem(field, values[field.name], typed, _allowed(field, choices), required_now=required_now)
        if problem:
            reasons.append(problem)
    return Parsed(values, raw, tuple(reasons))


def clean(text: str, *, lines: bool = False) -> str:
    """Text in normal form C without blanks at the ends; runs of blanks become one, and line ends stay only with `lines`."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    if not lines:
        return " ".join(text.split())
    return "\n".join(" ".join(line.split()) for line in text.split("\n")).strip()


def strange_letters(text: str) -> str | None:
    """The code of what is wrong with the signs of a text: `field_strange_letters`, `field_mixed_scripts`, or None."""
    if any(unicodedata.category(character) in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"} and character not in "\n\t\r" for character in text):
        return "field_strange_letters"
    for one in text.split():
        alphabets = {match[1] for character in one if character.isalpha() and (match := _LOOK_ALIKE.match(unicodedata.name(character, "")))}
        if len(alphabets) > 1:
            return "field_mixed_scripts"
    return None


def _typed(field: Field, posted: Mapping[str, str], raw: dict[str, str]) -> str:
    if field.kind == "date":
        parts = [posted.get(f"{field.name}-{part}", "").strip() for part in _DATE_PARTS]
        raw.update({f"{field.name}-{part}": value for part, value in zip(_DATE_PARTS, parts, strict=True)})
        return _iso(parts) if any(parts) else ""
    if field.kind in _SEVERAL:
        listed = posted.getlist(field.name) if hasattr(posted, "getlist") else [posted.get(field.name, "")]
        raw[field.name] = " ".join(listed)
    else:
        raw[field.name] = posted.get(field.name, "")
    return raw[field.name]


def _allowed(field: Field, choices: Choices | None) -> tuple[str, ...]:
    return tuple(choices(field.name)) if choices is not None and field.kind in {"choice", *_SEVERAL} else field.values


def _iso(parts: list[str]) -> str:
    """Day, month and year as ISO; the parts joined by blanks, which is no date, when they make none."""
    if all(part.isascii() and part.isdigit() for part in parts) and len(parts[2]) == 4:
        try:
            return date(int(parts[2]), int(parts[1]), int(parts[0])).isoformat()
        except ValueError:
            pass
    return " ".join(parts)


def _problem(field: Field, value: str, typed: str, allowed: Sequence[str], *, required_now: bool) -> Reason | None:
    details: dict[str, str | int] = {"field": field.name}
    if not value:
        return Reason("field_blank", details) if required_now and field.required else None
    if len(value) > field.max_length and field.kind not in _WITHOUT_LENGTH:
        return Reason("field_too_long", {**details, "limit": field.max_length})
    code = strange_letters(typed) or _kind_problem(field, value, allowed)
    if code == "field_out_of_range":
        details |= {"low": field.least if field.least is not None else "…", "high": field.most if field.most is not None else "…"}
    return Reason(code, details) if code else None


def _kind_problem(field: Field, value: str, allowed: Sequence[str]) -> str | None:
    if field.kind == "choice":
        return None if value in allowed else "field_not_a_choice"
    if field.kind in _SEVERAL:
        return None if set(value.split()) <= set(allowed) else "field_not_a_choice"
    if field.kind == "date":
        return None if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else "field_not_a_date"
    if field.kind in {"year", "integer"}:
        return _number_problem(field, value)
    return None


def _number_problem(field: Field, value: str) -> str | None:
    well_formed = value.isascii() and value.isdigit() and (field.kind != "year" or len(value) == 4)
    if not well_formed:
        return "field_not_a_year" if field.kind == "year" else "field_not_a_number"
    outside = (field.least is not None and int(value) < field.least) or (field.most is not None and int(value) > field.most)
    return "field_out_of_range" if outside else None


# ── from a field to a macro

_MACROS: Final = {"long_text": "textarea", "date": "date", "choice": "radios", "unit_codes": "checkboxes", "several": "checkboxes"}
_MODES: Final = {"year": "numeric", "integer": "numeric", "email": "email", "phone": "tel"}
_TYPES: Final = {"email": "email", "phone": "tel"}
_WIDTHS: Final = {"year": "govuk-input--width-4", "integer": "govuk-input--width-4", "phone": "govuk-input--width-20"}
_MANY_CHOICES = 8


def field_views(
    fields: Iterable[Field], *, words: Words, values: Mapping[str, str], reasons: Sequence[Reason] = (), choices: Choices | None = None, heading: bool = False,
    names: Names | None = None,
) -> tuple[FieldView, ...]:
    """Every field with its label, hint, value and error. `values` are `Parsed.raw` after a fault, saved values otherwise; `names(field, value)` names choices
    that are not in the words (a standard, a competency unit); `heading` makes the one question of a page its heading."""
    return tuple(_registry_view(field, words, values, reasons, choices, heading, names) for field in fields)


def _registry_view(
    field: Field, words: Words, values: Mapping[str, str], reasons: Sequence[Reason], choices: Choices | None, heading: bool, names: Names | None,
) -> FieldView:
    allowed = _allowed(field, choices)
    label = words.text(f"fields.{field.name}.label")
    hint = words.text(f"fields.{field.name}.hint") if words.has(f"fields.{field.name}.hint") else ""
    named = names or (lambda name, value: words.text(f"fields.{name}.values.{value}"))
    return simple_view(
        field.name, label, kind=field.kind, hint=hint, value=values.get(field.name, ""), values=values, reasons=reasons, max_length=field.max_length,
        choices=[(value, named(field.name, value)) for value in allowed], autocomplete=field.autocomplete, optional=not field.required, heading=heading,
    )


def simple_view(
    name: str, label: str, *, kind: str = "text", hint: str = "", value: str = "", values: Mapping[str, str] | None = None, reasons: Sequence[Reason] = (),
    choices: Sequence[tuple[str, str]] = (), hints: Mapping[str, str] | None = None, max_length: int | None = None, autocomplete: str | None = None,
    optional: bool = False, heading: bool = False, classes: str = "", always_radios: bool = False,
) -> FieldView:
    """A field outside the registry. `choices` are (value, text) pairs, `hints` a sentence under some of them; errors are the reasons that name the field."""
    shown = _("%(label)s (optional)", label=label) if optional else label
    base: dict[str, Any] = {"id": name, "name": name, **_hint(hint), **_error(name, label, reasons)}
    macro = _MACROS.get(kind, "input")
    if macro in {"radios", "checkboxes"}:
        macro = "select" if macro == "radios" and len(choices) > _MANY_CHOICES and not always_radios else macro
    if macro == "date":
        items = _date_items(name, value, values or {}, bday=autocomplete == "bday")
        return FieldView(macro, {**base, "id": f"{name}-date", **_legend(shown, heading), "namePrefix": name, "items": items}, label)
    if macro in {"radios", "checkboxes"}:
        picked = value.split() if macro == "checkboxes" else [value]
        items = [_choice(one, text, picked, hints or {}) for one, text in choices]
        return FieldView(macro, {**base, "idPrefix": name, **_legend(shown, heading), "items": items}, label)
    base |= {"label": {"text": shown, **({"isPageHeading": True, "classes": "govuk-label--l"} if heading else {})}, "value": value}
    if macro == "select":
        items = [{"value": "", "text": _("Choose one")}, *({"value": one, "text": text} for one, text in choices)]
        return FieldView(macro, {**base, "items": items}, label)
    attributes = {"maxlength": str(max_length)} if max_length and macro == "textarea" else {}
    extra: dict[str, Any] = {"rows": 5}
    if macro == "input":
        extra = {"type": _TYPES.get(kind, "text"), "inputmode": _MODES.get(kind, ""), "classes": classes or _WIDTHS.get(kind, "")}
    return FieldView(macro, {**base, **extra, "autocomplete": autocomplete or "", "spellcheck": macro == "textarea", "attributes": attributes}, label)


def _hint(hint: str) -> dict[str, Any]:
    return {"hint": {"text": hint}} if hint else {}


def _error(name: str, label: str, reasons: Sequence[Reason]) -> dict[str, Any]:
    own = [sentence(reason, say=_naming({name: label})) for reason in reasons if reason.details.get("field") == name]
    return {"errorMessage": {"text": " ".join(own), "visuallyHiddenText": _("Error")}} if own else {}


def _legend(text: str, heading: bool) -> dict[str, Any]:
    size = "govuk-fieldset__legend--l" if heading else "govuk-fieldset__legend--s"
    return {"fieldset": {"legend": {"text": text, "isPageHeading": heading, "classes": size}}}


def _choice(value: str, text: str, picked: Sequence[str], hints: Mapping[str, str]) -> dict[str, Any]:
    return {"value": value, "text": text, "checked": value in picked, **_hint(hints.get(value, ""))}


def _date_items(name: str, value: str, values: Mapping[str, str], *, bday: bool) -> list[dict[str, Any]]:
    saved = dict(zip(("year", "month", "day"), value.split("-"), strict=False)) if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else {}
    labels = {"day": _("Day"), "month": _("Month"), "year": _("Year")}
    return [
        {
            "name": part, "id": name if part == "day" else f"{name}-{part}", "label": labels[part], "autocomplete": f"bday-{part}" if bday else "",
            "value": values.get(f"{name}-{part}", saved.get(part, "").lstrip("0")),
            "classes": "govuk-input--width-4" if part == "year" else "govuk-input--width-2",
        }
        for part in _DATE_PARTS
    ]


def _naming(labels: Mapping[str, str]) -> Names:
    """Fields by their labels on this page, everything else by its usual word."""
    return lambda family, name: labels[name] if family == "fields" and name in labels else word(family, name)


def summary(reasons: Sequence[Reason], views: Sequence[FieldView] = ()) -> list[dict[str, str]]:
    """The entries of an error summary: one a reason, each leading to the first control of its field; `views` lend their labels.
    A reason about a field that has no control here (an answer of the case, say) leads nowhere."""
    labels = {view.params["name"]: view.label for view in views}
    say = _naming(labels)

    def link(field: Detail | None) -> dict[str, str]:
        return {"href": f"#{field}"} if field is not None and (not labels or field in labels) else {}

    return [{"text": sentence(reason, say=say), **link(reason.details.get("field"))} for reason in reasons]
