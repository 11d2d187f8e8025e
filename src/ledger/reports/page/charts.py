"""The pictures, drawn by Altair and vl-convert as SVG: no browser, no network, the same bytes everywhere.

Colours are the page's variables, so that a picture follows its theme. Nothing from outside is written into one:
it holds country codes, statuses and dates alone, and what it says in words is for the template to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from ledger.errors import BadInput
from ledger.events.vocabulary import STATUSES
from ledger.projections.dossier import Dossier
from ledger.reports.page.timeline import Era, counted, happened, lived

SHAPES: Final = {
    "made": "diamond",
    "reaffirmed": "circle",
    "fulfilled": "square",
    "lapsed": "cross",
    "assessed +1": "triangle-up",
    "assessed 0": "stroke",
    "assessed -1": "triangle-down",
}
"""The mark of each event; no two differ by colour alone."""

_WIDTH: Final = 312  # px; a picture has to be read at the width of a phone
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 28, 6, 24  # px around the plot, fixed so that no font is measured
_ROW: Final = 30  # px for each country
_HEIGHT: Final = 120  # px, of the statuses over time


class Picture(NamedTuple):
    """An SVG without its outermost element: the view box, and the markup inside."""

    box: str
    inside: str


def life(dossier: Dossier, countries: Sequence[str], era: Era) -> Picture:
    """Who had which status from when until when; events and assessments marked."""
    alt = _altair()
    there = [code for code in countries if any(spell.country == code for spell in dossier.lives)]
    time = _time(alt, era)
    rows = alt.Y(
        "country:N", title=None, sort=there, axis=alt.Axis(ticks=False, domain=False, grid=False, labelPadding=10)
    )
    bars = (
        alt.Chart(_data(alt, lived(dossier, there, era)))
        .mark_bar(height=8)
        .encode(x=time("from"), x2="until:T", y=rows, color=_status_colour(alt))
    )
    points = list(happened(dossier, there))
    layers = [bars, *_due(alt, dossier, era, time)]
    for assessed, style in ((False, _LIFECYCLE), (True, _ASSESSMENT)):
        layers.append(
            alt.Chart(_data(alt, [one for one in points if one["event"].startswith("assessed") == assessed]))
            .mark_point(**style)
            .encode(x=time("on"), y=rows, shape=_shape(alt))
        )
    return _svg(alt.layer(*layers), height=_ROW * len(there))


def over_time(dossiers: Sequence[Dossier], country: str, highest: int, era: Era) -> Picture:
    """How many of a country's commitments had which status, day by day; `highest` ends the scale."""
    alt = _altair()
    time = _time(alt, era)
    counts = alt.Y(
        "low:Q",
        title=None,
        scale=alt.Scale(domain=[0, max(highest, 1)], nice=False),
        axis=alt.Axis(tickMinStep=1, tickCount=4, format="d"),
    )
    chart = (
        alt.Chart(_data(alt, counted(dossiers, country, era)))
        .mark_area(interpolate="step-after")
        .encode(x=time("on"), y=counts, y2="high:Q", color=_status_colour(alt))
    )
    return _svg(chart, height=_HEIGHT)


def icon(event: str) -> Picture:
    """The mark of an event, for the words beside it."""
    alt = _altair()
    style = _ASSESSMENT if event.startswith("assessed") else _LIFECYCLE
    point = alt.Chart(_data(alt, [{}])).mark_point(**{**style, "shape": SHAPES[event], "yOffset": 0})
    drawn = point.encode(x=alt.value(7), y=alt.value(7))
    return _svg(drawn, width=14, height=14, padding=0)


_LIFECYCLE: Final[dict[str, Any]] = {
    "size": 52,
    "filled": True,
    "fill": "var(--paper)",
    "stroke": "var(--ink)",
    "strokeWidth": 1.4,
    "opacity": 1,
}
_ASSESSMENT: Final[dict[str, Any]] = {
    **_LIFECYCLE,
    "size": 34,
    "fill": "var(--ink)",
    "strokeWidth": 1,
    "yOffset": -10,
}


def _altair() -> Any:
    try:
        import altair  # noqa: PLC0415 - the extra `report`
        import vl_convert  # noqa: F401, PLC0415
    except ImportError:
        raise BadInput(NEEDED) from None
    return altair


NEEDED: Final = (
    "the page needs the libraries altair, jinja2 and vl-convert: pip install 'commitment-ledger[report]'"
)


def _data(alt: Any, rows: list[dict[str, Any]]) -> Any:
    return alt.Data(values=rows)


def _time(alt: Any, era: Era) -> Any:
    """The shared axis of time, in UTC, so that a day is the same everywhere."""
    days, form = era.ticks()

    def encoding(field: str) -> Any:
        return alt.X(
            f"{field}:T",
            title=None,
            scale=alt.Scale(type="utc", domain=[era.start.isoformat(), era.end.isoformat()], nice=False),
            axis=alt.Axis(values=days, format=form, labelOverlap=False, labelFlush=False),
        )

    return encoding


def _status_colour(alt: Any) -> Any:
    colours = [f"var(--{status})" for status in STATUSES]
    return alt.Color("status:N", scale=alt.Scale(domain=list(STATUSES), range=colours), legend=None)


def _shape(alt: Any) -> Any:
    scale = alt.Scale(domain=list(SHAPES), range=list(SHAPES.values()))
    return alt.Shape("event:N", scale=scale, legend=None)


def _due(alt: Any, dossier: Dossier, era: Era, time: Any) -> Iterator[Any]:
    due = dossier.description.due
    if due is None or not era.start <= due <= era.end:
        return
    rule = alt.Chart(_data(alt, [{"due": due.isoformat()}]))
    yield rule.mark_rule(stroke="var(--overdue)", strokeDash=[3, 2], strokeWidth=1.5).encode(x=time("due"))


def _svg(chart: Any, *, height: int, width: int = _WIDTH, padding: int | None = None) -> Picture:
    import vl_convert  # noqa: PLC0415 - the extra `report`

    around = {"left": _LEFT, "right": _RIGHT, "top": _TOP, "bottom": _BOTTOM} if padding is None else padding
    whole = chart.properties(width=width, height=height, padding=around, autosize={"type": "none"})
    themed = whole.configure(**_CONFIG)
    return _trimmed(vl_convert.vegalite_to_svg(themed.to_dict()))


_CONFIG: Final[dict[str, Any]] = {
    "background": "transparent",
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 12,
        "labelColor": "var(--ink)",
        "domainColor": "var(--rule)",
        "tickColor": "var(--rule)",
        "gridColor": "var(--rule)",
    },
}


def _trimmed(svg: str) -> Picture:
    """Without what says nothing to anyone, and lengths to a tenth of a pixel."""
    opening, _, inside = svg.removesuffix("</svg>").partition(">")
    box = re.search(r'viewBox="([0-9. ]+)"', opening)
    assert box is not None
    inside = re.sub(r' (?:role|aria-[a-z]+|class|font-family|pointer-events)="[^"]*"', "", inside)
    inside = re.sub(r'<path(?: d="[^"]*")?(?: display="none")?/>', "", inside.replace(' opacity="1"', ""))
    inside = re.sub(r"-?\d+\.\d{2,}", lambda number: f"{float(number[0]):.1f}", inside)
    while (shorter := re.sub(r"<g[^>]*></g>", "", inside)) != inside:
        inside = shorter
    return Picture(box[1], inside)
