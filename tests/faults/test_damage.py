"""Whatever became of a ledger's file, it is found and explained; nothing crashes, and no answer is wrong."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from ledger import Ledger
from tests.faults.damaged import LATER, PAGE, QUESTIONS, Original, is_in_words, original, run
from tests.kit.facts import made
from tests.kit.scratch import scratch
from tests.trust.scene import clock

SEED: Final = 8


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Original:
    """Some twenty pages: a tree of two levels, an index of two levels, and the guards."""
    found = original(tmp_path_factory.mktemp("kept"), more=60)
    assert found.path.stat().st_size >= 16 * PAGE
    return found


def flipped(at: int, bits: int) -> Callable[[bytes], bytes]:
    def damage(raw: bytes) -> bytes:
        return raw[:at] + bytes([raw[at] ^ bits]) + raw[at + 1 :]

    return damage


def places(pages: int, each: int) -> list[tuple[int, int]]:
    """(byte, bits) to flip, so many in each page: in its header, in its list of cells, and anywhere."""
    chance = random.Random(SEED)
    told = []
    for page in range(pages):
        begins = page * PAGE + (100 if page == 0 else 0)
        for number in range(each):
            within = (8, 64, PAGE - 100)[number % 3]
            told.append((begins + chance.randrange(within), 1 << chance.randrange(8)))
    return told


def test_a_bit_flipped_anywhere_is_told_or_changes_nothing(kept: Original, torture: bool) -> None:
    pages = kept.path.stat().st_size // PAGE
    flips = places(pages, 60 if torture else 1) + [(at, 1 << at % 8) for at in range(0, 100, 1 if torture else 19)]
    found = 0
    with scratch() as folder:
        for at, bits in flips:
            path = kept.damaged(Path(folder), flipped(at, bits))
            found += kept.is_told_or_right(path)
    assert found > len(flips) / 4, "the flips hit something"


def test_a_bit_flipped_under_current_views_is_told_or_changes_nothing(kept: Original, torture: bool) -> None:
    pages = kept.path.stat().st_size // PAGE
    with scratch() as folder:
        for at, bits in places(pages, 30 if torture else 1)[:: 1 if torture else 3]:
            kept.is_told_or_right(kept.damaged(Path(folder), flipped(at, bits), views=True))


def test_a_file_cut_off_at_any_page_is_told(kept: Original, torture: bool) -> None:
    size = kept.path.stat().st_size
    step = PAGE if torture else 7 * PAGE
    with scratch() as folder:
        for length in [*range(0, size, step), size - 1, size - 100]:
            for views in (False, True):
                path = kept.damaged(Path(folder), lambda raw, at=length: raw[:at], views=views)
                assert kept.is_told_or_right(path), length


@pytest.mark.parametrize("fill", [b"\x00", b"\xff", b"ledger"])
def test_a_page_of_something_else_is_told(kept: Original, fill: bytes, torture: bool) -> None:
    pages = kept.path.stat().st_size // PAGE
    other = (fill * PAGE)[:PAGE]
    with scratch() as folder:
        for page in range(0, pages, 1 if torture else 9):
            path = kept.damaged(Path(folder), lambda raw, at=page * PAGE: raw[:at] + other + raw[at + PAGE :])
            assert kept.is_told_or_right(path), page


def test_two_pages_that_changed_places_are_told(kept: Original, torture: bool) -> None:
    pages = kept.path.stat().st_size // PAGE
    chance = random.Random(SEED)

    def exchange(one: int, other: int) -> Callable[[bytes], bytes]:
        def damage(raw: bytes) -> bytes:
            cut = [raw[at : at + PAGE] for at in range(0, len(raw), PAGE)]
            cut[one], cut[other] = cut[other], cut[one]
            return b"".join(cut)

        return damage

    with scratch() as folder:
        for _ in range(200 if torture else 4):
            assert kept.is_told_or_right(kept.damaged(Path(folder), exchange(*chance.sample(range(pages), 2))))


# The files beside it


def test_another_ledger_s_write_ahead_log_makes_it_another_ledger_which_the_checkpoint_shows(
    kept: Original, tmp_path: Path
) -> None:
    """SQLite takes it for this file's own, and nothing in either file says otherwise."""
    other = tmp_path / "other.db"
    with Ledger.create(other, clock=clock) as ledger:
        for number in range(30):
            ledger.record(made(f"foreign-{number}"), by="x")
        left = other.with_name("other.db-wal").read_bytes()
    assert len(left) > 10 * PAGE
    folder = tmp_path / "here"
    folder.mkdir()
    path = kept.damaged(folder, lambda raw: raw)
    path.with_name("ledger.db-wal").write_bytes(left)

    verified = run(path, "verify", "--checkpoint", str(kept.checkpoint))

    assert verified.code == 1
    assert "checkpoints" in verified.out
    for question in QUESTIONS.values():
        assert run(path, *question).code in (0, 3, 4)


@pytest.mark.parametrize("rest", [0, 1, 31, 32, 33, 4000, -1, -5000])
def test_a_write_ahead_log_cut_off_loses_only_what_was_in_it_and_the_checkpoint_shows_it(
    kept: Original, tmp_path: Path, rest: int
) -> None:
    path = kept.damaged(tmp_path, lambda raw: raw)
    with Ledger.open(path, clock=clock) as ledger:
        ledger.record(made("one-more"), by="x")
        whole = [one.read_bytes() for one in (path, tmp_path / "ledger.db-wal")]
        checkpoint = tmp_path.parent / f"{tmp_path.name}-after.txt"
        checkpoint.write_text(ledger.checkpoint().body())
    for left in tmp_path.iterdir():
        left.unlink()
    path.write_bytes(whole[0])
    path.with_name("ledger.db-wal").write_bytes(whole[1][:rest])

    assert run(path, "verify", "--checkpoint", str(kept.checkpoint)).code == 0
    exported = run(path, "export").ok().encode().splitlines()
    assert exported[: len(kept.lines)] == kept.lines
    lost = len(exported) == len(kept.lines)
    assert run(path, "verify", "--checkpoint", str(checkpoint)).code == (1 if lost else 0)
    assert run(path, *LATER).code == 0


def test_views_of_anything_else_change_no_answer(kept: Original, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with Ledger.create(other, clock=clock) as ledger:
        ledger.record(made("foreign"), by="x")
        ledger.rebuild()
    stale = tmp_path / "stale.db"
    with Ledger.create(stale, clock=clock, lines=kept.lines[:20]) as ledger:
        ledger.rebuild()
    own = (kept.folder / "ledger.db.views.db").read_bytes()
    stands_in = {
        "another ledger's views": (tmp_path / "other.db.views.db").read_bytes(),
        "stale views": (tmp_path / "stale.db.views.db").read_bytes(),
        "another ledger": other.read_bytes(),
        "the ledger itself": kept.path.read_bytes(),
        "half": own[: len(own) // 2],
        "nothing": b"",
        "text": b"views\n" * 999,
    }
    for what, content in stands_in.items():
        folder = tmp_path / "here"
        folder.mkdir(exist_ok=True)
        path = kept.damaged(folder, lambda raw: raw)
        path.with_name("ledger.db.views.db").write_bytes(content)
        assert not kept.is_told_or_right(path), what


def test_a_flip_in_the_views_is_found_by_verify_or_changes_no_answer(kept: Original, torture: bool) -> None:
    """The views are disposable; that they were changed is what `verify` is for, and `rebuild` mends it."""
    size = (kept.folder / "ledger.db.views.db").stat().st_size
    chance = random.Random(SEED)
    wrong = 0
    with scratch() as folder:
        for _ in range(1000 if torture else 10):
            path = kept.damaged(Path(folder), lambda raw: raw, views=True)
            views = path.with_name("ledger.db.views.db")
            views.write_bytes(flipped(chance.randrange(size), 1 << chance.randrange(8))(views.read_bytes()))
            shutil.copy(views, path.with_name("kept.views"))
            verified = run(path, "verify")
            assert verified.code in (0, 1, 4)
            shutil.copy(path.with_name("kept.views"), views)
            for name, question in QUESTIONS.items():
                answer = run(path, *question)
                right = answer.code == 0 and answer.out == kept.answers[name]
                assert right or is_in_words(answer, path) or verified.code == 1, (name, answer)
                wrong += not right
            assert run(path, "rebuild").code == 0
            assert run(path, "verify").code == 0
            assert run(path, *QUESTIONS["status"]).out == kept.answers["status"]


def test_a_row_that_the_tree_no_longer_reaches_is_missed(kept: Original, tmp_path: Path) -> None:
    """A page that counts a row less reads as if it had never been recorded; the index still has it."""
    path = kept.damaged(tmp_path, _without_the_last_row(kept))
    with closing(sqlite3.connect(path)) as log:
        (count,) = log.execute("SELECT count(*) FROM stored_events NOT INDEXED").fetchone()
    assert count == len(kept.lines) - 1

    assert kept.is_told_or_right(path)


def _without_the_last_row(kept: Original) -> Callable[[bytes], bytes]:
    def damage(raw: bytes) -> bytes:
        page = next(
            at for at in range(PAGE, len(raw), PAGE) if raw[at] == 0x0D and kept.lines[-1] in raw[at : at + PAGE]
        )
        count = int.from_bytes(raw[page + 3 : page + 5], "big") - 1
        return raw[: page + 3] + count.to_bytes(2, "big") + raw[page + 5 :]

    return damage
