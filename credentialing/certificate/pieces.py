"""The bytes of a PDF in two kinds of pieces: what never changes, serialised and compressed once, and what each certificate puts in its place.

A page stream stays one stream: its constant parts are deflate blocks of their own (RFC 1951: blocks that refer to nothing before them may be joined), so that
only the live parts are compressed anew. The file is one revision with a cross-reference stream (ISO 32000-1, 7.5.8); the constant dictionaries lie in one
object stream, everything that changes lies open behind them.
"""

import hashlib
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

_SHORT = 300  # bytes: constant pieces up to this are compressed together with their live neighbours
_LEVEL = 4  # of compression for live pieces: level 6 takes thrice the time for an eighth less
_HEAD, _END = b"\x78\x9c", b"\x03\x00"  # of a deflated stream (RFC 1950), and an empty last block


class Misfit(Exception):  # noqa: N818 -- not an error: the page is laid out as a whole instead
    """These values cannot be put into this form, or this page cannot be made a form; the text says why and names no person."""


@dataclass(slots=True)
class Fill:
    """What one certificate puts into its form: texts by the name of their place, the strokes of its QR and the modules on its side, the credential."""

    texts: Mapping[str, str]
    strokes: bytes
    side: int
    credential: bytes = b""


Live: TypeAlias = Callable[[Fill], bytes]
Piece: TypeAlias = bytes | Live


def joined(pieces: Iterable[Piece], fill: Fill) -> bytes:
    """The pieces with the values in their places."""
    return b"".join([piece if isinstance(piece, bytes) else piece(fill) for piece in pieces])


def _deflated(raw: bytes, level: int) -> bytes:
    block = zlib.compressobj(level, zlib.DEFLATED, -15)
    return block.compress(raw) + block.flush(zlib.Z_SYNC_FLUSH)


class Content:
    """The content of a stream from pieces; those that are constant and long are compressed once."""

    def __init__(self, pieces: Iterable[Piece]) -> None:
        self._groups: list[tuple[bytes, bytes] | list[Piece]] = []
        for piece in pieces:
            if isinstance(piece, bytes) and len(piece) > _SHORT:
                self._groups.append((piece, _deflated(piece, 9)))
            elif self._groups and isinstance(self._groups[-1], list):
                self._groups[-1].append(piece)
            else:
                self._groups.append([piece])

    def made(self, fill: Fill) -> tuple[bytes, bytes]:
        """The content, and the same compressed; Misfit when it would not unpack to what was put in."""
        parts = [group if isinstance(group, tuple) else (raw := joined(group, fill), _deflated(raw, _LEVEL)) for group in self._groups]
        whole = b"".join([raw for raw, _ in parts])
        packed = b"".join([_HEAD, *[packed for _, packed in parts], _END, zlib.adler32(whole).to_bytes(4)])
        if zlib.decompress(packed) != whole:
            raise Misfit("a stream does not unpack to what was put in")
        return whole, packed


@dataclass(slots=True)
class LiveObject:
    """An object that differs between two certificates. Of a stream, `head` is its dictionary without the end and without filter and length."""

    number: int
    head: list[Piece]
    content: Content | None = None
    packed: bool = False

    def made(self, fill: Fill) -> tuple[bytes, bytes]:
        """The object as it stands in the file, and as it is compared: a stream uncompressed and without filter and length."""
        head = joined(self.head, fill)
        if self.content is None:
            return head, head
        plain, packed = self.content.made(fill)
        data, how = (packed, b"/Filter /FlateDecode") if self.packed else (plain, b"")
        return b"%b%b/Length %d>>\nstream\n%b\nendstream" % (head, how, len(data), data), head + b">>\n" + plain


class File:
    """A whole file: the bytes that come first in every certificate, and what is written behind them."""

    def __init__(self, pdf: Any, live: list[LiveObject], *, header: bytes) -> None:
        """From pydyf's objects after they were written (the last two are its own object stream and cross-reference stream); `header` is two lines."""
        changing = {item.number for item in live}
        kept = [item for item in pdf.objects[1:-2] if item.number not in changing]
        packed = [item for item in kept if item.compressible]
        head, where = bytearray(header), {}
        for item in kept:
            if not item.compressible:
                where[item.number] = b"\x01" + len(head).to_bytes(3) + b"\0\0"
                head += item.indirect + b"\n"
        bundle = len(pdf.objects) - 2
        where[bundle] = b"\x01" + len(head).to_bytes(3) + b"\0\0"
        head += b"%d 0 obj\n%b\nendobj\n" % (bundle, _object_stream(packed))
        where |= {item.number: b"\x02" + bundle.to_bytes(3) + place.to_bytes(2) for place, item in enumerate(packed)}
        self._start, self._live = bytes(head), live
        self._rows = [b"\0\0\0\0\xff\xff", *(where.get(number, b"") for number in range(1, bundle + 1))]
        self._digest = hashlib.md5(self._start, usedforsecurity=False)
        self._names = b"/Root %b" % pdf.catalog.reference + (b"/Info %b" % pdf.info.reference if pdf.info else b"")

    def written(self, fill: Fill, identifier: bytes) -> bytes:
        """The file; `identifier` is the first of the two in its trailer, as a PDF string."""
        out, rows, position, digest = [self._start], list(self._rows), len(self._start), self._digest.copy()
        for item in self._live:
            text = b"%d 0 obj\n%b\nendobj\n" % (item.number, item.made(fill)[0])
            rows[item.number] = b"\x01" + position.to_bytes(3) + b"\0\0"
            digest.update(text)
            out.append(text)
            position += len(text)
        rows.append(b"\x01" + position.to_bytes(3) + b"\0\0")
        table, count = zlib.compress(b"".join(rows), _LEVEL), len(rows)
        about = b"<</Type /XRef/Index [0 %d]/W [1 3 2]/Size %d%b/ID [%b (%b)]/Filter /FlateDecode/Length %d>>" % (
            count, count, self._names, identifier, digest.hexdigest().encode(), len(table),
        )  # fmt: skip
        out.append(b"%d 0 obj\n%b\nstream\n%b\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (count - 1, about, table, position))
        return b"".join(out)


def _object_stream(items: list[Any]) -> bytes:
    bodies = [item.data for item in items]
    places, position = [], 0
    for item, body in zip(items, bodies, strict=True):
        places.append(b"%d %d" % (item.number, position))
        position += len(body) + 1
    index = b" ".join(places)
    data = zlib.compress(index + b"\n" + b"\n".join(bodies), 9)
    about = b"<</Type /ObjStm/N %d/First %d/Filter /FlateDecode/Length %d>>" % (len(items), len(index) + 1, len(data))
    return about + b"\nstream\n" + data + b"\nendstream"
