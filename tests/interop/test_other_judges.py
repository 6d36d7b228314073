"""More programs that nobody here wrote judge the same files: MuPDF the signature, qpdf the structure, ZBar the code, pyHanko's own command the level.

Each is shown to refuse a broken twin, so that a program which says nothing proves nothing.
"""

import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from credentialing.adapters.doubles import SeededEntropy
from credentialing.certificate.issuing import prepare, seal
from credentialing.certificate.page import Studio
from credentialing.certificate.timestamping import Stamping
from credentialing.certificate.trust import export_trust
from credentialing.crypto.keyring import create_keyring
from tests.certificate.authority import LocalAuthority
from tests.certificate.drafts import CODE, HOST
from tests.certificate.forgeries import FORGERIES
from tests.interop.conftest import CREDENTIAL, DRAFTS, ArchivedTwice, Office

CHANGED = FORGERIES["a byte of the page content"][0]


def _run(*command: str | Path) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=120, check=False)
    return done.stdout + done.stderr


@pytest.mark.parametrize("name", DRAFTS)
def test_mupdf_finds_the_document_unchanged(name: str, office: Office) -> None:
    said = _run("mutool", "sign", "-v", office.pdf(name))
    assert said.count("Verifying signature") == 1
    assert "The document is unchanged since signing." in said


@pytest.mark.parametrize(
    ("forgery", "words"),
    [("a byte of the page content", "Signature invalidated by change"), ("incremental update: title", "edits since signing")],
)
def test_mupdf_sees_a_change(forgery: str, words: str, office: Office, tmp_path: Path) -> None:
    (tmp_path / "changed.pdf").write_bytes(FORGERIES[forgery][0](office.sealed["degree"].pdf))
    said = _run("mutool", "sign", "-v", tmp_path / "changed.pdf")
    assert words in said
    assert "unchanged since signing" not in said


@pytest.mark.parametrize("name", DRAFTS)
def test_qpdf_finds_no_error_in_the_structure(name: str, office: Office) -> None:
    said = _run("qpdf", "--check", office.pdf(name))
    assert "No syntax or stream encoding errors found" in said
    assert "WARNING" not in said


@pytest.mark.parametrize("forgery", ["a byte of the page content", "cut in half"])
def test_qpdf_sees_a_broken_structure(forgery: str, office: Office, tmp_path: Path) -> None:
    (tmp_path / "broken.pdf").write_bytes(FORGERIES[forgery][0](office.sealed["degree"].pdf))
    assert "WARNING" in _run("qpdf", "--check", tmp_path / "broken.pdf")


def _drawn(pdf: Path, folder: Path) -> Path:
    subprocess.run(["pdftoppm", "-r", "96", "-f", "1", "-l", "1", "-png", "-singlefile", pdf, folder / "page"], check=True, timeout=60)
    return folder / "page.png"


@pytest.mark.parametrize("name", DRAFTS)
def test_zbar_reads_the_code_on_the_page_as_a_screen_shows_it(name: str, office: Office, tmp_path: Path) -> None:
    page = _drawn(office.pdf(name), tmp_path)
    assert office.sealed[name].qr_text in _run("zbarimg", "--raw", "-q", page).splitlines()


def test_zbar_reads_nothing_where_a_corner_of_the_code_is_gone(office: Office, tmp_path: Path) -> None:
    page = _drawn(office.pdf("degree"), tmp_path)
    with Image.open(page) as picture:
        spoilt = picture.convert("L")
    left, top = (round(mm / 25.4 * 96) for mm in (22, 214))  # the QR begins at 24 mm and 214.8 mm
    ImageDraw.Draw(spoilt).rectangle((left, top, left + 60, top + 60), fill=255)
    spoilt.save(page)
    assert "https://" not in _run("zbarimg", "--raw", "-q", page)


@dataclass(frozen=True)
class Stamped:
    """A certificate with a time stamp as a file, and the two roots."""

    pdf: Path
    root: Path
    time_root: Path


@pytest.fixture(scope="module")
def stamped(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> Stamped:
    folder, now, authority = tmp_path_factory.mktemp("stamped"), datetime.now(UTC), LocalAuthority()
    keys = create_keyring(folder / "ring", issuer_host="puente.example", brand="Puente", now=now, entropy=SeededEntropy(13))
    export_trust(folder, keys, verify_host=HOST, now=now)
    (folder / "time.pem").write_bytes(authority.root_pem)
    ticket = prepare(DRAFTS["degree"][1], studio=studio)
    face = ticket.numbered(number=DRAFTS["degree"][0], code=CODE)
    stamping = Stamping(authority, (authority.root,), SeededEntropy(14), datetime.now(UTC))
    (folder / "stamped.pdf").write_bytes(seal(ticket, face, keys=keys, now=now, credential=CREDENTIAL, stamping=stamping).pdf)
    return Stamped(folder / "stamped.pdf", folder / "root.pem", folder / "time.pem")


def _ades(pdf: Path, *roots: Path, revocation: bool = False) -> str:
    """The verdict; with `revocation` everything must be proved from what the file holds, because nothing is fetched that it does not name."""
    trusted = [part for root in roots for part in ("--trust", root)]
    unasked = [] if revocation else ["--no-revocation-check"]
    command = [sys.executable, "-m", "pyhanko", "sign", "adesverify", *unasked, "--trust-replace", "--executive-summary"]
    return _run(*command, *trusted, pdf)


def test_the_command_of_pyhanko_calls_a_stamped_signature_valid(stamped: Stamped, tmp_path: Path) -> None:
    assert ":VALID" in _ades(stamped.pdf, stamped.root, stamped.time_root)
    (tmp_path / "changed.pdf").write_bytes(CHANGED(stamped.pdf.read_bytes()))
    assert ":VALID" not in _ades(tmp_path / "changed.pdf", stamped.root, stamped.time_root)
    assert ":VALID" not in _ades(stamped.pdf, stamped.time_root)


def test_the_command_of_pyhanko_calls_an_archived_signature_valid_with_what_the_file_holds(archived: ArchivedTwice, tmp_path: Path) -> None:
    assert ":VALID" in _ades(archived.pdf, archived.root, archived.time_root, revocation=True)
    (tmp_path / "sealed.pdf").write_bytes(archived.pdf.read_bytes()[: archived.sealed])
    assert ":VALID" not in _ades(tmp_path / "sealed.pdf", archived.root, archived.time_root, revocation=True)


def test_poppler_and_qpdf_read_an_archived_file(archived: ArchivedTwice) -> None:
    assert "Signature is Valid" in _run("pdfsig", "-nocert", archived.pdf)
    assert "No syntax or stream encoding errors found" in _run("qpdf", "--check", archived.pdf)


def test_mupdf_and_qpdf_accept_a_stamped_signature(stamped: Stamped) -> None:
    assert "The document is unchanged since signing." in _run("mutool", "sign", "-v", stamped.pdf)
    assert "No syntax or stream encoding errors found" in _run("qpdf", "--check", stamped.pdf)


def test_poppler_calls_a_stamped_signature_valid_and_whole(stamped: Stamped) -> None:
    said = _run("pdfsig", "-nocert", stamped.pdf)
    assert "Signature is Valid" in said
    assert "Total document signed" in said
