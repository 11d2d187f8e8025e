"""A ledger on a disk of one megabyte: `python -m tests.faults.crowded FOLDER`, in a mount namespace of its own.

Mounts the disk, fills it, and prints what each command did there as JSON. When this process ends the disk is gone.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.faults.damaged import LATER
from tests.kit.process import Program

QUOTA = 1 << 20


def main(folder: Path) -> None:
    """Record until nothing more goes in; then what a full disk does to each command; then with room again."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={QUOTA}", "tmpfs", folder], check=True)
    program = Program(folder)
    told: dict[str, Any] = {}

    def tell(name: str, *args: str) -> None:
        outcome = program(*args, XDG_CACHE_HOME="/nowhere")
        told[name] = {"code": outcome.code, "out": outcome.out, "err": outcome.err}

    tell("init", "init", "--record", "brussels")
    tell("before", "export")
    room = folder / "room"
    room.write_bytes(b"\0" * (_free(folder) - 3 * 4096))
    tell("append", *LATER)
    tell("status", "status", "--as-of", "2026-01-31", "--format", "json")
    tell("export", "export", "-o", str(folder / "backup.jsonl"))
    tell("report", "report", "-o", str(folder / "report.md"))
    tell("create", "--db", str(folder / "second.db"), "init", "--record", "brussels")
    told["left"] = sorted(path.name for path in folder.iterdir())
    room.unlink()
    tell("after", "export")
    tell("verify", "verify")
    tell("again", *LATER)
    tell("answer", "status", "--as-of", "2026-01-31", "--format", "json")
    sys.stdout.write(json.dumps(told))


def _free(folder: Path) -> int:
    import os  # noqa: PLC0415

    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_bsize


if __name__ == "__main__":
    main(Path(sys.argv[1]))
