"""Worker: tries what the sandbox promises to prevent, and reports what succeeded. The self-test runs it.

It calls the kernel directly (`posix`, sockets), not through `open`, which may be replaced.
"""

import os
import posix
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
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
    """`{"secret", "outside", "port", "pid"}` to `{"broken": names of the promises that did not hold}`."""
    if task.get("spin"):
        time.sleep(60)
    inherited = [number for number in range(3, 256) if _is_open(number)]
    attempts: dict[str, Callable[[], object]] = {
        "files": lambda: posix.open(task["secret"], os.O_RDONLY),
        "writes": lambda: posix.close(posix.open(task["outside"], os.O_WRONLY | os.O_CREAT, 0o600)),
        "network": lambda: _reach(task["port"]),
        "processes": _fork,
        "signals": lambda: os.kill(task["pid"], 0),
    }
    broken = [name for name, attempt in attempts.items() if _succeeds(attempt)]
    if len(inherited) > 1 or set(os.environ) - GIVEN:  # the one is the pipe of the report
        broken.append("clean")
    return {"broken": broken}


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
