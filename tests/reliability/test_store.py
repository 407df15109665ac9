"""The store when its process is killed, its disk is full, and the clock jumps."""

import asyncio
import contextlib
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agentflow_core import Budget, FlowState, RunStore
from agentflow_core.errors import BadInput, StoreError
from agentflow_core.events import Event
from agentflow_core.store import read_document
from tests.agentflow_core.flows import collect, make, scripted, stored
from tests.reliability.disk import largest, largest_file

ROUNDS = 50
ROOT = Path(__file__).parents[2]


def test_fifty_kills_lose_no_acknowledged_event(tmp_path: Path) -> None:
    """All fifty write to one file: what a killed process left open is there for the next."""
    path = tmp_path / "runs.sqlite"
    command = [sys.executable, "-m", "tests.reliability.writer", str(path), str(ROUNDS), "24"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    acknowledged = {run: int(last) for run, last in (line.split() for line in done.stdout.splitlines())}
    assert len(acknowledged) == ROUNDS
    store = RunStore(path)
    for run, last in acknowledged.items():
        events = store.events(run)
        assert [event.seq for event in events] == list(range(len(events)))
        assert len(events) > last, f"{run}: event {last} was acknowledged, {len(events)} are there"
        read_document(store.export(run))
    assert store._db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    asyncio.run(_all_go_on(store, list(acknowledged)))


async def _all_go_on(store: RunStore, runs: list[str]) -> None:
    for run in runs:
        start = store.events(run)
        turns = max(1, len(FlowState.fold(start).turns))
        events = make(scripted(turns=1)).run(start=start, budget=Budget(turns=turns + 1))
        async for _ in store.record(run, events):
            pass
        state = FlowState.fold(store.events(run))
        assert state.question == f"What is {run}?"
        assert state.answer is not None


@pytest.mark.parametrize("room", [40_000, 90_000, 200_000, 500_000])
async def test_a_full_disk_costs_the_record_and_nothing_else(room: int, tmp_path: Path) -> None:
    store = RunStore(tmp_path / "runs.sqlite")
    before = await collect(make())
    store.append("before", before[0])
    said: list[StoreError] = []
    flow = make(scripted(turns=100), turns=101)
    with largest_file(largest(tmp_path) + room):
        events = [event async for event in store.record("full", flow.run("What is it?"), said.append)]
    assert events[-1].type == "flow_finished" and events[-1].status == "answered"
    assert len(said) == 1, "said once"
    assert "runs.sqlite" in str(said[0]) and "Free" in str(said[0])
    kept = store.events("full")
    assert 0 < len(kept) < len(stored(events))
    assert kept == stored(events)[: len(kept)], "what is there is the beginning, whole"

    # There is room again: the same process and a new one go on.
    async for _ in store.record("full", make(scripted(turns=1)).run(start=kept, budget=Budget(turns=101))):
        pass
    store.close()
    again = RunStore(tmp_path / "runs.sqlite")
    assert FlowState.fold(again.events("full")).answer is not None
    assert again._db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert again.events("before") == before[:1]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of two megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if os.getuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root may mount, and not in every container")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.mark.parametrize("room", [0, 1, 20, 100])
async def test_a_disk_that_is_really_full(room: int, small_disk: Path) -> None:
    """`room`: pages of 4 kB that are left when the flow begins."""
    store = RunStore(small_disk / "runs.sqlite")
    before = await collect(make())
    store.append("before", before[0])
    ballast = small_disk / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(4096)):
            pass
    os.truncate(ballast, ballast.stat().st_size - 4096 * room)
    said: list[StoreError] = []
    flow = make(scripted(turns=100), turns=101)
    events = [event async for event in store.record("full", flow.run("What is it?"), said.append)]
    assert events[-1].type == "flow_finished" and events[-1].status == "answered"
    assert len(said) == 1 and re.search("full|disk I/O", str(said[0])), "the kernel's ENOSPC, said once"
    with pytest.raises(OSError, match="No space left"):
        (small_disk / "more").write_bytes(bytes(room * 4096 + 4096))
    (small_disk / "more").unlink()
    stood = _known(store, "full")
    assert stood == stored(events)[: len(stood)], "what is there is the beginning, whole"

    ballast.unlink()
    async for _ in store.record("again", make(scripted(turns=1)).run("What is it?")):
        pass
    store.close()
    again = RunStore(small_disk / "runs.sqlite")
    assert FlowState.fold(again.events("again")).answer is not None
    assert again.events("before") == before[:1]
    assert again._db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    again.close()


def _known(store: RunStore, run: str) -> list[Event]:
    try:
        return store.events(run)
    except BadInput:  # there was no room for its first event
        return []


async def test_a_full_disk_without_a_listener_is_an_error(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "runs.sqlite")
    with largest_file(largest(tmp_path) + 40_000), pytest.raises(StoreError, match=r"runs\.sqlite"):
        async for _ in store.record("full", make(scripted(turns=100), turns=101).run("What is it?")):
            pass


JUMPS = {
    "back by a year at every look": lambda now, n: now - n * 31_536_000,
    "to 1970": lambda now, n: 0.0,
    "ahead by a day at every look": lambda now, n: now + n * 86_400,
    "to and fro": lambda now, n: now + random.Random(n).uniform(-1e8, 1e8),
}


@pytest.mark.parametrize("jump", sorted(JUMPS))
async def test_a_clock_that_jumps_changes_no_flow(jump: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, looks = time.time, iter(range(10_000))
    store = RunStore(tmp_path / "runs.sqlite")
    steady = stored(await collect(make(scripted(turns=5))))
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: max(0.0, JUMPS[jump](real(), next(looks))))
        flow = make(scripted(turns=5), seconds=30)
        events = stored([event async for event in store.record("jump", flow.run("What is it?"))])
        half: list[Event] = events[: len(events) // 2]
        more = stored([event async for event in make(scripted(turns=3)).run(start=half)])
    assert next(looks) > 10, "the clock was looked at"
    assert [event.type for event in events] == [event.type for event in steady]
    assert store.events("jump") == events, "kept in the order of what happened, whatever the time was"
    assert events[-1].type == "flow_finished" and events[-1].status == "answered"
    assert 0 <= events[-1].seconds < 30, "budgets go by a clock that does not jump"
    assert more[-1].type == "flow_finished" and more[-1].status == "answered"
    read_document(store.export("jump"))
    assert [run.id for run in store.runs()] == ["jump"]
