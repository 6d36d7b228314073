"""Time-stamp authorities for tests: pyHanko's, at whatever time the test wants, and one that is away. No network."""

from datetime import UTC, datetime, timedelta

from asn1crypto import keys, pem, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from credentialing.domain.errors import AwayError

LIST = "http://time.example/list.crl"
BORN = datetime(2020, 1, 1, tzinfo=UTC)


def _certificate(
    name: str, key: rsa.RSAPrivateKey, *, by: tuple[x509.Certificate, rsa.RSAPrivateKey] | None, purpose: x509.ObjectIdentifier
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    draft = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(by[0].subject if by else subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(BORN).not_valid_after(BORN + timedelta(days=365 * 30))
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
    )  # fmt: skip
    if by is not None:
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(LIST)], None, None, None)
        draft = draft.add_extension(x509.ExtendedKeyUsage([purpose]), critical=True).add_extension(x509.CRLDistributionPoints([point]), critical=False)
    return draft.sign(by[1] if by else key, hashes.SHA256())


class LocalAuthority:
    """An authority with a root of its own that stamps at `at`, or at the time of the machine."""

    def __init__(self, *, at: datetime | None = None, purpose: x509.ObjectIdentifier = ExtendedKeyUsageOID.TIME_STAMPING) -> None:
        self.at = at
        self.asked = 0
        root_key, key = (rsa.generate_private_key(65537, 2048) for _ in range(2))
        root = _certificate("Time Root", root_key, by=None, purpose=purpose)
        leaf = _certificate("Time", key, by=(root, root_key), purpose=purpose)
        self.root = root.public_bytes(serialization.Encoding.DER)
        self.root_pem = pem.armor("CERTIFICATE", self.root)
        der = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        self._authority = (root, root_key)
        self._leaf = asn1.Certificate.load(leaf.public_bytes(serialization.Encoding.DER))
        self._key = keys.PrivateKeyInfo.load(der)

    def list_at(self, address: str) -> bytes:
        """The list that its own certificate names, made now."""
        if address != LIST:
            raise AwayError("Nothing lies there.")
        return self.revocation_list(self.at or datetime.now(UTC))

    def revocation_list(self, now: datetime) -> bytes:
        """What the root of the authority has revoked: nothing."""
        root, root_key = self._authority
        draft = x509.CertificateRevocationListBuilder().issuer_name(root.subject).last_update(now).next_update(now + timedelta(days=31))
        return draft.sign(root_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def answer(self, request: bytes) -> bytes:
        """A granted token."""
        self.asked += 1
        stamper = DummyTimeStamper(self._leaf, self._key, fixed_dt=self.at or datetime.now(UTC))
        return bytes(stamper.request_tsa_response(tsp.TimeStampReq.load(request)).dump())


class AbsentAuthority:
    """An authority that does not answer."""

    def answer(self, request: bytes) -> bytes:
        """Nothing comes."""
        raise AwayError("The time-stamp authority does not answer: TimeoutError.")

    def list_at(self, address: str) -> bytes:
        """Nothing lies there."""
        raise AwayError("The time-stamp authority does not answer: TimeoutError.")
