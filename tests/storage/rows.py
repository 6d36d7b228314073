"""One plausible row of every kind, to be laid into a database by hand."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from credentialing.storage.records import (
    AccessEvent,
    AuditEvent,
    AuditLeaf,
    Case,
    CertificateRecord,
    LogCheckpoint,
    LogEntry,
    LogLeaf,
    LogNode,
    LogProof,
    Person,
    ProcedureConfirmation,
    StandingAct,
    VisitRecord,
)

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


def person(name: str = "p1") -> Person:
    return Person(id=name, contact_index=name.encode(), wrapped_key=b"w", kek_id="k", sealed_profile=b"s", language="es", registered_at=NOW)


def case(name: str = "c1", **changed: Any) -> Case:
    values: dict[str, Any] = {
        "id": name, "number": f"CO-{name}", "person_id": "p1", "procedure": "x", "version": 1, "digest": "d", "state": "draft", "revision": 0,
        "waits_for": "applicant", "sealed_answers": b"", "answered": {}, "opened_at": NOW,
    }  # fmt: skip
    return Case(**(values | changed))


def certificate(name: str = "z1", **changed: Any) -> CertificateRecord:
    values: dict[str, Any] = {
        "id": name, "case_id": "c1", "edition": 1, "number": name, "code": name, "status": "intended", "sealed_face": b"f", "sealed_salt": b"s",
        "intended_at": NOW,
    }  # fmt: skip
    return CertificateRecord(**(values | changed))


def standing_act(name: str = "s1", **changed: Any) -> StandingAct:
    values: dict[str, Any] = {
        "id": name, "certificate_id": "z1", "case_id": "c1", "act": "revoke", "reason": "issued_in_error", "sealed_grounds": b"g", "proposed_by": "p1",
        "proposed_at": NOW,
    }  # fmt: skip
    return StandingAct(**(values | changed))


def confirmation(name: str = "k1", **changed: Any) -> ProcedureConfirmation:
    values: dict[str, Any] = {"id": name, "procedure": "x", "version": 1, "digest": "d", "confirmed_by": "p1", "confirmed_at": NOW, "source_read": "The decree"}
    return ProcedureConfirmation(**(values | changed))


def lay(engine: Engine, *records: object) -> None:
    """Write the records, each after those it refers to."""
    with Session(engine) as session, session.begin():
        for record in records:
            session.add(record)
            session.flush()


def lay_a_little_of_everything(engine: Engine) -> None:
    """A person, a case with a visit, a certificate, and one line in each list that only grows."""
    lay(
        engine,
        person(),
        case(),
        VisitRecord(case_id="c1", position=0, state="draft", entered_at=NOW),
        certificate(),
        AuditEvent(at=NOW, event="case_opened", case_id="c1", person_id="p1", role="applicant", revision=0, details={}),
        AccessEvent(at=NOW, case_id="c1", evidence_id="e1", page=1, person_id="p1", role="assessor"),
        LogLeaf(position=0, kind="intent", leaf=b"l", at=NOW),
        LogEntry(position=0, certificate_id="z1", kind="intent", entry=b"e", digest=b"d"),
        AuditLeaf(position=0, event_position=1, leaf=b"l"),
        LogNode(log="issuance", level=1, position=0, hash=b"h"),
        LogCheckpoint(log="issuance", size=1, root=b"r", note="n", at=NOW),
        LogProof(position=0, size=1, hashes=b""),
    )
