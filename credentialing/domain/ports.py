"""What the product needs from the world, as protocols. `adapters/` holds a real and an in-memory form of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time. Read once per use case."""

    def now(self) -> datetime:
        """The present moment, always aware and in UTC."""
        ...


class Entropy(Protocol):
    """Where chance comes from."""

    def bytes(self, count: int) -> bytes:
        """`count` unpredictable bytes."""
        ...

    def id(self) -> str:
        """A fresh identifier: 32 lower-case hexadecimal characters, 128 random bits."""
        ...

    def below(self, limit: int) -> int:
        """A whole number from 0 to `limit` - 1, each as likely."""
        ...


class Files(Protocol):
    """Durable bytes under opaque keys. A key never holds anything about a person."""

    def put(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`, durably (synced to disk) when this returns. Writing the same key again replaces it."""
        ...

    def get(self, key: str) -> bytes:
        """The bytes under `key`; NotFoundError when there are none."""
        ...

    def delete(self, key: str) -> None:
        """Forget `key`; no error when it was never there."""
        ...


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to a person. The body never says what it is about beyond what the person must know."""

    address: str
    channel: str  # "sms" or "email"
    subject: str
    body: str
    idempotency_key: str


class Messages(Protocol):
    """Delivers letters. Sending the same idempotency key twice delivers once, as far as the gateway can."""

    def send(self, letter: Letter) -> None:
        """Hand over one letter; raises OSError when the gateway cannot be reached."""
        ...


class Jobs(Protocol):
    """Durable work after the commit."""

    def enqueue(self, session: object, name: str, job_id: str, arguments: Mapping[str, str]) -> None:
        """Add a job inside the caller's transaction: it exists if and only if that commits. The same `job_id` twice is one job.
        Arguments are ids, never personal data."""
        ...


class TimestampAuthority(Protocol):
    """Says what time it is, signed (RFC 3161)."""

    def answer(self, request: bytes) -> bytes:
        """The answer (TimeStampResp, DER) to a request (TimeStampReq, DER), as it came; AwayError when none comes in time."""
        ...

    def list_at(self, address: str) -> bytes:
        """The revocation list (DER) that the authority publishes at `address`; AwayError when none comes in time."""
        ...


@dataclass(frozen=True, slots=True)
class Picture:
    """One page of a paper, re-drawn from pixels: PNG or JPEG bytes with nothing of the original file in them."""

    media_type: str
    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """An upload after inspection: its true type, and a clean viewing copy of each page."""

    media_type: str
    pages: tuple[Picture, ...]


class DocumentReader(Protocol):
    """Opens what strangers send."""

    def read(self, data: bytes, file_name: str) -> ReadDocument:
        """Judge and re-draw an upload. BadInputError (field `file`) with one of: `file_empty`, `file_too_large`, `file_type_unknown`,
        `file_type_lies`, `file_encrypted`, `file_broken`, `file_too_many_pages`, `file_too_many_pixels`."""
        ...
