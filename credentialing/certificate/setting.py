"""Setting a run of text: Pango shapes it as WeasyPrint 70.0 has it shaped, and the glyphs are written as WeasyPrint writes them, digit for digit.

What `weasyprint.draw.text.draw_first_line` does for plain text, without what certificates do not have (emoji, bitmap fonts, raised glyphs, ellipses) and
without laying the text out a second time. That both write the same is proved for every form (`compiled.py`) and tested for every page.
"""

import struct
from dataclasses import dataclass
from typing import Any

from credentialing.certificate.pieces import Misfit

_GLYPH = struct.Struct("=Iiii4x")  # PangoGlyphInfo: glyph, width, x offset, y offset, attributes
_HEXADECIMAL = tuple(f"{glyph:04x}" for glyph in range(4096))


class Style(dict[str, Any]):
    """Of a computed style only what setting a text asks for: asked once from the whole style, kept after that is let go."""

    def __init__(self, whole: Any) -> None:
        super().__init__()
        self._whole = whole
        self.font_config = whole.font_config

    def __missing__(self, key: str) -> Any:
        if self._whole is None:
            raise Misfit("the text asks for more of its style")
        value = self[key] = self._whole[key]
        return value

    def let_go(self) -> None:
        """Forget the whole style, and with it the document."""
        self._whole = None


@dataclass(frozen=True, slots=True)
class Cut:
    """A font as a form embeds it: its name in the page, and the width (thousandths) and the text of each of its glyphs."""

    name: str
    widths: dict[int, float]
    texts: dict[int, str]


Cuts = dict[int, Cut]


def cuts_of(fonts: dict[int, Any]) -> Cuts:
    """The fonts of a document that was written (`Document.fonts`), by WeasyPrint's key."""
    return {key: Cut(font.hash, dict(font.widths), dict(font.to_unicode)) for key, font in fonts.items()}


class Setter:
    """Sets texts in one style. A layout is kept for the next text, unless the style leaves marks in it that belong to one text."""

    def __init__(self, style: Any) -> None:
        self.style = Style(style)
        marks = style["overflow_wrap"] != "normal" or style["letter_spacing"] not in ("normal", 0) or style["word_spacing"] != 0
        self._kept: Any = None if marks else self._new()
        self._layout: Any = None
        self._text = ""

    def _new(self) -> Any:
        from weasyprint.text.line_break import Layout

        return Layout(self.style)

    def width(self, text: str) -> float:
        """How wide the text is in one line (CSS pixels); the next `shown` is about it. Misfit when it needs more lines."""
        from weasyprint.text.line_break import line_size

        self._layout, self._text = self._kept or self._new(), text
        self._layout.set_text(text)
        line, more = self._layout.get_first_line()
        if more is not None:
            raise Misfit("a text takes more than one line")
        width: float = line_size(line, self.style)[0]
        return width

    def shown(self, cuts: Cuts, font: tuple[str, float]) -> bytes:
        """The strings of the text last measured with the distances between them, for the operator TJ, in `font` (name and size).

        Misfit when it needs another font or a glyph that is not embedded, or when what is written does not read as the text by the font's own table.
        """
        from weasyprint.text.ffi import ffi
        from weasyprint.text.fonts import get_pango_font_key

        line, _ = self._layout.get_first_line()
        out: list[str] = []
        read: list[str] = []
        run = line.runs[0]
        while run != ffi.NULL:
            item, run = run.data, run.next
            key, _, size = get_pango_font_key(item.item.analysis.font)
            if key not in cuts or (cuts[key].name, size) != font:
                raise Misfit("a glyph is not among those of the form")
            count = item.glyphs.num_glyphs
            _write(ffi.buffer(item.glyphs.glyphs, count * _GLYPH.size)[:], cuts[key], size, out, read)
        if "".join(read) != self._text:
            raise Misfit("the text does not read back")
        return "".join(out).encode()


def _write(glyphs: bytes, cut: Cut, size: float, out: list[str], read: list[str]) -> None:
    from weasyprint.text.ffi import FROM_UNITS, pango

    widths, texts, empty = cut.widths, cut.texts, pango.PANGO_GLYPH_EMPTY
    out.append("<")
    for glyph, width, x, y in _GLYPH.iter_unpack(glyphs):
        if glyph == empty:
            out.append(f">{-width / size}<")
            continue
        if y or glyph not in texts or glyph not in widths:
            raise Misfit("a glyph is not among those of the form")
        offset = x / size
        if offset:
            out.append(f">{-offset}<")
        out.append(_HEXADECIMAL[glyph])
        read.append(texts[glyph])
        kerning = widths[glyph] + offset - width * 1000 * FROM_UNITS / size
        if kerning:
            out.append(f">{int(kerning)}<")
    if out[-1].endswith("<"):
        out[-1] = out[-1][:-1]
    else:
        out.append(">")
