"""The Merkle tree of RFC 6962, section 2.1 (SHA-256): root, inclusion proof, and its check."""

import hashlib
from collections.abc import Sequence


def leaf_hash(data: bytes) -> bytes:
    """Hash of one leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def _split(size: int) -> int:
    """The largest power of two below `size` (at least 2)."""
    return 1 << (size - 1).bit_length() - 1


def root(leaves: Sequence[bytes]) -> bytes:
    """Root over leaf hashes; the hash of nothing for an empty tree."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:  # pairing from the left leaves the odd one over: the same tree as the recursive definition
        pairs = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


def inclusion_proof(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The sibling hashes from leaf `index` up to the root; IndexError outside the tree."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    if len(leaves) == 1:
        return ()
    half = _split(len(leaves))
    if index < half:
        return (*inclusion_proof(leaves[:half], index), root(leaves[half:]))
    return (*inclusion_proof(leaves[half:], index - half), root(leaves[:half]))


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
