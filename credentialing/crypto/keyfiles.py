"""The key folder on disk: an index of records, one private file for each key, nothing readable by other accounts.

Layout: `index.json` (host, brand, records), `PURPOSE-ID.key` (PKCS #8 PEM, or 32 bytes in hexadecimal for secrets),
`PURPOSE-ID.pem` (certificate, or public key). Folder 0700, files 0600, written to a temporary name, synced and renamed.
"""

import json
import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from credentialing.domain.errors import MisconfiguredError

INDEX = "index.json"


class Purpose(StrEnum):
    """What a key may be used for: one purpose each.

    P-256: root, seal (PDF), qr, sd_jwt. Ed25519: credential, status (status lists), log (checkpoints), bundle (the trust bundle). The others are
    secrets of 32 bytes."""

    ROOT = "root"
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
    """Active keys are used for new work; retired ones only for what they made; compromised ones for nothing."""

    ACTIVE = "active"
    RETIRED = "retired"
    COMPROMISED = "compromised"


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """One key of the ring: its id (16 lower-case hexadecimal characters), purpose, when it was made, its state and since when."""

    id: str
    purpose: Purpose
    created: datetime
    state: KeyState
    since: datetime

    def moved_to(self, state: KeyState, now: datetime) -> "KeyRecord":
        """The same record in another state since `now`."""
        return replace(self, state=state, since=now.astimezone(UTC))


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
    return {"id": record.id, "purpose": record.purpose, "created": record.created.isoformat(), "state": record.state, "since": record.since.isoformat()}


def write_index(folder: Path, index: KeyIndex) -> None:
    """Replace `index.json`."""
    body = {"issuer_host": index.issuer_host, "brand": index.brand, "keys": [_record_text(record) for record in index.records]}
    write_private(folder / INDEX, json.dumps(body, indent=1, ensure_ascii=False).encode())


def read_index(folder: Path) -> KeyIndex:
    """Read `index.json`; MisconfiguredError when it is missing or damaged."""
    try:
        body = json.loads((folder / INDEX).read_bytes())
        records = tuple(
            KeyRecord(k["id"], Purpose(k["purpose"]), datetime.fromisoformat(k["created"]), KeyState(k["state"]), datetime.fromisoformat(k["since"]))
            for k in body["keys"]
        )
        return KeyIndex(body["issuer_host"], body["brand"], records)
    except FileNotFoundError:
        raise MisconfiguredError("There are no keys yet: the key folder has no index.json.") from None
    except (ValueError, KeyError, TypeError) as error:
        raise MisconfiguredError("The key folder's index.json is damaged.") from error


def exposed_files(folder: Path) -> tuple[str, ...]:
    """Names in the key folder (the folder itself as `.`) that other accounts of the machine could open."""
    found = ["."] if folder.stat().st_mode & 0o077 else []
    return tuple(found + sorted(path.name for path in folder.iterdir() if path.stat().st_mode & 0o077))
