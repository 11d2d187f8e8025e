"""What README and tutorial show is what the program does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.examples import DOCUMENTS, ROOT, ConsoleMismatch, Examples, Step, Terminal, matches, steps


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_example_does_what_the_document_shows(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    examples = list(Examples(Terminal(tmp_path)).document(ROOT / name).examples())
    assert len(examples) > 5
    for example in examples:
        example.evaluate()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_block_of_an_unknown_kind_escapes_the_tests(name: str) -> None:
    opened = False
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            opened = not opened
            known = ("```console", "```python", "```json", "```sh", "```text file=", "```csv file=")
            assert not opened or line.startswith(known), line


def test_a_block_is_split_into_commands_and_what_they_show() -> None:
    block = "$ one \\\n    --more\nsaid\n\n$ two\n$ three\nlast\n"
    assert list(steps(block)) == [
        Step("one \\\n    --more", ("said", "")),
        Step("two", ()),
        Step("three", ("last",)),
    ]


@pytest.mark.parametrize(
    ("shown", "real", "same"),
    [
        (("a", "b"), ("a", "b"), True),
        (("a",), ("a", "b"), False),
        (("a", "…"), ("a", "b", "c"), True),
        (("a", "…", "d"), ("a", "d"), True),
        (("a", "…", "d"), ("a", "b", "c"), False),
        (("at … by", "z"), ("at 9:00 by", "z"), True),
        (("a.c",), ("abc",), False),
        ((), ("anything",), False),
    ],
)
def test_an_ellipsis_stands_for_text_or_lines_and_nothing_else_does(
    shown: tuple[str, ...], real: tuple[str, ...], same: bool
) -> None:
    assert matches(shown, real) is same


@pytest.mark.parametrize(
    ("command", "shown"), [("echo said", ("otherwise",)), ("false", ()), ("echo 'error: none'", ("error: none",))]
)
def test_an_example_that_does_otherwise_is_told(command: str, shown: tuple[str, ...], tmp_path: Path) -> None:
    with pytest.raises(ConsoleMismatch):
        Terminal(tmp_path).check(Step(command, shown))
