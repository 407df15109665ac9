"""What a tool keeps between its calls belongs to one flow."""

import asyncio

from agentflow_core import AgentFlow, Event
from tests.agentflow_core.flows import ANALYSIS, collect, make, only, scripted
from tools.base import ToolSettings
from tools.python_coder import PythonCoder

PLAN = "Justification: it needs code\nContext: none\nSub-Goal: count\nTool Name: python_coder"
COMMANDS = ['{"code": "x = 20\\nx"}', '{"code": "x += 1\\nx"}']


def flow(*, session: bool) -> AgentFlow:
    models = scripted(planner=[ANALYSIS, PLAN, PLAN], executor=COMMANDS)
    return make(models, PythonCoder(ToolSettings(code_session=session)))


def results(events: list[Event]) -> list[str]:
    return [event.result.text for event in only(events, "tool_returned")]


async def test_in_a_session_programs_of_one_flow_share_their_variables_and_those_of_two_do_not() -> None:
    flows = await asyncio.gather(*(collect(flow(session=True)) for _ in range(2)))
    assert [results(events) for events in flows] == [["20", "21"], ["20", "21"]]


async def test_by_default_every_program_starts_afresh() -> None:
    first, second = results(await collect(flow(session=False)))
    assert first == "20" and "NameError" in second
