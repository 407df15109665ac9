"""One worker for one task: start, watch, kill, clean up. At most one process per CPU runs at a time.

What is promised about the process is in `tools.sandbox.promises`, by tier. Nothing of it lives on after the call, also
when the call is cancelled.
"""

import asyncio
import json
import logging
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal

from tools.sandbox.house import House, house
from tools.sandbox.limits import DISK_BYTES, FLOOD_BYTES, MEMORY_BYTES, REPORT_PARTS, Limits
from tools.sandbox.process import Confined, Plain, Process
from tools.sandbox.promises import Standing, Tier
from tools.sandbox.text import one_line
from tools.sandbox.watch import Stopped, Watch
from tools.sandbox.zygote import Ended, ZygoteError
from tools.worker.bootstrap import BEGUN

log = logging.getLogger(__name__)

Status = Literal[
    "ended",
    "timeout",
    "cpu_limit",
    "output_limit",
    "disk_limit",
    "killed",
    "crashed",
    "forbidden_syscall",
    "exited",
    "not_started",
]

_pool = ThreadPoolExecutor(max_workers=os.cpu_count() or 1, thread_name_prefix="sandbox")


@dataclass(frozen=True)
class Outcome:
    """How a worker ended. `report` is its JSON object, unchecked, or None when it wrote none."""

    status: Status
    report: dict[str, Any] | None
    stdout: str
    stderr: str
    reason: str
    """Why there is no report, for people and planners."""
    seconds: float
    standing: Standing


async def run_worker(
    module: str, task: dict[str, Any], *, seconds: float, memory: int = MEMORY_BYTES, highest: Tier = "A"
) -> Outcome:
    """Runs `module.run(task)` in a process of its own for at most `seconds`; waits first while all CPUs are taken."""
    call = Call(module, task, Limits(seconds, memory))
    running = _pool.submit(call.run, highest)
    ended = asyncio.wrap_future(running)
    try:
        return await asyncio.shield(ended)
    except asyncio.CancelledError:
        call.cancel()
        if not running.cancel():  # it has begun: what it left must be gone when the caller goes on
            await asyncio.wait([ended])
        raise


class Call:
    """One task; `run` blocks, `cancel` may come from another thread."""

    def __init__(self, module: str, task: dict[str, Any], limits: Limits) -> None:
        self.task = json.dumps({"module": module, "task": task}).encode() + b"\n"
        self.limits = limits
        self.cancelled = False
        self.watch: Watch | None = None

    def cancel(self) -> None:
        self.cancelled = True
        if self.watch:
            self.watch.cancelled = True

    def run(self, highest: Tier = "A") -> Outcome:
        """In the house of this process; once more if its zygote has just died."""
        for _ in range(2):
            place = house(highest)
            try:
                return self.run_in(place)
            except ZygoteError as error:
                why = one_line(str(error))
                log.warning("a task could not be started: %s", why)
        return Outcome("not_started", None, "", "", f"the sandbox could not start it: {why}", 0.0, place.standing)

    def run_in(self, place: House) -> Outcome:
        """Raises ZygoteError when the zygote is gone, or its child could not be confined."""
        started = time.monotonic()
        running = self._start(place)
        try:
            watch = self.watch = Watch(running, self.limits)
            watch.cancelled = self.cancelled
            watch.run(self.task)
        finally:
            ended = running.collect()
        return _outcome(watch, ended, time.monotonic() - started, place.standing)

    def _start(self, place: House) -> Process:
        try:
            return self._started(place)
        except OSError as error:  # no more files, processes or room for a folder
            raise ZygoteError(f"no process can be had: {error}") from error

    def _started(self, place: House) -> Process:
        if place.zygote is None:
            return Plain(self.limits)
        if place.spares is None:
            return Confined(place.zygote, self.limits)
        running = place.spares.take(self.limits)
        place.spares.make(self.limits)
        return running


def _outcome(watch: Watch, ended: Ended, took: float, standing: Standing) -> Outcome:
    code = os.waitstatus_to_exitcode(ended.status)
    written = watch.streams["report"].kept
    if not watch.stopped and not written.startswith(BEGUN):
        raise ZygoteError(f"the process was not ready: {watch.streams['stderr'].text() or _exit(code)}")
    report = None if watch.stopped else _parse(written.removeprefix(BEGUN))
    status, reason = _ending(watch.stopped, code, watch.limits)
    if report is not None and status in ("exited", "killed"):
        status, reason = "ended", ""
    return Outcome(
        status=status,
        report=report if status == "ended" else None,
        stdout=watch.streams["stdout"].text(),
        stderr=watch.streams["stderr"].text(),
        reason=reason,
        seconds=took,
        standing=standing,
    )


def _ending(stopped: Stopped | None, code: int, limits: Limits) -> tuple[Status, str]:
    """The status of a process without a report, and why there is none."""
    match stopped:
        case "timeout" | "cancelled":
            return "timeout", f"it was stopped after {limits.seconds:g} s"
        case "output_limit":
            return "output_limit", f"it was stopped because it wrote more than {FLOOD_BYTES >> 20} MB of output"
        case "disk_limit":
            return (
                "disk_limit",
                f"it was stopped because its files took more than {DISK_BYTES >> 20} MB or were too many",
            )
    if code >= 0:
        return "exited", f"it {_exit(code)} before it could report a result"
    if -code == signal.SIGXCPU:
        return "cpu_limit", f"it was stopped after {limits.cpu_seconds()} s of CPU time"
    if -code == signal.SIGSYS:
        return "forbidden_syscall", "it was ended for asking the system for something that no honest program needs"
    if -code == signal.SIGKILL:
        return "killed", "it was killed, as happens when the machine runs out of memory"
    return "crashed", f"it {_exit(code)}, as happens at a memory or size limit"


def _exit(code: int) -> str:
    return f"ended with exit code {code}" if code >= 0 else f"was ended by signal {_signal(-code)}"


def _parse(raw: bytearray) -> dict[str, Any] | None:
    if sum(map(raw.count, (b",", b"[", b"{"))) > REPORT_PARTS:
        return None
    try:
        report = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return report if isinstance(report, dict) else None


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)
