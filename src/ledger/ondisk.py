"""Files of lines that other processes can read too, each its share of them; and the lines of any file."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final, Self

from ledger.errors import BadInput
from ledger.events.bounds import LONGEST, TOO_LONG

MARK: Final = b"\xef\xbb\xbf"
"""The byte-order mark that some programs put before UTF-8."""

RANGE: Final = 1_000
"""Lines of a file that are told of together, whoever has which share of them."""

SHARES: Final = 2
_PART: Final = 1 << 20
_NAMED: Final = re.compile(rb'"commitment"\s*:\s*"([a-z0-9-]+)"')


@dataclass(frozen=True, slots=True)
class PlainFile:
    """A file of JSON lines that may be read at any time, and again; `lines` is how many newlines it has.

    With a `share`, from 0, only what concerns that one: all lines of some commitments, and those of statements.
    """

    path: Path
    lines: int
    share: int | None = None

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

    def shared(self) -> tuple[Self, ...]:
        """The same file once for each share."""
        return tuple(replace(self, share=share) for share in range(SHARES))


class LinesOnDisk(PlainFile):
    """The lines of a file, without their newlines, each time they are asked for."""

    def __iter__(self) -> Iterator[bytes]:
        return (line for _, line in self.numbered())

    def numbered(self) -> Iterator[tuple[int, bytes]]:
        """The same, each with its number, from 1."""
        with self.path.open("rb") as file:
            for number, line in enumerate(lines_in(file, self.path), 1):
                if may_concern(line, self.share):
                    yield number, line


def may_concern(line: bytes, share: int | None) -> bool:
    """Whether a share must look at a line, told without reading it: at one that names no commitment too."""
    return share is None or (named := _NAMED.search(line)) is None or _share_of(named[1]) == share


def concerns(commitment: str | None, share: int | None) -> bool:
    """Whether a fact is one of a share's own: of its commitments, or, for the first, of a statement."""
    if share is None:
        return True
    return not share if commitment is None else _share_of(commitment.encode()) == share


def _share_of(commitment: bytes) -> int:
    return zlib.crc32(commitment) % SHARES


def lines_in(file: BinaryIO, path: Path) -> Iterator[bytes]:
    """The lines of a file, without their newlines. Raises `BadInput` if it ends badly."""
    try:
        while line := file.readline(LONGEST + 2):
            if len(line) > LONGEST + 1:
                raise BadInput(f"{path} cannot be read to its end: {TOO_LONG}")
            yield line.removesuffix(b"\n")
    except (OSError, EOFError, zlib.error) as error:
        raise BadInput(f"{path} cannot be read to its end: {error}") from None
