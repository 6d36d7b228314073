"""X.509 certificates for sealing PDF files: one root, and seal certificates below it. P-256 only.

Profile: digitalSignature and nonRepudiation, critical; extended key usage documentSigning (RFC 9336) **and** emailProtection: readers built on
NSS answer "unknown issue" for documentSigning alone. A seal certificate lives ten years so that what it sealed can be checked for ten years;
its private key is meant to be replaced every year.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PublicKey = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey
ROOT_YEARS, SEAL_YEARS = 20, 10
_DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def new_p256_key(random_bytes: Callable[[int], bytes]) -> ec.EllipticCurvePrivateKey:
    """A P-256 key from 40 random bytes, by "extra random bits" (FIPS 186-5, appendix A.2.1)."""
    return ec.derive_private_key(int.from_bytes(random_bytes(40)) % (_ORDER - 1) + 1, ec.SECP256R1())


def public_bytes(key: PublicKey) -> bytes:
    """The point of a public key: 65 bytes uncompressed (P-256), 32 (Ed25519)."""
    if isinstance(key, ed25519.Ed25519PublicKey):
        return key.public_bytes_raw()
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def _name(brand: str, what: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, brand[:64]), x509.NameAttribute(NameOID.COMMON_NAME, f"{brand[:48]} {what}")])


def _usage(*, sign: bool, certify: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=sign, content_commitment=sign, key_encipherment=False, data_encipherment=False, key_agreement=False,
        key_cert_sign=certify, crl_sign=certify, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _draft(subject: x509.Name, key: ec.EllipticCurvePublicKey, *, now: datetime, years: int, serial: bytes) -> x509.CertificateBuilder:
    start = now.astimezone(UTC).replace(microsecond=0)
    return (
        x509.CertificateBuilder().subject_name(subject).public_key(key).serial_number(int.from_bytes(serial) >> 1 | 1)
        .not_valid_before(start - timedelta(minutes=5)).not_valid_after(start + timedelta(days=365 * years + years // 4))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )  # fmt: skip


def build_root(key: ec.EllipticCurvePrivateKey, *, brand: str, now: datetime, serial: bytes) -> bytes:
    """A self-signed root (DER) that may sign seal certificates and nothing below them; `serial` is 16 random bytes."""
    name = _name(brand, "Root")
    draft = _draft(name, key.public_key(), now=now, years=ROOT_YEARS, serial=serial).issuer_name(name)
    draft = draft.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return draft.add_extension(_usage(sign=False, certify=True), critical=True).sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def build_seal_certificate(
    key: ec.EllipticCurvePublicKey, *, root: bytes, root_key: ec.EllipticCurvePrivateKey, brand: str, issuer_host: str, now: datetime, serial: bytes
) -> bytes:
    """A certificate (DER) under `root` (DER) for sealing documents of the issuer at `issuer_host`; `serial` is 16 random bytes."""
    parent = x509.load_der_x509_certificate(root)
    draft = _draft(_name(brand, "Certificate Seal"), key, now=now, years=SEAL_YEARS, serial=serial).issuer_name(parent.subject)
    draft = draft.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    draft = draft.add_extension(_usage(sign=True, certify=False), critical=True)
    draft = draft.add_extension(x509.ExtendedKeyUsage([_DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    draft = draft.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
    draft = draft.add_extension(x509.SubjectAlternativeName([x509.UniformResourceIdentifier(f"did:web:{issuer_host}")]), critical=False)
    return draft.sign(root_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def to_pem(der: bytes) -> bytes:
    """A certificate as PEM text."""
    return x509.load_der_x509_certificate(der).public_bytes(serialization.Encoding.PEM)


def from_pem(pem: bytes) -> tuple[bytes, ...]:
    """Every certificate in a PEM text, as DER; ValueError when there is none."""
    return tuple(cert.public_bytes(serialization.Encoding.DER) for cert in x509.load_pem_x509_certificates(pem))
