"""Watches one process to its end: gives it the task, reads what it writes, stops it at a limit.

It blocks: call it in a thread.
"""

import os
import selectors
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal

from tools.sandbox.limits import (
    DISK_BYTES,
    DISK_ENTRIES,
    FLOOD_BYTES,
    OUTPUT_BYTES,
    REPORT_BYTES,
    UNSEEN_DISK_BYTES,
    Limits,
)
from tools.sandbox.process import Process

Stopped = Literal["timeout", "output_limit", "disk_limit", "cancelled"]
CHUNK = 1 << 16
LOOK_SECONDS = 0.02
"""How often the folder's size is looked at, and whether the call was cancelled."""
DEEPEST_PATH = 3_800
"""Bytes of a path; below a somewhat longer one nobody can look by name."""
LINGER_SECONDS = 1.0
"""How long pipes are still read after the end: a plain process may have left somebody who holds them open."""


@dataclass
class Stream:
    """The first bytes of a pipe, and how many there were."""

    keep: int
    most: int
    kept: bytearray = field(default_factory=bytearray)
    total: int = 0

    def take(self, data: bytes) -> bool:
        """False when it has become too much."""
        self.total += len(data)
        self.kept += data[: self.keep - len(self.kept)]
        return self.total <= self.most

    def text(self) -> str:
        text = self.kept.decode(errors="replace")
        cut = self.total > self.keep
        return f"{text}… [cut, {self.keep:,} of {self.total:,} bytes shown]" if cut else text


class Watch:
    """One process under watch. `stop` may be called from another thread."""

    def __init__(self, process: Process, limits: Limits) -> None:
        self.process, self.folder, self.limits = process, process.folder, limits
        self.streams = {name: Stream(OUTPUT_BYTES, FLOOD_BYTES) for name in ("stdout", "stderr")}
        self.streams["report"] = Stream(REPORT_BYTES, REPORT_BYTES)
        self.stopped: Stopped | None = None
        self.cancelled = False
        self.free, self.next_look = _free(self.folder), 0.0

    def run(self, task: bytes) -> None:
        """Returns when the process has ended and its pipes are empty."""
        deadline = time.monotonic() + self.limits.seconds
        with selectors.DefaultSelector() as selector:
            self._register(selector, task)
            while True:
                self._look(deadline)
                for key, _ in selector.select(self._patience(deadline)):
                    key.data()
                if self._over(selector):
                    return

    def _register(self, selector: selectors.BaseSelector, task: bytes) -> None:
        self.alive, self.dead_since, self.selector = True, 0.0, selector
        ours = self.process.pipes.ours
        for name in ("stdout", "stderr", "report"):
            os.set_blocking(ours[name], False)
            selector.register(ours[name], selectors.EVENT_READ, partial(self._read, name))
        os.set_blocking(ours["task"], False)
        self.unsent = memoryview(task)
        selector.register(ours["task"], selectors.EVENT_WRITE, self._write)
        if self.process.handle is not None:
            selector.register(self.process.handle, selectors.EVENT_READ, self._died)

    def _read(self, name: str) -> None:
        handle = self.process.pipes.ours[name]
        with suppress(BlockingIOError):
            data = os.read(handle, CHUNK)
            if not data:
                self._forget(name)
            elif not self.streams[name].take(data):
                self._stop("output_limit")

    def _write(self) -> None:
        try:
            self.unsent = self.unsent[os.write(self.process.pipes.ours["task"], self.unsent[:CHUNK]) :]
        except BlockingIOError:
            return
        except BrokenPipeError:
            self.unsent = self.unsent[:0]
        if not self.unsent:
            self._forget("task")

    def _forget(self, name: str) -> None:
        handle = self.process.pipes.ours.pop(name)
        self.selector.unregister(handle)
        os.close(handle)

    def _died(self) -> None:
        self.alive, self.dead_since = False, time.monotonic()
        if self.process.handle is not None:
            self.selector.unregister(self.process.handle)

    def _patience(self, deadline: float) -> float:
        return LOOK_SECONDS if self.stopped else max(0.0, min(LOOK_SECONDS, deadline - time.monotonic()))

    def _look(self, deadline: float) -> None:
        """Stops the process where a limit is reached that nobody else watches."""
        if self.alive and self.process.handle is None and self.process.ended():
            self._died()
        if not self.alive or self.stopped:
            return
        now = time.monotonic()
        if self.cancelled:
            self._stop("cancelled")
        elif now >= deadline:
            self._stop("timeout")
        elif now >= self.next_look and self._too_much_disk():
            self._stop("disk_limit")

    def _too_much_disk(self) -> bool:
        """Whether the program's files take too much; looks at them all, so not at every turn of the loop."""
        self.next_look = time.monotonic() + LOOK_SECONDS
        return _is_too_large(self.folder) or self.free - _free(self.folder) > UNSEEN_DISK_BYTES

    def _stop(self, why: Stopped) -> None:
        if self.stopped is None and self.alive:
            self.stopped = why
            self.process.kill()

    def _over(self, selector: selectors.BaseSelector) -> bool:
        if self.alive:
            return False
        if not self.streams.keys() & self.process.pipes.ours.keys():
            return True
        return time.monotonic() - self.dead_since > LINGER_SECONDS


def _is_too_large(folder: Path) -> bool:
    """Whether the folder holds more than a program may leave there; looks no further than that."""
    entries, size, pending = 0, 0, [str(folder)]
    while pending:
        path = pending.pop()
        if len(os.fsencode(path)) > DEEPEST_PATH:
            return True
        with suppress(OSError), _listing(path) as found:  # gone meanwhile
            for entry in found:
                entries += 1
                with suppress(OSError):  # gone meanwhile; the others still count
                    size += entry.stat(follow_symlinks=False).st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
                if entries > DISK_ENTRIES or size > DISK_BYTES:
                    return True
    return False


def _free(folder: Path) -> int:
    """Bytes free on the disk of `folder`."""
    disk = os.statvfs(folder)
    return disk.f_bfree * disk.f_frsize


def _listing(path: str) -> "os._ScandirIterator[str]":
    try:
        return os.scandir(path)
    except PermissionError:  # the program made it unreadable
        os.chmod(path, 0o700)  # noqa: PTH101
        return os.scandir(path)
