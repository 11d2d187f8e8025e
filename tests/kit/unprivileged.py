"""The program as somebody whom file permissions bind.

They do not bind root, who therefore gives up the right to pass over them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from tests.kit.process import Outcome, Program

_DROPPED = "-dac_override,-dac_read_search"


def dropped() -> list[str]:
    """What a command line begins with to be bound by permissions; nothing, unless we are root."""
    if os.geteuid() != 0:
        return []
    if (setpriv := shutil.which("setpriv")) is None:
        pytest.skip("root may read and write whatever the permissions, and there is no setpriv to give that up")
    return [setpriv, f"--bounding-set={_DROPPED}", f"--inh-caps={_DROPPED}"]


def bound_by_permissions(program: Program, *args: str, **env: str) -> Outcome:
    """What the program does, as `program` runs it, where a mode of 0444 means read-only. Skips where it can't."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("LEDGER_", "XDG_"))}
    own = {"LEDGER_BY": "tester", "COLUMNS": "80", "XDG_CACHE_HOME": str(program.folder / "cache")}
    process = subprocess.run(
        [*dropped(), sys.executable, "-m", "ledger", *args],
        input="",
        capture_output=True,
        text=True,
        cwd=program.folder,
        env=clean | own | env,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in process.stderr, process.stderr
    return Outcome(process.returncode, process.stdout, process.stderr)
