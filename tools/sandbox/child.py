"""The running process of a sandbox: started with nothing of ours, its three pipes read without blocking."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from tools.sandbox import cleanup

BOOTSTRAP = Path(__file__).resolve().parents[1] / "worker" / "bootstrap.py"
OUTPUT_BYTES = 64 * 1024
"""Kept of standard output and of standard error, each."""
FLOOD_BYTES = 8 << 20
"""A process that writes more than this is stopped: reading it would keep the server busy."""
REPORT_BYTES = 1 << 20


async def start(module: str, task: dict[str, Any], folder: Path, limits: dict[str, int]) -> "Child":
    """Starts the worker `module` on `task` in `folder`, listening to its pipes."""
    command = [sys.executable, "-I", "-B", "-u", "-X", "utf8", str(BOOTSTRAP)]
    read_end, write_end = os.pipe()
    with os.fdopen(write_end, "wb"), tempfile.TemporaryFile() as stdin:
        result = os.fdopen(read_end, "rb", buffering=0)
        stdin.write(json.dumps(task).encode())
        stdin.seek(0)
        try:
            process = subprocess.Popen(  # noqa: ASYNC220  (starting takes a millisecond; the waiting is asynchronous)
                [*command, str(write_end), json.dumps(limits), module],
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=folder,
                env=cleanup.environment(folder),
                pass_fds=(write_end,),
                start_new_session=True,
            )
        except OSError:
            result.close()
            raise
    child = Child(process)
    try:
        await child.listen(result)
    except BaseException:  # cancelled meanwhile: nobody else knows the process yet
        cleanup.kill_group(process)
        process.wait()
        raise
    return child


class Capture(asyncio.Protocol):
    """Keeps the first bytes of a pipe and counts the rest."""

    def __init__(self, keep: int, flooded: Callable[[], None]) -> None:
        self.keep, self.flooded = keep, flooded
        self.kept, self.total = bytearray(), 0
        self.ended = asyncio.Event()

    def data_received(self, data: bytes) -> None:
        self.total += len(data)
        self.kept += data[: self.keep - len(self.kept)]
        if self.total > FLOOD_BYTES:
            self.flooded()

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended.set()

    def text(self) -> str:
        text = self.kept.decode(errors="replace")
        cut = self.total > self.keep
        return f"{text}… [cut, {self.keep:,} of {self.total:,} bytes shown]" if cut else text


class Child:
    """A running process and its three pipes."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.flooded = False
        self.transports: list[asyncio.ReadTransport] = []
        self.stdout, self.stderr = Capture(OUTPUT_BYTES, self._flood), Capture(OUTPUT_BYTES, self._flood)
        self.report = Capture(REPORT_BYTES, self._flood)

    def _flood(self) -> None:
        self.flooded = True
        cleanup.kill_group(self.process)

    async def listen(self, result: IO[bytes]) -> None:
        loop = asyncio.get_running_loop()
        pipes = (self.process.stdout, self.stdout), (self.process.stderr, self.stderr), (result, self.report)
        for pipe, capture in pipes:
            transport, _ = await loop.connect_read_pipe(lambda capture=capture: capture, pipe)  # type: ignore[misc]
            self.transports.append(transport)

    async def exited(self) -> None:
        """Returns when the process has ended, without collecting it: its group's number stays ours until the kill."""
        handle = _pidfd(self.process.pid)
        if handle is None:
            while self.process.poll() is None:  # noqa: ASYNC110  (without a pidfd there is no event to wait for)
                await asyncio.sleep(0.02)
            return
        ended, loop = asyncio.Event(), asyncio.get_running_loop()
        loop.add_reader(handle, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(handle)
            os.close(handle)

    async def drain(self) -> None:
        """Takes what is still in the pipes; a process that got away may hold them open, so not for long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                for capture in (self.stdout, self.stderr, self.report):
                    await capture.ended.wait()
        for transport in self.transports:
            transport.close()


def _pidfd(pid: int) -> int | None:
    if sys.platform == "linux":
        with suppress(OSError):  # an old or emulated kernel
            return os.pidfd_open(pid)
    return None
