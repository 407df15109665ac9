"""Forks: history is shared by reference, and what is not changed happens again just as it did."""

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from agentflow_core import AgentFlow, BadInput, Budget, Event, RunStore, Settings, assemble, new_run_id
from agentflow_core.events import Analyzed, Answered, Commanded, Planned, Verified
from agentflow_core.fork import Fork, fork, fork_point
from agentflow_core.models import ModelPool
from agentflow_core.state import FlowState
from tests.agentflow_core.flows import ANALYSIS, PLAN, Echo, collect, make, only, scripted, stored
from tools.base import ToolSettings
from tools.toolbox import Toolbox


class Shout(Echo):
    name = "shout"


def flow(turns: int = 2, **texts: Any) -> AgentFlow:
    return make(scripted(turns=turns, **texts), Shout(ToolSettings()))


async def original(turns: int = 2, **texts: Any) -> list[Event]:
    return stored(await collect(flow(turns, **texts)))


def seq_of(events: Sequence[Event], kind: str, nth: int = 0) -> int:
    return int([event.seq for event in events if event.type == kind][nth])


async def goes_on(made: Fork, flow: AgentFlow) -> list[Event]:
    return [*made.start, *stored(await collect(flow, start=made.start))]


UNLIKE = ("seconds", "first_token_seconds", "cached_tokens", "logprobs")
"""Clocks; how much of a prompt earlier calls had computed; and log-probabilities, whose last digits depend on that."""


def story(events: Sequence[Event]) -> list[dict[str, Any]]:
    """What happened, without when, and without the marks of forks and pauses."""
    told = [event for event in events if event.type not in ("forked", "resumed", "paused")]
    return [strip(event.model_dump(mode="json", exclude={"seq", "time", "seconds"})) for event in told]


def certainty(events: Sequence[Event]) -> list[float]:
    """The log-probabilities of all that was written, in order."""
    calls = [event.call for event in events if isinstance(event, Analyzed | Planned | Commanded | Verified | Answered)]
    return [value for call in calls for value in call.completion.logprobs or ()]


def strip(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: strip(inner) for name, inner in value.items() if name not in UNLIKE}
    return [strip(inner) for inner in value] if isinstance(value, list) else value


async def test_a_phase_under_way_at_the_fork_begins_anew() -> None:
    events = await original(planner=[ANALYSIS, "unreadable", *[PLAN.format(n=n) for n in (1, 2)]])
    began = seq_of(events, "phase_started", 1)
    assert events[began].phase == "plan"  # type: ignore[union-attr]
    assert fork_point(events, began) == fork_point(events, began + 1) == began - 1
    assert events[began + 1].type == "parse_failed"
    planned = seq_of(events, "planned")
    assert fork_point(events, planned) == planned
    for wrong in (-1, len(events)):
        with pytest.raises(BadInput, match=f"no event {wrong}"):
            fork_point(events, wrong)


async def test_a_fork_begins_with_what_it_is_and_goes_on_from_there() -> None:
    events = await original()
    at = seq_of(events, "planned")
    made = fork(flow(), events, at)
    assert made.shared == tuple(events[: at + 1])
    assert [event.type for event in made.own] == ["forked"]
    whole = await goes_on(made, flow(turns=1, executor=['{"text": "another"}']))
    assert [event.seq for event in whole] == list(range(len(whole)))
    assert only(whole, "tool_returned")[0].result.text == "echo of another"
    assert whole[-1].status == "answered"  # type: ignore[union-attr]


async def test_an_edit_at_the_fork_is_an_event_and_is_carried_out() -> None:
    events = await original()
    made = fork(flow(), events, seq_of(events, "planned"), {"tool": "Shout", "sub_goal": "find it"})
    whole = await goes_on(made, flow())
    edited = only(whole, "edited")[0]
    assert (edited.before["tool"], edited.after["tool"]) == ("echo", "shout")
    assert only(whole, "tool_returned")[0].tool == "shout"
    command = fork(flow(), events, seq_of(events, "commanded"), {"text": "mine"})
    assert only(await goes_on(command, flow()), "tool_returned")[0].result.text == "echo of mine"


async def test_an_edit_that_changes_nothing_is_no_event() -> None:
    events = await original()
    made = fork(flow(), events, seq_of(events, "planned"), {"tool": "echo"})
    assert [event.type for event in made.own] == ["forked"]


@pytest.mark.parametrize(
    ("kind", "changes", "said"),
    [
        ("planned", {"tool": "shot"}, "shout"),
        ("planned", {"sub_goal": " "}, "sub-goal is empty"),
        ("planned", {"sub_goal": 7}, "sub_goal"),
        ("planned", {"verdict": "STOP"}, "verdict"),
        ("commanded", {"words": "x"}, "text"),
        ("analyzed", {"tool": "echo"}, "nothing to edit"),
        ("flow_finished", {}, "nothing is left to do"),
        ("answered", {}, "nothing is left to do"),
    ],
)
async def test_what_cannot_be_done_is_refused(kind: str, changes: dict[str, Any], said: str) -> None:
    events = await original()
    with pytest.raises(BadInput, match=said):
        fork(flow(), events, seq_of(events, kind), changes)


async def test_the_tool_of_a_plan_that_is_still_to_be_carried_out_must_be_there() -> None:
    events = await original()
    without = AgentFlow(scripted(), Toolbox([Shout(ToolSettings())]))
    at = seq_of(events, "planned")
    with pytest.raises(BadInput, match="not among the tools"):
        fork(without, events, at)
    with pytest.raises(BadInput, match="not among the tools"):
        await collect(without, start=events[: at + 1])
    assert fork(without, events, at, {"tool": "shout"}).own[-1].type == "edited"
    assert fork(without, events, seq_of(events, "analyzed"))


async def test_a_flow_that_ran_out_of_turns_is_forked_with_more() -> None:
    spent = stored(await collect(make(scripted(turns=3), turns=2)))
    made = fork(make(scripted(turns=1)), spent, len(spent) - 1, budget=Budget(turns=5))
    whole = await goes_on(made, make(scripted(turns=1)))
    assert whole[-1].status == "answered"  # type: ignore[union-attr]
    assert len(FlowState.fold(whole).turns) == 3


class TestStored:
    @pytest.fixture
    def store(self, tmp_path: Path) -> RunStore:
        return RunStore(tmp_path / "runs.sqlite")

    async def parent(self, store: RunStore) -> tuple[str, list[Event]]:
        run, events = new_run_id(), await original()
        store.keep(run, events)
        return run, events

    def child(self, store: RunStore, parent: str, at: int, more: dict[str, Any] | None = None) -> str:
        made = fork(flow(), store.events(parent), at, more)
        run = new_run_id()
        store.fork(run, parent, made.at, made.own)
        return run

    async def test_shared_history_is_not_copied(self, store: RunStore) -> None:
        parent, events = await self.parent(store)
        at = seq_of(events, "planned")
        run = self.child(store, parent, at, {"tool": "shout"})
        assert [event.type for event in store.events(run)] == [e.type for e in events[: at + 1]] + ["forked", "edited"]
        assert store.origin(run) == (parent, at) and store.origin(parent) is None
        rows = sqlite3.connect(store.path).execute("SELECT seq FROM events WHERE run = ?", (run,)).fetchall()
        assert [seq for (seq,) in rows] == [at + 1, at + 2]

    async def test_a_fork_of_a_fork_before_its_own_first_event(self, store: RunStore) -> None:
        parent, events = await self.parent(store)
        late = self.child(store, parent, seq_of(events, "planned", 1))
        early = self.child(store, late, seq_of(events, "analyzed"))
        shared = seq_of(events, "analyzed") + 1
        assert store.events(early)[:-1] == events[:shared]

    async def test_deleting_a_run_leaves_its_forks_whole(self, store: RunStore) -> None:
        parent, events = await self.parent(store)
        middle = self.child(store, parent, seq_of(events, "planned", 1))
        leaf = self.child(store, middle, seq_of(events, "planned", 1) + 1)
        sibling = self.child(store, parent, seq_of(events, "planned"))
        before = [store.events(run) for run in (leaf, sibling)]
        store.delete(middle)
        store.delete(parent)
        assert [store.events(run) for run in (leaf, sibling)] == before
        assert {run.id for run in store.runs()} == {leaf, sibling}

    async def test_a_fork_leaves_and_enters_as_a_whole_run(self, store: RunStore) -> None:
        parent, events = await self.parent(store)
        run = self.child(store, parent, seq_of(events, "planned"))
        document = store.export(run)
        again = store.load(document)
        assert store.events(again) == store.events(run)
        assert parent not in document, "who gets a fork gets no key to the run that it came from"

    async def test_an_unknown_parent_is_refused(self, store: RunStore) -> None:
        _, events = await self.parent(store)
        with pytest.raises(BadInput, match="no run"):
            store.fork(new_run_id(), "unknown", 0, fork(flow(), events, 0).own)
        assert len(store.runs()) == 1


class TestPocket:
    """The real model, greedy: the claim that a fork without an edit is the original."""

    async def test_a_fork_without_edits_reproduces_the_original_wherever_it_is_made(self) -> None:
        pool = ModelPool()
        pocket = assemble(Settings(temperature=0.0), pool=pool)
        question = "How high is the highest mountain of Germany?"
        events = stored([event async for event in pocket.run(question)])
        assert len(FlowState.fold(events).turns) >= 2
        try:
            for at in range(0, seq_of(events, "answered"), 3):
                whole = await goes_on(fork(pocket, events, at), pocket)
                assert story(whole) == story(events), f"forked at event {at}"
                assert certainty(whole) == pytest.approx(certainty(events), abs=1e-4)
        finally:
            await pool.close()

    async def test_another_planner_and_an_edit_take_another_way(self) -> None:
        pool = ModelPool()
        question = "What is 127 * 46 - 89?"
        trained = assemble(Settings(), pool=pool)
        events = stored([event async for event in trained.run(question)])
        other = assemble(Settings(), roles={"planner": "pocket:base"}, pool=pool)
        try:
            made = fork(other, events, seq_of(events, "planned"), {"tool": "base_generator"})
            whole = await goes_on(made, other)
            assert only(whole, "forked")[0].models["planner"] == "pocket:base"
            assert only(whole, "tool_returned")[0].tool == "base_generator"
            assert json.dumps(story(whole)) != json.dumps(story(events))
        finally:
            await pool.close()
