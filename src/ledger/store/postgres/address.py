"""The URL of a record on a server: handed to libpq as it is, and shown to nobody with its password."""

from __future__ import annotations

import hashlib
import re
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from ledger.errors import BadInput

_HOST: Final = r"(\[[^\]]*\]|[^:\[\],@]*)(:\d*)?"
_HOSTS: Final = re.compile(f"{_HOST}(,{_HOST})*")
_SECRET: Final = ("password", "sslpassword", "oauth_client_secret")
_PLACE: Final = ("service", "host", "hostaddr", "port", "dbname", "user")
"""What says which record it is, of all that a URL and its environment can say."""


class Address:
    """A URL of the schemes `postgresql` and `postgres`, with whatever libpq understands in it."""

    def __init__(self, url: str) -> None:
        """Raises `BadInput` for what libpq would read otherwise than it was meant, without repeating it."""
        parts = urlsplit(url)
        userinfo, _, hosts = parts.netloc.rpartition("@")
        astray = any(part and "=" not in part for part in parts.query.split("&"))
        if not _HOSTS.fullmatch(hosts) or "@" in userinfo + parts.path or parts.fragment or astray:
            raise BadInput(
                "the URL of the server cannot be read: in a name or a password write @ as %40, : as %3A, "
                "/ as %2F, ? as %3F and # as %23"
            )
        user, _, password = userinfo.partition(":")
        asked = parse_qsl(parts.query, keep_blank_values=True)
        told = urlencode([(key, value) for key, value in asked if key not in _SECRET], safe="/:,")
        self.url = url
        self.shown = urlunsplit((parts.scheme, f"{user}@{hosts}" if user else hosts, parts.path, told, ""))
        if self.shown.startswith(f"{parts.scheme}:/") and not self.shown.startswith(f"{parts.scheme}://"):
            self.shown = self.shown.replace(":", "://", 1)  # `urlunsplit` leaves an empty host away
        secrets = {password, unquote(password)} | {value for key, value in asked if key in _SECRET}
        written = secrets | {quote(secret, safe="") for secret in secrets}
        self._secrets = sorted(filter(None, written), key=len, reverse=True)

    def without_secrets(self, said: str) -> str:
        """What libpq said, on one line; it repeats a URL that it can't read."""
        for secret in (self.url, *self._secrets):
            said = said.replace(secret, "***")
        return " ".join(said.split())

    def key(self) -> str:
        """A name for the record that a file can have: the same for the same place, whatever the password."""
        from psycopg import ProgrammingError, pq  # noqa: PLC0415 - the extra
        from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415

        place = {one.keyword.decode(): one.val.decode() for one in pq.Conninfo.get_defaults() if one.val}
        try:
            place |= {key: str(value) for key, value in conninfo_to_dict(self.url).items()}
        except ProgrammingError as error:
            raise BadInput(f"{self.shown} cannot be read: {self.without_secrets(str(error))}") from None
        if "dbname" in place:
            place.pop("user", None)  # by default the database is named as the user is
        told = "\n".join(f"{name}={place[name]}" for name in _PLACE if place.get(name))
        return hashlib.sha256(told.encode()).hexdigest()[:16]
