"""The ways to make a signed certificate that `issue.py` times, each as a function that makes one."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import pem as armour
from asn1crypto import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from credentialing.certificate.face import Draft
from credentialing.certificate.issuing import Ticket, prepare, seal
from credentialing.certificate.page import Studio
from credentialing.crypto.keyfiles import Purpose, private_file
from credentialing.crypto.keyring import KeyRing
from credentialing.resources import data_dir
from tests.certificate.drafts import NOW

Make = Callable[[], bytes]


def bare(html: str, studio: Studio, *, keys: KeyRing, folder: Path) -> Make:
    """WeasyPrint and pyHanko used well: one font configuration, one parsed stylesheet, one picture cache, one signer object for all documents."""
    import weasyprint

    sign, pictures = _signer(keys, folder), dict[str, Any]()

    def make() -> bytes:
        page = weasyprint.HTML(string=html, url_fetcher=studio._fetcher)
        document = page.render(stylesheets=[studio._style], font_config=studio._fonts, cache=pictures)
        return sign(document.write_pdf(pdf_variant="pdf/a-3a"))

    return make


def naive(html: str, studio: Studio, *, keys: KeyRing, folder: Path) -> Make:
    """As the manuals begin: a new font configuration and a new stylesheet for each document, a new signer object for each signature."""
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    style = (data_dir("templates") / "certificate" / "certificate.css").read_text("utf-8")

    def make() -> bytes:
        fonts = FontConfiguration()
        sheet = weasyprint.CSS(string=style, font_config=fonts, url_fetcher=studio._fetcher)
        document = weasyprint.HTML(string=html, url_fetcher=studio._fetcher).render(stylesheets=[sheet], font_config=fonts)
        return _signer(keys, folder)(document.write_pdf(pdf_variant="pdf/a-3a"))

    return make


def _signer(keys: KeyRing, folder: Path) -> Callable[[bytes], bytes]:
    pem = private_file(folder, keys.active(Purpose.SEAL)).read_bytes()
    chain = [x509.Certificate.load(der) for der in keys.seal_chain()]
    store = SimpleCertificateStore()
    store.register_multiple(chain)
    private = asn1_keys.PrivateKeyInfo.load(armour.unarmor(pem)[2])
    signer = SimpleSigner(signing_cert=chain[0], signing_key=private, cert_registry=store)
    about = PdfSignatureMetadata(field_name="Signature1", subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")
    pdf_signer = PdfSigner(about, signer=signer, new_field_spec=SigFieldSpec("Signature1"))

    def sign(pdf: bytes) -> bytes:
        signed: bytes = pdf_signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf))).getvalue()
        return signed

    return sign


def ours(studio: Studio, keys: KeyRing, draft: Draft, *, number: str, code: str, count: int) -> Make:
    """`seal()`, with QR, page, signature and the check of its own work; the tickets, one for each of `count` calls, are made before."""
    tickets: list[Ticket] = [prepare(draft, studio=studio) for _ in range(count)]

    def make() -> bytes:
        ticket = tickets.pop()
        return seal(ticket, ticket.numbered(number=number, code=code), keys=keys, now=NOW).pdf

    return make
