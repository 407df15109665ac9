"""What one flow may use: it ends with a spent budget and a kind word, and cannot be resumed past its allowance."""

from typing import Any

import pytest

from agentflow_core import Settings
from agentflow_core.errors import BadInput
from agentflow_core.events import EVENT, Event
from agentflow_core.state import FlowState
from agentflow_core.store import RunDocument, read_document
from demo.handlers import Handlers
from demo.meter import Metered, size
from demo.registry import Registry
from tests.agentflow_core.flows import collect, make, scripted, stored


async def metered(most: int) -> list[Event]:
    flow: Any = Metered(make(scripted(turns=5)), most)
    return stored(await collect(flow))


async def test_without_limits_a_flow_is_as_it_was() -> None:
    assert [event.type for event in await metered(0)] == [
        event.type for event in stored(await collect(make(scripted(turns=5))))
    ]


async def test_a_flow_that_has_grown_too_large_ends_and_says_so() -> None:
    events = await metered(9000)
    last = events[-1]
    assert last.type == "flow_finished" and last.status == "budget"
    assert "bytes; this page keeps 9,000" in last.reason
    assert len(FlowState.fold(events).turns) in (1, 2), "it ends in the middle, with what there is"
    read_document(RunDocument(events=events).model_dump_json())


async def test_the_size_is_that_in_the_store() -> None:
    events = stored(await collect(make(scripted(turns=2))))
    assert size(events) == sum(len(EVENT.dump_json(event)) for event in events)


async def test_an_answer_that_is_there_is_never_taken_away() -> None:
    whole = stored(await collect(make(scripted(turns=1))))
    flow: Any = Metered(make(scripted(turns=1)), size(whole[:-1]))
    events = await collect(flow)
    assert events[-1].type == "flow_finished" and events[-1].status == "answered"


async def test_what_was_used_before_a_resume_counts() -> None:
    spent = await metered(9000)
    flow: Any = Metered(make(), 9000)
    with pytest.raises(BadInput, match="cannot go on here"):
        await collect(flow, start=spent)


@pytest.mark.parametrize(
    ("limit", "says"), [({"tokens": 1500}, "tokens; this page gives"), ({"flow_bytes": 9000}, "bytes; this page keeps")]
)
async def test_the_page_says_so_when_asked_to_resume(limit: dict[str, int], says: str) -> None:
    settings = Settings(**limit)  # type: ignore[arg-type]
    page = Handlers(settings, Registry(), lambda *_, **__: make(scripted(turns=5)))
    chosen = [["math_solver"], 6, 0.0, *["pocket"] * 4, *[None] * 4]
    begun = await page.begin("What is it?", *chosen)
    token = begun["run"]
    run = await page.registry.get(token)
    assert run is not None and run.task is not None
    await run.task
    assert run.events[-1].type == "flow_finished" and run.events[-1].status == "budget"
    problem = (await page.resume(token, *chosen, key=begun["key"]))["problem"]
    assert says in problem and "cannot go on here" in problem


@pytest.mark.parametrize(
    ("turns", "temperature", "says"),
    [(0, 0.0, "choose 1 to 50"), (10**6, 0.0, "choose 1 to 50"), (5, 9.0, "0 to 2"), (5, float("nan"), "0 to 2")],
)
async def test_options_beyond_the_pages_own_are_refused(turns: int, temperature: float, says: str) -> None:
    page = Handlers(Settings(), Registry(), lambda *_, **__: make())
    answer = await page.begin("Q?", ["math_solver"], turns, temperature, *["pocket"] * 4, *[None] * 4)
    assert says in answer["problem"]
