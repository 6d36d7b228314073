"""The tree in tiles, by the words and the examples of C2SP tlog-tiles."""

import random

import pytest

from credentialing.crypto import merkle, tiles
from credentialing.crypto.tiles import Tile, parse_path, tiles_between

SIZES = (0, 1, 2, 255, 256, 257, 511, 512, 1000, 65535, 65536, 65537, 70000)


class Levels:
    """Every level of a tree at hand, grown leaf by leaf as the log grows it."""

    def __init__(self, size: int) -> None:
        self.levels = [[merkle.leaf_hash(b"%d" % number) for number in range(size)]]
        while len(self.levels[-1]) >= tiles.WIDTH:
            below = self.levels[-1]
            self.levels.append([merkle.root(below[end - tiles.WIDTH : end]) for end in range(tiles.WIDTH, len(below) + 1, tiles.WIDTH)])

    def read(self, level: int, start: int, end: int) -> list[bytes]:
        return self.levels[level][start:end]


@pytest.fixture(scope="module")
def large() -> Levels:
    return Levels(70000)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 1234067), "tile/0/x001/x234/067"), (Tile(0, 0), "tile/0/000"),
        (Tile(3, 999, 1), "tile/3/999.p/1"), (Tile(1, 1000, 255), "tile/1/x001/000.p/255"),
        (Tile(None, 67), "tile/entries/067"), (Tile(None, 273, 112), "tile/entries/273.p/112"), (Tile(63, 5), "tile/63/005"),
    ],
)  # fmt: skip
def test_a_tile_has_one_address(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert parse_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/0", "tile/0/00", "tile/0/0000", "tile/0/x000/001", "tile/00/000", "tile/64/000", "tile/-1/000", "tile/0/001/067", "tile/0/x001",
        "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/257", "tile/0/000.p/01", "tile/0/000.p",
        "tile/entry/000", "tile/0/000/", "/tile/0/000", "tile/0/٠٠٠", "tile/0/000\n", "",
    ],
)  # fmt: skip
def test_no_other_spelling_is_an_address(path: str) -> None:
    assert parse_path(path) is None


def test_a_tree_of_seventy_thousand_has_the_tiles_of_the_specification() -> None:
    found = list(tiles_between(0, 70000))
    by_level = {level: [tile for tile in found if tile.level == level] for level in (None, 0, 1, 2)}
    assert {level: sum(tile.is_full for tile in some) for level, some in by_level.items()} == {None: 273, 0: 273, 1: 1, 2: 0}
    assert {level: [tile.width for tile in some if not tile.is_full] for level, some in by_level.items()} == {None: [112], 0: [112], 1: [17], 2: [1]}


def test_a_tree_of_one_full_tile_has_a_partial_one_above_it() -> None:
    assert list(tiles_between(0, 256)) == [Tile(None, 0), Tile(0, 0), Tile(1, 0, 1)]


@pytest.mark.parametrize("old", SIZES)
def test_what_is_added_is_what_was_not_there(old: int) -> None:
    for new in SIZES:
        if new >= old:
            assert set(tiles_between(old, new)) == set(tiles_between(0, new)) - set(tiles_between(0, old)), new


def test_roots_and_proofs_from_tiles_are_those_of_the_whole_tree(large: Levels) -> None:
    leaves = large.levels[0]
    whole, tiled = merkle.nodes_of(leaves), tiles.whole_subtrees(large.read)
    for size in (1, 255, 256, 257, 65536, 65793, 70000):
        chosen = {0, size - 1, *(random.Random(size).randrange(size) for _ in range(5))}
        assert merkle.root_at(tiled, size) == merkle.root(leaves[:size])
        assert all(merkle.inclusion_at(tiled, index, size=size) == merkle.inclusion_at(whole, index, size=size) for index in chosen)
        assert all(merkle.consistency_at(tiled, index + 1, new=size) == merkle.consistency_at(whole, index + 1, new=size) for index in chosen)


def test_a_root_from_tiles_asks_for_few_hashes(large: Levels) -> None:
    asked = []

    def read(level: int, start: int, end: int) -> list[bytes]:
        asked.append(large.read(level, start, end))
        return asked[-1]

    merkle.root_at(tiles.whole_subtrees(read), 70000)
    assert sum(map(len, asked)) == 112 + 17 + 1


def test_entries_come_back_out_of_a_bundle_and_a_torn_one_is_refused() -> None:
    entries = (b"", b"a", b"b" * 300)
    bundle = tiles.bundle_entries(entries)
    assert bundle[:4] == b"\0\0\0\1"
    assert tiles.read_entries(bundle) == entries
    for cut in (bundle[:-1], bundle + b"\0", bundle + b"\0\1"):
        with pytest.raises(ValueError, match="cut off"):
            tiles.read_entries(cut)
