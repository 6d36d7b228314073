"""Trusted time: the time-stamp authority that the settings name, and the roots by which its word is judged."""

from credentialing.certificate.timestamping import Stamping
from credentialing.config import Settings
from credentialing.crypto.x509 import from_pem
from credentialing.domain.errors import MisconfiguredError
from credentialing.services.office import Office


def timestamp_roots(settings: Settings) -> tuple[bytes, ...]:
    """The roots (DER) of the time-stamp authorities that this installation trusts; none when the settings name no file.
    MisconfiguredError when the file has become unreadable since the start."""
    if settings.timestamp_roots_file is None:
        return ()
    try:
        return from_pem(settings.timestamp_roots_file.read_bytes())
    except (OSError, ValueError) as error:
        raise MisconfiguredError(f"The file {settings.timestamp_roots} of the time-stamp authorities cannot be read.") from error


def stamping_of(office: Office) -> Stamping | None:
    """How seals of this office get their trusted time; None when the settings name no authority, and seals then claim none."""
    if office.timestamps is None:
        return None
    return Stamping(office.timestamps, timestamp_roots(office.settings), office.entropy, office.clock.now())
