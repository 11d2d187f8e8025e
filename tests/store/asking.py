"""Asking the views: through a ledger, and past it with SQL."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ledger import Ledger, LogFilter
from ledger.store.views.location import views_path
from tests.conftest import Ticking


def file_of(ledger: Ledger) -> Path:
    return views_path(ledger._log.path)


def sql(path: Path, statement: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path, isolation_level=None)) as views:
        return views.execute(statement, values).fetchall()


def answers(ledger: Ledger) -> list[object]:
    """What the views are asked for, all in all."""
    days = (date(2025, 1, 1), date(2025, 1, 2), date(2025, 3, 15), date(2025, 4, 1), date.max)
    found = [ledger.status(as_of=day) for day in days]
    return [*found, ledger.log(), ledger.log(LogFilter(words="year")), ledger.commitments(), ledger.statements()]


def fresh(ledger: Ledger) -> list[object]:
    """What the same log answers from views that were never touched."""
    lines = list(ledger.export())
    with TemporaryDirectory() as folder, Ledger.create(f"{folder}/l.db", clock=Ticking(), lines=lines) as copy:
        return answers(copy)
