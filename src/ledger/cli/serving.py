"""The command that serves the explorer."""

from __future__ import annotations

from pathlib import Path
from threading import Thread
from typing import Annotated

import typer

from ledger.cli.options import example
from ledger.cli.session import Session, now, say, today, warn
from ledger.service import Ledger
from ledger.web import Source

LOOPBACK = "127.0.0.1"


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command(epilog=example("serve --open", "serve --port 8080"))(serve)


def serve(
    ctx: typer.Context,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 for any that is free.")] = 8001,
    host: Annotated[
        str,
        typer.Option(metavar="ADDRESS", help="Where to listen; beyond this machine, it says what that exposes."),
    ] = LOOPBACK,
    browse: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Serve the record as pages and tables in a browser.

    Read-only; an event shows within two seconds after it was recorded, by whatever process. Ctrl-C stops it.
    """
    from ledger.web.serving import address, is_loopback, listen, serve  # noqa: PLC0415

    session: Session = ctx.obj
    with session.ledger() as ledger:
        size, views = ledger.position(None), ledger.views_file

    def opened() -> Ledger:
        return Ledger.open(session.location, clock=now)

    with listen(host, port) as listening:
        at = address(listening, host)
        if not is_loopback(listening):
            warn(
                f"whoever can reach {host} port {listening.getsockname()[1]} can read the whole record: {size} "
                "events with their notes and sources, and who recorded them. Nobody can change it. There is no "
                "password and no encryption; put a proxy before it for either"
            )

        def ready() -> None:
            say(f"serving {session.location} at {at} (Ctrl-C stops it)")
            if browse:
                Thread(target=_show, args=(at,), daemon=True).start()

        serve(Source(opened, today, views, Path(session.location).name), listening, host, ready)


def _show(at: str) -> None:
    import webbrowser  # noqa: PLC0415 - rarely wanted

    if not webbrowser.open(at):
        warn(f"no browser was found here; open {at} in one")
