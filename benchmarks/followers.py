"""Viewers of a run on machines of their own: what their browsers ask of the server, without the browsers.

A page of the inspector does nothing else to the server while a run goes on (see demo/inspector/follow.js, whose rhythm
and whose questions these are).
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

INTERVAL = 0.02
PATIENCE = 300


@contextmanager
def following(address: str, run: str, count: int) -> Iterator[None]:
    """So many of them, in a process of their own, each of which has the run's events so far."""
    command = [sys.executable, "-m", "benchmarks.followers", address, run, str(count)]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        if process.stdout.readline() != "all follow\n":
            raise RuntimeError(f"the viewers elsewhere could not follow the run {run}")
        yield
        if process.wait(PATIENCE):
            raise RuntimeError("a viewer elsewhere lost the run")
    finally:
        process.kill()
        process.wait()


async def views(ask: Callable[[dict[str, Any]], Awaitable[dict[str, Any]]], run: str) -> AsyncIterator[dict[str, Any]]:
    """Every answer to a page that follows `run` from its first event to its end; `ask` sends what the page would.

    Raises `RuntimeError` with the server's words where it tells of a problem.
    """
    point: dict[str, Any] = {"run": run, "next": 0, "written": 0, "waiting": 0}
    while True:
        asked = time.monotonic()
        view = await ask(point)
        if "problem" in view:
            raise RuntimeError(view["problem"])
        yield view
        if view["done"]:
            return
        live = view["live"]
        point |= {"next": view["next"], "waiting": view["waiting"]}
        point["written"] = live["at"] + len(live["text"]) if live else 0
        await asyncio.sleep(max(0.0, INTERVAL - (time.monotonic() - asked)))


async def _follow(client: httpx.AsyncClient, inspector: int, number: int, run: str, began: asyncio.Event) -> None:
    asking = {"component_id": inspector, "fn_name": "follow", "session_hash": f"viewer{number}"}

    async def ask(point: dict[str, Any]) -> dict[str, Any]:
        answer = await client.post("/gradio_api/component_server", json={**asking, "data": point})
        view: dict[str, Any] = answer.raise_for_status().json()
        return view

    async for _ in views(ask, run):
        began.set()


async def _all(address: str, run: str, count: int) -> None:
    async with httpx.AsyncClient(
        base_url=address, timeout=PATIENCE, limits=httpx.Limits(max_connections=None)
    ) as client:
        parts = (await client.get("/config")).json()["components"]
        inspector = next(part["id"] for part in parts if part["props"].get("elem_id") == "af-inspector")
        begun = [asyncio.Event() for _ in range(count)]
        async with asyncio.TaskGroup() as viewers:
            for number, one in enumerate(begun):
                viewers.create_task(_follow(client, inspector, number, run, one))
            for one in begun:
                await one.wait()
            sys.stdout.write("all follow\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_all(sys.argv[1], sys.argv[2], int(sys.argv[3])))
