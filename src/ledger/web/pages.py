"""Our pages: the start, a country, a commitment, a statement; and what tells a page that there is more to show.

Each asks the record once, in a thread of its own, and hands plain values to a template.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import date
from importlib.resources import files
from typing import Any, Final

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from ledger.errors import BadInput, LedgerError, UnknownName
from ledger.events.times import parse_day
from ledger.reader import Reader
from ledger.web import Source
from ledger.web.content import commitment, country, start, statement

Content = Callable[[Reader, date, str], Mapping[str, object]]
"""What a page shows: of the record, on a day D, of what its address names."""


class Pages:
    """The pages of one ledger, as routes of Datasette."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def routes(self) -> list[tuple[str, Any]]:
        """(pattern of the path, view) of each."""
        return [
            (r"^/$", self._page("start.html", start)),
            (r"^/country/(?P<name>[A-Z]{3})$", self._page("country.html", country)),
            (r"^/commitment/(?P<name>[a-z0-9-]+)$", self._page("commitment.html", commitment)),
            (r"^/statement/(?P<name>[a-z0-9-]+)$", self._page("statement.html", statement)),
            (r"^/live$", self._live),
            (r"^/style\.css$", _style),
        ]

    def _page(self, template: str, content: Content) -> Any:
        async def view(datasette: Datasette, request: Request) -> Response:
            given = request.args.get("as_of") or ""
            name = request.url_vars.get("name", "")

            def asked() -> Mapping[str, object]:
                day = parse_day(given) if given else self.source.today()
                with self.source.open() as reader:
                    found = content(reader, day, name)
                    return {**found, "as_of": day, "given": bool(given), "position": reader.position(None)}

            try:
                shown = await asyncio.to_thread(asked)
            except LedgerError as error:
                return await _refused(datasette, request, error)
            return Response.html(await datasette.render_template(f"ledger/{template}", shown, request=request))

        return view

    async def _live(self) -> Response:
        """How many events there are, for pages that are open."""

        def asked() -> int:
            with self.source.open() as reader:
                return reader.position(None)

        return Response.json({"position": await asyncio.to_thread(asked)})


async def _style() -> Response:
    """The style of the report's page, which the explorer shares."""
    text = files("ledger.reports.page").joinpath("style.css").read_text(encoding="utf-8")
    return Response(text, content_type="text/css; charset=utf-8")


_STATUS: Final = ((UnknownName, 404), (BadInput, 400))


async def _refused(datasette: Datasette, request: Request, error: LedgerError) -> Response:
    status = next((code for family, code in _STATUS if isinstance(error, family)), 503)
    context = {"title": "Not on record" if status == 404 else "Not understood", "error": str(error)}
    return Response.html(await datasette.render_template("error.html", context, request=request), status=status)
