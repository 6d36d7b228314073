"""Cuts the fonts of the screens out of the font package at set-up: only the letters of our languages, without hinting, as woff2. No font is committed."""

from importlib.resources import files
from pathlib import Path
from typing import Final

FACES: Final = {"atkinson-400.woff2": "AtkinsonHyperlegible-Regular.ttf", "atkinson-700.woff2": "AtkinsonHyperlegible-Bold.ttf"}
LETTERS: Final = (
    "".join(map(chr, range(0x20, 0x7F)))
    + "ÁÉÍÓÚÜÑáéíóúüñÀÂÃÇÊÔÕàâãçêôõÈËÎÏÛÙŒèëîïûùœ¡¿ªº°·«»“”‘’–—…€£×\u00a0\u202f"
)


def web_fonts() -> Path:
    """Where the stylesheet looks for the fonts."""
    return Path(__file__).parent / "static" / "fonts"


def cut_web_fonts(target: Path) -> tuple[Path, ...]:
    """Write both faces into `target` (about 8 kB each) and say where they are; ModuleNotFoundError when the font package is not installed.

    A face that is already there is left alone, so a second start costs nothing.
    """
    target.mkdir(parents=True, exist_ok=True)
    missing = {name: source for name, source in FACES.items() if not (target / name).exists()}
    if missing:
        originals = files("fontpkg_atkinson_hyperlegible") / "files"
        for name, source in missing.items():
            _cut(Path(str(originals / source)), target / name)
    return tuple(target / name for name in FACES)


def _cut(source: Path, target: Path) -> None:
    from fontTools.subset import Options, Subsetter, load_font, save_font

    options = Options(flavor="woff2", hinting=False, layout_features=["kern"], notdef_outline=True, name_IDs=[1, 2], drop_tables=["FFTM"])
    unfinished = target.with_suffix(".part")
    with load_font(str(source), options) as font:
        subsetter = Subsetter(options)
        subsetter.populate(text=LETTERS)
        subsetter.subset(font)
        save_font(font, str(unfinished), options)
    unfinished.replace(target)
