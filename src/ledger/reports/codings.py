"""Two codings side by side, for people and for programs."""

from __future__ import annotations

import json
from typing import Final

from ledger.reports.agreement import Agreement, Coding
from ledger.reports.columns import field
from ledger.reports.rows import Column, Row, as_csv, as_table
from ledger.reports.terminal import Layout

FIELDS: Final = ("paragraph", "number", "on", "a", "b", "sentence")
"""The fields of a disagreement."""


def _where(row: Row) -> str:
    return f"{row['paragraph']}.{row['number']}"


_DISAGREEMENTS: Final = (
    Column("Where", _where, name=True),
    Column("On", field("on")),
    Column("A", field("a")),
    Column("B", field("b")),
    Column("Sentence", field("sentence")),
)


def told(a: Coding, b: Coding, found: Agreement, layout: Layout) -> str:
    """The figures in words, and a table of what is to be adjudicated."""
    kappa = "undefined: chance alone would make them agree" if found.kappa is None else f"{found.kappa:.2f}"
    same = found.both + found.neither
    lines = [
        f"A: {a.name}",
        f"B: {b.name}",
        "",
        f"They agree on {same} of {found.sentences} sentences ({found.agreement:.0%}; by chance "
        f"{found.expected:.0%}).",
        f"Cohen's kappa: {kappa}",
        f"Pledges: {found.both} by both, {found.only_a} by A alone, {found.only_b} by B alone, "
        f"{found.neither} by neither.",
    ]
    if found.both:
        lines.append(f"Of those by both, the parties are the same in {found.parties}, the kind in {found.kind}.")
    if found.left_out:
        lines.append(f"Left out: {found.left_out} that only one of them counts as a sentence.")
    table = as_table(found.disagreements, _DISAGREEMENTS, layout) if found.disagreements else ""
    return "\n".join([*lines, *(("", "To adjudicate", table) if table else ("", "Nothing to adjudicate.", ""))])


def as_json(a: Coding, b: Coding, found: Agreement) -> str:
    """One object: counts, shares from 0 to 1, and the disagreements."""
    value = {
        "a": a.name,
        "b": b.name,
        "sentences": found.sentences,
        "agreement": found.agreement,
        "expected": found.expected,
        "kappa": found.kappa,
        "pledges": {name: getattr(found, name) for name in ("both", "only_a", "only_b", "neither")},
        "same_parties": found.parties,
        "same_kind": found.kind,
        "left_out": found.left_out,
        "disagreements": found.disagreements,
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def disagreements_csv(found: Agreement) -> str:
    """The disagreements, a row each."""
    return as_csv(found.disagreements, FIELDS)
