"""The public record that is shipped: its lines, byte for byte, and the statement's text beside them."""

from __future__ import annotations

from importlib import resources


def lines_of(record: str) -> list[bytes]:
    """The lines of a shipped record, in log order, without newlines."""
    return resources.files(__name__).joinpath(f"{record}.jsonl").read_bytes().splitlines()
