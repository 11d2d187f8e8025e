"""Datasette over the views, with our pages and templates, behind the guard."""

from __future__ import annotations

import logging
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

from datasette import hookimpl
from datasette.app import Datasette
from datasette.plugins import pm
from datasette.utils.asgi import Response
from datasette.views.base import DatasetteError
from jinja2 import Environment
from markupsafe import Markup

from ledger.reports.text import plain
from ledger.web import Source
from ledger.web.guard import App, Guard
from ledger.web.pages import Pages
from ledger.web.templating import accessible, with_nonce
from ledger.web.views import Views

HERE: Final = Path(__file__).parent
DATABASE: Final = "record"
"""What the views are called in addresses."""

SETTINGS: Final = {
    "allow_download": False,
    "default_cache_ttl": 0,
    "sql_time_limit_ms": 1000,  # ms
    "facet_time_limit_ms": 200,  # ms
    "max_returned_rows": 1000,
    "max_csv_mb": 100,
}
METADATA: Final = {
    "databases": {
        DATABASE: {
            "title": "The record as tables",
            "description": "Computed from the log. A row of standings is how a commitment stands for a country.",
            "tables": {
                "standings": {"facets": ["status", "country"]},
                "spells": {"facets": ["status", "country"], "sort": "from_day"},
                "commitments": {"facets": ["theme", "nature", "strength"], "label_column": "title"},
                "statements": {"label_column": "title"},
                "events": {"facets": ["kind", "commitment"], "sort_desc": "position"},
                "meta": {"hidden": True},
            },
        }
    }
}


def explorer(source: Source, names: Collection[str]) -> App:
    """The application (ASGI): answers to the hosts in `names`, and catches up with the log at every request."""
    for plugin, _ in pm.list_plugin_distinfo():
        pm.unregister(plugin)  # what else is installed here may write, or open doors
    pm.unregister(name="datasette.handle_exception")  # it shows the values of variables on the terminal
    pm.register(Plugin(source), "ledger")
    datasette = Datasette(
        template_dir=str(HERE / "templates"),
        static_mounts=[("assets", str(HERE / "assets"))],
        metadata=METADATA,
        settings=SETTINGS,
    )
    datasette.add_database(Views(datasette, source.views), name=DATABASE)

    def catch_up() -> None:
        with source.open() as reader:
            reader.position(None)

    return Guard(datasette.app(), catch_up, names)


class Plugin:
    """What Datasette asks its plugins for (its hooks, by name)."""

    __name__ = "ledger"

    def __init__(self, source: Source) -> None:
        self._pages = Pages(source)

    @hookimpl
    def register_routes(self) -> list[tuple[str, Any]]:
        return self._pages.routes()

    @hookimpl
    def prepare_jinja2_environment(self, env: Environment) -> None:
        env.finalize = shown
        env.filters |= {"with_nonce": with_nonce, "accessible": accessible}

    @hookimpl
    def extra_template_vars(self, request: Any) -> dict[str, object]:
        nonce = request.scope.get("csp_nonce", "") if request else ""
        return {"csp_nonce": nonce, "ledger_name": self._pages.source.name}

    @hookimpl
    def render_cell(self, value: object, column: str) -> Markup | None:
        """Names of the record lead to their pages."""
        if not isinstance(value, str) or not value or column not in _PAGES:
            return None
        if column == "parties":
            return Markup(" ").join(_link("country", code) for code in value.split())
        return _link(column, value)

    @hookimpl
    def handle_exception(self, datasette: Datasette, request: Any, exception: Exception) -> Any:
        """What went wrong, on a page or as JSON; a fault of ours is also logged."""

        async def told() -> Response:
            status = getattr(exception, "status", 500)
            if status == 500 and isinstance(exception, DatasetteError):
                status = 400  # such as a column that it can't sort by: told as a fault, and the visitor's own
            if status == 500:
                _LOG.error("%s failed", request.path, exc_info=exception)
            context = {"status": status, "error": _words(exception, status)}
            if request.path.endswith(".json"):
                return Response.json({"ok": False, "title": None, **context}, status=status)
            page = await datasette.render_template("error.html", context, request=request)
            return Response.html(page, status=status)

        return told


def _words(exception: Exception, status: int) -> str:
    if getattr(exception, "message_is_html", False):  # Datasette has it so for one reason alone
        return f"The query took longer than {SETTINGS['sql_time_limit_ms']} ms; ask for less."
    if status == 500:
        return "This is a fault of the explorer; its log says more."
    return str(getattr(exception, "message", None) or exception) or "There is no such page."


_LOG: Final = logging.getLogger(__name__)
_PAGES: Final = ("commitment", "country", "statement", "parties")


def _link(page: str, name: str) -> Markup:
    return Markup('<a href="/{}/{}">{}</a>').format(page, name, name)


def shown(value: Any) -> Any:
    """Whatever a template shows, without what steers a terminal or turns the direction of writing."""
    if not isinstance(value, str):
        return value
    return Markup(plain(value)) if isinstance(value, Markup) else plain(value)  # noqa: S704 - it was one
