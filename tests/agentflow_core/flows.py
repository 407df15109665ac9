"""Flows whose models are scripted, so that what the engine does with their texts is the only thing under test."""

from collections.abc import Callable, Iterable
from typing import Any

from agentflow_core import AgentFlow, Budget, Event
from agentflow_core.events import Role
from agentflow_core.models import LanguageModel, Message, ScriptedModel
from tools.base import Tool, ToolContext, ToolInput, ToolResult, ToolSettings
from tools.toolbox import Toolbox

ANALYSIS = "Two facts are needed."
PLAN = "Justification: it is known there\nContext: the question\nSub-Goal: find part {n}\nTool Name: echo"
COMMAND = '{{"text": "part {n}"}}'
CONTINUE = '{"reason": "a part is missing", "verdict": "CONTINUE"}'
STOP = '{"reason": "all there", "verdict": "STOP"}'
ANSWER = "Explanation: it follows from [1].\nAnswer: 42"


class EchoInput(ToolInput):
    text: str


class Echo(Tool[EchoInput]):
    name = "echo"
    description = "Says the text again."
    input_model = EchoInput
    main_field = "text"

    async def run(self, arguments: EchoInput, context: ToolContext) -> ToolResult:
        return ToolResult(text=f"echo of {arguments.text}")


def cycle(texts: Iterable[str], last: str) -> Callable[[list[Message]], str]:
    """Replies with each text once, then with `last` for ever."""
    left = iter(texts)
    return lambda _: next(left, last)


def scripted(
    *,
    planner: Iterable[str] | None = None,
    executor: Iterable[str] | None = None,
    verifier: Iterable[str] = (),
    generator: Iterable[str] = (),
    turns: int = 2,
    latency: float = 0.0,
) -> dict[Role, LanguageModel]:
    """Models that solve a question in `turns` turns; a role's own texts replace its first ones. A call takes `latency`
    seconds."""
    plans = [ANALYSIS] + [PLAN.format(n=n) for n in range(1, 100)]
    commands = [COMMAND.format(n=n) for n in range(1, 100)]
    return {
        "planner": ScriptedModel(cycle(planner if planner is not None else plans, PLAN.format(n=0)), latency=latency),
        "executor": ScriptedModel(
            cycle(executor if executor is not None else commands, COMMAND.format(n=0)), latency=latency
        ),
        "verifier": ScriptedModel(cycle([*verifier, *[CONTINUE] * (turns - 1)], STOP), latency=latency),
        "generator": ScriptedModel(cycle(generator, ANSWER), latency=latency),
    }


def make(models: dict[Role, LanguageModel] | None = None, *tools: Tool[Any], **budget: Any) -> AgentFlow:
    box = Toolbox([Echo(ToolSettings()), *tools])
    return AgentFlow(models or scripted(), box, budget=Budget(**budget))


async def collect(flow: AgentFlow, question: str = "What is it?", **options: Any) -> list[Event]:
    return [event async for event in flow.run(question, **options)]


def stored(events: Iterable[Event]) -> list[Event]:
    return [event for event in events if event.type != "text_delta"]


def types(events: Iterable[Event]) -> list[str]:
    return [event.type for event in events if event.type not in ("text_delta", "phase_started")]


def only(events: Iterable[Event], kind: str) -> list[Any]:
    return [event for event in events if event.type == kind]
