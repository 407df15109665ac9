"""A run in the Hugging Face Hub's Session Trace Simple Format: JSON lines that the Hub's trace viewer draws.

A header, then messages: the question, each turn's plan with its tool call, the tool's result, the verdict, the answer.
What the planner reasons with (analysis, context, justification) is the message's reasoning. The viewer knows neither
modules nor memory, so this leaves only. The format: https://huggingface.co/docs/hub/session-traces-format
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from agentflow_core.digest import digest
from agentflow_core.events import Event, ModelCall, Planned, ToolReturned

HARNESS = "agentflow-live"
NAME_CHARACTERS = 200
Line = dict[str, Any]


def sts_jsonl(events: Sequence[Event], run: str) -> str:
    """The run as text, one object a line."""
    told = digest(events)
    header = {
        "type": "session",
        "harness": HARNESS,
        "id": run,
        "name": told.question[:NAME_CHARACTERS],
        "status": told.status or "running",
        "models": list(told.models),
    }
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in (header, *_messages(events)))


def _messages(events: Sequence[Event]) -> Iterator[Line]:
    """A plan waits for its tool call: both are one message."""
    plan: Planned | None = None
    for event in events:
        if event.type == "planned":
            plan = event
        elif event.type == "tool_returned":
            yield from _tool_call(plan, event)
            plan = None
        else:
            if plan is not None and event.type in ("turn_failed", "flow_finished"):
                yield _planned(plan)
                plan = None
            yield from _message(event)
    if plan is not None:
        yield _planned(plan)


def _message(event: Event) -> Iterator[Line]:
    match event.type:
        case "flow_started":
            yield _line(event, "user", event.question)
        case "analyzed":
            yield _line(event, "assistant", "", event.call, reasoningContent=event.analysis)
        case "verified":
            word = "STOP" if event.verdict.stop else "CONTINUE"
            yield _line(event, "assistant", f"{word}: {event.verdict.reason}", event.call)
        case "answered":
            text = "\n\n".join(dict.fromkeys(filter(None, (event.answer.text, event.answer.explanation))))
            yield _line(event, "assistant", text, event.call)
        case "parse_failed":
            why = f"Not readable ({event.phase}, {event.field}): {event.problem}"
            yield _line(event, "assistant", event.call.completion.text, event.call, reasoningContent=why)
        case "turn_failed":
            yield _line(event, "system", f"This step failed: {event.reason}")
        case "edited":
            yield _line(event, "user", f"Edited by hand: {json.dumps(event.after, ensure_ascii=False)}")
        case "flow_finished":
            if event.status != "answered":
                yield _line(event, "system", event.reason)


def _planned(event: Planned, **more: Any) -> Line:
    reasoning = "\n\n".join(filter(None, (event.plan.justification, event.plan.context)))
    return _line(event, "assistant", event.plan.sub_goal, event.call, reasoningContent=reasoning or None, **more)


def _tool_call(plan: Planned | None, event: ToolReturned) -> Iterator[Line]:
    call = f"event-{event.seq}"
    function = {"name": event.tool, "arguments": json.dumps(event.arguments, ensure_ascii=False)}
    calls = [{"id": call, "function": function}]
    yield _planned(plan, toolCalls=calls) if plan else _line(event, "assistant", "", toolCalls=calls)
    yield _line(event, "tool", event.result.text, toolCallId=call)


def _line(event: Event, role: str, content: str, call: ModelCall | None = None, **more: Any) -> Line:
    message = {"role": role, "content": content, "timestamp": round(event.time * 1000)}
    if call is not None:
        message["model"] = call.completion.model
    message |= {name: value for name, value in more.items() if value is not None}
    return {"type": "message", "message": message}
