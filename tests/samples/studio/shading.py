"""Light on the traced scene: lamp or sun with soft shadows, light from the surroundings, textures, and a telephone's lens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter

from studio.rays import FAR, Camera, Field, Number, Solid, Triple, Vec, blocked, choose, dot, even, nearest, plus, scatter, unit
from studio.texture import add_grain, multiply, vignette


@dataclass(frozen=True, slots=True)
class Light:
    """A lamp (`at`, in metres, half width `soft`) and the colour of all that surrounds the scene, from below to above."""

    at: Vec
    colour: Vec
    soft: float
    floor: Vec
    sky: Vec
    fade: float = 0.0


@dataclass(frozen=True, slots=True)
class Quality:
    """How many rays are spent on shadows and on surroundings."""

    shadows: int = 8
    around: int = 10


def _albedo(solids: Sequence[Solid], who: Field) -> list[Field]:
    bands = [even(who.image.size, 0.0) for _ in range(3)]
    for number, solid in enumerate(solids):
        mine = _is(who, number)
        bands = [band + mine * solid.skin.colour[index] for index, band in enumerate(bands)]
    return bands


def _is(who: Field, number: int) -> Field:
    return abs(who - float(number)).below(0.5)


def _face(camera: Camera, solid: Solid, axis: int, sign: float, number: int) -> Image.Image:
    """Return a solid's texture as it stands on one face, seen through the camera: a plane maps exactly by a perspective transform."""
    texture = solid.skin.texture
    assert texture is not None
    first, column, row = camera.frame()
    normal = solid.axes[axis]
    flat = [other for other in range(3) if other != axis]
    offset = tuple(p - c for p, c in zip(camera.place, solid.centre, strict=True))
    reach = sign * solid.half[axis] - dot(offset, normal)
    scale = min(solid.skin.scale, (min(texture.size) - 8) / (2 * max(solid.half[flat[0]], solid.half[flat[1]]) + 0.01))
    slack = (min(texture.size) - 2 * scale * max(solid.half[flat[0]], solid.half[flat[1]])) / 2
    shift = (((number * 7 + axis) % 9) / 4 - 1) * slack * 0.9
    under = [dot(v, normal) for v in (column, row, first)]
    data: list[float] = []
    for share in flat:
        along = solid.axes[share]
        middle = texture.size[0] / 2 + shift
        top = [scale * (dot(offset, along) * below + reach * dot(v, along)) + middle * below for v, below in zip((column, row, first), under, strict=True)]
        data += [value / under[2] for value in top]
    data += [under[0] / under[2], under[1] / under[2]]
    return texture.transform(camera.size, Image.Transform.PERSPECTIVE, data, Image.Resampling.BILINEAR)


def _textured(camera: Camera, solids: Sequence[Solid], who: Field, normal: Triple, bands: list[Field]) -> list[Field]:
    for number, solid in enumerate(solids):
        if solid.skin.texture is None:
            continue
        mine = _is(who, number)
        if mine.image.getextrema()[1] < 0.5:
            continue
        for axis in range(3):
            to_eye = dot(tuple(p - c for p, c in zip(camera.place, solid.centre, strict=True)), solid.axes[axis])
            sign = 1.0 if to_eye > 0 else -1.0
            facing = abs(dot(normal, solid.axes[axis]))
            part = mine * (1.0 - facing.below(0.71))
            if part.image.getextrema()[1] < 0.5:
                continue
            seen = _face(camera, solid, axis, sign if solid.kind == "box" else 0.0, number).split()
            bands = [choose(part, band * Field(seen[index].convert("F")) * (1 / 128), band) for index, band in enumerate(bands)]
    return bands


def _around(solids: Sequence[Solid], light: Light, origin: Triple, ray: Triple, size: tuple[int, int]) -> list[Field]:
    """Return the light that comes along each ray: surroundings, or the dimmer colour of what it meets."""
    depth, who = nearest(solids, origin, ray, size)
    open_air = 1.0 - depth.below(FAR / 2)
    height = (ray[1] * 0.5 + 0.5).clamp()
    colours = _albedo(solids, who)
    lit = 0.38 + 0.5 * (depth * 0.35).clamp()
    return [
        choose(
            open_air,
            height * (light.sky[index] - light.floor[index]) + light.floor[index],
            colours[index] * lit * (light.sky[index] * 0.75 + light.floor[index] * 0.25),
        )
        for index in range(3)
    ]


def _surfaces(solids: Sequence[Solid], who: Field, point: Triple) -> tuple[Triple, Field, Field, Field]:
    size = who.image.size
    normal: list[Number] = [even(size, 0.0) for _ in range(3)]
    gloss, sharp, mirror = even(size, 0.0), even(size, 10.0), even(size, 0.0)
    for number, solid in enumerate(solids):
        mine = _is(who, number)
        if mine.image.getextrema()[1] < 0.5:
            continue
        own = solid.normal(point)
        normal = [old + mine * (new.most(-1.0).least(1.0)) for old, new in zip(normal, own, strict=True)]
        gloss, mirror = gloss + mine * solid.skin.gloss, mirror + mine * solid.skin.mirror
        sharp = choose(mine, solid.skin.sharpness, sharp)
    return (normal[0], normal[1], normal[2]), gloss, sharp, mirror


def render(camera: Camera, solids: Sequence[Solid], light: Light, seed: int, quality: Quality) -> tuple[list[Field], Field]:
    """Return the light of each pixel in three bands and its depth in metres."""
    size = camera.size
    ray = camera.rays()
    depth, who = nearest(solids, camera.place, ray, size)
    depth = depth.least(60.0)
    point = plus(camera.place, ray, depth)
    normal, gloss, sharp, mirror = _surfaces(solids, who, point)
    rough = scatter(size, seed + 900)
    normal = unit(plus(normal, rough, 0.035))
    origin = plus(point, normal, 0.0012)
    bands = _textured(camera, solids, who, normal, _albedo(solids, who))
    direct, shine = _direct(solids, light, origin, normal, ray, sharp, seed, quality.shadows)
    total = [direct * (light.colour[index] * bands[index]) + shine * gloss * light.colour[index] for index in range(3)]
    for turn in range(quality.around):
        way = unit(plus(normal, scatter(size, seed + 1000 + 97 * turn), 0.98))
        arriving = _around(solids, light, origin, way, size)
        total = [total[index] + arriving[index] * bands[index] * (1 / quality.around) for index in range(3)]
    back = plus(ray, normal, dot(ray, normal) * -2.0)
    way = unit(plus(back, scatter(size, seed + 700), 0.13))
    fresnel = mirror + (1.0 - mirror) * gloss * 0.5 * (1.0 + dot(ray, normal)).clamp() ** 4.0
    seen = _around(solids, light, origin, way, size)
    total = [total[index] * (1.0 - 0.6 * mirror) + seen[index] * fresnel for index in range(3)]
    for number, solid in enumerate(solids):
        if solid.skin.glow:
            total = [band + _is(who, number) * solid.skin.glow * solid.skin.colour[index] for index, band in enumerate(total)]
    return total, depth


def _direct(solids: Sequence[Solid], light: Light, origin: Triple, normal: Triple, ray: Triple, sharp: Field, seed: int, count: int) -> tuple[Field, Field]:
    size = sharp.image.size
    direct, shine = even(size, 0.0), even(size, 0.0)
    for turn in range(count):
        jitter = scatter(size, seed + 53 * turn)
        lamp = plus(light.at, jitter, light.soft)
        way = plus(lamp, origin, -1.0)
        reach = dot(way, way).root()
        way = unit(way)
        clear = 1.0 - blocked(solids, origin, way, reach)
        if light.fade:
            clear = clear * (light.fade * light.fade / (reach * reach)).least(9.0)
        facing = dot(normal, way).most(0.0)
        half = unit(plus(way, ray, -1.0))
        direct = direct + clear * facing * (1 / count)
        shine = shine + clear * facing.below(1e-4).__rsub__(1.0) * _power(dot(normal, half).clamp(), sharp) * (1 / count)
    return direct, shine


def _power(base: Field, sharp: Field) -> Field:
    return base._with(sharp, lambda env, a, b: a**b)


def develop(bands: Sequence[Field], exposure: float) -> Image.Image:
    """Return the picture a telephone would keep of this light: a soft shoulder for what is too bright, then sRGB."""
    out = []
    for band in bands:
        x = (band * exposure).most(0.0)
        bent = (x * (2.51 * x + 0.03)) / (x * (2.43 * x + 0.59) + 0.14)
        out.append((bent.clamp() ** (1 / 2.2) * 255.0).image.convert("L"))
    return Image.merge("RGB", out)


def lens(picture: Image.Image, depth: Field, focus: float, depth_of_field: float, size: tuple[int, int]) -> Image.Image:
    """Blur what lies out of focus (distances in metres), let bright light bleed, and reduce to the final size."""
    far = (abs(1.0 / depth - 1.0 / focus) * (255.0 / depth_of_field)).least(255.0).image.convert("L").filter(ImageFilter.GaussianBlur(3))
    for radius, start in ((1.2, 30), (2.6, 90), (4.5, 170)):
        mask = far.point([max(0, min(255, (value - start) * 5)) for value in range(256)])
        picture = Image.composite(picture.filter(ImageFilter.GaussianBlur(radius * picture.width / 1100)), picture, mask)
    picture = picture.resize(size, Image.Resampling.LANCZOS)
    bright = picture.point([max(0, value - 205) * 3 for value in range(256)] * 3).filter(ImageFilter.GaussianBlur(size[0] / 60))
    return ImageChops.add(picture, bright.point([value // 2 for value in range(256)] * 3))


def finish(picture: Image.Image, seed: int, strength: float = 4.0, corner: int = 62) -> Image.Image:
    """Add the fall of light in the corners, coloured fringes, sharpening and noise of a telephone."""
    red, green, blue = multiply(picture, vignette(picture.size, corner)).split()
    width, height = picture.size
    red = red.resize((width + 2, height + 2), Image.Resampling.BICUBIC).crop((1, 1, width + 1, height + 1))
    picture = Image.merge("RGB", (red, green, blue)).filter(ImageFilter.UnsharpMask(1.4, 55, 2))
    return add_grain(picture, seed, strength, 0.55)
