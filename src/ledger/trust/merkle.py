"""The Merkle tree of RFC 6962 (section 2.1; the verifiers after RFC 9162, section 2.1) over SHA-256.

A leaf is a line's stored bytes, without the newline. Hashes are 32 bytes; indexes count from 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256


def leaf_hash(line: bytes) -> bytes:
    """The hash of a leaf; its prefix keeps it apart from a node's."""
    return sha256(b"\0" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over its two subtrees."""
    return sha256(b"\1" + left + right).digest()


class GrowingTree:
    """A tree that leaves are appended to, remembered as the roots of its perfect subtrees, largest first."""

    def __init__(self) -> None:
        self.size = 0
        self._subtrees: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Take in the hash of the next leaf."""
        merged = self.size
        while merged & 1:
            leaf = node_hash(self._subtrees.pop(), leaf)
            merged >>= 1
        self._subtrees.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The tree hash of all leaves so far; of none, the hash of nothing."""
        if not self._subtrees:
            return sha256(b"").digest()
        root = self._subtrees[-1]
        for subtree in reversed(self._subtrees[:-1]):
            root = node_hash(subtree, root)
        return root


def tree_hash(leaves: Iterable[bytes]) -> bytes:
    """The tree hash of these leaf hashes, in order."""
    tree = GrowingTree()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def _split(size: int) -> int:
    """The largest power of two smaller than `size` (k in the RFC); `size` is 2 or more."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """The audit path of the leaf at `index`, from the leaf up (PATH in the RFC)."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"there is no leaf {index} among {len(leaves)}")
    path: list[bytes] = []
    low, high = 0, len(leaves)
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(tree_hash(leaves[middle:high]))
            high = middle
        else:
            path.append(tree_hash(leaves[low:middle]))
            low = middle
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the path shows the leaf hash at `index` of a tree of `size` with this root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and found == root


def consistency_proof(first: int, leaves: Sequence[bytes]) -> list[bytes]:
    """What shows that the tree of these leaf hashes began with its first `first` (PROOF in the RFC)."""
    if not 0 < first <= len(leaves):
        raise IndexError(f"a tree of {len(leaves)} leaves does not begin with {first}")
    proof: list[bytes] = []
    low, high, known = 0, len(leaves), True
    while first - low != high - low:
        middle = low + _split(high - low)
        if first <= middle:
            proof.append(tree_hash(leaves[middle:high]))
            high = middle
        else:
            proof.append(tree_hash(leaves[low:middle]))
            low, known = middle, False
    if not known:
        proof.append(tree_hash(leaves[low:high]))
    return proof[::-1]


def verify_consistency(
    first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the proof shows that a tree of `second` leaves began with one of `first` (RFC 9162, 2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    if not path:
        return False
    node, last = first - 1, second - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root
