"""The QR symbol of `qr.py` again, module for module, made in a fortieth of the time: for the compiled page.

`qrcode` stays the author of the symbol. Its frame (finders, timing, format and version marks, mask) is taken from it once per version; only what differs
between two texts is computed here: the bits of the two segments, their error correction (division by the generator polynomial, one table step a byte),
and their places (ISO/IEC 18004, 7.4 to 7.7). The tests compare every version with `qrcode`.
"""

from collections.abc import Callable
from functools import cache
from itertools import zip_longest
from operator import itemgetter
from typing import Any

import qrcode
from qrcode.base import rs_blocks
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import BIT_LIMIT_TABLE

from credentialing.certificate.qr import LARGEST_VERSION, MASK
from credentialing.domain.errors import Reason, RefusedError

_LIMITS = BIT_LIMIT_TABLE[ERROR_CORRECT_M]
_WIDE_COUNTS = 10  # from this version on the counts of the segments have 16 and 12 bits, below 8 and 10 (table 3)
_TRIPLES = tuple(f"{number:010b}" for number in range(1000))
_FIELD = 0x11D  # x^8 + x^4 + x^3 + x^2 + 1


def qr_rows(text: str) -> tuple[bytes, ...]:
    """The rows of the symbol for `https://…#digits`, top first, each module an ASCII 1 (dark) or 0; level M, no quiet zone.

    RefusedError `qr_too_large` above version 13.
    """
    url, _, digits = text.partition("#")
    version = version_of(text)
    frame, places, size = _frame(version)
    words = _with_correction(version, _bits(version, f"{url}#".encode(), digits))
    dark = bytes(places(f"{int.from_bytes(words):0{8 * len(words)}b}0".encode()))
    flat = (int.from_bytes(dark) ^ frame).to_bytes(size * size)
    return tuple(flat[row * size : (row + 1) * size] for row in range(size))


def version_of(text: str) -> int:
    """The smallest version that holds `https://…#digits` as one byte segment and one numeric segment; RefusedError `qr_too_large` above version 13."""
    url, _, digits = text.partition("#")
    content = 8 * len(f"{url}#".encode()) + (10 * len(digits) + 2) // 3
    for first, last, counts in ((1, _WIDE_COUNTS - 1, 18), (_WIDE_COUNTS, LARGEST_VERSION, 28)):
        fitting = (version for version in range(first, last + 1) if 8 + counts + content <= _LIMITS[version])
        if version := next(fitting, 0):
            return version
    raise RefusedError(Reason("qr_too_large", {"field": "display_name", "version": LARGEST_VERSION}))


def _bits(version: int, url: bytes, digits: str) -> str:
    """The two segments (7.4.4, 7.4.5)."""
    first, second = (16, 12) if version >= _WIDE_COUNTS else (8, 10)
    cut = len(digits) - len(digits) % 3
    numbers = "".join([_TRIPLES[int(digits[i : i + 3])] for i in range(0, cut, 3)])
    if rest := digits[cut:]:
        numbers += f"{int(rest):0{3 * len(rest) + 1}b}"
    return f"0100{len(url):0{first}b}{int.from_bytes(url):0{8 * len(url)}b}0001{len(digits):0{second}b}{numbers}"


def _with_correction(version: int, bits: str) -> bytes:
    """Data and error-correction code words in the order in which they are drawn (7.4.10, 7.5, 7.6)."""
    limit = _LIMITS[version]
    bits += "0" * min(4, limit - len(bits))
    bits += "0" * (-len(bits) % 8)
    data = int(bits, 2).to_bytes(len(bits) // 8)
    data = (data + b"\xec\x11" * (limit // 8))[: limit // 8]
    blocks, checks, start = [], [], 0
    for block in rs_blocks(version, ERROR_CORRECT_M):
        part = data[start : start + block.data_count]
        start += block.data_count
        blocks.append(part)
        checks.append(_remainder(part, block.total_count - block.data_count))
    return b"".join(bytes(word for word in column if word is not None) for group in (blocks, checks) for column in zip_longest(*group))


def _remainder(data: bytes, count: int) -> bytes:
    table, top, field = _multiples(count), 8 * (count - 1), (1 << 8 * count) - 1
    rest = 0
    for byte in data:
        rest = (rest << 8) & field ^ table[byte ^ (rest >> top)]
    return rest.to_bytes(count)


def _times(one: int, other: int) -> int:
    product = 0
    while other:
        product ^= one if other & 1 else 0
        one = one << 1 ^ (_FIELD if one & 0x80 else 0)
        other >>= 1
    return product


@cache
def _multiples(count: int) -> tuple[int, ...]:
    """The generator polynomial of degree `count` without its first term, times each element of the field (annex A)."""
    generator, root = [1], 1
    for _ in range(count):
        generator = [a ^ _times(b, root) for a, b in zip([*generator, 0], [0, *generator], strict=True)]
        root = _times(root, 2)
    return tuple(int.from_bytes(bytes(_times(term, factor) for term in generator[1:])) for factor in range(256))


@cache
def _frame(version: int) -> tuple[int, Callable[[bytes], Any], int]:
    """What every symbol of a version shares: its modules when all data bits are 0, as one number of 0 and 1 bytes; which bit (or the constant behind the
    last one) stands on each module; and the modules on a side."""
    words = sum(block.total_count for block in rs_blocks(version, ERROR_CORRECT_M))
    light, dark = (_drawn_by_qrcode(version, [word] * words) for word in (0, 0xFF))
    size = 4 * version + 17
    order = [y * size + x for y, x in _zigzag(size) if light[y * size + x] != dark[y * size + x]]
    if len(order) != 8 * words:
        raise ValueError("the places of the data are not where the standard puts them")
    bit_of = {place: bit for bit, place in enumerate(order)}
    return int.from_bytes(light), itemgetter(*(bit_of.get(place, 8 * words) for place in range(size * size))), size


def _drawn_by_qrcode(version: int, words: list[int]) -> bytes:
    symbol = qrcode.QRCode(version=version, error_correction=ERROR_CORRECT_M, border=0, mask_pattern=MASK)
    symbol.data_cache = words
    symbol.makeImpl(False, MASK)
    return bytes(bool(module) for row in symbol.modules for module in row)


def _zigzag(size: int) -> list[tuple[int, int]]:
    """Rows and columns in the order of 7.7.3: pairs of columns from the right, upwards first, without the column of the timing pattern."""
    rights = [*range(size - 1, 6, -2), *range(5, 0, -2)]
    ways = (range(size - 1, -1, -1), range(size))
    return [(y, x) for turn, right in enumerate(rights) for y in ways[turn % 2] for x in (right, right - 1)]
