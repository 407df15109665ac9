"""Keys leave no trace: typed in the page or set in the environment, they reach their model server and nothing else.

The real program in its own process, a real browser, and a model server that repeats every key it is sent in its errors.
Each place where a key could lie is read afterwards; that the keys were really used is checked first.
"""

import asyncio
import gzip
import json
import queue
import re
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar, get_args

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from playwright.sync_api import expect

from agentflow_core import RunStore
from agentflow_core.formats import Format, write_run
from benchmarks import served
from tests.browser.conftest import BUSY_MS
from tests.browser.test_page import open_models
from tests.stub_server import Reply, StubServer, stub_server

pytestmark = pytest.mark.browser

OPERATOR, OPENAI, HUB = "sk-canary-operator-77aa", "sk-canary-openai-77bb", "hf_canary77cc"
TYPED = {role: f"sk-canary-{role}-77dd" for role in ("planner", "executor", "verifier", "generator")}
WRONG = "sk-canary-wrong-77ee"
COLLECTOR, MCP = "sk-canary-collector-77ff", "sk-canary-mcp-77gg"
TEST_SERVER = {"command": sys.executable, "args": [str(served.ROOT / "tests/tools/mcp/server.py")]}
CANARY = re.compile(r"canary\S{0,40}77")


def say(stub: StubServer, body: dict[str, Any]) -> Reply:
    """Plays all four roles; refuses the wrong key, and says which one that was."""
    key = stub.headers[-1].get("authorization", "")
    if WRONG in key:
        return Reply(status=401, error=f"Incorrect API key provided: {key} in {stub.headers[-1]}")
    asked = body["messages"][-1]["content"]
    if "You are the executor" in asked:
        return Reply('{"query": "France"}')
    if "You are the verifier" in asked:
        return Reply('{"reason": "all there", "verdict": "STOP"}')
    if "You are the generator" in asked:
        return Reply("Explanation: see [1].\nAnswer: Paris")
    if "Sub-Goal" in asked:
        return Reply("Justification: j\nContext: c\nSub-Goal: find it\nTool Name: wikipedia_search")
    return Reply("One look-up is enough.")


@pytest.fixture(scope="module")
def models() -> Iterator[StubServer]:
    """The model server, on a thread of its own."""
    loop, done = asyncio.new_event_loop(), asyncio.Event()
    found: queue.Queue[StubServer] = queue.Queue()

    async def serve() -> None:
        async with stub_server() as stub:
            stub.reply = lambda body: say(stub, body)
            found.put(stub)
            await done.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    yield found.get(timeout=10)
    loop.call_soon_threadsafe(done.set)
    thread.join(5)
    loop.close()


class Collector(BaseHTTPRequestHandler):
    """Takes spans; keeps each key and each body that it was sent."""

    keys: ClassVar[list[str]] = []
    bodies: ClassVar[list[bytes]] = []

    def do_POST(self) -> None:
        self.keys.append(self.headers["authorization"])
        body = self.rfile.read(int(self.headers["content-length"]))
        self.bodies.append(gzip.decompress(body) if self.headers["content-encoding"] == "gzip" else body)
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return None


@pytest.fixture(scope="module")
def collector() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1/traces"
    server.shutdown()
    server.server_close()


@dataclass
class Program:
    url: str
    home: Path
    log: Path
    seen: list[str] = field(default_factory=list)
    """Every answer that the page got, and every address that it asked."""


@pytest.fixture(scope="module")
def program(models: StubServer, collector: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """`python app.py`, with keys in its environment and its libraries as talkative as they can be."""
    home = tmp_path_factory.mktemp("secrets")
    environment = {
        "AGENTFLOW_HOME": str(home),
        "AGENTFLOW_MODEL": f"openai:stub@{models.url}",
        "AGENTFLOW_API_KEY": OPERATOR,
        "AGENTFLOW_WIKIPEDIA": "offline",
        "OPENAI_API_KEY": OPENAI,
        "OPENAI_LOG": "debug",
        "HF_TOKEN": HUB,
        "AGENTFLOW_OTLP": collector,
        "OTEL_EXPORTER_OTLP_HEADERS": f"authorization=Bearer%20{COLLECTOR}",
        "AGENTFLOW_MCP": json.dumps({"mcpServers": {"test": TEST_SERVER | {"env": {"TEST_KEY": MCP}}}}),
    }
    with served.page(environment) as shown:
        yield Program(shown.address + "/", home, shown.log)


@pytest.fixture(scope="module")
def visited(program: Program, chromium: Any, models: StubServer) -> Program:
    """A visitor types keys, checks a wrong one, has a flow fail with it, then one answered with the right ones."""
    page = chromium.new_page()
    page.set_default_timeout(BUSY_MS)

    def answered(response: Any) -> None:
        if response.url.startswith(program.url) and "/assets/" not in response.url:
            program.seen.append(response.url)

    page.on("response", answered)
    page.on("console", lambda message: program.seen.append(message.text))
    page.on("request", lambda request: program.seen.append(request.url))
    page.add_init_script(READ_ANSWERS)
    page.add_init_script("localStorage.setItem('agentflow.seen', '1')")  # no recorded flow plays
    page.goto(program.url)
    page.wait_for_selector(".af-welcome")
    open_models(page)

    def type_keys(keys: dict[str, str]) -> None:
        for place, role in enumerate(TYPED):
            page.locator("#af-models input[type=password]").nth(place).fill(keys[role])
        page.wait_for_timeout(400)

    def ask(question: str, status: str) -> None:
        page.locator("#af-question textarea").fill(question)
        page.wait_for_timeout(400)
        page.locator("#af-run").click()
        expect(page.locator(".af-question")).to_have_text(question)
        expect(page.locator(f'.af-status[data-status="{status}"]')).to_be_visible(timeout=20_000)

    type_keys(dict.fromkeys(TYPED, WRONG))
    page.locator("#af-check-planner").click()
    expect(page.locator("#af-status-planner .af-check[data-ok=false]")).to_be_visible(timeout=20_000)
    ask("What with a wrong key?", "failed")
    type_keys(TYPED)
    ask("What with the right keys?", "answered")
    for button in page.locator(".af-open:visible").all():
        button.click()
    page.wait_for_selector(".af-pane")
    program.seen += [page.content(), page.inner_text("body"), page.url]
    program.seen.append(json.dumps(page.evaluate("[{...localStorage}, {...sessionStorage}, document.cookie]")))
    program.seen += page.evaluate("window.__answers")
    page.close()
    return program


READ_ANSWERS = """
window.__answers = [];
const plain = window.fetch;
window.fetch = async (...asked) => {
  const answer = await plain(...asked);
  answer.clone().text().then((text) => window.__answers.push(text));
  return answer;
};
"""
"""Keeps the text of every answer: streams too, which a test can read only from within the page."""


def test_the_keys_were_used(visited: Program, models: StubServer) -> None:
    sent = {headers["authorization"] for headers in models.headers}
    assert {f"Bearer {key}" for key in [*TYPED.values(), WRONG]} <= sent
    assert f"Bearer {OPENAI}" not in sent and f"Bearer {HUB}" not in sent


def test_the_page_never_shows_or_receives_one(visited: Program) -> None:
    text = "\n".join(visited.seen)
    assert len(visited.seen) > 20 and "What with the right keys?" in text
    assert '"type":"tool_returned"' in text, "the answers to the page's own requests are among it"
    assert CANARY.findall(text) == []


def test_runs_and_their_exports_hold_none(visited: Program) -> None:
    store = RunStore(visited.home / "runs.sqlite")
    runs = {run.question: run for run in store.runs()}
    assert runs["What with a wrong key?"].status == "failed" and runs["What with the right keys?"].status == "answered"
    for run in runs.values():
        events = store.events(run.id)
        for form in get_args(Format):
            exported = write_run(events, run.id, form)
            assert run.question in exported and CANARY.findall(exported) == [], form
    store.close()


def test_the_collectors_key_reaches_the_collector_only(visited: Program) -> None:
    for _ in range(100):
        if len(Collector.bodies) >= 2:
            break
        time.sleep(0.2)
    assert set(Collector.keys) == {f"Bearer {COLLECTOR}"}
    sent = b"".join(Collector.bodies)
    assert b"What with the right keys?" in sent and b"canary" not in sent


def test_a_tools_server_is_given_its_key_which_the_page_does_not_tell(visited: Program) -> None:
    config = httpx.get(visited.url + "config", timeout=30).text
    assert "test_add" in config, "its tools are on the page"
    assert "canary" not in config and sys.executable not in config


def test_no_file_that_the_program_wrote_holds_one(visited: Program) -> None:
    read = 0
    for path in (path for path in visited.home.rglob("*") if path.is_file()):
        read += 1
        assert b"canary" not in path.read_bytes(), path
    assert read >= 2, "the store and the log"


def test_the_log_was_written_and_holds_none(visited: Program) -> None:
    log = visited.log.read_text()
    assert "AgentFlow Live is at" in log and CANARY.findall(log) == []


@pytest.mark.parametrize("path", ["", "config", "gradio_api/info", "gradio_api/info?all_endpoints=true", "theme.css"])
def test_what_the_server_tells_of_itself_holds_none(visited: Program, path: str) -> None:
    answer = httpx.get(visited.url + path, timeout=30)
    assert answer.status_code == 200 and len(answer.text) > 200
    assert "canary" not in answer.text


def test_the_operators_key_goes_to_the_operators_server_only_and_not_into_events(
    visited: Program, models: StubServer
) -> None:
    events = list(Client(visited.url, verbose=False).submit("Over the API?", api_name="/solve"))
    assert events[-1]["status"] == "answered" and "canary" not in json.dumps(events)
    assert models.headers[-1]["authorization"] == f"Bearer {OPERATOR}"
    other = models.url.replace("127.0.0.1", "localhost")
    theirs = [f"openai:stub@{other}"] * 4
    list(Client(visited.url, verbose=False).submit("Over the API?", *theirs, api_name="/solve"))
    assert OPERATOR not in models.headers[-1]["authorization"]


@pytest.mark.parametrize(
    "role",
    [
        f"openai:m@http://user:{WRONG}@127.0.0.1:9/v1",
        f"openai:m@http://127.0.0.1:9/v1?api_key={WRONG}",
        f"openai:m@http://{WRONG}:x@h/v1#z",
    ],
)
def test_a_key_in_a_role_string_is_refused_without_repeating_it(visited: Program, role: str) -> None:
    with pytest.raises(AppError, match=r"key|password|URL") as refused:
        Client(visited.url, verbose=False).predict("Q?", role, api_name="/solve")
    assert "canary" not in str(refused.value) and "canary" not in visited.log.read_text()
