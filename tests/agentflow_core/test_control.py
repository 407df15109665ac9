"""A human's hands on a flow: pause, step, breakpoints, edit, stop."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from agentflow_core import BadInput, Breakpoint, Control, Event
from agentflow_core.models import ScriptedModel
from tests.agentflow_core.flows import ANALYSIS, PLAN, make, only, scripted


async def until_paused(events: AsyncIterator[Event]) -> Event:
    async for event in events:
        if event.type == "paused":
            return event
    raise AssertionError("the flow never paused")


async def rest(events: AsyncIterator[Event]) -> list[Event]:
    return [event async for event in events]


async def test_pause_waits_before_the_next_phase_and_resume_goes_on() -> None:
    control = Control()
    control.pause()
    events = make().run("What is it?", control=control)
    paused = await until_paused(events)
    assert (paused.phase, paused.why) == ("analyze", "asked to pause")  # type: ignore[union-attr]
    control.resume()
    assert (await rest(events))[-1].status == "answered"  # type: ignore[union-attr]


async def test_a_step_is_one_phase() -> None:
    control = Control()
    control.pause()
    events = make().run("What is it?", control=control)
    phases = []
    for _ in range(4):
        phases.append((await until_paused(events)).phase)  # type: ignore[union-attr]
        control.step()
    assert phases == ["analyze", "plan", "command", "tool"]
    control.stop()
    await rest(events)


@pytest.mark.parametrize(
    ("breakpoint", "at"),
    [
        (Breakpoint(phase="verify"), (1, "verify")),
        (Breakpoint(phase="plan", turn=2), (2, "plan")),
        (Breakpoint(tool="echo"), (1, "command")),
        (Breakpoint(phase="tool", tool="echo"), (1, "tool")),
        (Breakpoint(nth_continue=1), (2, "plan")),
        (Breakpoint(parse_error=True), (1, "command")),
    ],
)
async def test_breakpoints(breakpoint: Breakpoint, at: tuple[int, str]) -> None:
    control = Control((breakpoint,))
    models = scripted(planner=[ANALYSIS, "unreadable", PLAN.format(n=1)])
    events = make(models).run("What is it?", control=control)
    paused = await until_paused(events)
    assert (paused.turn, paused.phase) == at  # type: ignore[union-attr]
    assert paused.why.startswith("breakpoint: ")  # type: ignore[union-attr]
    control.stop()
    await rest(events)


async def test_an_edited_plan_is_what_the_executor_sees() -> None:
    control = Control((Breakpoint(phase="command", turn=1),))
    models = scripted(turns=1)
    events = make(models).run("What is it?", control=control)
    await until_paused(events)
    control.edit({"sub_goal": "find something else"})
    control.resume()
    done = await rest(events)
    edited = only(done, "edited")[0]
    assert (edited.before["sub_goal"], edited.after["sub_goal"]) == ("find part 1", "find something else")
    assert "find something else" in models["executor"].calls[0][-1].content  # type: ignore[attr-defined]


async def test_an_edited_command_is_what_the_tool_gets() -> None:
    control = Control((Breakpoint(phase="tool", turn=1),))
    events = make(scripted(turns=1)).run("What is it?", control=control)
    await until_paused(events)
    control.edit({"text": "by hand"})
    control.resume()
    assert only(await rest(events), "tool_returned")[0].result.text == "echo of by hand"


async def test_edits_that_cannot_be_used_are_refused_and_change_nothing() -> None:
    control = Control((Breakpoint(phase="command", turn=1),))
    events = make(scripted(turns=1)).run("What is it?", control=control)
    with pytest.raises(BadInput, match="paused"):
        control.edit({"tool": "echo"})
    await until_paused(events)
    with pytest.raises(BadInput, match="echo"):
        control.edit({"tool": "ecko"})
    control.resume()
    done = await rest(events)
    assert not only(done, "edited") and done[-1].status == "answered"  # type: ignore[union-attr]


async def test_stop_in_the_middle_of_a_call_ends_at_once_and_is_an_event() -> None:
    control = Control()
    model = ScriptedModel(lambda _: ANALYSIS, latency=60)
    events = make(scripted() | {"planner": model}).run("What is it?", control=control)
    assert (await anext(events)).type == "flow_started"
    asyncio.get_running_loop().call_later(0.02, control.stop)
    done = await asyncio.wait_for(rest(events), timeout=5)
    assert done[-1].status == "cancelled"  # type: ignore[union-attr]


async def test_stop_while_paused() -> None:
    control = Control()
    control.pause()
    events = make().run("What is it?", control=control)
    await until_paused(events)
    control.stop()
    done = await rest(events)
    assert [e.type for e in done] == ["flow_finished"] and done[0].status == "cancelled"  # type: ignore[union-attr]
