"""A real vLLM server on this CPU with the Pocket model, started as `make serve` starts it.

Run by `make test-vllm`, which installs vLLM in an environment of its own; elsewhere these tests are skipped.
"""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from agentflow_core.models import Message, OpenAIModel, Sampling
from benchmarks.served import free_port

INTERPRETER = "AGENTFLOW_VLLM"
ROOT = Path(__file__).parents[2]
POCKET = ROOT / "assets" / "pocket" / "base"
KEY = "key-of-the-tests"
START_SECONDS = 240
CONTEXT = 8192
"""More than Pocket was trained for: chat prompts are sent to it for their length, not for its answers."""


def long_pocket(folder: Path) -> Path:
    """Pocket with positions for all of the context; up to its own length it is the same model."""
    folder.mkdir(exist_ok=True)
    for file in POCKET.iterdir():
        shutil.copy(file, folder)
    config = json.loads((POCKET / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"max_position_embeddings": CONTEXT}))
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.integration)
            if not os.environ.get(INTERPRETER):
                item.add_marker(pytest.mark.skip(reason="starts a vLLM server: run `make test-vllm`"))


@dataclass
class Server:
    """One vLLM process; it can be killed and started again on the same port."""

    port: int
    log: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def role(self) -> str:
        return f"openai:base@{self.url}?dialect=pocket"

    def start(self, *more: str) -> None:
        command = [os.environ[INTERPRETER], str(ROOT / "serving" / "vllm_server.py")]
        command += ["--model", str(long_pocket(self.log.parent / "base")), "--port", str(self.port)]
        command += ["--context", str(CONTEXT), "--flows", "64", *more]
        environ = os.environ | {"AGENTFLOW_API_KEY": KEY}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, env=environ, stdout=log, stderr=log, start_new_session=True)
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            try:
                with urlopen(f"http://127.0.0.1:{self.port}/health", timeout=2):
                    return
            except (URLError, ConnectionError, TimeoutError):
                time.sleep(0.5)
        end = self.log.read_text(encoding="utf-8", errors="replace")[-3000:]
        self.kill()
        pytest.fail(f"vLLM did not start; the end of its log:\n{end}")

    def kill(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


@contextmanager
def started(folder: Path, *more: str) -> Iterator[Server]:
    """A server on a free port with these further options; its log lies in the folder."""
    port = free_port()
    server = Server(port, folder / "server.log")
    server.start(*more)
    try:
        yield server
    finally:
        server.kill()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with started(tmp_path_factory.mktemp("vllm")) as server:
        yield server


@pytest.fixture
async def model(server: Server) -> AsyncIterator[OpenAIModel]:
    """Pocket on the server, in its own dialect."""
    model = OpenAIModel("base", server.url, KEY, dialect="pocket")
    yield model
    await model.close()


class WithExtras(OpenAIModel):
    """Pocket on the server, with request fields of vLLM that the product does not send."""

    def __init__(self, server: Server, **extras: object) -> None:
        super().__init__("base", server.url, KEY, dialect="pocket")
        self._extras = extras

    def _body(self, messages: list[Message], sampling: Sampling, schema: dict[str, Any] | None) -> dict[str, Any]:
        body = super()._body(messages, sampling, schema)
        body |= self._extras
        return body
