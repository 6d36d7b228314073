"""The Merkle tree, against the recursive definition of RFC 6962, its published roots, and pymerkle as a second opinion."""

import hashlib
import random
from functools import cache

import pytest
from pymerkle import InmemoryTree, verify_consistency

from credentialing.crypto import merkle

# The inputs and roots of the reference tests of the Certificate Transparency project.
INPUTS = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
LARGE = (1024, 1025, 2047)


def entry(number: int) -> bytes:
    return b"entry %d" % number


@cache
def leaves() -> list[bytes]:
    return [merkle.leaf_hash(entry(number)) for number in range(max(LARGE))]


@cache
def node() -> merkle.Node:
    return merkle.nodes_of(leaves())


@cache
def second_opinion() -> InmemoryTree:
    """The same tree by other hands."""
    tree = InmemoryTree(algorithm="sha256")
    for number in range(max(LARGE)):
        tree.append_entry(entry(number))
    return tree


def _by_definition(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashlib.sha256(b"\x01" + _by_definition(leaves[:half]) + _by_definition(leaves[half:])).digest()


def places(size: int, count: int = 2) -> set[int]:
    """The first and the last of `size` places, and some between."""
    return {0, size - 1, *(random.Random(size).randrange(size) for _ in range(count))}


@pytest.mark.parametrize(("size", "expected"), ROOTS.items())
def test_roots_are_the_published_ones(size: int, expected: str) -> None:
    hashed = [merkle.leaf_hash(data) for data in INPUTS[:size]]
    assert merkle.root(hashed).hex() == merkle.root_at(merkle.nodes_of(hashed), size).hex() == expected


def test_the_root_of_an_empty_tree_is_the_hash_of_nothing() -> None:
    assert merkle.root([]) == merkle.root_at(node(), 0) == hashlib.sha256(b"").digest()


@pytest.mark.parametrize("size", range(1, 34))
def test_every_leaf_is_proved_and_nothing_else_is(size: int) -> None:
    data = [str(n).encode() for n in range(size)]
    leaves = [merkle.leaf_hash(item) for item in data]
    root = merkle.root(leaves)
    assert root == _by_definition(data)
    for index, leaf in enumerate(leaves):
        proof = merkle.inclusion_proof(leaves, index)
        assert merkle.proves_inclusion(leaf, index, size=size, proof=proof, expected_root=root)
        wrong = [(merkle.leaf_hash(b"x"), index, size, proof), (leaf, index, size, (*proof, root)), (leaf, size, size, proof), (leaf, -1, size, proof)]
        wrong += [(leaf, index, size, proof[:-1])] if proof else []
        wrong += [(leaf, other, size, proof) for other in range(size) if other != index]
        for one_leaf, place, count, steps in wrong:
            assert not merkle.proves_inclusion(one_leaf, place, size=count, proof=steps, expected_root=root)


def test_no_proof_outside_the_tree() -> None:
    with pytest.raises(IndexError):
        merkle.inclusion_proof([merkle.leaf_hash(b"")], 1)


@pytest.mark.parametrize("size", range(1, 26))
def test_every_earlier_tree_is_proved_and_no_other_is(size: int) -> None:
    root = merkle.root(leaves()[:size])
    for old in range(1, size + 1):
        was = merkle.root(leaves()[:old])
        proof = merkle.consistency_at(node(), old, new=size)
        assert merkle.proves_consistency(old=old, old_root=was, new=size, new_root=root, proof=proof)
        other = hashlib.sha256(was).digest()
        wrong = [(old, other, size, root, proof), (old, was, size, other, proof), (old, was, size, root, (*proof, root)), (size + 1, was, size, root, proof)]
        wrong += [(old, was, size, root, proof[:-1])] if proof else []
        wrong += [(old, was, size, root, (*proof[:place], other, *proof[place + 1 :])) for place in range(len(proof))]
        wrong += [(lie, was, size, root, proof) for lie in range(size + 1) if lie != old]
        for before, before_root, after, after_root, steps in wrong:
            assert not merkle.proves_consistency(old=before, old_root=before_root, new=after, new_root=after_root, proof=steps)


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3), (-1, 3)])
def test_no_consistency_from_nothing_or_backwards(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="a tree grows"):
        merkle.consistency_at(node(), old, new=new)


def test_another_library_finds_the_same_roots() -> None:
    for size in (*range(1, 301), *LARGE):
        assert merkle.root_at(node(), size) == merkle.root(leaves()[:size]) == second_opinion().get_root(size), size


def test_another_library_makes_the_same_proofs_of_inclusion() -> None:
    for size in (*range(1, 301), *LARGE):
        root = merkle.root_at(node(), size)
        for index in places(size):
            ours, theirs = merkle.inclusion_at(node(), index, size=size), second_opinion().prove_inclusion(index + 1, size)  # they count from one
            assert theirs.path == [leaves()[index], *ours], (index, size)
            assert merkle.proves_inclusion(leaves()[index], index, size=size, proof=ours, expected_root=root), (index, size)


def test_proofs_of_consistency_hold_between_the_roots_of_another_library() -> None:
    for size in (*range(1, 301), *LARGE):
        root = merkle.root_at(node(), size)
        for old in {place + 1 for place in places(size)}:
            ours, theirs = merkle.consistency_at(node(), old, new=size), second_opinion().prove_consistency(old, size)
            verify_consistency(merkle.root_at(node(), old), root, theirs, prior_size=old, later_size=size)  # theirs against our roots, ours against theirs
            assert merkle.proves_consistency(old=old, old_root=second_opinion().get_root(old), new=size, new_root=root, proof=ours), (old, size)
