"""Harm: a record with hostile text in every field that takes free text, whoever meant it or copied it unseen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest

from ledger.events.fields import Source
from ledger.events.kinds import Fact
from tests.kit.facts import amended, assessed, fulfilled, lapsed, made, reaffirmed, registered, retracted
from tests.kit.process import Program

BIDI: Final = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""What turns the direction of writing (Unicode's property Bidi_Control)."""
CONTROLS: Final = "\x1b\x07\x08\x9b\x7f\u2028\u2029" + BIDI

HARM: Final = {
    "a script": "<script>alert(1)</script>",
    "an image": "![x](https://evil.example/x.png)",
    "a link": "[here](https://evil.example)",
    "a reference": "[here]: https://evil.example",
    "an autolink": "<https://evil.example>",
    "an entity": "&lt;b&gt; &amp; &#60;",
    "table walls": "a | b || c |",
    "code": "`one` ``two`` ```three",
    "emphasis": "*one* **two** _three_ ~~four~~",
    "a backslash": "\\ \\| \\` end\\",
    "colours": "\x1b[31mred\x1b[0m \x9b32mgreen",
    "a title for the window": "\x1b]0;owned\x07",
    "a bell and backspaces": "safe\x07\x08\x08\x08\x08evil\x7f",
    "a turn": f"safe{BIDI}evil",
    "lines": "one\ntwo\r\nthree\n\n# four\n\n- five\n    six",
    "a long word": "w" * 300,
    "wide characters": "日本と大韓民国 대한민국 " * 6,
    "marks": "e\u0301" * 60,
    "a formula": "=cmd|'/c calc'!A1",
    "a sum": "+1",
    "a difference": "-1+1",
    "a mention": "@SUM(1)",
    "a tab and a formula": "\t=1+1",
    "a heading": "# heading",
    "a quotation": "> quoted",
    "an item": "- item",
    "another item": "+ item",
    "a number": "1. item",
    "a task": "* [ ] item",
    "a rule": "---",
    "an underline": "===",
    "an indent": "    code",
    "a fence": "~~~",
    "lines unseen": "one\u2028two\u2029three",
}


def facts() -> Iterator[Fact]:
    """Facts with harm in every field that takes free text: a commitment for each kind of harm."""
    for number, text in enumerate(HARM.values(), 1):
        name, theirs = f"c{number}", Source(title=text, url=f"https://example.org/{number}")
        yield registered(f"s{number}", title=text, place=text, text=f"{text}\n\nPledge {text}")
        yield made(name, statement=f"s{number}", paragraph=1, quote=text, source=theirs, title=text, note=text)
        yield fulfilled(name, source=theirs, occurrence=text, note=text)
        yield lapsed(name, source=theirs, occurrence=text, note=text)
        yield assessed(name, source=theirs, assessor=text, note=text)
        yield amended(name, text, title=f"{text} restated")
        yield amended(name, f"{text}, again", title=text)
        yield reaffirmed(name, "2025-06-01", note=text)


@pytest.fixture(scope="session")
def harmed(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """A ledger full of it, to be asked."""
    program = Program(tmp_path_factory.mktemp("harmed"))
    program("init").ok()
    given = "".join(json.dumps(content(fact)) + "\n" for fact in facts())
    program("import", "-", stdin=given).ok()
    voided = json.loads(program("export").ok().split("\n")[3])
    program("import", "-", stdin=json.dumps(content(retracted(voided["id"], "c1", reason=HARM["a script"])))).ok()
    return program


def content(fact: Fact) -> dict[str, Any]:
    """A fact as an import reads it."""
    found: dict[str, Any] = json.loads(fact.model_dump_json(exclude_none=True))
    return found


def is_harmless(text: str) -> None:
    """Nothing in it steers a terminal or turns the direction of writing."""
    assert not set(CONTROLS) & set(text), {hex(ord(sign)) for sign in set(CONTROLS) & set(text)}
