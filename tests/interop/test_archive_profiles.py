"""veraPDF, the reference validator, finds that every sealed file keeps what it claims (PDF/A-3a and PDF/UA-1), and that spoilt ones do not."""

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import cms
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields
from pyhanko.sign.signers import ExternalSigner, PdfSignatureMetadata, PdfSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from credentialing.adapters.doubles import SeededEntropy
from credentialing.certificate.issuing import prepare, seal
from credentialing.certificate.page import Studio
from credentialing.certificate.profiles import PDF_A_4F
from credentialing.crypto.keyring import create_keyring
from tests.certificate.drafts import CODE
from tests.certificate.forgeries import FORGERIES, hole
from tests.interop.conftest import CREDENTIAL, DRAFTS, ArchivedTwice, Office
from tests.interop.verapdf import VeraPdf

pytestmark = pytest.mark.xdist_group("verapdf")  # one Java machine is enough


@pytest.fixture(scope="session")
def verapdf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VeraPdf]:
    """The validator, running."""
    validator = VeraPdf(tmp_path_factory.mktemp("verapdf") / "complaints")
    yield validator
    validator.close()


MODERN = ("degree", "competence", "partial", "units", "statement", "passport", "school", "mutual")


@pytest.fixture(scope="session")
def modern(font_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a certificate of each page, sealed as PDF/A-4f and PDF/UA-2."""
    studio, folder, now = Studio(font_folder, profile=PDF_A_4F), tmp_path_factory.mktemp("modern"), datetime.now(UTC)
    keys = create_keyring(folder / "ring", issuer_host="puente.example", brand="Puente", now=now, entropy=SeededEntropy(12))
    for name in MODERN:
        number, draft = DRAFTS[name]
        ticket = prepare(draft, studio=studio)
        made = seal(ticket, ticket.numbered(number=number, code=CODE), keys=keys, now=now, credential=CREDENTIAL)
        (folder / f"{name}.pdf").write_bytes(made.pdf)
    return folder


@pytest.mark.parametrize("profile", ["4f", "ua2"])
@pytest.mark.parametrize("name", MODERN)
def test_a_certificate_of_the_second_profile_keeps_both_newer_standards(name: str, profile: str, modern: Path, verapdf: VeraPdf) -> None:
    assert verapdf.broken_rules(modern / f"{name}.pdf", profile) == []


@pytest.mark.parametrize("profile", ["3a", "ua1"])
def test_a_certificate_that_was_archived_twice_keeps_both_standards(profile: str, archived: ArchivedTwice, verapdf: VeraPdf) -> None:
    assert verapdf.broken_rules(archived.pdf, profile) == []


@pytest.mark.parametrize("profile", ["3a", "ua1"])
@pytest.mark.parametrize("name", DRAFTS)
def test_a_sealed_certificate_keeps_both_standards(name: str, profile: str, office: Office, verapdf: VeraPdf) -> None:
    assert verapdf.broken_rules(office.pdf(name), profile) == []


def _saved(change: Callable[[pikepdf.Pdf], None]) -> Callable[[bytes], bytes]:
    """A twin without its signature, whose byte range would be wrong after saving (PDF/A forbids that too), and with one more change."""

    def spoil(data: bytes) -> bytes:
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(data)) as pdf:
            del pdf.Root.Perms
            del pdf.Root.AcroForm.Fields[0].V
            change(pdf)
            pdf.save(out)
        return out.getvalue()

    return spoil


def _metadata_without(text: bytes) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        before = pdf.Root.Metadata.read_bytes()
        assert text in before
        pdf.Root.Metadata.write(before.replace(text, b""))

    return change


def _untagged(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.StructTreeRoot
    del pdf.Root.MarkInfo


def _without_alternative(pdf: pikepdf.Pdf) -> None:
    figures = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"]
    del figures[0]["/Alt"]


def _without_title(pdf: pikepdf.Pdf) -> None:
    pdf.Root.ViewerPreferences.DisplayDocTitle = False


def _with_script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


def _visible_field_added_later(data: bytes) -> bytes:
    """What an ordinary signing tool does to an unsigned page: its own visible field, with its own look."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for name in ("/AcroForm", "/Perms"):
            del pdf.Root[name]
        page = pdf.pages[0]
        page.Annots = pikepdf.Array([item for item in page.Annots if item.Subtype != "/Widget"])
        pdf.save(out)
    start, end = hole(data)
    certificates = cms.ContentInfo.load(bytes.fromhex(data[start:end].decode()))["content"]["certificates"]
    signer = ExternalSigner(signing_cert=certificates[0].chosen, cert_registry=SimpleCertificateStore(), signature_value=bytes(72))
    field = fields.SigFieldSpec("Later", box=(200, 100, 400, 140))
    meta = PdfSignatureMetadata(field_name="Later", md_algorithm="sha256")
    signed = PdfSigner(meta, signer, new_field_spec=field).sign_pdf(IncrementalPdfFileWriter(out))
    return bytes(signed.getvalue())


SPOILT: dict[str, tuple[Callable[[bytes], bytes], dict[str, str | None]]] = {  # what was done, and for each profile the clause that it breaks
    "nothing but the signature removed": (_saved(lambda pdf: None), {"3a": None, "ua1": None}),
    "a byte range that leaves out the end": (FORGERIES["a shorter byte range"][0], {"3a": "6.4.3", "ua1": None}),
    "no identifier of PDF/A": (_saved(_metadata_without(b'pdfaid:part="3"')), {"3a": "6.6.4", "ua1": None}),
    "no identifier of PDF/UA": (_saved(_metadata_without(b'pdfuaid:part="1"')), {"3a": None, "ua1": "5"}),
    "untagged": (_saved(_untagged), {"3a": "6.7.", "ua1": "6.2"}),
    "a picture without words": (_saved(_without_alternative), {"3a": None, "ua1": "7.3"}),
    "the title not shown": (_saved(_without_title), {"3a": None, "ua1": "7.1"}),
    "a script": (_saved(_with_script), {"3a": "6.5.1", "ua1": None}),
    "a visible field added later": (_visible_field_added_later, {"3a": "6.2.11.4.1", "ua1": "7.18"}),
}


def _without_files(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.AF
    del pdf.Root.Names.EmbeddedFiles


def _list_without_numbers(pdf: pikepdf.Pdf) -> None:
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/L":
            del item["/A"]


SPOILT_MODERN: dict[str, tuple[Callable[[bytes], bytes], dict[str, str | None]]] = {
    "nothing but the signature removed": (_saved(lambda pdf: None), {"4f": None, "ua2": None}),
    "no identifier of PDF/A": (_saved(_metadata_without(b'pdfaid:part="4"')), {"4f": "6.7.3", "ua2": None}),
    "no identifier of PDF/UA": (_saved(_metadata_without(b'pdfuaid:part="2"')), {"4f": None, "ua2": "5"}),
    "no file attached": (_saved(_without_files), {"4f": "6.9", "ua2": None}),
    "untagged": (_saved(_untagged), {"4f": None, "ua2": "8.2"}),
    "a list without its kind of numbers": (_saved(_list_without_numbers), {"4f": None, "ua2": "8.2.5.25"}),
}


@pytest.mark.parametrize("fault", SPOILT_MODERN)
def test_the_validator_sees_a_fault_of_the_second_profile(fault: str, modern: Path, verapdf: VeraPdf, tmp_path: Path) -> None:
    spoil, expected = SPOILT_MODERN[fault]
    (tmp_path / "spoilt.pdf").write_bytes(spoil((modern / "competence.pdf").read_bytes()))
    for profile, clause in expected.items():
        rules = verapdf.broken_rules(tmp_path / "spoilt.pdf", profile)
        assert (rules == []) if clause is None else any(rule.startswith(clause) for rule in rules), (profile, rules)


@pytest.mark.parametrize("fault", SPOILT)
def test_the_validator_sees_a_fault_and_names_its_clause(fault: str, office: Office, verapdf: VeraPdf, tmp_path: Path) -> None:
    spoil, expected = SPOILT[fault]
    (tmp_path / "spoilt.pdf").write_bytes(spoil(office.sealed["degree"].pdf))
    for profile, clause in expected.items():
        rules = verapdf.broken_rules(tmp_path / "spoilt.pdf", profile)
        assert (rules == []) if clause is None else any(rule.startswith(clause) for rule in rules), (profile, rules)
