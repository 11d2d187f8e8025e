"""What was read of a record on a server, when the server is away: the lines that its views hold."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from ledger.errors import BadInput, StoreAway
from ledger.store.forms import Clock, Line, Placed, Row
from ledger.store.ports import Writer
from ledger.store.trouble import translated
from ledger.store.views import queries
from ledger.store.views.current import views_state
from ledger.store.views.queries import LogFilter


class OfflineLog:
    """A log as far as the views have it. Nothing can be recorded, and nothing verified."""

    def __init__(self, path: Path, name: str) -> None:
        """Raises `StoreAway` if nothing was read before, or by a version that kept it otherwise."""
        self.name = name
        self._path = path
        if not path.exists():
            raise StoreAway(f"nothing of {name} was read here before; leave --offline away, and be connected once")
        with translated(path):
            self._views = sqlite3.connect(path, isolation_level=None)
            if views_state(self._views, self) != "fresh":
                self._views.close()
                raise StoreAway(
                    f"what was read of {name} is kept in the form of another version, or damaged; leave --offline "
                    "away, and be connected once"
                )

    def close(self) -> None:
        """Let go of the file."""
        self._views.close()

    def head(self) -> Line | None:
        """The last line that was read."""
        found = queries.lines(self._views, LogFilter(last=1))
        return found[0] if found else None

    def line_at(self, position: int) -> Line | None:
        """The line at a position, or None."""
        return next(self.lines(position - 1, position), None)

    def lines(self, after: int = 0, upto: int | None = None) -> Iterator[Line]:
        """The lines in log order, those after a position, up to and including another."""
        with translated(self._path):
            yield from queries.lines(self._views, LogFilter(after=after, known=upto))

    def by_stream(self, _: int) -> Iterator[Placed]:
        """Not asked: offline the views are all that there is, and are not made anew."""
        self._need_server("the log is replayed")

    def streams(self) -> Iterator[str]:
        """Not asked where nothing is recorded."""
        self._need_server("what is recorded is judged")

    def wait(self, after: int, seconds: float) -> None:  # noqa: ARG002 - as of any log
        """Nothing comes."""
        self._need_server("what is recorded is followed")

    def views(self) -> Path:
        """The views, which are all that there is."""
        return self._path

    def writer(self, _: Clock) -> Writer:
        """None: offline nothing can be recorded."""
        self._need_server("facts are recorded")

    def rows(self) -> Iterator[Row]:
        """None: what the views say of the log is no evidence."""
        self._need_server("the record is verified")

    def integrity(self) -> list[str]:
        """None, likewise."""
        self._need_server("the record is verified")

    def schema(self) -> dict[str, str]:
        """None, likewise."""
        self._need_server("the record is verified")

    def expected_schema(self) -> dict[str, str]:
        """None, likewise."""
        self._need_server("the record is verified")

    def stream(self, _: str) -> Iterator[Line]:
        """Not asked where nothing is recorded."""
        self._need_server("what is recorded is judged")

    def streams_citing(self, _: str) -> Iterator[str]:
        """Not asked where nothing is recorded."""
        self._need_server("what is recorded is judged")

    def _need_server(self, what: str) -> NoReturn:
        raise BadInput(f"{what} on the server alone: leave --offline away")
