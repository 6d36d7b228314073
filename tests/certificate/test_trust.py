"""What a stranger takes home is enough to check with, and holds nothing secret."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from credentialing.adapters.doubles import SeededEntropy
from credentialing.certificate.trust import did_document, export_trust, load_trust, trust_of
from credentialing.crypto.keyfiles import Purpose
from credentialing.crypto.keyring import KeyRing, compromise_key, create_keyring, rotate_key
from credentialing.domain.errors import BadInputError
from tests.certificate.drafts import HOST, NOW


def test_the_exported_trust_is_the_trust_of_the_ring(keys: KeyRing, tmp_path: Path) -> None:
    export_trust(tmp_path, keys, verify_host=HOST, now=NOW)
    assert load_trust(tmp_path) == trust_of(keys, verify_host=HOST, now=NOW)
    assert {path.name for path in tmp_path.iterdir()} == {"root.pem", "did.json", "trust.json"}


def test_nothing_secret_is_exported(keys: KeyRing, tmp_path: Path) -> None:
    export_trust(tmp_path, keys, verify_host=HOST, now=NOW)
    text = "".join(path.read_text() for path in tmp_path.iterdir())
    secrets = [keys.secret(purpose)[1].hex() for purpose in (Purpose.KEK, Purpose.REGISTER, Purpose.INDEX, Purpose.SESSION)]
    assert "PRIVATE" not in text
    assert '"d"' not in text
    assert not any(secret in text for secret in secrets)


def test_the_did_document_names_each_key_by_its_kid(keys: KeyRing) -> None:
    document = did_document(trust_of(keys, verify_host=HOST, now=NOW))
    methods = {method["id"].removeprefix("did:web:puente.example#"): method for method in document["verificationMethod"]}
    assert document["id"] == "did:web:puente.example"
    assert set(methods) == {keys.active(purpose).id for purpose in (Purpose.QR, Purpose.SD_JWT, Purpose.CREDENTIAL, Purpose.STATUS)}
    assert methods[keys.qr_kid]["publicKeyJwk"]["kty"] == "EC"
    assert methods[keys.active(Purpose.CREDENTIAL).id]["publicKeyMultibase"].startswith("z6Mk")
    assert document["assertionMethod"] == [method["id"] for method in methods.values()]


def test_retired_keys_stay_and_compromised_ones_leave_the_did_document(tmp_path: Path) -> None:
    ring = create_keyring(tmp_path / "ring", issuer_host="puente.example", brand="Puente", now=NOW, entropy=SeededEntropy(1))
    later, old = NOW + timedelta(days=365), ring.qr_kid
    retired = rotate_key(tmp_path / "ring", Purpose.QR, now=later, entropy=SeededEntropy(2))
    assert len(did_document(trust_of(retired, verify_host=HOST, now=later))["verificationMethod"]) == 5
    compromised = compromise_key(tmp_path / "ring", old, at=later, now=later)
    assert len(did_document(trust_of(compromised, verify_host=HOST, now=later))["verificationMethod"]) == 4


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


def test_a_root_that_does_not_belong_to_the_bundle_is_refused(keys: KeyRing, tmp_path: Path) -> None:
    other = create_keyring(tmp_path / "ring", issuer_host="puente.example", brand="Puente", now=NOW, entropy=SeededEntropy(8))
    export_trust(tmp_path / "trust", keys, verify_host=HOST, now=NOW)
    (tmp_path / "trust" / "root.pem").write_bytes(other.root_pem())
    with pytest.raises(BadInputError, match="trust_damaged"):
        load_trust(tmp_path / "trust")
    assert json.loads((tmp_path / "trust" / "trust.json").read_text())["verify_host"] == HOST
