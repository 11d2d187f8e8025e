"""A process that records facts, one after the other, and says so after each: `python -m tests.faults.appender`."""

from __future__ import annotations

import itertools
import sys
from datetime import UTC, datetime

from ledger import Ledger
from tests.kit.facts import made


def main(path: str, name: str) -> None:
    """Record `NAME-0`, `NAME-1` and so on; a number is printed when its fact is recorded."""
    with Ledger.open(path, clock=lambda: datetime.now(UTC)) as ledger:
        for number in itertools.count():
            ledger.record(made(f"{name}-{number}"), by=name)
            print(number, flush=True)  # noqa: T201 - the acknowledgement


if __name__ == "__main__":
    main(*sys.argv[1:])
