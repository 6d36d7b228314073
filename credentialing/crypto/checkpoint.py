"""Checkpoints: what a log says of its own size and root, signed (C2SP tlog-checkpoint, signed-note, tlog-cosignature; Ed25519).

Signatures of others below ours, those of witnesses among them, are kept and never disturb.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from credentialing.crypto.signing import VerifyingKey, verify_ed25519
from credentialing.domain.errors import BrokenSealError

_ED25519, _COSIGNATURE = b"\x01", b"\x04"
_LARGEST = 100_000  # characters
_MOST_SIGNATURES = 100
_LAST_SECOND = 253402300799  # of the year 9999
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_LINE = re.compile(r"— ([^\s+]+) (\S+)")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The size (leaves) and the root (32 bytes) of the log named `origin`."""

    origin: str
    size: int
    root: bytes

    @property
    def body(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: whose, the first four bytes of the key's name, and the signature in the form of its kind."""

    name: str
    key_id: bytes
    value: bytes

    @property
    def line(self) -> str:
        """The line as it stands below a note."""
        return f"— {self.name} {base64.b64encode(self.key_id + self.value).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A signed text; nothing is verified yet."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(signature.line for signature in self.signatures)}"


def key_id(name: str, point: bytes) -> bytes:
    """The four bytes that name an Ed25519 key in a note (signed-note, "Signature types")."""
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + point).digest()[:4]


def verifier_key(name: str, point: bytes) -> str:
    """The public key in the form that tools of others take: `name+id+key`."""
    return f"{name}+{key_id(name, point).hex()}+{base64.b64encode(_ED25519 + point).decode()}"


def sign_checkpoint(checkpoint: Checkpoint, *, point: bytes, sign: Callable[[bytes], bytes]) -> str:
    """The checkpoint as a note with one signature, by the key with this public point (32 bytes), under the log's own name."""
    signature = Signature(checkpoint.origin, key_id(checkpoint.origin, point), sign(checkpoint.body.encode()))
    return str(Note(checkpoint.body, (signature,)))


def parse_note(text: str) -> Note:
    """A note in its parts; BrokenSealError for anything that is not of the form."""
    body, gap, lines = text.rpartition("\n\n")
    if not gap or not lines.endswith("\n") or len(text) > _LARGEST or _CONTROL.search(text):
        raise BrokenSealError("not a signed note")
    signatures = tuple(_signature(line) for line in lines[:-1].split("\n"))
    if len(signatures) > _MOST_SIGNATURES:
        raise BrokenSealError("too many signatures")
    return Note(body + "\n", signatures)


def _signature(line: str) -> Signature:
    found = _LINE.fullmatch(line)
    value = _from_base64(found[2]) if found else b""
    if found is None or len(value) < 5:
        raise BrokenSealError("not a signature line")
    return Signature(found[1], value[:4], value[4:])


def _from_base64(text: str) -> bytes:
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BrokenSealError("not base64") from None
    if base64.b64encode(value).decode() != text:
        raise BrokenSealError("not the one spelling of base64")
    return value


def parse_checkpoint(text: str) -> Checkpoint:
    """What a checkpoint says, from the text of its note; further lines are allowed and ignored. BrokenSealError for anything else."""
    lines = text.split("\n")
    if len(lines) < 4 or not lines[0] or not _SIZE.fullmatch(lines[1]) or "" in lines[3:-1]:
        raise BrokenSealError("not a checkpoint")
    root = _from_base64(lines[2])
    if len(root) != 32:
        raise BrokenSealError("a root has 32 bytes")
    return Checkpoint(lines[0], int(lines[1]), root)


@dataclass(frozen=True, slots=True)
class Signed:
    """A verified checkpoint, the key that signed it, and its whole note."""

    checkpoint: Checkpoint
    key: VerifyingKey
    note: Note


def verify_checkpoint(text: str, *, origin: str, keys: Iterable[VerifyingKey]) -> Signed:
    """The checkpoint of the log `origin`, signed by one of its `keys`; the caller judges the state of that key.

    BrokenSealError when it is of another form, of another log, unsigned, or when a signature by one of these keys does not hold.
    """
    note = parse_note(text)
    checkpoint = parse_checkpoint(note.text)
    if checkpoint.origin != origin:
        raise BrokenSealError("the checkpoint of another log")
    known = {key_id(origin, key.point): key for key in keys}
    ours = [(known[signature.key_id], signature) for signature in note.signatures if signature.name == origin and signature.key_id in known]
    if not ours:
        raise BrokenSealError("not signed by the log")
    if not all(key.verifies(note.text.encode(), signature.value) for key, signature in ours):
        raise BrokenSealError("the signature of the log does not hold")
    return Signed(checkpoint, ours[0][0], note)


def cosigned_at(note: Note, witnesses: Mapping[str, bytes]) -> dict[str, datetime]:
    """When each of these witnesses (name -> Ed25519 point) says to have seen the checkpoint (tlog-cosignature, cosignature/v1).

    BrokenSealError when a signature by one of them does not hold.
    """
    seen = {}
    for signature in note.signatures:
        point = witnesses.get(signature.name)
        if point is None or signature.key_id != hashlib.sha256(signature.name.encode() + b"\n" + _COSIGNATURE + point).digest()[:4]:
            continue
        seconds, value = int.from_bytes(signature.value[:8]), signature.value[8:]
        if seconds > _LAST_SECOND or not verify_ed25519(point, f"cosignature/v1\ntime {seconds}\n{note.text}".encode(), value):
            raise BrokenSealError("a cosignature does not hold")
        seen[signature.name] = datetime.fromtimestamp(seconds, UTC)
    return seen
