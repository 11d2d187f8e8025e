"""Reading many facts from a file: JSONL or CSV, line by line (design, section 6, `import`)."""

from __future__ import annotations

import csv
import io
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, BinaryIO, Final, NamedTuple

from ledger.cells import cells_of
from ledger.drafting.resaved import DAYS, day, kept, month_first
from ledger.drafting.review import Review, statement_of
from ledger.errors import BadInput, LedgerError, LineFault
from ledger.events.bounds import LONGEST, LONGEST_DRAFT, MOST_ROWS, TOO_LONG
from ledger.events.identity import ENVELOPE
from ledger.events.kinds import (
    Assessed,
    Changes,
    Fact,
    Fulfilled,
    Lapsed,
    Made,
    Reaffirmed,
    Registered,
    Retracted,
)
from ledger.events.lines import fact_from, parse
from ledger.events.tuples import new
from ledger.ondisk import MARK, PlainFile, may_concern

CSV_KINDS: Final = ("made", "reaffirmed", "fulfilled", "lapsed", "assessed")
_SOURCE: Final = {"source_title": "title", "source_url": "url", "source_published_on": "published_on"}
_NUMBERS: Final = ("paragraph", "score")
_MODELS: Final = (Made, Reaffirmed, Fulfilled, Lapsed, Assessed)
COLUMNS: Final = tuple(
    dict.fromkeys(name for model in _MODELS for name in model.model_fields if name != "source")
) + tuple(_SOURCE)
"""The columns that a CSV file may have, in any order; `kind` and `commitment` are always needed."""
_OF_OTHER_KINDS: Final = frozenset(
    [name for model in (Registered, Retracted) for name in model.model_fields]
    + [f"changes_{name}" for name in Changes.model_fields]
)
"""Columns that `log --format csv` has too; in the rows that are imported they are empty."""


class Candidate(NamedTuple):
    """A fact as a file states it: the line it begins on, and the id that the line claims, if any."""

    line: int
    fact: Fact
    claimed_id: str | None = None


def read(
    file: BinaryIO, review: Review | None = None, share: int | None = None
) -> Iterator[Candidate | LineFault]:
    """The facts of a file, or what is wrong with a line, in file order. The form is told from the first line.

    Of a reviewed draft only what is kept, the statement first; `review` counts the rest. Of lines, those that a
    `share` must look at (`ledger.ondisk`). Raises `BadInput` if the file can't be read to its end.
    """
    try:
        yield from _read(file, review or Review(), share)
    except (OSError, EOFError, zlib.error) as error:
        raise BadInput(f"the file cannot be read to its end: {error}") from None


class FactsOnDisk(PlainFile):
    """What `read` gives of the file, each time it is asked for."""

    def __iter__(self) -> Iterator[Candidate | LineFault]:
        with self.path.open("rb") as file:
            yield from read(file, share=self.share)


def _read(file: BinaryIO, review: Review, share: int | None) -> Iterator[Candidate | LineFault]:
    first = file.readline(LONGEST + 2)
    if first.startswith((b"\xff\xfe", b"\xfe\xff")):
        return iter([LineFault(1, BadInput("the line is not UTF-8 but UTF-16; save the file as CSV UTF-8"))])
    rest = io.BufferedReader(_Again(first, file))
    delimiter = _delimiter(first)
    return _read_csv(rest, delimiter, review) if delimiter else _read_jsonl(rest, share)


class _Again(io.RawIOBase):
    """A file with its first line put back, since standard input can't be rewound, and no line without end."""

    def __init__(self, first: bytes, rest: BinaryIO) -> None:
        self._first, self._rest = first, rest
        self._line = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._first:
            part, self._first = self._first[: len(buffer)], self._first[len(buffer) :]
        else:
            part = self._rest.read(len(buffer))
        self._line = len(part) - newline - 1 if (newline := part.rfind(b"\n")) >= 0 else self._line + len(part)
        if self._line > LONGEST:
            raise BadInput(TOO_LONG)
        buffer[: len(part)] = part
        return len(part)


class _Measured:
    """Lines of text, so many characters of them: a row of CSV may go on over any number of lines."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.taken, self.limit = 0, LONGEST

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.taken += len(line)
        if self.taken > self.limit:
            raise BadInput(TOO_LONG)
        return line


def _delimiter(first: bytes) -> str | None:
    """What separates the columns, if the first line is a CSV header: it names the column `kind`."""
    header = first.decode("utf-8-sig", errors="replace").strip()
    for delimiter in (",", ";", "\t"):
        if "kind" in [cell.strip().strip('"') for cell in header.split(delimiter)]:
            return delimiter
    return None


def _read_jsonl(file: BinaryIO, share: int | None) -> Iterator[Candidate | LineFault]:
    for number, raw in enumerate(file, 1):
        line = raw.removeprefix(MARK) if number == 1 else raw
        if not line.strip() or not may_concern(line, share):
            continue
        try:
            fact, claimed_id = parse(line)
            yield new(Candidate, (number, fact, claimed_id))
        except LedgerError as error:
            yield LineFault(number, error)


def _read_csv(file: BinaryIO, delimiter: str, review: Review) -> Iterator[Candidate | LineFault]:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    lines = _Measured(text)
    reader = csv.DictReader(lines, delimiter=delimiter, strict=True)
    number = 1
    try:
        names = [name.strip() for name in reader.fieldnames or ()]
        if "keep" in names:
            lines.limit = LONGEST_DRAFT
            yield from _reviewed(names, reader.reader, review)
            return
        _check_header(names)
        for row in reader:
            lines.taken = 0
            number = reader.line_num
            begins = number - sum(str(cell).count("\n") for cell in row.values())
            if any(row.values()):
                yield _candidate(begins, row)
    except BadInput as error:
        yield LineFault(number, error)
    except csv.Error as error:
        yield LineFault(number + 1, BadInput(f"this is not CSV: {error}"))
    except UnicodeDecodeError:
        yield LineFault(number + 1, BadInput("the file is not UTF-8; save it as CSV UTF-8"))


def _check_header(names: list[str]) -> None:
    known = {*COLUMNS, *ENVELOPE, "position"} | _OF_OTHER_KINDS
    unknown = [name for name in names if name not in known]
    _check_once(names)
    if unknown:
        raise BadInput(f"no such column: {', '.join(unknown[:9])}; the columns are {', '.join(COLUMNS)}")


def _check_once(names: list[str]) -> None:
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise BadInput(f"the column {', '.join(twice[:9])} stands there twice; keep one")


def _reviewed(names: list[str], rows: Iterable[list[str]], review: Review) -> Iterator[Candidate | LineFault]:
    """What is kept of a reviewed draft, the statement first; each under the number that spreadsheets give its row.

    Columns that the program does not know are the reviewer's own, and passed over.
    """
    _check_once([name for name in names if name])
    numbered = [
        (number, cells_of(dict(zip(names, row, strict=False))))
        for number, row in enumerate(islice(rows, MOST_ROWS + 1), 2)
    ]
    if len(numbered) > MOST_ROWS:
        raise BadInput(f"a draft has at most {MOST_ROWS:,} rows; this is no draft")
    first = month_first(row.get(name, "") for _, row in numbered for name in DAYS)
    registered: list[Candidate | LineFault] = []
    events: list[Candidate | LineFault] = []
    for number, row in numbered:
        try:
            if row.get("kind") == "registered":
                if kept(row.get("keep", "")) is not False:
                    registered.append(_reread(number, statement_of(row), first))
            elif review.decided(row):
                events.append(_reread(number, review.event(row), first))
        except LedgerError as error:
            events.append(LineFault(number, error))
    yield from registered if events else ()
    yield from events


def _reread(number: int, cells: dict[str, str], first: bool | None) -> Candidate | LineFault:
    try:
        days = {name: day(cells[name], first) for name in DAYS if name in cells}
        parties = cells.get("parties", "").upper().replace(",", " ").replace(";", " ")
        known = {*COLUMNS, *_OF_OTHER_KINDS}
        content = _content(
            {name: cell for name, cell in (cells | days | {"parties": parties}).items() if name in known}
        )
        return Candidate(number, fact_from(content))
    except LedgerError as error:
        return LineFault(number, error)


def _candidate(line: int, row: dict[Any, Any]) -> Candidate | LineFault:
    try:
        if None in row:
            raise BadInput(f"the row has {len(row[None])} more cells than the header has columns")
        content = _content(cells_of(row))
        claimed_id = content.pop("id", None)
        for name in ("position", "recorded_at", "recorded_by"):  # set anew, as on lines
            content.pop(name, None)
        if (kind := content.get("kind")) not in CSV_KINDS:
            raise BadInput(f"kind: {kind or 'nothing'} is not one of {', '.join(CSV_KINDS)}; others come as JSONL")
        return Candidate(line, fact_from(content), claimed_id)
    except LedgerError as error:
        return LineFault(line, error)


def _content(cells: dict[str, str]) -> dict[str, Any]:
    given = {name: cell for name, cell in cells.items() if cell}
    content: dict[str, Any] = {name: cell for name, cell in given.items() if name not in _SOURCE}
    if source := {field: given[name] for name, field in _SOURCE.items() if name in given}:
        content["source"] = source
    if "parties" in content:
        content["parties"] = content["parties"].split()
    for name in _NUMBERS:
        if re.fullmatch(r"[+-]?\d{1,9}", content.get(name, "")):
            content[name] = int(content[name])
    return content
