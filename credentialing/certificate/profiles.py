"""The two pairs of standards that a certificate can keep: an archive standard, and the accessibility standard that goes with it, claimed in one file.

WeasyPrint 70.0 offers each alone (its issue #2467). What the pair needs beyond that stands here and in `tagging.py`; veraPDF judges it in `tests/interop/`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

_PDF_UA = b'<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" %s/>'
# PDF/A-3 knows only namespaces that the metadata themselves explain (ISO 19005-3, 6.6.2.3).
_EXPLAINED = (
    b'<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" '
    b'xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
    b'<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>'
    b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
    b'<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>'
    b"<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>"
    b"<pdfaProperty:description>Part of ISO 14289 the file follows</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property>"
    b"</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
)


@dataclass(frozen=True, slots=True)
class Profile:
    """A pair of standards: WeasyPrint's name of the first (`variant`), what the metadata must say of the second (`identifier`, RDF), whether the kind of
    signature must be declared as an extension of the PDF version, and rules of style that the pair needs."""

    variant: str
    identifier: bytes
    declares_signature: bool
    style: str


PDF_A_3A = Profile("pdf/a-3a", _PDF_UA % b'pdfuaid:part="1"' + _EXPLAINED, declares_signature=True, style="")
"""PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1), PDF 1.7: what every reader opens."""

PDF_A_4F = Profile(
    "pdf/a-4f", _PDF_UA % b'pdfuaid:part="2" pdfuaid:rev="2024"', declares_signature=False, style="h1, h2, h3 { bookmark-level: none }"
)  # fmt: skip
"""PDF/A-4f (ISO 19005-4) and PDF/UA-2 (ISO 14289-2), PDF 2.0, which knows PAdES by itself. Bookmarks would have to lead into the structure."""

PROFILES: Mapping[str, Profile] = MappingProxyType({profile.variant: profile for profile in (PDF_A_3A, PDF_A_4F)})
"""By the name that the settings give them."""
