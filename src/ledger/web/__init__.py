"""The explorer: Datasette over the views, with a page each for the start, a country, a commitment, a statement.

It needs the extra `web`. It reads and never writes, on every path: only GET is answered, the views are opened
read-only, and SQL is held to SELECT by SQLite itself. Importing this package loads no library of the extra.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ledger.reader import Reader


@dataclass(frozen=True, slots=True)
class Source:
    """What the explorer shows: `open` gives a reader for the time of one question, `today` the day D.

    `views` is the file of the views, as `Reader.views_file` tells it; `name` is what people call the ledger.
    """

    open: Callable[[], AbstractContextManager[Reader]]
    today: Callable[[], date]
    views: Path
    name: str
