"""Worker: tries what the sandbox promises to prevent, and reports what succeeded. The self-test runs it.

It calls the kernel directly (`posix`, sockets), not through `open`, which may be replaced.
"""

import mmap
import os
import posix
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from tools.worker.words import words

GIVEN = frozenset(
    words(
        "LANG LC_CTYPE PATH HOME TMPDIR MPLBACKEND MPLCONFIGDIR MALLOC_ARENA_MAX "
        "OPENBLAS_NUM_THREADS OMP_NUM_THREADS MKL_NUM_THREADS"
    )
)
"""Environment variables that the sandbox sets itself."""


def run(task: dict[str, Any]) -> dict[str, Any]:
    """`{"secret", "outside", "port", "pid"}` to `{"broken": names of the promises that did not hold}`.

    `{"exceed"}` goes beyond one limit instead: a report says that it could.
    """
    if limit := task.get("exceed"):
        EXCESS[limit]()
        return {}
    inherited = [number for number in range(3, 256) if _is_open(number)]
    attempts: dict[str, Callable[[], object]] = {
        "files": lambda: posix.open(task["secret"], os.O_RDONLY),
        "writes": lambda: posix.close(posix.open(task["outside"], os.O_WRONLY | os.O_CREAT, 0o600)),
        "network": lambda: _reach(task["port"]),
        "processes": _fork,
        "signals": lambda: os.kill(task["pid"], 0),
    }
    broken = [name for name, attempt in attempts.items() if _succeeds(attempt)]
    others = [f"/proc/{pid}/{of_it}" for pid in (task["pid"], os.getppid()) for of_it in ("environ", "mem")]
    readable = any(_succeeds(partial(posix.open, path, os.O_RDONLY)) for path in others)
    if len(inherited) > 1 or set(os.environ) - GIVEN or readable:  # the one is the pipe of the report
        broken.append("clean")
    return {"broken": broken}


def _take_memory() -> None:
    """2 GB. Raises OSError."""
    for held in [mmap.mmap(-1, 256 << 20) for _ in range(8)]:
        held.close()


def _print() -> None:
    while True:
        os.write(1, b"x" * 4096)


EXCESS: dict[str, Callable[[], object]] = {
    "time": lambda: time.sleep(60),
    "memory": _take_memory,
    "output": _print,
}


def _is_open(number: int) -> bool:
    return _succeeds(lambda: os.fstat(number))


def _succeeds(attempt: Callable[[], object]) -> bool:
    with suppress(OSError):
        attempt()
        return True
    return False


def _reach(port: int) -> None:
    """Any kind of socket that leads out of the process would do. Raises OSError if none can be had."""
    tries = (
        lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"probe", ("127.0.0.1", port)),
        lambda: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM),
        lambda: socket.create_connection(("127.0.0.1", port), timeout=1),
    )
    if not sum(_succeeds(attempt) for attempt in tries):
        raise OSError("no way out")


def _fork() -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    with suppress(OSError):
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
