"""Files that people name: read line by line, and written whole or not at all."""

from __future__ import annotations

import gzip
import os
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Final, cast

from ledger.errors import BadInput, StoreError, StoreExists
from ledger.events.bounds import LONGEST

STDIN: Final = Path("-")
_HELD: Final = 64 << 20
"""Bytes of standard input that are held in memory; more goes to a temporary file."""
_DATABASE: Final = (b"SQLite format 3\0", b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
"""How files of SQLite begin: databases, and their write-ahead logs."""


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A file to read; `-` is stdin, and what ends in `.gz` is unpacked on the way. Raises `BadInput`."""
    if path == STDIN:
        # Read to its end before any ledger is locked: whoever writes to the pipe may take their time.
        with SpooledTemporaryFile(_HELD) as read:
            copyfileobj(sys.stdin.buffer, read)
            read.seek(0)
            yield cast("BinaryIO", read)
        return
    try:
        raw = path.open("rb")
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}") from None
    with raw:
        yield cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if path.suffix == ".gz" else raw


def bounded(file: BinaryIO, path: Path) -> bytes:
    """What is in a file that is read at once. Raises `BadInput` if that is more than any such file has."""
    content = file.read(LONGEST + 1)
    if len(content) > LONGEST:
        raise BadInput(f"{path} has more than {LONGEST:,} bytes; no text, checkpoint or proof is so long")
    return content


def text_of(path: Path) -> str:
    """The text of a file in UTF-8. Raises `BadInput`."""
    with opened(path) as file:
        try:
            return bounded(file, path).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise BadInput(f"{path} is not UTF-8 text; convert it first") from None
        except (OSError, EOFError, zlib.error) as error:
            raise BadInput(f"{path} cannot be read to its end: {error}") from None


def write(path: Path, parts: Iterable[bytes]) -> int:
    """Write a file that is whole when it appears: aside first, synced, then renamed. Returns how many parts.

    Raises `StoreError`; then what was there before is untouched.
    """
    if _is_database(path):
        raise StoreExists(f"{path} is a database, and is never written over; choose another name")
    if path.exists() and not path.is_file():  # a pipe or a device is written into, and not replaced
        return _write_into(path, parts)
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
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror or error}") from None
    finally:
        with suppress(OSError):  # what has its own name by now is written, whatever is left beside it
            aside.unlink(missing_ok=True)
    return count


def _is_database(path: Path) -> bool:
    # Such as the very ledger that is exported, its views, or what SQLite has yet to take into either.
    if not path.is_file():  # to open a pipe is to wait for who writes to it
        return False
    try:
        with path.open("rb") as file:
            return file.read(16).startswith(_DATABASE)
    except OSError:
        return False


def _write_into(path: Path, parts: Iterable[bytes]) -> int:
    count = 0
    try:
        with path.open("wb") as file:
            for count, part in enumerate(parts, 1):  # noqa: B007 - it is what is returned
                file.write(part)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror or error}") from None
    return count
