"""The ledgers whose pages are kept."""

from __future__ import annotations

from tests.kit.ledgers import pact, shipped

__all__ = ["pact", "shipped"]
