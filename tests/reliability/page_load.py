"""Two hundred visitors on one page for five minutes: `make test-load`, outside the default suite.

python -m tests.reliability.page_load [--sessions 200] [--seconds 300] [--latency 2] [--think 40] [--json]

The page runs in a process of its own with the real engine, registry and store; the models are scripted, each call takes
`latency` seconds. A visitor opens the page, asks, follows the run as the inspector does, reads for `think` seconds and
asks again. Every text of a visitor's flow carries that visitor's mark and nobody else's.
Exit code 0 when no event was lost or a stranger's, 95% of the events came within half a second, and memory stayed flat.
"""

import argparse
import asyncio
import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from benchmarks.followers import views

MARK = re.compile(r"visitor-\d+-\d+#")
"""With an end of its own, so that a text cut in the middle of a mark shows no other visitor's."""
LATE = 0.5
GROWTH = 1.15
"""Of the server's memory in the last quarter of the time over the second: the first fills caches."""
IDLE = 3.0
"""Seconds until a connection is not used again. After five the server closes it, perhaps just as we ask: a browser
would ask once more."""
ROOT = Path(__file__).parents[2]


# --- the page --------------------------------------------------------------------------------------------------------


def serve(latency: float) -> None:
    """Serves until it is killed; prints its address."""
    from agentflow_core import RunStore, Settings
    from agentflow_core.models import ScriptedModel
    from demo.app import build_app, launch_options
    from tests.agentflow_core.flows import make
    from tests.reliability.corpus import FITTING

    def reply(messages: Sequence[Any]) -> str:
        prompt = messages[-1].content
        found = MARK.search(prompt)
        mark = found[0] if found else "nobody"
        role = max(FITTING["chat"], key=prompt.rfind)
        texts = {
            "This is turn": f"Context: {mark}\nSub-Goal: find what {mark} asks for\nTool Name: echo",
            "You are the executor": json.dumps({"text": mark}),
            "You are the verifier": json.dumps({"reason": f"{mark} has it", "verdict": "STOP"}),
            "You are the generator": f"Explanation: for {mark} [1]\nAnswer: {mark}",
        }
        return texts.get(role, f"What {mark} asks for is needed.")

    flow = make(dict.fromkeys(("planner", "executor", "verifier", "generator"), ScriptedModel(reply, latency=latency)))
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(Path(folder) / "runs.sqlite")
        page = build_app(Settings(), store=store, assemble=lambda *_, **__: flow)
        _, address, _ = page.launch(prevent_thread_lock=True, server_name="127.0.0.1", **launch_options())
        sys.stdout.write(address + "\n")
        sys.stdout.flush()
        page.block_thread()


# --- the visitors ----------------------------------------------------------------------------------------------------


@dataclass
class Seen:
    """What all visitors met."""

    latencies: list[float] = field(default_factory=list)
    flows: int = 0
    requests: int = 0
    strangers: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """What a new visitor's browser fetches of ours, and where the page's own script would send what."""

    opened: tuple[str, ...]
    begin: int
    data: tuple[Any, ...]
    inspector: int

    @classmethod
    def read(cls, config: dict[str, Any]) -> "Page":
        ids = {part["props"].get("elem_id"): part["id"] for part in config["components"]}
        values = {part["id"]: part["props"].get("value") for part in config["components"]}
        begin = next(one for one in config["dependencies"] if [ids["af-run"], "click"] in one["targets"])
        opened = ("/", *re.findall(r"scripts/[\w-]+\.js", json.dumps(config["components"])))
        return cls(opened, begin["id"], tuple(values[part] for part in begin["inputs"]), ids["af-inspector"])


class Visitor:
    def __init__(self, client: httpx.AsyncClient, page: Page, number: int, seen: Seen) -> None:
        self._client, self._page, self._number, self._seen = client, page, number, seen
        self._session = f"session{number}"

    async def stay(self, until: float, think: float) -> None:
        rng = random.Random(self._number)
        await asyncio.sleep(rng.uniform(0, think))
        asked = 0
        while time.monotonic() < until:
            try:
                if asked == 0:
                    await self._open()
                await self._ask(f"visitor-{self._number}-{asked}#")
            except httpx.HTTPError as error:
                self._seen.problems.append(f"{type(error).__name__}: {error}")
            asked += 1
            await asyncio.sleep(rng.uniform(0.5, 1.5) * think)

    async def _open(self) -> None:
        for path in self._page.opened:
            (await self._client.get(path)).raise_for_status()

    async def _ask(self, mark: str) -> None:
        _, *rest = self._page.data
        given = {"data": [f"What is it, {mark}?", *rest], "fn_index": self._page.begin, "session_hash": self._session}
        answer = await self._post("/gradio_api/run/predict", given)
        run = answer["data"][0].get("run") if answer.get("data") else None
        if run is None:
            self._seen.problems.append(f"{mark}: no run was started: {str(answer)[:200]}")
            return
        await self._follow(run, mark)

    async def _follow(self, run: str, mark: str) -> None:
        kinds: list[str] = []
        try:
            async for view in views(lambda point: self._server("follow", point), run):
                now = time.time()
                self._seen.latencies += [now - event["time"] for event in view["events"]]
                kinds += [event["type"] for event in view["events"]]
                self._seen.strangers += strangers(view, mark)
        except RuntimeError as problem:
            self._seen.problems.append(f"{mark}: {problem}")
            return
        self._seen.flows += 1
        if kinds[:1] != ["flow_started"] or kinds[-1:] != ["flow_finished"] or len(kinds) != view["next"]:
            self._seen.problems.append(f"{mark}: events are missing: {kinds}")

    async def _server(self, name: str, data: dict[str, Any]) -> dict[str, Any]:
        body = {"data": data, "component_id": self._page.inspector, "fn_name": name, "session_hash": self._session}
        return await self._post("/gradio_api/component_server", body)

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self._seen.requests += 1
        answer = await self._client.post(path, json=body)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found


def strangers(view: dict[str, Any], mark: str) -> list[str]:
    """Other visitors' marks in what one visitor is shown."""
    found = set(MARK.findall(json.dumps([view["events"], view["live"]])))
    return [f"{mark} saw {other}" for other in sorted(found - {mark})]


async def visit(address: str, server: int, options: argparse.Namespace) -> Seen:
    seen = Seen()
    async with AsyncExitStack() as open_clients:

        async def client() -> httpx.AsyncClient:
            """One a visitor: of a pool that all share, each request would look through all connections."""
            limits = httpx.Limits(keepalive_expiry=IDLE)
            return await open_clients.enter_async_context(
                httpx.AsyncClient(
                    base_url=address, limits=limits, timeout=60, verify=False
                )  # nothing is encrypted here
            )

        page = Page.read((await (await client()).get("/config")).json())
        until = time.monotonic() + options.seconds
        watching = asyncio.create_task(_watch(server, seen))
        visitors = [Visitor(await client(), page, number, seen) for number in range(options.sessions)]
        await asyncio.gather(*(visitor.stay(until, options.think) for visitor in visitors))
        watching.cancel()
    return seen


async def _watch(server: int, seen: Seen) -> None:
    """The server's resident memory, once a second."""
    while True:
        fields = Path(f"/proc/{server}/statm").read_text().split()  # noqa: ASYNC240
        seen.memory.append(int(fields[1]) * 4096)
        await asyncio.sleep(1)


def figures(seen: Seen) -> dict[str, Any]:
    """What is reported; `sound` is the verdict."""
    ordered = sorted(seen.latencies) or [float("inf")]
    quarter = max(1, len(seen.memory) // 4)
    early, late = (statistics.mean(part) for part in (seen.memory[quarter : 2 * quarter + 1], seen.memory[-quarter:]))
    p95 = ordered[int(0.95 * (len(ordered) - 1))]
    return {
        "flows": seen.flows,
        "events": len(seen.latencies),
        "requests": seen.requests,
        "latency_p50_ms": round(1000 * statistics.median(ordered), 1),
        "latency_p95_ms": round(1000 * p95, 1),
        "latency_max_ms": round(1000 * ordered[-1], 1),
        "memory_early_mb": round(early / 1e6, 1),
        "memory_late_mb": round(late / 1e6, 1),
        "strangers": seen.strangers[:10],
        "problems": seen.problems[:10],
        "sound": not seen.strangers and not seen.problems and p95 <= LATE and late <= GROWTH * early and seen.flows > 0,
    }


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.reliability.page_load",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--sessions", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--latency", type=float, default=2.0, help="seconds of one model call; a flow makes five")
    parser.add_argument("--think", type=float, default=40.0, help="seconds between a visitor's questions, on average")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args(argv)


def measured(options: argparse.Namespace) -> dict[str, Any]:
    """The figures of so many visitors on a page of its own."""
    command = [sys.executable, "-m", "tests.reliability.page_load", "--serve", "--latency", str(options.latency)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        address = next(line.strip() for line in server.stdout if line.startswith("http"))
        return figures(asyncio.run(visit(address, server.pid, options)))
    finally:
        server.kill()
        server.wait()


def main(argv: Sequence[str]) -> int:
    options = arguments(argv)
    if options.serve:
        serve(options.latency)
        return 0
    found = measured(options)
    lines = json.dumps(found) if options.json else "\n".join(f"{name}: {value}" for name, value in found.items())
    sys.stdout.write(lines + "\n")
    return 0 if found["sound"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
