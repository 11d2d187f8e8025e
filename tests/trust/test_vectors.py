"""The tree against the vectors of the certificate-transparency reference tests.

They are in google/certificate-transparency (`merkle_tree_test.cc`), and in transparency-dev/merkle since.
"""

from __future__ import annotations

import pytest

from ledger.trust.merkle import (
    GrowingTree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    tree_hash,
    verify_consistency,
    verify_inclusion,
)
from tests.trust import naive

ENTRIES = [
    bytes.fromhex(one)
    for one in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
LEAVES = [leaf_hash(one) for one in ENTRIES]

ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
"""By size, from 0."""

LEAF_HASHES = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7",
    "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658",
    "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
    "46f6ffadd3d06a09ff3c5860d2755c8b9819db7df44251788c7d8e3180de8eb1",
)
PAIR = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"  # leaves 2 and 3
NEXT_PAIR = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"  # 4 and 5
LAST_PAIR = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"  # 6 and 7
RIGHT_HALF = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"  # 4 to 7

PATHS: dict[tuple[int, int], tuple[str, ...]] = {
    (0, 1): (),
    (0, 8): (LEAF_HASHES[1], PAIR, RIGHT_HALF),
    (5, 8): (LEAF_HASHES[4], LAST_PAIR, ROOTS[4]),
    (2, 3): (ROOTS[2],),
    (1, 5): (LEAF_HASHES[0], PAIR, LEAF_HASHES[4]),
}
"""Audit paths by index (from 0; the vectors count from 1) and size."""

PROOFS: dict[tuple[int, int], tuple[str, ...]] = {
    (1, 1): (),
    (1, 8): (LEAF_HASHES[1], PAIR, RIGHT_HALF),
    (6, 8): (NEXT_PAIR, LAST_PAIR, ROOTS[4]),
    (2, 5): (PAIR, LEAF_HASHES[4]),
    (6, 7): (NEXT_PAIR, LEAF_HASHES[6], ROOTS[4]),
}
"""Consistency proofs by first and second size."""


def hexed(hashes: list[bytes]) -> tuple[str, ...]:
    return tuple(one.hex() for one in hashes)


def test_the_hashes_of_the_leaves() -> None:
    assert hexed(LEAVES) == LEAF_HASHES


@pytest.mark.parametrize("size", range(9))
def test_the_root_of_each_size(size: int) -> None:
    assert tree_hash(LEAVES[:size]).hex() == ROOTS[size]
    assert naive.mth(ENTRIES[:size]).hex() == ROOTS[size]


def test_the_root_of_each_size_while_the_tree_grows() -> None:
    tree = GrowingTree()
    found = [tree.root().hex()]
    for leaf in LEAVES:
        tree.append(leaf)
        found.append(tree.root().hex())
    assert tuple(found) == ROOTS
    assert tree.size == 8


@pytest.mark.parametrize(("place", "expected"), PATHS.items(), ids=str)
def test_the_inclusion_paths(place: tuple[int, int], expected: tuple[str, ...]) -> None:
    index, size = place
    assert hexed(inclusion_proof(index, LEAVES[:size])) == expected
    assert hexed(naive.path(index, ENTRIES[:size])) == expected
    hashes = [bytes.fromhex(one) for one in expected]
    assert verify_inclusion(LEAVES[index], index, size, hashes, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("sizes", "expected"), PROOFS.items(), ids=str)
def test_the_consistency_proofs(sizes: tuple[int, int], expected: tuple[str, ...]) -> None:
    first, second = sizes
    assert hexed(consistency_proof(first, LEAVES[:second])) == expected
    assert hexed(naive.proof(first, ENTRIES[:second])) == expected
    hashes = [bytes.fromhex(one) for one in expected]
    first_root, second_root = bytes.fromhex(ROOTS[first]), bytes.fromhex(ROOTS[second])
    assert verify_consistency(first, second, first_root, second_root, hashes)
