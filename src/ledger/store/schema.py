"""The table of the log and its guards (design, section 5).

The table is the eventsourcing library's own. The guards stop accidents, not the owner of the file; that they are
in place is itself something that an audit checks.
"""

from __future__ import annotations

from typing import Final

APPLICATION_ID: Final = 0x4C454447  # "LEDG", in the file's header
SCHEMA_VERSION: Final = 1
TABLE: Final = "stored_events"

_TABLE_SQL: Final = (
    f"CREATE TABLE {TABLE} (originator_id TEXT, originator_version INTEGER, topic TEXT, state BLOB, "
    "PRIMARY KEY (originator_id, originator_version))"
)
"""As the library makes it."""

# ruff: noqa: S608 - the table's name is a constant
GUARDS: Final[dict[str, str]] = {
    "log_is_not_updated": f"""
        CREATE TRIGGER log_is_not_updated BEFORE UPDATE ON {TABLE}
        BEGIN SELECT raise(ABORT, 'the log is append-only: no UPDATE'); END
    """,
    "log_is_not_deleted": f"""
        CREATE TRIGGER log_is_not_deleted BEFORE DELETE ON {TABLE}
        BEGIN SELECT raise(ABORT, 'the log is append-only: no DELETE'); END
    """,
    # INSERT OR REPLACE deletes without firing the guard above, by key (then the version is not the next)
    # or by rowid (then the rowid is taken).
    "log_grows_by_the_next_version": f"""
        CREATE TRIGGER log_grows_by_the_next_version BEFORE INSERT ON {TABLE}
        WHEN new.originator_version IS NOT 1 + coalesce(
                (SELECT max(originator_version) FROM {TABLE} WHERE originator_id = new.originator_id), 0)
            OR EXISTS (SELECT 1 FROM {TABLE} WHERE rowid = new.rowid)
        BEGIN SELECT raise(ABORT, 'the log is append-only: not the next version of its stream'); END
    """,
    # A position is a rowid; one that is chosen by hand could come before the first or leave a gap.
    "log_grows_at_the_end": f"""
        CREATE TRIGGER log_grows_at_the_end AFTER INSERT ON {TABLE}
        WHEN new.rowid IS NOT (SELECT max(rowid) FROM {TABLE})
            OR (new.rowid IS NOT 1 AND NOT EXISTS (SELECT 1 FROM {TABLE} WHERE rowid = new.rowid - 1))
        BEGIN SELECT raise(ABORT, 'the log is append-only: not the next position'); END
    """,
}


def expected_schema() -> dict[str, str]:
    """What a ledger file of this version holds, as `SQLiteLog.schema` tells it."""
    statements = {TABLE: _TABLE_SQL} | GUARDS
    return {name: " ".join(sql.split()) for name, sql in statements.items()}
