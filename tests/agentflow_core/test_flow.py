"""The loop: order of phases, failures of policy and of infrastructure, budgets, resuming."""

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest

from agentflow_core import BadInput, Budget, Control, Event, FlowState, rewind
from agentflow_core.errors import ModelUnavailable
from agentflow_core.events import ROLES
from agentflow_core.models import Message, ScriptedModel
from tests.agentflow_core.flows import (
    ANALYSIS,
    CONTINUE,
    PLAN,
    STOP,
    Echo,
    collect,
    cycle,
    make,
    only,
    scripted,
    stored,
    types,
)
from tools.base import ToolContext, ToolResult, ToolSettings

TURN = ["planned", "commanded", "tool_returned", "verified"]


async def test_two_turns_in_the_papers_order() -> None:
    events = await collect(make())
    assert types(events) == ["flow_started", "analyzed", *TURN, *TURN, "answered", "flow_finished"]
    assert events[-1].status == "answered"
    assert [e.seq for e in stored(events)] == list(range(len(stored(events))))


async def test_three_calls_a_turn_and_two_around() -> None:
    models = scripted(turns=3)
    await collect(make(models))
    assert sum(len(model.calls) for model in models.values()) == 3 * 3 + 2  # type: ignore[attr-defined]


async def test_deltas_add_up_to_the_raw_text() -> None:
    events = await collect(make())
    deltas = "".join(e.text for e in only(events, "text_delta") if e.phase == "plan" and e.turn == 1)
    assert deltas == only(events, "planned")[0].call.completion.text


async def test_every_call_is_recorded_as_sent() -> None:
    models = scripted()
    events = await collect(make(models))
    sent = [tuple(call) for call in models["verifier"].calls]  # type: ignore[attr-defined]
    assert [e.call.messages for e in only(events, "verified")] == sent


async def test_an_unreadable_plan_is_asked_again_and_told_why() -> None:
    models = scripted(planner=[ANALYSIS, "I am not sure.", PLAN.format(n=1)], turns=1)
    events = await collect(make(models))
    failure = only(events, "parse_failed")[0]
    assert (failure.field, failure.call.attempt) == ("sub_goal", 1)
    again = models["planner"].calls[2]  # type: ignore[attr-defined]
    assert again[-2].content == "I am not sure." and "Sub-Goal" in again[-1].content
    assert events[-1].status == "answered"


async def test_a_turn_without_a_readable_plan_is_failed_in_memory_and_the_flow_goes_on() -> None:
    models = scripted(planner=[ANALYSIS, "what?", "what?", PLAN.format(n=1)], turns=1)
    events = await collect(make(models))
    assert only(events, "turn_failed")[0].turn == 1
    assert [e.turn for e in only(events, "planned")] == [2]
    assert "no usable text in 2 attempts" in models["verifier"].calls[0][-1].content  # type: ignore[attr-defined]
    assert events[-1].status == "answered"


async def test_an_unknown_tool_names_the_nearest() -> None:
    models = scripted(planner=[ANALYSIS, PLAN.format(n=1).replace("echo", "ecko")], turns=1)
    failure = only(await collect(make(models)), "parse_failed")[0]
    assert failure.field == "tool" and "echo" in failure.problem


async def test_a_failing_tool_is_a_result_that_the_planner_sees() -> None:
    class Broken(Echo):
        name = "broken"

        async def run(self, arguments: Any, context: ToolContext) -> ToolResult:
            raise ZeroDivisionError("by nothing")

    models = scripted(planner=[ANALYSIS, PLAN.format(n=1).replace("echo", "broken")])
    events = await collect(make(models, Broken(ToolSettings())))
    assert "ZeroDivisionError" in only(events, "tool_returned")[0].result.error
    assert "ZeroDivisionError" in models["planner"].calls[2][-1].content  # type: ignore[attr-defined]
    assert events[-1].status == "answered"


async def test_a_slow_tool_is_stopped_at_its_deadline() -> None:
    class Slow(Echo):
        name = "slow"

        async def run(self, arguments: Any, context: ToolContext) -> ToolResult:
            await asyncio.sleep(30)
            return ToolResult(text="late")

    models = scripted(planner=[ANALYSIS, PLAN.format(n=1).replace("echo", "slow")], turns=1)
    events = await collect(make(models, Slow(ToolSettings()), tool_seconds=0.05))
    assert "longer than" in only(events, "tool_returned")[0].result.error


async def test_turn_budget_still_answers_from_what_is_known() -> None:
    events = await collect(make(scripted(turns=50), turns=3))
    assert len(only(events, "verified")) == 3 and only(events, "answered")
    assert events[-1].status == "budget" and "3 turns" in events[-1].reason


async def test_a_spent_turn_budget_is_said_even_when_no_answer_can_be_read() -> None:
    events = await collect(make(scripted(turns=50, generator=["", ""]), turns=2))
    assert not only(events, "answered")
    assert events[-1].status == "budget" and "gave no answer" in events[-1].reason


async def test_an_unreadable_answer_after_stop_is_unanswered() -> None:
    events = await collect(make(scripted(generator=["", ""])))
    assert events[-1].status == "unanswered"


async def test_seconds_are_enforced_inside_a_call() -> None:
    models = scripted() | {"planner": ScriptedModel(lambda _: ANALYSIS, latency=30)}
    events = await collect(make(models, seconds=0.05))
    assert events[-1].status == "budget" and "0.05 seconds" in events[-1].reason


def spent(events: Iterable[Event]) -> int:
    """Tokens of all calls, counted by hand."""
    calls = [e.call for e in events if hasattr(e, "call")] + [c for e in only(events, "tool_returned") for c in e.calls]
    return sum(call.completion.prompt_tokens + call.completion.completion_tokens for call in calls)


class Asking(Echo):
    """A tool that asks a model, whose tokens count too."""

    name = "asking"

    async def run(self, arguments: Any, context: ToolContext) -> ToolResult:
        return ToolResult(text=await context.ask("What is it?" * 40))


async def test_tokens_are_enforced_between_calls_and_more_of_them_let_the_flow_go_on() -> None:
    whole = stored(await collect(make(scripted(turns=3))))
    most = spent(whole) // 2
    first = stored(await collect(make(scripted(turns=3), tokens=most)))
    end: Any = first[-1]
    assert end.status == "budget" and end.error is None
    assert f"The {most:,} tokens of this flow are spent ({spent(first):,})" in end.reason and "Resume" in end.reason
    calls = [event for event in first if hasattr(event, "call")]
    assert spent(first) >= most > spent(first) - spent(calls[-1:]), "over it by less than one call"
    assert FlowState.fold(first).tokens == spent(first)

    again: Any = stored(await collect(make(scripted()), start=first))
    assert types(again) == ["resumed", "flow_finished"] and again[-1].status == "budget", "nothing is free"
    done = len(only(first, "verified"))
    budget = Budget(tokens=10 * spent(whole))
    second: Any = await collect(make(scripted(turns=3 - done)), start=[*first, *again], budget=budget)
    assert second[-1].status == "answered"


async def test_tokens_of_a_tools_own_calls_count() -> None:
    models = scripted(planner=[ANALYSIS, PLAN.format(n=1).replace("echo", "asking")], turns=1)
    whole = stored(await collect(make(models, Asking(ToolSettings()))))
    assert spent(only(whole, "tool_returned")) > 100
    before = spent(event for event in whole if event.seq < only(whole, "tool_returned")[0].seq)
    models = scripted(planner=[ANALYSIS, PLAN.format(n=1).replace("echo", "asking")], turns=1)
    events: Any = await collect(make(models, Asking(ToolSettings()), tokens=before + 1))
    assert types(events)[-2:] == ["tool_returned", "flow_finished"] and events[-1].status == "budget"


async def test_a_module_is_not_asked_again_beyond_the_tokens() -> None:
    first = stored(await collect(make(turns=1)))
    models = scripted(planner=[ANALYSIS, "what?", PLAN.format(n=1)])
    most = spent(only(first, "analyzed")) + 1
    events: Any = await collect(make(models, tokens=most))
    assert types(events)[-2:] == ["parse_failed", "flow_finished"] and events[-1].status == "budget"


async def test_an_answer_that_is_there_is_given_whatever_it_cost() -> None:
    whole = stored(await collect(make(turns=2)))
    events: Any = await collect(make(turns=2, tokens=spent(whole)))
    assert events[-1].status == "answered"


def test_a_run_of_before_there_were_budgets_of_tokens_is_read() -> None:
    old = {"turns": 10, "seconds": 300.0, "memory_tokens": 8000, "tool_seconds": 60.0, "attempts": 2}
    assert Budget.model_validate(old).tokens is None


async def test_infrastructure_failure_is_resumable_and_nothing_is_lost() -> None:
    def unavailable(_: list[Message]) -> str:
        raise ModelUnavailable("the server is down")

    flow = make(scripted() | {"verifier": ScriptedModel(unavailable)})
    first = stored(await collect(flow))
    assert (first[-1].status, first[-1].error) == ("failed", "ModelUnavailable")  # type: ignore[union-attr]

    second = stored(await collect(make(scripted(turns=1)), start=first))
    assert types(second) == ["resumed", "verified", "answered", "flow_finished"]
    assert FlowState.fold([*first, *second]).status == "answered"
    assert [e.seq for e in [*first, *second]] == list(range(len(first) + len(second)))


async def test_more_turns_reopen_a_flow_whose_turns_were_spent() -> None:
    flow = make(scripted(turns=3), turns=2)
    first = stored(await collect(flow))
    second = await collect(flow, start=first, budget=Budget(turns=5))
    assert types(second) == ["resumed", *TURN, "answered", "flow_finished"] and second[-1].status == "answered"


async def test_an_answered_flow_is_not_resumed() -> None:
    events = stored(await collect(make()))
    with pytest.raises(BadInput, match="already answered"):
        await collect(make(), start=events)


@pytest.mark.parametrize("question", ["", "  \n ", "x" * 100_000])
async def test_bad_questions_are_refused_before_anything_runs(question: str) -> None:
    models = scripted()
    with pytest.raises(BadInput, match="question"):
        await collect(make(models), question)
    assert not models["planner"].calls  # type: ignore[attr-defined]


async def test_rewinding_to_any_event_and_going_on_gives_the_same_answer() -> None:
    whole = stored(await collect(make()))
    for event in whole[:-1]:
        state = FlowState.fold(rewind(whole, event.seq))
        done = len(state.turns) - bool(state.turns and not state.turns[-1].closed)
        verdicts = [CONTINUE, STOP][done:]
        models = scripted(verifier=verdicts, turns=1) if verdicts else scripted(turns=1)
        rest = await collect(make(models), start=rewind(whole, event.seq))
        end = FlowState.fold([*rewind(whole, event.seq), *rest])
        assert end.answer is not None and end.answer.text == "42", event
        assert len(end.turns) == 2, event


async def test_many_flows_on_one_engine_do_not_mix() -> None:
    def plan(messages: list[Message]) -> str:
        question = messages[1].content.split("\n")[1]
        return PLAN.format(n=question) if "This is turn" in messages[-1].content else ANALYSIS

    def command(messages: list[Message]) -> str:
        return f'{{"text": "{messages[1].content.splitlines()[1]}"}}'

    models = {
        "planner": ScriptedModel(plan, latency=0.001),
        "executor": ScriptedModel(command, latency=0.001),
        "verifier": ScriptedModel(cycle([], STOP)),
        "generator": ScriptedModel(lambda m: f"Answer: {m[1].content.splitlines()[1]}"),
    }
    flow = make(models)  # type: ignore[arg-type]
    runs = await asyncio.gather(*(collect(flow, f"question {n}") for n in range(30)))
    for n, events in enumerate(runs):
        assert only(events, "tool_returned")[0].result.text == f"echo of question {n}"
        assert only(events, "answered")[0].answer.text == f"question {n}"


async def test_closing_the_iterator_cancels_the_model() -> None:
    model = ScriptedModel(lambda _: ANALYSIS, latency=30)
    events = make(scripted() | {"planner": model}).run("What is it?", control=Control())
    assert (await anext(events)).type == "flow_started"
    await events.aclose()  # type: ignore[attr-defined]
    assert len(asyncio.all_tasks()) == 1


def written_by_pocket(messages: list[Message]) -> str:
    """What each tag at the end of a transcript asks for."""
    tag = messages[0].content.rpartition("<")[2]
    return {
        "ana>": " parts",
        "plan>": " Nothing yet.<goal> Find it.<tool> echo",
        "cmd>": " part",
        "ver>": " All is there.<say> STOP",
        "ans>": " It is 42.<val> 42",
    }[tag]


async def test_json_is_asked_of_chat_models_and_of_none_that_writes_transcripts() -> None:
    """A server that can would force a transcript's command and verdict into JSON, which its model does not know."""
    pocket = ScriptedModel(written_by_pocket, dialect="pocket")
    events = await collect(make(dict.fromkeys(ROLES, pocket)))
    assert events[-1].status == "answered" and len(pocket.schemas) == 5
    assert pocket.schemas == [None] * 5
    chat = scripted(turns=1)
    await collect(make(chat))
    assert [model.schemas[-1] is not None for model in (chat["executor"], chat["verifier"])] == [True, True]
