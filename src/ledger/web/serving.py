"""The server: listening where it was told to, telling so, and stopping when it is asked to."""

from __future__ import annotations

import ipaddress
import signal
import socket
from collections.abc import Callable
from contextlib import suppress

from ledger.errors import BadInput
from ledger.web import Source

NEEDED = "the explorer needs the library datasette: pip install 'commitment-ledger[web]'"


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens at the first address of `host`; port 0 is any that is free. Raises `BadInput`."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError):
        raise BadInput(f"{host!r} is no address of this machine") from None
    listening = socket.socket(family, kind, protocol)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise BadInput(
            f"cannot listen at {host} port {port}: {(error.strerror or str(error)).lower()}; choose another with "
            "--port, or 0 for any that is free"
        ) from None
    return listening


def address(listening: socket.socket, host: str) -> str:
    """Where a browser finds it."""
    shown = host if host not in ("0.0.0.0", "::") else "localhost"  # noqa: S104 - it is what people type
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{listening.getsockname()[1]}/"


def is_loopback(listening: socket.socket) -> bool:
    """Whether only this machine can reach it."""
    return ipaddress.ip_address(listening.getsockname()[0].split("%", 1)[0]).is_loopback


def serve(source: Source, listening: socket.socket, host: str, ready: Callable[[], None]) -> None:
    """Serve until a signal says to stop; `ready` is called when the first page can be had. Raises `BadInput`."""
    try:
        import uvicorn  # noqa: PLC0415 - the extra `web`

        from ledger.web.explorer import explorer  # noqa: PLC0415
    except ImportError:
        raise BadInput(NEEDED) from None

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            ready()

    names = (
        {host, "localhost", socket.gethostname(), socket.getfqdn()}
        if not is_loopback(listening)
        else {host, "localhost"}
    )
    config = uvicorn.Config(
        explorer(source, names),
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="on",
        timeout_graceful_shutdown=2,
    )
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):  # how uvicorn hands on the signal that it stopped for
        Server(config).run(sockets=[listening])
