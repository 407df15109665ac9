"""A run as OpenTelemetry spans in the words of the GenAI conventions, so that tracing tools show it.

One trace a run: the agent, in it its turns, in them the calls of models (`chat`) and tools (`execute_tool`). Pure; a
file is `otlp_json`, sending is `otlp_http`. Ids follow from the run's own id: exporting twice gives the same trace.
`input.value` and `output.value` (OpenInference) stand beside the GenAI attributes for viewers that show those.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from agentflow_core.digest import digest
from agentflow_core.events import (
    Event,
    FlowFinished,
    ModelCall,
    ParseFailed,
    ToolReturned,
    TurnFailed,
    Verified,
    calls_of,
)

SERVICE = "agentflow-live"
SCOPE = "agentflow_core"
Value = str | int | float | bool | tuple[str, ...]
Kind = Literal["internal", "client"]
_KIND_NUMBER: Mapping[Kind, int] = {"internal": 1, "client": 3}
_ERROR = 2


@dataclass(frozen=True)
class Span:
    """Ids are hexadecimal; times are Unix nanoseconds; `error` is empty for what went well."""

    name: str
    trace: str
    id: str
    parent: str | None
    start: int
    end: int
    kind: Kind = "internal"
    attributes: Mapping[str, Value] = field(default_factory=dict)
    error: str = ""


def spans(events: Sequence[Event], run: str) -> list[Span]:
    """The spans of a run with at least one event, each parent before its children."""
    return list(_Trace(events, run).spans())


def otlp_json(events: Sequence[Event], run: str) -> str:
    """The run as one OTLP/JSON request (`ExportTraceServiceRequest`), as collectors take it from a file or a POST."""
    resource = {"attributes": _attributes({"service.name": SERVICE, "openinference.project.name": SERVICE})}
    scoped = {"scope": {"name": SCOPE}, "spans": [_json(span) for span in spans(events, run)]}
    return json.dumps({"resourceSpans": [{"resource": resource, "scopeSpans": [scoped]}]}, ensure_ascii=False)


def _json(span: Span) -> dict[str, Any]:
    return {
        "traceId": span.trace,
        "spanId": span.id,
        **({"parentSpanId": span.parent} if span.parent else {}),
        "name": span.name,
        "kind": _KIND_NUMBER[span.kind],
        "startTimeUnixNano": str(span.start),
        "endTimeUnixNano": str(span.end),
        "attributes": _attributes(span.attributes),
        "status": {"code": _ERROR, "message": span.error} if span.error else {},
    }


def _attributes(values: Mapping[str, Value]) -> list[dict[str, Any]]:
    return [{"key": key, "value": _any_value(value)} for key, value in values.items()]


def _any_value(value: Value) -> dict[str, Any]:
    match value:
        case bool():
            return {"boolValue": value}
        case int():
            return {"intValue": str(value)}
        case float():
            return {"doubleValue": value}
        case tuple():
            return {"arrayValue": {"values": [_any_value(item) for item in value]}}
        case _:
            return {"stringValue": value}


class _Trace:
    """Builds the spans of one run."""

    def __init__(self, events: Sequence[Event], run: str) -> None:
        self.events, self.run = events, run
        self.trace = self._id("trace", 32)
        self.root = self._id("agent", 16)
        self.began = _nanoseconds(events[0].time)

    def spans(self) -> Iterator[Span]:
        yield self._agent()
        yield from self._turns()
        for event in self.events:
            yield from self._event(event)

    def _id(self, what: str, digits: int) -> str:
        return hashlib.sha256(f"{self.run} {what}".encode()).hexdigest()[:digits]

    def _agent(self) -> Span:
        told = digest(self.events)
        calls = [call.completion for event in self.events for call in calls_of(event)]
        end = next((event for event in reversed(self.events) if isinstance(event, FlowFinished)), None)
        attributes: dict[str, Value] = {
            "gen_ai.operation.name": "invoke_agent",
            "gen_ai.agent.name": "AgentFlow",
            "gen_ai.provider.name": "agentflow",
            "gen_ai.conversation.id": self.run,
            "gen_ai.usage.input_tokens": sum(call.prompt_tokens for call in calls),
            "gen_ai.usage.output_tokens": sum(call.completion_tokens for call in calls),
            "openinference.span.kind": "AGENT",
            "input.value": told.question,
            "output.value": told.answer or "",
            "agentflow.status": told.status or "running",
            "agentflow.turns": told.turns,
        }
        failed = end.reason if end and end.status in ("failed", "unanswered") else ""
        last = max(self.began, _nanoseconds(self.events[-1].time))
        return Span(
            "invoke_agent AgentFlow", self.trace, self.root, None, self.began, last, "internal", attributes, failed
        )

    def _turns(self) -> Iterator[Span]:
        turns: dict[int, list[Event]] = {}
        for event in self.events:
            if number := _turn_of(event):
                turns.setdefault(number, []).append(event)
        for number, within in turns.items():
            verdict = next((event.verdict for event in within if isinstance(event, Verified)), None)
            failed = next((event.reason for event in within if isinstance(event, TurnFailed)), "")
            attributes: dict[str, Value] = {"openinference.span.kind": "CHAIN", "agentflow.turn": number}
            if verdict:
                attributes["agentflow.verdict"] = "STOP" if verdict.stop else "CONTINUE"
                attributes["output.value"] = verdict.reason
            start, end = _nanoseconds(within[0].time), _nanoseconds(within[-1].time)
            start = min(start, *(self._start(event) for event in within))
            yield Span(
                f"turn {number}",
                self.trace,
                self._turn_id(number),
                self.root,
                start,
                end,
                "internal",
                attributes,
                failed,
            )

    def _turn_id(self, number: int) -> str:
        return self._id(f"turn {number}", 16)

    def _parent(self, event: Event) -> str:
        number = _turn_of(event)
        return self._turn_id(number) if number else self.root

    def _start(self, event: Event) -> int:
        """When what the event reports began; not before the run did."""
        calls = sum(call.completion.seconds for call in calls_of(event))
        seconds = event.seconds if isinstance(event, ToolReturned) else calls
        return max(self.began, _nanoseconds(event.time - seconds))

    def _event(self, event: Event) -> Iterator[Span]:
        start, parent = self._start(event), self._parent(event)
        if isinstance(event, ToolReturned):
            tool = self._tool(event, start, parent)
            yield tool
            parent = tool.id
        for place, call in enumerate(calls_of(event)):
            end = start + _nanoseconds(call.completion.seconds)
            yield self._chat(event, place, call, start, end, parent)
            start = end

    def _tool(self, event: ToolReturned, start: int, parent: str) -> Span:
        arguments = json.dumps(event.arguments, ensure_ascii=False)
        attributes: dict[str, Value] = {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": event.tool,
            "gen_ai.tool.type": "function",
            "gen_ai.tool.call.id": f"event-{event.seq}",
            "gen_ai.tool.call.arguments": arguments,
            "gen_ai.tool.call.result": event.result.text,
            "openinference.span.kind": "TOOL",
            "tool.name": event.tool,
            "input.value": arguments,
            "output.value": event.result.text,
        }
        identity, end = self._id(f"event {event.seq}", 16), max(start, _nanoseconds(event.time))
        error = event.result.error or ""
        return Span(
            f"execute_tool {event.tool}", self.trace, identity, parent, start, end, "internal", attributes, error
        )

    def _chat(self, event: Event, place: int, call: ModelCall, start: int, end: int, parent: str) -> Span:
        done, sampling = call.completion, call.sampling
        attributes: dict[str, Value] = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": done.model.partition(":")[0],
            "gen_ai.request.model": done.model,
            "gen_ai.response.model": done.model,
            "gen_ai.request.temperature": sampling.temperature,
            "gen_ai.request.top_p": sampling.top_p,
            "gen_ai.request.max_tokens": sampling.max_tokens,
            "gen_ai.response.finish_reasons": (done.finish_reason,),
            "gen_ai.usage.input_tokens": done.prompt_tokens,
            "gen_ai.usage.output_tokens": done.completion_tokens,
            "gen_ai.system_instructions": json.dumps(
                [_text(message.content) for message in call.messages if message.role == "system"], ensure_ascii=False
            ),
            "gen_ai.input.messages": json.dumps(
                [
                    {"role": message.role, "parts": [_text(message.content)]}
                    for message in call.messages
                    if message.role != "system"
                ],
                ensure_ascii=False,
            ),
            "gen_ai.output.messages": json.dumps(
                [{"role": "assistant", "parts": [_text(done.text)], "finish_reason": done.finish_reason}],
                ensure_ascii=False,
            ),
            "openinference.span.kind": "LLM",
            "input.value": "\n\n".join(message.content for message in call.messages),
            "output.value": done.text,
            "agentflow.role": call.role,
            "agentflow.attempt": call.attempt,
        }
        error = f"{event.field}: {event.problem}" if isinstance(event, ParseFailed) else ""
        identity = self._id(f"call {event.seq} {place}", 16)
        return Span(f"chat {done.model}", self.trace, identity, parent, start, end, "client", attributes, error)


def _turn_of(event: Event) -> int:
    """The event's turn from 1 on; 0 for what belongs to no turn."""
    match event.type:
        case "turn_failed" | "edited" | "paused":
            return event.turn
        case "phase_started" | "planned" | "commanded" | "tool_returned" | "verified" | "parse_failed":
            return event.turn
        case _:
            return 0


def _text(content: str) -> dict[str, str]:
    return {"type": "text", "content": content}


def _nanoseconds(seconds: float) -> int:
    return int(seconds * 1_000_000_000)
