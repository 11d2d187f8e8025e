"""Events as they are recorded, wherever that is done: each once, and in log order."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from ledger.errors import StoreAway, StoreError, StoreInterrupted
from ledger.reader import Reader
from ledger.store.forms import Line
from ledger.store.ports import Log
from ledger.store.views.queries import LogFilter

_LOOK: Final = 10.0
"""Seconds after which we look by ourselves, in case that nobody told us."""

_PAUSE: Final = 1.0
"""Seconds until a server that is away is tried again."""


def follow(
    reader: Reader, log: Log, wanted: LogFilter, lost: Callable[[StoreError], None]
) -> Iterator[list[Line]]:
    """The lines that are wanted: those there are, in one list, and then what comes, for ever.

    What was seen is told by its position alone, so that a store that goes away and comes back repeats nothing and
    leaves nothing out; `lost` is told of it, once each time.
    """
    seen, away = 0, False
    while True:
        try:
            size = reader.position(None)
            lines = reader.log(replace(wanted, after=seen, known=size)) if size > seen or not seen else []
        except (StoreAway, StoreInterrupted) as error:
            if not away:
                lost(error)
            away = True
            time.sleep(_PAUSE)
            continue
        wanted, seen, away = replace(wanted, last=None), size, False
        yield lines
        try:
            log.wait(seen, _LOOK)
        except (StoreAway, StoreInterrupted):
            time.sleep(_PAUSE)  # whether it is away is told by the next look
