"""The words of an answer: each verdict as a heading and a sentence, according to what was brought; each check; each problem."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, TypeAlias

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from credentialing.certificate.outcomes import CheckName, Verdict
from credentialing.services.lookup import Fault


class Brought(StrEnum):
    """What the verifier had at hand: a number or code to look up, a signed QR, or a file as we send it."""

    NUMBER = "number"
    QR = "qr"
    FILE = "file"


Said: TypeAlias = tuple[LazyString, LazyString]

_NOT_IN_REGISTER: Final = (
    _l("We did not issue it. Do not trust this document"),
    _l("Our register holds no certificate with this number or code. Check that it was copied exactly as it is printed."),
)

VERDICTS: Final[Mapping[Verdict, Said]] = {
    Verdict.ORIGINAL: (
        _l("It is authentic and in force"),
        _l("This is the very file that we issued. Nobody has changed it, and it has not been revoked."),
    ),
    Verdict.AUTHENTIC_COPY: (
        _l("It is an authentic copy: the content is ours, this file is not the original"),
        _l("What it says is signed by us. Compare the name, the title and the number with what you see here."),
    ),
    Verdict.REVOKED: (_l("We issued it and revoked it afterwards"), _l("This certificate is no longer valid.")),
    Verdict.SUPERSEDED: (_l("There is a newer version"), _l("This certificate was replaced by a newer one. Ask the person for the new one.")),
    Verdict.EXPIRED: (_l("It was authentic and has expired"), _l("Ask the person whether there is a newer certificate.")),
    Verdict.NOT_OURS: (
        _l("We did not issue it. Do not trust this document"),
        _l("It does not carry our signature, or it does not agree with our register."),
    ),
    Verdict.COULD_NOT_CHECK: (_l("It could not be checked"), _l("This does not mean that it is false.")),
}
"""What is said when nothing more exact stands in `EXACT`."""

EXACT: Final[Mapping[tuple[Verdict, Brought | str], Said]] = {
    # Nothing signed was seen: the register speaks, and the paper is for the reader to compare.
    (Verdict.AUTHENTIC_COPY, Brought.NUMBER): (
        _l("Our register says: in force"),
        _l("Only the number or the code was looked up, not the paper that it stands on. "
           "Compare the name, the title and the number with the paper: if anything differs, do not trust the paper."),
    ),
    (Verdict.AUTHENTIC_COPY, Brought.QR): (
        _l("The code is ours, and the certificate is in force"),
        _l("We signed this code and it agrees with our register. The rest of the paper was not checked: "
           "compare the name, the title and the number with the paper."),
    ),
    (Verdict.AUTHENTIC_COPY, "status_not_checked"): (
        _l("The content is ours, but we do not know whether it is still in force"),
        _l("What it says is signed by us. Look up its number to learn whether it has been revoked or has expired."),
    ),
    (Verdict.REVOKED, "suspended"): (
        _l("We issued it, and it is suspended"),
        _l("It does not count while it is suspended. That can be lifted: check it again later, or ask the person."),
    ),
    (Verdict.NOT_OURS, "not_in_register"): _NOT_IN_REGISTER,
    (Verdict.NOT_OURS, "other_host"): (
        _l("This code belongs to another site. Do not trust it"),
        _l("Our codes open this site only. Do not type anything on the page that this code opens, and do not pay there."),
    ),
    (Verdict.NOT_OURS, "no_signature"): (
        _l("This file does not carry our signature"),
        _l("We did not send this file. If it is a scan of a paper certificate, look up the number on the paper or send a photo of its code instead."),
    ),
    (Verdict.NOT_OURS, "differs_from_record"): (
        _l("It does not agree with our register. Do not trust this document"),
        _l("It names a certificate that exists, but says something else than our register."),
    ),
    (Verdict.NOT_OURS, "altered"): (
        _l("It has been changed. Do not trust this document"),
        _l("What it says now is not what was signed."),
    ),
    (Verdict.NOT_OURS, "code_differs"): (
        _l("The code has been changed. Do not trust this document"),
        _l("The signature in it belongs to another certificate."),
    ),
    (Verdict.COULD_NOT_CHECK, "no_qr_found"): (
        _l("No code could be read in the picture"),
        _l("This does not mean that it is false. Take the photo nearer, with light, the whole code in view; or type the number."),
    ),
    (Verdict.COULD_NOT_CHECK, "not_our_format"): (
        _l("The code in it is not one of a certificate"),
        _l("This does not mean that the certificate is false. Take a photo of the code on the certificate itself, or type the number."),
    ),
    (Verdict.COULD_NOT_CHECK, "file_too_large"): (
        _l("It could not be checked"),
        _l("This does not mean that it is false. The file is larger than any that we issue. Type the number, or send a photo of the code."),
    ),
}
"""More exact words, by what was brought or by the problem that was found."""

ALTERED: Final = frozenset({
    "header_not_at_start", "several_signatures", "several_revisions", "not_whole_file", "padding_changed", "changed_after_sealing", "signature_extended",
    "timestamp_altered", "timestamp_foreign", "timestamp_impossible",
    "structure_broken", "signature_wrong", "token_malformed", "proof_missing", "proof_malformed",
})  # fmt: skip
"""Problems that mean: somebody has changed it, or made it up."""

TAMPERED: Final[Mapping[str, Said]] = {
    "forged": (
        _l("The code on this paper does not carry our signature. Do not trust the paper"),
        _l("Somebody has changed the code or made it up."),
    ),
    "differs": (
        _l("The code on this paper belongs to another certificate. Do not trust the paper"),
        _l("What was signed is not what our register holds under this address."),
    ),
}
"""What the script of the page says when the digits of a scanned code do not hold."""

BELOW: Final = _l("What stands below is what our register holds under this address; it may belong to another person.")

DOCUMENTS: Final[Mapping[str, tuple[LazyString, LazyString | None]]] = {
    "full": (_l("Recognition of a foreign degree"), None),
    "partial": (
        _l("Partial recognition"),
        _l("This is not a full recognition. Only the part that is named here counts, not the whole qualification."),
    ),
    "competence": (_l("Certificate of competence"), None),
    "units": (
        _l("Certificate of some competency units"),
        _l("The whole profile is not certified. The person has shown %(shown)s of its %(of)s units, and only those count."),
    ),
    "statement": (
        _l("Advisory statement"),
        _l("This is not a recognition. It says what a foreign qualification may be compared with, and binds nobody."),
    ),
    "passport": (
        _l("Qualifications passport"),
        _l("This is not a recognition of a degree. It says what could be found out about studies and work when papers are missing, and how sure it is."),
    ),
    "school": (_l("Equivalence of school studies"), _l("It is about school studies, not about a degree, and it converts no marks.")),
    "mutual": (
        _l("Recognition of a certificate of competence from another country"),
        _l("The certificate that is recognised was issued by another institution and stays under its rules."),
    ),
}
"""What kind of certificate it is, by the name of its page, and what it must not be taken for."""

PARTICULARS: Final[Mapping[str, LazyString]] = {
    "recognised": _l("What is recognised"),
    "left_out": _l("What is not recognised"),
    "comparison": _l("May be compared with"),
    "substantiated": _l("Qualification: substantiated"),
    "likely": _l("Qualification: likely"),
    "not_substantiated": _l("Qualification: not substantiated"),
    "original": _l("Certificate that is recognised"),
    "original_issuer": _l("It was issued by"),
    "original_number": _l("Its own number"),
}
"""The particulars of a certificate, by the names that the register gives them."""

EVERYTHING_ELSE: Final = _l("Everything that is not named as recognised.")

CHECKS: Final[Mapping[CheckName, LazyString]] = {
    CheckName.READABLE: _l("It can be read"),
    CheckName.UNALTERED: _l("Nobody has changed it"),
    CheckName.OURS: _l("The signature is ours"),
    CheckName.IN_FORCE: _l("It is in force"),
    CheckName.SAME_AS_RECORD: _l("It agrees with our register"),
}

_CHANGED: Final = _l("It was changed after it was signed.")

PROBLEMS: Final[Mapping[str, LazyString]] = {
    "file_empty": _l("The file is empty."),
    "file_too_large": _l("The file is too large."),
    "not_pdf": _l("It is not a PDF file."),
    "no_qr_found": _l("No code was found in it."),
    "not_our_format": _l("The code in it is not one of a certificate."),
    "number_wrong": _l("The last digit of the number does not fit the others."),
    "no_signature": _l("The file carries no signature."),
    "several_signatures": _l("The file carries more than one signature; ours carry one."),
    "header_not_at_start": _CHANGED,
    "several_revisions": _CHANGED,
    "not_whole_file": _l("The signature does not cover the whole file."),
    "padding_changed": _CHANGED,
    "changed_after_sealing": _CHANGED,
    "signature_extended": _l("Something was added to the signature."),
    "timestamp_altered": _l("Something was added to the signature."),
    "timestamp_foreign": _l("Its signed time comes from an authority that we do not know."),
    "timestamp_impossible": _l("Its signed time cannot be right."),
    "structure_broken": _l("The file is damaged or was put together in another way than ours."),
    "code_wrong": _l("The code in its address cannot be right."),
    "code_differs": _l("The signature belongs to another code."),
    "token_malformed": _l("The code is damaged or was made up."),
    "signature_wrong": _l("The signature does not fit what it says."),
    "other_host": _l("The code belongs to another site."),
    "key_unknown": _l("It was signed with a key that is not ours."),
    "key_compromised": _l("It was signed with a key that we no longer trust."),
    "foreign_seal": _l("Somebody else signed it."),
    "not_a_credential": _l("It is not a credential in the form in which we issue them."),
    "proof_missing": _l("It does not carry the two signatures that ours carry."),
    "proof_malformed": _l("One of its signatures is damaged or was made up."),
    "other_issuer": _l("Somebody else issued it."),
    "not_valid_yet": _l("Its day of issue lies in the future."),
    "seal_not_valid_then": _l("Our key was not valid at the time of the signature."),
    "seal_expired": _l("The certificate of our key has ended."),
    "wrong_seal_purpose": _l("The key that signed it is not meant for certificates."),
    "revoked": _l("It was revoked."),
    "superseded": _l("It was replaced by a newer one."),
    "suspended": _l("It is suspended."),
    "expired": _l("It has expired."),
    "status_not_checked": _l("The register was not asked."),
    "status_list_missing": _l("The list of revoked certificates was not at hand."),
    "status_list_stale": _l("The list of revoked certificates is too old."),
    "status_list_wrong": _l("The list of revoked certificates is damaged or not ours."),
    "place_not_read": _l("The code on it could not be read, so its status could not be looked up."),
    "not_in_register": _l("Our register does not hold it."),
    "differs_from_record": _l("Our register says something else."),
    "log_contradicts": _l("Our public log says something else, or does not know it."),
    "register_not_at_hand": _l("The register was not at hand."),
    "nothing_signed_brought": _l("Only the number or the code was looked up, so there was no signature to check."),
    "earlier_check_failed": _l("It was not checked, because an earlier check failed."),
    "not_read": _l("It was not checked, because nothing could be read."),
    "not_run": _l("It was not checked."),
}
"""Every problem of a check, failed or not run."""

FAULTS: Final[Mapping[str, LazyString]] = {
    "blank": _l("Type the number or the code that stands on the certificate."),
    "too_long": _l("This is too long for a number or a code. Copy only the number."),
    "number_length": _l("The number has %(length)s letters and digits. It should have 2 letters and 11 to 14 digits. Compare it with the paper."),
    "number_wrong": _l("The last digit of the number does not fit the others, so one of them was mistyped. Compare it with the paper, digit by digit."),
    "code_length": _l("A code has 13 letters and digits, and this one has %(length)s. Compare it with the paper."),
    "code_sign": _l("Place %(place)s holds “%(sign)s”, which no code has. Compare it with the paper."),
    "code_wrong": _l("The last character of the code does not fit the others, so one of them was mistyped. Compare it with the paper, character by character."),
    "other_host": _l("This leads to %(host)s, which is not our site. Do not trust what stands there, and do not pay there."),
    "not_our_format": _l("This is not the address of a certificate. Type the number or the code that stands on the certificate."),
}
"""Why something typed cannot be looked up."""


def fault_sentence(fault: Fault) -> str:
    """What is wrong with what was typed, and in which place."""
    return str(FAULTS[fault.problem]) % {"length": fault.length, "place": fault.place, "sign": fault.sign, "host": fault.host}
