"""The key ring of an installation, with the token that its settings name."""

from pathlib import Path

from credentialing.config import Settings
from credentialing.crypto.keyfiles import Purpose
from credentialing.crypto.keyring import KeyRing
from credentialing.crypto.token import Token


def token_of(settings: Settings) -> Token | None:
    """Which keys lie in which token; None when all are files."""
    if not settings.pkcs11_purposes:
        return None
    purposes = frozenset(Purpose(name) for name in settings.pkcs11_purposes)
    return Token(Path(settings.pkcs11_module), settings.pkcs11_token, settings.keys / "pkcs11_pin", purposes)


def open_ring(settings: Settings) -> KeyRing:
    """The ring, opened; MisconfiguredError as `KeyRing.open`. The token itself is asked at the first signature."""
    return KeyRing.open(settings.keys, token=token_of(settings))
