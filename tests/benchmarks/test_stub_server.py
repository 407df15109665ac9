"""The stub server takes flows of as many turns as the question asks for; figures against it are of whole flows."""

import pytest

from agentflow_core import Settings, assemble
from agentflow_core.models import ModelPool
from benchmarks.engine_overhead import calls_of, flow_seconds
from benchmarks.many_flows import firsts
from benchmarks.stub_server import running


@pytest.mark.parametrize("turns", [1, 3])
async def test_a_flow_takes_the_turns_it_was_asked_to_take(turns: int) -> None:
    with running() as role:
        pool = ModelPool()
        flow = assemble(Settings(model=role), pool=pool, tools=["base_generator"])
        _, events = await flow_seconds(flow, turns, None)
        assert len([event for event in events if event.type == "planned"]) == turns
        assert len(calls_of(events)) == 2 + 4 * turns  # analysis, answer; plan, command, the tool's own, verdict
        event_after, text_after = await firsts(flow)
        await pool.close()
    assert 0 < event_after < text_after
