"""The command line: parse, call, echo. The only clock, and the only error boundary."""

from __future__ import annotations

import sys
from io import TextIOWrapper


def main() -> None:
    """Run the command that the shell named (the entry point `ledger`)."""
    from ledger.cli.app import app  # noqa: PLC0415 - so that importing the package runs nothing

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal of few signs shows the others by their codes
            stream.reconfigure(errors="backslashreplace")
    app(prog_name="ledger")  # by any other, as `python -m ledger`, the shell could not complete it
