"""Every record in one place, for those who need the whole schema."""

from credentialing.storage.base import Base
from credentialing.storage.cases import (
    AccessEvent,
    ActText,
    AuditEvent,
    Case,
    CertificateRecord,
    ConsentRecord,
    Counter,
    EvidenceRecord,
    FindingRecord,
    LogLeaf,
    QuestionRecord,
    VisitRecord,
)
from credentialing.storage.people import LetterRecord, LimitCount, OpenSession, Person, RoleGrant, SignInCode

__all__ = [
    "AccessEvent",
    "ActText",
    "AuditEvent",
    "Base",
    "Case",
    "CertificateRecord",
    "ConsentRecord",
    "Counter",
    "EvidenceRecord",
    "FindingRecord",
    "LetterRecord",
    "LimitCount",
    "LogLeaf",
    "OpenSession",
    "Person",
    "QuestionRecord",
    "RoleGrant",
    "SignInCode",
    "VisitRecord",
]
