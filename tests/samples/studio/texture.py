"""Textures from a seed: grain, clouds, wood, and the fonts that labels are written in."""

from __future__ import annotations

import math
from importlib.resources import files
from pathlib import Path
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

Size = tuple[int, int]
Colour = tuple[int, int, int]


def font_path(family: str, italic: bool = False) -> Path:
    """Return the file of a bundled open font: `serif`, `sans` or `plain`."""
    packages = {
        "serif": ("fontpkg_source_serif_4", "SourceSerif4-Italic[opsz,wght].ttf" if italic else "SourceSerif4[opsz,wght].ttf"),
        "sans": ("fontpkg_source_sans_3", "SourceSans3-Italic[wght].ttf" if italic else "SourceSans3[wght].ttf"),
        "plain": ("fontpkg_atkinson_hyperlegible", "AtkinsonHyperlegible-Bold.ttf"),
    }
    package, name = packages[family]
    return Path(str(files(package))) / "files" / name


def font(size: int, family: str = "plain") -> ImageFont.FreeTypeFont:
    """Return a font of `size` pixels for drawing on an image."""
    return ImageFont.truetype(str(font_path(family)), size, layout_engine=ImageFont.Layout.BASIC)


def speckle(size: Size, seed: int) -> Image.Image:
    """Return independent uniform grey values, one a pixel."""
    return Image.frombytes("L", size, Random(seed).randbytes(size[0] * size[1]))


def grain(size: Size, seed: int) -> Image.Image:
    """Return bell-shaped grey noise around 128, as a sensor makes it."""
    first = Image.blend(speckle(size, seed), speckle(size, seed + 1), 0.5)
    second = Image.blend(speckle(size, seed + 2), speckle(size, seed + 3), 0.5)
    return Image.blend(first, second, 0.5)


def clouds(size: Size, seed: int, cell: tuple[float, float], octaves: int = 4) -> Image.Image:
    """Return soft fractal noise whose largest blots measure `cell` pixels (width, height), stretched to the full range of greys."""
    total: Image.Image | None = None
    for octave in range(octaves):
        across = max(2, math.ceil(size[0] * 2**octave / cell[0]) + 2)
        down = max(2, math.ceil(size[1] * 2**octave / cell[1]) + 2)
        layer = speckle((min(across, size[0]), min(down, size[1])), seed + 17 * octave).resize(size, Image.Resampling.BICUBIC)
        total = layer if total is None else Image.blend(total, layer, 0.36)
    assert total is not None
    low, high = total.getextrema()
    span = max(1, high - low)
    return total.point([max(0, min(255, int((value - low) * 255 / span))) for value in range(256)])


def levels(image: Image.Image, low: float, high: float, gamma: float = 1.0) -> Image.Image:
    """Map greys 0..255 of a one-band image to `low`..`high` along a power curve."""
    table = [max(0, min(255, round(low + (high - low) * (value / 255) ** gamma))) for value in range(256)]
    return image.point(table)


def tint(image: Image.Image, dark: Colour, light: Colour) -> Image.Image:
    """Colour a grey image from `dark` to `light`."""
    return Image.merge("RGB", [levels(image, dark[band], light[band]) for band in range(3)])


def multiply(image: Image.Image, grey: Image.Image) -> Image.Image:
    """Darken an image by a grey one (255 leaves it as it is)."""
    return ImageChops.multiply(image, Image.merge("RGB", [grey] * 3))


def add_grain(image: Image.Image, seed: int, strength: float, softness: float = 0.5) -> Image.Image:
    """Add sensor noise of `strength` grey levels, a little in colour."""
    bands = []
    common = grain(image.size, seed)
    for index, band in enumerate(image.split()):
        noise = Image.blend(common, grain(image.size, seed + 100 + index), 0.35).filter(ImageFilter.GaussianBlur(softness))
        scale = strength / 14
        noise = noise.point([max(0, min(255, round(128 + (value - 127) * scale))) for value in range(256)])
        bands.append(ImageChops.add(band, noise, 1, -128))
    return Image.merge("RGB", bands)


def slope(size: Size, angle: float, low: float, high: float) -> Image.Image:
    """Return an even ramp of light from `low` to `high`, coming from `angle` degrees."""
    width, height = size
    side = int(math.hypot(width, height)) + 2
    ramp = Image.linear_gradient("L").resize((side, side), Image.Resampling.BICUBIC).rotate(angle, Image.Resampling.BICUBIC)
    left, top = (side - width) // 2, (side - height) // 2
    return levels(ramp.crop((left, top, left + width, top + height)), low, high)


def vignette(size: Size, strength: int) -> Image.Image:
    """Return the fall of light towards the corners of a lens."""
    return levels(Image.radial_gradient("L").resize(size, Image.Resampling.BICUBIC), 255, 255 - strength, 2.2)


def wood(size: Size, seed: int, dark: Colour, light: Colour) -> Image.Image:
    """Return a table top: long fibres, broad bands, a joint between two boards."""
    fibres = clouds(size, seed, (size[0] * 0.9, 7), 4)
    bands = clouds(size, seed + 5, (size[0] * 1.4, size[1] * 0.18), 3)
    surface = tint(Image.blend(fibres, bands, 0.55), dark, light)
    joint = Image.new("L", size, 255)
    draw = ImageDraw.Draw(joint)
    for share in (0.21, 0.74):
        draw.line([(0, size[1] * share), (size[0], size[1] * share + 3)], fill=120, width=3)
    return multiply(surface, joint.filter(ImageFilter.GaussianBlur(1.4)))


def caption(image: Image.Image, words: str) -> Image.Image:
    """Add the strip at the foot that marks a picture as a sample."""
    height = max(30, image.width // 34)
    strip = Image.new("RGB", (image.width, image.height + height), (27, 32, 38))
    strip.paste(image, (0, 0))
    ImageDraw.Draw(strip).text((height // 2, image.height + height // 2), words, font=font(round(height * 0.52)), fill=(236, 238, 240), anchor="lm")
    return strip
