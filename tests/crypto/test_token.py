"""Keys in a token: made there, used there, never taken out; and a token that is away stops what needs it, and nothing else is used instead."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pkcs11
import pytest
from pkcs11 import Attribute, ObjectClass

from credentialing.adapters.doubles import SeededEntropy
from credentialing.crypto import token as tokens
from credentialing.crypto import x509
from credentialing.crypto.keyfiles import Place, Purpose, private_file
from credentialing.crypto.keyring import KeyRing, create_keyring, rotate_key
from credentialing.crypto.signers import SIGNING
from credentialing.crypto.signing import is_canonical_der
from credentialing.domain.errors import AwayError, MisconfiguredError
from tests.certificate.drafts import NOW
from tests.softhsm import LABEL, PIN, SoftHsm, make_token

LATER = NOW + timedelta(days=365)
RAW = (Purpose.QR, Purpose.SD_JWT, Purpose.BUNDLE, Purpose.CREDENTIAL, Purpose.STATUS, Purpose.LOG)


@pytest.fixture
def hsm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoftHsm]:
    """A fresh token; the library forgets the one of the test before."""
    made = make_token(tmp_path, monkeypatch)
    pkcs11.lib(str(made.token.module)).reinitialize()
    yield made
    tokens.forget()


def _ring(tmp_path: Path, hsm: SoftHsm, *purposes: Purpose) -> KeyRing:
    token = hsm.for_purposes(*purposes)
    return create_keyring(tmp_path / "ring", issuer_host="puente.example", brand="Puente", now=NOW, entropy=SeededEntropy(1), token=token)


def test_every_key_that_signs_can_lie_in_the_token_and_none_of_them_in_a_file(tmp_path: Path, hsm: SoftHsm) -> None:
    ring = _ring(tmp_path, hsm, *SIGNING)
    assert {r.place for r in ring.records if r.purpose in SIGNING} == {Place.TOKEN}
    assert {path.name.partition("-")[0] for path in (tmp_path / "ring").glob("*.key")} == {"kek", "register", "index", "session"}
    for purpose in RAW:
        kid, signature = ring.sign(purpose, b"text")
        assert ring.public_keys(purpose)[kid].verifies(b"text", signature)
    seal, issuing, root = ring.seal_chain()
    assert x509.directly_below(seal, issuing)
    assert x509.directly_below(issuing, root)


def test_the_token_gives_no_private_key_out(tmp_path: Path, hsm: SoftHsm) -> None:
    record = _ring(tmp_path, hsm, Purpose.SEAL, Purpose.LOG).active(Purpose.SEAL)
    tokens.forget()
    with pkcs11.lib(str(hsm.token.module)).get_token(token_label=LABEL).open(user_pin=PIN) as session:
        keys = list(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}))
        assert bytes.fromhex(record.id) in [key[Attribute.ID] for key in keys]
        assert [(key[Attribute.EXTRACTABLE], key[Attribute.SENSITIVE]) for key in keys] == [(False, True)] * 2
        for key in keys:
            with pytest.raises(pkcs11.AttributeSensitive):
                key[Attribute.VALUE]


def test_signatures_of_the_token_have_the_one_form_that_readers_accept(tmp_path: Path, hsm: SoftHsm) -> None:
    ring = _ring(tmp_path, hsm, Purpose.SEAL, Purpose.QR)
    assert all(is_canonical_der(ring.sealing().sign(b"%d" % number)) for number in range(16))
    for number in range(16):
        kid, signature = ring.sign_qr(b"%d" % number)
        assert ring.public_keys(Purpose.QR)[kid].verifies(b"%d" % number, signature)


def test_a_key_is_rotated_from_a_file_into_the_token_and_within_it(tmp_path: Path, hsm: SoftHsm) -> None:
    first = _ring(tmp_path, hsm).active(Purpose.SEAL)
    token = hsm.for_purposes(Purpose.SEAL)
    with pytest.raises(MisconfiguredError, match="rotate seal"):
        KeyRing.open(tmp_path / "ring", token=token)
    second = rotate_key(tmp_path / "ring", Purpose.SEAL, now=LATER, entropy=SeededEntropy(2), token=token).active(Purpose.SEAL)
    third = rotate_key(tmp_path / "ring", Purpose.SEAL, now=LATER, entropy=SeededEntropy(2), token=token)
    assert (first.place, second.place, third.active(Purpose.SEAL).place) == (Place.FILE, Place.TOKEN, Place.TOKEN)
    assert not private_file(tmp_path / "ring", first).exists()
    assert third.sealing().sign(b"text")
    with pytest.raises(AwayError, match="NoSuchKey"):
        tokens.TokenKeys(token).sign(second, b"text")


def test_settings_that_forget_the_token_do_not_open_the_ring(tmp_path: Path, hsm: SoftHsm) -> None:
    _ring(tmp_path, hsm, Purpose.SEAL)
    with pytest.raises(MisconfiguredError, match="lies in a token"):
        KeyRing.open(tmp_path / "ring")


def test_a_token_that_is_away_stops_its_own_purposes_only_and_is_used_again_when_it_is_back(tmp_path: Path, hsm: SoftHsm) -> None:
    ring = _ring(tmp_path, hsm, Purpose.SEAL, Purpose.ISSUING)
    assert ring.sealing().sign(b"text")
    hsm.take_out()
    for _ in range(2):
        with pytest.raises(AwayError, match=LABEL):
            ring.sealing().sign(b"text")
    with pytest.raises(AwayError, match=LABEL):
        rotate_key(tmp_path / "ring", Purpose.SEAL, now=LATER, entropy=SeededEntropy(2), token=hsm.for_purposes(Purpose.SEAL, Purpose.ISSUING))
    assert ring.sign_qr(b"text")
    assert not list((tmp_path / "ring").glob("seal-*.key"))
    assert [r.purpose for r in ring.records].count(Purpose.SEAL) == 1
    hsm.put_back()
    assert is_canonical_der(ring.sealing().sign(b"text"))


def test_a_refused_pin_is_not_offered_again_until_it_is_another_one(tmp_path: Path, hsm: SoftHsm) -> None:
    ring = _ring(tmp_path, hsm, Purpose.SEAL)
    tokens.forget()
    hsm.token.pin_file.write_text("000000")
    with pytest.raises(AwayError, match="refuses the PIN"):
        ring.sealing().sign(b"text")
    with pytest.raises(AwayError, match="not offered twice"):
        ring.sealing().sign(b"text")
    hsm.token.pin_file.write_text(PIN)
    assert ring.sealing().sign(b"text")
    tokens.forget()
    hsm.token.pin_file.unlink()
    with pytest.raises(AwayError, match="missing"):
        ring.sealing().sign(b"text")


def test_a_library_that_is_not_there_is_a_token_that_is_away(tmp_path: Path, hsm: SoftHsm) -> None:
    _ring(tmp_path, hsm, Purpose.SEAL)
    token = replace(hsm.for_purposes(Purpose.SEAL), module=tmp_path / "no-such-library.so")
    with pytest.raises(AwayError, match=LABEL):
        KeyRing.open(tmp_path / "ring", token=token).sealing().sign(b"text")


def test_a_process_that_forked_from_one_that_signed_signs_too(tmp_path: Path, hsm: SoftHsm) -> None:
    _ring(tmp_path, hsm, Purpose.SEAL)
    script = """
import os, sys
from pathlib import Path
from credentialing.crypto.keyfiles import Purpose
from credentialing.crypto.keyring import KeyRing
from credentialing.crypto.token import Token
module, label, pin, folder = sys.argv[1:]
ring = KeyRing.open(Path(folder), token=Token(Path(module), label, Path(pin), frozenset({Purpose.SEAL})))
ring.sealing().sign(b"parent")
child = os.fork()
if not child:
    ring.sealing().sign(b"child")
    os._exit(7)
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
ring.sealing().sign(b"parent again")
os._exit(code)
"""
    place = [str(hsm.token.module), LABEL, str(hsm.token.pin_file), str(tmp_path / "ring")]
    done = subprocess.run([sys.executable, "-c", script, *place], capture_output=True, timeout=60, check=False)
    assert done.returncode == 7, done.stderr.decode()[-2000:]
