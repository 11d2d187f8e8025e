"""A small record with everything in it: all eight kinds, every optional field, corrections, and other scripts.

It is recorded on fixed days by a fixed hand, so that its lines, and every page about it, are the same each time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from ledger import Ledger
from ledger.events.fields import Source
from ledger.events.kinds import Fact
from tests.kit.facts import (
    amended,
    assessed,
    fulfilled,
    lapsed,
    made,
    reaffirmed,
    registered,
    retracted,
)

RECORDER = "tester"
FIRST_DAY, SECOND_DAY, THIRD_DAY = (date(2026, 1, day) for day in (5, 12, 19))
"""The days on which it was recorded, UTC: what was said; what became of it; what was corrected."""

TEXT = """Joint Statement on Forests 林業 임업

The ministers will plant a million trees
every year.

They also agreed to meet

in the spring. They noted that “wood” is worth more than 5 % of trade."""
QUOTES = ("The ministers will plant a million trees every year", "They also agreed to meet in the spring")


def create_pact(path: Path) -> None:
    """Make the ledger at `path`, recording one fact after the other."""
    clock = _Clock()
    with Ledger.create(path, clock=clock) as ledger:

        def record(fact: Fact) -> str:
            receipt = ledger.record(fact, by=RECORDER)
            assert receipt.new
            return receipt.id

        for day, chapter in ((FIRST_DAY, _said), (SECOND_DAY, _became)):
            clock.set(day)
            for fact in chapter():
                record(fact)
        clock.set(THIRD_DAY)
        premature = record(fulfilled("seed-bank", "2025-11-01", parties=("USA",), note="The bank was opened."))
        record(retracted(premature, "seed-bank", reason="It was the groundbreaking, not the opening"))
        wrong = record(amended("trees", title="Plant 100 000 trees", reason="Read off the wrong line"))
        record(retracted(wrong, "trees", reason="The first title was right"))
        record(amended("nursery", **_RESTATED, reason="Taken from the draft"))
        record(amended("nursery", due=None, due_basis=None, reason="No date is stated or implied"))
        draft = record(registered("draft", occurred_on="2025-01-09", title="A draft", parties=("KOR",)))
        record(retracted(draft, None, statement="draft", reason="A draft is no statement"))
        record(registered("draft", occurred_on="2025-01-09", title="A paper, issued as a draft", parties=("KOR",)))


class _Clock:
    def __init__(self) -> None:
        self.now = datetime.min.replace(tzinfo=UTC)

    def set(self, day: date) -> None:
        self.now = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def _paper(number: int) -> Source:
    return Source(
        title=f"The Daily 新聞, no. {number}",
        url=f"https://example.org/{number}?a=b&c=d#e",
        published_on="2025-06-01",
    )


_RESTATED = {
    "title": "A nursery in each country",
    "theme": "seeds",
    "nature": "standing",
    "strength": "medium",
    "due": "2025-10-31",
    "due_basis": "stated",
    "parties": ("KOR", "JPN", "USA"),
}


def _said() -> Iterator[Fact]:
    yield registered(
        "pact",
        title="Joint Statement on Forests",
        occurred_on="2025-01-10",
        place="Sapporo 札幌",
        url="https://example.org/pact",
        text=TEXT,
    )
    yield registered("minutes", title="Minutes", occurred_on="2025-03-01", parties=("JPN", "USA"))
    in_pact = {"statement": "pact", "source": None, "theme": "forests"}
    yield made(
        "trees",
        "2025-01-10",
        **in_pact,
        paragraph=2,
        quote=QUOTES[0],
        title="Plant a million trees a year",
        note="“The ministers” are all three.",
    )
    yield made(
        "spring-meeting",
        "2025-01-10",
        **in_pact,
        paragraph=3,
        quote=QUOTES[1],
        title="A meeting in the spring",
        nature="one-off",
        strength="low",
        due="2025-05-31",
        due_basis="inferred",
    )
    yield reaffirmed(
        "old-growth",
        "2025-01-20",
        title="Leave the old growth standing",
        nature="standing",
        strength="medium",
        theme="forests",
        parties=("JPN", "KOR"),
        source=_paper(1),
    )
    yield reaffirmed("trees", "2025-03-01", statement="minutes", source=_paper(2))
    described = {"nature": "one-off", "strength": "high", "due_basis": "stated"}
    yield made(
        "seed-bank", "2025-02-01", title="Open a seed bank", parties=("KOR", "USA"), due="2025-12-01", **described
    )
    yield made("nursery", "2025-02-01", title="A nursery", parties=("KOR",), due="2025-09-30", **described)
    yield made("charter", "2025-02-02", title="A charter, renewed every year", parties=("JPN",))


def _became() -> Iterator[Fact]:
    yield fulfilled(
        "trees",
        "2025-04-29",
        parties=("JPN",),
        source=_paper(3),
        occurrence="2025, 北海道",
        note="A million, counted.",
    )
    yield assessed(
        "trees",
        "2025-04-30",
        parties=("KOR",),
        score=0,
        source=_paper(4),
        assessor="Forest Watch",
        note="Half of them.",
    )
    yield fulfilled("spring-meeting", "2025-05-20", note="They met in Busan.")
    yield lapsed(
        "spring-meeting", "2025-12-20", parties=("USA",), reason="reversed", note="It disowned the minutes."
    )
    yield assessed("old-growth", "2025-06-01", score=-1)
    yield lapsed(
        "old-growth", "2025-07-01", parties=("KOR",), occurrence="2025 season", note="Felling began, as JPN said."
    )
    yield reaffirmed("trees", "2025-08-01", parties=("JPN",), note="Said again, after the first million.")
    for month, reason in ((3, "deadline-passed"), (4, "superseded"), (5, "moot")):
        yield lapsed("charter", f"2025-{month:02}-01", reason=reason, note=f"No charter: {reason}.")
    yield assessed(
        "charter",
        "2025-06-01",
        score=1,
        assessor="A watcher\u2028of two lines",
        note='Signs: 😀 e\u0301 "quoted" back\\slash tab\tnew\nline escape \x1b[31m bell \x07 rtl \u202e end',
    )
