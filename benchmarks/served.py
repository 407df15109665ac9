"""The page in a process of its own, started as `make demo` starts it, for measuring and testing what a visitor gets."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PATIENCE = 300


@dataclass(frozen=True)
class Page:
    address: str
    started_in: float
    """Seconds from the start of the process until the page was served."""
    pid: int
    log: Path


def free_port() -> int:
    """One on which nothing listens now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def page(
    environment: Mapping[str, str], command: Sequence[str] = (sys.executable, "app.py"), folder: Path = ROOT
) -> Iterator[Page]:
    """Of the settings in the caller's environment none is taken over. Raises `RuntimeError` with the log if it ends."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    own = {name: value for name, value in os.environ.items() if not name.startswith(("AGENTFLOW_", "GRADIO_"))}
    with tempfile.TemporaryDirectory() as home, (Path(home) / "log").open("w+") as log:
        given = own | {"PORT": str(port), "AGENTFLOW_HOME": home} | dict(environment)
        began = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=given, stdout=log, stderr=log)
        try:
            _wait(address, process, log.name)
            yield Page(address, time.perf_counter() - began, process.pid, Path(log.name))
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(address: str, process: "subprocess.Popen[bytes]", log: str) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"the page was not served: {Path(log).read_text()[-2000:]}")
        try:
            urllib.request.urlopen(address, timeout=PATIENCE).close()
            return
        except OSError:
            time.sleep(0.02)
