"""What people do to a sealed PDF: each forgery takes the file and gives the changed one. Content changes and harmless-looking ones alike."""

import io
import re
from collections.abc import Callable
from typing import Any

import pikepdf
from asn1crypto import algos, cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from credentialing.crypto.signing import P256_ORDER

Forgery = Callable[[bytes], bytes]
RANGE = re.compile(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\]")


def hole(pdf: bytes) -> tuple[int, int]:
    """First and last place (exclusive) of the signature's hexadecimal digits."""
    match = RANGE.search(pdf)
    assert match is not None
    return int(match[1]) + 1, int(match[2]) - 1


def _flip(place: Callable[[bytes], int]) -> Forgery:
    def forge(pdf: bytes) -> bytes:
        changed = bytearray(pdf)
        changed[place(pdf)] ^= 1
        return bytes(changed)

    return forge


def _stream(pdf: bytes) -> int:
    return pdf.index(b"stream\n", 2000) + 60


def incremental(change: Callable[[IncrementalPdfFileWriter], None]) -> Forgery:
    def forge(pdf: bytes) -> bytes:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        change(writer)
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()

    return forge


def _page(writer: IncrementalPdfFileWriter) -> Any:
    return writer.root["/Pages"]["/Kids"][0]


def other_content(writer: IncrementalPdfFileWriter) -> None:
    page = _page(writer)
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"BT /F1 40 Tf 100 600 Td (Otra Persona) Tj ET"))
    writer.update_container(page)


def _note_over_the_name(writer: IncrementalPdfFileWriter) -> None:
    page = _page(writer)
    note = generic.DictionaryObject({
        generic.pdf_name("/Type"): generic.pdf_name("/Annot"), generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText"),
        generic.pdf_name("/Rect"): generic.ArrayObject([generic.NumberObject(n) for n in (100, 600, 500, 660)]),
        generic.pdf_name("/Contents"): generic.pdf_string("Otra Persona"), generic.pdf_name("/DA"): generic.pdf_string("/Helv 30 Tf"),
    })  # fmt: skip
    page["/Annots"].append(writer.add_object(note))
    writer.update_container(page["/Annots"])


def other_title(writer: IncrementalPdfFileWriter) -> None:
    writer.set_info(generic.DictionaryObject({generic.pdf_name("/Title"): generic.pdf_string("Otra Persona")}))


def _nothing(writer: IncrementalPdfFileWriter) -> None:
    writer.update_root()


def _saved_again(change: Callable[[pikepdf.Pdf], None]) -> Forgery:
    def forge(pdf: bytes) -> bytes:
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(pdf)) as document:
            change(document)
            document.save(out)
        return out.getvalue()

    return forge


def _without_signature(document: pikepdf.Pdf) -> None:
    for field in document.Root.AcroForm.Fields:
        del field.V
    for name in ("/AcroForm", "/Perms"):
        del document.Root[name]
    page = document.pages[0]
    page.Annots = pikepdf.Array([item for item in page.Annots if item.Subtype != "/Widget"])


def _padding(pdf: bytes) -> bytes:
    _, end = hole(pdf)
    return pdf[: end - 2] + b"01" + pdf[end:]


def _capital_digits(pdf: bytes) -> bytes:
    start, end = hole(pdf)
    return pdf[:start] + pdf[start:end].upper() + pdf[end:]


def _shorter_range(pdf: bytes) -> bytes:
    match = RANGE.search(pdf)
    assert match is not None
    shorter = b"/ByteRange [0 %s %s %d]" % (match[1], match[2], int(match[3]) - 100)
    return pdf[: match.start()] + shorter.ljust(len(match[0])) + pdf[match.end() :]


def in_cms(change: Callable[[Any], None]) -> Forgery:
    """Change the parsed SignedData and write it back into its hole."""

    def forge(pdf: bytes) -> bytes:
        start, end = hole(pdf)
        content = cms.ContentInfo.load(bytes.fromhex(pdf[start:end].decode()))
        change(content["content"])
        return pdf[:start] + content.dump(force=True).hex().encode().ljust(end - start, b"0") + pdf[end:]

    return forge


def _unsigned_attribute(signed: Any) -> None:
    signed["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes([cms.CMSAttribute({"type": "1.2.3.4", "values": []})])


def _mirrored_signature(signed: Any) -> None:
    """The other signature value that the same mathematics accepts."""
    signer = signed["signer_infos"][0]
    value = algos.DSASignature.load(signer["signature"].native).native
    signer["signature"] = algos.DSASignature({"r": value["r"], "s": P256_ORDER - value["s"]}).dump()


def _certificate_twice(signed: Any) -> None:
    signed["certificates"].append(signed["certificates"][0].copy())


def _swapped(pdf: bytes, pick: Callable[[Any], list[bytes]]) -> bytes:
    """Two neighbouring elements of the CMS exchanged, byte for byte."""
    start, end = hole(pdf)
    raw = bytes.fromhex(pdf[start:end].decode())
    first, second = pick(cms.ContentInfo.load(raw)["content"])[:2]
    if first + second not in raw:
        raise ValueError("the elements are not neighbours")
    return pdf[:start] + raw.replace(first + second, second + first).hex().encode() + pdf[end:]


def _swapped_certificates(pdf: bytes) -> bytes:
    return _swapped(pdf, lambda signed: [choice.dump() for choice in signed["certificates"]])


def _swapped_attributes(pdf: bytes) -> bytes:
    return _swapped(pdf, lambda signed: [item.dump() for item in signed["signer_infos"][0]["signed_attrs"]])


def _signature_of_another_range(pdf: bytes) -> bytes:
    """A whole signed certificate wrapped inside another file: the old bytes are all there, shifted."""
    return b"%PDF-1.7\n%wrapped\n" + pdf


def _other_credential(writer: IncrementalPdfFileWriter) -> None:
    stream = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]["/EF"].raw_get("/F").get_object()
    stream._data = b'{"name": "Otra Persona"}'
    stream._encoded_data = None
    writer.update_container(stream)


def _flipped_credential(pdf: bytes) -> bytes:
    """A byte in the middle of the embedded file."""
    start = pdf.index(b"stream\n", pdf.index(b"/Type /EmbeddedFile" if b"/Type /EmbeddedFile" in pdf else b"/EmbeddedFile")) + 7
    return pdf[: start + 6] + bytes([pdf[start + 6] ^ 1]) + pdf[start + 7 :]


ATTACHED: dict[str, tuple[Forgery, str]] = {  # what is done to the credential that a certificate carries
    "a byte of the credential": (_flipped_credential, "changed_after_sealing"),
    "incremental update: another credential": (incremental(_other_credential), "several_revisions"),
}

FORGERIES: dict[str, tuple[Forgery, str]] = {  # what was done, and the problem that names it
    "a byte of the page content": (_flip(_stream), "changed_after_sealing"),
    "a byte of the header": (_flip(lambda pdf: 2), "header_not_at_start"),
    "the version in the header": (_flip(lambda pdf: 7), "changed_after_sealing"),
    "a byte of the byte range": (_flip(lambda pdf: pdf.index(b"/ByteRange [0 ") + 15), "*"),
    "a byte of the signature": (_flip(lambda pdf: hole(pdf)[0] + 2000), "*"),
    "the last byte": (_flip(lambda pdf: len(pdf) - 2), "several_revisions"),
    "cut short by one byte": (lambda pdf: pdf[:-1], "not_whole_file"),
    "cut in half": (lambda pdf: pdf[: len(pdf) // 2], "*"),
    "a line at the end": (lambda pdf: pdf + b"\n", "not_whole_file"),
    "another end of file at the end": (lambda pdf: pdf + b"%%EOF\n", "several_revisions"),
    "a line before the header": (lambda pdf: b"\n" + pdf, "header_not_at_start"),
    "wrapped in another file": (_signature_of_another_range, "not_whole_file"),
    "incremental update: content": (incremental(other_content), "several_revisions"),
    "incremental update: note over the name": (incremental(_note_over_the_name), "several_revisions"),
    "incremental update: title": (incremental(other_title), "several_revisions"),
    "incremental update: nothing": (incremental(_nothing), "several_revisions"),
    "padding behind the signature": (_padding, "padding_changed"),
    "capital digits in the signature": (_capital_digits, "padding_changed"),
    "a shorter byte range": (_shorter_range, "not_whole_file"),
    "an unsigned attribute": (in_cms(_unsigned_attribute), "signature_extended"),
    "the mirrored signature value": (in_cms(_mirrored_signature), "signature_extended"),
    "a certificate twice": (in_cms(_certificate_twice), "signature_extended"),
    "certificates swapped": (_swapped_certificates, "signature_extended"),
    "signed attributes swapped": (_swapped_attributes, "*"),
    "saved again": (_saved_again(lambda document: None), "*"),
    "the signature removed": (_saved_again(_without_signature), "no_signature"),
}
