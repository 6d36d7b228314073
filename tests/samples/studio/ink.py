"""Ink on paper: signatures, rubber stamps, initials and a fingerprint, each from a seed."""

from __future__ import annotations

import itertools
import math
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from studio.texture import Colour, clouds, font, levels, speckle

FINE = 4


def _stroke(draw: ImageDraw.ImageDraw, points: list[tuple[float, float]], width: float, random: Random) -> None:
    phase = random.uniform(0, 6)
    for index, (here, there) in enumerate(itertools.pairwise(points)):
        speed = math.dist(here, there)
        pen = max(1.2, width * (1.25 - min(0.7, speed / 46)) * (0.85 + 0.3 * math.sin(phase + index / 19)))
        draw.line([here, there], fill=255, width=max(1, round(pen)))
        draw.ellipse([there[0] - pen / 2, there[1] - pen / 2, there[0] + pen / 2, there[1] + pen / 2], fill=255)


def _letters(random: Random, width: float, height: float) -> list[tuple[float, float]]:
    """Return a hand's path: a tall initial, then loops, arches and an occasional tail, drawn together towards the end."""
    strokes = random.randint(6, 10)
    slant = random.uniform(0.15, 0.6)
    tops = [random.choice((0.16, 0.22, 0.3, 0.36, 0.75)) * (1 - 0.05 * number) for number in range(strokes + 1)]
    feet = [random.choice((0.0, 0.0, 0.02, -0.05, -0.4)) for _ in range(strokes + 1)]
    curls = [random.choice((0.62, 0.44, 0.2, 0.05, -0.25)) for _ in range(strokes + 1)]
    wides = [random.uniform(0.6, 1.5) for _ in range(strokes + 1)]
    tops[0], curls[0], wides[0] = 1.0, random.choice((0.75, 0.95, -0.5)), 1.7
    total, travelled, points = sum(wides[:strokes]), 0.0, []
    for number in range(strokes):
        for step in range(48):
            share = step / 48
            ease = share * share * (3 - 2 * share)
            top, foot = tops[number] + (tops[number + 1] - tops[number]) * ease, feet[number] + (feet[number + 1] - feet[number]) * ease
            curl = curls[number] + (curls[number + 1] - curls[number]) * ease
            angle = share * 2 * math.pi
            y = -height * (foot + (top - foot) * (0.5 - 0.5 * math.cos(angle)))
            x = width * (travelled + wides[number] * (share + curl * 0.55 * math.sin(angle))) / total - slant * y
            points.append((x, y - 0.1 * width * travelled / total))
        travelled += wides[number]
    return points


def _flourish(random: Random, width: float, height: float) -> list[tuple[float, float]]:
    lift, curl = random.uniform(0.1, 0.3), random.uniform(0.8, 1.4)
    points = []
    for step in range(110):
        t = step / 109
        x = width * (1.08 - 1.15 * math.sin(t * math.pi * 0.62) + 0.95 * max(0.0, t - 0.55) * 2)
        y = height * (0.12 + 0.28 * math.sin(t * math.pi * curl) - lift * t)
        points.append((x, y))
    return points


def signature(seed: int, width: int, height: int) -> Image.Image:
    """Return the ink mask (L) of a signature about `width` by `height` pixels."""
    random = Random(seed)
    mask = Image.new("L", (int(width * 1.5) * FINE, int(height * 2) * FINE))
    draw = ImageDraw.Draw(mask)
    left, base = width * 0.15 * FINE, height * 1.25 * FINE
    for path in (_letters(random, width * FINE, height * FINE), _flourish(random, width * FINE, height * FINE)):
        _stroke(draw, [(left + x, base + y) for x, y in path], 2.1 * FINE, random)
    mask = mask.rotate(random.uniform(2, 7), Image.Resampling.BICUBIC).resize((int(width * 1.5), int(height * 2)), Image.Resampling.LANCZOS)
    return ImageChops.multiply(mask, levels(clouds(mask.size, seed, (26, 26), 3), 165, 255))


def _round_text(mask: Image.Image, words: str, radius: float, size: int, start: float, sweep: float) -> None:
    centre = mask.width / 2
    face = font(size)
    lengths = [face.getlength(letter) for letter in words]
    total, travelled = sum(lengths), 0.0
    for letter, length in zip(words, lengths, strict=True):
        angle = start + sweep * (travelled + length / 2) / total
        travelled += length
        tile = Image.new("L", (size * 2, size * 2))
        ImageDraw.Draw(tile).text((size, size), letter, font=face, fill=255, anchor="mm")
        turn = -angle - 90 if sweep > 0 else 90 - angle
        tile = tile.rotate(turn, Image.Resampling.BICUBIC)
        x = centre + radius * math.cos(math.radians(angle)) - size
        y = centre + radius * math.sin(math.radians(angle)) - size
        mask.paste(255, (round(x), round(y)), tile)


def stamp(seed: int, around: str, below: str, middle: str, diameter: int) -> Image.Image:
    """Return the ink mask (L) of a round rubber stamp, worn and unevenly inked."""
    side = diameter * 2
    mask = Image.new("L", (side, side))
    draw = ImageDraw.Draw(mask)
    for share, width in ((0.02, 9), (0.06, 3), (0.29, 3)):
        draw.ellipse([side * share, side * share, side * (1 - share), side * (1 - share)], outline=255, width=width)
    _round_text(mask, around, side * 0.375, round(side * 0.085), -205, 230)
    _round_text(mask, below, side * 0.385, round(side * 0.072), 140, -100)
    draw.text((side / 2, side / 2), middle, font=font(round(side * 0.068)), fill=255, anchor="mm")
    mask = mask.resize((diameter, diameter), Image.Resampling.LANCZOS)
    return worn(mask, seed)


def worn(mask: Image.Image, seed: int) -> Image.Image:
    """Return a mask with the gaps and blots of a stamp pad, turned a little."""
    blots = levels(clouds(mask.size, seed, (mask.width / 2.5, mask.height / 2.5), 3), 40, 420, 0.9)
    pores = levels(speckle(mask.size, seed + 3).filter(ImageFilter.GaussianBlur(0.8)), -120, 520)
    inked = ImageChops.multiply(ImageChops.multiply(mask, blots), pores)
    return inked.filter(ImageFilter.GaussianBlur(0.5)).rotate(Random(seed).uniform(-17, 14), Image.Resampling.BICUBIC, expand=True)


def box_stamp(seed: int, lines: list[str], width: int) -> Image.Image:
    """Return the ink mask (L) of a rectangular office stamp."""
    size = width // 15
    mask = Image.new("L", (width, round(size * 1.5 * len(lines)) + size))
    draw = ImageDraw.Draw(mask)
    draw.rectangle([3, 3, width - 4, mask.height - 4], outline=255, width=4)
    for number, line in enumerate(lines):
        draw.text((width / 2, size * 1.2 + number * size * 1.5), line, font=font(size), fill=255, anchor="mm")
    return worn(mask, seed)


def thumbprint(seed: int, width: int) -> Image.Image:
    """Return the ink mask (L) of an invented thumb: ridges drawn from noise, no living person's."""
    size = (width, round(width * 1.3))
    warp = clouds(size, seed, (width * 0.6, width * 0.6), 2)
    rings = (
        Image.radial_gradient("L")
        .resize((size[0] * 2, size[1] * 2), Image.Resampling.BICUBIC)
        .crop((width // 2, width // 2, width // 2 + size[0], width // 2 + size[1]))
    )
    ridges = Image.blend(rings, warp, 0.3).point([round(127 + 127 * math.sin(value * 0.62)) for value in range(256)])
    oval = Image.new("L", size)
    ImageDraw.Draw(oval).ellipse([6, 6, size[0] - 6, size[1] - 6], fill=230)
    oval = ImageChops.multiply(oval.filter(ImageFilter.GaussianBlur(6)), levels(clouds(size, seed + 9, (40, 40), 3), 60, 330))
    return ImageChops.multiply(ridges, oval)


def press(page: Image.Image, mask: Image.Image, at: tuple[int, int], colour: Colour, strength: float = 0.9) -> None:
    """Print an ink mask on a page, centred at a pixel, darkening what lies beneath."""
    left, top = at[0] - mask.width // 2, at[1] - mask.height // 2
    box = (left, top, left + mask.width, top + mask.height)
    under = page.crop(box)
    over = ImageChops.multiply(under, Image.new("RGB", mask.size, colour))
    page.paste(Image.composite(over, under, levels(mask, 0, 255 * strength)), box)
