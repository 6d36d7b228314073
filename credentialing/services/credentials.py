"""The certificate as data, for those who may see the case: taken out of the very file that was sealed, so that there is one credential and not two."""

from credentialing.certificate.attachments import credential_in
from credentialing.domain.errors import NotFoundError
from credentialing.domain.people import Actor
from credentialing.services.issuing import certificate_pdf
from credentialing.services.office import Office


def certificate_credential(office: Office, *, actor: Actor, case_id: str) -> tuple[str, bytes]:
    """The number of a case's certificate and its signed credential (JSON); NotFoundError when there is none yet, or when it is older than credentials are.
    RefusedError as `certificate_pdf`."""
    number, pdf = certificate_pdf(office, actor=actor, case_id=case_id)
    data = credential_in(pdf)
    if data is None:
        raise NotFoundError("this certificate carries no credential")
    return number, data
