"""What a stranger needs to check our certificates without us: the roots, the keys with their history, and the host names.

The trust bundle is signed by a key that the root certified for that alone. Whoever knows the root refuses a bundle that somebody else wrote.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from credentialing.crypto.integrity import did_web, multikey
from credentialing.crypto.jws import open_object, sign_object
from credentialing.crypto.keyfiles import KeyState, Purpose
from credentialing.crypto.keyring import KeyRing
from credentialing.crypto.signing import VerifyingKey, point_of_jwk
from credentialing.crypto.strict_json import read_object
from credentialing.crypto.x509 import from_pem, to_pem
from credentialing.domain.errors import BadInputError, BrokenSealError, Reason

LARGEST_BUNDLE = 500_000  # bytes; ours with twenty keys stay below 20,000
_GROUPS = ("qr_keys", "credential_keys", "status_keys", "sd_jwt_keys", "log_keys")
_CERTIFIED = ("seals", "authorities")
_CONTEXT = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1", "https://w3id.org/security/multikey/v1"]


@dataclass(frozen=True, slots=True)
class Trust:
    """Public parts only: roots (DER); keys of seals and of issuing authorities by the SHA-256 (hexadecimal) of their certificate; other keys by kid (those of
    QR codes and of SD-JWT P-256, those of credentials, status lists and the log Ed25519); as they stood at `as_of`."""

    issuer_host: str
    verify_host: str
    roots: tuple[bytes, ...]
    qr_keys: Mapping[str, VerifyingKey]
    as_of: datetime
    seals: Mapping[str, VerifyingKey] = field(default_factory=dict)
    authorities: Mapping[str, VerifyingKey] = field(default_factory=dict)
    credential_keys: Mapping[str, VerifyingKey] = field(default_factory=dict)
    status_keys: Mapping[str, VerifyingKey] = field(default_factory=dict)
    sd_jwt_keys: Mapping[str, VerifyingKey] = field(default_factory=dict)
    log_keys: Mapping[str, VerifyingKey] = field(default_factory=dict)
    timestamp_roots: tuple[bytes, ...] = ()
    """Roots (DER) of the time-stamp authorities (RFC 3161) whose word on time is taken."""

    @property
    def issuer(self) -> str:
        """The `did:web` of the issuer."""
        return did_web(self.issuer_host)

    @property
    def log_origin(self) -> str:
        """The name of the transparency log (C2SP tlog-checkpoint)."""
        return f"{self.verify_host}/log"

    def seal_stands(self, chain: Sequence[bytes], *, protected_since: datetime | None = None) -> bool:
        """Whether what a seal signed may be relied on. `chain` is its certificate and those above it (DER), `protected_since` as in `VerifyingKey.stands`.

        While the key of an issuing authority may be with others, a certificate of it counts only if we know it and had it before that moment."""
        digests = [hashlib.sha256(der).hexdigest() for der in chain]
        seal, above = self.seals.get(digests[0]), [self.authorities[digest] for digest in digests[1:] if digest in self.authorities]
        if seal is not None and not seal.stands(protected_since):
            return False
        return all(one.stands(protected_since) or (seal is not None and seal.created < one.since) for one in above)


def trust_of(keys: KeyRing, *, verify_host: str, now: datetime, timestamp_roots: tuple[bytes, ...] = ()) -> Trust:
    """The public parts of a key ring, and the roots of the time-stamp authorities that the installation trusts."""
    return Trust(
        keys.issuer_host, verify_host, from_pem(keys.root_pem()), keys.public_keys(Purpose.QR), now.astimezone(UTC),
        seals=_by_certificate(keys, Purpose.SEAL), authorities=_by_certificate(keys, Purpose.ISSUING), log_keys=keys.public_keys(Purpose.LOG),
        credential_keys=keys.public_keys(Purpose.CREDENTIAL), status_keys=keys.public_keys(Purpose.STATUS), sd_jwt_keys=keys.public_keys(Purpose.SD_JWT),
        timestamp_roots=timestamp_roots,
    )  # fmt: skip


def _by_certificate(keys: KeyRing, purpose: Purpose) -> dict[str, VerifyingKey]:
    public = keys.public_keys(purpose)
    return {hashlib.sha256(der).hexdigest(): public[record.id] for record, der in keys.certificates(purpose)}


def did_document(trust: Trust) -> dict[str, Any]:
    """The `did:web` document (DID Core 1.0): every key that is not compromised is a verification method, its fragment the kid; Ed25519 keys as Multikey."""
    did = trust.issuer
    groups = (trust.qr_keys, trust.credential_keys, trust.status_keys, trust.sd_jwt_keys)
    keys = {kid: key for group in groups for kid, key in group.items() if key.state is not KeyState.COMPROMISED}
    methods = [{"id": f"{did}#{kid}", "controller": did, **_method(key)} for kid, key in keys.items()]
    return {"@context": _CONTEXT, "id": did, "verificationMethod": methods, "assertionMethod": [method["id"] for method in methods]}


def _groups(trust: Trust) -> dict[str, Mapping[str, VerifyingKey]]:
    return {name: getattr(trust, name) for name in _GROUPS}


def _method(key: VerifyingKey) -> dict[str, Any]:
    if len(key.point) == 32:
        return {"type": "Multikey", "publicKeyMultibase": multikey(key.point)}
    return {"type": "JsonWebKey", "publicKeyJwk": key.jwk()}


def bundle(trust: Trust, keys: KeyRing, *, status_lists: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
    """The signed trust bundle: what `load_trust` and an offline scanner read. `status_lists` are the SHA-256 (hexadecimal) of status lists by their address.

    AwayError when its key lies in a token that does not answer."""
    body = {
        "issuer": trust.issuer,
        "issuer_host": trust.issuer_host,
        "verify_host": trust.verify_host,
        "as_of": trust.as_of.isoformat(),
        "root_sha256": [hashlib.sha256(root).hexdigest() for root in trust.roots],
        "status_lists": dict(status_lists),
        "log": trust.log_origin,
        "timestamp_roots": [base64.b64encode(root).decode() for root in trust.timestamp_roots],
    } | {name: [_told(key) for key in group.values()] for name, group in _groups(trust).items()}
    certified = {name: [{"certificate_sha256": digest, **_told(key)} for digest, key in getattr(trust, name).items()] for name in _CERTIFIED}
    return sign_object(body | certified, chain=keys.bundle_chain(), sign=lambda data: keys.sign(Purpose.BUNDLE, data))


def _told(key: VerifyingKey) -> dict[str, Any]:
    told = {"kid": key.kid, "jwk": key.jwk(), "created": key.created.isoformat(), "state": str(key.state), "since": key.since.isoformat()}
    return told | ({"until": key.until.isoformat()} if key.until else {})


def _heard(told: list[dict[str, Any]], name: str = "kid") -> dict[str, VerifyingKey]:
    return {k[name]: _key(k) for k in told}


def _key(told: dict[str, Any]) -> VerifyingKey:
    created, since = (datetime.fromisoformat(told[name]) for name in ("created", "since"))
    until = datetime.fromisoformat(told["until"]) if "until" in told else None
    return VerifyingKey(told["kid"], point_of_jwk(told["jwk"]), created, KeyState(told["state"]), since, until)


def export_trust(
    folder: Path, keys: KeyRing, *, verify_host: str, now: datetime,
    timestamp_roots: tuple[bytes, ...] = (), status_lists: Mapping[str, str] = MappingProxyType({}),
) -> Trust:  # fmt: skip
    """Write `root.pem`, `did.json` and `trust.json` into `folder` for whoever checks without us; `status_lists` as in `bundle`."""
    trust = trust_of(keys, verify_host=verify_host, now=now, timestamp_roots=timestamp_roots)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "root.pem").write_bytes(b"".join(to_pem(root) for root in trust.roots))
    for name, body in (("did.json", did_document(trust)), ("trust.json", bundle(trust, keys, status_lists=status_lists))):
        (folder / name).write_text(json.dumps(body, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return trust


def load_trust(folder: Path) -> Trust:
    """Read what `export_trust` wrote; BadInputError `trust_missing`, `trust_damaged`, or `trust_forged` when nobody whom `root.pem` certified signed it."""
    try:
        roots = from_pem((folder / "root.pem").read_bytes())
        signed = read_object((folder / "trust.json").read_bytes(), largest=LARGEST_BUNDLE)
        body = open_object(signed, roots=roots, moment=datetime.fromisoformat(signed["as_of"]))
        if [hashlib.sha256(root).hexdigest() for root in roots] != body["root_sha256"]:
            raise ValueError("root.pem and trust.json do not belong together")
        groups = {name: _heard(body[name]) for name in _GROUPS} | {name: _heard(body[name], "certificate_sha256") for name in _CERTIFIED}
        stamps = tuple(base64.b64decode(root, validate=True) for root in body["timestamp_roots"])
        as_of = datetime.fromisoformat(body["as_of"])
        return Trust(body["issuer_host"], body["verify_host"], roots, groups.pop("qr_keys"), as_of, timestamp_roots=stamps, **groups)
    except FileNotFoundError:
        raise BadInputError(Reason("trust_missing", {"field": "trust"})) from None
    except BrokenSealError as error:
        code = "trust_forged" if str(error).startswith("signature_") else "trust_damaged"
        raise BadInputError(Reason(code, {"field": "trust"})) from error
    except (ValueError, KeyError, TypeError) as error:
        raise BadInputError(Reason("trust_damaged", {"field": "trust"})) from error
