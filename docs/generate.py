"""Writes docs/reference/ from the program itself: `make docs`. `--check` only tells if a page is old, and exits 1.

What cannot be read from the program, the meaning of a field or of a column, stands here; one that is missing, or
that means nothing any more, is an error.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import io
import os
import re
import sqlite3
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, date, datetime
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import typer

import ledger
from ledger import Ledger, errors, intake
from ledger.cli.app import app
from ledger.events import kinds
from ledger.events.fields import Source
from ledger.events.schema import json_schema
from ledger.store.views.location import views_path
from ledger.store.views.schema import INDEXES, SEARCHED, TABLES
from ledger.store.views.schema import STANDING as STOOD

REFERENCE: Final = Path(__file__).parent / "reference"
MADE_BY: Final = "<!-- Written by docs/generate.py: `make docs` renews it. Do not edit. -->"
NOW: Final = datetime(2026, 11, 23, 9, tzinfo=UTC)

# The meanings of a line's fields, by kind where they differ; `kind.field` goes before `field`.
FIELDS: Final = {
    "assessor": "whose judgement it is, if not the recorder's",
    "changes": "the description fields that are restated, see below",
    "commitment": "the commitment, by its name",
    "due": "the day by which it is to be kept",
    "due_basis": "whether the due date is in the text, or follows from a named event; only with `due`",
    "event": "the id of the entry that is voided",
    "kind": "says which kind of event this is",
    "lapsed.note": "one sentence on what the source shows",
    "lapsed.occurrence": "which cycle of a standing commitment was missed",
    "lapsed.reason": "why it does not stand",
    "nature": "`one-off` if one act or date can settle it, else `standing`; needed on the first event",
    "note": "what else should be known",
    "occurred_on": "when it was so: the day, or the last day of what took several",
    "occurrence": "which occurrence of a standing commitment was kept",
    "fulfilled.note": "one sentence on what the source shows",
    "paragraph": "the paragraph in which the quote begins, counted from 1, title and headings included",
    "parties": "the countries that it bears on; left out, those of the commitment that are also the statement's. "
    "The recorded line always names them, sorted. Needed on the first event, where they become the commitment's",
    "assessed.parties": "the countries that it bears on; left out, the commitment's",
    "fulfilled.parties": "the countries that it bears on; left out, the commitment's",
    "lapsed.parties": "the countries that it bears on; left out, the commitment's",
    "place": "where it was issued",
    "quote": "the statement's own words, verbatim but for white space; needed if the statement has a text",
    "reason": "why; it stays in the record",
    "registered.occurred_on": "the day of issue",
    "registered.parties": "who issued it",
    "registered.statement": "the statement, by its name",
    "registered.title": "its title",
    "retracted.commitment": "the commitment whose entry it is",
    "retracted.statement": "the statement whose entry it is; one of the two, and not both",
    "score": "-1 not kept, 0 in progress or in part, 1 kept",
    "source": "where it is said to be found",
    "made.source": "where it was said, if not in a registered statement",
    "reaffirmed.source": "where it was said, if not in a registered statement",
    "statement": "the registered statement in which it was said",
    "strength": "how firmly the words bind; needed on the first event",
    "text": "the statement's text; quotes are looked up in it",
    "theme": "the heading that it stands under, as a slug",
    "title": "what the commitment is, in a few words; needed on the first event",
    "url": "where it is published",
    "changes.parties": "all its parties, old and new; none that has events may be missing",
    "changes.due": "the day; null takes a due date back, together with its `due_basis`",
    "changes.due_basis": "where the day comes from; null with a due date that is taken back",
    "changes.nature": "as it should have been; every timeline must stay legal",
    "changes.strength": "as it should have been",
    "changes.theme": "as it should have been",
    "changes.title": "as it should have been",
    "source.title": "the source's title, or who published it",
    "source.url": "its address",
    "source.published_on": "the day on which it was published, where it is dated",
}
ENVELOPE: Final = {
    "id": "the first 32 hexadecimal digits of the SHA-256 of the line without its envelope, in the form of "
    "RFC 8785",
    "recorded_at": "when the ledger learned it (transaction time): UTC, microseconds, `Z`; never decreasing along "
    "the log",
    "recorded_by": "who recorded it, as `--by`, `LEDGER_BY` or the login name says",
}

# The meanings of the views' tables and columns. The columns of a standing are in two tables.
STANDING: Final = {
    "status": "`made`, `reaffirmed`, `fulfilled` or `lapsed`: the lifecycle event that gave it names it",
    "since": "the day of the latest event that gave the status",
    "event": "the id of that event",
    "origin": "`made` if the first event that counts for the country is; `outside` if the record begins with a "
    "reaffirmation",
    "events": "how many lifecycle events count",
    "kept": "how many of them are fulfilments",
    "last_kept": "the day of the last fulfilment",
    "score": "the latest assessment: -1, 0 or 1; it moves no status",
    "scored_on": "the day of that assessment",
}
COLUMNS: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "statements": (
        "One row for each statement in force (a retracted registration has none).",
        {
            "statement": "its name",
            "title": "its title",
            "occurred_on": "the day of issue",
            "place": "where it was issued",
            "url": "where it is published",
            "parties": "who issued it: codes, sorted, separated by spaces",
            "text": "its text, with blank lines between paragraphs",
            "event": "the id of its registration",
            "position": "the log position of its registration",
        },
    ),
    "commitments": (
        "One row for each commitment on record, with its description as restated by all amendments in force.",
        {
            "commitment": "its name",
            "title": "what it is, in a few words",
            "theme": "the heading that it stands under, as a slug",
            "nature": "`one-off` or `standing`",
            "strength": "`high`, `medium` or `low`: how firmly the words bind",
            "due": "the day by which it is to be kept",
            "due_basis": "`stated` or `inferred`",
            "parties": "whom it binds: codes, sorted, separated by spaces",
            "position": "the log position of its first event",
        },
    ),
    "standings": (
        "One row for each commitment and country: how it stands at the end of all that is recorded. A country "
        "without a status yet has no row. This and `spells` are told from `lives` by SQL (views of the database).",
        {"commitment": "the commitment", "country": "the country", **STANDING},
    ),
    "lives": (
        "What `standings` and `spells` are told from, where the countries for which all went alike share a row: "
        "one for each spell.",
        {
            "commitment": "the commitment",
            "countries": "the countries: codes, sorted, separated by spaces",
            "from_day": "the first day of the spell",
            "until_day": "the first day after it; null if it lasts",
            **STANDING,
        },
    ),
    "spells": (
        "Who stood how from when until when: the rows of `standings` for every day at once, as known now. A spell "
        "begins on every day on which something counts, so two that follow each other may have the same status.",
        {
            "commitment": "the commitment",
            "country": "the country",
            "from_day": "the first day of the spell",
            "until_day": "the first day after it; null if it lasts",
            **STANDING,
        },
    ),
    "events": (
        "Every line of the log. A column is null where the kind has no such field.",
        {
            "position": "its place in the log, from 1 without gaps",
            "id": "its id",
            "kind": "one of the eight kinds",
            "recorded_at": "transaction time: UTC, as the line writes it, so that text order is time order",
            "recorded_by": "who recorded it",
            "commitment": "the commitment it belongs to",
            "statement": "the statement it belongs to, or that it cites",
            "parties": "the countries that it bears on: codes, sorted, separated by spaces",
            "occurred_on": "valid time: the day",
            "paragraph": "the paragraph in which the quote begins",
            "quote": "the statement's words",
            "title": "the title that this line gives (of a statement, or of a commitment's description)",
            "occurrence": "which occurrence was kept or missed",
            "score": "of an assessment: -1, 0 or 1",
            "reason": "of a lapse, an amendment or a retraction",
            "note": "what else was said",
            "source_title": "the source's title",
            "source_url": "the source's address",
            "retracted_at": "the position of the retraction that voids it; null if it is in force",
            "line": "the line itself, as it is stored",
        },
    ),
    "meta": (
        "What these views were made from. By it the program tells whether they are current, behind, or of another "
        "ledger; in the last case they are rebuilt.",
        {
            "key": "`version` of the views, `position` and `line` (its SHA-256) of the last line taken in, "
            "`last_day` on which anything happened",
            "value": "its value, as text",
        },
    ),
}
QUESTIONS: Final = (
    (
        "How did commitments stand on 1 August 2025, by country?",
        """SELECT country, status, count(*) AS commitments
FROM spells
WHERE from_day <= '2025-08-01' AND (until_day IS NULL OR until_day > '2025-08-01')
GROUP BY country, status""",
    ),
    (
        "Which occurrences did Japan keep, and which source says so?",
        """SELECT occurred_on, commitment, occurrence, source_title
FROM events
WHERE kind = 'fulfilled' AND retracted_at IS NULL AND instr(parties, 'JPN') AND occurrence IS NOT NULL
ORDER BY occurred_on, position""",
    ),
    (
        "Where is cryptocurrency spoken of? (full-text search; words are found whatever their case and accents)",
        """SELECT position, occurred_on, commitment, kind
FROM events
WHERE position IN (SELECT rowid FROM events_fts WHERE events_fts MATCH 'cryptocurrency')
ORDER BY position""",
    ),
    (
        "What was overdue on 30 September 2025?",
        """SELECT commitment, country, status, due
FROM spells JOIN commitments USING (commitment)
WHERE from_day <= '2025-09-30' AND (until_day IS NULL OR until_day > '2025-09-30')
  AND status IN ('made', 'reaffirmed') AND due < '2025-09-30'""",
    ),
)


def pages() -> dict[str, str]:
    """The pages of the reference, by file name."""
    return {
        "commands.md": _page("Commands", _commands()),
        "line.md": _page("The line", _line()),
        "views.md": _page("The views", _views()),
        "python.md": _page("Python interface", _python()),
    }


def _page(title: str, parts: Iterator[str]) -> str:
    text = "\n\n".join((MADE_BY, f"# {title}", *map(_wrapped, parts)))
    return f"{text}\n"


def _wrapped(part: str) -> str:
    """Prose at the width of this project's pages; whatever has lines of its own keeps them."""
    text = part.strip("\n")
    return text if text.startswith("```") else "\n\n".join(map(_filled, text.split("\n\n")))


def _filled(paragraph: str) -> str:
    if paragraph[0] in "#|-":
        return paragraph
    return textwrap.fill(paragraph, 115, break_long_words=False, break_on_hyphens=False)


def _table(header: str, rows: Sequence[tuple[str, ...]]) -> str:
    names = header.split(", ")
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _fenced(text: str, language: str = "text") -> str:
    return f"```{language}\n{text.strip()}\n```"


# Commands


def _commands() -> Iterator[str]:
    found = list(_helps(typer.main.get_command(app), ("ledger",)))
    yield (
        "The help of every command, as `ledger COMMAND --help` prints it. `python -m ledger` and "
        "`commitment-ledger` are the same program."
    )
    yield "\n".join(f"- [`{name}`](#{name.replace(' ', '-')})" for name, _ in found)
    yield "## What all commands share"
    yield """\
- **stdout carries data alone.** Words, warnings and progress go to stderr.
- **Days** are written `2025-04-03`. **Countries** are codes of ISO 3166-1 alpha-3, such as `JPN`.
- **`--format`**, on whatever prints rows, is `table`, `json`, `csv` or `markdown`. JSON and CSV have all fields.
- **`--dry-run`**, on all that appends, judges and records nothing.
- **The same fact twice is one event**: "already recorded", exit code 0."""
    yield _table(
        "Exit code, Meaning",
        [
            ("0", "done; also: already recorded"),
            ("1", "findings: there is something to look at, such as an overdue row under `status --check`"),
            ("2", "wrong usage or bad input: a line, a date or a file that cannot be read"),
            (
                "3",
                "refused by the rules: an illegal step, an unknown name, a quote not in the text, a day to come",
            ),
            ("4", "the store is missing, busy or broken"),
        ],
    )
    yield _table(
        "Variable, Meaning",
        [
            ("`LEDGER_DB`", "the ledger, unless `--db` names one (default: `ledger.db` in the current folder)"),
            ("`LEDGER_BY`", "who records, unless `--by` does (default: the login name)"),
            ("`NO_COLOR`", "if set, nothing is coloured"),
            ("`COLUMNS`", "the width of tables in character cells (default: the terminal's, else 80)"),
        ],
    )
    for name, text in found:
        yield f"## {name}"
        yield _fenced(text)


def _helps(command: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    with redirect_stdout(io.StringIO()) as said:
        app([*path[1:], "--help"], prog_name=path[0], standalone_mode=False)
    yield " ".join(path), "\n".join(line.rstrip() for line in said.getvalue().splitlines())
    if inner := getattr(command, "commands", {}):
        for name in command.list_commands(typer.Context(command)):
            yield from _helps(inner[name], (*path, name))


# The line


def _line() -> Iterator[str]:
    definitions = json_schema()["$defs"]
    used: set[str] = set()
    yield (
        "An event is stored, exported, hashed and shown as one line of JSON, the same bytes everywhere. A field\n"
        "that is not given is absent, not null. Unknown fields are refused, not dropped. `ledger schema` prints\n"
        "the JSON Schema from which the tables below are made."
    )
    yield "## The envelope"
    yield (
        "The ledger sets these when it appends. `import` checks an id that a line brings along, and sets the\n"
        "other two anew; `restore` keeps all three."
    )
    yield _table("Field, Meaning", [(f"`{name}`", ENVELOPE[name]) for name in ENVELOPE])
    yield "## Forms"
    yield """\
- **day**: `YYYY-MM-DD` (ISO 8601).
- **slug**: lower-case letters and digits joined by single hyphens, at most 100 characters, such as `apec-2025`.
- **text**: more than white space, and no NUL. It is kept as it is given.
- **countries**: a list of codes of ISO 3166-1 alpha-3, such as `["JPN", "USA"]`, with at least one.
- **address**: begins with `http://` or `https://`.

`*` marks what is required."""
    for kind, example in _one_of_each().items():
        model = definitions[_model_of(kind)]
        yield f"## {kind}"
        yield model["description"]
        yield _fields(kind, model, used)
        yield _fenced(example, "json")
    for name, heading in (("Changes", "changes"), ("Source", "source")):
        yield f"## The fields of `{heading}`"
        yield definitions[name]["description"]
        yield _fields(heading, definitions[name], used)
    if unused := FIELDS.keys() - used:
        raise SystemExit(f"these fields have a meaning, and no line has them: {', '.join(sorted(unused))}")


def _model_of(kind: str) -> str:
    reference = json_schema()["discriminator"]["mapping"][kind]
    return str(reference).rsplit("/", 1)[1]


def _fields(kind: str, model: Mapping[str, Any], used: set[str]) -> str:
    rows = []
    for name, schema in sorted(model["properties"].items(), key=lambda one: one[0] != "kind"):
        if name in ENVELOPE:
            continue
        key = f"{kind}.{name}" if f"{kind}.{name}" in FIELDS else name
        if key not in FIELDS:
            raise SystemExit(f"docs/generate.py does not say what {kind}.{name} means")
        used.add(key)
        needed = "\\*" if name in model.get("required", ()) else ""
        rows.append((f"`{name}`{needed}", _form(schema), FIELDS[key]))
    return _table("Field, Form, Meaning", rows)


def _form(schema: Mapping[str, Any]) -> str:  # noqa: PLR0911 - one for each form
    match schema:
        case {"anyOf": [inner, {"type": "null"}]}:
            return f"{_form(inner)}, or null"
        case {"$ref": reference}:
            name = str(reference).rsplit("/", 1)[1].lower()
            return f"[{name}](#the-fields-of-{name})"
        case {"const": word}:
            return f"`{word}`"
        case {"enum": words}:
            return ", ".join(f"`{word}`" for word in words)
        case {"type": "array"}:
            return "countries"
        case {"type": "integer", "minimum": low, "maximum": high}:
            return f"whole number from {low} to {high}"
        case {"type": "integer", "minimum": low}:
            return f"whole number from {low}"
        case {"format": "date"}:
            return "day"
        case {"pattern": pattern}:
            return _PATTERNS[pattern]
    raise SystemExit(f"docs/generate.py does not know this form: {schema}")


_PATTERNS: Final = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "slug",
    r"^[^\x00]*[^\s\x00][^\x00]*$": "text",
    r"^https?://[^\s/?#<>\"\x00-\x1f]+[^\s<>\"\x00-\x1f]*$": "address",
    r"^[0-9a-f]{32}$": "id",
}


def _one_of_each() -> dict[str, str]:
    """A recorded line of every kind, by kind, in the order of the union; they are those of an exercise."""
    gazette = Source(title="Harbour Gazette", url="https://example.org/a")
    with tempfile.TemporaryDirectory() as folder, Ledger.create(f"{folder}/l.db", clock=lambda: NOW) as told:
        said: list[kinds.Fact] = [
            kinds.Registered(
                statement="bergen-2026",
                title="Joint Statement on Clean Harbours (an exercise)",
                parties=("ISL", "NOR"),
                occurred_on=date(2026, 2, 10),
                place="Bergen",
                text="The ministers agreed to publish a map by 30 June 2026.",
            ),
            kinds.Made(
                commitment="shore-power-map",
                parties=("ISL", "NOR"),
                occurred_on=date(2026, 2, 10),
                statement="bergen-2026",
                paragraph=1,
                quote="The ministers agreed to publish a map",
                title="Joint map of shore power",
                theme="shore-power",
                nature="one-off",
                strength="high",
                due=date(2026, 6, 30),
                due_basis="stated",
            ),
            kinds.Reaffirmed(
                commitment="shore-power-map", parties=("NOR",), occurred_on=date(2026, 5, 2), source=gazette
            ),
            kinds.Fulfilled(
                commitment="shore-power-map",
                parties=("NOR",),
                occurred_on=date(2026, 6, 25),
                source=gazette,
                note="Norway published the map of its harbours.",
            ),
            kinds.Lapsed(
                commitment="shore-power-map",
                parties=("ISL",),
                occurred_on=date(2026, 8, 20),
                source=gazette,
                reason="abandoned",
                note="The ministry said that Iceland would publish no map.",
            ),
            kinds.Assessed(
                commitment="shore-power-map",
                parties=("ISL",),
                occurred_on=date(2026, 9, 1),
                source=gazette,
                score=0,
                note="A sketch is on show in the ministry.",
            ),
            kinds.Amended(
                commitment="shore-power-map",
                changes=kinds.Changes(title="Joint map of shore power in harbours"),
                reason="The title was too short",
            ),
        ]
        receipts = [told.record(fact, by="analyst") for fact in said]
        voided = kinds.Retracted(commitment="shore-power-map", event=receipts[5].id, reason="It was last year's")
        told.record(voided, by="analyst")
        kind_of = [receipt.fact.kind for receipt in receipts] + ["retracted"]
        return dict(zip(kind_of, (line.decode() for line in told.export()), strict=True))


# The views


def _views() -> Iterator[str]:
    yield """\
The views are a second SQLite file beside the ledger, `ledger.db.views.db` (in the user's cache folder if that
place cannot be written). Everything in it is computed from the log and can be thrown away: `ledger rebuild` makes
it anew. Query it with SQL, with `sqlite-utils` or with Datasette; write nothing into it."""
    yield """\
The program catches the views up before each question that it answers. A tool that opens the file by itself sees
them as of the last question: run `ledger status` first. Days are text (`YYYY-MM-DD`), so that text order is time
order."""
    ask = 'sqlite-utils query ledger.db.views.db "SELECT * FROM commitments" --table'
    yield _fenced(f"ledger status > /dev/null\n{ask}", "sh")
    _check_meanings()
    for table, (columns, key) in _TOLD.items():
        told, meanings = COLUMNS[table]
        yield f"## {table}"
        yield told
        rows = [
            (f"`{name}`{' (key)' if name in key else ''}", _TYPES[of], meanings[name])
            for name, of in columns.items()
        ]
        yield _table("Column, Type, Meaning", rows)
        if table in INDEXES:
            yield "Indexes: " + ", ".join(f"`{', '.join(index)}`" for index in INDEXES[table]) + "."
    yield "## events_fts"
    yield (
        "A full-text index (FTS5) over these columns of `events`, whose `rowid` is the position: "
        + ", ".join(f"`{name}`" for name in SEARCHED)
        + "."
    )
    yield "## Examples"
    yield "Asked of the shipped record; the answers are those of the program that wrote this page."
    yield from _answers()


_TYPES: Final = {str: "text", int: "integer"}
_OF_LIVES: Final = {"commitment": str, "country": str}
_TOLD: Final[dict[str, tuple[dict[str, type], tuple[str, ...]]]] = TABLES | {
    "standings": (_OF_LIVES | STOOD, ()),
    "spells": (_OF_LIVES | {"from_day": str, "until_day": str} | STOOD, ()),
}
"""The tables, and what is told from them by SQL."""


def _check_meanings() -> None:
    said = {(table, column) for table, (_, meanings) in COLUMNS.items() for column in meanings}
    real = {(table, column) for table, (columns, _) in _TOLD.items() for column in columns}
    if missing := sorted(real - said):
        raise SystemExit(f"docs/generate.py does not say what these columns mean: {missing}")
    if stale := sorted(said - real):
        raise SystemExit(f"docs/generate.py speaks of columns that are none: {stale}")


def _answers() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.db"
        for command in (["init", "--record", "brussels"], ["status"]):
            with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
                app(["--db", str(path), *command], prog_name="ledger", standalone_mode=False)
        views = sqlite3.connect(views_path(path))
        for question, sql in QUESTIONS:
            found = views.execute(sql)
            rows = [tuple("" if value is None else str(value) for value in row) for row in found]
            yield f"**{question}**"
            yield _fenced(sql, "sql")
            yield _table(", ".join(column[0] for column in found.description), rows) if rows else "Nothing."
        views.close()


# The Python interface


def _python() -> Iterator[str]:
    yield (
        "What notebooks and scripts use. Everything is typed, and the package ships a `py.typed`. An example\n"
        "that is run by the tests is in the [README](../../README.md#from-python)."
    )
    yield _fenced("from ledger import " + ", ".join(ledger.__all__), "python")
    yield """\
A question is asked at (D, K). **D**, `as_of`, is a day of valid time: what was so then. **K**, `known_at`, is what
the record knew: a log position, a time, or all of it. An *entry* is a line of the log that was read back."""
    yield "## Ledger"
    yield _told(Ledger)
    yield from _members(Ledger, level=3)
    yield "## What is asked for"
    yield "### Known"
    yield _fenced("Known = int | datetime | None", "python")
    yield next(told for owner in _owners() if (told := _after_assignment(inspect.getmodule(owner), "Known")))
    for name in ("StatusFilter", "LogFilter"):
        yield from _value_type(getattr(ledger, name))
    yield "## Reading a file of facts"
    yield _fenced(f"from ledger.intake import read\n\nread{_signature(intake.read)}", "python")
    yield _told(intake.read)
    yield from _value_type(intake.Candidate)
    yield "## Facts"
    yield "In `ledger.events.kinds`; `Source` is in `ledger.events.fields`. [The line](line.md) has their fields."
    yield _table(
        "Class, Kind, Meaning",
        [(f"`{_model_of(kind)}`", f"`{kind}`", _summary(getattr(kinds, _model_of(kind)))) for kind in _kinds()],
    )
    yield "## What the methods return"
    for value_type in _returned():
        yield from _value_type(value_type)
    yield "## Errors"
    yield "All that is raised on purpose, in `ledger.errors`."
    tree = _told(errors).split("\n\n")
    yield _fenced(inspect.cleandoc(tree[1]))
    yield tree[2]


def _owners() -> list[type]:
    """`Ledger`, and the classes of this package that it inherits from."""
    return [one for one in Ledger.__mro__ if one.__module__.startswith("ledger.")]


def _vars(owner: type) -> dict[str, Any]:
    """What a class of this package holds, and what it inherits: its own first."""
    found: dict[str, Any] = {}
    for one in owner.__mro__:
        if one.__module__.startswith("ledger."):
            found = {**found, **{name: member for name, member in vars(one).items() if name not in found}}
    return found


def _kinds() -> list[str]:
    return list(_one_of_each())


def _told(documented: object) -> str:
    """A docstring, without its references to the design."""
    if not (told := inspect.getdoc(documented)):
        raise SystemExit(f"{documented} has no docstring")
    return re.sub(r"; the fields are those of design, section \d|\s\(design, section [^)]*\)", "", told)


def _summary(documented: object) -> str:
    return _told(documented).split("\n\n", 1)[0].replace("\n", " ")


def _members(owner: type, level: int) -> Iterator[str]:
    for name, member in _vars(owner).items():
        function = member.__func__ if isinstance(member, classmethod) else member
        if name.startswith("_"):
            continue
        if isinstance(member, property):
            yield f"{'#' * level} {name}"
            yield _told(member)
        elif inspect.isfunction(function):
            yield f"{'#' * level} {name}"
            yield _fenced(f"{name}{_signature(function)}", "python")
            yield _told(function)


class _Bare:
    """An annotation that prints as it is written."""

    def __init__(self, written: object) -> None:
        self.written = written

    def __repr__(self) -> str:
        return str(self.written)


def _signature(function: Callable[..., object]) -> str:
    found = inspect.signature(function)
    kept = [
        one if one.annotation is one.empty else one.replace(annotation=_Bare(one.annotation))
        for one in found.parameters.values()
        if one.name not in ("self", "cls")
    ]
    returned = found.return_annotation
    bare = found.replace(
        parameters=kept, return_annotation=returned if returned is found.empty else _Bare(returned)
    )
    text = str(bare)
    return text if len(text) <= 90 else _broken(text, bare)


def _broken(text: str, signature: inspect.Signature) -> str:
    inner, returned = text.rsplit(" -> ", 1) if " -> " in text else (text, "")
    parameters = [str(one) for one in signature.parameters.values()]
    if any(one.kind is one.KEYWORD_ONLY for one in signature.parameters.values()):
        first = next(n for n, one in enumerate(signature.parameters.values()) if one.kind is one.KEYWORD_ONLY)
        parameters.insert(first, "*")
    lines = ",\n    ".join(parameters)
    return f"(\n    {lines},\n)" + (f" -> {returned}" if returned else "") if inner else text


def _value_type(value_type: type) -> Iterator[str]:
    yield f"### {value_type.__name__}"
    yield f"`{value_type.__module__}.{value_type.__name__}`. {_told(value_type)}"
    if names := _annotated(value_type):
        yield _fenced("\n".join(f"{name}: {of}" for name, of in names.items()), "python")
    shown = [(name, member) for name, member in vars(value_type).items() if isinstance(member, property)]
    if rows := [(f"`.{name}`", _summary(member)) for name, member in shown if inspect.getdoc(member)]:
        yield _table("Property, Meaning", rows)


def _annotated(value_type: type) -> dict[str, str]:
    if dataclasses.is_dataclass(value_type):
        return {one.name: _field(one) for one in dataclasses.fields(value_type) if one.name[0] != "_"}
    found = vars(value_type).get("__annotations__", {}).items()
    return {name: str(getattr(of, "__forward_arg__", of)).replace("'", '"') for name, of in found}


def _field(field: dataclasses.Field[Any]) -> str:
    default = "" if field.default is dataclasses.MISSING else f" = {field.default!r}"
    return f"{field.type}{default}".replace("'", '"')


def _returned() -> list[type]:
    """The types of this package that `Ledger` returns, and those that they are made of, as they come up."""
    found: dict[str, type] = {}
    for owner in _owners():
        for member in vars(owner).values():
            method = getattr(member, "__func__", member)
            if inspect.isfunction(method) and not method.__name__.startswith("_"):
                _collect(str(method.__annotations__.get("return")), inspect.getmodule(owner), found)
    return list(found.values())


def _collect(annotation: str, module: Any, found: dict[str, type]) -> None:
    homes = _imports_of(module)
    for name in re.findall(r"[A-Z]\w+", annotation):
        home = homes.get(name, module.__name__)
        if name in found or name in ledger.__all__ or home in (kinds.__name__, errors.__name__):
            continue
        named = getattr(import_module(home), name, None)
        if isinstance(named, type) and named.__module__ == home:
            found[name] = named
            for inner in _annotated(named).values():
                _collect(inner, import_module(home), found)


def _imports_of(module: Any) -> dict[str, str]:
    tree = ast.parse(inspect.getsource(module))
    return {
        alias.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("ledger")
        for alias in node.names
    }


def _after_assignment(module: Any, name: str) -> str:
    """What the string below an assignment says; nothing, if the module has none."""
    body = ast.parse(inspect.getsource(module)).body
    for node, after in pairwise(body):
        named = isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == name
        if named and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            return inspect.cleandoc(str(after.value.value))
    return ""


def main() -> int:
    """Write the pages, or with `--check` tell which are old."""
    os.environ |= {"COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb"}
    for name in ("LEDGER_DB", "LEDGER_BY"):
        os.environ.pop(name, None)
    old = []
    for name, text in pages().items():
        path = REFERENCE / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            old.append(path.name)
            if "--check" not in sys.argv[1:]:
                REFERENCE.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
    if "--check" in sys.argv[1:] and old:
        sys.stderr.write(f"not what the program says any more: {', '.join(old)}; run `make docs`\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
