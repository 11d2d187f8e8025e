"""Making a ledger on a server: schema, guards, rights and lines in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from psycopg import errors

from ledger.errors import StoreError, StoreExists
from ledger.store.appending import Appender
from ledger.store.postgres.address import Address
from ledger.store.postgres.recorder import ServerDatastore, ServerRecorder
from ledger.store.postgres.schema import INIT_LOCK, MARKED, SCHEMA, grants, statements
from ledger.store.postgres.trouble import translated
from ledger.store.postgres.writing import Inserting


@contextmanager
def creating(address: Address, readers: Sequence[str], writers: Sequence[str]) -> Iterator[Appender]:
    """A new log to put lines in, which is there when the block ends without error, and else never.

    Two that make it at once come one after the other. Raises `StoreExists` if there is one.
    """
    datastore = ServerDatastore(address)
    try:
        with translated(address), datastore.transaction(commit=True) as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [INIT_LOCK])
            if cursor.execute(MARKED, [SCHEMA]).fetchone():
                raise StoreExists(
                    f"{address.shown} holds a ledger already, and a ledger is never written over; choose another "
                    "database"
                )
            encoding = cursor.execute("SHOW server_encoding").fetchone()
            if encoding is None or encoding["server_encoding"] != "UTF8":
                raise StoreError(f"{address.shown} is not in UTF8; create the database with ENCODING 'UTF8'")
            for statement in statements():
                cursor.execute(statement.encode())
            try:
                for grant in grants(list(readers), list(writers)):
                    cursor.execute(grant)
            except errors.UndefinedObject as error:
                raise StoreError(
                    f"{address.shown}: {_first(error)}; create it first, as CREATE ROLE does"
                ) from None
            cursor.execute(f"SELECT {SCHEMA}.begin_append() AS now")
            inserting = Inserting(ServerRecorder(datastore), cursor)
            yield Appender(inserting, inserting.log, inserting.now)
    finally:
        datastore.close()


def _first(error: Exception) -> str:
    return str(error).splitlines()[0]
