"""The tree cut into tiles (C2SP tlog-tiles): 256 hashes each, so that readers fetch few files and keep the full ones for ever.

Level 0 holds the leaves; a hash of level L + 1 is the root of one full tile of level L.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from credentialing.crypto.merkle import Node, pairs

HEIGHT = 8
WIDTH = 1 << HEIGHT
"""Hashes of a full tile."""

_CACHED = 64
_PATH = re.compile(r"tile/(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)

ReadHashes = Callable[[int, int, int], Sequence[bytes]]
"""(level, start, end) -> the hashes of that level from position `start` to `end` - 1, fewer where the tree ends."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile: its level (None for a bundle of entries), its number, and how many hashes or entries it holds (1 to 256)."""

    level: int | None
    index: int
    width: int = WIDTH

    @property
    def is_full(self) -> bool:
        """Whether it never changes any more."""
        return self.width == WIDTH

    @property
    def start(self) -> int:
        """The position of its first hash in its level."""
        return self.index * WIDTH

    @property
    def path(self) -> str:
        """Its address below that of the log: `tile/0/x001/x234/067`, with `.p/N` when it holds N hashes only."""
        groups = [f"{self.index % 1000:03d}"]
        rest = self.index // 1000
        while rest:
            groups.insert(0, f"x{rest % 1000:03d}")
            rest //= 1000
        return f"tile/{'entries' if self.level is None else self.level}/{'/'.join(groups)}{'' if self.is_full else f'.p/{self.width}'}"


def parse_path(path: str) -> Tile | None:
    """The tile that an address names; None for anything but the one spelling of an address."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    level, number, width = found.groups()
    tile = Tile(None if level == "entries" else int(level), int(number.replace("/", "").replace("x", "")), int(width or WIDTH))
    return tile if tile.path == path and tile.width <= WIDTH else None


def hashes_at(level: int, size: int) -> int:
    """How many hashes level `level` has when the tree has `size` leaves."""
    return size >> HEIGHT * level


def tiles_between(old: int, new: int) -> Iterator[Tile]:
    """Every tile that a tree of `new` leaves has and one of `old` leaves had not (from 0: all of them), entries first, then level by level."""
    level = 0
    while (end := hashes_at(level, new)) > 0:
        for index in range(hashes_at(level, old) // WIDTH, -(-end // WIDTH)):
            tile = Tile(level, index, min(WIDTH, end - index * WIDTH))
            if tile.start + tile.width > hashes_at(level, old):
                if level == 0:
                    yield Tile(None, tile.index, tile.width)
                yield tile
        level += 1


def whole_subtrees(read: ReadHashes) -> Node:
    """The roots of whole subtrees from hashes that lie in tiles; a few tiles are kept at hand, so nothing may grow meanwhile."""

    @lru_cache(maxsize=_CACHED)
    def pyramid(level: int, index: int) -> list[list[bytes]]:
        rows = [list(read(level, index * WIDTH, (index + 1) * WIDTH))]
        while len(rows[-1]) > 1:
            rows.append(pairs(rows[-1]))
        return rows

    def node(height: int, index: int) -> bytes:
        level, rise = divmod(height, HEIGHT)
        first = index << rise
        return pyramid(level, first // WIDTH)[rise][(first % WIDTH) >> rise]

    return node


def bundle_entries(entries: Sequence[bytes]) -> bytes:
    """A bundle of entries: each behind its length in two bytes, big-endian."""
    return b"".join(len(entry).to_bytes(2) + entry for entry in entries)


def read_entries(bundle: bytes) -> tuple[bytes, ...]:
    """The entries of a bundle; ValueError when it is cut off."""
    entries, place = [], 0
    while place < len(bundle):
        size = int.from_bytes(bundle[place : place + 2])
        entry = bundle[place + 2 : place + 2 + size]
        if len(bundle) < place + 2 + size:
            raise ValueError("the bundle is cut off")
        entries.append(entry)
        place += 2 + size
    return tuple(entries)
