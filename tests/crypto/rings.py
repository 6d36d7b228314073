"""A key folder as installations made it before there was an issuing authority: the root certifies the seal itself, the index knows fewer words."""

import json
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from credentialing.crypto.signers import key_id
from tests.certificate.drafts import NOW

_SECRETS = ("kek", "register", "index", "session")


def lay_old_ring(folder: Path) -> None:
    """Write such a folder; the keys are the same every time."""
    folder.mkdir(mode=0o700)
    records = []
    for number, purpose in enumerate(("root", "seal", "qr", *_SECRETS), 1):
        if purpose in _SECRETS:
            record, private = f"{number:016x}", bytes([number] * 32).hex().encode()
        else:
            key = _key(number)
            record, private = key_id(key.public_key()), _pem(key)
            public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            certified = {"root": _root, "seal": _seal}.get(purpose)
            _write(folder / f"{purpose}-{record}.pem", certified().public_bytes(serialization.Encoding.PEM) if certified else public)
        _write(folder / f"{purpose}-{record}.key", private)
        records.append({"id": record, "purpose": purpose, "created": NOW.isoformat(), "state": "active", "since": NOW.isoformat()})
    bundle = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32))
    record = key_id(bundle.public_key())
    _write(folder / f"bundle-{record}.key", _pem(bundle))
    _write(folder / f"bundle-{record}.pem", bundle.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
    records.append({"id": record, "purpose": "bundle", "created": NOW.isoformat(), "state": "active", "since": NOW.isoformat()})
    _write(folder / "index.json", json.dumps({"issuer_host": "puente.example", "brand": "Puente", "keys": records}).encode())


def _key(number: int) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(1000 + number, ec.SECP256R1())


def _pem(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    path.chmod(0o600)


def _draft(name: str, key: ec.EllipticCurvePrivateKey, serial: int) -> x509.CertificateBuilder:
    root = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Puente"), x509.NameAttribute(NameOID.COMMON_NAME, "Puente Root")])
    own = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Puente"), x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = NOW.replace(microsecond=0)
    return (
        x509.CertificateBuilder().subject_name(own).issuer_name(root).public_key(key.public_key()).serial_number(serial)
        .not_valid_before(start - timedelta(minutes=5)).not_valid_after(start + timedelta(days=3652))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )  # fmt: skip


def _usage(*, certify: bool) -> x509.KeyUsage:
    sign = not certify
    return x509.KeyUsage(sign, sign, False, False, False, certify, certify, False, False)


def _root() -> x509.Certificate:
    draft = _draft("Puente Root", _key(1), 11).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return draft.add_extension(_usage(certify=True), critical=True).sign(_key(1), hashes.SHA256())


def _seal() -> x509.Certificate:
    draft = _draft("Puente Certificate Seal", _key(2), 12).add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    draft = draft.add_extension(_usage(certify=False), critical=True)
    purposes = [x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36"), ExtendedKeyUsageOID.EMAIL_PROTECTION]
    draft = draft.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    draft = draft.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(_key(1).public_key()), critical=False)
    return draft.sign(_key(1), hashes.SHA256())
