"""What the program refuses, command by command (design, section 6, exit codes).

Each refusal says in one sentence on stderr what was refused, why, and what would be accepted; prints no data; and
leaves nothing behind.
"""

from __future__ import annotations

import hashlib
import json
import shlex
import sqlite3
from pathlib import Path
from typing import Final

import pytest

from tests.cli.conftest import files, lines
from tests.kit.process import Outcome, Program

PAPER: Final = '--source-title "A paper" --source-url https://example.org/a'
NOTE: Final = '--note "A note."'
NEW: Final = "--title Oaks --nature standing --strength high --parties JPN"

Cases = dict[str, tuple[str, tuple[str, ...]]]
"""Name: (a command line, what the sentence must say). `@7` stands for the id of the event at position 7."""

UNREADABLE: Final[Cases] = {
    "replay, backwards": ("replay --from 4 --to 2", ("--to 2", "--from 4")),
    "verify, with a key for nothing": ("verify --public-key ministry.pub", ("--public-key", "--checkpoint")),
    "make, of a day that is none": (f"make oaks --on 2025-02-30 {PAPER} {NEW}", ("2025-02-30", "2025-04-03")),
    "make, under a name with capitals": (f"make Oaks --on 2025-03-01 {PAPER} {NEW}", ("Oaks", "lower-case")),
    "make, with words for a theme": (
        f'make oaks --on 2025-03-01 {PAPER} {NEW} --theme "Old trees"',
        ("theme", "Old trees", "hyphens"),
    ),
    "make, with half a source": (
        f'make oaks --on 2025-03-01 {NEW} --source-title "A paper"',
        ("source.url", "required"),
    ),
    "make, said nowhere": (f"make oaks --on 2025-03-01 {NEW}", ("statement", "source")),
    "make, with an address that is none": (
        f"make oaks --on 2025-03-01 {NEW} --source-title A --source-url ftp://example.org",
        ("ftp://example.org", "https://"),
    ),
    "make, with a country that is none": (f"make oaks --on 2025-03-01 {PAPER} {NEW},XXX", ("XXX", "ISO 3166")),
    "make, with the basis of no due date": (
        f"make oaks --on 2025-03-01 {PAPER} {NEW} --due-basis stated",
        ("due_basis", "due date"),
    ),
    "make, with every field at fault": (
        f"make oaks --on yesterday {PAPER} --title Oaks --nature standing --strength iron --parties XXX",
        ("yesterday", "iron", "XXX"),
    ),
    "reaffirm, at paragraph nought": (
        'reaffirm trees --on 2025-03-01 --statement pact --paragraph 0 --quote "every year"',
        ("paragraph", "0", "1"),
    ),
    "fulfill, by an empty note": (f'fulfill trees --on 2025-03-01 {PAPER} --note " "', ("note", "words")),
    "lapse, for a reason unheard of": (
        f"lapse trees --on 2025-03-01 {PAPER} {NOTE} --reason forgotten",
        ("forgotten", "deadline-passed", "reversed", "superseded", "abandoned", "moot"),
    ),
    "assess, beyond the scale": (f"assess trees --on 2025-03-01 {PAPER} --score 2", ("score", "2", "1")),
    "amend, nothing": ('amend trees --reason "Why not"', ("at least one",)),
    "amend, taking back a date and giving one": ("amend trees --reason Torn --no-due --due 2025-12-31", ("due",)),
    "retract, what three digits begin": ("retract abc --reason Wrong", ("abc", "4")),
    "retract, for no reason": ('retract @21 --reason ""', ("reason",)),
    "register, a file that is not there": (
        "register lima.txt --id lima --title Lima --on 2024-11-15 --parties JPN",
        ("lima.txt", "No such file"),
    ),
    "register, a file that is no text": (
        "register ledger.db --id lima --title Lima --on 2024-11-15 --parties JPN",
        ("ledger.db", "UTF-8"),
    ),
    "register, nothing at all": ("register - --id lima --title Lima --on 2024-11-15 --parties JPN", ("text",)),
    "record, by nobody": (f'make oaks --on 2025-03-01 {PAPER} {NEW} --by " "', ("--by", "LEDGER_BY")),
    "record, by someone with control characters": (
        f"make oaks --on 2025-03-01 {PAPER} {NEW} --by 'a\x1b[31m'",
        ("--by", "printable"),
    ),
    "import, a file that is not there": ("import events.csv", ("events.csv", "No such file")),
    "status, of a day that is none": ("status --as-of 2025-13-01", ("2025-13-01", "2025-04-03")),
    "status, by a time without its zone": ("status --known-at 2026-01-06T12:00", ("zone", "2026-01-06T12:00Z")),
    "status, by a time that is none": ("status --known-at lately", ("lately", "17", "2025-06-01T12:00Z")),
    "status, by an empty variable of a script": ('status --known-at ""', ("2025-06-01",)),
    "status, by a position beyond the end": ("status --known-at 30", ("30", "29")),
    "status, of a status that is none": ("status --status kept", ("kept", "fulfilled")),
    "log, of a kind that is none": ("log --kind promised", ("promised", "registered", "made")),
    "diff, between words": ("diff spring 2025-12-31", ("spring", "2025-04-03")),
}
"""Exit code 2: bad input, in words of our own."""

UNPARSED: Final[Cases] = {
    "no such command": ("promise trees", ("promise",)),
    "no such option": ("status --country JPN", ("--country",)),
    "no such format": ("status --format xml", ("xml", "table", "json", "csv", "markdown")),
    "no such record": ("--db new.db init --record lima", ("lima", "brussels")),
    "no commitment named": ("show", ("ID",)),
    "no day given": (f"make oaks {PAPER} {NEW}", ("--on",)),
    "no reason given": ("retract @21", ("--reason",)),
    "a score in words": (f"assess trees --on 2025-03-01 {PAPER} --score good", ("--score",)),
    "the last none": ("log --last 0", ("--last", "1")),
    "half a comparison": ("diff 2025-01-01", ("TO",)),
}
"""Exit code 2: usage. How the command is used is shown before the sentence."""

FORBIDDEN: Final[Cases] = {
    "an unknown commitment": (
        f"fulfill tree --on 2025-03-01 {PAPER} {NOTE}",
        ("tree is no commitment on record", "did you mean trees?"),
    ),
    "an unknown statement": (
        "reaffirm trees --on 2025-03-01 --statement pakt",
        ("pakt is no statement on record", "did you mean pact?"),
    ),
    "a commitment begun without its description": (
        f"make oaks --on 2025-03-01 {PAPER}",
        ("oaks", "title", "nature", "strength", "parties"),
    ),
    "a party of another commitment": (
        f"assess seed-bank --on 2025-03-01 {PAPER} --score 1 --parties JPN",
        ("JPN is no party of seed-bank", "KOR USA"),
    ),
    "a party that did not sign": (
        "reaffirm trees --on 2025-03-02 --statement minutes --parties KOR",
        ("KOR is no party of minutes", "JPN USA"),
    ),
    "what was made, made again": (
        f"make trees --on 2025-05-01 {PAPER}",
        ("trees cannot be made for JPN", "made once", "reaffirmed"),
    ),
    "what was kept once, kept again": (
        f"fulfill spring-meeting --on 2025-06-01 {PAPER} {NOTE} --parties KOR",
        ("spring-meeting cannot be fulfilled for KOR", "kept once", "assessed"),
    ),
    "what was kept, lapsed but not reversed": (
        f"lapse spring-meeting --on 2025-06-01 {PAPER} {NOTE} --parties KOR --reason moot",
        ("spring-meeting cannot be lapsed for KOR", "reversed"),
    ),
    "an end before the beginning": (
        f"fulfill trees --on 2024-12-31 {PAPER} {NOTE}",
        ("trees cannot be fulfilled for JPN on 2024-12-31", "no status yet"),
    ),
    "a day to come": (f"fulfill trees --on 2999-01-01 {PAPER} {NOTE}", ("2999-01-01 is yet to come", "or before")),
    "a quote that is not in the text": (
        'reaffirm trees --on 2025-03-01 --statement pact --paragraph 2 --quote "many trees"',
        ("quote", "paragraph 2", "word for word"),
    ),
    "a quote in another paragraph": (
        'reaffirm trees --on 2025-03-01 --statement pact --paragraph 4 --quote "every year"',
        ("paragraph 4", "begins in paragraph 2"),
    ),
    "a statement with a text, cited without its words": (
        "reaffirm trees --on 2025-03-01 --statement pact",
        ("pact", "quote", "paragraph"),
    ),
    "a quote from a statement without a text": (
        "reaffirm trees --on 2025-03-02 --statement minutes --quote x --paragraph 1",
        ("minutes has no text", "leave them out"),
    ),
    "another description": (
        f"reaffirm trees --on 2025-03-01 {PAPER} --title Shrubs",
        ("title is Plant a million trees a year", "amend"),
    ),
    "a statement registered anew": (
        "register - --id minutes --title Other --on 2025-03-01 --parties JPN",
        ("minutes", "another id", "retract"),
    ),
    "an amendment that drops a party with events": (
        'amend trees --parties JPN,USA --reason "KOR left"',
        ("KOR", "trees", "events"),
    ),
    "an amendment that makes a timeline illegal": (
        'amend charter --nature one-off --reason "Read anew"',
        ("charter cannot be lapsed for JPN", "amendment"),
    ),
    "a retraction of nothing on record": ("retract ffffffff --reason Wrong", ("ffffffff", "ledger log")),
    "a second retraction": ("retract @21 --reason Wrong", ("retracted before", "position 22")),
    "a retraction of a retraction": ("retract @22 --reason Wrong", ("retraction", "anew")),
    "a retraction that leaves an end without its beginning": (
        "retract @4 --reason Wrong",
        ("spring-meeting cannot be fulfilled for JPN", "without the retracted entry"),
    ),
    "a retraction of a statement that is cited": (
        "retract @1 --reason Wrong",
        ("pact", "spring-meeting", "first"),
    ),
    "what was retracted, said again": (
        'fulfill seed-bank --on 2025-11-01 --parties USA --source-title "Source 1" --source-url '
        'https://example.org/1 --note "The bank was opened."',
        ("position 21", "retracted", "note"),
    ),
    "status, of a country not on record": ("status FRA", ("FRA is no country on record", "JPN, KOR, USA")),
    "status, of a theme not on record": ("status --theme forest", ("forest is no theme", "did you mean forests?")),
    "log, of a commitment not on record": ("log --commitment charta", ("charta", "did you mean charter?")),
    "log, of a recorder not on record": ("log --recorder testr", ("testr", "did you mean tester?")),
    "show, of nothing on record": ("show nurserie", ("nurserie", "did you mean nursery?")),
}
"""Exit code 3: it can be read, and the rules of the record forbid it."""


def refused(program: Program, command: str, stdin: str = "") -> Outcome:
    """The outcome of a command that leaves log and folder as they were, and prints no data."""
    log, folder = lines(program), files(program)
    known = [json.loads(line)["id"] for line in log]
    outcome = program(
        *(known[int(arg[1:]) - 1] if arg.startswith("@") else arg for arg in shlex.split(command)), stdin=stdin
    )
    assert outcome.out == ""
    assert lines(program) == log
    assert files(program) == folder
    return outcome


def is_one_sentence(err: str, *words: str) -> None:
    assert err.startswith("error: ")
    assert err.count("\n") == 1 and err.endswith("\n")
    for word in words:
        assert word in err, f"{word!r} is not said in: {err}"


@pytest.mark.parametrize("case", UNREADABLE)
def test_bad_input_is_code_2(scratch: Program, case: str) -> None:
    command, words = UNREADABLE[case]

    outcome = refused(scratch, command)

    assert outcome.code == 2
    is_one_sentence(outcome.err, *words)


@pytest.mark.parametrize("case", UNPARSED)
def test_wrong_usage_is_code_2(scratch: Program, case: str) -> None:
    command, words = UNPARSED[case]

    outcome = refused(scratch, command)

    assert outcome.code == 2
    *usage, sentence = outcome.err.splitlines()
    assert usage[0].startswith("Usage: ")
    assert sentence.startswith("Error: ")
    for word in words:
        assert word in sentence


@pytest.mark.parametrize("case", FORBIDDEN)
def test_what_the_rules_forbid_is_code_3(scratch: Program, case: str) -> None:
    command, words = FORBIDDEN[case]

    outcome = refused(scratch, command, stdin="Words of a statement.")

    assert outcome.code == 3
    is_one_sentence(outcome.err, *words)


NEEDS_A_LEDGER: Final = {
    "append": f"make oaks --on 2025-03-01 {PAPER} {NEW}",
    "retract": "retract abcdef --reason Wrong",
    "export": "export -o backup.jsonl",
    "ask": "status",
    "report": "report -o report.md",
    "rebuild": "rebuild",
}


@pytest.mark.parametrize("family", NEEDS_A_LEDGER)
def test_without_a_ledger_it_is_code_4_and_none_is_made(program: Program, family: str) -> None:
    outcome = program(*shlex.split(NEEDS_A_LEDGER[family]))

    assert outcome.code == 4
    assert outcome.out == ""
    is_one_sentence(outcome.err, "there is no ledger at ledger.db", "ledger init")
    assert files(program) == set()


def _text(path: Path) -> None:
    path.write_text("Not a database, and long enough to look into: " + "x" * 4096)


def _other_database(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE notes (note)")
    database.close()


def _folder(path: Path) -> None:
    path.mkdir()


def _newer(path: Path) -> None:
    database = sqlite3.connect(path)
    database.execute("PRAGMA application_id = 0x4C454447")
    database.execute("PRAGMA user_version = 1000")
    database.execute("CREATE TABLE future (line)")
    database.close()


BROKEN: Final = {
    "a text": (_text, ("ledger.db", "no ledger")),
    "another program's database": (_other_database, ("ledger.db", "no ledger", "--db")),
    "a folder": (_folder, ("ledger.db",)),
    "a newer version's ledger": (_newer, ("newer version", "1000", "upgrade")),
}


@pytest.mark.parametrize("thing", BROKEN)
def test_what_is_no_ledger_is_code_4_and_left_alone(program: Program, thing: str) -> None:
    make, words = BROKEN[thing]
    path = program.folder / "ledger.db"
    make(path)
    before = path.read_bytes() if path.is_file() else None

    for command in (NEEDS_A_LEDGER["ask" if thing == "a folder" else "append"], "init"):
        outcome = program(*shlex.split(command))
        assert (outcome.code, outcome.out) == (4, ""), command
        is_one_sentence(outcome.err, *(words if command != "init" else ("there already", "--db")))
    assert files(program) == {Path("ledger.db")}
    assert (path.read_bytes() if path.is_file() else None) == before


def test_a_server_that_is_not_there_is_code_4_and_is_not_taken_for_a_path(program: Program) -> None:
    outcome = program("--db", "postgresql://nobody@127.0.0.1:1/none", "status")

    assert outcome.code == 4
    assert outcome.out == ""
    is_one_sentence(outcome.err)
    assert "postgresql:/nobody" not in outcome.err, "an address is not a path, to be tidied up"
    assert "ledger init" not in outcome.err
    assert files(program) == set()


def test_init_and_restore_never_touch_what_exists(scratch: Program) -> None:
    log = lines(scratch)
    (scratch.folder / "backup.jsonl").write_bytes(b"".join(line + b"\n" for line in log[:3]))

    for args in (("init",), ("init", "--record", "brussels"), ("restore", "backup.jsonl")):
        outcome = scratch(*args)
        assert (outcome.code, outcome.out) == (4, "")
        is_one_sentence(outcome.err, "ledger.db is there already", "--db")
    assert lines(scratch) == log


@pytest.mark.parametrize("command", [("init",), ("restore", "-")])
def test_a_ledger_in_a_folder_that_is_not_there_is_code_4(program: Program, command: tuple[str, ...]) -> None:
    outcome = program("--db", "desk/ledger.db", *command)

    assert (outcome.code, outcome.out) == (4, "")
    is_one_sentence(outcome.err, "no folder desk")
    assert files(program) == set()


@pytest.mark.parametrize("command", ["export", "report"])
def test_a_file_that_cannot_be_written_is_code_4_by_its_own_name(pact: Program, command: str) -> None:
    folder = files(pact)

    outcome = pact(command, "-o", "nowhere/out.txt")

    assert (outcome.code, outcome.out) == (4, "")
    is_one_sentence(outcome.err, "nowhere/out.txt", "No such file")
    assert files(pact) == folder


def test_a_prefix_of_several_ids_is_refused_with_all_of_them(empty: Program) -> None:
    """Ids are digests, so that two that begin alike can be looked for, and found, before anything is recorded."""
    one, other = _facts_that_begin_alike()
    given = empty("import", "-", stdin=f"{_BEGINNING}\n{one[1]}\n{other[1]}\n")
    assert given.code == 0, given.err

    outcome = empty("retract", one[0][:4], "--reason", "Wrong")

    assert outcome.code == 2
    is_one_sentence(outcome.err, one[0], other[0], "more of it")
    assert len(lines(empty)) == 3


_SOURCE: Final = {"title": "A", "url": "https://example.org/a"}
_BEGINNING: Final = json.dumps(
    {"kind": "made", "commitment": "oaks", "parties": ["JPN"], "occurred_on": "2025-01-01", "source": _SOURCE}
    | {"title": "Oaks", "nature": "standing", "strength": "high"}
)


def _facts_that_begin_alike() -> tuple[tuple[str, str], tuple[str, str]]:
    # The id as the design defines it, not as the program computes it.
    seen: dict[str, tuple[str, str]] = {}
    number = 0
    while True:
        number += 1
        fact = {"kind": "fulfilled", "commitment": "oaks", "parties": ["JPN"], "occurred_on": "2025-02-01"}
        fact |= {"source": _SOURCE, "note": f"Oak {number}."}  # type: ignore[dict-item]
        line = json.dumps(fact, sort_keys=True, separators=(",", ":"))
        event = hashlib.sha256(line.encode()).hexdigest()[:32]
        if event[:4] in seen:
            return seen[event[:4]], (event, line)
        seen[event[:4]] = event, line
