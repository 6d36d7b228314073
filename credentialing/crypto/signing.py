"""ECDSA on P-256 with SHA-256 in the two written forms: 64 raw bytes (COSE, JOSE) and DER (CMS); Ed25519 (RFC 8032), 64 bytes.

Signatures are deterministic (RFC 6979): the same bytes sealed twice by the same key are the same file. Only the lower half of the range of `s`
is made and accepted, so that nobody can turn one good signature into another.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from credentialing.crypto.keyfiles import KeyState

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def sign_der(key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    """ECDSA signature of `data` as DER, with s in the lower half."""
    r, s = decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True)))
    return encode_dss_signature(r, min(s, P256_ORDER - s))


def sign_raw(key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    """ECDSA signature of `data` as 64 bytes, r then s, with s in the lower half."""
    return raw_of_der(sign_der(key, data))


def raw_of_der(signature: bytes) -> bytes:
    """A DER signature as 64 bytes, r then s, with s in the lower half; ValueError for anything malformed."""
    r, s = decode_dss_signature(signature)
    return r.to_bytes(32) + min(s, P256_ORDER - s).to_bytes(32)


def der_of_raw(signature: bytes) -> bytes:
    """A signature of 64 bytes, r then s, as DER with s in the lower half."""
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    return encode_dss_signature(r, min(s, P256_ORDER - s))


def is_canonical_der(signature: bytes) -> bool:
    """Whether a DER signature has the only form that `sign_der` makes: shortest encoding, s in the lower half."""
    try:
        r, s = decode_dss_signature(signature)
    except ValueError:
        return False
    return encode_dss_signature(r, s) == signature and s <= P256_ORDER // 2


def verify_raw(point: bytes, data: bytes, signature: bytes) -> bool:
    """Whether `signature` (64 bytes) by the key at `point` (65 bytes) is over `data`; False for anything malformed."""
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    if len(signature) != 64 or not 0 < r < P256_ORDER or not 0 < s <= P256_ORDER // 2:
        return False
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        key.verify(encode_dss_signature(r, s), data, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def verify_certified(certificate: bytes, data: bytes, signature: bytes) -> bool:
    """Whether `signature` (DER, in its one form) over `data` was made by the P-256 key of `certificate` (DER); False for anything malformed."""
    try:
        _certified_key(certificate).verify(signature, data, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return is_canonical_der(signature)


@lru_cache(maxsize=8)
def _certified_key(certificate: bytes) -> ec.EllipticCurvePublicKey:
    key = x509.load_der_x509_certificate(certificate).public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise ValueError("not a P-256 certificate")
    return key


def verify_ed25519(point: bytes, data: bytes, signature: bytes) -> bool:
    """Whether `signature` (64 bytes) by the Ed25519 key at `point` (32 bytes) is over `data`; False for anything malformed."""
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(point).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def _unpadded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """The public part of a signing key: its kid (16 hexadecimal characters), point (P-256: 65 bytes, Ed25519: 32), birth, state and since when
    (compromised: from when on others may have had it), and until when it made anything new (None: it still does)."""

    kid: str
    point: bytes
    created: datetime
    state: KeyState
    since: datetime
    until: datetime | None = None

    def stands(self, protected_since: datetime | None = None) -> bool:
        """Whether what this key signed may be relied on. `protected_since` is the moment at which somebody else than the key vouches that the signature was
        there: a time stamp, or a checkpoint of the log. A date that the signed thing tells about itself never counts: whoever has the key writes any."""
        return self.state is not KeyState.COMPROMISED or (protected_since is not None and protected_since < self.since)

    def verifies(self, data: bytes, signature: bytes) -> bool:
        """Whether the 64-byte `signature` over `data` was made by this key."""
        return (verify_raw if len(self.point) == 65 else verify_ed25519)(self.point, data, signature)

    def jwk(self) -> dict[str, str]:
        """The key as a JSON Web Key (RFC 7517, RFC 8037)."""
        if len(self.point) == 32:
            return {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": self.kid, "x": _unpadded(self.point)}
        return {"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": self.kid, "x": _unpadded(self.point[1:33]), "y": _unpadded(self.point[33:])}


def point_of_jwk(jwk: Mapping[str, str]) -> bytes:
    """The point of a JWK: 65 bytes (P-256) or 32 (Ed25519); ValueError when it is neither."""
    if jwk.get("kty") == "OKP" and jwk.get("crv") == "Ed25519":
        point = base64.urlsafe_b64decode(jwk["x"] + "=")
        ed25519.Ed25519PublicKey.from_public_bytes(point)
        return point
    if jwk.get("kty") != "EC" or jwk.get("crv") != "P-256":
        raise ValueError("neither a P-256 nor an Ed25519 key")
    point = b"\x04" + b"".join(base64.urlsafe_b64decode(jwk[name] + "=") for name in ("x", "y"))
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    return point
