"""What a verifier sees for each thing that can be brought, and what nobody ever sees."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from credentialing.adapters.doubles import SeededEntropy
from credentialing.app.verifier import create_verifier_app
from credentialing.certificate.face import Face
from credentialing.certificate.issuing import prepare, seal
from credentialing.certificate.qr import qr_text
from credentialing.certificate.trust import load_trust
from credentialing.domain.numbers import certificate_number, new_certificate_code, printed_code
from credentialing.services.issuing import studio_of
from credentialing.services.office import Office
from credentialing.web import gate
from tests.certificate.workshop import TOLERATED
from tests.certified import World, altered, change_record, code_of, face_of, photo_of
from tests.office import SAMPLES, clock_of

pytestmark = [pytest.mark.xdist_group("certified"), TOLERATED]
TONES = {"original": "good", "authentic_copy": "copy", "revoked": "bad", "superseded": "old", "expired": "late", "not_ours": "fake", "could_not_check": "null"}
CHECKS = ("readable", "unaltered", "ours", "in_force", "same_as_record")


def type_in(client: FlaskClient, text: str) -> TestResponse:
    """The answer to something typed."""
    return client.post("/verify", data={"number": text})


def send(client: FlaskClient, data: bytes, name: str = "a.pdf") -> TestResponse:
    """The answer to a file."""
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
    return client.post("/verify", data=head.encode() + data + b"\r\n--x--\r\n", content_type="multipart/form-data; boundary=x")


def heading(answer: TestResponse) -> str:
    """The sentence that the page gives as its answer."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", answer.text, re.DOTALL)
    assert found is not None
    return found[1].strip()


def tone(answer: TestResponse) -> str:
    """The colour of the verdict."""
    found = re.search(r'class="pu-verdict pu-t-(\w+)"', answer.text)
    assert found is not None
    return found[1]


def results(answer: TestResponse) -> dict[str, str]:
    """Each check of the page and its word."""
    body = answer.text.partition("<template")[0]
    return dict(re.findall(r'data-check="(\w+)">.*?<b>(.*?)</b>', body, re.DOTALL))


def shows_certificate(answer: TestResponse) -> bool:
    """Whether a name stands on the page."""
    return "pu-who__name" in answer.text


def test_the_file_as_it_was_issued_is_the_original(client: FlaskClient, made: World) -> None:
    answer = send(client, made.pdf(made.degree))
    assert (answer.status_code, tone(answer), heading(answer)) == (200, "good", "It is authentic and in force")
    assert results(answer) == dict.fromkeys(CHECKS, "Yes")
    assert "Mariángel Peñalver Núñez" in answer.text


def test_a_code_without_a_signature_is_called_what_the_register_says_and_no_more(client: FlaskClient, made: World) -> None:
    code = code_of(made.rpl)
    for written in (code, code.lower(), printed_code(code), printed_code(code).lower()):
        answer = client.get(f"/c/{written}")
        assert (answer.status_code, tone(answer), heading(answer)) == (200, "copy", "Our register says: in force")
        assert "if anything differs, do not trust the paper" in answer.text
        assert results(answer) == {"readable": "Yes", "unaltered": "Not known", "ours": "Not known", "in_force": "Yes", "same_as_record": "Yes"}


@pytest.mark.parametrize("typed", ["{number}", "{lower}", "{code}", "https://puente.example/c/{code}", "puente.example/c/{code}?lang=pt"])
def test_a_number_a_code_and_the_printed_link_are_looked_up(client: FlaskClient, made: World, typed: str) -> None:
    line = made.rpl
    answer = type_in(client, typed.format(number=line.number, lower=line.number.lower().replace("-", " "), code=code_of(line)))
    assert heading(answer) == "Our register says: in force"
    assert line.number in answer.text


def test_the_text_of_a_code_is_judged_by_its_signature(client: FlaskClient, made: World) -> None:
    address_bar = made.rpl.qr_text.replace("#", "?lang=pt#").replace("puente.example", "127.0.0.1:8000").replace("https", "http")
    for text in (made.rpl.qr_text, address_bar):
        answer = type_in(client, text)
        assert (tone(answer), heading(answer)) == ("copy", "The code is ours, and the certificate is in force")
        assert "The rest of the paper was not checked" in answer.text
        assert results(answer) == dict.fromkeys(CHECKS, "Yes")


def test_a_photo_of_the_paper_is_judged_by_the_code_on_it(client: FlaskClient, made: World) -> None:
    answer = send(client, photo_of(made.pdf(made.degree)), "photo.jpg")
    assert heading(answer) == "The code is ours, and the certificate is in force"
    assert made.degree.number in answer.text


def test_what_we_signed_but_did_not_send_is_a_copy(client: FlaskClient, office: Office, made: World) -> None:
    face = face_of(office, made.degree)
    again = seal(prepare(face.draft(), studio=studio_of(office)), face, keys=office.keys, now=made.now).pdf
    answer = send(client, again)
    assert (tone(answer), heading(answer)) == ("copy", "It is an authentic copy: the content is ours, this file is not the original")


@pytest.mark.parametrize(("status", "said"), [("revoked", "We issued it and revoked it afterwards"), ("superseded", "There is a newer version")])
def test_an_ended_certificate_is_said_to_have_ended_whatever_is_brought(client: FlaskClient, office: Office, made: World, status: str, said: str) -> None:
    change_record(office, made.degree, status=status, revoked_at=made.now - timedelta(days=3))
    for answer in (client.get(f"/c/{code_of(made.degree)}"), send(client, made.pdf(made.degree)), type_in(client, made.degree.qr_text)):
        assert (tone(answer), heading(answer)) == (TONES[status], said)
        assert results(answer)["in_force"] == "No"
        assert "Not valid since" in answer.text
        assert "Valid until" not in answer.text


def test_a_certificate_expires_after_its_last_day(client: FlaskClient, office: Office, made: World) -> None:
    expires = face_of(office, made.rpl).expires_on
    assert expires is not None
    clock_of(office).advance(timedelta(days=(expires - made.now.date()).days - 1))
    assert heading(client.get(f"/c/{code_of(made.rpl)}")) == "Our register says: in force"
    clock_of(office).advance(timedelta(days=2))
    answer = client.get(f"/c/{code_of(made.rpl)}")
    assert (tone(answer), heading(answer)) == ("late", "It was authentic and has expired")
    assert f"It was valid until {expires.day} {expires:%B} {expires.year}" in answer.text


def test_one_changed_byte_makes_a_file_worthless(client: FlaskClient, made: World) -> None:
    answer = send(client, altered(made.pdf(made.degree)))
    assert (tone(answer), heading(answer)) == ("fake", "It has been changed. Do not trust this document")
    assert not shows_certificate(answer)


def test_somebody_elses_file_is_not_ours_and_a_scan_is_told_another_way(client: FlaskClient) -> None:
    answer = send(client, (SAMPLES / "diploma.pdf").read_bytes())
    assert (tone(answer), heading(answer)) == ("fake", "This file does not carry our signature")
    assert "look up the number on the paper" in answer.text


def test_a_picture_without_a_code_is_neither_good_nor_bad(client: FlaskClient) -> None:
    answer = send(client, (SAMPLES / "identity.jpg").read_bytes(), "a.jpg")
    assert (tone(answer), heading(answer)) == ("null", "No code could be read in the picture")
    assert "Do not reject the person" in answer.text


def test_the_code_of_another_site_is_refused_by_name(client: FlaskClient, made: World) -> None:
    answer = type_in(client, made.rpl.qr_text.replace("puente.example", "puente-example.com"))
    assert (tone(answer), heading(answer)) == ("fake", "This code belongs to another site. Do not trust it")
    assert "It leads to puente-example.com." in answer.text
    assert not shows_certificate(answer)
    short = type_in(client, f"https://puente-example.com/c/{code_of(made.rpl)}")
    assert short.status_code == 422
    assert "This leads to puente-example.com, which is not our site." in short.text


def test_a_signature_for_one_certificate_does_not_pass_for_another(client: FlaskClient, office: Office, made: World) -> None:
    borrowed = f"https://puente.example/c/{code_of(made.degree)}#{made.rpl.qr_text.partition('#')[2]}"
    assert heading(type_in(client, borrowed)) == "The code has been changed. Do not trust this document"
    other = Face.from_json(face_of(office, made.degree).to_json().replace("Mariángel".encode(), "Mariángela".encode()))
    answer = type_in(client, qr_text(other, office.keys))
    assert heading(answer) == "It does not agree with our register. Do not trust this document"
    assert not shows_certificate(answer)


def test_unknown_codes_cannot_be_told_apart(client: FlaskClient, office: Office) -> None:
    chance, seen = SeededEntropy(11), set()
    for _ in range(40):
        code = new_certificate_code(chance)
        answer = client.get(f"/c/{code}")
        seen.add((answer.status_code, tone(answer), len(answer.data), answer.text.replace(code, ""), str(answer.headers)))
    assert len(seen) == 1
    assert {(status, colour) for status, colour, *_ in seen} == {(200, "fake")}


def test_checks_are_counted_by_source(client: FlaskClient) -> None:
    statuses = [client.get("/c/0000000000000").status_code for _ in range(62)]
    assert statuses == [200] * 60 + [429] * 2


GOOD = certificate_number("CL", 2026, 2)
WRONG = GOOD[:-1] + str((int(GOOD[-1]) + 1) % 10)
FAULTS = {
    "": "Type the number or the code that stands on the certificate.",
    WRONG: "The last digit of the number does not fit the others",
    "CL-2026-00000": "The number has 11 letters and digits.",
    "0000-0000-0000-U": "Place 13 holds “U”, which no code has.",
    "0000-0000-0000": "A code has 13 letters and digits, and this one has 12.",
    "0000-0000-0000-1": "The last character of the code does not fit the others",
    "https://puente.example/help": "This is not the address of a certificate.",
    "9" * 4000: "This is too long for a number or a code.",
}


@pytest.mark.parametrize("typed", FAULTS)
def test_what_cannot_be_looked_up_is_told_with_its_place(client: FlaskClient, typed: str) -> None:
    answer = type_in(client, typed)
    assert answer.status_code == 422
    assert answer.text.count(FAULTS[typed]) == 2  # in the summary and at the field
    assert 'href="#number"' in answer.text


def test_a_mistyped_code_in_the_address_leads_to_the_field(client: FlaskClient) -> None:
    answer = client.get("/c/0000000000001")
    assert answer.status_code == 404
    assert 'value="0000000000001"' in answer.text


@pytest.mark.parametrize(("data", "name", "said"), [
    (b"", "", "Choose a photo, a scan or a PDF"), (b"", "a.pdf", "The file is empty"), (b"%PDF-" + b" " * (15 * 1024 * 1024), "a.pdf", "The file is too large"),
])
def test_a_file_that_cannot_be_used_is_told_at_its_field(client: FlaskClient, data: bytes, name: str, said: str) -> None:
    answer = send(client, data, name)
    assert answer.status_code == 422
    assert answer.text.count(said) == 2


def test_nothing_but_the_public_fields_stands_on_the_page(client: FlaskClient, office: Office, made: World) -> None:
    for line in (made.degree, made.rpl):
        face = face_of(office, line)
        page = client.get(f"/c/{code_of(line)}").text
        assert face.document_ending is not None
        hidden = [face.document_ending, *(one.name for one in face.signatories), line.case, "Maracaibo", "Cumaná", "Barranquilla", "1991", "1986", "Venezuela"]
        assert [text for text in hidden if text in page] == []
        names = re.findall(r"<dt>(.*?)</dt>", page)
        assert names == ["Valid until", "Issued on", "Issued by", "Number"]
        told = re.search(r'<div id="answer"[^>]*>', page)
        assert told is not None
        assert set(re.findall(r'data-([a-z]+)="', told[0])) == {"code", "name", "number", "issued", "expires", "logged"}


def test_no_answer_is_kept_listed_or_told_to_others(client: FlaskClient, made: World) -> None:
    answers = [client.get("/verify"), client.get(f"/c/{code_of(made.rpl)}"), type_in(client, made.rpl.number), type_in(client, "")]
    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert '<meta name="robots" content="noindex, nofollow">' in answer.text
        assert "Set-Cookie" not in answer.headers


def test_the_language_travels_in_the_address(client: FlaskClient, made: World) -> None:
    page = client.get("/verify?lang=pt").text
    assert page.count('action="/verify?lang=pt"') == 2
    answer = client.get(f"/c/{code_of(made.rpl)}?lang=pt").text
    assert "Soldagem de estruturas de aço" in answer


def test_the_public_trust_files_verify_without_us(client: FlaskClient, made: World, tmp_path: Path) -> None:
    files = {path: client.get(path) for path in ("/.well-known/did.json", "/trust/bundle.json", "/trust/root.pem", "/trust/credential.schema.json")}
    for answer in files.values():
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        assert "Set-Cookie" not in answer.headers
    assert json.loads(files["/.well-known/did.json"].data)["id"] == "did:web:puente.example"
    schema = json.loads(files["/trust/credential.schema.json"].data)
    assert set(schema["required"]) <= set(json.loads((made.trust / made.rpl.credential).read_bytes())) <= set(schema["properties"])
    (tmp_path / "trust.json").write_bytes(files["/trust/bundle.json"].data)
    (tmp_path / "root.pem").write_bytes(files["/trust/root.pem"].data)
    assert load_trust(tmp_path).qr_keys == load_trust(made.trust).qr_keys
    etag = files["/trust/root.pem"].headers["ETag"]
    assert client.get("/trust/root.pem", headers={"If-None-Match": etag}).status_code == 304


@pytest.fixture
def verifier(office: Office) -> Flask:
    """The verifier's own process on the same installation."""
    return create_verifier_app(office.settings)


def test_the_verifiers_process_knows_only_its_own_addresses(verifier: Flask) -> None:
    paths = {path for _, path in gate.table(verifier)}
    assert paths == {
        "/verify", "/c/<code>", "/.well-known/did.json", "/trust/bundle.json", "/trust/root.pem",
        "/trust/credential.schema.json", "/trust/certificate.vct.json", "/.well-known/jwt-vc-issuer",
        "/healthz", "/readyz", "/robots.txt", "/favicon.ico", "/static/<version>/<path:name>",
        "/log/checkpoint", "/log/tile/<path:rest>", "/status/<int:list_number>", "/status/<int:list_number>/suspension",
    }
    assert all(entry.stateless and entry.who is gate.PUBLIC for entry in gate.table(verifier).values())
    assert [verifier.test_client().get(path).status_code for path in ("/", "/desk/", "/applications/", "/sign-in")] == [404] * 4


def test_the_verifiers_process_gives_the_same_answers(verifier: Flask, made: World) -> None:
    client = verifier.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.set_cookie("session", "somebody")
    assert heading(client.get(f"/c/{code_of(made.rpl)}")) == "Our register says: in force"
    answer = send(client, made.pdf(made.degree))
    assert heading(answer) == "It is authentic and in force"
    assert "Set-Cookie" not in answer.headers
