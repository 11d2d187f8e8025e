"""What every command shares: the ledger it works on, the clock, and where data and words go."""

from __future__ import annotations

import getpass
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TextIO

import typer

from ledger.errors import BadInput, StoreError
from ledger.reports.rows import Column, Format, Row, render
from ledger.reports.terminal import Layout
from ledger.reports.text import plain
from ledger.service import Ledger


def now() -> datetime:
    """The one clock of the program, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The local date: D, unless one is given."""
    return datetime.now().astimezone().date()


@dataclass(frozen=True, slots=True)
class Session:
    """The store that `--db` names, as every command finds it in its context."""

    location: str
    offline: bool = False

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """The ledger, open while the block runs. Raises `StoreError`."""
        ledger = Ledger.open(self.location, clock=now, offline=self.offline)
        with ledger, progress("Reading the log", ledger.size) as advance:
            ledger.progress = advance
            if self.offline:
                say(f"offline: as of {ledger.extent()}; what was recorded since is not told")
            yield ledger


def recorder(given: str | None) -> str:
    """Who records: `--by`, else LEDGER_BY, else the login name. Nothing else is looked at."""
    if name := given or os.environ.get("LEDGER_BY"):
        return name
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        raise BadInput("nobody is logged in here: say who records with --by, or set LEDGER_BY") from None


def say(text: str) -> None:
    """Words for people, on stderr."""
    typer.echo(plain(text), err=True)


def warn(text: str) -> None:
    """Words that should be seen, on stderr."""
    said = plain(text)
    typer.echo(typer.style(said, fg="red") if coloured(sys.stderr) else said, err=True)


def put(text: str, *, styled: bool = False) -> None:
    """Data, on stdout: in a pipe as it is, on a terminal without what would steer that.

    What is `styled` was made for a terminal, and its colours are ours.
    """
    out = stdout()
    out.write(text if styled or not out.isatty() else plain(text))
    out.flush()


def stdout() -> TextIO:
    """Where data goes. Raises `StoreError` if there is nowhere."""
    if sys.stdout is None:
        raise StoreError("the standard output is closed; nothing could be written")
    return sys.stdout


def show(rows: Sequence[Row], columns: Sequence[Column], names: Sequence[str], form: Format) -> None:
    """Rows, on stdout, in the format that was asked for."""
    put(render(rows, columns, names, form, layout()), styled=form == "table")


def layout() -> Layout:
    """What stdout takes."""
    return Layout(width(), coloured(stdout()))


def width() -> int:
    """How many character cells a line may have: COLUMNS, else the terminal's, else 80."""
    return max(40, shutil.get_terminal_size((80, 24)).columns)


def coloured(stream: Any) -> bool:
    """Whether colour helps: on a terminal, unless NO_COLOR is set."""
    return bool(stream.isatty()) and not os.environ.get("NO_COLOR")


@contextmanager
def progress(words: str, total: Callable[[], int] | int | None) -> Iterator[Callable[[int], None]]:
    """A bar on stderr if that is a terminal, which appears with the first step and goes when the work is done."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415 - only for who watches
    from rich.progress import Progress  # noqa: PLC0415

    bar = Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task(words, total=None)

    def advance(step: int) -> None:
        if not bar.live.is_started:
            bar.update(task, total=total() if callable(total) else total)
            bar.start()
        bar.advance(task, step)

    try:
        yield advance
    finally:
        bar.stop()
