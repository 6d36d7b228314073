"""Every certificate as data: it says what the page says to a verifier, in the terms of two public standards, and holds until one byte of it is changed."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from openbadgeslib.ob3 import OB3LdpVerifier

from credentialing.adapters.doubles import SeededEntropy
from credentialing.certificate.credential import attachment_of, credential_of, sign_credential
from credentialing.certificate.credential_reading import LARGEST_CREDENTIAL, credential_claims_of, read_credential
from credentialing.certificate.face import Face, Framework, StatusPlace
from credentialing.certificate.outcomes import Check, CheckName, Result
from credentialing.certificate.page import Studio
from credentialing.certificate.trust import Trust, trust_of
from credentialing.crypto.keyfiles import Purpose
from credentialing.crypto.keyring import KeyRing, compromise_key, create_keyring, rotate_key
from tests.certificate.drafts import CODE, HOST, LONG_NAME, NOW, NURSING, ORDINARY, TEACHER, competence, degree
from tests.certificate.workshop import NUMBERS

STATUS = [
    {"id": f"https://{HOST}/status/3#94567", "type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": "94567",
     "statusListCredential": f"https://{HOST}/status/3"},
    {"id": f"https://{HOST}/status/3/suspension#94567", "type": "BitstringStatusListEntry", "statusPurpose": "suspension", "statusListIndex": "94567",
     "statusListCredential": f"https://{HOST}/status/3/suspension"},
]  # fmt: skip
Write = Callable[..., bytes]


def face_of(page: str, **changes: object) -> Face:
    draft = ORDINARY[page](**changes)
    return draft.numbered(number=NUMBERS[draft.kind], code=CODE)


@pytest.fixture(scope="module")
def write(studio: Studio, keys: KeyRing) -> Write:
    """The signed credential of a face."""
    return partial(attachment_of, keys=keys, words=studio.words, now=NOW)


def results(checks: tuple[Check, ...]) -> dict[str, str]:
    return {check.name: check.problem or check.result for check in checks[:3]}


GOOD = {"readable": "passed", "unaltered": "passed", "ours": "passed"}


@pytest.mark.parametrize("page", ORDINARY)
def test_the_credential_of_every_page_holds_and_says_what_the_certificate_says(page: str, write: Write, trust: Trust) -> None:
    face = replace(face_of(page), status=StatusPlace(3, 94567))
    reading = read_credential(write(face, status=STATUS), trust=trust, now=NOW)
    assert results(reading.checks) == GOOD
    assert reading.claims == credential_claims_of(face)
    assert reading.claims.page == page


@pytest.mark.parametrize("page", ORDINARY)
def test_a_strict_open_badges_library_accepts_the_credential_of_every_page(page: str, write: Write, keys: KeyRing) -> None:
    (key,) = keys.public_keys(Purpose.CREDENTIAL).values()
    pem = Ed25519PublicKey.from_public_bytes(key.point).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    data = write(face_of(page, issued_at=NOW - timedelta(days=3000)), status=STATUS)
    badge = OB3LdpVerifier(pem, issuer_did="did:web:puente.example").verify(data)
    assert badge.identifiers[0].identity_hash == ORDINARY[page]().display_name
    assert badge.achievement.name == ORDINARY[page]().title


@pytest.mark.parametrize("page", ORDINARY)
def test_the_same_face_is_the_same_credential_and_small(page: str, write: Write) -> None:
    data = write(face_of(page))
    assert data == write(face_of(page))
    assert len(data) < 8_000


@pytest.mark.parametrize("langs", [("es", "en"), ("en", "es"), ("pt", "en")])
@pytest.mark.parametrize("page", ORDINARY)
def test_its_texts_are_in_the_first_language_of_the_document(page: str, langs: tuple[str, str], write: Write, studio: Studio) -> None:
    document = json.loads(write(face_of(page, langs=langs)))
    others = {studio.words[key][lang] for key in studio.words if key.endswith(("_not", "_title")) for lang in studio.words[key] if lang != langs[0]}
    others -= {studio.words[key][langs[0]] for key in studio.words}
    text = json.dumps(document, ensure_ascii=False)
    assert document["credentialSubject"]["achievement"]["inLanguage"] == langs[0]
    assert [other for other in others if other in text] == []


def test_nothing_is_in_it_that_a_verifier_may_not_see(write: Write) -> None:
    for page in ORDINARY:
        text = write(face_of(page, document_ending="4821")).decode()
        assert "4821" not in text
        assert '"VE"' not in text
        assert not any(word in text for word in (NURSING.awarded, "Barquisimeto", "Maturín", TEACHER.qualifications[0].awarded, "liceos"))


def test_what_a_part_leaves_out_stands_in_the_credential(write: Write) -> None:
    achievement = json.loads(write(face_of("partial")))["credentialSubject"]["achievement"]
    assert "No se reconoce: Los semestres 7 a 10" in achievement["description"]
    assert achievement["name"].startswith("Reconocimiento parcial: ")
    units = json.loads(write(face_of("units")))["credentialSubject"]["achievement"]
    assert "4 de 6 unidades" in units["description"]


def test_units_levels_and_how_sure_a_passport_is_are_results(write: Write) -> None:
    def told(page: str) -> dict[str, str]:
        subject = json.loads(write(face_of(page)))["credentialSubject"]
        names = {one["id"]: one["name"] for one in subject["achievement"]["resultDescription"]}
        return {names[one["resultDescription"]]: one.get("status") or one["value"] for one in subject["result"]}

    assert told("competence") == {f"{unit.code} {unit.name['es']}": "Completed" for unit in face_of("competence").competence.units} | {"Nivel": "3"}  # type: ignore[union-attr]
    assert told("passport") == {"Licenciatura en Educación, mención Matemática": "Acreditada", "Especialización en Gerencia Educativa": "Probable"}


def test_the_occupation_and_the_level_are_places_in_public_lists(write: Write) -> None:
    framework = Framework("Marco Nacional", "https://marco.example/niveles")
    face = face_of("competence", occupation_code="7512", framework=framework, evidence_kinds=("knowledge", "performance"))
    document = json.loads(write(face))
    occupation, level = document["credentialSubject"]["achievement"]["alignment"]
    assert (occupation["targetUrl"], occupation["targetFramework"]) == ("http://data.europa.eu/esco/isco/C7512", "ISCO-08")
    assert (level["targetCode"], level["targetFramework"], level["targetUrl"]) == ("3", "Marco Nacional", "https://marco.example/niveles")
    assert [piece["genre"] for piece in document["evidence"]] == ["knowledge", "performance"]
    assert all(set(piece) == {"type", "name", "genre"} for piece in document["evidence"])


def test_two_people_with_the_same_achievement_share_its_id_and_nothing_else_does(write: Write) -> None:
    def achievement(**changes: object) -> str:
        return str(json.loads(write(face_of("competence", **changes)))["credentialSubject"]["achievement"]["id"])

    assert achievement() == achievement(display_name=LONG_NAME)
    assert achievement() != achievement(competence=competence(5).competence)
    assert achievement() != achievement(langs=("en", "es"))


def test_a_certificate_ends_with_its_last_day_where_verifiers_count_days(write: Write, trust: Trust) -> None:
    data = write(face_of("competence", expires_on=date(2031, 11, 23)))
    assert json.loads(data)["validUntil"] == "2031-11-24T04:59:59Z"
    claims = read_credential(data, trust=trust, now=NOW).claims
    assert claims is not None
    assert claims.expires_on == date(2031, 11, 23)
    assert "validUntil" not in json.loads(write(face_of("full")))


# --- what does not hold ----------------------------------------------------------------------------------------------


def test_no_byte_can_be_changed(write: Write, trust: Trust) -> None:
    data = write(face_of("full"))
    twins = (data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :] for place in range(len(data)))
    assert [place for place, twin in enumerate(twins) if results(read_credential(twin, trust=trust, now=NOW).checks) == GOOD] == []


def test_a_credential_of_another_issuer_is_called_that(write: Write, trust: Trust, keys: KeyRing, studio: Studio, tmp_path: Path) -> None:
    other = create_keyring(tmp_path / "ring", issuer_host="other.example", brand="Other", now=NOW, entropy=SeededEntropy(5))
    data = attachment_of(face_of("full"), other, words=studio.words, now=NOW)
    assert results(read_credential(data, trust=trust, now=NOW).checks)["ours"] == "other_issuer"
    pretending = sign_credential(credential_of(face_of("full"), issuer_host="puente.example", words=studio.words), other, now=NOW)
    assert results(read_credential(pretending, trust=trust, now=NOW).checks)["ours"] == "key_unknown"
    theirs, ours = (f"did:web:{ring.issuer_host}#{ring.active(Purpose.CREDENTIAL).id}".encode() for ring in (other, keys))
    borrowed = pretending.replace(theirs, ours)
    assert results(read_credential(borrowed, trust=trust, now=NOW).checks)["unaltered"] == "signature_wrong"


def test_a_key_for_status_lists_signs_no_credential(write: Write, trust: Trust, keys: KeyRing) -> None:
    data = write(face_of("full")).replace(keys.active(Purpose.CREDENTIAL).id.encode(), keys.active(Purpose.STATUS).id.encode())
    assert results(read_credential(data, trust=trust, now=NOW).checks)["ours"] == "key_unknown"


def test_retired_keys_go_on_verifying_and_compromised_ones_do_not(studio: Studio, tmp_path: Path) -> None:
    ring = create_keyring(tmp_path / "ring", issuer_host="puente.example", brand="Puente", now=NOW, entropy=SeededEntropy(1))
    old = attachment_of(face_of("full"), ring, words=studio.words, now=NOW)
    rotated = rotate_key(tmp_path / "ring", Purpose.CREDENTIAL, now=NOW, entropy=SeededEntropy(2))
    assert results(read_credential(old, trust=trust_of(rotated, verify_host=HOST, now=NOW), now=NOW).checks) == GOOD
    stolen = compromise_key(tmp_path / "ring", json.loads(old)["proof"][0]["verificationMethod"].partition("#")[2], at=NOW, now=NOW)
    trusted = trust_of(stolen, verify_host=HOST, now=NOW)
    assert results(read_credential(old, trust=trusted, now=NOW).checks)["ours"] == "key_compromised"
    earlier, later = (results(read_credential(old, trust=trusted, now=NOW, protected_since=NOW + days).checks) for days in (timedelta(-1), timedelta(1)))
    assert (earlier, later["ours"]) == (GOOD, "key_compromised")


def test_another_host_and_another_day_are_named(write: Write, trust: Trust) -> None:
    elsewhere = write(face_of("full", verify_url_base="https://verifica.puentes.example"))
    assert results(read_credential(elsewhere, trust=trust, now=NOW).checks)["ours"] == "other_host"
    early = read_credential(write(face_of("full")), trust=trust, now=NOW - timedelta(days=1))
    assert results(early.checks)["ours"] == "not_valid_yet"
    assert early.claims is None


def test_a_wrong_code_is_named_although_we_signed_it(write: Write, trust: Trust) -> None:
    face = replace(face_of("full"), code=CODE[:-1] + "7")
    assert results(read_credential(write(face), trust=trust, now=NOW).checks)["unaltered"] == "code_wrong"


def _changed(data: bytes, **members: Any) -> bytes:
    return json.dumps(json.loads(data) | members).encode()


@pytest.mark.parametrize("make", [
    lambda data: b"", lambda data: b"{}", lambda data: b"[" * 100_000, lambda data: b'{"a":' + b"[" * 5_000, lambda data: b"%PDF-1.7", lambda data: data[:-1],
    lambda data: data[:-1] + b',"id":"x"}', lambda data: _changed(data, **{"@context": ["https://www.w3.org/ns/credentials/v2"]}),
    lambda data: _changed(data, **{"@context": [*json.loads(data)["@context"], "https://puente.example/own"]}),
    lambda data: _changed(data, type=["VerifiableCredential"]), lambda data: _changed(data, **{"@context": {"name": "https://x.example/"}}),
], ids=range(11))  # fmt: skip
def test_what_is_not_one_of_our_credentials_is_not_read(make: Callable[[bytes], bytes], write: Write, trust: Trust) -> None:
    (readable, *rest) = read_credential(make(write(face_of("full"))), trust=trust, now=NOW).checks
    assert (readable.name, readable.problem) == (CheckName.READABLE, "not_a_credential")
    assert all(check.result is Result.SKIPPED for check in rest)


def test_a_file_beyond_measure_is_not_read(trust: Trust) -> None:
    data = b'{"a":"' + b"x" * LARGEST_CREDENTIAL + b'"}'
    assert read_credential(data, trust=trust, now=NOW).checks[0].problem == "file_too_large"


def test_the_largest_certificate_fits(write: Write, trust: Trust) -> None:
    face = replace(competence(40), display_name=LONG_NAME).numbered(number=NUMBERS["rpl"], code=CODE)
    data = write(face)
    assert len(data) < 30_000
    assert results(read_credential(data, trust=trust, now=NOW).checks) == GOOD


def test_a_specimen_says_so(write: Write) -> None:
    assert json.loads(write(degree(specimen=True).numbered(number=NUMBERS["degree"], code=CODE)))["description"].startswith("Muestra sin valor legal.")
    assert "Muestra" not in json.loads(write(degree(specimen=False).numbered(number=NUMBERS["degree"], code=CODE)))["description"]
