"""The application: its global options, its commands, and the boundary where errors become exit codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from ledger.cli.session import Session, warn
from ledger.errors import BadInput, FaultyLines, LedgerError, NotIntact, Refused, StoreError

EXIT_CODES: Final = ((BadInput, 2), (Refused, 3), (StoreError, 4), (NotIntact, 1))
"""By the families of the error tree (design, section 6)."""


COMMANDS: Final = {
    "init": "files",
    "register": "appending",
    "make": "appending",
    "reaffirm": "appending",
    "fulfill": "appending",
    "lapse": "appending",
    "assess": "appending",
    "amend": "appending",
    "retract": "appending",
    "draft": "drafting",
    "import": "appending",
    "status": "asking",
    "show": "asking",
    "log": "asking",
    "statements": "asking",
    "coverage": "covering",
    "replay": "asking",
    "diff": "asking",
    "report": "files",
    "serve": "serving",
    "verify": "trusting",
    "checkpoint": "trusting",
    "prove": "trusting",
    "export": "files",
    "restore": "files",
    "rebuild": "files",
    "schema": "files",
}
"""The commands as help lists them (what records, what asks, what keeps the record), each with its module."""


class Commands(Mapping[str, Any]):
    """The commands by name, each built when it is asked for: one question waits for no other's imports."""

    def __getitem__(self, name: str) -> Any:
        family = typer.Typer(rich_markup_mode=None, add_completion=False)
        import_module(f"ledger.cli.{COMMANDS[name]}").add_to(family)
        family.registered_commands = [
            info
            for info in family.registered_commands
            if info.callback is not None and (info.name or info.callback.__name__) == name
        ]
        return typer.main.get_group(family).commands[name]

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


def exit_code(error: LedgerError) -> int:
    """2 for what can't be read, 3 for what the rules refuse, 4 for what the store could not do, 1 for findings."""
    if isinstance(error, FaultyLines):
        return 2 if error.unreadable else 3
    return next(code for family, code in EXIT_CODES if isinstance(error, family))


class Boundary(TyperGroup):
    """Turns what a command raises into words on stderr and an exit code; nothing below prints or exits."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings | {"commands": Commands()})

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except FaultyLines as error:
            for fault in error.faults:
                warn(f"line {fault.line}: {fault.error}")
            warn(f"error: {error}")
            raise typer.Exit(exit_code(error)) from None
        except NotIntact as error:
            for finding in error.findings:
                warn(f"line {finding.position}: {finding.said}" if finding.position else finding.said)
            warn(f"error: {error}")
            raise typer.Exit(exit_code(error)) from None
        except LedgerError as error:
            warn(f"error: {error}")
            raise typer.Exit(exit_code(error)) from None
        except BrokenPipeError:
            raise  # whoever reads our output has had enough
        except OSError as error:
            warn(f"error: {error.filename or 'the system'}: {error.strerror or error}")
            raise typer.Exit(4) from None


app = typer.Typer(
    cls=Boundary,
    name="ledger",
    help="What governments pledge in joint statements, and what became of it: an append-only record.",
    epilog="Begin with: ledger init --record brussels && ledger status",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib import metadata  # noqa: PLC0415 - rarely wanted

        typer.echo(f"commitment-ledger {metadata.version('commitment-ledger')}")
        raise typer.Exit


@app.callback()
def ledger(
    ctx: typer.Context,
    db: Annotated[
        str, typer.Option(envvar="LEDGER_DB", metavar="PATH|URL", help="The ledger file, or postgresql://…")
    ] = "ledger.db",
    offline: Annotated[
        bool, typer.Option("--offline", help="Answer from what was read of the server before.")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """Open nothing yet: a command opens the ledger when it needs it."""
    ctx.obj = Session(db, offline)
