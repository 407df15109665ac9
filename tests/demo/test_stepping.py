"""A visitor's hands on a run: what each thing does, what is refused, and that nobody steers another's flow."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest

from agentflow_core import RunStore, Settings
from demo.hand import beginning_of, check_key, new_key, run_of
from demo.handlers import Handlers
from demo.recordings import events_of, recordings
from demo.registry import Registry, Run
from demo.stepping import Stepping
from tests.agentflow_core.flows import Echo, make, scripted
from tests.demo.test_inspector import folds_alike
from tools.base import ToolSettings


class Shout(Echo):
    name = "shout"


class Page:
    """One server with the engine on scripted models; every visitor sends what a page would."""

    def __init__(self, store: RunStore | None = None, latency: float = 0.0) -> None:
        self.asked: dict[str, Any] = {}

        def assemble(_: Settings, **options: Any) -> Any:
            self.asked = options
            models = scripted()
            for model in models.values():
                model.latency = latency  # type: ignore[attr-defined]
            return make(models, Shout(ToolSettings()))

        self.handlers = Handlers(Settings(), Registry(store), assemble)
        self.stepping = Stepping(self.handlers)

    fields = (["echo", "shout"], 6, 0.0, *["pocket"] * 4, *[None] * 4)

    async def begin(self, hand: str | None = None) -> dict[str, Any]:
        return await self.handlers.begin("What is it?", *self.fields, hand=hand)

    async def run(self, begun: dict[str, Any]) -> Run:
        run = await self.handlers.registry.get(begun["run"])
        assert run is not None
        return run

    async def do(self, begun: dict[str, Any], do: str, **more: Any) -> dict[str, Any]:
        return await self.stepping.control({"run": begun["run"], "key": begun["key"], "do": do, **more})

    async def fork(self, run: str, at: int, **more: Any) -> dict[str, Any]:
        return await self.stepping.fork({"run": run, "at": at, **more}, *self.fields)


async def until(run: Run, kind: str, count: int = 1) -> Any:
    async with asyncio.timeout(20):
        while len(found := [event for event in run.events if event.type == kind]) < count:
            await run.follow(len(run.events), 10**9, 1)
    return found[-1]


async def ended(run: Run) -> Any:
    assert run.task is not None
    await asyncio.wait_for(run.task, 20)
    return run.events[-1]


PAUSED = '{"paused": true}'


async def test_a_run_can_start_paused_and_is_stepped_to_its_end() -> None:
    page = Page()
    begun = await page.begin(PAUSED)
    run = await page.run(begun)
    phases = []
    for count in range(1, 6):
        phases.append((await until(run, "paused", count)).phase)
        assert await page.do(begun, "step") == {"done": True}
    assert phases == ["analyze", "plan", "command", "tool", "verify"]
    await page.do(begun, "resume")
    assert (await ended(run)).status == "answered"


async def test_breakpoints_hold_from_the_start_and_can_be_changed_on_the_way() -> None:
    page = Page()
    begun = await page.begin('{"breakpoints": [{"phase": "tool", "tool": "echo"}]}')
    run = await page.run(begun)
    assert "tool echo" in (await until(run, "paused")).why
    await page.do(begun, "resume", breakpoints=[{"nth_continue": 1}])
    paused = await until(run, "paused", 2)
    assert (paused.turn, paused.phase) == (2, "plan")
    await page.do(begun, "resume", breakpoints=[])
    assert (await ended(run)).status == "answered"


async def test_an_edit_at_a_pause_is_logged_with_what_was_and_what_is() -> None:
    page = Page()
    begun = await page.begin('{"breakpoints": [{"phase": "command", "turn": 1}]}')
    run = await page.run(begun)
    await until(run, "paused")
    wrong = await page.do(begun, "resume", edit={"tool": "shot"})
    assert "did you mean shout" in wrong["problem"] and run.control.paused
    await page.do(begun, "resume", edit={"tool": "shout", "sub_goal": "mine"})
    await ended(run)
    edited = await until(run, "edited")
    assert (edited.before["tool"], edited.after["tool"], edited.after["sub_goal"]) == ("echo", "shout", "mine")
    assert (await until(run, "tool_returned")).tool


async def test_stop_from_a_pause_and_in_the_middle_of_a_call() -> None:
    page = Page(latency=30)
    begun = await page.begin()
    run = await page.run(begun)
    await until(run, "phase_started")
    await page.do(begun, "stop")
    assert (await asyncio.wait_for(ended(run), 5)).status == "cancelled"
    assert "not under way" in (await page.do(begun, "pause"))["problem"]


class TestTwoVisitors:
    async def test_who_may_see_a_run_may_not_steer_it(self) -> None:
        page = Page()
        mine, theirs = await page.begin(PAUSED), await page.begin(PAUSED)
        run = await page.run(mine)
        await until(run, "paused")
        for key in ("", theirs["key"], mine["run"], mine["key"][:-1], "é", 7, None):
            for do in ("resume", "step", "stop", "pause"):
                answer = await page.stepping.control({"run": mine["run"], "key": key, "do": do})
                assert set(answer) == {"problem"}, (key, do)
            assert set(await page.handlers.stop({"run": mine["run"], "key": key})) == {"problem"}
        assert run.control.paused and len([e for e in run.events if e.type == "paused"]) == 1
        await page.do(theirs, "resume")
        assert (await ended(await page.run(theirs))).status == "answered"
        assert run.control.paused, "one visitor's run goes on, the other's stays where it is"
        await page.do(mine, "stop")
        await ended(run)
        refused = await page.handlers.resume(mine["run"], *page.fields, key=theirs["key"])
        assert "started elsewhere" in refused["problem"]
        assert "resumed" in await page.handlers.resume(mine["run"], *page.fields, key=mine["key"])
        assert (await ended(run)).status == "answered"

    async def test_who_may_see_a_run_may_fork_it_and_steer_the_fork_alone(self) -> None:
        page = Page()
        mine = await page.begin('{"breakpoints": [{"phase": "tool"}]}')
        run = await page.run(mine)
        at = (await until(run, "commanded")).seq
        await until(run, "paused")
        theirs = await page.fork(mine["run"], at, begin={"paused": True})
        fork = await page.run(theirs)
        await until(fork, "paused")
        events = len(run.events)
        await page.do(theirs, "resume", edit={"text": "theirs"})
        assert (await ended(fork)).status == "answered"
        assert len(run.events) == events and run.control.paused
        await page.do(mine, "stop")
        await ended(run)

    def test_a_run_is_told_from_its_key_and_not_the_other_way(self) -> None:
        key = new_key()
        assert run_of(key) != key and len(run_of(key)) == 22
        check_key(run_of(key), key)


class TestFork:
    async def whole(self, page: Page) -> tuple[dict[str, Any], Run]:
        begun = await page.begin()
        run = await page.run(begun)
        await ended(run)
        return begun, run

    @pytest.mark.parametrize("stored", [True, False])
    async def test_it_shares_the_history_and_leaves_the_parent_as_it_was(self, stored: bool, tmp_path: Path) -> None:
        store = RunStore(tmp_path / "runs.sqlite") if stored else None
        page = Page(store)
        begun, run = await self.whole(page)
        before = list(run.events)
        at = (await until(run, "planned")).seq
        first = next(event.seq for event in run.events if event.type == "planned")
        made = await page.fork(begun["run"], first, edit={"tool": "shout"})
        assert (made["parent"], made["at"]) == (begun["run"], first) and first < at
        fork = await page.run(made)
        await ended(fork)
        assert fork.events[: first + 1] == before[: first + 1] and run.events == before
        assert all(a is b for a, b in zip(fork.events, before[: first + 1], strict=False)), "not copied"
        assert next(event for event in fork.events if event.type == "tool_returned").tool == "shout"
        if store is not None:
            assert store.origin(made["run"]) == (begun["run"], first)
            assert store.events(made["run"]) == fork.events

    async def test_a_run_that_only_memory_holds_is_stored_whole_with_its_fork(self, tmp_path: Path) -> None:
        store = RunStore(tmp_path / "runs.sqlite")
        page = Page(store)
        begun, run = await self.whole(page)
        store.delete(begun["run"])
        made = await page.fork(begun["run"], 3)
        await ended(await page.run(made))
        assert store.origin(made["run"]) is None and store.events(made["run"])[:2] == run.events[:2]

    async def test_models_turns_and_temperature_are_those_of_the_run_unless_others_are_given(self) -> None:
        page = Page()
        begun, run = await self.whole(page)
        began = run.events[0]
        assert began.type == "flow_started"
        await page.fork(begun["run"], 0)
        assert page.asked["roles"] == began.models and page.asked["tools"] == ["echo", "shout"]
        made = await page.fork(begun["run"], 0, roles={"planner": "pocket:base"}, turns=9)
        assert page.asked["roles"] == began.models | {"planner": "pocket:base"}
        fork = await page.run(made)
        forked = next(event for event in fork.events if event.type == "forked")
        assert forked.budget.turns == 9
        await ended(fork)

    async def test_a_key_goes_to_the_model_that_it_was_typed_for_only(self) -> None:
        page = Page()
        begun, _ = await self.whole(page)
        typed = ["openai:m@http://a.example/v1", *["pocket"] * 3]
        fields = (["echo"], 6, 0.0, *typed, "sk-mine", None, None, None)
        other = {"planner": "openai:m@http://b.example/v1"}
        await page.stepping.fork({"run": begun["run"], "at": 0, "roles": other}, *fields)
        assert page.asked["keys"] == {}
        await page.stepping.fork({"run": begun["run"], "at": 0, "roles": {"planner": typed[0]}}, *fields)
        assert page.asked["keys"] == {"planner": "sk-mine"}

    @pytest.mark.parametrize(
        ("asked", "said"),
        [
            ({"at": -1}, "at"),
            ({"at": 10**7}, "at"),
            ({"at": 9999}, "no event 9999"),
            ({"at": 0, "turns": 99}, "99 turns"),
            ({"at": 0, "temperature": 7}, "temperature"),
            ({"at": 0, "edit": {"tool": "echo"}}, "nothing to edit"),
            ({"at": 0, "roles": {"wizard": "x"}}, "roles"),
            ({"at": 0, "begin": {"breakpoints": [{"phase": "lunch"}]}}, "phase"),
            ({"at": 0, "more": 1}, "more"),
        ],
    )
    async def test_what_cannot_be_done_says_why_and_starts_nothing(self, asked: dict[str, Any], said: str) -> None:
        page = Page()
        begun, _ = await self.whole(page)
        answer = await page.stepping.fork({"run": begun["run"], **asked}, *page.fields)
        assert said in answer["problem"] and set(answer) == {"problem"}

    async def test_an_unknown_run_gives_nothing(self) -> None:
        page = Page()
        for token in ("", "x" * 22, "../x"):
            assert set(await page.fork(token, 0)) == {"problem"}
        assert await page.stepping.family({"runs": ["x" * 22, 7, None]}) == {"runs": []}
        assert await page.stepping.family("x") == {"runs": []}

    async def test_the_family_is_told_of_runs_that_are_named_and_no_others(self) -> None:
        page = Page()
        begun, _ = await self.whole(page)
        made = await page.fork(begun["run"], 3)
        await ended(await page.run(made))
        told = (await page.stepping.family({"runs": [begun["run"]]}))["runs"]
        assert told == [{"run": begun["run"], "status": "answered", "done": True, "answer": "42", "turns": 2}]


@pytest.mark.parametrize("sent", ["{", "[]", '{"paused": 3}', '{"breakpoints": [{"turn": 0}]}', '{"x": 1}'])
async def test_an_unreadable_beginning_starts_nothing(sent: str) -> None:
    page = Page()
    assert "breakpoints" in (await page.begin(sent))["problem"] or sent == '{"x": 1}'
    assert not page.handlers.registry._runs


def test_a_page_that_says_nothing_begins_at_once() -> None:
    for nothing in ("", None):
        assert not beginning_of(nothing).paused and not beginning_of(nothing).breakpoints


async def test_a_bundled_recording_is_forked_like_a_run_and_by_its_name_only() -> None:
    page = Page()
    for wrong in ("../stepping", "no-such"):
        answer = await page.stepping.fork({"recording": wrong, "at": 0}, *page.fields)
        assert "no such recording" in answer["problem"]
    if not (listed := recordings()):
        pytest.skip("nothing was recorded yet")
    name = listed[0].name
    made = await page.stepping.fork({"recording": name, "at": 1}, *page.fields)
    fork = await page.run(made)
    assert fork.events[:1] == events_of(name)[:1] and not made["parent"]
    await ended(fork)


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
async def test_the_page_folds_a_fork_as_the_engine_does() -> None:
    page = Page()
    begun = await page.begin()
    await ended(await page.run(begun))
    for at in (0, 2, 4, 6):
        fork = await page.run(await page.fork(begun["run"], at))
        await ended(fork)
        folds_alike(fork.events)
