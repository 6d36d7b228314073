"""Verifiers that nobody here wrote accept what we seal, and refuse what was changed: poppler with NSS, pyHanko, OpenSSL."""

import io
import re
import subprocess
from pathlib import Path

import pytest
from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from tests.certificate.forgeries import FORGERIES, hole
from tests.interop.conftest import DRAFTS, Office


def _run(*command: str | Path) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=60, check=False)
    return done.stdout + done.stderr


@pytest.fixture(scope="session")
def nss(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate store of NSS that trusts our root and nothing else."""
    folder = tmp_path_factory.mktemp("nss")
    _run("certutil", "-N", "-d", f"sql:{folder}", "--empty-password")
    _run("certutil", "-A", "-d", f"sql:{folder}", "-n", "root", "-t", "C,C,C", "-i", office.folder / "root.pem")
    assert "root" in _run("certutil", "-L", "-d", f"sql:{folder}")
    return folder


@pytest.mark.parametrize("name", DRAFTS)
def test_poppler_says_valid_trusted_and_the_whole_document(name: str, office: Office, nss: Path) -> None:
    said = _run("pdfsig", "-nssdir", f"sql:{nss}", office.pdf(name))
    assert "Signature Validation: Signature is Valid." in said
    assert "Certificate Validation: Certificate is Trusted." in said
    assert "Total document signed" in said
    assert "Signature Type: ETSI.CAdES.detached" in said
    assert "Signing Hash Algorithm: SHA-256" in said
    assert said.count("Signature #") == 1


# Poppler never says "valid" and "total document signed" together of these; the others change no byte that the signature covers, and only we refuse them.
_SAME_CONTENT = {"capital digits in the signature", "an unsigned attribute", "a certificate twice", "certificates swapped", "the mirrored signature value",
                 "a byte of the signature", "wrapped in another file"}  # fmt: skip


@pytest.mark.parametrize("forgery", sorted(set(FORGERIES) - _SAME_CONTENT))
def test_poppler_does_not_call_a_changed_file_whole_and_valid(forgery: str, office: Office, nss: Path, tmp_path: Path) -> None:
    (tmp_path / "changed.pdf").write_bytes(FORGERIES[forgery][0](office.sealed["degree"].pdf))
    said = _run("pdfsig", "-nssdir", f"sql:{nss}", tmp_path / "changed.pdf")
    assert not ("Signature is Valid" in said and "Total document signed" in said)


@pytest.mark.parametrize("name", DRAFTS)
def test_pyhanko_says_the_entire_file_is_signed_and_nothing_was_changed(name: str, office: Office) -> None:
    status = _judged(office.sealed[name].pdf, office)
    assert status.bottom_line
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert status.modification_level is ModificationLevel.NONE
    assert status.docmdp_ok
    assert status.trusted


def _judged(pdf: bytes, office: Office) -> PdfSignatureStatus:
    root = x509.Certificate.load(pem.unarmor((office.folder / "root.pem").read_bytes())[2])
    (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    return validate_pdf_signature(signature, ValidationContext(trust_roots=[root], allow_fetching=False))


@pytest.mark.parametrize("name", DRAFTS)
def test_openssl_verifies_the_cades_signature_cut_out_of_the_file(name: str, office: Office, tmp_path: Path) -> None:
    said = _openssl(office.sealed[name].pdf, office, tmp_path)
    assert "CAdES Verification successful" in said
    assert "failure" not in said


def test_openssl_refuses_a_changed_byte(office: Office, tmp_path: Path) -> None:
    said = _openssl(FORGERIES["a byte of the page content"][0](office.sealed["degree"].pdf), office, tmp_path)
    assert "CAdES Verification failure" in said


def _openssl(pdf: bytes, office: Office, folder: Path) -> str:
    start, end = hole(pdf)
    digits = bytes.fromhex(pdf[start:end].decode())
    (folder / "signature.der").write_bytes(digits[: int.from_bytes(digits[2:4]) + 4])
    (folder / "content.bin").write_bytes(pdf[: start - 1] + pdf[end + 1 :])
    return _run(
        "openssl", "cms", "-verify", "-inform", "DER", "-in", folder / "signature.der", "-content", folder / "content.bin", "-binary", "-cades",
        "-CAfile", office.folder / "root.pem", "-purpose", "any", "-out", folder / "out",
    )  # fmt: skip


@pytest.mark.parametrize("name", DRAFTS)
def test_poppler_finds_only_our_fonts_all_embedded(name: str, office: Office) -> None:
    rows = _run("pdffonts", office.pdf(name)).splitlines()[2:]
    assert 4 <= len(rows) <= 5
    for row in rows:
        assert re.match(r"[A-Z]{6}\+Certificate-(Serif|Sans)", row)
        assert row.split()[-5:-2] == ["yes", "yes", "yes"]  # embedded, a subset, with a map to Unicode


@pytest.mark.parametrize("name", DRAFTS)
def test_poppler_reads_the_words_and_the_tags(name: str, office: Office) -> None:
    number, draft = DRAFTS[name]
    assert "Tagged:          yes" in _run("pdfinfo", office.pdf(name))
    text = " ".join(_run("pdftotext", office.pdf(name), "-").split())
    assert draft.display_name in text
    assert number in text
    assert "7Q2K-M9XD-4TRP-6" in text
    structure = _run("pdfinfo", "-struct-text", office.pdf(name))
    assert "H1" in structure
    assert "TH" in structure
    assert "Form" in structure
