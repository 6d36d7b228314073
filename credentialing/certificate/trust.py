"""What a stranger needs to check our certificates without us: the roots, the QR keys with their history, and the host names."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from credentialing.crypto.keyfiles import KeyState, Purpose
from credentialing.crypto.keyring import KeyRing
from credentialing.crypto.signing import VerifyingKey, point_of_jwk
from credentialing.crypto.x509 import from_pem, to_pem
from credentialing.domain.errors import BadInputError, Reason

_CONTEXT = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1"]


@dataclass(frozen=True, slots=True)
class Trust:
    """Public parts only: roots (DER), seal certificates no longer trusted (SHA-256, hexadecimal), QR keys by kid; as they stood at `as_of`."""

    issuer_host: str
    verify_host: str
    roots: tuple[bytes, ...]
    distrusted_seals: frozenset[str]
    qr_keys: Mapping[str, VerifyingKey]
    as_of: datetime


def trust_of(keys: KeyRing, *, verify_host: str, now: datetime) -> Trust:
    """The public parts of a key ring."""
    return Trust(keys.issuer_host, verify_host, from_pem(keys.root_pem()), keys.distrusted_seals(), keys.public_keys(Purpose.QR), now.astimezone(UTC))


def did_document(trust: Trust) -> dict[str, Any]:
    """The `did:web` document (DID Core 1.0): every QR key that is not compromised is a verification method, its fragment the kid."""
    did = f"did:web:{trust.issuer_host.replace(':', '%3A')}"
    methods = [
        {"id": f"{did}#{kid}", "type": "JsonWebKey", "controller": did, "publicKeyJwk": key.jwk()}
        for kid, key in trust.qr_keys.items()
        if key.state is not KeyState.COMPROMISED
    ]
    return {"@context": _CONTEXT, "id": did, "verificationMethod": methods, "assertionMethod": [method["id"] for method in methods]}


def bundle(trust: Trust) -> dict[str, Any]:
    """The trust bundle: what `load_trust` and an offline scanner read."""
    keys = [
        {"kid": kid, "jwk": key.jwk(), "created": key.created.isoformat(), "state": key.state, "since": key.since.isoformat()}
        for kid, key in trust.qr_keys.items()
    ]
    return {
        "issuer": f"did:web:{trust.issuer_host}",
        "issuer_host": trust.issuer_host,
        "verify_host": trust.verify_host,
        "as_of": trust.as_of.isoformat(),
        "root_sha256": [hashlib.sha256(root).hexdigest() for root in trust.roots],
        "distrusted_seals": sorted(trust.distrusted_seals),
        "qr_keys": keys,
    }


def export_trust(folder: Path, keys: KeyRing, *, verify_host: str, now: datetime) -> Trust:
    """Write `root.pem`, `did.json` and `trust.json` into `folder` for whoever checks without us."""
    trust = trust_of(keys, verify_host=verify_host, now=now)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "root.pem").write_bytes(b"".join(to_pem(root) for root in trust.roots))
    for name, body in (("did.json", did_document(trust)), ("trust.json", bundle(trust))):
        (folder / name).write_text(json.dumps(body, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return trust


def load_trust(folder: Path) -> Trust:
    """Read what `export_trust` wrote; BadInputError `trust_missing` or `trust_damaged`."""
    try:
        body = json.loads((folder / "trust.json").read_bytes())
        roots = from_pem((folder / "root.pem").read_bytes())
        keys = [
            VerifyingKey(k["kid"], point_of_jwk(k["jwk"]), datetime.fromisoformat(k["created"]), KeyState(k["state"]), datetime.fromisoformat(k["since"]))
            for k in body["qr_keys"]
        ]
        if [hashlib.sha256(root).hexdigest() for root in roots] != body["root_sha256"]:
            raise ValueError("root.pem and trust.json do not belong together")
        as_of = datetime.fromisoformat(body["as_of"])
        return Trust(body["issuer_host"], body["verify_host"], roots, frozenset(body["distrusted_seals"]), {key.kid: key for key in keys}, as_of)
    except FileNotFoundError:
        raise BadInputError(Reason("trust_missing", {"field": "trust"})) from None
    except (ValueError, KeyError, TypeError) as error:
        raise BadInputError(Reason("trust_damaged", {"field": "trust"})) from error
