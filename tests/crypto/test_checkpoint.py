"""Checkpoints as signed notes: the form and the examples of C2SP signed-note, tlog-checkpoint and tlog-cosignature; ours against other hands."""

import base64
import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from credentialing.crypto import checkpoint as notes
from credentialing.crypto.checkpoint import Checkpoint, Note, Signature, parse_checkpoint, parse_note, verify_checkpoint
from credentialing.crypto.keyfiles import KeyState
from credentialing.crypto.signing import VerifyingKey
from credentialing.domain.errors import BrokenSealError

BORN = datetime(2026, 1, 1, tzinfo=UTC)
LOG, OTHER, WITNESS = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2, 3))
ORIGIN = "puente.example/log"
HERE = Checkpoint(ORIGIN, 20852163, hashlib.sha256(b"root").digest())
ELSEWHERE = replace(HERE, origin="other.example/log")

# From the specification of cosignatures.
EXAMPLE = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""


def point(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def verifying(key: Ed25519PrivateKey) -> VerifyingKey:
    return VerifyingKey("0" * 16, point(key), BORN, KeyState.ACTIVE, BORN)


def signed(checkpoint: Checkpoint = HERE, key: Ed25519PrivateKey = LOG) -> str:
    return notes.sign_checkpoint(checkpoint, point=point(key), sign=key.sign)


def cosigned(text: str, *, seconds: int, key: Ed25519PrivateKey = WITNESS, name: str = "witness.example/w1") -> str:
    note = parse_note(text)
    value = seconds.to_bytes(8) + key.sign(f"cosignature/v1\ntime {seconds}\n{note.text}".encode())
    identity = hashlib.sha256(name.encode() + b"\n\x04" + point(key)).digest()[:4]
    return str(Note(note.text, (*note.signatures, Signature(name, identity, value))))


def test_a_checkpoint_is_three_lines_a_gap_and_a_signature() -> None:
    body, gap, line = signed().partition("\n\n")
    assert body == f"{ORIGIN}\n20852163\n{base64.b64encode(HERE.root).decode()}"
    name, value = line.removeprefix("— ").removesuffix("\n").split(" ")
    raw = base64.b64decode(value)
    assert (gap, name, raw[:4]) == ("\n\n", ORIGIN, hashlib.sha256(ORIGIN.encode() + b"\n\x01" + point(LOG)).digest()[:4])
    LOG.public_key().verify(raw[4:], f"{body}\n".encode())


def test_the_example_of_the_specification_is_read_and_written_the_same() -> None:
    note = parse_note(EXAMPLE)
    assert str(note) == EXAMPLE
    assert parse_checkpoint(note.text).size == 20852163
    assert [signature.name for signature in note.signatures] == ["example.com/behind-the-sofa", "witness.example.com/w1"]
    assert int.from_bytes(note.signatures[1].value[:8]) == 1679315147


def test_the_public_key_has_the_form_of_other_tools() -> None:
    name, identity, key = notes.verifier_key(ORIGIN, point(LOG)).split("+", 2)
    assert (name, bytes.fromhex(identity), base64.b64decode(key)) == (ORIGIN, notes.key_id(ORIGIN, point(LOG)), b"\x01" + point(LOG))


def test_a_checkpoint_of_ours_verifies_also_after_the_key_was_changed() -> None:
    for key in (LOG, OTHER):
        found = verify_checkpoint(signed(key=key), origin=ORIGIN, keys=[verifying(LOG), verifying(OTHER)])
        assert (found.checkpoint, found.key.point) == (HERE, point(key))


@pytest.mark.parametrize(
    "text",
    [
        signed(key=OTHER),
        signed(replace(HERE, origin="other.example/log")),
        signed().replace("20852163", "20852164"),
        signed().replace(base64.b64encode(HERE.root).decode(), base64.b64encode(b"\0" * 32).decode()),
        signed().replace("\n\n", "\nmore\n\n"),
        signed().removesuffix("\n"),
        signed().replace("— ", "- "),
        signed().partition("— ")[0],
        signed().replace(f"— {ORIGIN}", "— someone.else"),
        signed() + Signature(ORIGIN, notes.key_id(ORIGIN, point(LOG)), b"\0" * 64).line,
        str(Note(ELSEWHERE.body, (Signature(ORIGIN, notes.key_id(ORIGIN, point(LOG)), LOG.sign(ELSEWHERE.body.encode())),))),
        "\n" + signed(),
        "",
        "x" * 200_000,
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(BrokenSealError):
        verify_checkpoint(text, origin=ORIGIN, keys=[verifying(LOG)])


@pytest.mark.parametrize("size", ["-1", "01", "1e3", " 1", "٣", "", "1" * 30])
def test_a_size_has_one_spelling(size: str) -> None:
    with pytest.raises(BrokenSealError):
        parse_checkpoint(f"{ORIGIN}\n{size}\n{base64.b64encode(HERE.root).decode()}\n")


def test_signatures_of_strangers_are_kept_and_do_not_disturb() -> None:
    text = cosigned(signed(), seconds=1679315147)
    found = verify_checkpoint(text, origin=ORIGIN, keys=[verifying(LOG)])
    assert (found.checkpoint, str(found.note)) == (HERE, text)


def test_a_witness_says_when_it_saw_the_checkpoint() -> None:
    note = parse_note(cosigned(signed(), seconds=1679315147))
    assert notes.cosigned_at(note, {"witness.example/w1": point(WITNESS)}) == {"witness.example/w1": datetime(2023, 3, 20, 12, 25, 47, tzinfo=UTC)}
    assert notes.cosigned_at(note, {"witness.example/w1": point(OTHER), "nobody.example": point(WITNESS)}) == {}


@pytest.mark.parametrize("change", [0, 5, 11, 40])
def test_a_cosignature_that_does_not_hold_is_refused(change: int) -> None:
    note = parse_note(cosigned(signed(), seconds=1679315147))
    value = bytearray(note.signatures[1].value)
    value[change] ^= 1
    with pytest.raises(BrokenSealError):
        notes.cosigned_at(Note(note.text, (replace(note.signatures[1], value=bytes(value)),)), {"witness.example/w1": point(WITNESS)})
