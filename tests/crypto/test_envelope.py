"""Sealed files and fields open only as what they were sealed as."""

from pathlib import Path

import pytest

from credentialing.adapters.doubles import SeededEntropy
from credentialing.crypto import envelope
from credentialing.crypto.keyfiles import Purpose
from credentialing.crypto.keyring import KeyRing, create_keyring, rotate_key
from credentialing.domain.errors import BrokenSealError
from tests.certificate.drafts import NOW

CHANCE = SeededEntropy(3)
PERSON = CHANCE.bytes(32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_keyring(tmp_path / "ring", issuer_host="puente.example", brand="Puente", now=NOW, entropy=SeededEntropy(1))
    return tmp_path / "ring"


@pytest.mark.parametrize("size", [0, 1, envelope.PIECE - 1, envelope.PIECE, envelope.PIECE + 1, 2 * envelope.PIECE])
def test_a_file_of_any_size_comes_back_whole(size: int) -> None:
    data = CHANCE.bytes(size)
    sealed = envelope.seal_file(PERSON, data, case_id="c", file_id="f", entropy=CHANCE)
    assert envelope.open_file(PERSON, sealed, case_id="c", file_id="f") == data
    assert data[:64] not in sealed or size == 0


def test_a_file_opens_for_its_own_person_case_and_id_only() -> None:
    sealed = envelope.seal_file(PERSON, b"diploma", case_id="c", file_id="f", entropy=CHANCE)
    for person, case_id, file_id in ((bytes(32), "c", "f"), (PERSON, "d", "f"), (PERSON, "c", "g"), (PERSON, "", "cf")):
        with pytest.raises(BrokenSealError):
            envelope.open_file(person, sealed, case_id=case_id, file_id=file_id)


def test_a_file_with_any_changed_byte_does_not_open() -> None:
    sealed = envelope.seal_file(PERSON, b"diploma", case_id="c", file_id="f", entropy=CHANCE)
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(BrokenSealError):
            envelope.open_file(PERSON, bytes(changed), case_id="c", file_id="f")


def test_pieces_of_a_file_cannot_be_cut_off_swapped_or_repeated() -> None:
    piece, head = envelope.PIECE + 16, 44
    sealed = envelope.seal_file(PERSON, CHANCE.bytes(2 * envelope.PIECE + 10), case_id="c", file_id="f", entropy=CHANCE)
    pieces = [sealed[head + n * piece : head + (n + 1) * piece] for n in range(3)]
    for order in ([0, 1], [0], [], [1, 0, 2], [0, 0, 2], [0, 1, 2, 2]):
        with pytest.raises(BrokenSealError):
            envelope.open_file(PERSON, sealed[:head] + b"".join(pieces[n] for n in order), case_id="c", file_id="f")


def test_a_small_field_cannot_be_moved_to_another_place() -> None:
    sealed = envelope.seal_text(PERSON, "Núñez", "people/1/surname", entropy=CHANCE)
    assert envelope.open_text(PERSON, sealed, "people/1/surname") == "Núñez"
    for key, aad, data in ((PERSON, "people/2/surname", sealed), (bytes(32), "people/1/surname", sealed), (PERSON, "people/1/surname", sealed[:-1])):
        with pytest.raises(BrokenSealError):
            envelope.open_text(key, data, aad)


def test_a_person_key_survives_a_new_key_encryption_key(folder: Path) -> None:
    ring = KeyRing.open(folder)
    key, wrapped = envelope.new_person_key(ring, CHANCE)
    assert len(wrapped.data) == 40
    later = rotate_key(folder, Purpose.KEK, now=NOW, entropy=SeededEntropy(2))
    assert envelope.open_person_key(later, wrapped) == key
    rewrapped = envelope.rewrap_person_key(later, wrapped)
    assert rewrapped.kek_id != wrapped.kek_id
    assert envelope.open_person_key(later, rewrapped) == key


def test_a_person_key_with_a_changed_byte_or_a_foreign_key_id_does_not_open(folder: Path) -> None:
    ring = KeyRing.open(folder)
    _, wrapped = envelope.new_person_key(ring, CHANCE)
    for broken in (envelope.WrappedKey(wrapped.kek_id, bytes(40)), envelope.WrappedKey("0" * 16, wrapped.data), envelope.WrappedKey(wrapped.kek_id, b"")):
        with pytest.raises(BrokenSealError):
            envelope.open_person_key(ring, broken)


def test_the_register_opens_what_an_older_register_key_sealed(folder: Path) -> None:
    sealed = envelope.seal_for_register(KeyRing.open(folder), b"face", "CODE", entropy=CHANCE)
    later = rotate_key(folder, Purpose.REGISTER, now=NOW, entropy=SeededEntropy(2))
    assert envelope.open_from_register(later, sealed, "CODE") == b"face"
    for data, aad in ((sealed, "OTHER"), (b"", "CODE"), (bytes(8) + sealed[8:], "CODE")):
        with pytest.raises(BrokenSealError):
            envelope.open_from_register(later, data, aad)
