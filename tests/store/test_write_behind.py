"""Large batches are inserted on a second thread: in order, all of them, and no failure is lost."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from threading import get_ident

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.store.bulk import WriteBehind

MANY = list(range(1_000))


@given(st.lists(st.sampled_from([1, 2, len(MANY)]), max_size=12))
def test_batches_of_any_size_go_in_in_order(sizes: list[int]) -> None:
    batches = [MANY[:size] for size in sizes]
    found: list[Sequence[int]] = []
    with WriteBehind(found.append) as insert:
        for batch in batches:
            insert(batch)
    assert found == batches


def test_large_batches_go_in_on_another_thread_and_small_ones_at_once() -> None:
    threads: list[int] = []
    with WriteBehind(lambda _: threads.append(get_ident())) as insert:
        insert(MANY)
        insert([1])
    assert threads[0] != get_ident() == threads[1]


def test_what_fails_behind_is_raised_before_the_block_ends_well() -> None:
    def fail(_: Sequence[int]) -> None:
        raise ZeroDivisionError

    turn = sys.getswitchinterval()
    with pytest.raises(ZeroDivisionError), WriteBehind(fail) as insert:
        insert(MANY)
    assert sys.getswitchinterval() == turn


def test_a_failure_of_the_block_is_not_hidden_by_one_behind() -> None:
    def fail(_: Sequence[int]) -> None:
        raise ZeroDivisionError

    with pytest.raises(KeyError), WriteBehind(fail) as insert:
        insert(MANY)
        raise KeyError
