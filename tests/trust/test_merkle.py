"""The tree against the RFC's own recursive definitions, and proofs that are not quite right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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

MOST = 70
"""Entries of a tree: enough for seven levels, and for every raggedness that a bit more or less makes."""

entries = st.lists(st.binary(max_size=40), max_size=MOST)
distinct_entries = st.lists(st.binary(min_size=1, max_size=8), min_size=1, max_size=MOST, unique=True)
"""Of distinct entries no two subtrees have the same hash, so that exchanging two hashes changes something."""


@given(entries)
def test_the_root_is_the_recursive_tree_hash_at_every_size(some: list[bytes]) -> None:
    tree = GrowingTree()
    for size, entry in enumerate(some):
        assert tree.root() == naive.mth(some[:size])
        tree.append(leaf_hash(entry))
    assert (tree.size, tree.root()) == (len(some), naive.mth(some))
    assert tree_hash(map(leaf_hash, some)) == naive.mth(some)


@given(st.data(), entries.filter(bool))
def test_an_inclusion_proof_is_the_recursive_path_and_holds(data: st.DataObject, some: list[bytes]) -> None:
    index = data.draw(st.integers(0, len(some) - 1))
    leaves = [leaf_hash(one) for one in some]
    found = inclusion_proof(index, leaves)
    assert found == naive.path(index, some)
    assert verify_inclusion(leaves[index], index, len(some), found, naive.mth(some))


@given(st.data(), entries.filter(bool))
def test_a_consistency_proof_is_the_recursive_proof_and_holds(data: st.DataObject, some: list[bytes]) -> None:
    first = data.draw(st.integers(1, len(some)))
    found = consistency_proof(first, [leaf_hash(one) for one in some])
    assert found == naive.proof(first, some)
    assert verify_consistency(first, len(some), naive.mth(some[:first]), naive.mth(some), found)


@pytest.mark.parametrize("index", [-1, 3, 4])
def test_there_is_no_path_of_a_leaf_that_is_not_there(index: int) -> None:
    with pytest.raises(IndexError):
        inclusion_proof(index, [leaf_hash(b"%d" % one) for one in range(3)])


@pytest.mark.parametrize("first", [-1, 0, 4])
def test_there_is_no_proof_from_a_tree_that_was_not(first: int) -> None:
    with pytest.raises(IndexError):
        consistency_proof(first, [leaf_hash(b"%d" % one) for one in range(3)])


def flipped(data: st.DataObject, value: bytes) -> bytes:
    """With one bit the other way."""
    bit = data.draw(st.integers(0, 8 * len(value) - 1), "bit")
    return (int.from_bytes(value, "big") ^ 1 << bit).to_bytes(len(value), "big")


def mutated_hashes(data: st.DataObject, hashes: list[bytes]) -> list[bytes]:
    """Another list of hashes: one altered, left out, put in, or two that differ exchanged."""
    ways = ["add"] + ["flip", "drop"] * bool(hashes) + ["exchange"] * (len(hashes) > 1)
    way = data.draw(st.sampled_from(ways), "way")
    changed = list(hashes)
    place = data.draw(st.integers(0, len(hashes) - (way != "add")), "place")
    if way == "add":
        changed.insert(place, data.draw(st.sampled_from([*hashes, bytes(32)]), "added"))
    elif way == "flip":
        changed[place] = flipped(data, changed[place])
    elif way == "drop":
        del changed[place]
    else:
        other = data.draw(st.integers(0, len(hashes) - 1).filter(lambda one: one != place), "other")
        changed[place], changed[other] = changed[other], changed[place]
    assert changed != hashes
    return changed


@dataclass(frozen=True)
class Inclusion:
    leaf: bytes
    index: int
    size: int
    hashes: list[bytes]
    root: bytes

    def holds(self) -> bool:
        return verify_inclusion(self.leaf, self.index, self.size, self.hashes, self.root)


@given(st.data(), distinct_entries)
def test_a_mutated_inclusion_proof_does_not_hold(data: st.DataObject, some: list[bytes]) -> None:
    size = len(some)
    index = data.draw(st.integers(0, size - 1), "index")
    good = Inclusion(leaf_hash(some[index]), index, size, naive.path(index, some), naive.mth(some))
    assert good.holds()
    sides = naive.path_sides(index, size)
    other_sizes = [
        one for one in range(2 * size + 2) if index >= one or naive.path_sides(index, one) != sides
    ]  # sizes with the same sides have the very same path
    changes: dict[str, Any] = {
        "leaf": flipped(data, good.leaf),
        "root": flipped(data, good.root),
        "hashes": mutated_hashes(data, good.hashes),
        "index": data.draw(st.integers(-2, 2 * size).filter(lambda one: one != index), "other index"),
        "size": data.draw(st.sampled_from(other_sizes), "other size"),
    }
    for field, value in changes.items():
        assert not replace(good, **{field: value}).holds(), field


@dataclass(frozen=True)
class Consistency:
    first: int
    second: int
    first_root: bytes
    second_root: bytes
    hashes: list[bytes]

    def holds(self) -> bool:
        return verify_consistency(self.first, self.second, self.first_root, self.second_root, self.hashes)


@given(st.data(), distinct_entries)
def test_a_mutated_consistency_proof_does_not_hold(data: st.DataObject, some: list[bytes]) -> None:
    second = len(some)
    first = data.draw(st.integers(1, second), "first")
    roots = naive.mth(some[:first]), naive.mth(some)
    good = Consistency(first, second, *roots, naive.proof(first, some))
    assert good.holds()
    sides = naive.proof_sides(first, second)
    other_seconds = [one for one in range(2 * second + 2) if one < first or naive.proof_sides(first, one) != sides]
    changes: dict[str, Any] = {
        "first_root": flipped(data, good.first_root),
        "second_root": flipped(data, good.second_root),
        "hashes": mutated_hashes(data, good.hashes),
        "first": data.draw(st.integers(-2, 2 * second).filter(lambda one: one != first), "other first"),
        "second": data.draw(st.sampled_from(other_seconds), "other second"),
    }
    for field, value in changes.items():
        assert not replace(good, **{field: value}).holds(), field
    if first != second:
        assert not replace(good, first_root=roots[1], second_root=roots[0]).holds()


def test_a_size_is_as_good_as_the_checkpoint_that_states_it() -> None:
    some = [b"one", b"two", b"three"]
    hashes = naive.path(0, some)
    assert verify_inclusion(leaf_hash(b"one"), 0, 3, hashes, naive.mth(some))
    assert verify_inclusion(leaf_hash(b"one"), 0, 4, hashes, naive.mth(some))  # the third may be two, hashed
    assert not verify_inclusion(leaf_hash(b"one"), 0, 5, hashes, naive.mth(some))


@given(distinct_entries.filter(lambda some: len(some) > 1))
def test_a_node_is_never_taken_for_a_leaf(some: list[bytes]) -> None:
    even = some[: len(some) // 2 * 2]
    pairs = [naive.mth([left]) + naive.mth([right]) for left, right in zip(even[::2], even[1::2], strict=True)]
    assert tree_hash(map(leaf_hash, pairs)) != naive.mth(even)
