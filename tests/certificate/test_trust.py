"""What a stranger takes home is enough to check with, holds nothing secret, and cannot be written by anybody else."""

import base64
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from credentialing.adapters.doubles import SeededEntropy
from credentialing.certificate.trust import Trust, did_document, export_trust, load_trust, trust_of
from credentialing.crypto.jws import sign_object
from credentialing.crypto.keyfiles import Purpose
from credentialing.crypto.keyring import KeyRing, compromise_key, create_keyring, rotate_key
from credentialing.domain.errors import BadInputError
from tests.certificate.drafts import HOST, NOW

LATER = NOW + timedelta(days=365)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_keyring(tmp_path / "ring", issuer_host="puente.example", brand="Puente", now=NOW, entropy=SeededEntropy(1))
    return tmp_path / "ring"


def _trust(ring: KeyRing) -> Trust:
    return trust_of(ring, verify_host=HOST, now=LATER)


def test_the_exported_trust_is_the_trust_of_the_ring(keys: KeyRing, tmp_path: Path) -> None:
    export_trust(tmp_path, keys, verify_host=HOST, now=NOW, timestamp_roots=(keys.seal_chain()[-1],))
    assert load_trust(tmp_path) == trust_of(keys, verify_host=HOST, now=NOW, timestamp_roots=(keys.seal_chain()[-1],))
    assert {path.name for path in tmp_path.iterdir()} == {"root.pem", "did.json", "trust.json"}


def test_windows_and_states_of_every_key_survive_the_export(folder: Path, tmp_path: Path) -> None:
    for seed, purpose in enumerate((Purpose.SEAL, Purpose.ISSUING, Purpose.QR, Purpose.CREDENTIAL, Purpose.LOG, Purpose.STATUS, Purpose.SD_JWT), 2):
        old = KeyRing.open(folder).active(purpose)
        rotate_key(folder, purpose, now=LATER, entropy=SeededEntropy(seed))
        compromise_key(folder, old.id, at=NOW + timedelta(days=9), now=LATER)
    export_trust(tmp_path / "out", KeyRing.open(folder), verify_host=HOST, now=LATER)
    assert load_trust(tmp_path / "out") == _trust(KeyRing.open(folder))
    (seal,) = [key for key in load_trust(tmp_path / "out").seals.values() if not key.stands()]
    assert (seal.created, seal.since, seal.until) == (NOW, NOW + timedelta(days=9), LATER)


def test_twenty_keys_and_two_lists_are_tens_of_kilobytes(folder: Path, tmp_path: Path) -> None:
    for seed in range(20):
        rotate_key(folder, Purpose.QR, now=LATER, entropy=SeededEntropy(100 + seed))
    lists = {f"https://{HOST}/status/{number}": "ab" * 32 for number in (1, 2)}
    export_trust(tmp_path / "out", KeyRing.open(folder), verify_host=HOST, now=LATER, status_lists=lists)
    body = (tmp_path / "out" / "trust.json").read_bytes()
    assert json.loads(body)["status_lists"] == lists
    assert len(json.loads(body)["qr_keys"]) == 21
    assert len(body) < 20_000


def test_nothing_secret_is_exported(keys: KeyRing, tmp_path: Path) -> None:
    export_trust(tmp_path, keys, verify_host=HOST, now=NOW)
    text = "".join(path.read_text() for path in tmp_path.iterdir())
    secrets = [keys.secret(purpose)[1].hex() for purpose in (Purpose.KEK, Purpose.REGISTER, Purpose.INDEX, Purpose.SESSION)]
    assert "PRIVATE" not in text
    assert '"d"' not in text
    assert not any(secret in text for secret in secrets)


def test_the_did_document_names_each_key_by_its_kid_and_each_kind_in_its_form(keys: KeyRing) -> None:
    document = did_document(trust_of(keys, verify_host=HOST, now=NOW))
    assert document["id"] == "did:web:puente.example"
    methods = {method["id"].partition("#")[2]: method for method in document["verificationMethod"]}
    kinds = {purpose: methods[keys.active(purpose).id]["type"] for purpose in (Purpose.QR, Purpose.SD_JWT, Purpose.CREDENTIAL, Purpose.STATUS)}
    assert kinds == {Purpose.QR: "JsonWebKey", Purpose.SD_JWT: "JsonWebKey", Purpose.CREDENTIAL: "Multikey", Purpose.STATUS: "Multikey"}
    assert len(methods) == 4
    assert methods[keys.active(Purpose.CREDENTIAL).id]["publicKeyMultibase"].startswith("z6Mk")
    assert methods[keys.qr_kid]["publicKeyJwk"]["kty"] == "EC"
    assert document["assertionMethod"] == [method["id"] for method in document["verificationMethod"]]


@pytest.mark.parametrize("purpose", [Purpose.QR, Purpose.CREDENTIAL, Purpose.STATUS, Purpose.SD_JWT])
def test_retired_keys_stay_and_compromised_ones_leave_the_did_document(purpose: Purpose, folder: Path) -> None:
    old = KeyRing.open(folder).active(purpose).id
    retired = did_document(_trust(rotate_key(folder, purpose, now=LATER, entropy=SeededEntropy(2))))
    assert len(retired["verificationMethod"]) == 5
    compromised = did_document(_trust(compromise_key(folder, old, at=LATER, now=LATER)))
    assert len(compromised["verificationMethod"]) == 4
    assert old not in json.dumps(compromised)


@pytest.mark.parametrize("name", ["root.pem", "trust.json"])
def test_missing_and_damaged_trust_are_named(keys: KeyRing, tmp_path: Path, name: str) -> None:
    export_trust(tmp_path / "a", keys, verify_host=HOST, now=NOW)
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    (tmp_path / "a" / name).unlink()
    with pytest.raises(BadInputError, match="trust_missing"):
        load_trust(tmp_path / "a")
    (tmp_path / "b" / name).write_text("{}")
    with pytest.raises(BadInputError, match="trust_damaged"):
        load_trust(tmp_path / "b")


def _keep_a_compromised_key(body: dict[str, Any]) -> None:
    body["qr_keys"][0]["state"] = "active"
    body["qr_keys"][0]["since"] = body["qr_keys"][0]["created"]


def _longer_window(body: dict[str, Any]) -> None:
    body["seals"][0]["created"] = "2020-01-01T00:00:00+00:00"


def _own_time(body: dict[str, Any]) -> None:
    body["timestamp_roots"] = [base64.b64encode(b"another root").decode()]


def _no_signature(body: dict[str, Any]) -> None:
    del body["signature"]


def _no_algorithm(body: dict[str, Any]) -> None:
    header = base64.urlsafe_b64encode(json.dumps({"alg": "none", "x5c": []}).encode()).rstrip(b"=").decode()
    body["signature"] = f"{header}.."


@pytest.mark.parametrize("forge", [_keep_a_compromised_key, _longer_window, _own_time, _no_signature, _no_algorithm])
def test_a_bundle_that_was_changed_is_refused(forge: Callable[[dict[str, Any]], None], folder: Path, tmp_path: Path) -> None:
    old = KeyRing.open(folder).qr_kid
    rotate_key(folder, Purpose.QR, now=LATER, entropy=SeededEntropy(2))
    export_trust(tmp_path / "out", compromise_key(folder, old, at=LATER, now=LATER), verify_host=HOST, now=LATER)
    path = tmp_path / "out" / "trust.json"
    body = json.loads(path.read_text())
    path.write_text(json.dumps(body))
    assert load_trust(tmp_path / "out") == _trust(KeyRing.open(folder))  # another writing of the same is the same
    forge(body)
    path.write_text(json.dumps(body))
    with pytest.raises(BadInputError, match="trust_forged"):
        load_trust(tmp_path / "out")


def test_a_bundle_of_a_look_alike_authority_is_refused_by_whoever_knows_the_root(keys: KeyRing, tmp_path: Path) -> None:
    other = create_keyring(tmp_path / "ring", issuer_host="puente.example", brand="Puente", now=NOW, entropy=SeededEntropy(8))
    export_trust(tmp_path / "trust", other, verify_host=HOST, now=NOW)
    assert load_trust(tmp_path / "trust").verify_host == HOST
    (tmp_path / "trust" / "root.pem").write_bytes(keys.root_pem())
    with pytest.raises(BadInputError, match="trust_forged"):
        load_trust(tmp_path / "trust")


def test_a_seal_of_ours_cannot_sign_a_bundle(keys: KeyRing, tmp_path: Path) -> None:
    export_trust(tmp_path, keys, verify_host=HOST, now=NOW)
    path = tmp_path / "trust.json"
    body = {name: value for name, value in json.loads(path.read_text()).items() if name != "signature"}
    forged = sign_object(body, chain=keys.seal_chain(), sign=lambda data: keys.sign(Purpose.BUNDLE, data))
    path.write_text(json.dumps(forged))
    with pytest.raises(BadInputError, match="trust_forged"):
        load_trust(tmp_path)


def test_a_repeated_member_makes_no_two_bundles_of_one(keys: KeyRing, tmp_path: Path) -> None:
    export_trust(tmp_path, keys, verify_host=HOST, now=NOW)
    path = tmp_path / "trust.json"
    path.write_text(path.read_text().replace("{", '{"qr_keys": [],', 1))
    with pytest.raises(BadInputError, match="trust_damaged"):
        load_trust(tmp_path)


def test_while_an_authority_is_compromised_only_seals_that_we_knew_before_count(folder: Path) -> None:
    authority = KeyRing.open(folder).active(Purpose.ISSUING)
    rotate_key(folder, Purpose.ISSUING, now=LATER, entropy=SeededEntropy(2))
    ring = compromise_key(folder, authority.id, at=NOW + timedelta(days=30), now=LATER)
    trust, chain = _trust(ring), ring.seal_chain()
    assert trust.seal_stands(chain)
    unknown = replace(trust, seals={})
    assert not unknown.seal_stands(chain)
    assert unknown.seal_stands(chain, protected_since=NOW + timedelta(days=29))
    assert not unknown.seal_stands(chain, protected_since=NOW + timedelta(days=30))
    assert not _trust(compromise_key(folder, authority.id, at=NOW, now=LATER)).seal_stands(chain)
