"""Plans asked for while the verifier reads: faster, and the log says all of it."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from agentflow_core import AgentFlow, Budget, Control, Event, FlowState, RunStore, Settings, assemble, new_run_id
from agentflow_core.control import Breakpoint
from agentflow_core.errors import ModelUnavailable
from agentflow_core.events import Role, calls_of
from agentflow_core.models import LanguageModel, Message, ScriptedModel
from tests.agentflow_core.flows import (
    ANALYSIS,
    CONTINUE,
    PLAN,
    STOP,
    Echo,
    collect,
    cycle,
    only,
    scripted,
    stored,
    types,
)
from tools.base import ToolSettings
from tools.toolbox import Toolbox

TURN = ["planned", "commanded", "tool_returned", "verified"]


def ahead(models: dict[Role, LanguageModel], **budget: Any) -> AgentFlow:
    return AgentFlow(models, Toolbox([Echo(ToolSettings())]), budget=Budget(**budget), overlap=True)


class Unhurried(asyncio.SelectorEventLoop):
    """A loop whose clock only waits move: what calls cost in a row, whatever the machine is busy with."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        selector: Any = self._selector  # type: ignore[attr-defined]
        select = selector.select

        def skip(timeout: float | None = None) -> Any:
            self.now += timeout or 0.0
            return select(0)

        selector.select = skip

    def time(self) -> float:
        return self.now


def seconds(turns: int, overlap: bool) -> float:
    """Wall time of a flow whose calls take 0.2 seconds each."""
    models = scripted(turns=turns)
    for model in models.values():
        model._latency, model._piece = 0.2, 1000  # type: ignore[attr-defined]
    flow = AgentFlow(models, Toolbox([Echo(ToolSettings())]), overlap=overlap)
    with asyncio.Runner(loop_factory=Unhurried) as runner:
        events: Any = runner.run(collect(flow))
        assert events[-1].status == "answered"
        return runner.get_loop().time()


def test_a_turn_takes_two_calls_in_a_row_instead_of_three() -> None:
    assert seconds(10, overlap=False) == pytest.approx(0.2 * (3 * 10 + 2))
    assert seconds(10, overlap=True) == pytest.approx(0.2 * (2 * 10 + 3))


class Patient(ScriptedModel):
    """A verifier that says nothing before the next plan has been asked for."""

    plan_asked: asyncio.Event

    async def generate(self, messages: list[Message], **asked: Any) -> AsyncGenerator[Any, None]:
        async with asyncio.timeout(10):
            await self.plan_asked.wait()
        self.plan_asked.clear()
        async for part in super().generate(messages, **asked):
            yield part


def asked(model: LanguageModel) -> int:
    assert isinstance(model, ScriptedModel)
    return len(model.calls)


async def test_the_next_plan_is_asked_for_while_the_verifier_reads() -> None:
    patient = Patient(cycle([CONTINUE, CONTINUE], STOP))
    patient.plan_asked = asyncio.Event()

    def plan(messages: list[Message]) -> str:
        if "This is turn" not in messages[-1].content:
            return ANALYSIS
        if "This is turn 1 " not in messages[-1].content:
            patient.plan_asked.set()
        return PLAN.format(n=1)

    events: Any = await collect(ahead(scripted() | {"planner": ScriptedModel(plan), "verifier": patient}))
    assert events[-1].status == "answered" and len(only(events, "verified")) == 3


async def test_the_log_is_that_of_a_flow_one_after_the_other_and_the_dropped_plan() -> None:
    events = stored(await collect(ahead(scripted())))
    assert types(events) == [
        *("flow_started", "analyzed", *TURN, *TURN),
        *("plan_dropped", "answered", "flow_finished"),
    ]
    assert [event.seq for event in events] == list(range(len(events)))
    second: Any = [e for e in events if e.type == "phase_started" and e.phase == "plan"][1]
    assert second.seq > only(events, "verified")[0].seq, "it begins for the reader when its turn has come"


async def test_a_plan_made_ahead_has_read_the_result_and_not_the_verdict() -> None:
    second = only(await collect(ahead(scripted())), "planned")[1].call.messages[-1].content
    assert "echo of part 1" in second and "This is turn 2" in second and "Verdict:" not in second


async def test_its_text_is_streamed_once_its_turn_has_come() -> None:
    events = await collect(ahead(scripted()))
    plan: Any = only(events, "planned")[1]
    begins: Any = next(e for e in events if e.type == "phase_started" and e.phase == "plan" and e.turn == 2)
    texts = [e for e in only(events, "text_delta") if (e.turn, e.phase) == (2, "plan")]
    assert "".join(e.text for e in texts) == plan.call.completion.text
    assert {e.seq for e in texts} == {begins.seq}


async def test_what_is_dropped_counts() -> None:
    models = scripted()
    events = stored(await collect(ahead(models)))
    calls = [call for event in events for call in calls_of(event)]
    assert len(calls) == sum(map(asked, models.values()))
    assert FlowState.fold(events).tokens == sum(call.tokens for call in calls)
    assert only(events, "plan_dropped")[0].turn == 3 and only(events, "plan_dropped")[0].call.tokens > 100


async def test_a_plan_that_is_still_being_written_is_cut_off() -> None:
    def slow(messages: list[Message]) -> str:
        return ANALYSIS if "analyse the question" in messages[-1].content else PLAN.format(n=1)

    class Slow(ScriptedModel):
        async def generate(self, messages: list[Message], **asked: Any) -> AsyncGenerator[Any, None]:
            async for part in super().generate(messages, **asked):
                yield part
                if "This is turn 2" in messages[-1].content:
                    await asyncio.sleep(60)

    async with asyncio.timeout(30):
        events: Any = stored(await collect(ahead(scripted(turns=1) | {"planner": Slow(slow)})))
    assert events[-1].status == "answered"
    call = only(events, "plan_dropped")[0].call
    assert PLAN.startswith(call.completion.text) and len(call.completion.text) < len(PLAN)
    assert call.completion.prompt_tokens == sum(-(-len(m.content) // 4) for m in call.messages)


async def test_an_unreadable_plan_made_ahead_is_asked_again() -> None:
    models = scripted(planner=[ANALYSIS, PLAN.format(n=1), "what?", PLAN.format(n=2)])
    events: Any = await collect(ahead(models))
    assert only(events, "parse_failed")[0].turn == 2 and events[-1].status == "answered"
    assert len(only(events, "planned")) == 2


@pytest.mark.parametrize(("turns", "status"), [(1, "answered"), (2, "failed")])
async def test_a_server_that_fails_matters_only_when_its_plan_is_needed(turns: int, status: str) -> None:
    broken = ScriptedModel([ANALYSIS, PLAN.format(n=1), ModelUnavailable("it is down")])
    events: Any = await collect(ahead(scripted(turns=turns) | {"planner": broken}))
    assert events[-1].status == status and not only(events, "plan_dropped")


async def test_tokens_spent_with_the_verdict_end_the_flow_and_the_plan() -> None:
    whole = stored(await collect(ahead(scripted(turns=3))))
    most = FlowState.fold(whole[: only(whole, "verified")[0].seq + 1]).tokens
    events: Any = stored(await collect(ahead(scripted(turns=3), tokens=most)))
    assert types(events)[-3:] == ["verified", "plan_dropped", "flow_finished"] and events[-1].status == "budget"


async def test_there_is_no_plan_beyond_the_last_turn() -> None:
    events = await collect(ahead(scripted(turns=9), turns=2))
    assert not only(events, "plan_dropped") and len(only(events, "planned")) == 2


async def test_a_flow_that_is_stepped_through_does_one_thing_at_a_time() -> None:
    def flow(control: Control) -> Any:
        return ahead(scripted()).run("What is it?", control=control)

    watched = [e async for e in flow(Control((Breakpoint(phase="answer", turn=7),)))]
    assert not only(watched, "plan_dropped")
    control = Control()
    control.pause()
    stepped = []
    async for event in flow(control):
        stepped.append(event)
        if event.type == "paused":
            asyncio.get_running_loop().call_soon(control.step)
    assert types(e for e in stepped if e.type not in ("paused", "resumed")) == [
        *("flow_started", "analyzed", *TURN, *TURN),
        *("answered", "flow_finished"),
    ]


async def test_stopped_while_it_waits_the_flow_says_what_it_had_asked_for() -> None:
    control = Control()
    models = scripted() | {"verifier": ScriptedModel(lambda _: STOP, latency=60)}
    events: list[Event] = []
    async for event in ahead(models).run("What is it?", control=control):
        events.append(event)
        if event.type == "phase_started" and event.phase == "verify":
            asyncio.get_running_loop().call_later(0.05, control.stop)
    assert types(events)[-2:] == ["plan_dropped", "flow_finished"]
    resumed: Any = await collect(ahead(scripted(turns=1)), start=stored(events))
    assert resumed[-1].status == "answered"


async def test_such_a_run_is_kept_exported_and_read_again(tmp_path: Any) -> None:
    store, run = RunStore(tmp_path / "runs.sqlite"), new_run_id()
    events = stored([event async for event in store.record(run, ahead(scripted()).run("What is it?"))])
    assert store.events(run) == events == store.events(store.load(store.export(run)))


def test_it_is_off_by_default_and_a_setting() -> None:
    assert not assemble(Settings()).overlap
    assert assemble(Settings(overlap=True)).overlap


async def test_pocket_reads_each_verdict_first() -> None:
    texts = {
        "planner": [" two<end>", *[" Nothing yet.<goal> Find it.<tool> echo<end>"] * 3],
        "executor": [" it<end>"] * 3,
        "verifier": [" more<say> CONTINUE<end>", " done<say> STOP<end>"],
        "generator": [" It is it.<val> it<end>"],
    }
    models: Any = {role: ScriptedModel(list(said), dialect="pocket") for role, said in texts.items()}
    events: Any = await collect(ahead(models))
    assert events[-1].status == "answered" and not only(events, "plan_dropped")
    assert "<say> CONTINUE<end>" in only(events, "planned")[1].call.messages[0].content
