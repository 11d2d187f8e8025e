"""The shipped record, to be matched with."""

from __future__ import annotations

from tests.kit.ledgers import shipped

__all__ = ["shipped"]
