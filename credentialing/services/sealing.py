"""What a seal of this office carries beyond the page: the credential as data, and the trusted time if the settings name an authority."""

from credentialing.certificate.credential import attachment_of
from credentialing.certificate.face import Face
from credentialing.certificate.issuing import Sealed, Ticket, seal
from credentialing.certificate.statuslist import entries_of
from credentialing.services.office import Office
from credentialing.services.stamping import stamping_of


def seal_for(office: Office, ticket: Ticket, face: Face) -> Sealed:
    """Step 3 of issuing, of a face that was recorded; it is sealed at its own moment, however often the work was interrupted.

    AwayError while the time-stamp authority of the settings does not answer: nothing is sealed at a lower level instead. Otherwise as `seal`.
    """
    credential = attachment_of(face, office.keys, words=ticket.studio.words, now=face.issued_at, status=entries_of(face))
    return seal(ticket, face, keys=office.keys, now=face.issued_at, credential=credential, stamping=stamping_of(office))
