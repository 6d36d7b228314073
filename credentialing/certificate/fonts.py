"""The five faces of a certificate: static cuts of the variable fonts (SIL Open Font License) that come as Python packages.

WeasyPrint would cut a variable font again for every document (0.4 s); one cut for each font version is kept in a folder that the caller names.
"""

import hashlib
import importlib.util
import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_SERIF, _SANS = ("fontpkg_source_serif_4", "SourceSerif4"), ("fontpkg_source_sans_3", "SourceSans3")
FACES = {  # name in the stylesheet: (package, stem), end of the file name, place on each axis
    "serif-display": (_SERIF, "[opsz,wght].ttf", {"opsz": 36, "wght": 500}),
    "serif-italic": (_SERIF, "-Italic[opsz,wght].ttf", {"opsz": 14, "wght": 400}),
    "sans": (_SANS, "[wght].ttf", {"wght": 400}),
    "sans-bold": (_SANS, "[wght].ttf", {"wght": 640}),
    "sans-italic": (_SANS, "-Italic[wght].ttf", {"wght": 400}),
}
_LATIN = [*range(0x20, 0x7F), *range(0xA0, 0x180), 0x192, 0x1A0, 0x1A1, 0x1AF, 0x1B0, *range(0x1CD, 0x1DD), *range(0x218, 0x21C)]
_MARKS = [*range(0x300, 0x30D), 0x323, *range(0x1E00, 0x1F00)]
_SIGNS = [*range(0x2010, 0x2028), 0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x20AC, 0x2116, 0x2122, 0x2190, 0x2192, 0x2212, 0x2713, 0x25CB, 0x25CF]
_FEATURES = ["kern", "liga", "mark", "mkmk", "ccmp", "locl", "smcp", "c2sc", "lnum", "onum", "pnum", "tnum", "case", "ordn"]


def _source(face: str) -> Path:
    (package, stem), suffix, _ = FACES[face]
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise FileNotFoundError(f"the font package {package} is not installed")
    return Path(found.origin).parent / "files" / (stem + suffix)


def face_file(folder: Path, face: str) -> Path:
    """Where the cut of `face` lies in `folder`; another version of the font or of the cut is another file."""
    source = _source(face)
    key = repr((source.name, source.stat().st_size, FACES[face][2], _LATIN, _MARKS, _SIGNS, _FEATURES))
    return folder / f"{face}-{hashlib.sha256(key.encode()).hexdigest()[:16]}.ttf"


def _cut(face: str) -> bytes:
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    font = TTFont(_source(face), recalcTimestamp=False)
    cutter = subset.Subsetter(subset.Options(layout_features=_FEATURES, hinting=False, notdef_outline=True, name_IDs=["*"]))
    cutter.populate(unicodes=[*_LATIN, *_MARKS, *_SIGNS])
    cutter.subset(font)
    out = io.BytesIO()
    instantiateVariableFont(font, FACES[face][2], static=True).save(out)
    return out.getvalue()


def prepare_fonts(folder: Path, *, tell: Callable[[str, int, int], None] = lambda face, done, total: None) -> None:
    """Cut every face that `folder` lacks (seconds each); `tell(face, done, total)` is called after each one."""
    folder.mkdir(parents=True, exist_ok=True)
    for done, face in enumerate(FACES, 1):
        target = face_file(folder, face)
        if not target.exists():
            draft = target.with_name(f"{target.name}.{os.getpid()}")  # several processes may cut at once; the last rename wins with equal bytes
            draft.write_bytes(_cut(face))
            draft.replace(target)
        tell(face, done, len(FACES))


@dataclass(frozen=True, slots=True)
class Faces:
    """The cut faces: their bytes by name, the characters that every one of them can draw, and the advance widths (em) of the display face."""

    files: dict[str, bytes]
    characters: frozenset[str]
    display_widths: dict[str, float]

    def width_mm(self, text: str, points: float) -> float:
        """How wide `text` stands in the display face, without kerning, in millimetres."""
        return sum(self.display_widths.get(character, 0.6) for character in text) * points * 25.4 / 72


def load_faces(folder: Path) -> Faces:
    """The faces from `folder`, cut first when they are missing."""
    from fontTools.ttLib import TTFont

    prepare_fonts(folder)
    files = {face: face_file(folder, face).read_bytes() for face in FACES}
    fonts = {face: TTFont(io.BytesIO(data), lazy=True) for face, data in files.items()}
    maps = {face: font.getBestCmap() for face, font in fonts.items()}
    display = fonts["serif-display"]
    unit = display["head"].unitsPerEm
    widths = {chr(code): display["hmtx"][glyph][0] / unit for code, glyph in maps["serif-display"].items()}
    common = set.intersection(*(set(known) for known in maps.values()))
    return Faces(files, frozenset(map(chr, common)), widths)
