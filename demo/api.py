"""The programmatic side: `/solve` streams a flow's events, `/ask` gives the answer. Both are MCP tools as well."""

from collections.abc import AsyncIterator
from typing import Any

import gradio as gr
from gradio.events import api

from agentflow_core.errors import AgentFlowError
from agentflow_core.events import Role
from demo.handlers import Handlers, Options, light


def add_api(handlers: Handlers, tools: list[str]) -> None:
    """Adds both endpoints to the page under construction."""

    def options(models: dict[Role, str], chosen: str, max_turns: int) -> Options:
        names = [name.strip() for name in chosen.split(",") if name.strip()] or tools
        return Options(
            {role: text for role, text in models.items() if text}, {}, names, max(1, min(int(max_turns), 50))
        )

    async def solve(
        question: str,
        planner: str = "",
        executor: str = "",
        verifier: str = "",
        generator: str = "",
        tools: str = "",
        max_turns: int = 10,
    ) -> AsyncIterator[dict[str, Any]]:
        """Solves a question with four agents and streams every event of the flow, one a message, in order.

        Args:
            question: The question, at most 2,000 characters.
            planner: Role string of the planner's model; empty for the server's own.
            executor: Role string of the executor's model; empty for the server's own.
            verifier: Role string of the verifier's model; empty for the server's own.
            generator: Role string of the generator's model; empty for the server's own.
            tools: Comma-separated tool names; empty for all.
            max_turns: The most turns that are taken, 1 to 50.
        """
        models: dict[Role, str] = {
            "planner": planner,
            "executor": executor,
            "verifier": verifier,
            "generator": generator,
        }
        try:
            run = await handlers.start(question, options(models, tools, max_turns))
        except AgentFlowError as error:
            raise gr.Error(str(error)) from error
        finished = False
        try:
            async for event in handlers.events_of(run):
                yield light(event)
            finished = True
            if not run.events:
                raise gr.Error(run.note)
        finally:
            if not finished:
                run.control.stop()

    async def ask(question: str, tools: str = "", max_turns: int = 10) -> dict[str, Any]:
        """Answers a question with four agents that plan, use tools, verify and answer.

        Args:
            question: The question, at most 2,000 characters.
            tools: Comma-separated tool names; empty for all.
            max_turns: The most turns that are taken, 1 to 50.
        """
        events = [event async for event in solve(question, tools=tools, max_turns=max_turns)]
        return summary(events)

    api(solve, api_name="solve", concurrency_limit=None)
    api(ask, api_name="ask", concurrency_limit=None)


def summary(events: list[dict[str, Any]]) -> dict[str, Any]:
    """The answer of a flow and the turns it took."""
    answer = next((e["answer"] for e in events if e["type"] == "answered"), None)
    last = events[-1]
    turns: dict[int, dict[str, Any]] = {}
    for event in events:
        turn = turns.setdefault(event["turn"], {"turn": event["turn"]}) if event.get("turn") else {}
        match event["type"]:
            case "planned":
                turn |= {"sub_goal": event["plan"]["sub_goal"], "tool": event["plan"]["tool"]}
            case "tool_returned":
                turn |= {"arguments": event["arguments"], "result": event["result"]["text"]}
            case "verified":
                turn |= {"stop": event["verdict"]["stop"], "reason": event["verdict"]["reason"]}
            case "turn_failed":
                turn |= {"failed": event["reason"]}
    return {
        "answer": answer["text"] if answer else None,
        "rests_on_turns": answer["steps"] if answer else [],
        "status": last.get("status", "failed"),
        "reason": last.get("reason", ""),
        "seconds": last.get("seconds"),
        "turns": list(turns.values()),
    }
