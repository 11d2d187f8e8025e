"""Files that people name: read line by line, and written whole or not at all."""

from __future__ import annotations

import gzip
import os
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from ledger.errors import BadInput


@contextmanager
def opened(path: Path) -> Iterator[Iterator[bytes]]:
    """The lines of a file without their newlines; `-` is stdin, and what ends in `.gz` is unpacked on the way."""
    if path == Path("-"):
        yield _lines(sys.stdin.buffer, path)
        return
    try:
        raw = path.open("rb")
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}") from None
    with raw, cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if path.suffix == ".gz" else raw as file:
        yield _lines(file, path)


def _lines(file: BinaryIO, path: Path) -> Iterator[bytes]:
    try:
        for line in file:
            yield line.removesuffix(b"\n")
    except (OSError, EOFError, zlib.error) as error:
        raise BadInput(f"{path} cannot be read to its end: {error}") from None


def write(path: Path, parts: Iterable[bytes]) -> int:
    """Write a file that is whole when it appears: aside first, synced, then renamed. Returns how many parts."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.new")
    count = 0
    try:
        with aside.open("wb") as file:
            packed = gzip.GzipFile("", "wb", fileobj=file, mtime=0) if path.suffix == ".gz" else file
            for part in parts:
                packed.write(part)
                count += 1
            if packed is not file:
                packed.close()
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return count
