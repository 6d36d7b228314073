"""Cutting up what WeasyPrint wrote for a cohort: which bytes are the same for every certificate, and what stands in the others."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import pydyf

from credentialing.certificate.cohort import ISSUED, NAME_PLACES, NAMES, PATTERN, SEALED, named
from credentialing.certificate.face import Face
from credentialing.certificate.lines import Leaf, Line, Words, draw_letters, leaves_of, lines_of
from credentialing.certificate.pieces import Content, Fill, LiveObject, Misfit, Piece
from credentialing.certificate.qr import qr_svg
from credentialing.certificate.recording import Drawn, Record, recording
from credentialing.certificate.setting import Cuts, cuts_of
from credentialing.certificate.strokes import strokes_of
from credentialing.certificate.symbol import qr_rows
from credentialing.certificate.values import svg_uri

if TYPE_CHECKING:
    from credentialing.certificate.page import Studio

_TO_POINTS = 0.75
_SAMPLE_TEXT = "https://qzgvkjwy.example/c/Qzgvkjwy#1" + "0123456789" * 43
_SAMPLE_FILE = b'{"credential": "Qzlvkjwy"}'
_TOKEN = re.compile(rb"\x00([0-9]+)\x00")
_SCALE = re.compile(rb"([0-9.]+) 0 0 ([0-9.]+) 0 0\.? cm")
_ORDINARY = "".join(map(chr, range(0x20, 0x7F))) + "ÁÉÍÓÚÜÑÇÃÕÂÊÔÀáéíóúüñçãõâêôà·–—’ºª°"
_JOINED = " ff fi fl ffi ffl fj ft tt Th"


@dataclass(slots=True)
class Parts:
    """A document in pieces: pydyf's objects, those that change, the lines that are set again, and which objects hold the fonts."""

    pdf: Any
    live: list[LiveObject]
    lines: list[Line]
    fonts: range
    attached: bool
    cuts: Cuts

    def let_go(self) -> None:
        """Forget the document; what is left writes certificates."""
        self.pdf = None
        for leaf in (leaf for line in self.lines for leaf in line.leaves):
            leaf.let_go()


def cut_up(studio: "Studio", face: Face, values: dict[str, Any], *, attached: bool, hole: int) -> Parts:
    """Lay out, write and cut up the page of the cohort of `face`, whose values are given; `attached` says whether a credential goes with it.

    Misfit when something in it cannot be set again by itself.
    """
    sample = svg_uri(qr_svg(_SAMPLE_TEXT)[0])
    document = studio.lay_out(studio.html_of(face.template, named(values, qr=sample)))
    stand_in = replace(face, number=NAMES["number"], issued_at=ISSUED)
    found: list[Line] = []

    def add_letters(record: Record) -> None:
        found.extend(lines_of(document, record, PATTERN))
        _add_letters(found, studio.faces.characters)

    with recording(add_letters) as record:
        studio.write(document, stand_in, signed_at=SEALED, credential=_SAMPLE_FILE if attached else b"", hole=hole)
    cuts = cuts_of(document.fonts)
    live = _Cutter(document, record, found, cuts, sample).live()
    return Parts(record.pdf, live, found, record.fonts, attached, cuts)


def plain(item: Any) -> bytes:
    """An object as `LiveObject.made` gives it for comparing: a stream uncompressed and without filter and length."""
    if not isinstance(item, pydyf.Stream):
        data: bytes = item.data
        return data
    head: bytes = pydyf.Dictionary(item.extra).data
    return head + b"\n" + b"\n".join(map(pydyf._to_bytes, item.stream))


def _add_letters(lines: list[Line], drawable: frozenset[str]) -> None:
    """Draw, outside the page, the letters that names and numbers may have, so that the fonts are cut with them."""
    wide = [chr(code) for code in (*range(0xA0, 0x180), *range(0x2010, 0x2028)) if chr(code) in drawable]
    done: set[tuple[int, bool]] = set()
    for leaf in (leaf for line in lines for leaf in line.leaves if not leaf.words.constant):
        for_names = leaf.words.has(NAME_PLACES)
        key = id(leaf.drawn and leaf.drawn.box.style), for_names
        if key not in done:
            done.add(key)
            draw_letters(leaf, _ORDINARY + ("".join(wide) if for_names else "") + _JOINED)


class _Cutter:
    """Cuts the objects of one written document."""

    def __init__(self, document: Any, record: Record, lines: list[Line], cuts: Cuts, sample: str) -> None:
        self._objects = record.pdf.objects
        self._runs: dict[int, list[tuple[Drawn, Callable[[Fill], bytes]]]] = {}
        for line in lines:
            for place, leaf in enumerate(line.leaves):
                for drawn in leaf.places:
                    self._runs.setdefault(id(drawn.stream), []).append((drawn, partial(_run, line, place, cuts)))
        symbol = [one for one in record.pictures if (element := getattr(one.box, "element", None)) is not None and element.get("src") == sample]
        if len(symbol) != 1:
            raise Misfit("the QR is not drawn once")
        self._runs.setdefault(id(symbol[0].stream), []).append((symbol[0], _symbol(symbol[0])))
        self._areas = {id(box.link_annotation): leaves for box, leaves in _links(document, lines)}

    def live(self) -> list[LiveObject]:
        """The objects that change; Misfit when a value stands where it cannot be replaced."""
        if not set(self._runs) <= {id(item) for item in self._objects}:
            raise Misfit("a value is drawn in a stream of its own")
        made = [self._cut(item) for item in self._objects[1:-2]]
        return [item for item in made if item is not None]

    def _cut(self, item: Any) -> LiveObject | None:
        places: list[Callable[[Fill], bytes]] = []
        content: list[Piece] | None = None
        if isinstance(item, pydyf.Stream):
            content = self._content(item, places)
            head = pydyf.Dictionary(item.extra)
        else:
            head = item
        if id(item) in self._areas:
            item["Rect"] = _token(places, partial(_rectangle, list(item["Rect"]), self._areas[id(item)]))
        _replace_texts(head, places)
        data: bytes = head.data
        pieces = _with_places(data[:-2] if content is not None else data, places)
        _refuse_names([*pieces, *(content or [])])
        if len(pieces) == 1 and (content is None or all(isinstance(piece, bytes) for piece in content)):
            return None
        return LiveObject(item.number, pieces, Content(content) if content is not None else None, packed=bool(content is not None and item.compress))

    def _content(self, item: Any, places: list[Callable[[Fill], bytes]]) -> list[Piece]:
        raw = b"\n".join(map(pydyf._to_bytes, item.stream))
        if raw == _SAMPLE_FILE:
            item.extra["Params"]["CheckSum"] = _token(places, lambda fill: b"<%b>" % hashlib.md5(fill.credential, usedforsecurity=False).hexdigest().encode())
            item.extra["Params"]["Size"] = _token(places, lambda fill: b"%d" % len(fill.credential))
            return [lambda fill: fill.credential]
        if id(item) not in self._runs:
            words = re.split(PATTERN.pattern.encode(), raw)
            return [partial(_in_xml, piece.decode()) if place % 2 else piece for place, piece in enumerate(words)] if len(words) > 1 else [raw]
        pieces: list[Piece] = []
        end = 0
        for drawn, make in sorted(self._runs[id(item)], key=lambda run: run[0].start):
            pieces += [b"".join(pydyf._to_bytes(one) + b"\n" for one in item.stream[end : drawn.start]), make]
            end = drawn.end
        if end == len(item.stream):
            raise Misfit("a value ends its stream")
        return [*pieces, b"\n".join(map(pydyf._to_bytes, item.stream[end:]))]


# --- what stands in the places -----------------------------------------------------------------------------------------


def _token(places: list[Callable[[Fill], bytes]], make: Callable[[Fill], bytes]) -> bytes:
    places.append(make)
    return b"\0%d\0" % (len(places) - 1)


def _with_places(data: bytes, places: list[Callable[[Fill], bytes]]) -> list[Piece]:
    return [places[int(piece)] if turn % 2 else piece for turn, piece in enumerate(_TOKEN.split(data))]


def _replace_texts(item: Any, places: list[Callable[[Fill], bytes]]) -> None:
    """A token in the place of every PDF string that holds a value."""
    for key, value in list(item.items() if isinstance(item, dict) else enumerate(item)):
        if isinstance(value, pydyf.String) and isinstance(value.string, str) and not (words := Words(value.string, PATTERN)).constant:
            item[key] = _token(places, partial(_string, words))
        elif isinstance(value, dict | list):
            _replace_texts(value, places)


def _run(line: Line, place: int, cuts: Cuts, fill: Fill) -> bytes:
    return line.set(fill.texts, cuts)[place]


def _string(words: Words, fill: Fill) -> bytes:
    data: bytes = pydyf.String(words.filled(fill.texts)).data
    return data


def _in_xml(name: str, fill: Fill) -> bytes:
    return escape(fill.texts[name]).encode()


def _rectangle(rectangle: list[float], leaves: tuple[Leaf, Leaf], fill: Fill) -> bytes:
    """The area of a link, grown with its line, which was set just before."""
    first, last = leaves
    left, one, right, other = rectangle
    data: bytes = pydyf.Array([left + first.moved * _TO_POINTS, one, right + (last.moved + last.grown) * _TO_POINTS, other]).data
    return data


def _symbol(drawn: Drawn) -> Callable[[Fill], bytes]:
    """The QR of a certificate, drawn as WeasyPrint has drawn the sample."""
    items = b"".join(pydyf._to_bytes(item) + b"\n" for item in drawn.items)
    rows = qr_rows(_SAMPLE_TEXT)
    before, strokes, after = items.partition(strokes_of(rows))
    scales = list(_SCALE.finditer(before))
    if not strokes or not scales or scales[-1][1] != scales[-1][2]:
        raise Misfit("the QR is drawn in another way")
    scale = scales[-1]
    head, rest, side = before[: scale.start()], before[scale.end() :], drawn.box.width
    if scale[1] != pydyf._to_bytes(side / len(rows)):
        raise Misfit("the QR is drawn in another size")

    def symbol(fill: Fill) -> bytes:
        factor = pydyf._to_bytes(side / fill.side)
        return b"%b%b 0 0 %b 0 0 cm%b%b%b" % (head, factor, factor, rest, fill.strokes, after)

    return symbol


def _links(document: Any, lines: list[Line]) -> list[tuple[Any, tuple[Leaf, Leaf]]]:
    """Every link on a line that is set again, with its first and last run."""
    leaves = {id(drawn.box): leaf for line in lines for leaf in line.leaves for drawn in leaf.places}
    boxes = [box for page in document.pages for _, _, _, box in page.links if hasattr(box, "link_annotation")]
    inside = [(box, [leaves[id(leaf)] for leaf in leaves_of(box) if id(leaf) in leaves]) for box in boxes]
    return [(box, (runs[0], runs[-1])) for box, runs in inside if runs]


def _refuse_names(pieces: list[Piece]) -> None:
    for piece in pieces:
        if isinstance(piece, bytes):
            for name in NAMES.values():
                if name.encode() in piece or name.encode("utf-16-be").hex().encode() in piece:
                    raise Misfit("a value stands where it cannot be replaced")
