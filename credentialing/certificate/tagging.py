"""What WeasyPrint 70.0 leaves out of the PDF, written while it still holds the objects (pydyf 0.13.0; both are pinned for this file).

* the language of each part and the scope of table heads, without which a screen reader reads English with Spanish rules
* what a screen reader says of each link: the `title` of its HTML element, where WeasyPrint writes the bare address
* the list of associated files without doubles (WeasyPrint #2917)
* the PDF/UA identifier beside that of PDF/A, in the same metadata (`profiles.py`)
* how lists are numbered, and no paragraph inside a paragraph (ISO 32005, table 5)
* the signature field, tagged, over the element `#sig`, and the signature dictionary with a hole that `seal.py` fills: one revision, no second parse
"""

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from typing import Any

from credentialing.certificate.profiles import PDF_A_3A, Profile

HOLE = 8192  # hexadecimal digits for the CMS of a signature without a time stamp; ours takes 2,700, with a chain of three 3,700
_TO_POINTS = 0.75

@cache
def tag_languages() -> None:
    """From now on every structure element carries the `lang` of its HTML element, every table head its scope, every list its numbering, and every link the
    words of its `title`."""
    import pydyf
    import weasyprint.pdf.tags as tags

    build = tags._build_box_tree

    def build_with_language(box: Any, parent: Any, *rest: Any) -> Iterator[Any]:
        for element in build(box, parent, *rest):
            if element.get("S") == "/P" and parent.get("S") == "/P":
                element["S"] = "/NonStruct"  # an anonymous box, where a paragraph holds a block
            source = getattr(getattr(box, "_box", box), "element", None)
            if source is not None and source.get("lang"):
                element.setdefault("Lang", pydyf.String(source.get("lang")))
            if source is not None and element.get("S") == "/TH":
                element["A"]["Scope"] = "/Row" if source.get("scope") == "row" else "/Column"
            if source is not None and element.get("S") == "/L":
                element["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": "/Decimal" if source.tag == "ol" else "/Disc"})
            if source is not None and (link := getattr(box, "link_annotation", None)):
                link["Contents"] = pydyf.String(source.get("title") or "")
            yield element

    tags._build_box_tree = build_with_language


def claim_accessible(document: Any, profile: Profile) -> None:
    """Let the metadata of a laid-out document say PDF/UA beside PDF/A."""
    base = document.metadata.generate_rdf_metadata
    document.metadata.generate_rdf_metadata = lambda *given: base(*given).replace(b"</rdf:RDF>", profile.identifier + b"</rdf:RDF>")


def boxes(page: Any) -> Iterator[Any]:
    """Every laid-out box of a WeasyPrint page."""
    stack = [page._page_box]
    while stack:
        box = stack.pop()
        box = getattr(box, "_box", box)
        yield box
        stack.extend(getattr(box, "children", ()) or ())


def attribute(box: Any, name: str) -> str:
    """An attribute of the HTML element behind a box; empty when there is none."""
    element = getattr(box, "element", None)
    return "" if element is None else element.get(name) or ""


def _place_of_signature(document: Any) -> tuple[int, tuple[float, float, float, float]]:
    """Page and rectangle (points, from the lower left corner) of the border box of `#sig`."""
    found = ((number, page, box) for number, page in enumerate(document.pages) for box in boxes(page) if attribute(box, "id") == "sig")
    number, page, box = next(found)
    x, y, width, height = (v * _TO_POINTS for v in (box.border_box_x(), box.border_box_y(), box.border_width(), box.border_height()))
    top = page.height * _TO_POINTS - y
    return number, (round(x, 2), round(top - height, 2), round(x + width, 2), round(top, 2))


def finisher(*, field_text: str, signed_at: datetime, hole: int = HOLE, profile: Profile = PDF_A_3A) -> Callable[[Any, Any], None]:
    """A WeasyPrint finisher that adds the empty signature with a hole of `hole` hexadecimal digits, its field and its tag; `field_text` is what a
    screen reader says of the field. ValueError for a link without words."""

    def finish(document: Any, pdf: Any) -> None:
        import pydyf

        _refuse_silent_links(pdf)
        if "AF" in pdf.catalog:
            pdf.catalog["AF"][:] = list(dict.fromkeys(pdf.catalog["AF"]))
        number, rectangle = _place_of_signature(document)
        page = pdf.page_references[number]
        signature = _add(pdf, _signature(pydyf, signed_at, hole))
        said = pydyf.String(field_text)
        widget = pydyf.Dictionary(_widget(pydyf, pdf, rectangle) | {"TU": said, "Contents": said, "P": page, "V": signature})
        reference = _add(pdf, widget)
        leaf = _object(pdf, page)
        leaf.setdefault("Annots", pydyf.Array())
        leaf["Annots"].append(reference)
        pdf.catalog["AcroForm"] = pydyf.Dictionary({"Fields": pydyf.Array([reference]), "SigFlags": 3})
        pdf.catalog["Perms"] = pydyf.Dictionary({"DocMDP": signature})
        if profile.declares_signature:
            _declare_signature(pydyf, pdf)
        _tag_widget(pydyf, pdf, widget=widget, reference=reference, page=page)

    return finish


def _declare_signature(pydyf: Any, pdf: Any) -> None:
    """PDF 1.7 knows this kind of signature only as an extension (ETSI EN 319 142-1, 5.2)."""
    extension = {"Type": "/DeveloperExtensions", "BaseVersion": "/1.7", "ExtensionLevel": 1}
    pdf.catalog["Extensions"] = pydyf.Dictionary({"ESIC": pydyf.Dictionary(extension)})


def _refuse_silent_links(pdf: Any) -> None:
    links = [item for item in pdf.objects if isinstance(item, dict) and item.get("Subtype") == "/Link"]
    if any(not link["Contents"].string for link in links):
        raise ValueError("a link of the template has no title: a screen reader would read out its address")


def _add(pdf: Any, item: Any) -> Any:
    pdf.add_object(item)
    return item.reference


def _object(pdf: Any, reference: Any) -> Any:
    return pdf.objects[int((reference.decode() if isinstance(reference, bytes) else reference).split()[0])]


def _signature(pydyf: Any, signed_at: datetime, hole: int) -> Any:
    class Plain(pydyf.Dictionary):  # type: ignore[misc]
        compressible = False  # the bytes must lie open: kept out of object streams

    nothing_may_change = pydyf.Dictionary({"Type": "/TransformParams", "P": 1, "V": "/1.2"})
    reference = pydyf.Dictionary({"Type": "/SigRef", "TransformMethod": "/DocMDP", "TransformParams": nothing_may_change})
    return Plain({
        "Type": "/Sig", "Filter": "/Adobe.PPKLite", "SubFilter": "/ETSI.CAdES.detached", "M": pydyf.String(f"{signed_at:D:%Y%m%d%H%M%S}Z"),
        "Reference": pydyf.Array([reference]), "ByteRange": b"[0 ########## ########## ##########]", "Contents": b"<" + b"0" * hole + b">",
    })  # fmt: skip


def _widget(pydyf: Any, pdf: Any, rectangle: tuple[float, float, float, float]) -> dict[str, Any]:
    left, bottom, right, top = rectangle
    box = pydyf.Array([0, 0, round(right - left, 2), round(top - bottom, 2)])
    look = _add(pdf, pydyf.Stream([b""], {"Type": "/XObject", "Subtype": "/Form", "BBox": box, "Resources": pydyf.Dictionary({})}))
    return {
        "Type": "/Annot", "Subtype": "/Widget", "FT": "/Sig", "T": pydyf.String("Signature1"), "F": 132,
        "Rect": pydyf.Array(rectangle), "AP": pydyf.Dictionary({"N": look}),
    }  # fmt: skip


def _tag_widget(pydyf: Any, pdf: Any, *, widget: Any, reference: Any, page: Any) -> None:
    root = _object(pdf, pdf.catalog["StructTreeRoot"])
    tree, whole = _object(pdf, root["ParentTree"]), root["K"][0]
    link = _add(pdf, pydyf.Dictionary({"Type": "/OBJR", "Obj": reference, "Pg": page}))
    form = _add(pdf, pydyf.Dictionary({"Type": "/StructElem", "S": "/Form", "K": pydyf.Array([link]), "Pg": page, "P": whole}))
    _object(pdf, whole)["K"].append(form)
    key = max(tree["Nums"][::2]) + 1
    tree["Nums"].extend([key, form])
    widget["StructParent"], root["ParentTreeNextKey"] = key, key + 1


def identifier(number: str) -> bytes:
    """The 16-byte file identifier of a certificate: the same for every writing of the same number."""
    return hashlib.sha256(number.encode()).digest()[:16]
