"""Lines of a laid-out page set again with other words: same place, same faces, same rules of kerning, by Pango as WeasyPrint calls it.

A line may be set again only when that cannot move anything else: it holds text alone, it is not one of several lines of a flowing text, and the new
words are no wider than the room the line has. Whatever else happens is a `Misfit`, and the page must be laid out as a whole.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pydyf

from credentialing.certificate.pieces import Misfit
from credentialing.certificate.recording import Drawn, Record, fresh_stream
from credentialing.certificate.setting import Cuts, Setter

_ONE_RUN = re.compile(rb"((?:[^\n]*\n)*?)1 0 0 -1 [0-9.-]+ ([0-9.-]+) Tm\n((?:/[A-Z]{6} [0-9.]+ Tf\n)?)\[[^\]]*\] TJ\n(ET\n)")
_LAST_FONT = 5  # among the things that a stream remembers: name and size of the font of the last text
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


class Leaf:
    """One run of text of a line: what was drawn, the same drawn elsewhere, its words, and where it stood in the compiled page (CSS pixels)."""

    def __init__(self, drawn: Drawn, words: Words) -> None:
        """Misfit when more was drawn than one plain run of text."""
        box = drawn.box
        if box.style["text_decoration_line"] != "none":
            raise Misfit("a value is underlined")
        self.drawn: Drawn | None = drawn
        self.twins: list[Drawn] = []
        self.words, self.left, self.width = words, float(box.position_x), float(box.width)
        self.setter = Setter(box.style)
        self.moved = self.grown = 0.0
        self._font = drawn.after[_LAST_FONT]
        self._around = _around(drawn)

    def measure(self, text: str) -> float:
        """How wide a text would be in this run."""
        return self.setter.width(text)

    def written(self, text: str, cuts: Cuts) -> bytes:
        """The operators for the text last measured, each on a line; Misfit when it needs a glyph that the form does not embed."""
        before, height, between, after = self._around
        place = pydyf._to_bytes(self.left + self.moved)
        return b"%b1 0 0 -1 %b %b Tm\n%b[%b] TJ\n%b" % (before, place, height, between, self.setter.shown(cuts, self._font), after)

    @property
    def places(self) -> list[Drawn]:
        """Where it was drawn in the compiled page."""
        return [*([] if self.drawn is None else [self.drawn]), *self.twins]

    @property
    def untouched(self) -> bytes:
        """What was drawn here in the compiled page."""
        return b"" if self.drawn is None else b"".join(pydyf._to_bytes(item) + b"\n" for item in self.drawn.items)

    def let_go(self) -> None:
        """Forget the document that this was found in."""
        self.drawn, self.twins = None, []
        self.setter.style.let_go()


def _around(drawn: Drawn) -> tuple[bytes, bytes, bytes, bytes]:
    """What stands around the two things that change, the left of the text matrix and the strings: before, the height in the matrix, between, after."""
    whole = b"".join(pydyf._to_bytes(item) + b"\n" for item in drawn.items)
    found = _ONE_RUN.fullmatch(whole)
    if found is None:
        raise Misfit("a value is not drawn as one run of text")
    return found[1], found[2], found[3], found[4]


@dataclass(eq=False, slots=True)
class Line:
    """A line that can be set again: its runs, how far it may grow, the part of its growth that goes to the left, and the last text that it held."""

    leaves: list[Leaf]
    width: float
    room: float
    leftward: float
    last: tuple[tuple[str, ...], list[bytes]] | None = None
    fitting: tuple[str, ...] | None = None

    def fit(self, values: Mapping[str, str]) -> None:
        """Raise Misfit when the values are too wide."""
        texts = tuple(leaf.words.filled(values) for leaf in self.leaves)
        if texts != self.fitting:
            self._place(texts)
            self.fitting = texts

    def set(self, values: Mapping[str, str], cuts: Cuts) -> list[bytes]:
        """The operators for each run; Misfit when the values are too wide or need a glyph that the form does not embed."""
        texts = tuple(leaf.words.filled(values) for leaf in self.leaves)
        if self.last is None or self.last[0] != texts:
            self.last = None
            self._place(texts)
            self.last = texts, [leaf.written(text, cuts) for leaf, text in zip(self.leaves, texts, strict=True)]
        return self.last[1]

    def _place(self, texts: Sequence[str]) -> None:
        """Measure the texts and move the runs."""
        widths = [leaf.measure(text) for leaf, text in zip(self.leaves, texts, strict=True)]
        growth = sum(width - leaf.width for leaf, width in zip(self.leaves, widths, strict=True))
        if self.width + growth > self.room + _SLACK:
            raise Misfit("a text is wider than its line")
        x = -growth * self.leftward
        for leaf, width in zip(self.leaves, widths, strict=True):
            leaf.moved, leaf.grown = x, width - leaf.width
            x += leaf.grown


def draw_letters(leaf: Leaf, letters: str) -> None:
    """Draw letters in the face of a run, outside the page: WeasyPrint then embeds them. Leaves the box of the run unfit for drawing."""
    import weasyprint.draw as drawing
    from weasyprint.text.line_break import create_layout

    if (drawn := leaf.drawn) is not None:
        drawn.box.text, drawn.box.pango_layout = letters, create_layout(letters, drawn.box.style, None, None, 0)
        drawing.draw_text(fresh_stream(drawn.stream, drawn.before), drawn.box, 0.0, "clip", "none")


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
                    leaf.twins += [] if twin.drawn is None else [twin.drawn]
    return list(lines.values())


def _look(line: Line) -> str:
    """Everything that decides how a line is set: running heads are the same line on every page."""
    runs = [(leaf.untouched, leaf.left, leaf.width, leaf.words.text) for leaf in line.leaves]
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
    leaves = [Leaf(drawn[id(box)], Words(box.text, names)) for box in boxes]
    leftward = {"center": 0.5, "end": 1.0, "right": 1.0}.get(align, 0.0)
    return Line(leaves, line.width, block.width, leftward)
