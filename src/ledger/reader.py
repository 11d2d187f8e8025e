"""Asking the record: every question is answered from views that are current, in one snapshot of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ledger.errors import BadInput, StoreError, UnknownName
from ledger.events.times import format_time
from ledger.store.forms import Line, Progress
from ledger.store.ports import Log
from ledger.store.views import queries
from ledger.store.views.current import current_views, no_progress, rebuilt_views
from ledger.store.views.queries import Commitment, LogFilter, Resemblance, Statement, StatusFilter

if TYPE_CHECKING:
    from ledger.events.kinds import Registered
    from ledger.events.lines import Entry
    from ledger.projections.dossier import Dossier
    from ledger.projections.rows import Difference, Effect, StatusRow

Known = int | datetime | None
"""K: a log position, a time (with its zone), or None for the end of the log."""


class Reader:
    """The questions that a record answers. `progress` is told of lines that the views take in on the way."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._views: sqlite3.Connection | None = None
        self.progress: Progress = no_progress

    def close(self) -> None:
        """Let go of the files."""
        if self._views is not None:
            self._views.close()
        self._log.close()

    @property
    def views_file(self) -> Path:
        """Where the views are kept, for whoever asks them in SQL; current after every question."""
        return self._log.views()

    @property
    def name(self) -> str:
        """What people call the record: a path, or a URL without its password."""
        return self._log.name

    def size(self) -> int:
        """How many lines the log has."""
        head = self._log.head()
        return head.position if head else 0

    def extent(self) -> str:
        """How far the log goes, in words."""
        from ledger.store.entries import entry_of  # noqa: PLC0415

        head = self._log.head()
        return (
            f"position {head.position}, recorded {format_time(entry_of(head).recorded_at)}" if head else "nothing"
        )

    def log(self, wanted: LogFilter | None = None) -> list[Line]:
        """The lines that are wanted, in log order. Raises `UnknownName` for a name that is not on record."""
        wanted = wanted or LogFilter()
        with self._current() as views:
            _check_names(views, "commitment", [wanted.commitment] if wanted.commitment else [])
            _check_names(views, "statement", [wanted.statement] if wanted.statement else [])
            _check_names(views, "country", wanted.countries)
            _check_names(views, "recorder", [wanted.recorder] if wanted.recorder else [])
            return queries.lines(views, wanted)

    def entries(self, wanted: LogFilter | None = None) -> list[Entry]:
        """The same as entries."""
        from ledger.store.entries import entry_of  # noqa: PLC0415

        return [entry_of(line) for line in self.log(wanted)]

    def history(self, commitment: str) -> list[Entry]:
        """All entries of a commitment, in log order. Raises `UnknownName`."""
        return self.entries(LogFilter(commitment=commitment))

    def find_event(self, prefix: str) -> tuple[str, str | None, str | None]:
        """(id, commitment, statement) of the one event whose id begins so. Raises `UnknownName`, `BadInput`."""
        if len(prefix) < 4:
            raise BadInput(f"{prefix!r} is too short for an event's id; give at least its first 4 digits")
        with self._current() as views:
            found = queries.events_like(views, prefix.lower())
        if not found:
            raise UnknownName("event on record", prefix, hint="`ledger log` shows the ids")
        if len(found) > 1:
            raise BadInput(
                f"{prefix} begins {len(found)} ids: {', '.join(one[0] for one in found)}; give more of it"
            )
        return found[0]

    def line_of(self, event: str) -> Line:
        """The line of an event that `find_event` found. Raises `StoreError` if it is not there."""
        from ledger.store.entries import entry_of  # noqa: PLC0415

        with self._current() as views:
            position = queries.position_of(views, event)
        line = self._log.line_at(position) if position else None
        if line is None or entry_of(line).id != event:
            raise StoreError(f"the views are not of this log: {event} is not where they say; run `ledger rebuild`")
        return line

    def status(
        self, *, as_of: date, known_at: Known = None, wanted: StatusFilter | None = None
    ) -> list[StatusRow]:
        """How every commitment stands for each country at (D, K), sorted by commitment and country."""
        wanted = wanted or StatusFilter()
        with self._current() as views:
            _check_names(views, "country", wanted.countries)
            _check_names(views, "theme", wanted.themes)
            _check_names(views, "commitment", wanted.commitments)
            if known_at is None:
                return queries.status(views, as_of, wanted)
            return [row for row in self._replayed(views, as_of, known_at) if wanted.wants(row)]

    def dossiers(
        self, *, as_of: date, known_at: Known = None, commitments: Iterable[str] | None = None
    ) -> list[Dossier]:
        """The whole story of these commitments (all, if none are named) at (D, K). Raises `UnknownName`."""
        from ledger.projections.dossier import dossier  # noqa: PLC0415

        with self._current() as views:
            known = _position(views, known_at)
            on_record = sorted(queries.names(views, "commitment"))
            names = list(commitments) if commitments is not None else on_record
            _check_names(views, "commitment", names)
        found = (dossier(self.history(name), as_of=as_of, known=known) for name in names)
        return [one for one in found if one is not None]

    def commitments(self) -> list[Commitment]:
        """All commitments on record, by name."""
        with self._current() as views:
            return queries.commitments(views)

    def snapshot(self) -> AbstractContextManager[object]:
        """While the block runs, all questions are answered from the views as they are now."""
        return self._current()

    def origins(self) -> dict[str, tuple[str | None, str | None]]:
        """The (statement, quote) that each commitment on record began with: None where that was no statement."""
        with self._current() as views:
            return {one.commitment: (one.statement, one.quote) for one in queries.origins(views)}

    def resembling(self, beginnings: Sequence[str]) -> list[Resemblance]:
        """The commitments whose events have words that begin so, the likeliest first."""
        with self._current() as views:
            return queries.resembling(views, beginnings)

    def statements(self) -> list[Statement]:
        """The statements in force, by day of issue."""
        with self._current() as views:
            return queries.statements(views)

    def replay(
        self, commitment: str | None = None, *, start: int = 1, stop: int | None = None
    ) -> Iterator[Effect]:
        """What each event changed, country by country, in log order. Raises `UnknownName`."""
        from ledger.projections.changes import replay  # noqa: PLC0415
        from ledger.store.entries import entry_of  # noqa: PLC0415

        lines = self._log.lines(0, stop) if commitment is None else self.log(LogFilter(commitment, known=stop))
        return replay((entry_of(line) for line in lines), start)

    def changes(self, before: tuple[date, Known], after: tuple[date, Known]) -> list[Difference]:
        """What differs between two points (D, K)."""
        from ledger.projections.differences import differences  # noqa: PLC0415

        first, second = (self.status(as_of=day, known_at=known) for day, known in (before, after))
        return differences(first, second)

    def backed_by(self, statement: str, *, known_at: Known = None) -> list[Entry]:
        """The entries in force at K that say something in a statement, in log order."""
        wanted = LogFilter(statement=statement, kinds=("made", "reaffirmed"), known=self.position(known_at))
        retracted = {
            getattr(entry.fact, "event", None)
            for entry in self.entries(LogFilter(kinds=("retracted",), known=wanted.known))
        }
        return [entry for entry in self.entries(wanted) if entry.id not in retracted]

    def position(self, known_at: Known) -> int:
        """K as a log position. Raises `BadInput` for one beyond the end."""
        with self._current() as views:
            return _position(views, known_at)

    def registered(self, *, known_at: Known = None) -> dict[str, Registered]:
        """The statements in force at K, by id, with their texts."""
        from ledger.events.kinds import Registered, Retracted  # noqa: PLC0415
        from ledger.events.statements import StatementHistory  # noqa: PLC0415

        with self._current() as views:
            known = _position(views, known_at)
        histories: dict[str, StatementHistory] = {}
        for entry in self.entries(LogFilter(kinds=("registered", "retracted"), known=known)):
            if isinstance(entry.fact, Registered | Retracted) and (name := entry.fact.statement) is not None:
                histories.setdefault(name, StatementHistory(name)).add(entry)
        found = ((name, history.in_force()) for name, history in sorted(histories.items()))
        return {name: standing[2] for name, standing in found if standing is not None}

    def rebuild(self) -> int:
        """Throw the views away and replay the log; returns how many lines that was."""
        if self._views is not None:
            self._views.close()
            self._views = None
        self._views = rebuilt_views(self._log.views(), self._log, self.progress)
        return self.size()

    def _replayed(self, views: sqlite3.Connection, as_of: date, known_at: Known) -> Iterator[StatusRow]:
        from ledger.events.history import History  # noqa: PLC0415
        from ledger.projections.standings import status_rows  # noqa: PLC0415
        from ledger.store.entries import entry_of  # noqa: PLC0415

        known = _position(views, known_at)
        histories: dict[str, History] = {}
        for line in queries.lines(views, LogFilter(known=known)):
            entry = entry_of(line)
            name = getattr(entry.fact, "commitment", None)
            if name is not None:
                histories.setdefault(name, History(name)).add(entry)
        return status_rows(histories.values(), as_of=as_of)

    @contextmanager
    def _current(self) -> Iterator[sqlite3.Connection]:
        """The views, current and in one snapshot while the block runs."""
        if self._views is None or not self._views.in_transaction:
            if self._views is not None:
                self._views.close()
                self._views = None
            views = self._views = current_views(self._log.views(), self._log, self.progress)
            views.execute("BEGIN")
            try:
                yield views
            except (sqlite3.Error, ValueError, TypeError) as error:  # what was no day, or no text, was one once
                said = f"the views are damaged ({error}); `ledger rebuild` makes them anew"
                raise StoreError(said) from error
            finally:
                if views.in_transaction:
                    views.execute("ROLLBACK")
        else:
            yield self._views


def _position(views: sqlite3.Connection, known: Known) -> int:
    """K as a log position. Raises `BadInput` for one beyond the end."""
    size = queries.size(views)
    if known is None:
        return size
    if isinstance(known, datetime):
        return queries.position_at(views, format_time(known))
    if known > size:
        raise BadInput(f"the log has {size} lines, and position {known} is beyond its end")
    return known


def _check_names(
    views: sqlite3.Connection,
    what: Literal["commitment", "statement", "theme", "country", "recorder"],
    names: Iterable[str],
) -> None:
    for name in sorted(names):
        if what == "country":
            found = name in queries.countries(views)
        else:
            found = queries.has_name(views, _COLUMNS.get(what, what), name)
        if not found:
            raise _unknown(views, what, name)


def _unknown(views: sqlite3.Connection, what: str, name: str) -> UnknownName:
    known = queries.countries(views) if what == "country" else queries.names(views, _COLUMNS.get(what, what))
    some = ", ".join(sorted(known)[:12]) + (" …" if len(known) > 12 else "")
    return UnknownName(f"{what} on record", name, known, hint=f"on record are {some or 'none yet'}")


_COLUMNS = {"recorder": "recorded_by"}
