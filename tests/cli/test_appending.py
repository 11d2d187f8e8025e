"""Each command that appends: what is recorded, what is said, and by whom."""

from __future__ import annotations

import json
import os
import re
import shlex
from typing import Any, Final

import pytest

from tests.cli.conftest import files, lines
from tests.kit.process import Program

PAPER: Final = '--source-title "A paper" --source-url https://example.org/a --source-published-on 2025-06-02'
SOURCE: Final = {"title": "A paper", "url": "https://example.org/a", "published_on": "2025-06-02"}

APPENDS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "register": (
        'register - --id lima-2024 --title "Lima statement" --on 2024-11-15 --parties "usa, jpn kor" --place '
        "Lima --url https://example.org/lima",
        {
            "kind": "registered",
            "statement": "lima-2024",
            "title": "Lima statement",
            "parties": ["JPN", "KOR", "USA"],
            "occurred_on": "2024-11-15",
            "place": "Lima",
            "url": "https://example.org/lima",
            "text": "They will meet again.\n\nSoon.",
        },
    ),
    "make, described, from a source": (
        'make oaks --on 2025-05-01 --parties KOR,JPN --title "Plant oaks" --theme forests --nature one-off '
        f'--strength low --due 2025-12-31 --due-basis inferred {PAPER} --note "Of the red kind."',
        {
            "kind": "made",
            "commitment": "oaks",
            "parties": ["JPN", "KOR"],
            "occurred_on": "2025-05-01",
            "source": SOURCE,
            "title": "Plant oaks",
            "theme": "forests",
            "nature": "one-off",
            "strength": "low",
            "due": "2025-12-31",
            "due_basis": "inferred",
            "note": "Of the red kind.",
        },
    ),
    "make, in a statement": (
        'make ends --on 2025-01-10 --statement pact --paragraph 4 --quote "in the spring." --title Spring '
        "--nature standing --strength medium --parties USA",
        {
            "kind": "made",
            "commitment": "ends",
            "parties": ["USA"],
            "occurred_on": "2025-01-10",
            "statement": "pact",
            "paragraph": 4,
            "quote": "in the spring.",
            "title": "Spring",
            "nature": "standing",
            "strength": "medium",
        },
    ),
    "reaffirm, for all that signed": (
        "reaffirm trees --on 2025-03-02 --statement minutes",
        {
            "kind": "reaffirmed",
            "commitment": "trees",
            "parties": ["JPN", "USA"],
            "occurred_on": "2025-03-02",
            "statement": "minutes",
        },
    ),
    "fulfill": (
        f'fulfill trees --on 2025-09-01 {PAPER} --note "A million." --occurrence 2025 --parties usa',
        {
            "kind": "fulfilled",
            "commitment": "trees",
            "parties": ["USA"],
            "occurred_on": "2025-09-01",
            "source": SOURCE,
            "occurrence": "2025",
            "note": "A million.",
        },
    ),
    "lapse": (
        f'lapse seed-bank --on 2025-12-02 {PAPER} --note "No bank." --reason deadline-passed',
        {
            "kind": "lapsed",
            "commitment": "seed-bank",
            "parties": ["KOR", "USA"],
            "occurred_on": "2025-12-02",
            "source": SOURCE,
            "reason": "deadline-passed",
            "note": "No bank.",
        },
    ),
    "assess": (
        f'assess trees --on 2025-09-01 --score -1 {PAPER} --assessor "Forest Watch" --parties JPN',
        {
            "kind": "assessed",
            "commitment": "trees",
            "parties": ["JPN"],
            "occurred_on": "2025-09-01",
            "source": SOURCE,
            "score": -1,
            "assessor": "Forest Watch",
        },
    ),
    "amend": (
        "amend nursery --title Nurseries --theme plants --nature one-off --strength low --due 2026-06-30 "
        '--due-basis stated --parties KOR,JPN,USA --reason "Read again"',
        {
            "kind": "amended",
            "commitment": "nursery",
            "changes": {
                "title": "Nurseries",
                "theme": "plants",
                "nature": "one-off",
                "strength": "low",
                "due": "2026-06-30",
                "due_basis": "stated",
                "parties": ["JPN", "KOR", "USA"],
            },
            "reason": "Read again",
        },
    ),
    "amend, taking back a due date": (
        'amend seed-bank --no-due --reason "No date is stated"',
        {
            "kind": "amended",
            "commitment": "seed-bank",
            "changes": {"due": None, "due_basis": None},
            "reason": "No date is stated",
        },
    ),
}
TEXT: Final = "\ufeffThey will meet again.\r\n\r\nSoon.\r\n"
"""As a word processor saves it: with a byte order mark and carriage returns, which are no words of it."""


@pytest.mark.parametrize("case", APPENDS)
def test_a_fact_is_recorded_and_nothing_when_it_is_only_tried(scratch: Program, case: str) -> None:
    command, content = APPENDS[case]
    args = shlex.split(command)
    log = lines(scratch)

    tried = scratch(*args, "--dry-run", stdin=TEXT)
    assert (tried.code, tried.out) == (0, "")
    assert tried.err.startswith("would be recorded: ")
    assert lines(scratch) == log

    done = scratch(*args, stdin=TEXT)
    assert done.code == 0, done.err
    *before, last = lines(scratch)
    assert before == log
    written = json.loads(last)
    envelope = {name: written.pop(name) for name in ("id", "recorded_at", "recorded_by")}
    assert written == content
    assert done.out == f"{envelope['id']}\n", "the id alone, for scripts"
    assert envelope["recorded_by"] == "tester"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", envelope["recorded_at"])
    assert done.err == tried.err.replace("would be recorded", "recorded")
    subject = str(content.get("commitment", content.get("statement")))
    assert f"{subject} {content['kind']}" in done.err
    assert f"at position {len(log) + 1}" in done.err


@pytest.mark.parametrize("case", ["register", "make, in a statement", "reaffirm, for all that signed", "amend"])
def test_the_same_fact_twice_is_one_event(scratch: Program, case: str) -> None:
    """Whoever says it, and however: what is implied is spelled out, and sorted, before it is judged."""
    command, content = APPENDS[case]
    done = scratch(*shlex.split(command), stdin=TEXT).ok()
    log = lines(scratch)
    position = f"at position {len(log)}"

    again = scratch(*shlex.split(command), "--by", "another", stdin=TEXT)
    assert (again.code, again.out) == (0, done)
    assert again.err.startswith("already recorded: ") and position in again.err

    imported = scratch("import", "-", stdin=json.dumps(content, sort_keys=True))
    assert (imported.code, imported.err) == (0, "0 recorded, 1 already recorded, 0 skipped\n")
    assert lines(scratch) == log


def test_what_is_not_given_is_absent_from_the_line(scratch: Program) -> None:
    scratch("assess", "trees", "--on", "2025-09-01", "--score", "0", *shlex.split(PAPER)[:4]).ok()

    line = lines(scratch)[-1].decode()
    assert line.split('"tester",')[1] == (
        '"commitment":"trees","parties":["JPN","KOR","USA"],"occurred_on":"2025-09-01",'
        '"source":{"title":"A paper","url":"https://example.org/a"},"score":0}'
    )


def test_a_statement_is_registered_from_a_file(empty: Program) -> None:
    (empty.folder / "lima.txt").write_bytes(TEXT.encode())

    args = ("--id", "lima", "--title", "Lima", "--on", "2024-11-15", "--parties", "JPN")
    empty("register", "lima.txt", *args).ok()

    assert json.loads(lines(empty)[0])["text"] == "They will meet again.\n\nSoon."


def test_an_entry_is_retracted_by_its_id_and_by_how_it_begins(scratch: Program) -> None:
    log = [json.loads(line) for line in lines(scratch)]
    whole, part = log[10]["id"], log[13]["id"]  # two assessments

    by_id = scratch("retract", whole, "--reason", "Counted twice")
    by_prefix = scratch("retract", part[:8].upper(), "--reason", "Counted twice")

    assert by_id.code == by_prefix.code == 0
    written = [json.loads(line) for line in lines(scratch)[-2:]]
    assert [(one["kind"], one["event"], one["commitment"]) for one in written] == [
        ("retracted", whole, "trees"),
        ("retracted", part, "old-growth"),
    ]
    assert [one["reason"] for one in written] == ["Counted twice"] * 2
    assert by_prefix.out == written[1]["id"] + "\n"
    rows = json.loads(scratch("status", "--format", "json").ok())
    assert {row["score"] for row in rows if row["commitment"] in ("trees", "old-growth")} == {None}

    again = scratch("retract", whole, "--reason", "Counted twice")
    assert (again.code, again.out) == (0, by_id.out), "the same retraction is the same fact"
    assert again.err.startswith("already recorded")


def test_a_statement_is_retracted_when_nothing_cites_it_and_its_name_is_free_again(scratch: Program) -> None:
    draft = json.loads(lines(scratch)[28])
    assert (draft["statement"], draft["kind"]) == ("draft", "registered")

    scratch("retract", draft["id"][:6], "--reason", "Still a draft").ok()

    assert json.loads(lines(scratch)[-1])["statement"] == "draft"
    assert "draft" not in scratch("statements").ok()
    args = ("--id", "draft", "--title", "Now final", "--on", "2025-01-09", "--parties", "KOR")
    scratch("register", "-", *args, stdin="Words.").ok()
    assert "Now final" in scratch("statements").ok()


def test_tried_facts_are_refused_as_real_ones_are(scratch: Program) -> None:
    refused = scratch(
        "fulfill", "tree", "--on", "2025-09-01", *shlex.split(PAPER), "--note", "A million.", "--dry-run"
    )

    assert (refused.code, refused.out) == (3, "")
    assert "did you mean trees?" in refused.err


FACT: Final = shlex.split(f"assess trees --score 1 {PAPER}")


def test_who_records_is_said_or_set_or_logged_in(scratch: Program) -> None:
    scratch(*FACT, "--on", "2025-09-01", "--by", "가나다 (desk)", LEDGER_BY="someone").ok()
    scratch(*FACT, "--on", "2025-09-02", LEDGER_BY="someone").ok()
    scratch(*FACT, "--on", "2025-09-03", LEDGER_BY="", LOGNAME="login-name", USER="other", USERNAME="other").ok()

    assert [json.loads(line)["recorded_by"] for line in lines(scratch)[-3:]] == [
        "가나다 (desk)",
        "someone",
        "login-name",
    ]


def test_the_ledger_is_named_or_set_or_in_this_folder(program: Program) -> None:
    program("--db", "named.db", "init", LEDGER_DB="set.db").ok()
    program("init", LEDGER_DB="set.db").ok()
    program("init").ok()
    for name, env in {
        "named.db": {"LEDGER_DB": "set.db"},
        "set.db": {"LEDGER_DB": "set.db"},
        "ledger.db": {},
    }.items():
        option = ("--db", name) if name == "named.db" else ()
        program(*option, "register", "-", *_about(name), stdin="Words.", **env).ok()

    for name in ("named.db", "set.db", "ledger.db"):
        assert [json.loads(line)["title"] for line in lines(program, name)] == [name]
    assert {str(path) for path in files(program)} == {"named.db", "set.db", "ledger.db"}


def _about(title: str) -> tuple[str, ...]:
    return ("--id", "lima", "--title", title, "--on", "2024-11-15", "--parties", "JPN")


def test_a_ledger_elsewhere_keeps_its_views_beside_it(pact: Program, program: Program) -> None:
    away = os.path.relpath(pact.folder / "ledger.db", program.folder)

    assert program("--db", away, "status").ok() == pact("status").ok()
    assert files(program) == set()


def test_facts_are_told_apart_by_what_they_say_and_recorded_in_order(scratch: Program) -> None:
    """The log grows at its end, whatever the days of the facts are, and its times never run backwards."""
    for day in ("2025-09-02", "2025-02-01", "2025-09-01"):
        scratch(*FACT, "--on", day).ok()

    written = [json.loads(line) for line in lines(scratch)]
    assert [one["occurred_on"] for one in written[-3:]] == ["2025-09-02", "2025-02-01", "2025-09-01"]
    times = [one["recorded_at"] for one in written]
    assert times == sorted(times)
    assert len({one["id"] for one in written}) == len(written)
