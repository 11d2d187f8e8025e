"""The status report as one page of HTML that opens anywhere and loads nothing.

It needs the extra `report`: jinja2 for the page, altair and vl-convert for the pictures.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from ledger.errors import BadInput
from ledger.events.countries import COUNTRY_NAMES
from ledger.events.vocabulary import STATUSES, STRENGTHS
from ledger.projections.report import Report
from ledger.reports.columns import signed
from ledger.reports.page import charts
from ledger.reports.page.content import Content, content_of_page
from ledger.reports.page.timeline import Era, era_of, event_name, lived
from ledger.reports.text import one_line, plain

if TYPE_CHECKING:
    from jinja2 import Environment

Progress = Callable[[int], None]
"""Is told how many of the pictures have been drawn since it was last told."""

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_WORDED: Final = {
    "assessed +1": "assessed +1, kept",
    "assessed 0": "assessed 0, in progress or in part",
    "assessed -1": "assessed −1, not kept",
}


def pictures_of(report: Report) -> int:
    """How many pictures the page has, for whoever shows progress."""
    return len(report.dossiers) + len(report.countries)


def as_html(report: Report, progress: Progress = lambda _: None) -> str:
    """The whole page; the same bytes for the same report. Raises `BadInput` without the extra `report`."""
    page = _environment().get_template("page.html.jinja")
    content = content_of_page(report)
    era = era_of(report.dossiers, report.as_of)
    style, script = (_source(name) for name in ("style.css", "filter.js"))
    return page.render(
        content=content,
        report=report,
        names=COUNTRY_NAMES,
        statuses=STATUSES,
        strengths=STRENGTHS,
        icons={event: charts.icon(event) for event in charts.SHAPES},
        pictures=_drawn(report, content, era, progress),
        bars={one.name: lived(one.dossier, list(one.rows), era) for one in content.commitments},
        style=_markup(style),
        script=_markup(script),
        policy=_policy(style, script),
    )


def _drawn(report: Report, content: Content, era: Era, progress: Progress) -> dict[str, dict[str, charts.Picture]]:
    highest = max((country.tally.commitments for country in content.countries), default=0)
    drawn: dict[str, dict[str, charts.Picture]] = {"lives": {}, "over_time": {}}
    for one in content.commitments:
        drawn["lives"][one.name] = charts.life(one.dossier, list(one.rows), era)
        progress(1)
    for country in content.countries:
        drawn["over_time"][country.tally.code] = charts.over_time(
            report.dossiers, country.tally.code, highest, era
        )
        progress(1)
    return drawn


def _policy(style: str, script: str) -> str:
    """What the page may do: show itself. Its own style and script are named by their hashes."""
    hashed = (base64.b64encode(sha256(text.encode()).digest()).decode() for text in (style, script))
    return (
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'"
    ).format(*hashed)


def _environment() -> Environment:
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - the extra `report`
    except ImportError:
        raise BadInput(charts.NEEDED) from None
    environment = Environment(
        loader=PackageLoader("ledger.reports.page", ""),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "event_name": event_name,
        "ident": lambda event: event.replace(" ", "-").replace("+", "plus-").replace("--", "-minus-"),
        "in_words": _in_words,
        "one_line": one_line,
        "signed": lambda score: signed(score).replace("-", "−"),
        "web": _web,
        "worded": lambda event: _WORDED.get(event, event),
        "words": lambda slug: slug.replace("-", " "),
    }
    return environment


def _harmless(value: Any) -> Any:
    """Text from outside loses what turns the direction of writing; markup is ours, and goes as it is."""
    return plain(value) if type(value) is str else value


def _web(url: str) -> str:
    """An address that a link may have. The record holds no others; a page that is passed on relies on nobody."""
    return url if url.startswith(("http://", "https://")) else "#"


def _in_words(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _markup(text: str) -> Any:
    from markupsafe import Markup  # noqa: PLC0415 - comes with jinja2

    return Markup(text)  # noqa: S704 - the page's own style and script


def _source(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8").strip()
