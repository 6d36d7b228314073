"""What a new edition of a certificate may correct: who its holder is, and what was copied from their papers. Never what was decided."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from credentialing.certificate.face import BODIES, Draft, Face
from credentialing.domain.calendars import local_day
from credentialing.domain.errors import BadInputError, Reason

NEEDS_A_CHANGE = ("data_wrong", "name_changed")
_OF_HOLDER = ("display_name", "document_ending")
_COPIED = ("name", "awarded", "issuer", "number")


def correctable(draft: Draft) -> Mapping[str, str]:
    """The fields that a new edition may say otherwise, with what they say now: `display_name`, `document_ending` (at most four characters),
    and `degree.name` and the like, for what was copied from the papers."""
    body = draft.body
    copied = [item.name for item in fields(body) if item.name in _COPIED] if body is not None else []
    found = {name: getattr(draft, name) or "" for name in _OF_HOLDER}
    return found | {f"{BODIES[draft.template]}.{name}": getattr(body, name) for name in copied}


def corrected(old: Face, correction: Mapping[str, str], *, reason: str, country: str, now: datetime) -> Draft:
    """The draft of the edition that replaces `old`: corrected, issued now (a day of the host `country`), valid no longer than the old one.
    BadInputError for a field that cannot be corrected, and for a correction that changes nothing where the reason says that something was wrong."""
    known = correctable(old)
    changed = {name: text.strip() for name, text in correction.items() if name in known and text.strip() != known[name]}
    if unknown := sorted(set(correction) - set(known)):
        raise BadInputError(*(Reason("field_unknown", {"field": name}) for name in unknown))
    if not changed and reason in NEEDS_A_CHANGE:
        raise BadInputError(Reason("correction_missing", {"field": "display_name"}))
    part = BODIES[old.template]
    values: dict[str, Any] = {name: text or None for name, text in changed.items() if name in _OF_HOLDER}
    copied = {name.partition(".")[2]: text for name, text in changed.items() if name not in _OF_HOLDER}
    if copied:
        values[part] = replace(old.body, **copied)  # type: ignore[type-var]
    if "display_name" in values:
        values["display_name"] = changed["display_name"]  # an empty name is refused as such, with every other reason
    return replace(old.draft(), issued_at=now, issued_on=local_day(country, now), **values)
