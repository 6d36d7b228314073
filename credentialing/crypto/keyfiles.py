"""The key folder on disk: an index of records, one private file for each key, nothing readable by other accounts.

Layout: `index.json` (host, brand, records), `PURPOSE-ID.key` (PKCS #8 PEM, or 32 bytes in hexadecimal for secrets),
`PURPOSE-ID.pem` (certificate, or public key). Folder 0700, files 0600, written to a temporary name, synced and renamed.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from credentialing.domain.errors import MisconfiguredError

INDEX = "index.json"


class Purpose(StrEnum):
    """What a key may be used for: one purpose each.

    P-256: root, issuing (the authority below it), seal (PDF), qr, sd_jwt, bundle (the trust bundle). Ed25519: credential, status (status lists),
    log (checkpoints). The others are secrets of 32 bytes."""

    ROOT = "root"
    ISSUING = "issuing"
    SEAL = "seal"
    QR = "qr"
    CREDENTIAL = "credential"
    SD_JWT = "sd_jwt"
    STATUS = "status"
    LOG = "log"
    BUNDLE = "bundle"
    KEK = "kek"
    REGISTER = "register"
    INDEX = "index"
    SESSION = "session"


class KeyState(StrEnum):
    """Active keys are used for new work; retired ones only for what they made; compromised ones only for what a trusted time protects."""

    ACTIVE = "active"
    RETIRED = "retired"
    COMPROMISED = "compromised"


class Place(StrEnum):
    """Where the private part of a key lies."""

    FILE = "file"
    TOKEN = "token"  # noqa: S105 (a device, no password)


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """One key of the ring: its id (16 lower-case hexadecimal characters), purpose, when it was made, its state and since when (for a compromised key: from
    when on others may have had it, which can lie before anybody knew), until when it was used for new work (None: still), and where its private part lies."""

    id: str
    purpose: Purpose
    created: datetime
    state: KeyState
    since: datetime
    until: datetime | None = None
    place: Place = Place.FILE

    def retired(self, now: datetime) -> "KeyRecord":
        """The same record, out of use since `now`."""
        return replace(self, state=KeyState.RETIRED, since=now.astimezone(UTC), until=now.astimezone(UTC))

    def compromised(self, at: datetime, *, now: datetime) -> "KeyRecord":
        """The same record, distrusted from `at` on and out of use since `now` at the latest."""
        return replace(self, state=KeyState.COMPROMISED, since=at.astimezone(UTC), until=self.until or now.astimezone(UTC))


@dataclass(frozen=True, slots=True)
class KeyIndex:
    """What `index.json` holds."""

    issuer_host: str
    brand: str
    records: tuple[KeyRecord, ...]


def private_file(folder: Path, record: KeyRecord) -> Path:
    """Where the private part of a key lies."""
    return folder / f"{record.purpose}-{record.id}.key"


def public_file(folder: Path, record: KeyRecord) -> Path:
    """Where the public part (certificate or public key) of a key lies."""
    return folder / f"{record.purpose}-{record.id}.pem"


def write_private(path: Path, data: bytes) -> None:
    """Put `data` at `path` durably, readable by the owner only."""
    draft = path.with_name(path.name + ".new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def _record_text(record: KeyRecord) -> dict[str, str]:
    text = {"id": record.id, "purpose": record.purpose, "created": record.created.isoformat(), "state": record.state, "since": record.since.isoformat()}
    return text | ({"until": record.until.isoformat()} if record.until else {}) | {"place": record.place}


def _record(text: Mapping[str, str]) -> KeyRecord:
    """A record; one that was written before `until` and `place` were kept ended when its state changed, and lies in a file."""
    state, since = KeyState(text["state"]), datetime.fromisoformat(text["since"])
    until = datetime.fromisoformat(text["until"]) if "until" in text else (None if state is KeyState.ACTIVE else since)
    place = Place(text.get("place", Place.FILE))
    return KeyRecord(text["id"], Purpose(text["purpose"]), datetime.fromisoformat(text["created"]), state, since, until, place)


def write_index(folder: Path, index: KeyIndex) -> None:
    """Replace `index.json`."""
    body = {"issuer_host": index.issuer_host, "brand": index.brand, "keys": [_record_text(record) for record in index.records]}
    write_private(folder / INDEX, json.dumps(body, indent=1, ensure_ascii=False).encode())


def read_index(folder: Path) -> KeyIndex:
    """Read `index.json`; MisconfiguredError when it is missing or damaged."""
    try:
        body = json.loads((folder / INDEX).read_bytes())
        return KeyIndex(body["issuer_host"], body["brand"], tuple(_record(text) for text in body["keys"]))
    except FileNotFoundError:
        raise MisconfiguredError("There are no keys yet: the key folder has no index.json.") from None
    except (ValueError, KeyError, TypeError) as error:
        raise MisconfiguredError("The key folder's index.json is damaged.") from error


def index_version(folder: Path) -> tuple[int, int]:
    """Changes whenever `index.json` is replaced; MisconfiguredError when it is not there."""
    try:
        found = (folder / INDEX).stat()
    except OSError as error:
        raise MisconfiguredError("The key folder is out of reach.") from error
    return found.st_ino, found.st_mtime_ns


def exposed_files(folder: Path) -> tuple[str, ...]:
    """Names in the key folder (the folder itself as `.`) that other accounts of the machine could open."""
    found = ["."] if folder.stat().st_mode & 0o077 else []
    return tuple(found + sorted(path.name for path in folder.iterdir() if path.stat().st_mode & 0o077))
