"""The page in a process of its own, as a user starts it."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import socket

import httpx

ROOT = Path(__file__).parents[1]
START_SECONDS = 60


@dataclass
class PageProcess:
    url: str
    pid: int
    started_in: float
    """Seconds until it answered."""
    log: Path


@contextmanager
def running(
    command: Sequence[str], environment: Mapping[str, str], log: Path, *, folder: Path = ROOT
) -> Iterator[PageProcess]:
    """Starts it on a free port and ends it as a user would; fails with its log when it ends, or is not up in time."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    began = time.monotonic()
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=folder, env={**environment, "GRADIO_SERVER_PORT": str(port)}, stdout=output, stderr=output
        )
    url = f"http://127.0.0.1:{port}/"
    try:
        while not _answers(url):
            assert process.poll() is None and time.monotonic() - began < START_SECONDS, log.read_text()
            time.sleep(0.2)
        yield PageProcess(url, process.pid, time.monotonic() - began, log)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _answers(url: str) -> bool:
    try:
        httpx.get(url, timeout=5)
    except httpx.TransportError:
        return False
    return True


def without_settings() -> dict[str, str]:
    """This process's environment without what sets the page."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("AGENTFLOW_", "GRADIO_"))}
