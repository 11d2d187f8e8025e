"""The reference is what the program says now."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.docs.examples import ROOT

GENERATE = ROOT / "docs/generate.py"


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", GENERATE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_writing_the_reference_anew_changes_nothing() -> None:
    process = subprocess.run(
        [sys.executable, str(GENERATE), "--check"], capture_output=True, text=True, timeout=120, check=False
    )
    assert process.returncode == 0, process.stderr


def test_a_page_that_is_old_is_told(
    generate: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(generate, "REFERENCE", tmp_path)
    monkeypatch.setattr(generate, "pages", lambda: {"one.md": "new", "two.md": "new"})
    (tmp_path / "one.md").write_text("old")
    (tmp_path / "two.md").write_text("new")
    monkeypatch.setattr(sys, "argv", ["generate.py", "--check"])
    assert generate.main() == 1
    assert "one.md;" in capsys.readouterr().err
    monkeypatch.setattr(sys, "argv", ["generate.py"])
    assert generate.main() == 0
    assert (tmp_path / "one.md").read_text() == "new"


def test_a_field_or_a_column_without_a_meaning_is_an_error(
    generate: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(generate.FIELDS, "occurrence")
    with pytest.raises(SystemExit, match=r"fulfilled\.occurrence"):
        list(generate._line())
    monkeypatch.delitem(generate.COLUMNS["spells"][1], "until_day")
    with pytest.raises(SystemExit, match="until_day"):
        list(generate._views())


def test_a_meaning_of_nothing_is_an_error(generate: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(generate.FIELDS, "weight", "how heavy it is")
    with pytest.raises(SystemExit, match="weight"):
        list(generate._line())
    monkeypatch.setitem(generate.COLUMNS["events"][1], "weight", "how heavy it is")
    with pytest.raises(SystemExit, match="weight"):
        list(generate._views())
