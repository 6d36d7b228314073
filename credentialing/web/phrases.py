"""Every reason code as a sentence in the reader's language. A code used anywhere in the product and missing here fails a test."""

from collections.abc import Callable, Mapping
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from credentialing.domain.errors import Detail, Reason
from credentialing.domain.people import Role
from credentialing.web.words import word

ROLES: Final[Mapping[Role, LazyString]] = {
    Role.APPLICANT: _l("the applicant"),
    Role.INTAKE_OFFICER: _l("the intake officer"),
    Role.ASSESSOR: _l("the assessor"),
    Role.INTERNAL_VERIFIER: _l("the internal verifier"),
    Role.DECISION_MAKER: _l("the person who decides"),
    Role.REGISTRAR: _l("the registrar"),
    Role.AUDITOR: _l("the auditor"),
    Role.GUIDE: _l("the guide"),
    Role.TECHNICAL_EXPERT: _l("the technical expert"),
    Role.APPEALS_BODY: _l("the appeals body"),
    Role.ADMINISTRATOR: _l("the administrator"),
    Role.SYSTEM: _l("the system"),
}

MOVES: Final = {
    "wrong_state": _l("The case is at another stage now."),
    "wrong_role": _l("Your role does not allow this."),
    "not_yours": _l("Only the person who applied can do this."),
    "at_most_reached": _l("This can be done only once, and it has been done."),
    "same_person": _l("Another person must do this, because you already did: %(did)s."),
    "conflict": _l("This case is your own, or of somebody you stand in for, so another person must act."),
    "move_unknown": _l("That step does not exist in this procedure."),
    "evidence_missing": _l("A paper is missing: %(kind)s."),
    "answer_missing": _l("An answer is missing: %(field)s."),
    "consent_missing": _l("A permission is missing: %(consent)s."),
    "questions_none": _l("The letter has no questions yet."),
    "questions_not_sent": _l("Questions written and not sent: %(count)s. Send the letter, or take them out of it."),
    "questions_unanswered": _l("Questions still without an answer: %(count)s."),
    "check_open": _l("A check is still open: %(check)s."),
    "criterion_open": _l("A criterion is still open: %(criterion)s."),
    "reason_missing": _l("A reason in writing is missing: %(subject)s."),
    "route_not_chosen": _l("The route of the procedure has not been chosen."),
    "standard_not_chosen": _l("The competency standard has not been chosen."),
    "unit_open": _l("A competency unit is still open: %(unit)s."),
    "units_not_competent": _l("These units are not yet shown: %(units)s."),
    "proposal_missing": _l("Nobody has proposed an outcome yet."),
    "proposal_differs": _l("The proposed outcome is a different one."),
    "certificate_not_sealed": _l("The certificate is still being sealed."),
    "given_missing": _l("Something must be filled in first: %(field)s."),
    "given_not_a_choice": _l("Choose one of the answers: %(field)s."),
    "given_not_asked": _l("An answer was sent that this step does not ask for: %(field)s."),
    "given_too_long": _l("%(field)s: write at most %(limit)s characters."),
    "check_failed": _l("A check did not end well: %(check)s."),
    "no_check_failed": _l("No check has failed, so this way out is not open."),
    "too_early": _l("The time for this is not over yet: %(clock)s."),
    "units_not_chosen": _l("No competency unit has been chosen yet."),
    "units_all_competent": _l("Every competency unit is shown, so there is nothing to improve or decline."),
    "value_unknown": _l("That answer does not exist for: %(subject)s."),
    "subject_unknown": _l("This procedure does not judge that: %(subject)s."),
    "role_unknown": _l("That role does not exist."),
    "declaration_missing": _l("First say whether anything ties you to this person."),
    "conflict_declared": _l("You declared a conflict of interest in this case, so it stays closed to you and another person must act."),
    "trained_declared": _l("You declared that you taught this person, so another person must judge what they can do."),
    "declaration_not_asked": _l("In this procedure the conflict of interest is recorded as a check, not here."),
    "took_part_before": _l("The case is judged anew by people who took no part before, and you took part."),
    "waiver_open": _l("Another way is asked for and not decided yet: %(kind)s."),
    "waiver_refused": _l("Another way was refused and the paper is still missing: %(kind)s."),
    "no_waiver_refused": _l("No other way was refused, so this step is not open."),
    "no_other_way": _l("There is no other way for this paper: %(kind)s."),
    "unit_already_shown": _l("This unit is already shown and is not judged again: %(unit)s."),
    "units_none_competent": _l("No competency unit is shown, so there is nothing to certify."),
    "units_some_competent": _l("These units are shown, so not everything is refused: %(units)s."),
    "no_silence": _l("The time that the law gives us is not over, so the silence does not count as an answer yet."),
    "evaluation_not_begun": _l("Nobody has judged this case yet: send it to the check of the papers."),
    "evaluation_begun": _l("This case was already being judged, so it does not go back to the papers."),
    "appeal_too_late": _l("The time to appeal is over."),
    "centre_not_open": _l("There is no open centre with that name. Choose one from the list."),
    "centre_is_the_same": _l("The case is already with that centre."),
}

JOINED: Final = {
    "duplicate_unknown": _l("There is no sent application with that number."),
    "duplicate_of_itself": _l("That is the number of this same case."),
    "duplicate_of_another_person": _l("The other case belongs to another account, so the two cannot be joined."),
    "duplicate_of_another_procedure": _l("The other case is about another procedure, so it is no duplicate."),
    "duplicate_closed": _l("The other case is closed, so this one must go on."),
}

VERSIONS: Final = {
    "case_unknown": _l("There is no case with that number."),
    "case_of_another_procedure": _l("That case is about another procedure. Move it on the page of that procedure."),
    "newer_version_came": _l("A newer version of these rules came after you opened this page. Read it before you send this again."),
    "case_is_closed": _l("The case is closed and stays under the rules it was decided by."),
    "version_is_the_same": _l("The case is already under that version of the rules."),
    "procedure_not_confirmed": _l("Nobody has confirmed that version of the rules here, so nothing can be put under it."),
    "state_not_there": _l("Those rules do not know a stage in which the case stood: %(state)s."),
    "deed_not_there": _l("Those rules do not know something that was done in the case: %(did)s."),
    "finding_not_there": _l("Those rules do not know what was found: %(subject)s."),
    "answer_not_there": _l("An answer would be lost: %(field)s."),
    "paper_not_there": _l("A paper would be lost: %(kind)s."),
    "way_not_there": _l("Another way that was asked for would be lost: %(kind)s."),
    "choice_not_there": _l("Something that was chosen would be lost: %(field)s."),
}

# What a rule of separation of duties keeps apart; the rules that speak of declarations have their own sentences.
SEPARATION: Final = {
    "SOD1": _l("Whoever helped a person to prepare does not judge, verify or decide their case."),
    "SOD3": _l("Whoever judged does not verify the same work."),
    "SOD4": _l("Whoever judged or verified does not decide."),
    "SOD5": _l("Whoever took part in the first decision does not decide on the appeal."),
    "SOD7": _l("Whoever judged does not issue the certificate."),
}

FIELDS: Final = {
    "field_blank": _l("Fill in: %(field)s."),
    "field_too_long": _l("%(field)s: write at most %(limit)s characters."),
    "field_too_short": _l("%(field)s: write a little more."),
    "field_not_a_date": _l("%(field)s: write a date of the calendar, for example 19 7 2013."),
    "field_date_in_future": _l("%(field)s: the date cannot lie in the future."),
    "field_not_a_year": _l("%(field)s: write a year with four digits, for example 2013."),
    "field_not_a_choice": _l("Choose one of the answers: %(field)s."),
    "field_not_a_number": _l("%(field)s: write a number in digits, for example 3."),
    "field_out_of_range": _l("%(field)s: write a number from %(low)s to %(high)s."),
    "field_strange_letters": _l("%(field)s: there are signs that cannot be seen or that turn the direction of writing. Type it by hand instead of copying it."),
    "field_mixed_scripts": _l("%(field)s: letters of different alphabets that look alike are mixed. Type it by hand instead of copying it."),
    "answer_too_long": _l("%(field)s: write at most %(limit)s characters."),
    "answer_not_a_choice": _l("Choose one of the answers: %(field)s."),
    "answer_not_a_number": _l("%(field)s: write a number in digits, for example 3."),
    "answer_not_a_date": _l("%(field)s: write a date of the calendar, for example 19 7 2013."),
    "answer_out_of_range": _l("%(field)s: the number is too small or too large."),
    "field_unknown": _l("An answer was sent that this page does not ask for."),
    "contact_wrong": _l("Write a phone number with its country code, for example +57 300 123 4567, or an e-mail address."),
    "number_wrong": _l("Check the number: its last character does not fit the others. Copy it once more from the paper."),
    "code_wrong": _l("The code is not right. Check it and type it again."),
    "code_expired": _l("The code is no longer valid. Ask for a new one."),
}

FILES: Final = {
    "file_empty": _l("The file is empty. Choose it again or take a new photo."),
    "file_too_large": _l("The file is too large. Send up to 15 MB, or take the photo with a lower quality."),
    "file_type_unknown": _l("This kind of file cannot be used. Send a photo (JPEG, PNG, WebP) or a PDF."),
    "file_type_lies": _l("The name of the file says one thing and its content another. Send the photo or the PDF itself."),
    "file_encrypted": _l("The file is protected with a password. Save it without the password and send it again."),
    "file_broken": _l("The file cannot be opened. It may have been cut off on the way: send it again."),
    "file_too_many_pages": _l("The file has too many pages. Send it in parts."),
    "file_too_many_pixels": _l("The picture is too large. Take it again with a lower quality."),
}

LIMITS: Final = {
    "procedure_not_enabled": _l("This procedure is shown for information only; nobody can apply here yet."),
    "name_too_long": _l("The full name is longer than %(limit)s letters. Write here how it should stand on the certificate."),
    "too_many_drafts": _l("You already have %(limit)s applications that were not sent. Send or withdraw one of them first."),
    "too_many_questions": _l("One letter holds at most %(limit)s questions."),
    "evidence_not_asked": _l("This paper is not asked for now: %(kind)s."),
    "evidence_full": _l("One case holds at most %(files)s papers and %(megabytes)s MB. Take one away before you add another."),
}

CERTIFICATES: Final = {
    "does_not_fit": _l("The page of the certificate has no room for: %(field)s."),
    "too_long": _l("Too long for the certificate: %(field)s."),
    "glyph_missing": _l("The typeface of the certificate lacks these letters: %(characters)s (%(field)s)."),
    "qr_too_large": _l("The name or the title is too long for the code on the certificate."),
    "value_missing": _l("Missing for the certificate: %(field)s."),
    "value_wrong": _l("Not usable for the certificate: %(field)s."),
    "word_missing": _l("Missing for the certificate in the language %(language)s: %(field)s."),
    "face_differs": _l("What is recorded and what would be printed differ. Nothing was signed."),
    "ticket_spent": _l("This certificate was already sealed."),
    "trust_missing": _l("The list of our public keys is missing."),
    "trust_damaged": _l("The list of our public keys cannot be read."),
}

# The parts of a certificate, by the names that its checks give them.
PRINTED: Final = {
    "display_name": _l("the person's name"),
    "document_ending": _l("the end of the document number"),
    "degree.name": _l("the name of the degree"),
    "degree.awarded": _l("who awarded the degree, where and when"),
    "degree.recognised_as": _l("what the degree is recognised as"),
    "degree.effect": _l("what the recognition allows"),
    "partial.recognised": _l("what is recognised"),
    "partial.left_out": _l("what is not recognised"),
    "statement.comparison": _l("what the qualification may be compared with"),
    "school.equivalent": _l("the grade or title that the studies equal"),
    "mutual.name": _l("the name of the certificate of the other country"),
    "mutual.issuer": _l("who issued the certificate of the other country"),
    "mutual.number": _l("the number of the certificate of the other country"),
    "mutual.counts_as": _l("what the certificate of the other country counts as"),
    "qualification.name": _l("the name of a qualification"),
    "competence.profile": _l("the profile of competence"),
    "competence.can_do": _l("what the person can do"),
    "units": _l("the competency units"),
    "unit.name": _l("the name of a competency unit"),
    "signatory.name": _l("the name of somebody who signs"),
    "signatory.role": _l("the role of somebody who signs"),
    "signatories": _l("the people who sign"),
    "authority": _l("the name of the authority"),
    "basis": _l("the legal basis"),
    "level.text": _l("the level in words"),
}

KEYS: Final = {
    "key_unknown": _l("There is no key with this name: %(key)s."),
    "key_last_in_use": _l("This is the last key in use for its purpose. Make a new one first."),
    "key_not_rotatable": _l("A key of this purpose is never replaced."),
    "key_state_goes_back": _l("A key that was retired or compromised cannot be used again."),
    "key_missing": _l("The private part of the %(purpose)s key is not on this machine."),
    "key_not_signing": _l("A %(purpose)s key signs nothing, so it cannot be declared lost in this way. Replace it."),
    "moment_in_future": _l("This moment has not come yet."),
    "root_offline": _l("The private part of the root is kept elsewhere. Make a request, and have it signed where the root is."),
    "root_without_authorities": _l("This root is from before there were issuing authorities and may not certify one."),
    "request_damaged": _l("This is not a certificate request, or it is damaged."),
    "certificate_damaged": _l("This is not a certificate, or it is damaged."),
    "certificate_foreign": _l("Our root did not sign this certificate as an issuing authority."),
    "certificate_of_another_key": _l("The key of this certificate is not here, or is in use already."),
    "log_proof_unreadable": _l("This file is not a proof of our log, or it is damaged."),
}

PEOPLE: Final = {
    "staff_number_differs": _l("This account has another staff number. It belongs to somebody else: use another phone number or e-mail address."),
    "administrator_apart": _l("Whoever administers accounts and procedures holds no other role, with any account or as a deputy."),
    "own_account": _l("Nobody closes their own account. Another administrator must do it."),
    "role_not_held": _l("The person to be replaced does not hold that role."),
    "deputy_of_oneself": _l("These two accounts belong to one person, who cannot stand in for themselves."),
    "deputy_already": _l("This person already stands in for that person in this role."),
    "until_out_of_range": _l("%(field)s: choose a day after today and at most %(limit)s days ahead. For longer, give the role itself."),
    "centre_exists": _l("There is already a centre with this name."),
    "centre_in_use": _l("The centre still has open cases (%(cases)s) or staff (%(staff)s). Move them to another centre first."),
}

CONFIRMATIONS: Final = {
    "certificate_page_missing": _l("The certificate that this procedure ends with cannot be made yet, so nobody can confirm it."),
    "confirmation_not_needed": _l("This procedure is well sourced and needs no confirmation."),
    "confirmed_already": _l("You already confirmed these rules. Another person must confirm them too."),
}

STANDING: Final = {
    "certificate_ended": _l("The certificate was already revoked or replaced."),
    "certificate_suspended": _l("The certificate is suspended. Lift that first."),
    "certificate_not_suspended": _l("The certificate is not suspended."),
    "certificate_act_waits": _l("Something is already proposed about this certificate and is not done yet."),
    "confirmed_by_another": _l("You proposed this, so another person must confirm it."),
    "correction_missing": _l("Nothing would change. Write here what must stand on the new certificate."),
}

PHRASES: Final[Mapping[str, LazyString]] = {
    **MOVES, **FIELDS, **FILES, **LIMITS, **CERTIFICATES, **KEYS, **PEOPLE, **CONFIRMATIONS, **JOINED, **VERSIONS, **STANDING,
}  # fmt: skip

# Which family of words a detail's value belongs to.
FAMILIES: Final = {
    "kind": "evidence", "field": "fields", "consent": "consents", "check": "checks", "criterion": "criteria", "subject": "subjects", "unit": "units",
    "units": "units", "role": "roles", "did": "deeds", "move": "moves", "clock": "clocks", "state": "states",
}


class _Details(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def sentence(reason: Reason, *, say: Callable[[str, str], str] | None = None) -> str:
    """The reason in words. `say(family, name)` gives the procedure's own word for a name; without it the shared vocabulary is asked."""
    say = say or word
    printed = reason.code in CERTIFICATES
    details = _Details({name: _printed(value) if printed and name == "field" else _in_words(name, value, say) for name, value in reason.details.items()})
    phrase = PHRASES.get(reason.code)
    said = str(phrase) % details if phrase is not None else str(_UNSAID)
    apart = SEPARATION.get(str(reason.details.get("rule")))
    said = f"{said} {apart}" if apart is not None else said
    said = said.replace("?:", "?").replace("?.", "?")  # labels may be questions
    return said[:1].upper() + said[1:]


_UNSAID = _l("A rule of the procedure is not met.")


def role_name(role: Role) -> str:
    """The name of a role inside a sentence."""
    return str(ROLES[role])


def _printed(value: Detail) -> str:
    return str(PRINTED.get(str(value), value))


def _in_words(name: str, value: Detail, say: Callable[[str, str], str]) -> str:
    if isinstance(value, tuple):
        return ", ".join(_in_words(name, one, say) for one in value)
    return say(FAMILIES[name], value) if name in FAMILIES and isinstance(value, str) else str(value)
