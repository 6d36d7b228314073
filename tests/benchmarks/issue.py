"""Certificates per second: `seal()` (QR, page, signature, and the check of its own work) against bare WeasyPrint and pyHanko on the same HTML.

The bare side is used well: one font configuration, one parsed stylesheet, one picture cache and one signer object for all documents, and the same
PDF variant. It does not make the QR (its HTML holds it), does not tag the signature and checks nothing. Both run in turn, after a warm-up; medians of
processor time: neither side waits for anything, and other work on the machine does not count.
"""

import io
import statistics
import tempfile
import time
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

from credentialing.adapters.doubles import SeededEntropy
from credentialing.certificate.issuing import prepare, seal
from credentialing.certificate.page import Studio
from credentialing.certificate.qr import qr_svg, qr_text
from credentialing.crypto.keyfiles import Purpose, private_file
from credentialing.crypto.keyring import KeyRing, create_keyring
from tests.certificate.drafts import CODE, NOW, degree

GOAL, WARM_UP, ROUNDS = 0.8, 3, 25
NUMBER = "RT-2026-004817-3"


def _bare(html: str, studio: Studio, *, keys: KeyRing, folder: Path) -> Callable[[], bytes]:
    import weasyprint

    pem = private_file(folder, keys.active(Purpose.SEAL)).read_bytes()
    chain = [x509.Certificate.load(der) for der in keys.seal_chain()]
    store = SimpleCertificateStore()
    store.register_multiple(chain)
    signer = SimpleSigner(signing_cert=chain[0], signing_key=_private(pem), cert_registry=store)
    about = PdfSignatureMetadata(field_name="Signature1", subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")
    sign = PdfSigner(about, signer=signer, new_field_spec=SigFieldSpec("Signature1"))
    pictures: dict[str, Any] = {}

    def make() -> bytes:
        page = weasyprint.HTML(string=html, url_fetcher=studio._fetcher)
        document = page.render(stylesheets=[studio._style], font_config=studio._fonts, cache=pictures)
        pdf = document.write_pdf(pdf_variant="pdf/a-3a")
        signed: bytes = sign.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf))).getvalue()
        return signed

    return make


def _private(pem: bytes) -> asn1_keys.PrivateKeyInfo:
    return asn1_keys.PrivateKeyInfo.load(armour.unarmor(pem)[2])


def _ours(studio: Studio, keys: KeyRing) -> Callable[[], bytes]:
    # Making the ticket is the step before; the ticket is spent by each seal, so each round gets a fresh one outside the clock.
    tickets = [prepare(degree(), studio=studio) for _ in range(WARM_UP + ROUNDS)]

    def make() -> bytes:
        ticket = tickets.pop()
        return seal(ticket, ticket.numbered(number=NUMBER, code=CODE), keys=keys, now=NOW).pdf

    return make


def _timed(make: Callable[[], bytes]) -> float:
    start = time.process_time()
    make()
    return time.process_time() - start


def measure(font_folder: Path, key_folder: Path) -> tuple[float, float]:
    """Median seconds of one processor for one certificate: ours, then bare."""
    studio = Studio(font_folder)
    keys = create_keyring(key_folder, issuer_host="puente.example", brand="Puente", now=NOW, entropy=SeededEntropy(1))
    face = degree().numbered(number=NUMBER, code=CODE)
    html = studio.html(face, qr_svg=qr_svg(qr_text(face, keys))[0])
    ours, bare = _ours(studio, keys), _bare(html, studio, keys=keys, folder=key_folder)
    for _ in range(WARM_UP):
        ours(), bare()
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(ROUNDS):
        order = ((0, ours), (1, bare)) if number % 2 else ((1, bare), (0, ours))
        for side, make in order:
            times[side].append(_timed(make))
    return statistics.median(times[0]), statistics.median(times[1])


def main() -> bool:
    """Measure and print; whether the goal is reached."""
    with tempfile.TemporaryDirectory() as folder:
        ours, bare = measure(Path(folder) / "fonts", Path(folder) / "keys")
    ratio = bare / ours
    print(f"seal(), with QR and its own check   {ours * 1e3:7.1f} ms   {1 / ours:5.1f} certificates/s")
    print(f"bare write_pdf + pyHanko            {bare * 1e3:7.1f} ms   {1 / bare:5.1f} certificates/s")
    print(f"ratio {ratio:.2f} (goal: at least {GOAL})")
    return ratio >= GOAL
