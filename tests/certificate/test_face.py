"""A face is kept as canonical JSON and comes back equal."""

import json

import pytest

from credentialing.certificate.face import Draft, Face, StatusPlace
from credentialing.domain.errors import BrokenSealError
from tests.certificate.drafts import CODE, competence, degree, long_titles


@pytest.mark.parametrize("draft", [degree(), competence(), long_titles(), degree(level=None, basis=None, document_ending=None)])
def test_a_face_comes_back_from_the_register_equal(draft: Draft) -> None:
    face = draft.numbered(number="RT-2026-004817-3", code=CODE)
    again = Face.from_json(face.to_json())
    assert again == face
    assert again.to_json() == face.to_json()
    assert again.draft() == draft


def test_a_face_keeps_its_place_in_a_status_list_and_one_from_before_the_lists_still_opens() -> None:
    face = degree().numbered(number="RT-2026-004817-3", code=CODE, status=StatusPlace(3, 70_001))
    again = Face.from_json(face.to_json())
    assert (again, again.draft(), again.to_json()) == (face, degree(), face.to_json())
    old = degree().numbered(number="RT-2026-004817-3", code=CODE).to_json()
    assert b"status" not in old
    assert Face.from_json(old).status is None


def test_the_json_is_canonical() -> None:
    text = degree().numbered(number="RT-2026-004817-3", code=CODE).to_json()
    assert text == json.dumps(json.loads(text), sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"number": 1}', b"\xff", b"null"])
def test_other_bytes_are_no_face(data: bytes) -> None:
    with pytest.raises(BrokenSealError):
        Face.from_json(data)


def test_an_unknown_field_is_no_face() -> None:
    raw = json.loads(degree().numbered(number="RT-2026-004817-3", code=CODE).to_json()) | {"nationality": "VE"}
    with pytest.raises(BrokenSealError):
        Face.from_json(json.dumps(raw).encode())


def test_the_title_is_what_is_certified_in_the_first_language() -> None:
    assert degree().title == "Licenciatura en Enfermería"
    assert competence(langs=("pt", "es")).title == "Panificação artesanal"
