"""What happens to a certificate after it was issued, in words: for the desk that does it and for the holder who reads of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from credentialing.certificate.outcomes import Verdict
from credentialing.services.editions import ActLine, Edition
from credentialing.web.verify.words import EXACT, VERDICTS, Brought


@dataclass(frozen=True, slots=True)
class ActWords:
    """One act: the button, what it means, how it is told when it is done and while it waits, what a public check says afterwards, and the button's tone."""

    button: LazyString
    help: LazyString
    done: LazyString
    waits: LazyString
    public: LazyString
    tone: str


ACTS: Final[Mapping[str, ActWords]] = {
    "suspend": ActWords(
        _l("Suspend"), _l("It does not count until that is lifted. For doubts that must be cleared up."), _l("Suspended"), _l("Suspended"),
        EXACT[Verdict.REVOKED, "suspended"][0], "warning",
    ),
    "lift": ActWords(
        _l("Lift the suspension"), _l("It counts again from now on."), _l("Suspension lifted"), _l("Suspension lifted"),
        EXACT[Verdict.AUTHENTIC_COPY, Brought.NUMBER][0], "",
    ),
    "supersede": ActWords(
        _l("Replace it by a corrected one"), _l("A new certificate with a new number takes its place. What was decided stays as it is."),
        _l("Replaced by a corrected one"), _l("It is proposed to replace it"), VERDICTS[Verdict.SUPERSEDED][0], "secondary",
    ),
    "revoke": ActWords(
        _l("Revoke"), _l("It never counts again. This cannot be undone."), _l("Revoked"), _l("It is proposed to revoke it"), VERDICTS[Verdict.REVOKED][0],
        "warning",
    ),
}  # fmt: skip

REASONS: Final[Mapping[str, LazyString]] = {
    "under_review": _l("It is being reviewed"),
    "fraud_suspected": _l("There is a doubt about a paper that it rests on"),
    "key_in_doubt": _l("There is a doubt about the key that signed it"),
    "holder_asked": _l("The holder asked for it"),
    "review_ended": _l("The review ended well"),
    "suspended_in_error": _l("The suspension was a mistake"),
    "issued_in_error": _l("It was issued by mistake"),
    "fraud_in_evidence": _l("A paper that it rests on was false"),
    "decision_annulled": _l("The decision behind it was annulled"),
    "key_compromised": _l("The key that signed it is no longer safe"),
    "data_wrong": _l("Something on it is wrong"),
    "name_changed": _l("The holder's name has changed"),
}

CORRECTED: Final[Mapping[str, LazyString]] = {
    "display_name": _l("Name on the certificate"),
    "document_ending": _l("Last characters of the document number, at most four"),
    "name": _l("Name of the qualification"),
    "awarded": _l("Institution, place and year"),
    "issuer": _l("Who issued the original"),
    "number": _l("Number of the original"),
}
"""What a new edition may correct, by the last part of the field's name."""

_STATUSES: Final[Mapping[str, tuple[str, str, LazyString]]] = {
    "issued": ("good", "check", _l("In force")),
    "suspended": ("bad", "pause", _l("Suspended")),
    "revoked": ("bad", "ban", _l("Revoked")),
    "superseded": ("old", "next", _l("Replaced")),
}


def status_of(edition: Edition) -> tuple[str, str, str]:
    """Tone, icon and word for how a certificate stands."""
    tone, icon, text = _STATUSES["suspended" if edition.suspended_at is not None else edition.status]
    return tone, icon, str(text)


def corrected_label(field: str) -> str:
    """The label of a field that may be corrected."""
    return str(CORRECTED[field.rpartition(".")[2]])


def act_title(line: ActLine) -> str:
    """What was done, or is proposed, in a few words."""
    words = ACTS[line.act]
    return str(words.done if line.done_at is not None else words.waits)
