"""Lines of a laid-out page set again with other words: same place, same faces, same rules of kerning, by Pango as WeasyPrint calls it.

A line may be set again only when that cannot move anything else: it holds text alone, it is not one of several lines of a flowing text, and the new
words are no wider than the room the line has. Whatever else happens is a `Misfit`, and the page must be laid out as a whole.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from credentialing.certificate.pieces import Misfit
from credentialing.certificate.recording import Drawn, Record, fresh_stream, state_of

_RUN = re.compile(rb"<([0-9a-f]*)>")
_FONT = re.compile(rb"/([A-Z]{6}) [0-9.]+ Tf")
_SLACK = 0.001  # CSS pixels


class Words:
    """A text with places for values: literal pieces and names of places in turn."""

    __slots__ = ("_pieces", "text")

    def __init__(self, text: str, names: re.Pattern[str]) -> None:
        self.text = text
        self._pieces = names.split(text)

    @property
    def constant(self) -> bool:
        """Whether it has no place for a value."""
        return len(self._pieces) == 1

    def has(self, names: frozenset[str]) -> bool:
        """Whether one of these names stands in it."""
        return not names.isdisjoint(self._pieces[1::2])

    def filled(self, values: Mapping[str, str]) -> str:
        """The text with its values."""
        return "".join([values[piece] if place % 2 else piece for place, piece in enumerate(self._pieces)])


@dataclass(eq=False, slots=True)
class Leaf:
    """One run of text of a line: what was drawn, the same drawn elsewhere, its words, and where it stood in the compiled page (CSS pixels)."""

    drawn: Drawn
    words: Words
    left: float
    width: float
    twins: list[Drawn] = field(default_factory=list)
    moved: float = 0.0
    grown: float = 0.0


@dataclass(eq=False, slots=True)
class Line:
    """A line that can be set again: its runs, how far it may grow, the part of its growth that goes to the left, and the last text that it held."""

    leaves: list[Leaf]
    width: float
    room: float
    leftward: float
    last: tuple[tuple[str, ...], list[list[Any]]] | None = None

    def fit(self, values: Mapping[str, str]) -> None:
        """Raise Misfit when the values are too wide."""
        self._placed([leaf.words.filled(values) for leaf in self.leaves])

    def set(self, values: Mapping[str, str], fonts: "Repertoire") -> list[list[Any]]:
        """The items of the page stream for each run; Misfit when the values are too wide or need a glyph that the form does not embed."""
        texts = tuple(leaf.words.filled(values) for leaf in self.leaves)
        if self.last is None or self.last[0] != texts:
            layouts = self._placed(list(texts))
            self.last = texts, [_redrawn(leaf, text, layout, fonts) for leaf, text, layout in zip(self.leaves, texts, layouts, strict=True)]
        return self.last[1]

    def _placed(self, texts: list[str]) -> list[tuple[Any, float]]:
        """A live layout and its width for each run; moves the boxes of the runs."""
        layouts = [_measured(leaf.drawn.box, text) for leaf, text in zip(self.leaves, texts, strict=True)]
        growth = sum(width - leaf.width for leaf, (_, width) in zip(self.leaves, layouts, strict=True))
        if self.width + growth > self.room + _SLACK:
            raise Misfit("a text is wider than its line")
        x = -growth * self.leftward
        for leaf, (_, width) in zip(self.leaves, layouts, strict=True):
            leaf.moved, leaf.grown = x, width - leaf.width
            x += leaf.grown
        return layouts


class Repertoire:
    """The fonts of a form: no glyph and no font may be needed that was not embedded when it was compiled."""

    def __init__(self, fonts: dict[Any, Any]) -> None:
        self._fonts = fonts
        self._names = {font.hash.encode(): font for font in fonts.values()}
        self._sizes = {key: len(font.to_unicode) for key, font in fonts.items()}

    def check(self, items: list[Any], text: str, font: str | None) -> None:
        """Misfit when drawing has used a font or a glyph from outside, or when what was drawn does not read as `text`."""
        strangers = [key for key in self._fonts if key not in self._sizes]
        grown = [key for key, size in self._sizes.items() if len(self._fonts[key].to_unicode) > size]
        for key in strangers:
            del self._fonts[key]
        for key in grown:
            glyphs = self._fonts[key].to_unicode
            for glyph in list(glyphs)[self._sizes[key] :]:
                del glyphs[glyph]
        if strangers or grown:
            raise Misfit("a glyph is not among those of the form")
        if self._read(items, font) != text.strip("\n") and text.strip():
            raise Misfit("the text does not read back")

    def _read(self, items: list[Any], name: str | None) -> str:
        """The text of drawn runs by the fonts' own tables, as a reader of the PDF finds it."""
        known = self._names.get((name or "").encode())
        out = ""
        for item in items:
            line = item if isinstance(item, bytes) else b""
            if found := _FONT.fullmatch(line):
                known = self._names.get(found[1])
            elif line.endswith(b"TJ") and known is not None:
                digits = b"".join(_RUN.findall(line)).decode()
                out += "".join([known.to_unicode[int(digits[at : at + 4], 16)] for at in range(0, len(digits), 4)])
        return out


@cache
def _live_layout() -> Any:
    from weasyprint.text.line_break import Layout

    class Live(Layout):  # type: ignore[misc]
        """A layout that is drawn right after it was measured: it need not be made a second time."""

        def reactivate(self, style: Any) -> None:
            """Nothing: it is still alive."""

    return Live


def _measured(box: Any, text: str) -> tuple[Any, float]:
    from weasyprint.text.line_break import line_size

    layout = _live_layout()(box.style)
    layout.set_text(text)
    line, more = layout.get_first_line()
    if more is not None:
        raise Misfit("a text takes more than one line")
    return layout, line_size(line, box.style)[0]


def _redrawn(leaf: Leaf, text: str, measured: tuple[Any, float], fonts: Repertoire) -> list[Any]:
    import weasyprint.draw as drawing

    drawn, box = leaf.drawn, leaf.drawn.box
    box.text, (box.pango_layout, box.width) = text, measured
    box.position_x = leaf.left + leaf.moved
    stream = fresh_stream(drawn.stream, drawn.before)
    drawing.draw_text(stream, box, drawn.offset + leaf.moved, "clip", "none")
    before = drawn.before[_FONT_BEFORE]
    fonts.check(stream.stream, text, before[0] if before else None)
    if state_of(stream) != drawn.after:
        raise Misfit("the text leaves another font or colour behind")
    return list(stream.stream)


def draw_letters(leaf: Leaf, letters: str) -> None:
    """Draw letters in the face of a run, outside the page: WeasyPrint then embeds them. Leaves the box of the run unfit for drawing."""
    import weasyprint.draw as drawing

    drawn = leaf.drawn
    drawn.box.text, (drawn.box.pango_layout, _) = letters, _measured(drawn.box, letters)
    drawing.draw_text(fresh_stream(drawn.stream, drawn.before), drawn.box, 0.0, "clip", "none")


_FONT_BEFORE = 4  # the current font among the things that a stream remembers


# --- finding them ----------------------------------------------------------------------------------------------------


def lines_of(document: Any, record: Record, names: re.Pattern[str]) -> list[Line]:
    """Every line in which a name stands; Misfit when one of them cannot be set again by itself."""
    drawn = {id(one.box): one for one in record.texts}
    lines: dict[str, Line] = {}
    for page in document.pages:
        for block, line in _lines(page._page_box):
            boxes = list(leaves_of(line))
            if any(names.search(getattr(box, "text", "")) for box in boxes):
                found = _line(block, line, boxes, drawn=drawn, names=names)
                known = lines.setdefault(_look(found), found)
                for leaf, twin in zip(known.leaves, found.leaves if known is not found else (), strict=False):
                    leaf.twins.append(twin.drawn)
    return list(lines.values())


def _look(line: Line) -> str:
    """Everything that decides how a line is set: running heads are the same line on every page."""
    runs = [(leaf.drawn.items, leaf.left, leaf.width, leaf.words.text) for leaf in line.leaves]
    return repr((runs, line.width, line.room, line.leftward))


def _lines(box: Any) -> Iterator[tuple[Any, Any]]:
    box = getattr(box, "_box", box)
    for child in getattr(box, "children", ()) or ():
        child = getattr(child, "_box", child)
        if type(child).__name__ == "LineBox":
            yield box, child
        yield from _lines(child)


def leaves_of(box: Any) -> Iterator[Any]:
    """The boxes within a box that hold no other box, in the order of the text."""
    for child in getattr(box, "children", ()):
        child = getattr(child, "_box", child)
        yield from leaves_of(child) if getattr(child, "children", None) else (child,)


def _line(block: Any, line: Any, boxes: list[Any], *, drawn: Mapping[int, Drawn], names: re.Pattern[str]) -> Line:
    siblings = [child for child in block.children if type(getattr(child, "_box", child)).__name__ == "LineBox"]
    if len(siblings) > 1 and not all(names.fullmatch("".join(getattr(box, "text", "") for box in leaves_of(one))) for one in siblings):
        raise Misfit("a value stands in a text of several lines")
    boxes = [box for box in boxes if getattr(box, "text", None) or box.width]  # a forced break is an empty box
    if any(type(box).__name__ != "TextBox" or id(box) not in drawn for box in boxes):
        raise Misfit("a value stands on one line with a picture")
    last = line.style["text_align_last"]  # one line of its own is the last of its block, or ends in a forced break
    align = line.style["text_align_all"] if last == "auto" else last
    if align == "justify" or line.style["direction"] == "rtl":
        raise Misfit("a line is set in another way than from an edge or around its middle")
    leaves = [Leaf(drawn[id(box)], Words(box.text, names), box.position_x, box.width) for box in boxes]
    leftward = {"center": 0.5, "end": 1.0, "right": 1.0}.get(align, 0.0)
    return Line(leaves, line.width, block.width, leftward)
