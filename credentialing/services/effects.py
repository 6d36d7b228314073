"""What happens in the world after a move was committed, by name. Each may be done twice without harm."""

import hashlib

from credentialing.domain.errors import MisconfiguredError
from credentialing.services import issuing, letters
from credentialing.services.office import Office
from credentialing.storage.records import Case

LETTERS = {
    "send_receipt": "received",
    "send_questions": "your_turn",
    "send_payment_request": "your_turn",
    "send_plan": "your_turn",
    "send_improvement_plan": "your_turn",
    "send_news": "news",
    "send_certificate": "news",
    "send_refusal": "news",
    "send_farewell": "news",
    "send_lapse_notice": "news",
}


def perform(office: Office, *, effect: str, case_id: str, job_id: str) -> None:
    """Do one effect of one move; `job_id` makes the second time harmless. MisconfiguredError for an effect that nobody performs."""
    if effect == "issue_certificate":
        issuing.issue_certificate(office, case_id=case_id)
        return
    if effect not in LETTERS:
        raise MisconfiguredError(f"No one performs the effect “{effect}”.")
    now = office.clock.now()
    letter_id = hashlib.sha256(job_id.encode()).hexdigest()[:32]
    with office.transaction() as session:
        letters.write_to_applicant(office, session, kind=LETTERS[effect], case=session.get_one(Case, case_id), now=now, letter_id=letter_id)
    letters.send_letter(office, letter_id=letter_id)
