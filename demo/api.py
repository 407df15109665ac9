"""The programmatic side: `/solve` streams a flow's events, `/ask` gives the answer, `/get_trace` all that is known of a
run, `/list_tools` what a flow may use. All are MCP tools as well.

Gradio's client gets dictionaries, MCP gets JSON text, since Gradio would hand it Python's own notation.
"""

import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import gradio as gr
from gradio.events import api

from agentflow_core.errors import AgentFlowError
from agentflow_core.events import Role
from demo.handlers import MOST_TURNS, UNKNOWN_RUN, Handlers, Options, light
from demo.registry import Run

Given = dict[str, Any]
"""What the client gets; JSON text for MCP."""


def add_api(handlers: Handlers, tools: list[str], offered: list[str]) -> None:
    """Adds the endpoints to the page under construction. `tools` are taken where none are named, of all `offered`."""

    async def solve(
        request: gr.Request,
        question: str,
        planner: str = "",
        executor: str = "",
        verifier: str = "",
        generator: str = "",
        tools: str = "",
        max_turns: int = 10,
    ) -> AsyncIterator[Given]:
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
        run = await begun(request, question, options(models, tools, max_turns))
        async with aclosing(events_of(run)) as events:
            if from_mcp(request):
                yield as_json([event async for event in events])
                return
            async for event in events:
                yield event

    async def ask(request: gr.Request, question: str, tools: str = "", max_turns: int = 10) -> Given:
        """Answers a question with four agents that plan, use tools, verify and answer.

        Args:
            question: The question, at most 2,000 characters.
            tools: Comma-separated tool names; empty for all.
            max_turns: The most turns that are taken, 1 to 50.
        """
        run = await begun(request, question, options({}, tools, max_turns))
        async with aclosing(events_of(run)) as events:
            told = {"run": run.token, **summary([event async for event in events])}
        return as_json(told) if from_mcp(request) else told

    async def get_trace(request: gr.Request, run: str) -> Given:
        """Everything that is known of a run: all its events with prompts, raw texts, token ids and log-probabilities.

        Args:
            run: The run's id, as `ask` and a link of the page (`?run=`) give it.
        """
        found = await handlers.registry.get(str(run))
        if found is None or not found.events:
            raise gr.Error(UNKNOWN_RUN, print_exception=False)
        events = [without_files(event.model_dump(mode="json")) for event in found.events]
        told = {"run": found.token, "done": found.done, "events": events}
        return as_json(told) if from_mcp(request) else told

    async def list_tools(request: gr.Request) -> list[Given]:
        """The tools that a flow may use: what each is for, and the JSON schema of its arguments."""
        flow, pool, _ = await handlers.prepared(Options({}, {}, offered))
        specs = [spec.model_dump(mode="json") | {"default": spec.name in tools} for spec in flow.toolbox.describe()]
        await pool.close()
        return as_json(specs) if from_mcp(request) else specs

    def options(models: dict[Role, str], chosen: str, max_turns: int) -> Options:
        names = [name.strip() for name in str(chosen).split(",") if name.strip()] or tools
        named = {role: str(text) for role, text in models.items() if text}
        return Options(named, {}, names, max(1, min(int(max_turns), MOST_TURNS)))

    async def begun(request: gr.Request, question: str, chosen: Options) -> Run:
        try:
            return await handlers.start(str(question), chosen, handlers.visitor(request))
        except AgentFlowError as error:
            raise gr.Error(str(error), print_exception=False) from error

    async def events_of(run: Run) -> AsyncIterator[dict[str, Any]]:
        """A new run's events; leaving early stops it."""
        finished = False
        try:
            async for event in handlers.events_of(run):
                yield without_files(light(event))
            finished = True
            if not run.events:
                raise gr.Error(run.note, print_exception=False)
        finally:
            if not finished:
                run.control.stop()

    api(solve, api_name="solve", concurrency_limit=None)
    api(ask, api_name="ask", concurrency_limit=None)
    api(get_trace, api_name="get_trace", concurrency_limit=None)
    api(list_tools, api_name="list_tools", concurrency_limit=None)


def from_mcp(request: gr.Request) -> bool:
    """Gradio's MCP server calls the endpoints through its own client, which says so."""
    return request.headers.get("x-gradio-user") == "mcp"


def as_json(value: Any) -> Any:
    """JSON text; Gradio's endpoints do not check the types they declare."""
    return json.dumps(value, ensure_ascii=False)


def without_files(value: Any) -> Any:
    """The same data with each name `path` as `_path`.

    An object with a `path` is a file to Gradio, wherever it stands: the server would publish the file of that name (or
    fetch that address), and the client would ask for it. Tools' data and models' arguments must not be able to say so.
    """
    if isinstance(value, dict):
        return {"_path" if name == "path" else name: without_files(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [without_files(inner) for inner in value]
    return value


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
