"""What happened to the person's certificate after it was issued, in words: how it stands now, and every act with its reason."""

from typing import Any

from flask_babel import gettext as _

from credentialing.services.editions import my_certificates
from credentialing.services.looking import CaseView
from credentialing.web.applicant.mine import me, office
from credentialing.web.standing_words import REASONS, act_title, status_of


def fate_of(view: CaseView) -> dict[str, Any]:
    """The values `standing` (None while the newest certificate is in force, or there is none) and `certificate_acts` of a page of the case."""
    if view.certificate is None or view.certificate.status == "intended":
        return {"standing": None, "certificate_acts": ()}
    editions, acts = my_certificates(office(), actor=me(), case_id=view.case_id)
    newest = editions[0]
    tone, icon, text = status_of(newest)
    in_force = newest.status == "issued" and newest.suspended_at is None
    sentence = _("It does not count until the suspension is lifted.") if newest.suspended_at else _("Your certificate does not count any more.")
    told = {"tone": tone, "icon": icon, "text": text, "sentence": sentence, "since": newest.suspended_at or newest.ended_at}
    lines = [
        {"title": act_title(act), "reason": str(REASONS[act.reason]), "grounds": act.grounds, "number": act.number, "at": act.done_at} for act in acts
    ]
    return {"standing": None if in_force else told, "certificate_acts": lines}
