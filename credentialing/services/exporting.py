"""What a stranger needs to check our certificates offline: the certificates themselves, and a summary that names each."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from credentialing.adapters.public import PublicFolder
from credentialing.certificate.attachments import credential_in
from credentialing.certificate.contexts import PINNED, context_bytes
from credentialing.certificate.trust import export_trust
from credentialing.crypto import envelope
from credentialing.domain.errors import NotFoundError
from credentialing.domain.people import Actor
from credentialing.services.credentials import certificate_token
from credentialing.services.gathering import case_for, definition_of, own_case, refuse_closed
from credentialing.services.issuing import certificate_pdf, live_certificate, open_face
from credentialing.services.office import Office
from credentialing.services.proving import proof_of
from credentialing.services.publishing import write_files
from credentialing.services.stamping import timestamp_roots
from credentialing.services.status_lists import export_lists


@dataclass(frozen=True, slots=True)
class Line:
    """One certificate in the summary; `pdf`, `credential` (empty when it carries none) and `sd_jwt` are relative to the folder, `sha256` that of the
    PDF."""

    case: str
    procedure: str
    kind: str
    holder: str
    number: str
    pdf: str
    qr_text: str
    verify_url: str
    sha256: str
    credential: str = ""
    sd_jwt: str = ""


def export_certificate(office: Office, *, actor: Actor, case_id: str, folder: Path) -> Line:
    """Write the PDF of the actor's own certificate and its credential into `folder`/certificates; its line of the summary. NotFoundError when there is none."""
    number, pdf = certificate_pdf(office, actor=actor, case_id=case_id)
    credential, (_, token) = credential_in(pdf), certificate_token(office, actor=actor, case_id=case_id)
    with office.reading() as session:
        case = own_case(session, actor=actor, case_id=case_id)
        record = live_certificate(session, case_id)
        face = open_face(office, record)
        procedure = definition_of(office, case)
        qr_text = envelope.open_from_register(office.keys, record.sealed_qr_text or b"", record.code).decode()
        name = f"certificates/{number}.pdf"
        kind, data_name = procedure.procedure.kind, f"certificates/{number}.vc.json" if credential else ""
        told = (case.number, procedure.id, kind, face.display_name, number, name, qr_text, face.page_url, record.sha256 or "")
        line = Line(*told, credential=data_name, sd_jwt=f"certificates/{number}.sd-jwt")
        proof = proof_of(office, session, record)
    (folder / "certificates").mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(pdf)
    (folder / line.sd_jwt).write_text(token)
    if credential:
        (folder / data_name).write_bytes(credential)
    if proof is not None:  # until a checkpoint covers the certificate there is none
        (folder / f"certificates/{number}.proof.json").write_bytes(proof.to_json())
    return line


def _export_contexts(folder: Path) -> dict[str, str]:
    """Write the public contexts that the credentials name, for whoever reads them without a network; the file of each, by URL."""
    (folder / "contexts").mkdir(parents=True, exist_ok=True)
    for url, (name, _) in PINNED.items():
        (folder / "contexts" / name).write_bytes(context_bytes(url))
    return {url: f"contexts/{name}" for url, (name, _) in PINNED.items()}


def certificate_proof(office: Office, *, actor: Actor, case_id: str) -> tuple[str, bytes]:
    """The number of a case's certificate and its proof file, for those who may see the case; NotFoundError until there is one.
    RefusedError for staff who must declare first, or who declared a conflict."""
    now = office.clock.now()
    with office.reading() as session:
        case = case_for(office, session, actor=actor, case_id=case_id)
        refuse_closed(office, session, case, actor=actor, now=now)
        record = live_certificate(session, case.id)
        proof = proof_of(office, session, record)
        if proof is None:
            raise NotFoundError("no proof yet")
        return record.number, proof.to_json()


def write_summary(office: Office, *, lines: Sequence[Line], folder: Path) -> Path:
    """Write the trust files and `summary.json` beside the certificates; the path of the summary."""
    settings = office.settings
    lists = export_lists(office, folder)
    digests = {url: hashlib.sha256((folder / name).read_bytes()).hexdigest() for url, name in lists.items()}
    now, roots = office.clock.now(), timestamp_roots(settings)
    export_trust(folder, office.keys, verify_host=settings.verify_host, now=now, timestamp_roots=roots, status_lists=digests)
    size = write_files(office, PublicFolder(folder / "log"))
    summary = {
        "issuer": f"did:web:{office.settings.issuer_host}",
        "did_document": "did.json",
        "trust_root": "root.pem",
        "trust_bundle": "trust.json",
        "contexts": _export_contexts(folder),
        "status_lists": lists,
        "log": "log/checkpoint" if size else None,
        "certificates": [{field: getattr(line, field) for field in line.__slots__} for line in lines],
    }
    path = folder / "summary.json"
    path.write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path
