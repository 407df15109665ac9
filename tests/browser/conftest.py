"""One page for all browser tests, in a real Chromium. What a question asks for decides which flow answers it."""

import json
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from agentflow_core import RunStore, Settings  # noqa: E402
from agentflow_core.control import Control  # noqa: E402
from agentflow_core.errors import ModelUnavailable  # noqa: E402
from agentflow_core.events import Budget, Event  # noqa: E402
from agentflow_core.models import ScriptedModel  # noqa: E402
from demo.app import build_app, launch_options  # noqa: E402
from tests.agentflow_core.flows import Echo, make, scripted  # noqa: E402
from tests.browser.payloads import GROUPS  # noqa: E402
from tests.demo.flows import RecordedFlow  # noqa: E402
from tools.base import ToolSettings  # noqa: E402
from tools.python_coder import PythonCoder  # noqa: E402
from tools.wikipedia_search import WikipediaSearch  # noqa: E402

BUSY_MS = 60_000
"""A busy machine is slow, not wrong."""
playwright.expect.set_options(timeout=BUSY_MS)

CHROMIUM = os.environ.get("AGENTFLOW_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Shout(Echo):
    name = "shout"


class AnyFlow:
    """The question's first word chooses.

    `engine: …` is answered by the real engine, `steady: …` too, for a minute; `broken: …` has a text that cannot be
    read; `down: …` fails until it is resumed; `slow: …` is the recorded flow in seconds; `poison 3: …` carries group 3
    of the payloads, `article 3: …` looks an article up that holds group 3, `program: …` runs the program that follows;
    anything else is the recorded flow.
    """

    def __init__(self, articles: Path) -> None:
        self.wiki = WikipediaSearch(ToolSettings(wiki_files=(articles,), wiki_results=1))
        engine = make(None, Shout(ToolSettings()))
        self.models, self.toolbox, self.budget, self.sampling = (
            engine.models,
            engine.toolbox,
            engine.budget,
            engine.sampling,
        )
        """What a fork of a run asks of a flow."""

    async def run(
        self,
        question: str = "",
        *,
        budget: Budget | None = None,
        start: Sequence[Event] = (),
        control: Control | None = None,
    ) -> AsyncIterator[Event]:
        kind, _, rest = (start[0].question if start and start[0].type == "flow_started" else question).partition(":")
        flow: Any = RecordedFlow(0.001)
        if kind == "engine":
            flow = make(scripted(planner=()) if start else None, Shout(ToolSettings()))
        elif kind == "steady":
            flow = make(scripted(turns=10, latency=1.2), Shout(ToolSettings()))
        elif kind == "broken":
            flow = make(scripted(planner=()) if start else scripted(executor=["no object", '{"text": "read"}']))
        elif kind == "slow":
            flow = RecordedFlow(0.03)
        elif kind.startswith("poison"):
            flow = RecordedFlow(0.0, GROUPS[int(kind.split()[1])])
        elif kind.startswith("article"):
            plan = "Context: none\nSub-Goal: read the article\nTool Name: wikipedia_search"
            look_up = json.dumps({"query": kind.capitalize()})
            flow = make(scripted(planner=["Read it.", plan], executor=[look_up], turns=1), self.wiki)
        elif kind == "program":
            plan = "Context: none\nSub-Goal: run it\nTool Name: python_coder"
            coder = PythonCoder(ToolSettings(code_seconds=60))
            flow = make(
                scripted(planner=["Run it.", plan], executor=[json.dumps({"code": rest.strip()})], turns=1), coder
            )
        elif kind == "down":
            models = scripted()
            if not start:
                models["executor"] = ScriptedModel([ModelUnavailable("The server at 127.0.0.1:9 is down.")])
            flow = make(models)
        async for event in flow.run(question, budget=budget, start=start, control=control):
            yield event


@pytest.fixture(scope="package")
def store(tmp_path_factory: pytest.TempPathFactory) -> RunStore:
    return RunStore(tmp_path_factory.mktemp("runs") / "runs.sqlite")


@pytest.fixture(scope="package")
def address(store: RunStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    articles = tmp_path_factory.mktemp("wiki") / "hostile.jsonl"
    lines = [json.dumps({"title": f"Article {n}", "text": text}) + "\n" for n, text in enumerate(GROUPS)]
    articles.write_text("".join(lines))
    page = build_app(Settings(), store=store, assemble=lambda *_, **__: AnyFlow(articles))
    _, url, _ = page.launch(prevent_thread_lock=True, server_name="127.0.0.1", **launch_options())
    yield url
    page.close()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Any]:
    """Ends with these tests: its event loop in the main thread would keep every asynchronous test from running."""
    if not Path(CHROMIUM).exists():
        pytest.skip("no Chromium: install Debian's chromium or set AGENTFLOW_CHROMIUM")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium: Any, address: str) -> Iterator[Any]:
    """Opens the page as a new visitor: `visitor(path, width=...)`; `before(page)` is called before it is loaded.

    Script errors fail the test, and so does anything that the page's own policy refuses.
    """
    opened = []

    def visit(
        path: str = "",
        width: int = 1280,
        height: int = 900,
        newcomer: bool = False,
        before: Callable[[Any], None] = lambda page: None,
    ) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": height})
        if not newcomer:  # for whom a recorded flow would play
            context.add_init_script("localStorage.setItem('agentflow.seen', '1')")
        context.set_default_timeout(BUSY_MS)
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if "Content Security" in said.text else None)
        opened.append((context, errors))
        before(page)
        page.goto(address + path)
        page.wait_for_selector(".af-welcome:visible, .af-head:visible")
        return page

    yield visit
    for context, errors in opened:
        context.close()
        assert errors == []
