"""A wire between a client and a server, which can be cut at a moment of the test's choosing."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from tests.kit.servers import Server, folder

_COMMITTED = b"C\x00\x00\x00\x0bCOMMIT\x00"
"""How the server says that a transaction was committed (CommandComplete of PostgreSQL's protocol)."""
_COMMIT = b"COMMIT\x00"
"""How a client asks for it, in whatever message."""


class Wire:
    """Carries what is said between two sockets. `lose_answer` and `lose_question` cut it at a commit, once."""

    def __init__(self, place: Path, server: Server) -> None:
        self._server = server
        self._place = place
        self.cuts = 0
        self.lose_answer = False
        self.lose_question = False
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(place / ".s.PGSQL.5432"))
        self._listening.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={quote(str(self._place), safe='')}"

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                server = socket.socket(socket.AF_UNIX)
                try:
                    server.connect(str(self._server.folder / ".s.PGSQL.5432"))
                except OSError:
                    client.close()
                    server.close()
                    continue
                for args in ((client, server, True), (server, client, False)):
                    threading.Thread(target=self._carry, args=args, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, asks: bool) -> None:
        with contextlib.suppress(OSError):
            while said := source.recv(65536):
                if self._cuts(said, asks):
                    break
                target.sendall(said)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _cuts(self, said: bytes, asks: bool) -> bool:
        if asks and self.lose_question and _COMMIT in said:
            self.lose_question = False
        elif not asks and self.lose_answer and _COMMITTED in said:
            self.lose_answer = False
        else:
            return False
        self.cuts += 1
        return True


@contextmanager
def wired(server: Server) -> Iterator[Wire]:
    """A wire to a server."""
    with folder() as place:
        wire = Wire(place, server)
        try:
            yield wire
        finally:
            wire.close()
