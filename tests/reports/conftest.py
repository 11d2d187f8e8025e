"""The ledgers that are reported on."""

from __future__ import annotations

from tests.kit.harm import harmed
from tests.kit.ledgers import pact, shipped

__all__ = ["harmed", "pact", "shipped"]
