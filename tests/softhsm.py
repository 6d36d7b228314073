"""A real PKCS #11 token in a temporary folder: SoftHSM, as Debian packages it."""

import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from credentialing.crypto.keyfiles import Purpose
from credentialing.crypto.token import Token

LABEL, PIN = "puente-test", "592613"
_PLACES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so")


def module() -> Path:
    """The library of SoftHSM on this machine."""
    return next(Path(place) for place in _PLACES if Path(place).exists())


@dataclass(frozen=True, slots=True)
class SoftHsm:
    """A token that can be taken out and put back."""

    token: Token
    _tokens: Path

    def for_purposes(self, *purposes: Purpose) -> Token:
        """The token, told that keys of these purposes lie in it."""
        return replace(self.token, purposes=frozenset(purposes))

    def take_out(self) -> None:
        """From now on there is no such token."""
        self._tokens.rename(self._tokens.with_name("drawer"))
        self._tokens.mkdir()

    def put_back(self) -> None:
        """The same token again."""
        shutil.rmtree(self._tokens)
        self._tokens.with_name("drawer").rename(self._tokens)


def make_token(folder: Path, patch: pytest.MonkeyPatch) -> SoftHsm:
    """A fresh token in `folder`; `patch` points the library to it."""
    tokens = folder / "tokens"
    tokens.mkdir()
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n")
    patch.setenv("SOFTHSM2_CONF", str(settings))
    tool = shutil.which("softhsm2-util")
    assert tool is not None
    subprocess.run([tool, "--init-token", "--free", "--label", LABEL, "--so-pin", "0" * 8, "--pin", PIN], check=True, capture_output=True)
    pin = folder / "pkcs11_pin"
    pin.write_text(PIN + "\n")
    return SoftHsm(Token(module(), LABEL, pin, frozenset()), tokens)
