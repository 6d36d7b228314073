"""The register of an installation for looking only: no office, no gateways, no jobs."""

from sqlalchemy.orm import sessionmaker

from credentialing.adapters.system import SystemClock
from credentialing.app.keys import open_ring
from credentialing.config import Settings
from credentialing.domain.errors import MisconfiguredError
from credentialing.services.office import ReadOnlyRegister
from credentialing.storage.engine import make_engine
from credentialing.storage.migrate import is_current


def open_register(settings: Settings) -> ReadOnlyRegister:
    """Keys and database of an installation, for verification; MisconfiguredError when there are none, or of another version."""
    keys = open_ring(settings)
    engine = make_engine(settings.verifier_database_url or settings.database_url, read_only=True)
    if not is_current(engine):
        raise MisconfiguredError("The database is not at the schema of this version: run ./run db upgrade.")
    return ReadOnlyRegister(settings=settings, sessions=sessionmaker(engine), clock=SystemClock(), keys=keys)
