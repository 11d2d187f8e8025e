"""Files of lines that another process can read too, and the lines of any file."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final, Self

from ledger.errors import BadInput
from ledger.events.bounds import LONGEST, TOO_LONG

MARK: Final = b"\xef\xbb\xbf"
"""The byte-order mark that some programs put before UTF-8."""

_PART: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class PlainFile:
    """A file of JSON lines that may be read at any time, and again; `lines` is how many newlines it has."""

    path: Path
    lines: int

    @classmethod
    def at(cls, path: Path) -> Self | None:
        """The file at a path; None if it is no such file, or can't be read."""
        if not path.is_file() or path.suffix == ".gz":
            return None
        try:
            with path.open("rb") as file:
                if not file.read(len(MARK) + 1).removeprefix(MARK).startswith(b"{"):
                    return None
                file.seek(0)
                return cls(path, sum(part.count(b"\n") for part in iter(partial(file.read, _PART), b"")))
        except OSError:
            return None


class LinesOnDisk(PlainFile):
    """The lines of a file, without their newlines, each time they are asked for."""

    def __iter__(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            yield from lines_in(file, self.path)


def lines_in(file: BinaryIO, path: Path) -> Iterator[bytes]:
    """The lines of a file, without their newlines. Raises `BadInput` if it ends badly."""
    try:
        while line := file.readline(LONGEST + 2):
            if len(line) > LONGEST + 1:
                raise BadInput(f"{path} cannot be read to its end: {TOO_LONG}")
            yield line.removesuffix(b"\n")
    except (OSError, EOFError, zlib.error) as error:
        raise BadInput(f"{path} cannot be read to its end: {error}") from None
