"""Two scenes from a welder's day, built of boxes, rods and balls: the bench, and a finished window grille in the yard."""

from __future__ import annotations

import itertools
import math
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from studio.rays import Camera, Skin, Solid, Vec
from studio.shading import Light, Quality, develop, finish, lens, render
from studio.texture import Colour, clouds, levels, tint

SIDE = 1400


def _axes(yaw: float, pitch: float = 0.0) -> tuple[Vec, Vec, Vec]:
    """Return axes whose third lies along `yaw` degrees (0 = away from the viewer), raised by `pitch`."""
    y, p = math.radians(yaw), math.radians(pitch)
    along = (math.sin(y) * math.cos(p), math.sin(p), math.cos(y) * math.cos(p))
    side = (math.cos(y), 0.0, -math.sin(y))
    up = (along[1] * side[2] - along[2] * side[1], along[2] * side[0] - along[0] * side[2], along[0] * side[1] - along[1] * side[0])
    return side, up, along


def box(centre: Vec, size: Vec, skin: Skin, yaw: float = 0.0, pitch: float = 0.0) -> Solid:
    """Return a box of full `size` metres."""
    return Solid("box", centre, (size[0] / 2, size[1] / 2, size[2] / 2), skin, _axes(yaw, pitch))


def rod(start: Vec, end: Vec, radius: float, skin: Skin) -> Solid:
    """Return a rod from one point to another."""
    middle = tuple((a + b) / 2 for a, b in zip(start, end, strict=True))
    span = tuple(b - a for a, b in zip(start, end, strict=True))
    length = math.hypot(*span)
    pitch = math.degrees(math.asin(max(-1.0, min(1.0, span[1] / length))))
    yaw = math.degrees(math.atan2(span[0], span[2])) if abs(span[0]) + abs(span[2]) > 1e-9 else 0.0
    return Solid("rod", middle, (radius, radius, length / 2), skin, _axes(yaw, pitch))


def ball(centre: Vec, half: Vec, skin: Skin, yaw: float = 0.0) -> Solid:
    """Return a ball stretched to three half sizes."""
    return Solid("ball", centre, half, skin, _axes(yaw))


def _between(four: list[Vec], t: float) -> Vec:
    a, b, c, d = four
    x, y, z = (
        0.5 * (2 * b[i] + (c[i] - a[i]) * t + (2 * a[i] - 5 * b[i] + 4 * c[i] - d[i]) * t * t + (3 * b[i] - a[i] - 3 * c[i] + d[i]) * t**3) for i in range(3)
    )
    return x, y, z


def chain(points: list[Vec], radius: float, skin: Skin) -> list[Solid]:
    """Return a cable that bends smoothly through the points (Catmull-Rom)."""
    ends = [points[0], *points, points[-1]]
    points = [_between(ends[number : number + 4], step / 4) for number in range(len(points) - 1) for step in range(4)] + [points[-1]]
    return [rod(a, b, radius, skin) for a, b in itertools.pairwise(points)]


def rough(seed: int, dark: Colour, light: Colour, cell: tuple[float, float] = (260, 260), scratches: int = 0) -> Image.Image:
    """Return a surface that varies around middle grey (128 = as the skin's colour says), with bright scratches."""
    picture = tint(clouds((SIDE, SIDE), seed, cell, 6), dark, light)
    draw = ImageDraw.Draw(picture)
    random = Random(seed)
    for _ in range(scratches):
        x, y, turn, length = random.uniform(0, SIDE), random.uniform(0, SIDE), random.gauss(0.5, 0.5), random.uniform(20, 210)
        shade = random.randint(120, 215)
        draw.line([(x, y), (x + length * math.cos(turn), y + length * math.sin(turn))], fill=(shade, shade, shade - 6), width=random.choice((1, 1, 2)))
    return picture.filter(ImageFilter.GaussianBlur(0.7))


def _steel_top(seed: int) -> Image.Image:
    """Return a bench top: worn steel with rust blooms, burns and grinder marks."""
    base = rough(seed, (74, 73, 74), (172, 170, 168), (420, 240), 620)
    rust = levels(clouds(base.size, seed + 3, (300, 300), 6), -300, 330)
    base = Image.composite(rough(seed + 4, (84, 44, 24), (190, 104, 56), (60, 60)), base, rust.point([min(185, value) for value in range(256)]))
    burns = levels(clouds(base.size, seed + 8, (150, 150), 4), -420, 430)
    base = Image.composite(Image.new("RGB", base.size, (38, 37, 40)), base, burns.point([min(205, value) for value in range(256)]))
    draw, random = ImageDraw.Draw(base), Random(seed)
    for _ in range(900):
        x, y, r = random.uniform(0, SIDE), random.uniform(0, SIDE), random.choice((1, 1, 1, 2, 3))
        draw.ellipse([x - r, y - r, x + r, y + r], fill=(30, 29, 30))
        draw.point((x - 1, y - 1), fill=(190, 188, 184))
    return base.filter(ImageFilter.GaussianBlur(0.6))


def _bead(start: Vec, end: Vec, radius: float, seed: int) -> list[Solid]:
    random = Random(seed)
    count = round(math.dist(start, end) / (radius * 0.5))
    skin = Skin((0.15, 0.145, 0.15), None, gloss=0.4, sharpness=26, mirror=0.14)
    found = []
    for number in range(count):
        share = (number + 0.5) / count
        at = tuple(a + (b - a) * share + random.gauss(0, radius * 0.05) for a, b in zip(start, end, strict=True))
        width = radius * random.uniform(0.92, 1.1)
        found.append(ball(at, (width * 0.95, width * 0.95, width * 0.62), skin, 90.0 - math.degrees(math.atan2(end[2] - start[2], end[0] - start[0])) + 90))
    return found


def _coupon(at: Vec) -> list[Solid]:
    """Return a test piece: an upright plate on a flat one, joined by a fillet along its foot."""
    plate = Skin((0.3, 0.3, 0.31), rough(21, (92, 92, 98), (160, 160, 164), (340, 30), 120), gloss=0.35, sharpness=22, mirror=0.12)
    x, y, z = at
    turn = 24.0
    c, s = math.cos(math.radians(turn)), math.sin(math.radians(turn))

    def there(a: float, b: float, d: float) -> Vec:
        return (x + a * c + d * s, y + b, z - a * s + d * c)

    solids = [box(there(0, 0.006, 0), (0.3, 0.012, 0.15), plate, turn), box(there(0, 0.062, 0.02), (0.3, 0.1, 0.011), plate, turn)]
    return solids + _bead(there(-0.146, 0.016, 0.0105), there(0.146, 0.016, 0.0105), 0.0085, 5)


def _hammer(at: Vec, yaw: float) -> list[Solid]:
    handle = Skin((0.5, 0.31, 0.16), rough(33, (96, 92, 88), (158, 154, 150), (500, 14)), gloss=0.2)
    head = Skin((0.2, 0.2, 0.22), rough(34, (96, 96, 96), (170, 168, 166), (90, 90), 200), gloss=0.5, mirror=0.12)
    along, (sx, _, sz) = _axes(yaw)[2], _axes(yaw)[0]
    x, y, z = at
    end = (x + along[0] * 0.27, y, z + along[2] * 0.27)
    return [
        rod((x, y + 0.014, z), (end[0], y + 0.017, end[2]), 0.0125, handle),
        box((end[0], y + 0.019, end[2]), (0.072, 0.028, 0.028), head, yaw),
        rod((end[0] - sx * 0.07, y + 0.019, end[2] - sz * 0.07), (end[0] - sx * 0.03, y + 0.019, end[2] - sz * 0.03), 0.017, head),
        box((end[0] + sx * 0.055, y + 0.019, end[2] + sz * 0.055), (0.06, 0.01, 0.024), head, yaw),
    ]


def _grinder(at: Vec, yaw: float) -> list[Solid]:
    green = Skin((0.03, 0.22, 0.2), rough(41, (104, 104, 104), (146, 146, 146), (120, 120), 60), gloss=0.35, sharpness=40)
    black = Skin((0.035, 0.035, 0.04), None, gloss=0.25, sharpness=20)
    steel = Skin((0.42, 0.42, 0.43), None, gloss=0.7, sharpness=50, mirror=0.3)
    disc = Skin((0.26, 0.15, 0.1), None, gloss=0.1)
    ax = _axes(yaw)
    x, y, z = at

    def there(side: float, up: float, along: float) -> Vec:
        return (x + ax[0][0] * side + ax[2][0] * along, y + up, z + ax[0][2] * side + ax[2][2] * along)

    return [
        rod(there(0, 0.05, 0), there(0, 0.05, 0.17), 0.031, green),
        rod(there(0, 0.05, -0.07), there(0, 0.05, 0.0), 0.026, black),
        rod(there(0, 0.05, 0.17), there(0, 0.049, 0.225), 0.034, steel),
        rod(there(0, 0.012, 0.21), there(0, 0.04, 0.21), 0.018, steel),
        rod(there(0, 0.008, 0.21), there(0, 0.0112, 0.21), 0.0575, disc),
        rod(there(0.03, 0.05, 0.195), there(0.135, 0.052, 0.195), 0.0155, black),
        box(there(0, 0.03, 0.19), (0.1, 0.006, 0.075), black, yaw),
    ]


def _clamp(at: Vec) -> list[Solid]:
    """Return a C-clamp that holds a bar to the far side of the bench."""
    iron = Skin((0.1, 0.15, 0.24), rough(51, (84, 84, 84), (160, 158, 156), (70, 70), 160), gloss=0.35, sharpness=26)
    screw = Skin((0.3, 0.28, 0.25), None, gloss=0.6, mirror=0.2)
    x, y, z = at
    return [
        box((x, y + 0.16, z), (0.13, 0.022, 0.022), iron),
        box((x + 0.062, y + 0.07, z), (0.022, 0.2, 0.024), iron),
        rod((x - 0.05, y + 0.02, z), (x - 0.05, y + 0.235, z), 0.009, screw),
        rod((x - 0.05, y + 0.018, z), (x - 0.05, y + 0.032, z), 0.017, screw),
        rod((x - 0.1, y + 0.228, z - 0.02), (x, y + 0.228, z + 0.02), 0.0045, screw),
        box(
            (x - 0.08, y + 0.009, z),
            (0.3, 0.018, 0.04),
            Skin((0.24, 0.24, 0.25), rough(53, (84, 84, 84), (160, 158, 156), (300, 30)), gloss=0.4, mirror=0.1),
            4,
        ),
    ]


def _helmet(at: Vec) -> list[Solid]:
    shell = Skin((0.045, 0.05, 0.06), rough(61, (112, 112, 112), (150, 150, 150), (60, 60), 80), gloss=0.5, sharpness=28, mirror=0.03)
    glass = Skin((0.02, 0.05, 0.04), None, gloss=1.0, sharpness=120, mirror=0.25)
    x, y, z = at
    return [
        ball((x, y + 0.13, z), (0.115, 0.165, 0.115), shell),
        ball((x, y + 0.075, z - 0.035), (0.09, 0.085, 0.1), shell),
        rod((x - 0.122, y + 0.14, z + 0.01), (x + 0.122, y + 0.14, z + 0.01), 0.022, glass),
        box((x, y + 0.165, z - 0.096), (0.128, 0.072, 0.05), shell, 0, 12),
        box((x, y + 0.166, z - 0.1195), (0.1, 0.048, 0.012), glass, 0, 12),
    ]


def _electrodes(at: Vec) -> list[Solid]:
    flux = Skin((0.42, 0.36, 0.29), None, gloss=0.05)
    core = Skin((0.45, 0.45, 0.45), None, gloss=0.6, mirror=0.2)
    random = Random(77)
    found = []
    for number in range(7):
        yaw = -38 + random.gauss(0, 4.5)
        x, y, z = at[0] + number * 0.0075 + random.gauss(0, 0.002), at[1] + 0.0042 + (0.006 if number in (2, 5) else 0), at[2] + random.gauss(0, 0.012)
        ax = _axes(yaw)[2]
        tip, neck, end = ((x + ax[0] * share, y, z + ax[2] * share) for share in (0.0, 0.03, 0.3))
        found += [rod(tip, neck, 0.0021, core), rod(neck, end, 0.0034, flux)]
    return found


def _holder(at: Vec) -> list[Solid]:
    """Return an electrode holder with its cable running off the bench."""
    red = Skin((0.3, 0.035, 0.025), None, gloss=0.3, sharpness=24)
    rubber = Skin((0.03, 0.03, 0.032), None, gloss=0.18, sharpness=14)
    jaw = Skin((0.34, 0.26, 0.16), None, gloss=0.6, mirror=0.25)
    x, y, z = at
    course = ((0.1, 0.02, -0.02), (0.19, 0.014, -0.01), (0.27, 0.012, 0.05), (0.29, 0.012, 0.15), (0.36, 0.012, 0.24), (0.5, 0.012, 0.22), (0.68, 0.012, 0.3))
    return [
        rod((x - 0.04, y + 0.024, z - 0.03), (x + 0.1, y + 0.02, z - 0.02), 0.0165, red),
        rod((x - 0.048, y + 0.024, z - 0.0305), (x - 0.036, y + 0.024, z - 0.0297), 0.0215, red),
        box((x - 0.08, y + 0.03, z - 0.033), (0.014, 0.01, 0.07), jaw, 86),
        box((x - 0.08, y + 0.016, z - 0.033), (0.014, 0.009, 0.07), jaw, 86),
        *chain([(x + a, y + b, z + c) for a, b, c in course], 0.0095, rubber),
    ]


def bench(size: tuple[int, int], quality: Quality) -> Image.Image:
    """Return the welding bench: a finished T joint, grinder, chipping hammer, electrodes, holder, clamp and helmet."""
    top = Skin((0.2, 0.195, 0.19), _steel_top(3), scale=880, gloss=0.3, sharpness=16, mirror=0.1)
    wall = Skin((0.5, 0.52, 0.48), rough(11, (104, 104, 104), (142, 142, 140), (300, 300)), scale=420)
    timber = Skin((0.36, 0.22, 0.12), rough(13, (84, 84, 84), (160, 156, 150), (700, 16)), scale=600)
    solids = [box((0, -0.02, 0.35), (1.5, 0.04, 1.1), top), box((0, 0.6, 1.25), (5, 3, 0.05), wall), box((0.05, 0.3, 1.17), (1.5, 0.035, 0.1), timber)]
    paints = ((0.5, 0.3, 0.06), (0.1, 0.24, 0.34), (0.4, 0.08, 0.06), (0.5, 0.5, 0.48))
    for number, (x, tall) in enumerate(((-0.42, 0.13), (-0.3, 0.16), (-0.17, 0.1), (0.52, 0.15))):
        solids.append(rod((x, 0.318, 1.16), (x, 0.318 + tall, 1.16), 0.045, Skin(paints[number], None, gloss=0.3)))
    solids += _coupon((-0.03, 0.0, 0.16)) + _hammer((-0.47, 0.0, 0.0), 34) + _grinder((0.27, 0.0, 0.27), -28)
    square = Skin((0.34, 0.34, 0.35), None, gloss=0.6, sharpness=40, mirror=0.3)
    solids += [
        box((-0.52, 0.002, 0.3), (0.03, 0.003, 0.24), square, 12),
        box((-0.49, 0.007, 0.19), (0.15, 0.014, 0.022), Skin((0.06, 0.06, 0.065), None, gloss=0.3), 12),
    ]
    solids += _electrodes((-0.1, 0.0, -0.17)) + _holder((0.22, 0.0, 0.02)) + _helmet((-0.3, 0.0, 0.6)) + _clamp((0.2, 0.0, 0.66))
    camera = Camera((0.1, 0.52, -0.62), (-0.01, 0.045, 0.25), 62, 1.7, (round(size[0] * 1.33), round(size[1] * 1.33)))
    light = Light((-0.9, 1.5, -0.1), (2.5, 2.3, 1.95), 0.2, (0.1, 0.095, 0.09), (0.42, 0.47, 0.55))
    bands, depth = render(camera, solids, light, 2203, quality)
    return finish(lens(develop(bands, 0.64), depth, 0.8, 1.5, size), 2204)


def _grille(left: float, foot: float, z: float, wide: float, tall: float) -> list[Solid]:
    """Return a window grille of square tube, standing a hand's breadth from the wall: frame, bars, two rails and a row of rings."""
    tube = Skin((0.055, 0.058, 0.062), rough(81, (96, 96, 98), (158, 156, 154), (80, 80), 90), gloss=0.4, sharpness=30, mirror=0.03)
    right, head = left + wide, foot + tall
    solids = [
        box(((left + right) / 2, foot, z), (wide + 0.03, 0.03, 0.03), tube),
        box(((left + right) / 2, head, z), (wide + 0.03, 0.03, 0.03), tube),
        box((left, (foot + head) / 2, z), (0.03, tall, 0.03), tube),
        box((right, (foot + head) / 2, z), (0.03, tall, 0.03), tube),
        box(((left + right) / 2, foot + tall * 0.3, z), (wide, 0.02, 0.02), tube),
        box(((left + right) / 2, foot + tall * 0.78, z), (wide, 0.02, 0.02), tube),
    ]
    bars = 9
    for number in range(1, bars):
        x = left + wide * number / bars
        solids.append(box((x, (foot + head) / 2, z), (0.014, tall, 0.014), tube, 45 if number % 2 else 0))
    return solids


def _machine(at: Vec) -> list[Solid]:
    """Return an inverter welding machine: case, handle, front plate, dial, sockets and two cables."""
    case = Skin((0.62, 0.26, 0.03), rough(91, (98, 98, 98), (142, 142, 142), (120, 120), 60), gloss=0.35, sharpness=34)
    black = Skin((0.03, 0.03, 0.033), None, gloss=0.3, sharpness=22)
    pale = Skin((0.7, 0.7, 0.68), None)
    brass = Skin((0.5, 0.36, 0.14), None, gloss=0.6, mirror=0.2)
    x, y, z = at
    front = z - 0.2
    solids = [
        box((x, y + 0.155, z), (0.2, 0.25, 0.38), case),
        box((x, y + 0.155, front), (0.205, 0.255, 0.03), black),
        box((x, y + 0.23, front - 0.016), (0.13, 0.05, 0.004), pale),
        rod((x, y + 0.345, z - 0.11), (x, y + 0.345, z + 0.11), 0.015, black),
        box((x, y + 0.31, z - 0.11), (0.024, 0.07, 0.024), black),
        box((x, y + 0.31, z + 0.11), (0.024, 0.07, 0.024), black),
        rod((x, y + 0.165, front - 0.045), (x, y + 0.165, front), 0.024, pale),
        box((x, y + 0.176, front - 0.047), (0.005, 0.024, 0.004), black),
        rod((x - 0.055, y + 0.08, front - 0.05), (x - 0.055, y + 0.08, front), 0.019, brass),
        rod((x + 0.055, y + 0.08, front - 0.05), (x + 0.055, y + 0.08, front), 0.019, brass),
    ]
    solids += chain(
        [
            (x - 0.055, y + 0.08, front - 0.05),
            (x - 0.07, y + 0.055, front - 0.13),
            (x - 0.12, y + 0.012, front - 0.2),
            (x - 0.3, y + 0.012, front - 0.24),
            (x - 0.52, y + 0.012, front - 0.14),
            (x - 0.7, y + 0.012, front - 0.2),
        ],
        0.011,
        black,
    )
    return solids + chain(
        [(x + 0.055, y + 0.08, front - 0.05), (x + 0.065, y + 0.05, front - 0.12), (x + 0.12, y + 0.012, front - 0.2), (x + 0.34, y + 0.012, front - 0.16)],
        0.011,
        black,
    )


def _wall_paint(seed: int) -> Image.Image:
    """Return old plaster: trowel marks, damp rising from the foot, hairline cracks."""
    base = rough(seed, (84, 84, 80), (158, 158, 156), (340, 260))
    fine = rough(seed + 1, (112, 112, 112), (144, 144, 144), (14, 14))
    base = Image.blend(base, fine, 0.4)
    draw = ImageDraw.Draw(base)
    random = Random(seed)
    for _ in range(4):
        x, y = random.uniform(0, SIDE), random.uniform(0, SIDE)
        for _ in range(60):
            step = (x + random.gauss(1, 5), y + random.uniform(2, 11))
            draw.line([(x, y), step], fill=(88, 88, 86), width=1)
            x, y = step
    return base.filter(ImageFilter.GaussianBlur(0.6))


def yard(size: tuple[int, int], quality: Quality) -> Image.Image:
    """Return a finished window grille against a painted wall in afternoon sun, with the machine and a gas cylinder beside it."""
    plaster = Skin((0.72, 0.62, 0.42), _wall_paint(101), scale=330)
    skirting = Skin((0.2, 0.36, 0.4), _wall_paint(103), scale=330)
    ground = Skin((0.42, 0.4, 0.37), rough(105, (66, 65, 64), (172, 171, 168), (300, 300), 260), scale=300, gloss=0.05)
    steel = Skin((0.1, 0.2, 0.14), rough(107, (92, 92, 92), (150, 150, 150), (90, 90), 80), scale=500, gloss=0.4, sharpness=30)
    brass = Skin((0.5, 0.36, 0.14), None, gloss=0.6, mirror=0.2)
    block = Skin((0.4, 0.39, 0.37), rough(108, (90, 90, 90), (160, 160, 158), (40, 40)), scale=600)
    solids = [
        box((0, 1.6, 1.0), (8, 3.2, 0.1), plaster),
        box((0, 0.225, 0.945), (8, 0.45, 0.012), skirting),
        box((0, -0.05, 0), (9, 0.1, 4), ground),
        box((-0.62, 0.05, 0.78), (0.39, 0.1, 0.19), block, 4),
        box((0.34, 0.05, 0.78), (0.39, 0.1, 0.19), block, -3),
        rod((1.12, 0.0, 0.72), (1.12, 1.02, 0.72), 0.115, steel),
        ball((1.12, 1.02, 0.72), (0.115, 0.1, 0.115), Skin((0.1, 0.2, 0.14), None, gloss=0.4, sharpness=30)),
        rod((1.12, 1.1, 0.72), (1.12, 1.2, 0.72), 0.022, brass),
        rod((1.06, 1.17, 0.72), (1.18, 1.17, 0.72), 0.011, brass),
    ]
    solids += _grille(-0.78, 0.116, 0.8, 1.3, 1.28) + _machine((0.78, 0.0, 0.42))
    camera = Camera((0.3, 1.18, -1.75), (0.16, 0.66, 0.8), 57, -1.4, (round(size[0] * 1.33), round(size[1] * 1.33)))
    light = Light((-7.5, 10.5, -7.0), (3.6, 3.15, 2.4), 0.11, (0.2, 0.18, 0.15), (0.5, 0.62, 0.82))
    bands, depth = render(camera, solids, light, 3301, quality)
    return finish(lens(develop(bands, 0.4), depth, 2.5, 1.1, size), 3302, 3.2, 44)
