"""The certificate as data, for those who may see the case: the credential out of the very file that was sealed, so that there is one and not two; and the
token for a wallet, made anew each time, so that what is shown at two places cannot be linked by it."""

from credentialing.certificate.attachments import credential_in
from credentialing.certificate.wallet import wallet_token
from credentialing.domain.errors import NotFoundError
from credentialing.domain.people import Actor
from credentialing.services.gathering import case_for, refuse_closed
from credentialing.services.issuing import certificate_pdf, live_certificate, open_face
from credentialing.services.office import Office


def certificate_credential(office: Office, *, actor: Actor, case_id: str) -> tuple[str, bytes]:
    """The number of a case's certificate and its signed credential (JSON); NotFoundError when there is none yet, or when it is older than credentials are.
    RefusedError as `certificate_pdf`."""
    number, pdf = certificate_pdf(office, actor=actor, case_id=case_id)
    data = credential_in(pdf)
    if data is None:
        raise NotFoundError("this certificate carries no credential")
    return number, data


def certificate_token(office: Office, *, actor: Actor, case_id: str) -> tuple[str, str]:
    """The number of a case's certificate and a token of it for a wallet (SD-JWT VC); NotFoundError when there is none yet.
    RefusedError as `certificate_pdf`."""
    now = office.clock.now()
    with office.reading() as session:
        case = case_for(office, session, actor=actor, case_id=case_id)
        refuse_closed(office, session, case, actor=actor, now=now)
        face = open_face(office, live_certificate(session, case.id))
    return face.number, wallet_token(face, office.keys, now=now, random_bytes=office.entropy.bytes)
