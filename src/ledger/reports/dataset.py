"""The status report as data: a table for spreadsheets, and one JSON object with everything in it.

Pages for the public name no recorder, and neither does this.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from ledger.events.countries import COUNTRY_NAMES
from ledger.events.kinds import Assessed, Fulfilled, Lapsed
from ledger.projections.dossier import Dossier
from ledger.projections.report import Report
from ledger.projections.rows import StatusRow
from ledger.reports import rows
from ledger.reports.rows import as_row
from ledger.reports.story import commitment_object, statement_object
from ledger.trust.checkpoint import encode

COLUMNS: Final = (
    *(field.name for field in fields(StatusRow)),
    *("statement", "paragraph", "quote", "evidence", "as_of", "record_origin", "record_size", "record_root"),
)
"""The columns of the table: those of `status`, where it was said, the evidence, and what it was made from."""


def as_csv(report: Report) -> str:
    """One row for each commitment and country, guarded against being taken for formulas."""
    anchor = {f"record_{name}": value for name, value in _anchor(report).items()}
    dossiers = {dossier.commitment: dossier for dossier in report.dossiers}
    table = [
        {
            **as_row(row),
            **_said(dossiers[row.commitment]),
            "evidence": _evidence(dossiers[row.commitment], row.country),
            "as_of": report.as_of.isoformat(),
            **anchor,
        }
        for row in report.rows
    ]
    return rows.as_csv(table, COLUMNS)


def as_json(report: Report) -> str:
    """One object: what was asked, the countries, each commitment's story, the statements, and the anchor."""
    told = {
        "as_of": report.as_of.isoformat(),
        "known": report.known,
        "countries": [{"code": code, "name": COUNTRY_NAMES.get(code, code)} for code in report.countries],
        "since": report.since.isoformat() if report.since else None,
        "changes": None if report.changes is None else [as_row(change) for change in report.changes],
        "commitments": [_commitment(dossier, report) for dossier in report.dossiers],
        "statements": [_without_events(statement_object(*one, ())) for one in report.statements.items()],
        "record": _anchor(report),
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _anchor(report: Report) -> dict[str, Any]:
    """What the report was made from, as a checkpoint tells it."""
    point = report.checkpoint
    if point is None:
        return {"origin": None, "size": 0, "root": None}
    return {"origin": point.origin, "size": point.size, "root": encode(point.root)}


def _said(dossier: Dossier) -> dict[str, Any]:
    fact = dossier.quoted.fact
    return {name: getattr(fact, name, None) for name in ("statement", "paragraph", "quote")}


def _evidence(dossier: Dossier, country: str) -> list[str]:
    facts = (entry.fact for entry in dossier.dated(Fulfilled, Lapsed, Assessed))
    return [
        fact.source.url
        for fact in facts
        if isinstance(fact, Fulfilled | Lapsed | Assessed) and country in (fact.parties or ())
    ]


def _commitment(dossier: Dossier, report: Report) -> dict[str, Any]:
    told = commitment_object(dossier)
    return told | {
        "standings": [as_row(row) for row in dossier.rows if row.country in report.countries],
        "events": [
            {name: value for name, value in one.items() if name != "recorded_by"} for one in told["events"]
        ],
    }


def _without_events(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name != "events"}
