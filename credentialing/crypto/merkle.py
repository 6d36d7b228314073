"""The Merkle tree of RFC 9162, section 2.1 (SHA-256; the tree of RFC 6962): roots, proofs of inclusion and of consistency, and their checks.

A tree of a million leaves is never held: whoever makes a root or a proof asks for the roots of whole subtrees, of which each needs about twenty.
"""

import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from typing import TypeAlias

EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of a tree without leaves (RFC 9162, 2.1.1)."""

Node: TypeAlias = Callable[[int, int], bytes]
"""(height, index) -> the root (32 bytes) of the whole subtree over leaves `index * 2**height` to `(index + 1) * 2**height - 1`."""


def leaf_hash(data: bytes) -> bytes:
    """Hash of one leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def pairs(level: Sequence[bytes]) -> list[bytes]:
    """The level above a level of whole subtrees; one that is left over without a brother waits."""
    return [node_hash(level[place], level[place + 1]) for place in range(0, len(level) - 1, 2)]


def root(leaves: Sequence[bytes]) -> bytes:
    """Root over leaf hashes; the hash of nothing for an empty tree."""
    if not leaves:
        return EMPTY_ROOT
    level = list(leaves)
    while len(level) > 1:  # pairing from the left leaves the odd one over: the same tree as the recursive definition
        above = pairs(level)
        level = above + level[len(above) * 2 :]
    return level[0]


def nodes_of(leaves: Sequence[bytes]) -> Node:
    """The whole subtrees over leaf hashes that are at hand."""

    @cache
    def node(height: int, index: int) -> bytes:
        return node_hash(node(height - 1, 2 * index), node(height - 1, 2 * index + 1)) if height else leaves[index]

    return node


# --- making ----------------------------------------------------------------------------------------------------------


def _split(size: int) -> int:
    """The largest power of two below `size` (at least 2)."""
    return 1 << (size - 1).bit_length() - 1


def _root_between(node: Node, start: int, end: int) -> bytes:
    """Root of the subtree over leaves `start` to `end` - 1, which begins at a multiple of the power of two that holds it."""
    size = end - start
    if size & (size - 1) == 0:
        height = size.bit_length() - 1
        return node(height, start >> height)
    half = _split(size)
    return node_hash(_root_between(node, start, start + half), _root_between(node, start + half, end))


def root_at(node: Node, size: int) -> bytes:
    """Root of the tree of the first `size` leaves."""
    return _root_between(node, 0, size) if size else EMPTY_ROOT


def inclusion_at(node: Node, index: int, *, size: int) -> tuple[bytes, ...]:
    """The sibling hashes from leaf `index` up to the root of the tree of `size` leaves (RFC 9162, 2.1.3.1); IndexError outside the tree."""
    if not 0 <= index < size:
        raise IndexError(index)
    steps, start, end = list[bytes](), 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            steps.append(_root_between(node, middle, end))
            end = middle
        else:
            steps.append(_root_between(node, start, middle))
            start = middle
    return tuple(reversed(steps))


def inclusion_proof(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """`inclusion_at` over leaf hashes that are at hand."""
    return inclusion_at(nodes_of(leaves), index, size=len(leaves))


def consistency_at(node: Node, old: int, *, new: int) -> tuple[bytes, ...]:
    """What shows that the tree of `new` leaves begins with the tree of `old` leaves (RFC 9162, 2.1.4.1); ValueError unless 0 < old <= new."""
    if not 0 < old <= new:
        raise ValueError("a tree grows, and from nothing there is nothing to show")
    steps, start, end = list[bytes](), 0, new
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            steps.append(_root_between(node, middle, end))
            end = middle
        else:
            steps.append(_root_between(node, start, middle))
            start = middle
    if start:  # else the old tree is a whole subtree of the new one, whose root the reader holds already
        steps.append(_root_between(node, start, end))
    return tuple(reversed(steps))


# --- checking --------------------------------------------------------------------------------------------------------


def proves_inclusion(leaf: bytes, index: int, *, size: int, proof: Sequence[bytes], expected_root: bytes) -> bool:
    """Whether `proof` shows that `leaf` stands at `index` of the tree with `size` leaves and `expected_root` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, value = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            value = node_hash(sibling, value)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            value = node_hash(value, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and value == expected_root


def proves_consistency(*, old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that the tree of `new` leaves begins with the tree of `old` leaves (RFC 9162, 2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    steps = list(proof) if old & (old - 1) else [old_root, *proof]
    if not steps:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    was = now = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            was, now = node_hash(step, was), node_hash(step, now)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            now = node_hash(now, step)
        place, last = place >> 1, last >> 1
    return last == 0 and was == old_root and now == new_root
