"""Audit events by name: past tense, one grammar. Details of an event hold codes and ids, never personal data."""

from enum import StrEnum


class Event(StrEnum):
    """Everything that is written to the audit trail."""

    PERSON_REGISTERED = "person_registered"
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    ROLE_GRANTED = "role_granted"
    ROLE_REVOKED = "role_revoked"
    CONSENT_GIVEN = "consent_given"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    CASE_OPENED = "case_opened"
    CASE_MOVED = "case_moved"
    ANSWERS_SAVED = "answers_saved"
    EVIDENCE_ADDED = "evidence_added"
    EVIDENCE_REMOVED = "evidence_removed"
    QUESTIONS_ASKED = "questions_asked"
    QUESTION_ANSWERED = "question_answered"
    FINDING_RECORDED = "finding_recorded"
    DEADLINE_WARNED = "deadline_warned"
    DEADLINE_PASSED = "deadline_passed"
    CERTIFICATE_INTENDED = "certificate_intended"
    CERTIFICATE_SEALED = "certificate_sealed"
    CERTIFICATE_ISSUED = "certificate_issued"
    CERTIFICATE_REVOKED = "certificate_revoked"
    LETTER_SENT = "letter_sent"
