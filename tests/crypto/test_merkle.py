"""The Merkle tree, against the recursive definition of RFC 6962 and its published roots."""

import hashlib

import pytest

from credentialing.crypto import merkle

# The inputs and roots of the reference tests of the Certificate Transparency project.
INPUTS = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def _by_definition(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashlib.sha256(b"\x01" + _by_definition(leaves[:half]) + _by_definition(leaves[half:])).digest()


@pytest.mark.parametrize(("size", "expected"), ROOTS.items())
def test_roots_are_the_published_ones(size: int, expected: str) -> None:
    assert merkle.root([merkle.leaf_hash(data) for data in INPUTS[:size]]).hex() == expected


def test_the_root_of_an_empty_tree_is_the_hash_of_nothing() -> None:
    assert merkle.root([]) == hashlib.sha256(b"").digest()


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
