"""First code of a sandboxed process: limits itself, reads its task, calls one worker, writes the worker's report.

For systems where nothing confines a process; elsewhere `zygote` does its work. Run as a script:
`python -I bootstrap.py RESULT_FD LIMITS`, with `{"module", "task"}` as JSON on standard input. The limits
are set here and not between fork and exec, because a server with threads must not run Python there.
"""

import contextlib
import importlib
import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

BEGUN = b"!"
"""The first byte of every report, written before a task's own code runs, so that nobody can take it back: without it
the sandbox failed, whatever the exit status says."""


def limit(limits: dict[str, int]) -> None:
    """Sets each RLIMIT_<name> that this system has, never above what was allowed; they cannot be raised again."""
    for name, wanted in limits.items():
        number = getattr(resource, f"RLIMIT_{name}", None)  # macOS and the BSDs lack some
        if number is None:
            continue
        hard = resource.getrlimit(number)[1]
        value = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with contextlib.suppress(ValueError, OSError):  # macOS refuses an address space below what is mapped
            resource.setrlimit(number, (value, value))


def read_task() -> Any:
    """The task; afterwards standard input is empty for whatever the worker runs."""
    task = json.load(sys.stdin)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    sys.stdin = os.fdopen(0, closefd=False)  # drops what the old object had buffered
    return task


def main() -> None:
    result_fd, limits = int(sys.argv[1]), json.loads(sys.argv[2])
    os.set_inheritable(result_fd, False)
    task = read_task()
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    worker = importlib.import_module(task["module"])
    sys.path.pop(0)
    sys.argv = [""]
    limit(limits)
    os.write(result_fd, BEGUN)
    pid = os.getpid()
    report = json.dumps(worker.run(task["task"])).encode()
    if os.getpid() != pid:
        return  # a program that forked: only the first process reports
    while report:
        report = report[os.write(result_fd, report) :]
    os.close(result_fd)


if __name__ == "__main__":
    main()
