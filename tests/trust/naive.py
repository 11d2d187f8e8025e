"""RFC 6962, section 2.1, word for word and without thought for speed: what the real tree is held against.

Also the shape of proofs, which tells the mutations of a proof that change what it shows from those that do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

Entries = Sequence[bytes]


def largest_power_below(n: int) -> int:
    """The largest power of two smaller than n, which is 2 or more."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def mth(entries: Entries) -> bytes:
    """MTH(D[n]): the Merkle tree hash (2.1)."""
    n = len(entries)
    if n == 0:
        return sha256().digest()
    if n == 1:
        return sha256(b"\x00" + entries[0]).digest()
    k = largest_power_below(n)
    return sha256(b"\x01" + mth(entries[:k]) + mth(entries[k:])).digest()


def path(m: int, entries: Entries) -> list[bytes]:
    """PATH(m, D[n]): the audit path of the (m+1)th entry (2.1.1)."""
    n = len(entries)
    if n == 1:
        return []
    k = largest_power_below(n)
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def proof(m: int, entries: Entries) -> list[bytes]:
    """PROOF(m, D[n]): that the tree of the first m entries is a prefix (2.1.2)."""
    return _subproof(m, entries, True)


def _subproof(m: int, entries: Entries, known: bool) -> list[bytes]:
    n = len(entries)
    if m == n:
        return [] if known else [mth(entries)]
    k = largest_power_below(n)
    if m <= k:
        return [*_subproof(m, entries[:k], known), mth(entries[k:])]
    return [*_subproof(m - k, entries[k:], False), mth(entries[:k])]


def path_sides(m: int, n: int) -> str:
    """On which side the siblings of the (m+1)th of n entries stand, from the leaf up.

    Sizes with the same sides have the same path: 3 and 4, for the first entry. No hash can tell them apart, so the
    size of a proof is to be believed only as far as the checkpoint that states it.
    """
    if n == 1:
        return ""
    k = largest_power_below(n)
    return path_sides(m, k) + "R" if m < k else path_sides(m - k, n - k) + "L"


def proof_sides(m: int, n: int) -> str:
    """The same for PROOF(m, D[n]); 0 < m <= n."""
    if m == n:
        return ""
    k = largest_power_below(n)
    return proof_sides(m, k) + "R" if m <= k else proof_sides(m - k, n - k) + "L"
