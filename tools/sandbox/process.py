"""The processes that run a task: a confined child of the zygote, or, where nothing can confine it, a plain one.

Both are watched in the same way (`tools.sandbox.watch`): through the read ends of their three pipes and, on Linux, a
descriptor of the process itself.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tools.sandbox import cleanup
from tools.sandbox.limits import Limits
from tools.sandbox.zygote import Ended, Zygote

BOOTSTRAP = Path(__file__).resolve().parents[1] / "worker" / "bootstrap.py"


@dataclass
class Pipes:
    """Read ends of standard output, standard error and report; `task` is the write end of the task's."""

    ours: dict[str, int] = field(default_factory=dict)
    theirs: dict[str, int] = field(default_factory=dict)

    @classmethod
    def make(cls) -> "Pipes":
        pipes = cls()
        for name in ("stdout", "stderr", "report"):
            pipes.ours[name], pipes.theirs[name] = os.pipe()
        pipes.theirs["task"], pipes.ours["task"] = os.pipe()
        return pipes

    def close_theirs(self) -> None:
        _close(self.theirs)

    def close(self) -> None:
        _close(self.theirs)
        _close(self.ours)


class Process(Protocol):
    """One task's process, with a folder of its own, which is gone after `collect`."""

    pipes: Pipes
    folder: Path

    @property
    def handle(self) -> int | None:
        """Becomes readable when the process has ended; None where the system has no such thing."""
        ...

    def kill(self) -> None: ...

    def ended(self) -> bool:
        """Asked where there is no handle."""
        ...

    def collect(self) -> Ended:
        """Called once; ends it if it has not ended, and leaves nothing of it."""
        ...


class Confined:
    """A child of the zygote."""

    def __init__(self, zygote: Zygote, limits: Limits) -> None:
        self.zygote, self.bounds, self.since = zygote, limits.bounds(), time.monotonic()
        self.folder, self.pipes = folder(), Pipes.make()
        theirs = self.pipes.theirs
        order = [theirs["task"], theirs["stdout"], theirs["stderr"], theirs["report"]]
        try:
            self.pid, self.handle = zygote.spawn(self.folder, self.bounds, order)
        except BaseException:
            self.pipes.close()
            cleanup.remove(self.folder)
            raise
        self.pipes.close_theirs()

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, signal.SIGKILL)

    def ended(self) -> bool:
        return False

    def collect(self) -> Ended:
        try:
            self.kill()
            os.close(self.handle)
            return self.zygote.reap(self.pid)
        finally:
            self.pipes.close()
            cleanup.remove(self.folder)


class Plain:
    """A process of its own with limits and a clean environment, but nothing that confines it."""

    def __init__(self, limits: Limits) -> None:
        self.folder, self.pipes = folder(), Pipes.make()
        theirs = self.pipes.theirs
        command = [sys.executable, "-I", "-B", "-u", "-X", "utf8", str(BOOTSTRAP)]
        try:
            self.process = subprocess.Popen(
                [*command, str(theirs["report"]), json.dumps(limits.resources())],
                stdin=theirs["task"],
                stdout=theirs["stdout"],
                stderr=theirs["stderr"],
                cwd=self.folder,
                env=cleanup.environment(self.folder),
                pass_fds=(theirs["report"],),
                start_new_session=True,
            )
        except BaseException:
            self.pipes.close()
            cleanup.remove(self.folder)
            raise
        self.pipes.close_theirs()
        self.handle = _pidfd(self.process.pid)

    def kill(self) -> None:
        cleanup.kill_group(self.process)

    def ended(self) -> bool:
        return self.process.poll() is not None

    def collect(self) -> Ended:
        if self.handle is not None:
            os.close(self.handle)
        self.kill()
        self.pipes.close()
        status = self.process.wait()
        cleanup.kill_strays(self.folder)
        cleanup.remove(self.folder)
        return Ended(status=-status if status < 0 else status << 8, cpu=0.0, memory=0)


def folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="agentflow-"))


def _close(handles: dict[str, int]) -> None:
    while handles:
        os.close(handles.popitem()[1])


def _pidfd(pid: int) -> int | None:
    if sys.platform == "linux":
        with suppress(OSError):  # an old or emulated kernel
            return os.pidfd_open(pid)
    return None
