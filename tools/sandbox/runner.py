"""One worker process for one task: start, watch, kill, clean up.

Promised: a fresh interpreter with none of our environment or descriptors; its own empty folder, removed afterwards;
limits on time, memory, file size, open files and output; nothing of its process group, and on Linux nothing that kept
its environment, lives on after the call, also when the call is cancelled. At most one process per CPU runs at a time.

Not promised: the process reads what the server's user may read and can use the network, and one that leaves both the
group and the environment behind on purpose can outlive the call. Use this for a model's code on your own machine, not
for strangers' programs.
"""

import asyncio
import json
import os
import signal
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from weakref import WeakKeyDictionary

from tools.sandbox import cleanup
from tools.sandbox.child import FLOOD_BYTES, Child, start

MEMORY_BYTES = 1 << 30

_slots: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


@dataclass(frozen=True)
class Outcome:
    """How a worker ended. `report` is its JSON object, unchecked, or None when it wrote none."""

    status: Literal["ended", "timeout", "killed"]
    report: dict[str, Any] | None
    stdout: str
    stderr: str
    reason: str
    """Why there is no report, for people and planners."""
    seconds: float


async def run_worker(module: str, task: dict[str, Any], *, seconds: float, memory: int = MEMORY_BYTES) -> Outcome:
    """Runs `module.run(task)` in a fresh process for at most `seconds`; waits first while all CPUs are taken."""
    async with _slot():
        folder = Path(tempfile.mkdtemp(prefix="agentflow-"))
        child: Child | None = None
        started = time.monotonic()
        try:
            child = await start(module, task, folder, _limits(seconds, memory))
            timed_out = await _outlasts(child, seconds)
        finally:
            process = child.process if child else None
            await asyncio.shield(asyncio.to_thread(cleanup.clear, process, folder))
            if child:
                await child.drain()
        return _outcome(child, timed_out, time.monotonic() - started, seconds)


async def _outlasts(child: Child, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await child.exited()
    except TimeoutError:
        return True
    return False


@asynccontextmanager
async def _slot() -> AsyncIterator[None]:
    slots = _slots.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(os.cpu_count() or 1))
    async with slots:
        yield


def _limits(seconds: float, memory: int) -> dict[str, int]:
    return {
        "CPU": int(seconds) + 2,  # the wall clock is the limit that is meant; this one holds if the server dies
        "AS": memory,
        "FSIZE": 64 << 20,
        "NOFILE": 256,
        "NPROC": 4096,  # counts every task of this user, so it cannot be tight; root is exempt
        "CORE": 0,
    }


def _outcome(child: Child, timed_out: bool, took: float, seconds: float) -> Outcome:
    code = child.process.returncode
    report = None if timed_out or child.flooded else _parse(bytes(child.report.kept))
    status: Literal["ended", "timeout", "killed"] = "ended"
    reason = "" if report is not None else f"it ended with exit code {code} before it could report a result"
    if timed_out or code == -signal.SIGXCPU:
        status, reason = "timeout", f"it was stopped after {seconds:g} s"
    elif child.flooded:
        status, reason = "killed", f"it was stopped because it wrote more than {FLOOD_BYTES >> 20} MB of output"
    elif code < 0 and report is None:
        status, reason = "killed", f"it was ended by signal {_signal(-code)}, as happens at a memory or size limit"
    return Outcome(status, report, child.stdout.text(), child.stderr.text(), reason, took)


def _parse(raw: bytes) -> dict[str, Any] | None:
    try:
        report = json.loads(raw)
    except ValueError:
        return None
    return report if isinstance(report, dict) else None


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)
