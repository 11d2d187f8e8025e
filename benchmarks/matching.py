"""How often the commitment that a pledge repeats is first among the candidates, or among three.

    python benchmarks/matching.py FOLDER

FOLDER has the texts that docs/coding codes, named like their codings: camp-david-2023-08-18.md. They are not part
of the project; docs/methodology.md says where they are published.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache
from math import sqrt
from pathlib import Path
from typing import Any, Final

from ledger import Ledger
from ledger.drafting.cleaning import statement_text
from ledger.drafting.matching import Match, matches
from ledger.drafting.proposals import draft
from ledger.drafting.sentences import sentences
from ledger.events.lines import fact_from
from ledger.record import lines_of

CODING: Final = Path(__file__).parents[1] / "docs" / "coding"
SHIPPED: Final = "brussels-2025-04-03"
Key = tuple[str, str]
said: dict[tuple[str, Key], str] = {}


def wilson(right: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share, by Wilson (1927)."""
    z = 1.96
    centre, margin = right / n + z * z / (2 * n), z * sqrt(right / n * (1 - right / n) / n + z * z / (4 * n * n))
    return (centre - margin) / (1 + z * z / n), (centre + margin) / (1 + z * z / n)


def coded(statement: str) -> dict[Key, list[dict[str, str]]]:
    """The rows of the first coder, by paragraph and sentence."""
    found: dict[Key, list[dict[str, str]]] = defaultdict(list)
    with (CODING / f"{statement}.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["coder"] == "A":
                found[row["paragraph"], row["sentence"]].append(row)
    return found


def text_of(statement: str, folder: Path) -> str:
    """The words of a statement."""
    file = next((path for path in sorted(folder.iterdir()) if path.stem == statement), None)
    if file is None:
        sys.exit(f"{folder} has no text named {statement}, like {statement}.md")
    return statement_text(file.read_bytes(), file.name)


@cache
def pledges(statement: str, folder: Path) -> dict[Key, list[dict[str, Any]]]:
    """The events of every sentence that is coded as a pledge: as drafted, or its words where none was drafted."""
    text, by_hand = text_of(statement, folder), coded(statement)
    parties = sorted({code for rows in by_hand.values() for row in rows for code in row["parties"].split()})
    on = date.fromisoformat(statement[-10:])
    drafted = {
        (str(one.sentence.paragraph), str(one.sentence.number)): list(one.events)
        for one in draft(text, statement=statement, parties=parties, on=on)
    }
    found: dict[Key, list[dict[str, Any]]] = {}
    for one in sentences(text):
        key = str(one.paragraph), str(one.number)
        rows = [row for row in by_hand.get(key, ()) if row["verdict"] == "pledge"]
        plain: list[dict[str, Any]] = [
            {"title": one.text, "quote": one.text, "paragraph": one.paragraph, "parties": row["parties"].split()}
            | {"nature": row["nature"], "strength": row["strength"]}
            for row in rows
        ]
        if rows:
            found[key] = drafted.get(key) or plain
            said[statement, key] = one.text
    return found


def record_of(statement: str, folder: Path, path: Path) -> Ledger:
    """A record to match with: the shipped one, or one of a statement, a commitment for each pledge."""
    clock = lambda: datetime.now(UTC)  # noqa: E731 - said once
    if statement == SHIPPED:
        return Ledger.create(path, clock=clock, lines=lines_of("brussels"))
    ledger = Ledger.create(path, clock=clock)
    found = pledges(statement, folder)
    of = {"statement": statement, "occurred_on": statement[-10:]}
    parties = sorted({code for events in found.values() for event in events for code in event["parties"]})
    registered = {"kind": "registered", "title": statement, "parties": parties, "text": text_of(statement, folder)}
    ledger.record(fact_from(registered | of), by="bench")
    for (paragraph, sentence), events in found.items():
        for n, event in enumerate(events, 1):
            named = {"commitment": f"p{paragraph}-{sentence}-{n}", "kind": "reaffirmed"} | of
            whole = {"quote": said[statement, (paragraph, sentence)], "paragraph": int(paragraph)}
            ledger.record(fact_from(event | whole | named), by="bench")
    return ledger


def ranks(folder: Path) -> Iterable[tuple[dict[str, str], int | None, list[Match]]]:
    """(label, rank of a right commitment from 1 or None, candidates) for every label."""
    with (CODING / "repeats.csv").open(encoding="utf-8") as file:
        labels = list(csv.DictReader(file))
    with tempfile.TemporaryDirectory() as scratch:
        for record in dict.fromkeys(label["record"] for label in labels):
            with record_of(record, folder, Path(scratch) / f"{record}.db") as ledger:
                for label in (one for one in labels if one["record"] == record):
                    paragraph, sentence = label["sentence"].split(".")
                    events = pledges(label["statement"], folder)[paragraph, sentence]
                    whole = events[0] | {"title": said[label["statement"], (paragraph, sentence)]}
                    event = [*events, *[whole] * 9][int(label["pledge"]) - 1]
                    found = matches(event, said[label["statement"], (paragraph, sentence)], ledger.resembling)
                    names = [_plain(match.commitment) for match in found]
                    right = [names.index(name) + 1 for name in label["repeats"].split() if name in names]
                    yield label, min(right, default=None), found


def _plain(commitment: str) -> str:
    """A commitment as a label has it: of a statement's record, the number of its sentence."""
    parts = commitment[1:].split("-")
    return ".".join(parts[:2]) if commitment[0] == "p" and parts[0].isdecimal() else commitment


def main(folder: Path) -> int:
    """Tell the figures, and what was missed; 1 if they are under 80 % and 95 %."""
    found = list(ranks(folder))
    for label, rank, matched in found:
        if rank != 1:
            missed = [label[name] for name in ("record", "statement", "sentence", "repeats")]
            sys.stdout.write(
                f"{' '.join(missed)}: {rank or 'not'} among {', '.join(m.commitment for m in matched)}\n"
            )
    n = len(found)
    first, three = (sum(rank is not None and rank <= most for _, rank, _ in found) for most in (1, 3))
    for words, right in (("first", first), ("among three", three)):
        low, high = wilson(right, n)
        share = f"{right / n:.0%} (95 % interval {low:.0%} to {high:.0%})"
        sys.stdout.write(f"{words}: {right} of {n}, {share}\n")
    return int(first < 0.8 * n or three < 0.95 * n)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
