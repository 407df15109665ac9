"""Ten thousand texts that no prompt asked for, through the engine: no crash, no hang, every flow ends in a known state.

What each backend guarantees is kept: a text has no half characters (`tools.writable`).
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import Field

from agentflow_core import AgentFlow, Budget, Event, FlowState
from agentflow_core.events import EVENT, ROLES, Status
from agentflow_core.models import Message, ScriptedModel
from agentflow_core.models.base import Dialect
from agentflow_core.store import RunDocument, read_document
from tests.agentflow_core.flows import Echo, stored
from tests.reliability.corpus import EVERY, GOOD, written
from tools.base import Tool, ToolContext, ToolInput, ToolResult, ToolSettings
from tools.base_generator import BaseGenerator
from tools.toolbox import Toolbox
from tools.writable import writable

OUTPUTS = 10_000
HANGS = 60.0
"""Seconds in which a flow without any waiting in it must have ended, on however busy a machine."""
OWN_ENDS = set(get_args(Status)) - {"failed", "cancelled"}


class NestedInput(ToolInput):
    """Arguments with all that can go wrong in arguments."""

    text: str
    times: int = Field(default=1, ge=0, le=9)
    within: "NestedInput | None" = None
    more: dict[str, Any] = Field(default_factory=dict)


class Nested(Tool[NestedInput]):
    name = "nested"
    description = "Takes nested arguments, and fails on some texts."
    input_model = NestedInput
    main_field = "text"

    async def run(self, arguments: NestedInput, context: ToolContext) -> ToolResult:
        if "fail" in arguments.text:
            raise ValueError(arguments.text)
        return ToolResult(text=arguments.text * arguments.times, data={"more": arguments.more})


def flow_of(write: Callable[[str], str], dialect: Dialect) -> AgentFlow:
    model = ScriptedModel(lambda messages: writable(write(messages[-1].content)), dialect=dialect, piece=10_000)
    box = Toolbox([Echo(ToolSettings()), Nested(ToolSettings()), BaseGenerator(ToolSettings())])
    return AgentFlow(dict.fromkeys(ROLES, model), box, budget=Budget(turns=3))


async def ended(flow: AgentFlow, question: str = "What is it?") -> list[Event]:
    """The stored events of a flow, each of them checked."""
    async with asyncio.timeout(HANGS):
        events = stored([event async for event in flow.run(question)])
    end = events[-1]
    assert end.type == "flow_finished"
    assert end.status in OWN_ENDS, end.reason
    assert [event.seq for event in events] == list(range(len(events)))
    assert [EVENT.validate_json(EVENT.dump_json(event)) for event in events] == events
    assert FlowState.fold(events) == FlowState.fold(events)
    assert FlowState.fold(events).status == end.status
    assert FlowState.fold(events).next_step() is None
    return events


@pytest.mark.parametrize("dialect", ["chat", "pocket"])
async def test_ten_thousand_texts(dialect: Dialect) -> None:
    asked, number = 0, 0
    ends: Counter[str] = Counter()
    while asked < OUTPUTS // 2:
        rng = random.Random(f"fuzz {dialect} {number}")
        flow = flow_of(lambda prompt, rng=rng: written(rng, dialect, prompt), dialect)  # type: ignore[misc]
        events = await ended(flow)
        model: Any = flow.models["planner"]
        asked, number = asked + len(model.calls), number + 1
        ends[FlowState.fold(events).status or ""] += 1
        read_document(RunDocument(events=events).model_dump_json())
    assert set(ends) == OWN_ENDS, f"every own end is met: {ends}"
    assert ends["answered"] > number / 20, f"and not all flows stay at the start: {ends}"


@pytest.mark.parametrize("dialect", ["chat", "pocket"])
async def test_each_text_alone_from_every_role(dialect: Dialect) -> None:
    for text in EVERY:
        await ended(flow_of(lambda _, text=text: text, dialect))  # type: ignore[misc]


@pytest.mark.parametrize("dialect", ["chat", "pocket"])
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=300),
            st.sampled_from(GOOD),
            st.recursive(
                st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
                lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
                max_leaves=12,
            ).map(str),
            st.dictionaries(
                st.sampled_from(("text", "query", "times", "within", "arguments", "tool", "sub_goal", "verdict")),
                st.text(max_size=20) | st.integers() | st.none(),
            ).map(lambda found: str(found).replace("'", '"')),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_any_texts_at_all(dialect: Dialect, texts: list[str]) -> None:
    place = iter(range(10_000))
    asyncio.run(_ended_and_read(flow_of(lambda _: texts[next(place) % len(texts)], dialect)))


async def _ended_and_read(flow: AgentFlow) -> None:
    read_document(RunDocument(events=await ended(flow)).model_dump_json())


async def test_questions_are_texts_too() -> None:
    for text in EVERY:
        if text.strip() and len(text) <= 20_000:
            place = iter(range(10_000))
            chat = flow_of(lambda _, place=place: GOOD[next(place) % len(GOOD)], "chat")  # type: ignore[misc]
            await ended(chat, text)


def test_the_model_saw_nothing_that_json_cannot_carry() -> None:
    """Lone surrogates would end the request of a real server."""
    flow = flow_of(lambda _: "\ud800", "chat")
    asyncio.run(ended(flow, "a \udfff question"))
    model: Any = flow.models["planner"]
    messages: list[Message] = [message for call in model.calls for message in call]
    assert messages
    for message in messages:
        message.content.encode()
