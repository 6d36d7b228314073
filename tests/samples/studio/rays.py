"""A small ray tracer whose every number is a whole image: Pillow's float images do the arithmetic of all pixels at once."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PIL import Image, ImageMath

from studio.texture import grain

Vec = tuple[float, float, float]
FAR = 1.0e4


@dataclass(frozen=True, slots=True)
class Field:
    """One number a pixel, with the arithmetic of numbers."""

    image: Image.Image

    def _with(self, other: Field | float, work: Callable[..., object]) -> Field:
        if isinstance(other, Field):
            return Field(ImageMath.lambda_eval(lambda env: work(env, env["a"], env["b"]), a=self.image, b=other.image))
        return Field(ImageMath.lambda_eval(lambda env: work(env, env["a"], other), a=self.image))

    def __add__(self, other: Field | float) -> Field:
        return self._with(other, lambda env, a, b: a + b)

    __radd__ = __add__

    def __sub__(self, other: Field | float) -> Field:
        return self._with(other, lambda env, a, b: a - b)

    def __rsub__(self, other: float) -> Field:
        return self._with(other, lambda env, a, b: b - a)

    def __mul__(self, other: Field | float) -> Field:
        return self._with(other, lambda env, a, b: a * b)

    __rmul__ = __mul__

    def __truediv__(self, other: Field | float) -> Field:
        return self._with(other, lambda env, a, b: a / b)

    def __rtruediv__(self, other: float) -> Field:
        return self._with(other, lambda env, a, b: b / a)

    def __neg__(self) -> Field:
        return self * -1.0

    def __abs__(self) -> Field:
        return Field(ImageMath.lambda_eval(lambda env: abs(env["a"]), a=self.image))

    def __pow__(self, other: float) -> Field:
        return self._with(other, lambda env, a, b: a**b)

    def __mod__(self, other: float) -> Field:
        return self._with(other, lambda env, a, b: a % b)

    def below(self, other: Field | float) -> Field:
        """Return 1.0 where this is less than the other, else 0.0."""
        return self._with(other, lambda env, a, b: env["float"](a < b))

    def least(self, other: Field | float) -> Field:
        """Return the lesser, pixel by pixel."""
        return self._with(other, lambda env, a, b: env["min"](a, b))

    def most(self, other: Field | float) -> Field:
        """Return the greater, pixel by pixel."""
        return self._with(other, lambda env, a, b: env["max"](a, b))

    def clamp(self) -> Field:
        """Return the value held within 0..1."""
        return self.most(0.0).least(1.0)

    def root(self) -> Field:
        """Return the square root of what is not negative."""
        return self.most(1e-12) ** 0.5


Number = Field | float
Triple = tuple[Number, Number, Number]


def choose(mask: Field, yes: Number, no: Number) -> Field:
    """Return `yes` where the mask is 1.0 and `no` where it is 0.0."""
    # Not mask * (yes - no) + no: beside a far distance the small one would lose its last digits, and shadows would show rings.
    return mask * yes + (1.0 - mask) * no


def even(size: tuple[int, int], value: float) -> Field:
    """Return the same number everywhere."""
    return Field(Image.new("F", size, value))


def ramps(size: tuple[int, int]) -> tuple[Field, Field]:
    """Return the column and the row of each pixel."""
    across = Image.frombytes("F", (size[0], 1), array("f", range(size[0])).tobytes()).resize(size, Image.Resampling.NEAREST)
    down = Image.frombytes("F", (1, size[1]), array("f", range(size[1])).tobytes()).resize(size, Image.Resampling.NEAREST)
    return Field(across), Field(down)


def from_grey(image: Image.Image, low: float = 0.0, high: float = 1.0) -> Field:
    """Return a grey image as numbers from `low` to `high`."""
    return Field(image.convert("F")) * ((high - low) / 255) + low


def dot(a: Triple, b: Triple) -> Number:
    """Return the scalar product, leaving out the terms that are nought."""
    total: Number = 0.0
    for one, two in zip(a, b, strict=True):
        if (isinstance(one, float) and one == 0.0) or (isinstance(two, float) and two == 0.0):
            continue
        total = one * two if isinstance(total, float) and total == 0.0 else total + one * two
    return total


def unit(v: Triple) -> Triple:
    """Return a vector of length one in the same direction."""
    length = dot(v, v)
    scale = 1.0 / length.root() if isinstance(length, Field) else 1.0 / math.sqrt(length)
    return (v[0] * scale, v[1] * scale, v[2] * scale)


def plus(a: Triple, b: Triple, times: Number = 1.0) -> Triple:
    """Return a + b · times."""
    return (a[0] + b[0] * times, a[1] + b[1] * times, a[2] + b[2] * times)


@dataclass(frozen=True, slots=True)
class Skin:
    """What a solid is made of: colour as light returned, a texture that varies it, and how it shines."""

    colour: Vec
    texture: Image.Image | None = None
    scale: float = 700.0
    gloss: float = 0.0
    sharpness: float = 30.0
    mirror: float = 0.0
    glow: float = 0.0


@dataclass(frozen=True, slots=True)
class Solid:
    """A box, a rod (along its third axis) or a ball: centre and half sizes in metres, three axes at right angles."""

    kind: str
    centre: Vec
    half: Vec
    skin: Skin
    axes: tuple[Vec, Vec, Vec] = field(default=((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)))

    def inward(self, v: Triple) -> Triple:
        """Return a vector in the solid's own axes."""
        return (dot(v, self.axes[0]), dot(v, self.axes[1]), dot(v, self.axes[2]))

    def span(self, origin: Triple, ray: Triple) -> tuple[Field, Field]:
        """Return where each ray enters and leaves; it misses where it enters after it leaves."""
        o = self.inward(plus(origin, self.centre, -1.0))
        d = self.inward(ray)
        if self.kind == "box":
            spans = [_slab(o[axis], d[axis], self.half[axis]) for axis in range(3)]
        elif self.kind == "rod":
            spans = [_round(o[:2], d[:2], self.half[0]), _slab(o[2], d[2], self.half[2])]
        else:
            shrunk = [tuple(v[axis] * (1 / self.half[axis]) for axis in range(3)) for v in (o, d)]
            spans = [_round(shrunk[0], shrunk[1], 1.0)]
        near, far = spans[0]
        for enter, leave in spans[1:]:
            near, far = near.most(enter), far.least(leave)
        return near, far

    def normal(self, point: Triple) -> Triple:
        """Return the outward direction at points of the surface."""
        p = self.inward(plus(point, self.centre, -1.0))
        q: Sequence[Number] = [p[axis] * (1 / self.half[axis]) for axis in range(3)]
        local: list[Number]
        if self.kind == "ball":
            local = [q[axis] * (1 / self.half[axis]) for axis in range(3)]
        elif self.kind == "rod":
            cap = (q[0] * q[0] + q[1] * q[1]).below(abs(q[2]) ** 2.0)
            local = [q[0] * (1.0 - cap), q[1] * (1.0 - cap), q[2] * cap]
        else:
            top = abs(q[0]).most(abs(q[1])).most(abs(q[2])) * 0.9999
            local = [q[axis] * top.below(abs(q[axis])) for axis in range(3)]
        out = [local[0] * self.axes[0][i] + local[1] * self.axes[1][i] + local[2] * self.axes[2][i] for i in range(3)]
        return unit((out[0], out[1], out[2]))


def _slab(o: Number, d: Number, half: float) -> tuple[Field, Field]:
    inverse = 1.0 / (d + 1.0e-6)
    middle, reach = inverse * o, abs(inverse) * half
    return -middle - reach, reach - middle


def _round(o: Sequence[Number], d: Sequence[Number], radius: float) -> tuple[Field, Field]:
    a = sum((one * one for one in d[1:]), d[0] * d[0])
    b = sum((one * two for one, two in zip(o[1:], d[1:], strict=True)), o[0] * d[0])
    c = sum((one * one for one in o[1:]), o[0] * o[0]) - radius * radius
    inside = b * b - a * c
    root = inside.root()
    over = 1.0 / (a + 1.0e-9)
    missed = inside.below(0.0) * FAR
    return (-b - root) * over + missed, (root - b) * over - missed


@dataclass(frozen=True, slots=True)
class Camera:
    """Where the telephone is held: place, what it looks at, how it is tilted (degrees) and its angle of view across."""

    place: Vec
    target: Vec
    wide: float
    roll: float
    size: tuple[int, int]

    def frame(self) -> tuple[Vec, Vec, Vec]:
        """Return the ray of the first pixel and what one column and one row add to it."""
        forward = unit(tuple(t - p for t, p in zip(self.target, self.place, strict=True)))
        right = unit((forward[2], 0.0, -forward[0]))
        up = (forward[1] * right[2] - forward[2] * right[1], forward[2] * right[0] - forward[0] * right[2], forward[0] * right[1] - forward[1] * right[0])
        c, s = math.cos(math.radians(self.roll)), math.sin(math.radians(self.roll))
        step = 2 * math.tan(math.radians(self.wide) / 2) / self.size[0]
        column = tuple((right[i] * c + up[i] * s) * step for i in range(3))
        row = tuple((right[i] * s - up[i] * c) * step for i in range(3))
        first = tuple(forward[i] - column[i] * self.size[0] / 2 - row[i] * self.size[1] / 2 for i in range(3))
        return first, column, row

    def rays(self) -> Triple:
        """Return the direction of every pixel's ray, of length one."""
        first, column, row = self.frame()
        x, y = ramps(self.size)
        return unit((x * column[0] + y * row[0] + first[0], x * column[1] + y * row[1] + first[1], x * column[2] + y * row[2] + first[2]))


def nearest(solids: Sequence[Solid], origin: Triple, ray: Triple, size: tuple[int, int]) -> tuple[Field, Field]:
    """Return how far each ray goes and the number of the solid it meets (-1: none)."""
    depth, who = even(size, FAR), even(size, -1.0)
    for number, solid in enumerate(solids):
        near, far = solid.span(origin, ray)
        hit = near.below(far) * (1.0 - near.below(1.0e-4)) * near.below(depth)
        depth, who = choose(hit, near.least(FAR), depth), choose(hit, float(number), who)
    return depth, who


def blocked(solids: Sequence[Solid], origin: Triple, ray: Triple, reach: Number) -> Field:
    """Return 1.0 where something stands within `reach` along the ray."""
    found: Field | None = None
    for solid in solids:
        near, far = solid.span(origin, ray)
        hit = near.below(far) * (1.0 - far.below(1.0e-4)) * near.below(reach)
        found = hit if found is None else found.most(hit)
    assert found is not None
    return found


def scatter(size: tuple[int, int], seed: int) -> Triple:
    """Return a random direction for each pixel."""
    parts = [from_grey(grain(size, seed + 31 * axis), -1.0, 1.0) for axis in range(3)]
    return unit((parts[0], parts[1], parts[2]))
