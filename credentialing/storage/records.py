"""Every record in one place, for those who need the whole schema."""

from credentialing.storage.archive import ArchivedFile
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
from credentialing.storage.lawfacts import Centre, Declaration, Deputy, ProcedureConfirmation, WaiverRequest
from credentialing.storage.log import AuditLeaf, LogCheckpoint, LogEntry, LogNode, LogProof
from credentialing.storage.people import LetterRecord, LimitCount, OpenSession, Person, RoleGrant, SignInCode
from credentialing.storage.standing import StandingAct

__all__ = [
    "AccessEvent",
    "ActText",
    "ArchivedFile",
    "AuditEvent",
    "AuditLeaf",
    "Base",
    "Case",
    "Centre",
    "CertificateRecord",
    "ConsentRecord",
    "Counter",
    "Declaration",
    "Deputy",
    "EvidenceRecord",
    "FindingRecord",
    "LetterRecord",
    "LimitCount",
    "LogCheckpoint",
    "LogEntry",
    "LogLeaf",
    "LogNode",
    "LogProof",
    "OpenSession",
    "Person",
    "ProcedureConfirmation",
    "QuestionRecord",
    "RoleGrant",
    "SignInCode",
    "StandingAct",
    "VisitRecord",
    "WaiverRequest",
]
