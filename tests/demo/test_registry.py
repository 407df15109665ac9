"""Runs outlive their followers; a token is the only key to a run."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from agentflow_core import RunStore
from agentflow_core.control import Control
from agentflow_core.errors import BadInput
from agentflow_core.events import Budget, Event, TextDelta
from agentflow_core.fork import fork
from agentflow_core.models import ScriptedModel
from agentflow_core.store import read_document
from demo.limits import Limits
from demo.registry import Registry, Run, View
from tests.agentflow_core.flows import STOP, make, scripted
from tests.demo.flows import RecordedFlow, recorded
from tests.reliability.disk import largest, largest_file


async def everything(run: Run, next_event: int = 0) -> list[View]:
    """All views of a follower until the run is done."""
    views: list[View] = []
    written = 0
    while not views or not views[-1].done:
        view = await run.follow(next_event, written, 5)
        next_event = view.start + len(view.events)
        written = len(view.writing.text) if view.writing else 0
        views.append(view)
    return views


def seqs(views: list[View]) -> list[int]:
    return [event.seq for view in views for event in view.events]


async def test_a_follower_gets_every_event_once_and_in_order() -> None:
    run = Registry().start(RecordedFlow(0.0005), "Q?")
    assert seqs(await everything(run)) == list(range(len(recorded())))


async def test_a_follower_can_join_at_any_point() -> None:
    run = Registry().start(RecordedFlow(), "Q?")
    await everything(run)
    last = len(recorded())
    assert seqs(await everything(run, last - 3)) == [last - 3, last - 2, last - 1]


async def test_two_followers_see_the_same() -> None:
    run = Registry().start(RecordedFlow(0.0005), "Q?")
    one, two = await asyncio.gather(everything(run), everything(run))
    assert seqs(one) == seqs(two)


async def test_a_follower_that_leaves_changes_nothing() -> None:
    run = Registry().start(RecordedFlow(0.001), "Q?")
    leaving = asyncio.create_task(everything(run))
    await asyncio.sleep(0.01)
    leaving.cancel()
    assert seqs(await everything(run)) == list(range(len(recorded())))


def text(run: Run, piece: str) -> TextDelta:
    return TextDelta(seq=len(run.events), time=0, turn=0, phase="analyze", text=piece)


async def started() -> Run:
    """A run with its first event."""
    run = Run("token")
    await run.take(recorded()[0])
    return run


async def test_text_is_sent_from_where_the_follower_is() -> None:
    run = await started()
    await run.take(text(run, "abc"))
    view = await run.follow(1, 0, 5)
    assert view.writing is not None and (view.writing.text, view.at) == ("abc", 0)
    await run.take(text(run, "def"))
    later = await run.follow(1, 3, 5)
    assert later.writing is not None and (later.writing.text, later.at) == ("abcdef", 3)


async def test_text_and_the_event_that_ends_it_come_together() -> None:
    run = await started()
    following = asyncio.create_task(run.follow(1, 0, 5))
    await run.take(text(run, "abc"))
    await asyncio.sleep(0.01)
    assert not following.done()
    await run.take(recorded()[1])
    view = await following
    assert (len(view.events), view.writing) == (1, None)


async def run_to_end(run: Run) -> None:
    assert run.task is not None
    await run.task


async def test_a_follower_that_knows_more_than_the_server_starts_over() -> None:
    run = Registry().start(RecordedFlow(), "Q?")
    await run_to_end(run)
    view = await run.follow(999, 0, 1)
    assert view.start == 0 and len(view.events) == len(recorded())


async def test_nothing_new_answers_after_the_time_with_nothing() -> None:
    registry = Registry()
    run = registry.start(RecordedFlow(30), "Q?")
    view = await run.follow(0, 0, 0.01)
    assert view.events == () and not view.done
    await registry.close()


async def test_stopping_ends_the_run_as_cancelled() -> None:
    run = Registry().start(RecordedFlow(0.002), "Q?")
    await run.follow(0, 0, 5)
    run.control.stop()
    views = await everything(run)
    last = views[-1].events[-1] if views[-1].events else run.events[-1]
    assert last.type == "flow_finished" and last.status == "cancelled"


async def test_unknown_tokens_give_nothing(tmp_path: Path) -> None:
    registry = Registry(RunStore(tmp_path / "runs.sqlite"))
    await run_to_end(registry.start(RecordedFlow(), "Q?"))
    for token in ("", "1", "a" * 22, "../../etc/passwd", "%", "x' OR '1'='1' --------"):
        assert await registry.get(token) is None


async def test_tokens_are_long_and_different() -> None:
    registry = Registry()
    tokens = {registry.start(RecordedFlow(), "Q?").token for _ in range(20)}
    assert len(tokens) == 20 and min(map(len, tokens)) >= 22
    await registry.close()


async def test_a_run_is_read_from_the_store_after_a_restart(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "runs.sqlite")
    run = Registry(store).start(RecordedFlow(), "Q?")
    await run_to_end(run)
    again = await Registry(store).get(run.token)
    assert again is not None and again.done
    assert [e.seq for e in again.events] == list(range(len(recorded())))


async def test_only_the_last_finished_runs_stay_in_memory() -> None:
    registry = Registry(kept=2)
    runs = []
    for _ in range(4):
        runs.append(registry.start(RecordedFlow(), "Q?"))
        await run_to_end(runs[-1])
    registry.start(RecordedFlow(), "Q?")
    assert [await registry.get(run.token) is not None for run in runs] == [False, False, True, True]
    await registry.close()


async def test_a_run_beyond_the_limit_waits_and_its_followers_see_the_line_move() -> None:
    registry = Registry(limits=Limits(flows=1, waiting=2))
    first, second, third = (registry.start(RecordedFlow(30), "Q?") for _ in range(3))
    with pytest.raises(BadInput, match="1 flow under way and 2 more waiting"):
        registry.start(RecordedFlow(), "Q?")
    assert (await third.follow(0, 0, 5)).waiting == 2
    assert first.task is not None
    first.task.cancel()
    assert (await third.follow(0, 0, 5, waiting=2)).waiting == 1
    assert not third.events and second.waiting == 0
    await registry.close()


async def test_a_run_that_waited_runs_like_any_other() -> None:
    registry = Registry(limits=Limits(flows=1))
    runs = [registry.start(RecordedFlow(0.0005), "Q?") for _ in range(3)]
    for run in runs:
        assert seqs(await everything(run)) == list(range(len(recorded())))


async def test_a_run_can_be_stopped_while_it_waits() -> None:
    registry = Registry(limits=Limits(flows=1))
    registry.start(RecordedFlow(30), "Q?")
    waiting = registry.start(RecordedFlow(30), "Q?")
    await waiting.follow(0, 0, 5)
    waiting.control.stop()
    await run_to_end(waiting)
    assert waiting.done and not waiting.events and "nothing was run" in waiting.note
    assert registry.start(RecordedFlow(30), "Q?").waiting == 1, "its place in line is free"
    await registry.close()


async def test_a_stopped_run_goes_on_where_it_was(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "runs.sqlite")
    registry = Registry(store)
    slow = scripted()
    slow["verifier"] = ScriptedModel(lambda _: STOP, latency=30)
    run = registry.start(make(slow), "Q?")
    while not run.events or run.events[-1].type != "phase_started" or run.events[-1].phase != "verify":
        await run.follow(len(run.events), 10**9, 5)
    with pytest.raises(BadInput, match="still under way"):
        registry.resume(run, make())
    run.control.stop()
    await run_to_end(run)
    before = len(run.events)
    registry.resume(run, make(scripted(turns=1)))
    await run_to_end(run)
    assert [event.type for event in run.events[before:]][:3] == ["resumed", "phase_started", "verified"]
    assert [event.seq for event in run.events] == list(range(len(run.events)))
    assert [event.seq for event in store.events(run.token)] == list(range(len(run.events)))


async def test_a_full_disk_is_noted_and_the_run_goes_on(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "runs.sqlite")
    with largest_file(largest(tmp_path) + 1000):
        run = Registry(store).start(RecordedFlow(), "Q?")
        await run_to_end(run)
    assert len(run.events) == len(recorded())
    assert "cannot be written" in run.note and "Free" in run.note


async def gapped(tmp_path: Path) -> tuple[Registry, RunStore, Run]:
    """A run that ended early, and of which the store has the beginning only."""
    store = RunStore(tmp_path / "runs.sqlite")
    registry = Registry(store)
    with largest_file(largest(tmp_path) + 60_000):
        run = registry.start(make(scripted(turns=200), turns=60), "Q?")
        await run_to_end(run)
    assert "cannot be written" in run.note
    assert 0 < len(store.events(run.token)) < len(run.events)
    return registry, store, run


async def test_what_a_full_disk_did_not_take_is_stored_when_the_run_goes_on(tmp_path: Path) -> None:
    registry, store, run = await gapped(tmp_path)
    registry.resume(run, make(scripted(turns=1)), Budget(turns=61))
    await run_to_end(run)
    assert run.note == "" and run.events[-1].type == "flow_finished" and run.events[-1].status == "answered"
    assert store.events(run.token) == run.events
    assert read_document(store.export(run.token)).events == run.events


async def test_a_fork_beyond_what_a_full_disk_took_is_stored_whole(tmp_path: Path) -> None:
    registry, store, parent = await gapped(tmp_path)
    flow = make(scripted(turns=1), turns=70)
    run = registry.fork(parent, fork(flow, parent.events, parent.events[-2].seq), flow)
    await run_to_end(run)
    assert run.note == "" and run.events[-1].type == "flow_finished"
    assert read_document(store.export(run.token)).events == run.events


async def test_a_disk_that_stays_full_is_noted_again_and_the_beginning_stays_whole(tmp_path: Path) -> None:
    registry, store, run = await gapped(tmp_path)
    with largest_file(largest(tmp_path)):
        registry.resume(run, make(scripted(turns=1)), Budget(turns=61))
        await run_to_end(run)
    assert "cannot be written" in run.note
    kept = store.events(run.token)
    assert kept == run.events[: len(kept)]


class BrokenFlow:
    async def run(
        self,
        question: str = "",
        *,
        budget: Budget | None = None,
        start: Sequence[Event] = (),
        control: Control | None = None,
    ) -> AsyncIterator[Event]:
        yield recorded()[0]
        raise RuntimeError("secret details")


async def test_a_bug_ends_the_run_with_a_note_that_tells_no_details() -> None:
    run = Registry().start(BrokenFlow(), "Q?")
    await run_to_end(run)
    assert run.done and "unexpectedly" in run.note and "secret" not in run.note
