"""Watching WeasyPrint 70.0 write a document: its objects, and where in the page streams each run of text and each picture stands.

The compiled page is made from such a record. Nothing is changed in what WeasyPrint writes, except that the caller may add glyphs before the fonts are cut.
Hold `PRESS`: for as long as a recording lasts, names of WeasyPrint's modules are replaced.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

State = tuple[Any, ...]
_STATE = ("_current_color", "_current_color_stroke", "_current_alpha", "_current_alpha_stroke", "_current_font", "_old_font")


@dataclass(eq=False, slots=True)
class Drawn:
    """One thing drawn: its box, its stream, the items that it added there, and what the stream remembered before and after."""

    box: Any
    stream: Any
    start: int
    end: int
    before: State
    after: State
    offset: float = 0.0

    @property
    def items(self) -> list[Any]:
        """What it added to its stream."""
        items: list[Any] = self.stream.stream[self.start : self.end]
        return items


@dataclass(eq=False, slots=True)
class Record:
    """What was seen of one writing; `fonts` are the numbers of the objects that hold the embedded fonts."""

    pdf: Any = None
    texts: list[Drawn] = field(default_factory=list)
    pictures: list[Drawn] = field(default_factory=list)
    fonts: range = range(0)


def state_of(stream: Any) -> State:
    """What a stream remembers, so that it need not say it again: colours, opacity, font."""
    return tuple(getattr(stream, name) for name in _STATE)


def fresh_stream(stream: Any, state: State) -> Any:
    """An empty stream of the same page that remembers `state`."""
    fresh = stream.clone()
    for name, value in zip(_STATE, state, strict=True):
        setattr(fresh, name, value)
    return fresh


@contextmanager
def recording(before_fonts: Callable[[Record], None] = lambda record: None) -> Iterator[Record]:
    """A record of the one document that is written inside; `before_fonts` is called when everything is drawn and no font is cut yet."""
    import weasyprint.document as writing
    import weasyprint.draw as drawing
    import weasyprint.pdf as pdfs

    record = Record()
    draw_text, draw_picture, build_fonts, generate = drawing.draw_text, drawing.draw_replacedbox, pdfs.build_fonts_dictionary, writing.generate_pdf

    def watch_text(stream: Any, box: Any, offset: float, *rest: Any) -> None:
        before, start = state_of(stream), len(stream.stream)
        draw_text(stream, box, offset, *rest)
        record.texts.append(Drawn(box, stream, start, len(stream.stream), before, state_of(stream), offset))

    def watch_picture(stream: Any, box: Any) -> None:
        before, start = state_of(stream), len(stream.stream)
        draw_picture(stream, box)
        record.pictures.append(Drawn(box, stream, start, len(stream.stream), before, state_of(stream)))

    def watch_fonts(pdf: Any, *rest: Any) -> Any:
        before_fonts(record)
        start = len(pdf.objects)
        fonts = build_fonts(pdf, *rest)
        record.fonts = range(start, len(pdf.objects))
        return fonts

    def watch_pdf(*given: Any, **options: Any) -> Any:
        record.pdf = generate(*given, **options)
        return record.pdf

    drawing.draw_text, drawing.draw_replacedbox, pdfs.build_fonts_dictionary, writing.generate_pdf = watch_text, watch_picture, watch_fonts, watch_pdf
    try:
        yield record
    finally:
        drawing.draw_text, drawing.draw_replacedbox, pdfs.build_fonts_dictionary, writing.generate_pdf = draw_text, draw_picture, build_fonts, generate
