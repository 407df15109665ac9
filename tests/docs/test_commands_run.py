"""Every command of the documentation does what is said of it: the table of how is `running.TABLE`."""

import ast
import asyncio
import contextlib
import json
import os
import re
import signal
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from gradio_client import Client

from agentflow_core import RunStore
from benchmarks.served import free_port
from benchmarks.stub_server import running
from tests.docs.pages import ROOT, page, pages
from tests.docs.running import (
    IDS,
    IN_COMMENTS,
    IN_WORDS,
    TABLE,
    Cannot,
    InCI,
    Runs,
    Serves,
    checkout,
    ended,
    typed,
)
from tests.tools.context import context
from tools.base import ToolSettings
from tools.toolbox import Toolbox

PATIENCE = 600
"""Seconds for one command on a busy machine."""
DOCUMENTED = sorted({line for shown in pages() for line in shown.lines()} | IN_COMMENTS | IN_WORDS)
RUN = [line for line in DOCUMENTED if isinstance(TABLE.get(line), Runs)]
SERVED = [line for line in DOCUMENTED if isinstance(TABLE.get(line), Serves)]


# --- the table -------------------------------------------------------------------------------------------------------


def test_every_documented_command_is_in_the_table_and_nothing_else() -> None:
    assert set(DOCUMENTED) - set(TABLE) == set(), "say in tests/docs/running.py how these are run"
    assert set(TABLE) - set(DOCUMENTED) == set(), "these are documented no more"


def test_what_is_documented_in_comments_and_in_words_is_there() -> None:
    told = page("README.md").text
    for line in IN_COMMENTS:
        assert line.removeprefix("python -m agentflow_core ") in told
    assert "`fetch URL`" in told


def test_most_commands_are_run() -> None:
    assert len(RUN) + len(SERVED) >= 0.6 * len(DOCUMENTED)


@pytest.mark.parametrize("line", [line for line in DOCUMENTED if isinstance(TABLE.get(line), Cannot)])
def test_what_is_not_run_has_a_reason_and_its_closest_test_exists(line: str) -> None:
    how = TABLE[line]
    assert isinstance(how, Cannot) and how.why
    assert (ROOT / how.closest).exists()


@pytest.mark.parametrize("line", [line for line in DOCUMENTED if isinstance(TABLE.get(line), InCI)])
def test_ci_runs_it(line: str) -> None:
    assert line in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


# --- commands that end -----------------------------------------------------------------------------------------------


class World:
    """One checkout in which all is typed, each line once, at most one for each core at a time."""

    def __init__(self, folder: Path, values: Mapping[str, str]) -> None:
        self.folder, self.values = checkout(folder), dict(values)
        own = {name: value for name, value in os.environ.items() if not name.startswith("AGENTFLOW_")}
        self.environment = own | {
            "PATH": f"{self.folder / '.venv' / 'bin'}{os.pathsep}{own['PATH']}",
            "AGENTFLOW_HOME": str(self.folder / "home"),
            "AGENTFLOW_BENCHMARKS": str(self.folder / "data"),
            "HF_HUB_OFFLINE": "1",
            "OMP_NUM_THREADS": "1",
            "COLUMNS": "200",
        }
        self._begun: dict[str, Future[subprocess.CompletedProcess[str]]] = {}
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(2 * len(TABLE))  # most wait for a core, or for one another
        self._cores = threading.Semaphore(max(2, os.cpu_count() or 1))
        self._prepare()

    def _prepare(self) -> None:
        """What the reader has: a program, articles, questions."""
        (self.folder / "program.py").write_text("print(6 * 7)\n")
        article = {"title": "Freedonia", "text": "Freedonia is a country. Its capital is Fredville."}
        (self.folder / "mine.jsonl").write_text(json.dumps(article) + "\n")
        rows = [{"query": "What is the capital of France?", "answer": "Paris"}, {"query": "6 * 7?", "answer": 42}]
        (self.folder / "mine.json").write_text(json.dumps(rows))
        (self.folder / "data").mkdir()
        for name in ("medqa", "bamboogle"):
            gold = json.loads((ROOT / "tests" / "training" / "gold" / f"{name}.json").read_text(encoding="utf-8"))
            asked = [row | {"query": f"Question {n}?"} for n, row in enumerate(gold)]
            (self.folder / "data" / f"{name}.json").write_text(json.dumps(asked))

    def begin(self, line: str) -> Future[subprocess.CompletedProcess[str]]:
        """Types the line if it was not typed before."""
        with self._lock:
            if line not in self._begun:
                self._begun[line] = self._pool.submit(self._type, line)
            return self._begun[line]

    def ran(self, line: str) -> subprocess.CompletedProcess[str]:
        """What came of the line."""
        return self.begin(line).result()

    def _type(self, line: str) -> subprocess.CompletedProcess[str]:
        how = TABLE.get(line, Runs())
        assert isinstance(how, Runs)
        for before in how.after:
            assert self.ran(before).returncode != 2, f"{before} went wrong: {self.ran(before).stderr}"
        with self._cores:
            done = ended(typed(line, how, self.values), self.folder, self.environment, PATIENCE)
            if line in IDS:  # now, before a fork of it is there too
                self.values[IDS[line]] = self._run(line.split('"')[1])
        return done

    def _run(self, question: str) -> str:
        """The id of the newest run of this question."""
        store = RunStore(self.folder / "home" / "runs.sqlite")
        found = next(run.id for run in store.runs(1000) if run.question == question)
        store.close()
        return found


class Collector(BaseHTTPRequestHandler):
    """Takes what is sent to it."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing is printed."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[World]:
    collector = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=collector.serve_forever, daemon=True).start()
    with running() as role:
        values = {"stub": role, "collector": f"http://127.0.0.1:{collector.server_port}/v1/traces"}
        made = World(tmp_path_factory.mktemp("checkout"), values)
        for item in request.session.items:  # ahead of the tests that look at them
            if getattr(item, "function", None) is test_it_runs:
                made.begin(item.callspec.params["line"])
        yield made
    collector.shutdown()


@pytest.mark.parametrize("line", RUN)
def test_it_runs(line: str, world: World) -> None:
    how, done = TABLE[line], world.ran(line)
    assert isinstance(how, Runs)
    assert done.returncode in how.codes, done.stdout + done.stderr
    assert how.says in done.stdout, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert not how.makes or (world.folder / how.makes).exists()


def test_spans_are_json(world: World) -> None:
    world.ran("python -m agentflow_core export RUN --format otlp > spans.json")
    assert json.loads((world.folder / "spans.json").read_text())["resourceSpans"]


# --- the page --------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def served(line: str, world: World) -> Iterator[str]:
    """The address of the page while it is up."""
    port = free_port()
    how = TABLE[line]
    assert isinstance(how, Serves)
    said = world.folder / f"page-{port}.log"
    with said.open("w") as log:
        shell = subprocess.Popen(
            ["bash", "-c", typed(line, how, world.values | {"port": str(port)})],
            cwd=world.folder,
            env=world.environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            _wait(f"http://127.0.0.1:{port}/", shell, said)
            yield f"http://127.0.0.1:{port}"
        finally:
            with contextlib.suppress(ProcessLookupError):  # it has ended by itself, which `_wait` tells
                os.killpg(shell.pid, signal.SIGKILL)
            shell.wait()


def _wait(address: str, shell: subprocess.Popen[bytes], said: Path) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        assert shell.poll() is None and time.monotonic() < until, said.read_text()
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                assert "AgentFlow Live" in answer.read().decode()
                return
        except OSError:
            time.sleep(0.1)


@pytest.mark.parametrize("line", SERVED)
def test_it_serves_the_page(line: str, world: World) -> None:
    with served(line, world) as address:
        if line == "make demo":
            _ask_as_documented(address)


def _ask_as_documented(address: str) -> None:
    """The README's line for Python programs, against this page."""
    (line,) = [code for code in page("README.md").code() if code.startswith("gradio_client.Client(")]
    job = eval(line.replace("http://127.0.0.1:7860", address), {"gradio_client": _Clients})
    events = [json.loads(event) if isinstance(event, str) else event for event in job]
    assert [event["type"] for event in events][-1] == "flow_finished"
    assert any("Paris" in json.dumps(event) for event in events)


class _Clients:
    @staticmethod
    def Client(address: str) -> Client:
        return Client(address, verbose=False, httpx_kwargs={"timeout": PATIENCE})


# --- Python ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_readmes_program_answers(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    (source,) = page(name).blocks("python")
    program = compile(source, name, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)  # as in a notebook
    asyncio.run(eval(program, {}))
    assert capsys.readouterr().out.split()[-1] == "flow_finished"


async def test_the_contributors_tool_works(tmp_path: Path) -> None:
    (source,) = page("CONTRIBUTING.md").blocks("python")
    (tmp_path / "reverse.py").write_text(source, encoding="utf-8")
    toolbox = Toolbox.load(ToolSettings(), names=["reverse"], folder=tmp_path)
    assert (await toolbox.call("reverse", {"text": "abc"}, context())).text == "cba"


def test_every_block_of_python_is_run_somewhere() -> None:
    """Those of `add_a_tool.md` by `test_docs.py`, the others here."""
    found = {shown.name: len(shown.blocks("python")) for shown in pages() if shown.blocks("python")}
    assert found == {"README.md": 1, "README.zh.md": 1, "CONTRIBUTING.md": 1, "docs/add_a_tool.md": 2}


def test_a_substitution_that_does_not_fit_is_seen() -> None:
    with pytest.raises(ValueError, match=re.escape("'RUN' does not occur")):
        typed("python -m agentflow_core runs", Runs({"RUN": "1"}), {})
