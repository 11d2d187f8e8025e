"""The explorer as people start it: the installed program in a process of its own, asked over the network."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.kit.process import Outcome, Program


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    text: str


class Explorer:
    """A running `ledger serve`, at `url`."""

    def __init__(self, process: subprocess.Popen[str], said: list[str], url: str) -> None:
        self.process, self.said, self.url = process, said, url

    def get(
        self, path: str, *, method: str = "GET", headers: Mapping[str, str] | None = None, **query: str
    ) -> Answer:
        """What it answers, without following redirects; `query` is appended to the path."""
        parts = urlsplit(self.url)
        assert parts.hostname is not None
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
        connection.request(method, f"{path}?{urlencode(query)}" if query else path, headers=dict(headers or {}))
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return Answer(answer.status, answer.headers, text)

    def page(self, path: str, **query: str) -> str:
        """The text of a page that must be there."""
        answer = self.get(path, **query)
        assert answer.status == 200, (path, answer.status, answer.text)
        return answer.text

    def stop(self, how: signal.Signals = signal.SIGINT) -> Outcome:
        """Send a signal, and wait until it has gone."""
        self.process.send_signal(how)
        out, err = self.process.communicate(timeout=60)
        return Outcome(self.process.returncode, out, "".join(self.said) + err)


@contextmanager
def serving(program: Program, *args: str, **env: str) -> Iterator[Explorer]:
    """The explorer over the program's ledger, at a free port, while the block runs."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("LEDGER_", "XDG_"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "ledger", "serve", "--port", "0", *args],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=program.folder,
        env=clean | {"XDG_CACHE_HOME": str(program.folder / "cache")} | env,
    )
    try:
        said, url = _until_ready(process)
        yield Explorer(process, said, url)
    finally:
        process.kill()
        process.communicate()


def _until_ready(process: subprocess.Popen[Any]) -> tuple[list[str], str]:
    assert process.stderr is not None
    said: list[str] = []
    for line in process.stderr:
        said.append(line)
        if found := re.search(r"serving .* at (http://\S+/) ", line):
            return said, found[1].replace("localhost", "127.0.0.1")
    raise AssertionError("".join(said))
