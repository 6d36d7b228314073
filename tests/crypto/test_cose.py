"""The token of a QR has exactly one form, and only that form is read."""

from datetime import timedelta
from pathlib import Path

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentialing.adapters.doubles import SeededEntropy
from credentialing.crypto import cose
from credentialing.crypto.keyfiles import Purpose
from credentialing.crypto.keyring import KeyRing, compromise_key, create_keyring, rotate_key
from credentialing.crypto.signing import P256_ORDER
from credentialing.domain.errors import BrokenSealError
from tests.certificate.drafts import NOW

CLAIMS: dict[int, cose.Claim] = {0: 1, 1: "7Q2KM9XD4TRP6", 2: 20780, 4: "Mariángel Peñalver Núñez", 7: [6, 8]}


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    return create_keyring(tmp_path_factory.mktemp("cose") / "ring", issuer_host="puente.example", brand="Puente", now=NOW, entropy=SeededEntropy(1))


def test_claims_come_back_with_the_id_of_the_key(ring: KeyRing) -> None:
    assert cose.decode_and_verify(cose.encode(CLAIMS, ring), ring.public_keys(Purpose.QR)) == (ring.qr_kid, CLAIMS)


def test_the_same_claims_are_the_same_token(ring: KeyRing) -> None:
    assert cose.encode(CLAIMS, ring) == cose.encode(dict(reversed(CLAIMS.items())), ring)


def test_a_changed_byte_anywhere_is_refused(ring: KeyRing) -> None:
    token, keys = cose.encode(CLAIMS, ring), ring.public_keys(Purpose.QR)
    for place in range(len(token)):
        for bit in (0x01, 0x80):
            changed = bytearray(token)
            changed[place] ^= bit
            with pytest.raises(BrokenSealError):
                cose.decode_and_verify(bytes(changed), keys)


def test_the_mirrored_signature_of_the_same_token_is_refused(ring: KeyRing) -> None:
    token = cose.encode(CLAIMS, ring)
    mirrored = token[:-32] + (P256_ORDER - int.from_bytes(token[-32:])).to_bytes(32)
    with pytest.raises(BrokenSealError, match="signature_wrong"):
        cose.decode_and_verify(mirrored, ring.public_keys(Purpose.QR))


def _signed(ring: KeyRing, payload: bytes) -> bytes:
    protected = bytes.fromhex("a201260448") + bytes.fromhex(ring.qr_kid)
    return cose.frame(protected, payload, ring.sign_qr(cose.sig_structure(protected, payload))[1])


@pytest.mark.parametrize(
    "payload",
    [
        bytes.fromhex("a2010200 03".replace(" ", "")),  # keys out of order
        bytes.fromhex("a1180102"),  # a key longer than it need be
        bytes.fromhex("a10102ff"),  # something behind the map
        cbor2.dumps([1, 2]),
        cbor2.dumps({"name": 1}),
        cbor2.dumps({1: 1.5}),
        cbor2.dumps({1: True}),
        cbor2.dumps({1: cbor2.CBORTag(35, "(a+)+$")}),
        b"",
    ],
)
def test_a_payload_of_another_shape_is_refused_although_our_key_signed_it(ring: KeyRing, payload: bytes) -> None:
    with pytest.raises(BrokenSealError, match="token_malformed"):
        cose.decode_and_verify(_signed(ring, payload), ring.public_keys(Purpose.QR))


def test_other_forms_of_the_frame_are_refused(ring: KeyRing) -> None:
    token = cose.encode(CLAIMS, ring)
    protected, unprotected, payload, signature = cbor2.loads(token)
    forms = [
        cbor2.dumps(cbor2.CBORTag(18, [protected, unprotected, payload, signature])),
        cbor2.dumps([protected, {4: b"x"}, payload, signature]),
        cbor2.dumps([cbor2.dumps({1: -7}), {}, payload, signature]),
        cbor2.dumps([cbor2.dumps({1: -8, 4: bytes.fromhex(ring.qr_kid)}), {}, payload, signature]),
        cbor2.dumps([protected, {}, payload, signature, b""]),
        token + b"\x00",
        b"\x00" + token,
        token[:-1],
        b"",
    ]
    for form in forms:
        with pytest.raises(BrokenSealError, match="token_malformed"):
            cose.decode_and_verify(form, ring.public_keys(Purpose.QR))


def test_a_key_that_we_do_not_know_or_no_longer_trust_is_named(tmp_path: Path) -> None:
    ring = create_keyring(tmp_path / "ring", issuer_host="puente.example", brand="Puente", now=NOW, entropy=SeededEntropy(5))
    token, old = cose.encode(CLAIMS, ring), ring.qr_kid
    with pytest.raises(BrokenSealError, match="key_unknown"):
        cose.decode_and_verify(token, {})
    retired = rotate_key(tmp_path / "ring", Purpose.QR, now=NOW, entropy=SeededEntropy(6))
    assert cose.decode_and_verify(token, retired.public_keys(Purpose.QR))[1] == CLAIMS
    compromised = compromise_key(tmp_path / "ring", old, at=NOW, now=NOW)
    with pytest.raises(BrokenSealError, match="key_compromised"):
        cose.decode_and_verify(token, compromised.public_keys(Purpose.QR))
    with pytest.raises(BrokenSealError, match="key_compromised"):
        cose.decode_and_verify(token, compromised.public_keys(Purpose.QR), protected_since=NOW)
    before = NOW - timedelta(seconds=1)
    assert cose.decode_and_verify(token, compromised.public_keys(Purpose.QR), protected_since=before)[1] == CLAIMS


def test_a_key_that_is_rotated_between_naming_and_signing_is_named_again(ring: KeyRing) -> None:
    class Rotated:
        named = 0

        @property
        def qr_kid(self) -> str:
            self.named += 1
            return "0" * 16 if self.named == 1 else ring.qr_kid

        def sign_qr(self, payload: bytes) -> tuple[str, bytes]:
            return ring.sign_qr(payload)

    assert cose.decode_and_verify(cose.encode(CLAIMS, Rotated()), ring.public_keys(Purpose.QR))[0] == ring.qr_kid


@given(st.binary(min_size=10, max_size=600))
def test_digits_carry_any_bytes(data: bytes) -> None:
    assert cose.from_digits(cose.to_digits(data)) == data


@pytest.mark.parametrize("digits", ["", "0123", "12a", "１２３", "9" * 30, "9" * 5000, "-" + "1" * 30])
def test_digits_that_we_did_not_write_are_refused(digits: str) -> None:
    with pytest.raises(BrokenSealError, match="token_malformed"):
        cose.from_digits(digits)


@given(st.binary(max_size=400))
def test_noise_is_refused_with_a_named_problem(data: bytes) -> None:
    with pytest.raises(BrokenSealError, match="token_malformed"):
        cose.decode_and_verify(data, {})
