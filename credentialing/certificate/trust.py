"""What a stranger needs to check our certificates without us: the roots, the keys with their history, and the host names."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from credentialing.crypto.integrity import did_web, multikey
from credentialing.crypto.keyfiles import KeyState, Purpose
from credentialing.crypto.keyring import KeyRing
from credentialing.crypto.signing import VerifyingKey, point_of_jwk
from credentialing.crypto.x509 import from_pem, to_pem
from credentialing.domain.errors import BadInputError, Reason

_CONTEXT = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1", "https://w3id.org/security/multikey/v1"]


@dataclass(frozen=True, slots=True)
class Trust:
    """Public parts only: roots (DER), seal certificates no longer trusted (SHA-256, hexadecimal), keys by kid (those of
    QR codes and of SD-JWT P-256, those of credentials and of status lists Ed25519); as they stood at `as_of`."""

    issuer_host: str
    verify_host: str
    roots: tuple[bytes, ...]
    distrusted_seals: frozenset[str]
    qr_keys: Mapping[str, VerifyingKey]
    as_of: datetime
    credential_keys: Mapping[str, VerifyingKey] = field(default_factory=dict)
    status_keys: Mapping[str, VerifyingKey] = field(default_factory=dict)
    sd_jwt_keys: Mapping[str, VerifyingKey] = field(default_factory=dict)
    timestamp_roots: tuple[bytes, ...] = ()
    """Roots (DER) of the time-stamp authorities (RFC 3161) whose word on time is taken."""

    @property
    def issuer(self) -> str:
        """The `did:web` of the issuer."""
        return did_web(self.issuer_host)


def trust_of(keys: KeyRing, *, verify_host: str, now: datetime, timestamp_roots: tuple[bytes, ...] = ()) -> Trust:
    """The public parts of a key ring, and the roots of the time-stamp authorities that the installation trusts."""
    return Trust(
        keys.issuer_host, verify_host, from_pem(keys.root_pem()), keys.distrusted_seals(), keys.public_keys(Purpose.QR), now.astimezone(UTC),
        credential_keys=keys.public_keys(Purpose.CREDENTIAL), status_keys=keys.public_keys(Purpose.STATUS), sd_jwt_keys=keys.public_keys(Purpose.SD_JWT),
        timestamp_roots=timestamp_roots,
    )  # fmt: skip


def did_document(trust: Trust) -> dict[str, Any]:
    """The `did:web` document (DID Core 1.0): every key that is not compromised is a verification method, its fragment the kid; Ed25519 keys as Multikey."""
    did = trust.issuer
    keys = {kid: key for group in _groups(trust).values() for kid, key in group.items() if key.state is not KeyState.COMPROMISED}
    methods = [{"id": f"{did}#{kid}", "controller": did, **_method(key)} for kid, key in keys.items()]
    return {"@context": _CONTEXT, "id": did, "verificationMethod": methods, "assertionMethod": [method["id"] for method in methods]}


def _groups(trust: Trust) -> dict[str, Mapping[str, VerifyingKey]]:
    return {name: getattr(trust, name) for name in ("qr_keys", "credential_keys", "status_keys", "sd_jwt_keys")}


def _method(key: VerifyingKey) -> dict[str, Any]:
    if len(key.point) == 32:
        return {"type": "Multikey", "publicKeyMultibase": multikey(key.point)}
    return {"type": "JsonWebKey", "publicKeyJwk": key.jwk()}


def bundle(trust: Trust) -> dict[str, Any]:
    """The trust bundle: what `load_trust` and an offline scanner read."""
    return {
        "issuer": trust.issuer,
        "issuer_host": trust.issuer_host,
        "verify_host": trust.verify_host,
        "as_of": trust.as_of.isoformat(),
        "root_sha256": [hashlib.sha256(root).hexdigest() for root in trust.roots],
        "distrusted_seals": sorted(trust.distrusted_seals),
        "timestamp_roots": [base64.b64encode(root).decode() for root in trust.timestamp_roots],
    } | {name: [_told(key) for key in group.values()] for name, group in _groups(trust).items()}


def _told(key: VerifyingKey) -> dict[str, Any]:
    return {"kid": key.kid, "jwk": key.jwk(), "created": key.created.isoformat(), "state": key.state, "since": key.since.isoformat()}


def _heard(told: list[dict[str, Any]]) -> dict[str, VerifyingKey]:
    keys = [
        VerifyingKey(k["kid"], point_of_jwk(k["jwk"]), datetime.fromisoformat(k["created"]), KeyState(k["state"]), datetime.fromisoformat(k["since"]))
        for k in told
    ]
    return {key.kid: key for key in keys}


def export_trust(folder: Path, keys: KeyRing, *, verify_host: str, now: datetime, timestamp_roots: tuple[bytes, ...] = ()) -> Trust:
    """Write `root.pem`, `did.json` and `trust.json` into `folder` for whoever checks without us."""
    trust = trust_of(keys, verify_host=verify_host, now=now, timestamp_roots=timestamp_roots)
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
        keys = {name: _heard(body.get(name, [])) for name in ("credential_keys", "status_keys", "sd_jwt_keys")}
        if [hashlib.sha256(root).hexdigest() for root in roots] != body["root_sha256"]:
            raise ValueError("root.pem and trust.json do not belong together")
        as_of = datetime.fromisoformat(body["as_of"])
        seals = frozenset(body["distrusted_seals"])
        stamps = tuple(base64.b64decode(root, validate=True) for root in body.get("timestamp_roots", []))
        return Trust(body["issuer_host"], body["verify_host"], roots, seals, _heard(body["qr_keys"]), as_of, timestamp_roots=stamps, **keys)
    except FileNotFoundError:
        raise BadInputError(Reason("trust_missing", {"field": "trust"})) from None
    except (ValueError, KeyError, TypeError) as error:
        raise BadInputError(Reason("trust_damaged", {"field": "trust"})) from error
