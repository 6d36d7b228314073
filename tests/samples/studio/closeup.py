"""A finished fillet of weld metal seen from a hand's breadth: a landscape of heights, lit and tinted by heat."""

from __future__ import annotations

import itertools
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from studio.rays import Field, choose, even, from_grey, ramps
from studio.shading import develop, finish
from studio.texture import clouds, grain, levels, slope, speckle

Size = tuple[int, int]


def _across(size: Size, seed: int) -> tuple[Field, Field, Field]:
    """Return the way along the bead (pixels), the signed distance from its middle in half widths, and half the width (pixels)."""
    x, y = ramps(size)
    wander = from_grey(clouds((size[0], 4), seed, (420, 90), 2).crop((0, 1, size[0], 2)).resize(size, Image.Resampling.NEAREST), -9, 9)
    swell = from_grey(clouds((size[0], 4), seed + 3, (130, 90), 3).crop((0, 1, size[0], 2)).resize(size, Image.Resampling.NEAREST), 0.9, 1.1)
    ragged = from_grey(clouds(size, seed + 5, (60, 44), 3), -4, 4)
    half = swell * (size[1] * 0.094)
    return x, (y - size[1] * 0.5 + wander + ragged) / half, half


def _heights(size: Size, seed: int) -> tuple[Field, Field, Field]:
    """Return the height in pixels, where the bead lies (0..1), and how far a pixel is from the bead in half widths."""
    along, side, half = _across(size, seed)
    away = abs(side)
    inside = (1.0 - away * away).most(0.0)
    wobble = from_grey(clouds(size, seed + 7, (190, 150), 2), -0.55, 0.55)
    pitch = size[0] / 58
    beat = ((along / pitch + side * side * 2.1 + wobble + 40.0) % 1.0) ** 0.62
    fine = ((along * (3.1 / pitch) + side * side * 6.5 + wobble * 5.0 + 40.0) % 1.0) * 2.0 - 1.0
    ripple = 1.0 - (beat * 2.0 - 1.0) ** 2.0 + (1.0 - fine * fine) * 0.09
    crown = inside.root() * half * 0.42 + ripple * inside.root() * half * (0.075 + 0.06 * from_grey(clouds(size, seed + 41, (160, 120), 3)))
    undercut = (1.0 - abs(away - 1.05) * 9.0).most(0.0) * -2.2
    bead = away.below(1.0)
    scale = from_grey(clouds(size, seed + 11, (26, 22), 5), 0.0, 2.1) + from_grey(grain(size, seed + 13).filter(ImageFilter.GaussianBlur(0.9)), 0.0, 3.0)
    brushed = from_grey(clouds(size, seed + 17, (7, 160), 3), 0.0, 1.5)
    near = (1.0 - (away - 1.0 + from_grey(clouds(size, seed + 19, (150, 60), 4), -0.9, 0.9)) * 0.42).clamp()
    plate = scale * (1.0 - 0.75 * near) + brushed * near + undercut
    return crown + plate * (1.0 - 0.7 * bead) + _spatter(size, seed), bead, away


def _spatter(size: Size, seed: int) -> Field:
    """Return the height of the drops that flew from the arc, thicker near the bead."""
    random = Random(seed)
    drops = Image.new("L", size)
    draw = ImageDraw.Draw(drops)
    for _ in range(120):
        x, y = random.uniform(0, size[0]), size[1] * (0.5 + random.choice((-1, 1)) * (0.115 + abs(random.gauss(0, 0.14))))
        r = random.choice((1.5, 2, 2.4, 3, 3.6, 6, 8)) * size[0] / 1500
        for ring in range(8):
            shrink = r * (1 - ring / 8)
            draw.ellipse([x - shrink, y - shrink, x + shrink, y + shrink], fill=round(255 * (1 - (1 - (ring + 1) / 8) ** 2) ** 0.5 * min(1, r / 8)))
    return from_grey(drops.filter(ImageFilter.GaussianBlur(0.8)), 0.0, 7.0)


def _tilt(height: Field, size: Size) -> tuple[Field, Field]:
    """Return how steeply the height falls along the columns and the rows."""
    picture = height.image
    return tuple(
        (Field(ImageChops.offset(picture, *one)) - Field(ImageChops.offset(picture, *two))) * 0.5 for one, two in (((-1, 0), (1, 0)), ((0, -1), (0, 1)))
    )  # type: ignore[return-value]


def _colours(size: Size, seed: int, bead: Field, away: Field) -> list[Field]:
    """Return what the metal gives back of each band: mill scale, a brushed strip, and the straw, violet and blue that heat leaves."""
    shift = from_grey(clouds(size, seed + 23, (120, 90), 4), -0.35, 0.35)
    far = away + shift
    scale = from_grey(clouds(size, seed + 29, (210, 170), 5), 0.6, 1.35)
    rust = from_grey(levels(clouds(size, seed + 31, (240, 200), 6), -420, 320).point([min(150, value) for value in range(256)]))
    stops = (
        (0.9, (0.33, 0.31, 0.3)),
        (1.3, (0.2, 0.205, 0.22)),
        (1.65, (0.15, 0.17, 0.225)),
        (2.0, (0.205, 0.165, 0.2)),
        (2.35, (0.27, 0.215, 0.15)),
        (3.0, (0.25, 0.24, 0.225)),
        (3.25, (0.1, 0.102, 0.11)),
        (5.0, (0.075, 0.078, 0.085)),
    )
    bands = []
    for index, rusty in enumerate((0.3, 0.15, 0.075)):
        band = even(size, stops[0][1][index])
        for (here, before), (there, after) in itertools.pairwise(stops):
            band = band + ((far - here) * (1 / (there - here))).clamp() * (after[index] - before[index])
        band = band * scale
        band = band * (1.0 - rust) + rust * rusty
        oxide = from_grey(clouds(size, seed + 43, (170, 90), 4), *((0.27, 0.4), (0.28, 0.345), (0.33, 0.27))[index])
        bands.append(choose(bead, oxide * (0.45 + 0.55 * scale), band))
    return bands


def _chalk(size: Size, seed: int) -> Field:
    """Return the soapstone marks of whoever laid the piece out: two lines and a tick."""
    sheet = Image.new("L", size)
    draw = ImageDraw.Draw(sheet)
    w, h = size
    for line in (((0.06, 0.3), (0.9, 0.283)), ((0.8, 0.12), (0.815, 0.36)), ((0.16, 0.745), (0.185, 0.8), (0.25, 0.665))):
        draw.line([(x * w, y * h) for x, y in line], fill=235, width=round(w / 190), joint="curve")
    pores = levels(speckle(size, seed + 37).filter(ImageFilter.GaussianBlur(1.3)), -300, 560)
    return from_grey(ImageChops.multiply(sheet.filter(ImageFilter.GaussianBlur(1.2)), pores)) * 0.75


def weld(size: Size) -> Image.Image:
    """Return the close-up of a bead across two plates, as a telephone held over the bench takes it."""
    big = (round(size[0] * 1.5), round(size[1] * 1.5))
    seed = 4107
    height, bead, away = _heights(big, seed)
    dx, dy = _tilt(height, big)
    lean = 1.0 / (dx * dx + dy * dy + 1.0).root()
    nx, ny = -dx * lean, -dy * lean
    x, y = ramps(big)
    bands = _colours(big, seed, bead, away)
    chalk = _chalk(big, seed)
    bands = [band * (1.0 - chalk) + chalk * 0.62 for band in bands]
    low = Field(height.image.resize((big[0] // 8, big[1] // 8), Image.Resampling.BOX).resize(big, Image.Resampling.BICUBIC))
    hollow = (1.0 + (height - low) * 0.05).most(0.45).least(1.25)
    reach = (1.25 - ((x * (1 / big[0]) - 0.42) ** 2.0) * 1.3 - ((y * (1 / big[1]) - 0.3) ** 2.0) * 1.2).most(0.3)
    key = (nx * -0.5 + ny * -0.58 + lean * 0.64).most(0.0)
    fill = (nx * 0.7 + ny * 0.25 + lean * 0.6).most(0.0)
    shine = (nx * -0.27 + ny * -0.32 + lean * 0.91).clamp() ** 46.0
    glint = (nx * 0.36 + ny * 0.2 + lean * 0.9).clamp() ** 60.0
    metal = 0.35 + 0.65 * bead
    tints = ((1.9, 0.3, 1.0), (1.78, 0.36, 0.95), (1.55, 0.46, 0.86))
    lit = []
    for band, (sun, air, spark) in zip(bands, tints, strict=True):
        lit.append((band * (key * sun + fill * air) * hollow + (shine * 1.5 + glint * 0.55) * metal * spark * (1.0 - chalk)) * reach)
    return _view(develop(lit, 0.62), size)


def _view(flat: Image.Image, size: Size) -> Image.Image:
    """Tilt the flat picture as a hand-held telephone does, and let the near and far edges fall out of focus."""
    turned = flat.rotate(-11, Image.Resampling.BICUBIC, expand=False)
    w, h = turned.size
    quad = (w * 0.1, h * 0.17, w * 0.2, h * 0.84, w * 0.82, h * 0.8, w * 0.9, h * 0.13)
    seen = turned.transform(size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC)
    focus = slope(size, -6, 0, 255)
    for radius, start in ((1.1, 46), (2.4, 72), (4.4, 98)):
        mask = focus.point([max(0, min(255, (abs(value - 138) - start) * 9)) for value in range(256)])
        seen = Image.composite(seen.filter(ImageFilter.GaussianBlur(radius)), seen, mask)
    bright = seen.point([max(0, value - 215) * 3 for value in range(256)] * 3).filter(ImageFilter.GaussianBlur(size[0] / 90))
    return finish(ImageChops.add(seen, bright.point([value // 3 for value in range(256)] * 3)), 4109, 4.6, 70)
