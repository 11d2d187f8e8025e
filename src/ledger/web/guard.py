"""The gate before Datasette: who may ask, for what, and how browsers are to treat what they get."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import secrets
from collections.abc import Awaitable, Callable, Collection, Iterator, MutableMapping
from typing import Any, Final

from ledger.errors import LedgerError
from ledger.web.spreadsheet import with_guarded_cells

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
_OURS: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_DATASETTE: Final = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
    "style-src-attr 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Its own templates carry scripts and styles, which get the nonce of the request, and a colour as an attribute."""

_CLOSED: Final = re.compile(r"/(-/(?!static/)|_internal|_memory|:memory:|[/\\]).*", re.DOTALL)
"""Datasette's pages about itself: they tell of the machine, or change what a visitor is. And what begins like the
address of another host, to which a redirect would lead."""

_DATASETTES: Final = re.compile(r"/(record|\.json)")
_FILES: Final = re.compile(r"/(assets|-/static)/|/favicon\.ico")
_ASCII_HOST: Final = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:[0-9]+)?")


class Guard:
    """Lets through what only reads, once the views are current; `names` are the hosts that we answer to.

    Addresses are always answered to. Another name in the Host header is somebody else's, whose page a browser
    has loaded, and which now points here (DNS rebinding).
    """

    def __init__(self, app: App, catch_up: Callable[[], object], names: Collection[str]) -> None:
        self._app = app
        self._catch_up = catch_up
        self._names = {name.lower() for name in names}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        scope["csp_nonce"] = secrets.token_urlsafe(18)
        refused = await self._refusal(scope)
        answered = _with_headers(scope, send)
        if refused is None:
            as_csv = scope["path"].endswith(".csv")
            await self._app(scope, receive, with_guarded_cells(answered) if as_csv else answered)
        else:
            await _say(*refused, scope, answered)

    async def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        """(status, words) of what is not let through."""
        if not self._is_ours(scope):
            return 421, "This is not the host that you asked for."
        if scope["method"] not in ("GET", "HEAD"):
            return 405, "The explorer is read-only."
        path = scope["path"]
        if _CLOSED.fullmatch(path):
            return 404, "There is no such page."
        if not _FILES.match(path):
            try:
                await asyncio.to_thread(self._catch_up)
            except LedgerError as error:
                return 503, f"The record cannot be read: {error}"
        return None

    def _is_ours(self, scope: Scope) -> bool:
        given = [value.decode("latin-1").lower() for name, value in scope["headers"] if name == b"host"]
        found = _ASCII_HOST.fullmatch(given[0]) if len(given) == 1 else None
        if found is None:
            return False
        name = found["name"].removeprefix("[").removesuffix("]").removesuffix(".")
        return name in self._names or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _with_headers(scope: Scope, send: Send) -> Send:
    async def answered(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": list(_secured(scope, message.get("headers", ())))}
        await send(message)

    return answered


def _secured(scope: Scope, headers: Collection[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, bytes]]:
    own = {name for name, _ in HEADERS} | {b"content-security-policy", b"set-cookie"}
    kept = [(name, value) for name, value in headers if name.lower() not in own]
    yield from kept
    yield from HEADERS
    policy = _DATASETTE.format(nonce=scope["csp_nonce"]) if _DATASETTES.match(scope["path"]) else _OURS
    yield b"content-security-policy", policy.encode()
    if not any(name.lower() == b"cache-control" for name, _ in kept):
        yield b"cache-control", b"no-cache" if _FILES.match(scope["path"]) else b"no-store"


async def _say(status: int, words: str, scope: Scope, send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    if status == 405:
        headers.append((b"allow", b"GET, HEAD"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else f"{words}\n".encode()})
