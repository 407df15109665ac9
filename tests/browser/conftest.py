"""One page for all browser tests, in a real Chromium. What a question asks for decides which flow answers it."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
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
from tests.agentflow_core.flows import make, scripted  # noqa: E402
from tests.browser.payloads import PAYLOADS  # noqa: E402
from tests.demo.flows import RecordedFlow  # noqa: E402

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


class AnyFlow:
    """The question's first word chooses.

    `engine: …` is answered by the real engine, `down: …` fails until it is resumed, `slow: …` takes seconds,
    `poison 3: …` carries payload 3; anything else is the recorded flow.
    """

    async def run(
        self,
        question: str = "",
        *,
        budget: Budget | None = None,
        start: Sequence[Event] = (),
        control: Control | None = None,
    ) -> AsyncIterator[Event]:
        kind, _, _ = (start[0].question if start and start[0].type == "flow_started" else question).partition(":")
        flow: Any = RecordedFlow(0.001)
        if kind == "engine":
            flow = make()
        elif kind == "slow":
            flow = RecordedFlow(0.03)
        elif kind.startswith("poison"):
            flow = RecordedFlow(0.0, PAYLOADS[int(kind.split()[1])])
        elif kind == "down":
            models = scripted()
            if not start:
                models["executor"] = ScriptedModel([ModelUnavailable("The server at 127.0.0.1:9 is down.")])
            flow = make(models)
        async for event in flow.run(question, budget=budget, start=start, control=control):
            yield event


@pytest.fixture(scope="package")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    store = RunStore(tmp_path_factory.mktemp("runs") / "runs.sqlite")
    page = build_app(Settings(), store=store, assemble=lambda *_, **__: AnyFlow())
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
    """Opens the page as a new visitor: `visitor(path, width=..., errors=[...])`. Script errors fail the test."""
    opened = []

    def visit(path: str = "", width: int = 1280, height: int = 900) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": height})
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        opened.append((context, errors))
        page.goto(address + path)
        page.wait_for_selector(".af-welcome, .af-head", timeout=30_000)
        return page

    yield visit
    for context, errors in opened:
        context.close()
        assert errors == []
