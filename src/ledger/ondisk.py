"""Files of lines that other processes can read too, each its share of them; and the lines of any file."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Self, TypeVar

from ledger.errors import BadInput
from ledger.events.bounds import LONGEST, TOO_LONG
from ledger.store.aside import aside, is_much

if TYPE_CHECKING:
    from ledger.events.kinds import Fact

T = TypeVar("T")

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
        """The same file once for each share, if that is worth a process each; else none."""
        return tuple(replace(self, share=share) for share in range(SHARES)) if is_much(self.lines) else ()


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


def needs_all(fact: Fact) -> bool:
    """Whether judging a fact takes what all shares know: does anything cite the statement that is taken back?"""
    return fact.kind == "retracted" and fact.commitment is None


class NotApart(Exception):
    """Ends work by shares: only who looks at the whole can tell."""


@contextmanager
def by_shares(
    shares: Sequence[Iterable[object]], work: Callable[[Any], Iterable[T]], *, here: bool = False
) -> Iterator[Iterator[list[T]]]:
    """What `work` yields of each share, range by range: of large files by a process each, if not `here`.

    `work` can be pickled. A list has one of each share that has not ended before.
    """
    with ExitStack() as processes:
        many = [one.lines if isinstance(one, PlainFile) and not here else 0 for one in shares]
        told = [processes.enter_context(aside(lines, work, one)) for lines, one in zip(many, shares, strict=True)]
        yield ([one for one in some if one is not None] for some in zip_longest(*told))


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
