"""The commitment ledger: what governments pledge in joint statements, and what became of it.

The interface for notebooks and scripts is `Ledger`; facts are built from `ledger.events.kinds`, and all that is
raised on purpose is a `LedgerError`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ledger.errors import BadInput, LedgerError, Refused, StoreError
    from ledger.reader import Known
    from ledger.service import Ledger
    from ledger.store.views.queries import LogFilter, StatusFilter

__all__ = ["BadInput", "Known", "Ledger", "LedgerError", "LogFilter", "Refused", "StatusFilter", "StoreError"]

_HOMES = {
    "Known": "ledger.reader",
    "Ledger": "ledger.service",
    "LogFilter": "ledger.store.views.queries",
    "StatusFilter": "ledger.store.views.queries",
}


def __getattr__(name: str) -> object:
    # Loaded when asked for, so that `import ledger.events` brings in the pure core and nothing else.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES.get(name, "ledger.errors")), name)
