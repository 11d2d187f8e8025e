"""The command line: parse, call, echo. The only clock, and the only error boundary."""

from __future__ import annotations


def main() -> None:
    """Run the command that the shell named (the entry point `ledger`)."""
    from ledger.cli.app import app  # noqa: PLC0415 - so that importing the package runs nothing

    app()
