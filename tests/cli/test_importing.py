"""Many facts from a file: JSONL or CSV, all of them or none, with every fault told by its line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import Any, Final

import pytest

from tests.cli.conftest import files, lines
from tests.kit.pact import QUOTES
from tests.kit.process import Outcome, Program

SOURCE: Final = {"title": "A paper", "url": "https://example.org/a"}
MADE: Final[dict[str, Any]] = {
    "kind": "made",
    "commitment": "oaks",
    "parties": ["JPN", "KOR"],
    "occurred_on": "2025-01-01",
    "source": SOURCE,
    "title": "Plant oaks",
    "nature": "standing",
    "strength": "high",
}
KEPT: Final[dict[str, Any]] = {
    "kind": "fulfilled",
    "commitment": "oaks",
    "parties": ["JPN"],
    "occurred_on": "2025-02-01",
    "source": SOURCE,
    "note": "Oaks grow.",
}
DATED: Final = ("made", "reaffirmed", "fulfilled", "lapsed", "assessed")


def jsonl(*facts: dict[str, Any]) -> str:
    return "".join(json.dumps(fact, ensure_ascii=False) + "\n" for fact in facts)


def recorded(program: Program) -> list[dict[str, Any]]:
    """What the log says, without the envelope."""
    found = [json.loads(line) for line in lines(program)]
    return [{name: one[name] for name in one if name not in ("id", "recorded_at", "recorded_by")} for one in found]


def test_a_dash_is_standard_input_whatever_lies_in_the_folder(empty: Program) -> None:
    (empty.folder / "-").write_text(jsonl(MADE, KEPT))
    assert summary(empty("import", "-", stdin=jsonl(MADE))) == "1 recorded, 0 already recorded, 0 skipped"


def summary(outcome: Outcome) -> str:
    return outcome.err.splitlines()[-1]


def test_jsonl_is_recorded_in_its_order_by_one_hand_at_one_time(empty: Program) -> None:
    (empty.folder / "events.jsonl").write_bytes(b"\xef\xbb\xbf" + f"{jsonl(MADE)}\n{jsonl(KEPT)}".encode())

    tried = empty("import", "events.jsonl", "--dry-run")
    assert (tried.code, tried.out, tried.err) == (0, "", "2 would be recorded, 0 already recorded, 0 skipped\n")
    assert lines(empty) == []

    done = empty("import", "events.jsonl", "--by", "desk")
    assert (done.code, done.out, done.err) == (0, "", "2 recorded, 0 already recorded, 0 skipped\n")
    assert recorded(empty) == [MADE, KEPT]
    envelopes = [json.loads(line) for line in lines(empty)]
    assert {one["recorded_by"] for one in envelopes} == {"desk"}

    again = empty("import", "events.jsonl")
    assert (again.code, again.err) == (0, "0 recorded, 2 already recorded, 0 skipped\n")
    assert [json.loads(line) for line in lines(empty)] == envelopes


CSV: Final = {
    "commas": (
        "kind,commitment,parties,occurred_on,source_title,source_url,title,nature,strength,note,score\n"
        "made,oaks,JPN KOR,2025-01-01,A paper,https://example.org/a,Plant oaks,standing,high,,\n"
        'fulfilled,oaks,JPN,2025-02-01,A paper,https://example.org/a,,,,"Oaks, “grow”,\nand ""thrive"".",\n'
        "assessed,oaks,KOR,2025-03-01,A paper,https://example.org/a,,,,,-1\n"
    ),
    "semicolons, as spreadsheets in Europe save them": (
        "\ufeffkind;commitment;parties;occurred_on;source_title;source_url;title;nature;strength;note;score\r\n"
        "made;oaks;JPN KOR;2025-01-01;A paper;https://example.org/a;Plant oaks;standing;high;;\r\n"
        'fulfilled;oaks;JPN;2025-02-01;A paper;https://example.org/a;;;;"Oaks, “grow”,\nand ""thrive"".";\r\n'
        "\r\n"
        "assessed;oaks;KOR;2025-03-01;A paper;https://example.org/a;;;;;-1\r\n"
        ";;;;;;;;;;\r\n"
    ),
    "tabs": (
        "score\tkind\tcommitment\tparties\toccurred_on\tsource_title\tsource_url\ttitle\tnature\tstrength\tnote\n"
        "\tmade\toaks\tJPN KOR\t2025-01-01\tA paper\thttps://example.org/a\tPlant oaks\tstanding\thigh\t\n"
        '\tfulfilled\toaks\tJPN\t2025-02-01\tA paper\thttps://example.org/a\t\t\t\t"Oaks, “grow”,\nand ""thrive"".'
        '"\n-1\tassessed\toaks\tKOR\t2025-03-01\tA paper\thttps://example.org/a\t\t\t\t\n'
    ),
    "spaces around": (
        " kind , commitment , parties, occurred_on, source_title,source_url, title,nature,strength, note, score\n"
        " made , oaks , JPN  KOR , 2025-01-01, A paper , https://example.org/a, Plant oaks, standing, high , , \n"
        'fulfilled,oaks,JPN,2025-02-01,A paper,https://example.org/a,,,,"Oaks, “grow”,\nand ""thrive"".",\n'
        "assessed,oaks,KOR,2025-03-01,A paper,https://example.org/a,,,,, -1 \n"
    ),
}


@pytest.mark.parametrize("dialect", CSV)
def test_csv_is_read_in_the_dialects_that_spreadsheets_write(empty: Program, dialect: str) -> None:
    done = empty("import", "-", stdin=CSV[dialect])

    assert (done.code, done.out, done.err) == (0, "", "3 recorded, 0 already recorded, 0 skipped\n")
    assert recorded(empty) == [
        MADE,
        KEPT | {"note": 'Oaks, “grow”,\nand "thrive".'},
        {
            "kind": "assessed",
            "commitment": "oaks",
            "parties": ["KOR"],
            "occurred_on": "2025-03-01",
            "source": SOURCE,
            "score": -1,
        },
    ]


def test_csv_has_a_column_for_every_field(scratch: Program) -> None:
    row = {
        "kind": "made",
        "commitment": "ends",
        "parties": "KOR JPN",
        "occurred_on": "2025-01-10",
        "statement": "pact",
        "paragraph": "2",
        "quote": QUOTES[0],
        "source_title": "A paper",
        "source_url": "https://example.org/a",
        "source_published_on": "2025-01-11",
        "title": "Trees",
        "theme": "forests",
        "nature": "one-off",
        "strength": "low",
        "due": "2026-01-01",
        "due_basis": "stated",
        "note": "A note.",
    }
    lapse = {name: row[name] for name in ("source_title", "source_url", "note")} | {
        "kind": "lapsed",
        "commitment": "ends",
        "occurred_on": "2025-06-01",
        "parties": "KOR",
        "occurrence": "2025",
        "reason": "moot",
    }
    assess = {name: lapse[name] for name in ("commitment", "occurred_on", "source_title", "source_url")} | {
        "kind": "assessed",
        "score": "+1",
        "assessor": "Forest Watch",
    }

    scratch("import", "-", stdin=_csv(row, lapse, assess)).ok()

    dated = {"title": "A paper", "url": "https://example.org/a", "published_on": "2025-01-11"}
    assert recorded(scratch)[-3:] == [
        {name: value for name, value in row.items() if not name.startswith("source_")}
        | {"parties": ["JPN", "KOR"], "paragraph": 2, "source": dated},
        {name: value for name, value in lapse.items() if not name.startswith("source_")}
        | {"parties": ["KOR"], "source": SOURCE},
        {name: value for name, value in assess.items() if not name.startswith("source_")}
        | {"parties": ["JPN", "KOR"], "score": 1, "source": SOURCE},
    ]


def _csv(*rows: dict[str, str]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(name for row in rows for name in row)))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def test_every_fault_is_told_with_its_line_and_nothing_is_recorded(scratch: Program) -> None:
    """Lines that don't parse and lines that the rules forbid, each after the good ones before it."""
    faulty = (
        jsonl(MADE, MADE | {"commitment": "elms", "occurred_on": "2025-02-30"})
        + '{"kind": "made"\n'
        + "[1, 2]\n"
        + "\n"
        + jsonl(
            KEPT,
            KEPT | {"parties": ["USA"]},
            KEPT | {"commitment": "trunks"},
            MADE | {"note": "Made again."},
            KEPT | {"sauce": "A paper"},
            KEPT | {"id": "0" * 32},
            {"kind": "promised"},
        )
    )
    log = lines(scratch)

    done = scratch("import", "-", stdin=faulty)

    assert (done.code, done.out) == (2, "")
    *faults, last = done.err.splitlines()
    told = dict(fault.split(": ", 1) for fault in faults)
    assert list(told) == [f"line {n}" for n in (2, 3, 4, 7, 8, 9, 10, 11, 12)]
    for line, words in {
        "line 2": ("occurred_on", "2025-02-30"),
        "line 3": ("not JSON",),
        "line 4": ("object",),
        "line 7": ("USA is no party of oaks", "JPN KOR"),
        "line 8": ("trunks is no commitment on record",),
        "line 9": ("oaks cannot be made", "made once"),
        "line 10": ("sauce", "no field of fulfilled"),
        "line 11": ("0" * 32, "digest"),
        "line 12": ("promised", "reaffirmed"),
    }.items():
        for word in words:
            assert word in told[line], (line, word)
    assert last.startswith("error: nothing was imported: 9 lines are at fault")
    assert lines(scratch) == log


def test_an_import_that_only_the_rules_forbid_is_code_3(scratch: Program) -> None:
    log = lines(scratch)

    done = scratch("import", "-", stdin=jsonl(MADE, KEPT | {"occurred_on": "2999-01-01"}, KEPT))

    assert (done.code, done.out) == (3, "")
    fault, last = done.err.splitlines()
    assert fault == f"line 2: {fault.removeprefix('line 2: ')}" and "2999-01-01 is yet to come" in fault
    assert last.startswith("error: nothing was imported: 1 line is at fault")
    assert lines(scratch) == log


BAD_CSV: Final = {
    "an unknown column": ("kind,commitment,country\nmade,oaks,JPN\n", "line 1: ", ("country", "parties")),
    "a row too long": ("kind,commitment\nmade,oaks,JPN,KOR\n", "line 2: ", ("2 more cells",)),
    "a kind that comes as JSONL": ("kind,commitment\nmade,\namended,trees\n", "line 3: ", ("amended", "JSONL")),
    "no kind": ("kind,commitment\n,trees\n", "line 2: ", ("kind", "made", "assessed")),
    "a number in words": (
        "kind,commitment,occurred_on,score,source_title,source_url\nassessed,trees,2025-09-01,good,A,https://a.org\n",
        "line 2: ",
        ("score", "good"),
    ),
    "a row of three lines": (
        'kind,commitment,note\nfulfilled,Trees,"a\nb\nc"\nmade,oaks,\n',
        "line 2: ",
        ("Trees", "lower-case"),
    ),
    "a row after one of three lines": (
        'kind,commitment,note\nfulfilled,trees,"a\nb\nc"\nmade,Oaks,\n',
        "line 5: ",
        ("Oaks", "lower-case"),
    ),
    "quotes that never close": ('kind,commitment,note\nfulfilled,trees,"a\n', "line 2: ", ("not CSV",)),
}


@pytest.mark.parametrize("case", BAD_CSV)
def test_faulty_csv_is_told_by_its_line(scratch: Program, case: str) -> None:
    text, line, words = BAD_CSV[case]
    log = lines(scratch)

    done = scratch("import", "-", stdin=text)

    assert (done.code, done.out) == (2, "")
    told = [fault for fault in done.err.splitlines() if fault.startswith(line)]
    assert told, done.err
    for word in words:
        assert any(word in fault for fault in told), done.err
    assert lines(scratch) == log


@pytest.mark.parametrize(
    "raw",
    [b"\xff\xfe\x00", "kind,commitment,note\nmade,oaks,caf\xe9\n".encode("latin-1"), b'{"kind":"made\xff"}\n'],
)
def test_a_file_in_another_encoding_is_refused(scratch: Program, raw: bytes) -> None:
    log = lines(scratch)

    done = scratch("import", "-", stdin=raw)

    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("line ")
    assert "UTF-8" in done.err
    assert lines(scratch) == log


def test_an_empty_file_records_nothing(scratch: Program) -> None:
    for text in ("", "\n\n", "kind,commitment\n"):
        done = scratch("import", "-", stdin=text)
        assert (done.code, done.err) == (0, "0 recorded, 0 already recorded, 0 skipped\n")


def test_what_was_retracted_is_skipped_with_a_warning_and_the_rest_recorded(scratch: Program) -> None:
    premature = json.loads(lines(scratch)[20])
    assert premature["note"] == "The bank was opened."
    log = lines(scratch)

    done = scratch("import", "-", stdin=jsonl(MADE, premature, KEPT))

    assert (done.code, done.out) == (0, "")
    warning, counts = done.err.splitlines()
    assert warning.startswith("line 2 was skipped: ")
    assert premature["id"] in warning and "retracted" in warning
    assert counts == "2 recorded, 0 already recorded, 1 skipped"
    assert recorded(scratch)[len(log) :] == [MADE, KEPT]


def test_exported_lines_are_imported_under_their_ids(pact: Program, empty: Program) -> None:
    """Time and recorder are set anew, and the ids are the same, for the same facts have the same ids."""
    exported = pact("export").ok()

    done = empty("import", "-", "--by", "desk", stdin=exported)

    assert done.code == 0, done.err
    assert [json.loads(line)["id"] for line in lines(empty)] == [
        json.loads(line)["id"] for line in exported.strip().split("\n")
    ]
    assert {json.loads(line)["recorded_by"] for line in lines(empty)} == {"desk"}
    assert recorded(empty) == recorded(pact)
    assert summary(done) == "29 recorded, 0 already recorded, 0 skipped"


def test_a_pipe_may_come_slowly_and_a_file_twice(empty: Program) -> None:
    """The same fact in one file is one fact."""
    done = empty("import", "-", stdin=jsonl(MADE, MADE, KEPT, KEPT))

    assert (done.code, done.err) == (0, "2 recorded, 2 already recorded, 0 skipped\n")
    assert recorded(empty) == [MADE, KEPT]


SIGNS: Final = ("=1+2", "+1 from Seoul", "-1, they said", "@home", "'quoted'", "'=1+2", "plain")
"""What spreadsheets take for formulas, and what they hide: all of them are words that a note may begin with."""


def _dated(program: Program) -> list[dict[str, Any]]:
    return [one for one in recorded(program) if one["kind"] in DATED]


def _kinds(kinds: Iterable[str]) -> list[str]:
    return [word for kind in kinds for word in ("--kind", kind)]


@pytest.mark.parametrize("whole", [True, False], ids=["as it is", "cut down to what is said"])
def test_the_log_as_csv_can_be_imported_into_another_ledger(
    scratch: Program, empty_elsewhere: Program, whole: bool
) -> None:
    marked = [KEPT | {"note": sign, "occurrence": sign} for sign in SIGNS]
    scratch("import", "-", stdin=jsonl(MADE, *marked)).ok()
    table = scratch("log", "--format", "csv", *_kinds(DATED)).ok()
    elsewhere = empty_elsewhere
    statements = jsonl(
        *(one for one in recorded(scratch) if one["kind"] == "registered" and one["statement"] != "draft")
    )
    elsewhere("import", "-", stdin=statements).ok()

    done = elsewhere("import", "-", stdin=table if whole else _without_the_ledger_s_own_columns(table))

    assert done.code == 0, done.err
    assert _dated(elsewhere) == _dated(scratch)
    assert len(files(elsewhere)) == 1


def _without_the_ledger_s_own_columns(table: str) -> str:
    rows = list(csv.DictReader(io.StringIO(table)))
    said = [name for name in rows[0] if any(row[name] for row in rows)]
    own = {"position", "id", "recorded_at", "recorded_by"}
    return _csv(*({name: row[name] for name in said if name not in own} for row in rows))


@pytest.fixture
def empty_elsewhere(scratch: Program) -> Program:
    """An empty ledger in another folder."""
    folder = scratch.folder / "elsewhere"
    folder.mkdir()
    elsewhere = Program(folder)
    elsewhere("init").ok()
    return elsewhere
