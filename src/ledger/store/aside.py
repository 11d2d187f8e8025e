"""Work that a second process does, while this one does something else.

Not a thread: two threads of Python wait for each other at every row (docs/adr/0012).
"""

from __future__ import annotations

import gc
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from itertools import islice
from typing import IO, Any, Final, TypeVar

T = TypeVar("T")

_WORTH: Final = 20_000
"""Lines from which on starting a process is little beside what is won."""

# Isolated: nothing that lies in the folder it is begun in is taken for a module.
_COMMAND: Final = (sys.executable, "-I", "-c", f"from {__name__} import main; main()")


def aside(lines: int, work: Callable[..., Iterable[T]], *args: object) -> AbstractContextManager[Iterator[T]]:
    """What `work` yields of these arguments, begun at once in a second process and taken when it is asked for.

    All of them can be pickled, and it yields the same whenever it is asked: for few `lines`, or if the process
    can't be begun or ends early, it is done here, where its errors are raised.
    """
    return _aside(work, args) if is_much(lines) else nullcontext(iter(work(*args)))


def is_much(lines: int) -> bool:
    """Whether so many lines are worth a process."""
    return lines >= _WORTH


@contextmanager
def _aside(work: Callable[..., Iterable[T]], args: tuple[object, ...]) -> Iterator[Iterator[T]]:
    try:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter, and a constant
            _COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except OSError:
        yield iter(work(*args))
        return
    assert process.stdin is not None and process.stdout is not None
    try:
        with suppress(OSError), process.stdin as told:
            pickle.dump((work, args), told)
        yield _taken(process.stdout, work, args)
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


def _taken(told: IO[bytes], work: Callable[..., Iterable[T]], args: tuple[Any, ...]) -> Iterator[T]:
    count = 0
    with suppress(EOFError, pickle.UnpicklingError, OSError):
        while some := pickle.load(told):  # noqa: S301 - what our own process wrote
            count += 1
            yield some[0]
        return
    yield from islice(work(*args), count, None)


def main() -> None:
    """In the second process: read what is to be done, and write what it yields, each in a tuple; at the end ()."""
    gc.disable()  # for as long as this takes
    work, args = pickle.load(sys.stdin.buffer)  # noqa: S301 - what the process that began us wrote
    for one in work(*args):
        pickle.dump((one,), sys.stdout.buffer, protocol=pickle.HIGHEST_PROTOCOL)
        sys.stdout.buffer.flush()
    pickle.dump((), sys.stdout.buffer)
