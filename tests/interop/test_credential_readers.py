"""Libraries of others accept the credential of every certificate and the status lists, in Node.js, and each of them is shown to refuse a broken twin."""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import cbor2
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from credentialing.adapters.doubles import SeededEntropy
from credentialing.certificate.credential import attachment_of
from credentialing.certificate.face import Face, StatusPlace
from credentialing.certificate.page import Studio
from credentialing.certificate.qr import qr_text
from credentialing.certificate.statuslist import PURPOSES, StatusList, bits_of, entries_of, list_url, sign_list
from credentialing.certificate.trust import did_document, trust_of
from credentialing.certificate.wallet import issuer_metadata, wallet_token
from credentialing.crypto.cose import from_digits
from credentialing.crypto.keyring import KeyRing, create_keyring
from credentialing.crypto.sdjwt import present
from credentialing.resources import data_dir
from tests.certificate.drafts import CODE, HOST
from tests.interop.conftest import DRAFTS, Office
from tests.interop.node import Node, running

pytestmark = pytest.mark.xdist_group("node")
BASE = f"https://{HOST}"
DID = "https://puente.example/.well-known/did.json"
REGISTRY = "https://registry.example/list.json"
REGISTRIES = [{"name": "Registry of the test", "type": "dcc-legacy", "url": REGISTRY}]


@dataclass(frozen=True)
class Issuer:
    """A key ring of today, a face of each certificate with its place in a status list, and the credentials."""

    keys: KeyRing
    did: dict[str, Any]
    faces: Mapping[str, Face]
    credentials: Mapping[str, dict[str, Any]]
    now: datetime

    def lists(self, *, revoked: tuple[int, ...] = (), suspended: tuple[int, ...] = ()) -> dict[str, Any]:
        """Everything that a verifier may fetch, with these entries set."""
        fetches: dict[str, Any] = {DID: self.did, REGISTRY: {"registry": {"did:web:puente.example": {"name": "Puente"}}}}
        for purpose, indexes in zip(PURPOSES, (revoked, suspended), strict=True):
            begin, end = self.now - timedelta(hours=1), self.now + timedelta(hours=23)
            one = StatusList(list_number=1, purpose=purpose, bits=bits_of(indexes), valid_from=begin, valid_until=end)
            fetches[list_url(BASE, StatusPlace(1, 0), purpose)] = sign_list(one, self.keys, verify_url_base=BASE)
        return fetches


@pytest.fixture(scope="session")
def node() -> Iterator[Node]:
    with running() as process:
        yield process


@pytest.fixture(scope="session")
def issuer(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    now = datetime.now(UTC).replace(microsecond=0)
    folder = tmp_path_factory.mktemp("issuer") / "ring"
    keys = create_keyring(folder, issuer_host="puente.example", brand="Puente", now=now - timedelta(days=1), entropy=SeededEntropy(3))
    faces = {
        name: replace(draft.numbered(number=number, code=CODE, status=StatusPlace(1, 100 + place)), issued_at=now - timedelta(hours=1))
        for place, (name, (number, draft)) in enumerate(DRAFTS.items())
    }
    made = {name: json.loads(attachment_of(face, keys, words=studio.words, now=now, status=entries_of(face))) for name, face in faces.items()}
    return Issuer(keys, did_document(trust_of(keys, verify_host=HOST, now=now)), faces, made, now)


def by_digitalbazaar(node: Node, issuer: Issuer, credential: dict[str, Any], suites: tuple[str, ...] = ("rdfc", "jcs"), **changed: object) -> dict[str, Any]:
    return node.ask("digitalbazaar", credential=credential, suites=suites, **({"did": issuer.did, "fetches": issuer.lists()} | changed))


def by_dcc(node: Node, issuer: Issuer, credential: dict[str, Any], **changed: object) -> dict[str, Any]:
    return node.ask("dcc", credential=credential, registries=REGISTRIES, **({"fetches": issuer.lists()} | changed))


@pytest.mark.parametrize("name", DRAFTS)
def test_digitalbazaar_accepts_both_proofs_and_the_status_of_every_certificate(name: str, node: Node, issuer: Issuer) -> None:
    assert by_digitalbazaar(node, issuer, issuer.credentials[name]) == {
        "verified": True, "proofs": [True, True], "status": [["revocation", False], ["suspension", False]], "reasons": [],
    }  # fmt: skip


@pytest.mark.parametrize("name", DRAFTS)
def test_the_verifier_of_the_digital_credentials_consortium_accepts_every_certificate(name: str, node: Node, issuer: Issuer) -> None:
    answer = by_dcc(node, issuer, issuer.credentials[name])
    assert answer["errors"] == []
    assert {step: answer["log"].get(step) for step in ("valid_signature", "revocation_status", "registered_issuer")} == {
        "valid_signature": True, "revocation_status": True, "registered_issuer": True,
    }  # fmt: skip


@pytest.mark.parametrize("name", DRAFTS)
def test_the_published_schema_fits_every_credential_and_refuses_what_it_should_not_hold(name: str, node: Node, issuer: Issuer) -> None:
    schema = json.loads((data_dir("templates") / "certificate" / "credential.schema.json").read_bytes())
    good = issuer.credentials[name]
    assert node.ask("schema", schema=schema, document=good) == {"valid": True, "reasons": []}
    document_number = deepcopy(good)
    document_number["credentialSubject"]["identifier"].append({"type": "IdentityObject", "identityType": "nationalIdentityNumber", "identityHash": "4821"})
    for twin in (document_number, good | {"proof": good["proof"][:1]}, good | {"birthDate": "1990-01-01"}):
        assert node.ask("schema", schema=schema, document=twin)["valid"] is False


def _other_name(credential: dict[str, Any]) -> None:
    credential["credentialSubject"]["identifier"][0]["identityHash"] += "x"


def _unit_more(credential: dict[str, Any]) -> None:
    credential["credentialSubject"]["result"].append(deepcopy(credential["credentialSubject"]["result"][0]) | {"status": "Failed"})


def _proof_of_a_letter(credential: dict[str, Any]) -> None:
    for proof in credential["proof"]:
        value = proof["proofValue"]
        proof["proofValue"] = value[:-1] + ("2" if value[-1] != "2" else "3")


def _later_end(credential: dict[str, Any]) -> None:
    credential["validUntil"] = "2099-01-01T00:00:00Z"


TWINS: dict[str, Callable[[dict[str, Any]], None]] = {
    "another name": _other_name, "a result more": _unit_more, "a letter of the proof": _proof_of_a_letter, "a later end": _later_end,
}  # fmt: skip


@pytest.mark.parametrize("twin", TWINS)
def test_each_library_refuses_a_broken_twin(twin: str, node: Node, issuer: Issuer) -> None:
    broken = deepcopy(issuer.credentials["competence"])
    TWINS[twin](broken)
    for suite in ("rdfc", "jcs"):
        assert by_digitalbazaar(node, issuer, broken, (suite,))["verified"] is False
    assert by_dcc(node, issuer, broken)["errors"] == ["invalid_signature"]


def test_each_library_refuses_the_key_of_somebody_else(node: Node, issuer: Issuer, tmp_path: Path) -> None:
    other = create_keyring(tmp_path / "ring", issuer_host="puente.example", brand="Puente", now=issuer.now, entropy=SeededEntropy(4))
    did = did_document(trust_of(other, verify_host=HOST, now=issuer.now))
    for theirs, mine in zip(did["verificationMethod"], issuer.did["verificationMethod"], strict=True):
        theirs["id"] = mine["id"]
    did["assertionMethod"] = issuer.did["assertionMethod"]
    good = issuer.credentials["degree"]
    for suite in ("rdfc", "jcs"):
        assert by_digitalbazaar(node, issuer, good, (suite,), did=did)["verified"] is False


def test_revoked_and_suspended_certificates_are_seen(node: Node, issuer: Issuer) -> None:
    place = issuer.faces["degree"].status
    assert place is not None
    revoked, suspended = issuer.lists(revoked=(place.index,)), issuer.lists(suspended=(place.index,))
    good = issuer.credentials["degree"]
    assert by_digitalbazaar(node, issuer, good, fetches=revoked)["status"] == [["revocation", True], ["suspension", False]]
    assert by_digitalbazaar(node, issuer, good, fetches=suspended)["status"] == [["revocation", False], ["suspension", True]]
    assert by_dcc(node, issuer, good, fetches=revoked)["log"]["revocation_status"] is False
    assert by_digitalbazaar(node, issuer, issuer.credentials["units"], fetches=revoked)["status"] == [["revocation", False], ["suspension", False]]


def test_a_list_that_is_missing_changed_or_stale_is_no_good_answer(node: Node, issuer: Issuer) -> None:
    url, good = f"{BASE}/status/1", issuer.credentials["degree"]
    missing = {name: document for name, document in issuer.lists().items() if name != url}
    changed = issuer.lists() | {url: issuer.lists(revoked=(5,))[url] | {"credentialSubject": issuer.lists()[url]["credentialSubject"]}}
    for fetches in (missing, changed):
        assert by_digitalbazaar(node, issuer, good, fetches=fetches)["verified"] is False
        assert by_dcc(node, issuer, good, fetches=fetches)["log"]["revocation_status"] is not True


def test_an_unknown_registry_is_told_apart_from_a_broken_credential(node: Node, issuer: Issuer) -> None:
    answer = by_dcc(node, issuer, issuer.credentials["degree"], fetches=issuer.lists() | {REGISTRY: {"registry": {}}})
    assert (answer["errors"], answer["log"]["valid_signature"], answer["log"]["registered_issuer"]) == ([], True, False)


@pytest.mark.parametrize("name", DRAFTS)
def test_a_wallet_library_accepts_the_token_of_every_certificate_and_refuses_its_twins(name: str, node: Node, issuer: Issuer) -> None:
    face = issuer.faces[name]
    token = wallet_token(face, issuer.keys, now=issuer.now, random_bytes=SeededEntropy(9).bytes)
    (jwk,) = issuer_metadata(trust_of(issuer.keys, verify_host=HOST, now=issuer.now))["jwks"]["keys"]
    assert node.ask("sdjwt", token=token, jwk=jwk)["payload"]["name"] == face.display_name
    assert "name" not in node.ask("sdjwt", token=present(token, ["title"]), jwk=jwk)["payload"]
    jwt, _, disclosures = token.partition("~")
    invented = base64.urlsafe_b64encode(b'["c2FsdA","degree","Doctor"]').rstrip(b"=").decode()
    for twin in (jwt[:-8] + "AAAAAAAA~" + disclosures, f"{token}{invented}~"):
        assert "degree" not in node.ask("sdjwt", token=twin, jwk=jwk).get("payload", {})
    assert "failed" in node.ask("sdjwt", token=jwt[:-8] + "AAAAAAAA~" + disclosures, jwk=jwk)
    assert "failed" in node.ask("sdjwt", token=token, jwk=jwk | {"x": jwk["y"], "y": jwk["x"]})


@pytest.mark.parametrize("name", DRAFTS)
def test_a_cose_library_accepts_the_token_of_every_qr_and_refuses_its_twins(name: str, node: Node, issuer: Issuer) -> None:
    _, _, digits = qr_text(issuer.faces[name], issuer.keys).partition("#")
    token = from_digits(digits)
    jwk = next(method["publicKeyJwk"] for method in issuer.did["verificationMethod"] if method["id"].endswith("#" + issuer.keys.qr_kid))
    assert node.ask("cose", token=token.hex(), jwk=jwk) == {"verified": True}
    protected, unprotected, payload, signature = cbor2.loads(token)
    claims = cbor2.loads(payload) | {4: "Somebody Else"}
    forged = cbor2.dumps([protected, unprotected, cbor2.dumps(claims, canonical=True), signature], canonical=True)
    for twin in (forged, token[:-1] + bytes([token[-1] ^ 1])):
        assert "failed" in node.ask("cose", token=twin.hex(), jwk=jwk)
    assert "failed" in node.ask("cose", token=token.hex(), jwk=jwk | {"x": jwk["y"], "y": jwk["x"]})


@pytest.mark.parametrize("name", DRAFTS)
def test_a_reader_in_javascript_finds_the_qr_on_the_page_at_96_dpi(name: str, node: Node, office: Office, tmp_path: Path) -> None:
    """The foot of the page, drawn at 96 dpi and shown at double size: at 1.6 pixels a module jsQR itself misses the densest symbols, zxing does not."""
    page, foot = drawn(office.pdf(name), resolution=96), tmp_path / "foot.rgba"
    page = page.crop((0, page.height // 2, page.width, page.height))
    picture = page.resize((page.width * 2, page.height * 2), Image.Resampling.BICUBIC)

    def read() -> dict[str, Any]:
        foot.write_bytes(picture.convert("RGBA").tobytes())
        return node.ask("qr", pixels=str(foot), width=picture.width, height=picture.height)

    assert read() == {"text": office.sealed[name].qr_text}
    (symbol,) = zxingcpp.read_barcodes(picture)
    centre = (symbol.position.top_left.x + symbol.position.bottom_right.x) // 2, (symbol.position.top_left.y + symbol.position.bottom_right.y) // 2
    picture.paste("white", (centre[0] - 60, centre[1] - 60, centre[0] + 60, centre[1] + 60))
    assert read() == {"text": None}


def drawn(pdf: Path, *, resolution: int) -> Image.Image:
    """The first page as pixels."""
    document = pypdfium2.PdfDocument(pdf)
    picture = document[0].render(scale=resolution / 72).to_pil().convert("RGB")
    document.close()
    return picture
