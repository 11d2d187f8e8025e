"""A reviewed draft goes into a record on a server as it goes into a file."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from tests.kit.process import Program

TEXT = "Joint Statement\n\nThe leaders of Japan and the ROK will plant ten thousand trees.\n"
ABOUT = ("--id", "seoul-2025", "--title", "Seoul", "--on", "2025-04-13", "--parties", "JPN,KOR")


def test_what_is_kept_goes_in_once(url: str, tmp_path: Path) -> None:
    ledger = Program(tmp_path)
    (tmp_path / "seoul.txt").write_text(TEXT, encoding="utf-8")
    assert ledger("--db", url, "init").code == 0
    rows = list(csv.DictReader(io.StringIO(ledger("--db", url, "draft", "seoul.txt", *ABOUT).ok())))
    rows[1]["keep"] = "yes"
    with (tmp_path / "back.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert ledger("--db", url, "import", "back.csv").err.startswith("2 recorded, 0 already")
    assert ledger("--db", url, "import", "back.csv").err.startswith("0 recorded, 2 already")
    told = json.loads(ledger("--db", url, "coverage", "seoul-2025", "--format", "json").ok())
    assert [len(row["commitments"]) for row in told] == [0, 1]
