"""`demo --out`: what it leaves must convince a stranger who has nothing but the folder."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from credentialing.certificate.proof import read_proof
from credentialing.certificate.trust import load_trust
from credentialing.crypto.checkpoint import verify_checkpoint
from tests.house.sources import ROOT


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """One command, without any setting of the outside."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CREDENTIALING_")}
    return subprocess.run([sys.executable, "-m", "credentialing", *arguments], cwd=ROOT, capture_output=True, text=True, check=False, env=environ)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that one run of the command left."""
    out = tmp_path_factory.mktemp("demo") / "out"
    done = run("demo", "--out", str(out))
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def summary(folder: Path) -> dict[str, Any]:
    """What the summary says."""
    read: dict[str, Any] = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return read


def test_the_summary_names_a_degree_and_a_competence_and_only_what_is_there(folder: Path, summary: dict[str, Any]) -> None:
    assert summary["issuer"] == "did:web:puente.example"
    assert {line["kind"] for line in summary["certificates"]} == {"degree", "rpl"}
    assert set(summary) == {"issuer", "did_document", "trust_root", "trust_bundle", "contexts", "status_lists", "log", "certificates"}
    for name in (*summary["contexts"].values(), *summary["status_lists"].values()):
        assert (folder / name).is_file()
    for line in summary["certificates"]:
        assert hashlib.sha256((folder / line["pdf"]).read_bytes()).hexdigest() == line["sha256"]
        assert line["qr_text"].startswith(line["verify_url"] + "#")
        assert line["verify_url"].startswith("https://puente.example/c/")


def test_the_log_and_a_proof_for_each_certificate_lie_beside(folder: Path, summary: dict[str, Any]) -> None:
    trust = load_trust(folder)
    signed = verify_checkpoint((folder / summary["log"]).read_text(encoding="utf-8"), origin=trust.log_origin, keys=trust.log_keys.values())
    leaves = (folder / f"log/tile/0/000.p/{signed.checkpoint.size}").read_bytes()
    for line in summary["certificates"]:
        proof = read_proof((folder / line["pdf"].replace(".pdf", ".proof.json")).read_bytes())
        assert leaves[proof.index * 32 : proof.index * 32 + 32] == proof.leaf(line["sha256"])


def test_the_did_document_holds_the_key_that_signed_the_codes(folder: Path, summary: dict[str, Any]) -> None:
    document = json.loads((folder / summary["did_document"]).read_text(encoding="utf-8"))
    methods = document["verificationMethod"]
    assert document["id"] == summary["issuer"]
    assert sorted(method["type"] for method in methods) == ["JsonWebKey", "JsonWebKey", "Multikey", "Multikey"]
    assert {method["publicKeyJwk"]["crv"] for method in methods if "publicKeyJwk" in method} == {"P-256"}


def test_pdfsig_calls_each_file_valid_trusted_and_wholly_signed(folder: Path, summary: dict[str, Any], tmp_path: Path) -> None:
    store = f"sql:{tmp_path}"
    subprocess.run(["certutil", "-N", "-d", store, "--empty-password"], check=True)
    subprocess.run(["certutil", "-A", "-d", store, "-n", "root", "-t", "C,C,C", "-i", str(folder / "root.pem")], check=True)
    for line in summary["certificates"]:
        said = subprocess.run(["pdfsig", "-nssdir", store, str(folder / line["pdf"])], capture_output=True, text=True, check=False).stdout
        assert "Signature is Valid." in said
        assert "Certificate is Trusted." in said
        assert "Total document signed" in said


def test_verify_accepts_each_file_and_each_code_from_the_exported_trust_alone(folder: Path, summary: dict[str, Any]) -> None:
    for line in summary["certificates"]:
        for brought in (str(folder / line["pdf"]), line["qr_text"], str(folder / line["credential"])):
            done = run("verify", brought, "--trust", str(folder), "--offline", "--json")
            assert done.returncode == 0, done.stdout
            assert json.loads(done.stdout)["verdict"] == "authentic_copy"


def test_verify_refuses_a_file_with_one_changed_byte(folder: Path, summary: dict[str, Any], tmp_path: Path) -> None:
    data = bytearray((folder / summary["certificates"][0]["pdf"]).read_bytes())
    data[len(data) // 3] ^= 1
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(data)
    done = run("verify", str(changed), "--trust", str(folder), "--offline", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["verdict"] == "not_ours"


def test_the_credential_says_what_the_certificate_says_in_public_terms(folder: Path, summary: dict[str, Any]) -> None:
    for line in summary["certificates"]:
        credential = json.loads((folder / line["credential"]).read_bytes())
        assert credential["@context"] == list(summary["contexts"])
        assert credential["id"] == line["verify_url"]
        assert {entry["statusListCredential"] for entry in credential["credentialStatus"]} <= set(summary["status_lists"])
        assert (folder / line["sd_jwt"]).read_text().count("~") >= 6
        subject = credential["credentialSubject"]
        assert (subject["licenseNumber"], subject["identifier"][0]["identityHash"]) == (line["number"], line["holder"])
        if line["kind"] == "rpl":
            occupation, level = subject["achievement"]["alignment"]
            assert (occupation["targetCode"], level["targetCode"]) == ("7212", "3")
            assert {piece["genre"] for piece in credential["evidence"]} == {"knowledge", "performance", "product"}


def test_a_folder_with_something_in_it_is_left_alone(folder: Path) -> None:
    before = sorted(path.name for path in folder.iterdir())
    again = run("demo", "--out", str(folder))
    assert again.returncode == 1
    assert "not empty" in again.stderr
    assert sorted(path.name for path in folder.iterdir()) == before
