"""X.509 certificates: a root for twenty years, below it an issuing authority for ten, below that the keys that sign. P-256 only.

Profile of a seal: digitalSignature and nonRepudiation, critical; extended key usage documentSigning (RFC 9336) **and** emailProtection: readers built
on NSS answer "unknown issue" for documentSigning alone. A seal certificate lives ten years so that what it sealed can be checked for ten years;
its private key is meant to be replaced every year. The key of the trust bundle is certified for that alone, so neither can pass for the other.
Every certificate is signed through a callable, because the private part of an authority may lie in a token.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PublicKey = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey
Sign = Callable[[bytes], bytes]
"""ECDSA with SHA-256 over the bytes given, as DER."""
ROOT_YEARS, ISSUING_YEARS, SEAL_YEARS = 20, 10, 10
_DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
BUNDLE_SIGNING = "2.25.261856731194698578416639222698326161038"
"""Extended key usage of the key that signs trust bundles: an identifier of our own, drawn at random (ITU-T X.667)."""
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_ECDSA_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")  # AlgorithmIdentifier (RFC 5758, 3.2)
_ANY_KEY = ec.derive_private_key(1, ec.SECP256R1())  # lets the library write what is to be signed; its signature is thrown away


class Certified(StrEnum):
    """What an authority certifies a key for."""

    ISSUING = "issuing"
    SEAL = "seal"
    BUNDLE = "bundle"


_NAMES = {Certified.ISSUING: "Issuing {year}", Certified.SEAL: "Certificate Seal", Certified.BUNDLE: "Trust Bundle"}
_YEARS = {Certified.ISSUING: ISSUING_YEARS, Certified.SEAL: SEAL_YEARS, Certified.BUNDLE: SEAL_YEARS}


def new_p256_key(random_bytes: Callable[[int], bytes]) -> ec.EllipticCurvePrivateKey:
    """A P-256 key from 40 random bytes, by "extra random bits" (FIPS 186-5, appendix A.2.1)."""
    return ec.derive_private_key(int.from_bytes(random_bytes(40)) % (_ORDER - 1) + 1, ec.SECP256R1())


def public_bytes(key: PublicKey) -> bytes:
    """The point of a public key: 65 bytes uncompressed (P-256), 32 (Ed25519)."""
    if isinstance(key, ed25519.Ed25519PublicKey):
        return key.public_bytes_raw()
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def p256_public_key(point: bytes) -> ec.EllipticCurvePublicKey:
    """The public key at an uncompressed point of 65 bytes; ValueError when it is not on the curve."""
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)


# --- writing ---------------------------------------------------------------------------------------------------------


def _name(brand: str, what: str) -> x509.Name:
    """64 characters at most (RFC 5280, appendix A.1), of which the library counts the bytes."""
    common = f"{_cut(brand, 63 - len(what))} {what}"
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, _cut(brand, 64)), x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _cut(text: str, room: int) -> str:
    return text.encode()[:room].decode(errors="ignore").strip()


def _usage(*, sign: bool, commit: bool, certify: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=sign, content_commitment=commit, key_encipherment=False, data_encipherment=False, key_agreement=False,
        key_cert_sign=certify, crl_sign=certify, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _draft(subject: x509.Name, key: ec.EllipticCurvePublicKey, *, now: datetime, years: int, serial: bytes) -> x509.CertificateBuilder:
    start = now.astimezone(UTC).replace(microsecond=0)
    return (
        x509.CertificateBuilder().subject_name(subject).public_key(key).serial_number(int.from_bytes(serial) >> 1 | 1)
        .not_valid_before(start - timedelta(minutes=5)).not_valid_after(start + timedelta(days=365 * years + years // 4))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )  # fmt: skip


def _element(tag: int, content: bytes) -> bytes:
    """A DER element (ITU-T X.690, 8.1.3)."""
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(length)]) + length + content


def _signed(body: bytes, sign: Sign) -> bytes:
    """A signed structure (RFC 5280, 4.1.1; RFC 2986, 4.2): body, algorithm, signature."""
    return _element(0x30, body + _ECDSA_SHA256 + _element(0x03, b"\0" + sign(body)))


def build_root(key: ec.EllipticCurvePublicKey, *, sign: Sign, brand: str, now: datetime, serial: bytes) -> bytes:
    """A root (DER) that may certify one level of authorities; `sign` signs with the root's own key, `serial` is 16 random bytes."""
    name = _name(brand, "Root")
    draft = _draft(name, key, now=now, years=ROOT_YEARS, serial=serial).issuer_name(name)
    draft = draft.add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
    draft = draft.add_extension(_usage(sign=False, commit=False, certify=True), critical=True)
    return _signed(draft.sign(_ANY_KEY, hashes.SHA256()).tbs_certificate_bytes, sign)


def build_certificate(
    key: ec.EllipticCurvePublicKey, what: Certified, *, parent: bytes, sign: Sign, brand: str, issuer_host: str, now: datetime, serial: bytes
) -> bytes:
    """A certificate (DER) below `parent` (DER), whose key `sign` signs with; `serial` is 16 random bytes."""
    above = x509.load_der_x509_certificate(parent)
    subject = _name(brand, _NAMES[what].format(year=now.year))
    draft = _draft(subject, key, now=now, years=_YEARS[what], serial=serial).issuer_name(above.subject)
    identity = above.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    draft = draft.add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identity), critical=False)
    authority = what is Certified.ISSUING
    draft = draft.add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
    draft = draft.add_extension(_usage(sign=not authority, commit=what is Certified.SEAL, certify=authority), critical=True)
    if what is Certified.SEAL:
        draft = draft.add_extension(x509.ExtendedKeyUsage([_DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    if what is Certified.BUNDLE:
        draft = draft.add_extension(x509.ExtendedKeyUsage([x509.ObjectIdentifier(BUNDLE_SIGNING)]), critical=True)
    if not authority:
        draft = draft.add_extension(x509.SubjectAlternativeName([x509.UniformResourceIdentifier(f"did:web:{issuer_host}")]), critical=False)
    return _signed(draft.sign(_ANY_KEY, hashes.SHA256()).tbs_certificate_bytes, sign)


def build_request(key: ec.EllipticCurvePublicKey, *, sign: Sign, brand: str, now: datetime) -> bytes:
    """A request (PKCS #10, RFC 2986, as PEM) for a certificate of an issuing authority, signed with its own key."""
    draft = x509.CertificateSigningRequestBuilder().subject_name(_name(brand, _NAMES[Certified.ISSUING].format(year=now.year)))
    # The request must hold the asker's key, and the library only writes the key that it signs with.
    body = draft.sign(_ANY_KEY, hashes.SHA256()).tbs_certrequest_bytes
    own, any_ = (k.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo) for k in (key, _ANY_KEY.public_key()))
    der = _signed(body.replace(any_, own), sign)
    return x509.load_der_x509_csr(der).public_bytes(serialization.Encoding.PEM)


def build_revocation_list(authority: bytes, *, sign: Sign, revoked: Mapping[int, datetime], now: datetime, until: datetime) -> bytes:
    """What `authority` (DER), whose key `sign` signs with, has revoked (RFC 5280, 5; DER): serial numbers with their moments. Its own number is its second."""
    above = x509.load_der_x509_certificate(authority)
    start = now.astimezone(UTC).replace(microsecond=0)
    draft = x509.CertificateRevocationListBuilder().issuer_name(above.subject).last_update(start).next_update(until.astimezone(UTC))
    for serial, moment in sorted(revoked.items()):
        draft = draft.add_revoked_certificate(x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(moment.astimezone(UTC)).build())
    identity = above.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    draft = draft.add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identity), critical=False)
    draft = draft.add_extension(x509.CRLNumber(int(start.timestamp())), critical=False)
    return _signed(draft.sign(_ANY_KEY, hashes.SHA256()).tbs_certlist_bytes, sign)


# --- reading ---------------------------------------------------------------------------------------------------------


def key_in_request(pem: bytes) -> ec.EllipticCurvePublicKey:
    """The P-256 key that asks for a certificate; ValueError when the request is malformed or was not signed with that key."""
    request = x509.load_pem_x509_csr(pem)
    key = request.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1) or not request.is_signature_valid:
        raise ValueError("not a request for a P-256 key")
    return key


def key_in_certificate(der: bytes) -> ec.EllipticCurvePublicKey:
    """The P-256 key of a certificate; ValueError for another kind of key."""
    key = x509.load_der_x509_certificate(der).public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("not a P-256 key")
    return key


def directly_below(der: bytes, parent: bytes) -> bool:
    """Whether `parent` (DER) signed the certificate `der` and is named as its issuer."""
    try:
        x509.load_der_x509_certificate(der).verify_directly_issued_by(x509.load_der_x509_certificate(parent))
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def serial_of(der: bytes) -> int:
    """The serial number of a certificate."""
    return x509.load_der_x509_certificate(der).serial_number


def is_revocation_list_of(der: bytes, authority: bytes) -> bool:
    """Whether `authority` (DER) signed the revocation list `der`."""
    above = x509.load_der_x509_certificate(authority)
    try:
        told = x509.load_der_x509_crl(der)
        return told.issuer == above.subject and told.is_signature_valid(key_in_certificate(authority))
    except (ValueError, TypeError):
        return False


def path_length(der: bytes) -> int | None:
    """How many levels of authorities may stand below this one (None: no limit); -1 when it is no authority."""
    try:
        found = x509.load_der_x509_certificate(der).extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return -1
    return found.path_length if found.ca else -1


def chain_of(der: bytes, above: Iterable[bytes]) -> tuple[bytes, ...]:
    """The certificate, who signed it, and so on up to a root, all from `above` (DER); ValueError when no root is reached."""
    candidates, chain = tuple(above), [der]
    while not directly_below(chain[-1], chain[-1]):
        parent = next((one for one in candidates if one not in chain and directly_below(chain[-1], one)), None)
        if parent is None:
            raise ValueError("the chain of a certificate is not complete")
        chain.append(parent)
    return tuple(chain)


def certified_bundle_key(chain: Iterable[bytes], *, roots: Iterable[bytes], moment: datetime) -> bytes:
    """The point (65 bytes) of a key that one of `roots` lets sign trust bundles, directly or through one issuing authority, valid at `moment`.

    ValueError when the chain (key first; DER) does not say so.
    """
    first, *above = (x509.load_der_x509_certificate(der) for der in chain)
    usage = first.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    if x509.ObjectIdentifier(BUNDLE_SIGNING) not in usage:
        raise ValueError("the key is not certified for trust bundles")
    whole = chain_of(first.public_bytes(serialization.Encoding.DER), [*(one.public_bytes(serialization.Encoding.DER) for one in above), *roots])
    if whole[-1] not in set(roots) or len(whole) > 3 or any(_forbids(der, below) for below, der in enumerate(whole)):
        raise ValueError("the key is certified by nobody whom we know")
    if any(not one.not_valid_before_utc <= moment <= one.not_valid_after_utc for one in map(x509.load_der_x509_certificate, whole)):
        raise ValueError("a certificate of the bundle's key was not valid then")
    return public_bytes(key_in_certificate(whole[0]))


def _forbids(der: bytes, below: int) -> bool:
    """Whether a certificate may not stand above `below` others (RFC 5280, 4.2.1.9); the first of a chain need be no authority."""
    length = path_length(der)
    return below > 0 and length is not None and length < below - 1


def to_pem(der: bytes) -> bytes:
    """A certificate as PEM text."""
    return x509.load_der_x509_certificate(der).public_bytes(serialization.Encoding.PEM)


def from_pem(pem: bytes) -> tuple[bytes, ...]:
    """Every certificate in a PEM text, as DER; ValueError when there is none."""
    return tuple(cert.public_bytes(serialization.Encoding.DER) for cert in x509.load_pem_x509_certificates(pem))
