"""Datasette's CSV on its way out, so that a spreadsheet takes none of its text for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from ledger.cells import guarded

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]

_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
"""What stays a number: CSV does not say whether a cell was text."""


def with_guarded_cells(send: Send) -> Send:
    """Passes an answer on, row by row, with the cells of its rows guarded; what is left at the end is one, too."""
    waiting = bytearray()

    async def guarding(message: Message) -> None:
        if message["type"] == "http.response.body":
            waiting.extend(message.get("body", b""))
            last = not message.get("more_body", False)
            body = b""
            if last or _is_whole(waiting):
                body = guarded_rows(waiting.decode()).encode()
                waiting.clear()
            message = {**message, "body": body}
        await send(message)

    return guarding


def guarded_rows(text: str) -> str:
    """Rows of CSV, the same but for what a spreadsheet program would reckon with."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in csv.reader(io.StringIO(text, newline="")):
        writer.writerow([cell if _NUMBER.fullmatch(cell) else guarded(cell) for cell in row])
    return out.getvalue()


def _is_whole(waiting: bytearray) -> bool:
    return waiting.endswith(b"\n") and waiting.count(b'"') % 2 == 0
