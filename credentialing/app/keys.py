"""The key ring of an installation, with the token that its settings name."""

import logging
from datetime import datetime
from pathlib import Path

from credentialing.config import Settings
from credentialing.crypto.keyfiles import Purpose
from credentialing.crypto.keyring import KeyRing
from credentialing.crypto.token import Token

_log = logging.getLogger(__name__)


def token_of(settings: Settings) -> Token | None:
    """Which keys lie in which token; None when all are files."""
    if not settings.pkcs11_purposes:
        return None
    purposes = frozenset(Purpose(name) for name in settings.pkcs11_purposes)
    return Token(Path(settings.pkcs11_module), settings.pkcs11_token, settings.keys / "pkcs11_pin", purposes)


def warn_of_due_keys(keys: KeyRing, now: datetime) -> None:
    """A line in the log for each key that should be exchanged by now."""
    for record in keys.ageing(now):
        _log.warning("the %s key is in use since %s: ./run keys rotate %s", record.purpose, record.created.date(), record.purpose)


def open_ring(settings: Settings) -> KeyRing:
    """The ring, opened; MisconfiguredError as `KeyRing.open`. The token itself is asked at the first signature."""
    return KeyRing.open(settings.keys, token=token_of(settings))
