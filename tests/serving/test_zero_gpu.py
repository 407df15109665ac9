"""A ZeroGPU Space without its GPU: the real `spaces` forks for every model call, its scheduler is a stand-in."""

import json
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from gradio_client import Client

from agentflow_core import Settings, assemble
from agentflow_core.events import ModelCall
from agentflow_core.models import ModelPool
from benchmarks import served

pytest.importorskip("spaces", reason="pip install -r requirements-dev.txt")

MODEL = "transformers:./assets/pocket/base"
QUESTION = "What is the capital of Hungary?"


class Scheduler(BaseHTTPRequestHandler):
    """Says yes to everyone, and remembers what was asked."""

    asked: list[tuple[str, dict[str, str]]]

    def do_POST(self) -> None:
        address = urlsplit(self.path)
        self.asked.append((address.path, {name: values[0] for name, values in parse_qs(address.query).items()}))
        lent = {"idle": True, "nvidiaIndex": 0, "nvidiaUUID": "none", "allowToken": str(len(self.asked))}
        body = json.dumps(lent if address.path == "/schedule" else {}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@dataclass
class Space:
    page: served.Page
    asked: list[tuple[str, dict[str, str]]]

    def told(self, path: str) -> list[dict[str, str]]:
        return [parameters for asked, parameters in self.asked if asked == path]


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Space]:
    home = tmp_path_factory.mktemp("space")
    group = home / "cgroup"
    group.write_text("0::/space\n")
    asked: list[tuple[str, dict[str, str]]] = []
    scheduler = ThreadingHTTPServer(("127.0.0.1", 0), type("Asked", (Scheduler,), {"asked": asked}))
    threading.Thread(target=scheduler.serve_forever, daemon=True).start()
    environment = {
        "SPACES_ZERO_GPU": "true",
        "SPACES_ZERO_DEVICE_API_URL": f"http://127.0.0.1:{scheduler.server_port}",
        "ZEROGPU_PROC_SELF_CGROUP_PATH": str(group),
        "AGENTFLOW_MODEL": MODEL,
        "AGENTFLOW_WIKIPEDIA": "offline",
        "OMP_NUM_THREADS": "1",  # the forked process computes on a CPU here, and OpenMP's threads are not forked
    }
    with served.page(environment, [sys.executable, "-m", "tests.serving.zero_gpu_space"]) as shown:
        yield Space(shown, asked)
    scheduler.shutdown()


def calls_of(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [event["call"] for event in events if event.get("call")]


async def test_each_model_call_borrows_the_gpu_and_says_what_it_says_elsewhere(space: Space) -> None:
    assert space.told("/startup-report"), "without a function to lend to, such a Space does not start"
    events = list(Client(space.page.address, verbose=False).submit(QUESTION, api_name="/solve"))
    assert events[-1]["type"] == "flow_finished" and events[-1]["status"] == "answered", events[-1]

    lent, written = space.told("/schedule"), calls_of(events)
    assert len(lent) == len(space.told("/release")) == len(written) >= 5
    assert {parameters["fail"] for parameters in space.told("/release")} == {"false"}
    assert all(15 < int(parameters["durationSeconds"]) < 120 for parameters in lent)
    forked = {int(parameters["pid"]) for parameters in space.told("/allow")}
    assert space.page.pid not in forked

    pool = ModelPool()
    here = assemble(Settings(model=f"{MODEL}?device=cpu", wikipedia="offline"), pool=pool)
    same = [call async for event in here.run(QUESTION) if isinstance(call := getattr(event, "call", None), ModelCall)]
    await pool.close()
    assert [call["completion"]["text"] for call in written] == [call.completion.text for call in same]
    assert "Budapest" in events[-2]["answer"]["text"]
