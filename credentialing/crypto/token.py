"""Keys in a PKCS #11 token: made there, never exportable, used through the raw mechanism. The only file that knows `pkcs11`.

Raw CKM_ECDSA, because it is what every token has (SoftHSM has nothing else): the hash is ours, and so is the choice of the lower s.
One session for each process and token; every call stands in one line, because the library below is initialised once for the whole process.
"""

import hashlib
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from cryptography.hazmat.primitives.asymmetric import ed25519

from credentialing.crypto import x509
from credentialing.crypto.keyfiles import KeyRecord, Purpose
from credentialing.crypto.signers import ED25519, P256, key_id
from credentialing.crypto.signing import P256_ORDER
from credentialing.domain.errors import AwayError

_P256_PARAMETERS = bytes.fromhex("06082a8648ce3d030107")  # OBJECT IDENTIFIER prime256v1 (RFC 5480, 2.1.1.1)
_ED25519_PARAMETERS = b"\x13\x0cedwards25519"  # PrintableString (PKCS #11 3.0, 2.3.5)
_LINE = threading.RLock()
_sessions: dict[tuple[int, Path, str], Any] = {}
_refused: dict[tuple[Path, str], bytes] = {}  # digest of the PIN that a token refused: offered again and again it would lock the token
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Token:
    """Which token, and for which purposes keys are kept in it: the PKCS #11 library, the token's label, and the file that holds the user's PIN."""

    module: Path
    label: str
    pin_file: Path
    purposes: frozenset[Purpose]


class TokenKeys:
    """Private keys in a token. AwayError whenever it does not answer, refuses the PIN, or does not hold a key; nothing else is ever tried instead."""

    def __init__(self, token: Token) -> None:
        self._token = token

    def make(self, purpose: Purpose, random_bytes: Callable[[int], bytes]) -> x509.PublicKey:
        """Make a key pair inside the token, private part not extractable. `random_bytes` is not used: the token has a source of its own."""
        return _patiently(self._token, lambda session: _generate(session, purpose))

    def sign(self, record: KeyRecord, data: bytes) -> bytes:
        """64 bytes; see `Signer.sign`."""
        return _patiently(self._token, lambda session: _sign(_private(session, record), record.purpose, data))

    def destroy(self, record: KeyRecord) -> None:
        """Remove both parts of the key from the token."""
        _patiently(self._token, lambda session: _remove(session, record))


def forget() -> None:
    """Close every session of this process and forget refused PINs; the next signature begins anew."""
    with _LINE:
        while _sessions:
            _sessions.popitem()[1].close()
        _refused.clear()


def _patiently(token: Token, act: Callable[[Any], _T]) -> _T:
    """Do `act` in a session; after a failure once more in a new one, since the token may have been taken out and put back."""
    from pkcs11 import PKCS11Error

    with _LINE:
        for last in (False, True):
            try:
                return act(_session(token, fresh=last))
            except (PKCS11Error, RuntimeError) as error:
                _sessions.pop(_place(token), None)
                if last:
                    raise AwayError(f"the signing token “{token.label}” ({type(error).__name__})") from error
    raise AssertionError("unreachable")


def _place(token: Token) -> tuple[int, Path, str]:
    return os.getpid(), token.module, token.label


def _session(token: Token, *, fresh: bool) -> Any:
    import pkcs11

    place = _place(token)
    if not fresh and place in _sessions:
        return _sessions[place]
    pin = _pin(token)
    try:
        library = pkcs11.lib(str(token.module))
        if fresh or any(of_parent[0] != place[0] for of_parent in _sessions):
            # Tokens are looked for once, when the library is initialised; and what a parent process initialised is of no use to its child.
            _sessions.clear()
            library.reinitialize()
        _sessions[place] = library.get_token(token_label=token.label).open(rw=True, user_pin=pin)
    except (pkcs11.PinIncorrect, pkcs11.PinLocked, pkcs11.PinInvalid, pkcs11.PinLenRange) as error:
        _refused[token.module, token.label] = hashlib.sha256(pin.encode()).digest()
        raise AwayError(f"the signing token “{token.label}” (it refuses the PIN in {token.pin_file.name})") from error
    return _sessions[place]


def _pin(token: Token) -> str:
    try:
        pin = token.pin_file.read_text("utf-8").strip()
    except OSError as error:
        raise AwayError(f"the signing token “{token.label}” (the file {token.pin_file.name} with its PIN is missing)") from error
    if _refused.get((token.module, token.label)) == hashlib.sha256(pin.encode()).digest():
        raise AwayError(f"the signing token “{token.label}” (it refused the PIN in {token.pin_file.name}, which is not offered twice)")
    return pin


def _private(session: Any, record: KeyRecord) -> Any:
    from pkcs11 import ObjectClass

    return session.get_key(object_class=ObjectClass.PRIVATE_KEY, id=bytes.fromhex(record.id))


def _sign(key: Any, purpose: Purpose, data: bytes) -> bytes:
    from pkcs11 import Mechanism

    if purpose in ED25519:
        return bytes(key.sign(data, mechanism=Mechanism.EDDSA))
    signature = key.sign(hashlib.sha256(data).digest(), mechanism=Mechanism.ECDSA)
    s = int.from_bytes(signature[32:])
    return bytes(signature[:32]) + min(s, P256_ORDER - s).to_bytes(32)


def _generate(session: Any, purpose: Purpose) -> x509.PublicKey:
    from pkcs11 import Attribute, KeyType, Mechanism

    edwards = purpose not in P256
    kind, curve = (KeyType.EC_EDWARDS, _ED25519_PARAMETERS) if edwards else (KeyType.EC, _P256_PARAMETERS)
    parameters = session.create_domain_parameters(kind, {Attribute.EC_PARAMS: curve}, local=True)
    public, private = parameters.generate_keypair(
        store=True, mechanism=Mechanism.EC_EDWARDS_KEY_PAIR_GEN if edwards else Mechanism.EC_KEY_PAIR_GEN,
        private_template={Attribute.EXTRACTABLE: False, Attribute.SENSITIVE: True},
    )  # fmt: skip
    point = bytes(public[Attribute.EC_POINT])[2:]  # inside an OCTET STRING of less than 128 bytes
    key: x509.PublicKey = ed25519.Ed25519PublicKey.from_public_bytes(point) if edwards else x509.p256_public_key(point)
    for part in (public, private):
        part[Attribute.ID], part[Attribute.LABEL] = bytes.fromhex(key_id(key)), f"{purpose}-{key_id(key)}"
    return key


def _remove(session: Any, record: KeyRecord) -> None:
    from pkcs11 import Attribute

    for part in list(session.get_objects({Attribute.ID: bytes.fromhex(record.id)})):
        part.destroy()
