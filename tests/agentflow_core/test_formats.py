"""A run as a file: what leaves as JSON or JSONL comes back the same; spans say what happened, nested and dated."""

import json

import pytest

from agentflow_core import BadInput
from agentflow_core.formats import read_run, write_run
from agentflow_core.otel import Span, spans
from tests.agentflow_core.flows import collect, make, stored
from tests.demo.flows import recorded

ODD = "line\u2028separator \u0085 next \x0b tab\t“quotes” \\n 東京"


@pytest.mark.parametrize("format", ["json", "jsonl"])
def test_a_run_leaves_and_comes_back_the_same(format: str) -> None:
    events = recorded(ODD, ODD)
    assert read_run(write_run(events, "run", format)) == events  # type: ignore[arg-type]


def test_jsonl_is_one_event_a_line() -> None:
    lines = write_run(recorded(), "run", "jsonl").strip().split("\n")
    assert [json.loads(line)["seq"] for line in lines] == list(range(len(recorded())))


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", '{"a": 1}\n{"b": 2}', "no json", '{"type": "flow_started"}\n{"type": "answered"'], ids=str
)
def test_what_is_no_run_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        read_run(text)


def test_a_line_that_is_missing_or_damaged_is_refused() -> None:
    lines = write_run(recorded(), "run", "jsonl").strip().split("\n")
    with pytest.raises(BadInput, match="place 3"):
        read_run("\n".join(lines[:3] + lines[4:]))
    with pytest.raises(BadInput):
        read_run("\n".join([*lines[:-1], lines[-1][:-9]]))


def named(found: list[Span], name: str) -> list[Span]:
    return [span for span in found if span.name.startswith(name)]


def test_spans_are_nested_as_the_flow_was() -> None:
    found = spans(recorded(), "run")
    (agent,) = named(found, "invoke_agent")
    turns = named(found, "turn")
    assert [turn.parent for turn in turns] == [agent.id] * 4
    assert [tool.parent for tool in named(found, "execute_tool")] == [turn.id for turn in turns]
    chats = named(found, "chat")
    assert len(chats) == 1 + 4 * 3 + 1 + 1  # analysis, three a turn, one more attempt, answer
    assert {chat.parent for chat in chats} == {agent.id, *(turn.id for turn in turns)}
    assert len({span.id for span in found}) == len(found) and {span.trace for span in found} == {agent.trace}


async def test_no_span_ends_before_it_starts_or_outside_its_parent() -> None:
    for events in (recorded(), stored(await collect(make()))):
        found = {span.id: span for span in spans(events, "run")}
        for span in found.values():
            assert span.start <= span.end
            if span.parent:
                assert found[span.parent].start <= span.start


def test_failures_are_errors_and_name_their_reason() -> None:
    found = spans(recorded(), "run")
    assert [span.error for span in named(found, "execute_tool python_coder")] == [
        "NameError: name 'zugspitz' is not defined (line 2) "
    ]
    assert [span.error for span in named(found, "chat") if span.error] == ["arguments: no closing brace "]


def test_the_same_run_gives_the_same_trace_and_another_run_another() -> None:
    assert spans(recorded(), "a") == spans(recorded(), "a")
    assert spans(recorded(), "a")[0].trace != spans(recorded(), "b")[0].trace


def test_a_file_of_spans_is_otlp() -> None:
    document = json.loads(write_run(recorded(ODD), "run", "otlp"))
    (scope,) = document["resourceSpans"][0]["scopeSpans"]
    agent = scope["spans"][0]
    assert len(agent["traceId"]) == 32 and len(agent["spanId"]) == 16 and "parentSpanId" not in agent
    assert agent["startTimeUnixNano"].isdecimal()
    values = {item["key"]: item["value"] for item in agent["attributes"]}
    assert values["input.value"] == {"stringValue": ODD}
    assert values["gen_ai.operation.name"] == {"stringValue": "invoke_agent"}
    assert int(values["gen_ai.usage.input_tokens"]["intValue"]) > 0


def test_a_file_of_spans_is_what_the_protocol_defines() -> None:
    """Read by the protocol's own message types; its JSON differs from protobuf's in the ids alone."""
    json_format = pytest.importorskip("google.protobuf.json_format")
    service = pytest.importorskip("opentelemetry.proto.collector.trace.v1.trace_service_pb2")
    text = write_run(recorded(ODD, ODD), "run", "otlp")
    request = json_format.Parse(text, service.ExportTraceServiceRequest())
    assert len(request.resource_spans[0].scope_spans[0].spans) == len(spans(recorded(), "run"))


def test_a_trace_for_the_hub_is_a_header_and_messages_with_each_call_beside_its_result() -> None:
    """By https://huggingface.co/docs/hub/session-traces-format; the Hub's own viewer is not here to be asked."""
    header, *lines = map(json.loads, write_run(recorded(ODD), "run", "sts").strip("\n").split("\n"))
    assert (header["type"], header["id"], header["name"]) == ("session", "run", ODD) and header["harness"]
    messages = [line["message"] for line in lines]
    assert {line["type"] for line in lines} == {"message"}
    assert {message["role"] for message in messages} == {"user", "assistant", "tool"}
    assert all(isinstance(message["content"], str) and message["timestamp"] > 10**12 for message in messages)
    assert messages[0] | {"role": "user", "content": ODD} == messages[0]
    calls = [call for message in messages for call in message.get("toolCalls", [])]
    answers = [message["toolCallId"] for message in messages if message["role"] == "tool"]
    assert [call["id"] for call in calls] == answers and len(answers) == 4
    assert json.loads(calls[0]["function"]["arguments"]) == {"query": "Mount Fuji"}
    assert "NameError" in next(message["content"] for message in messages if message.get("toolCallId") == answers[2])
    assert "no closing brace" in str([message.get("reasoningContent") for message in messages])
    assert messages[-1]["content"].startswith("Mount Fuji is 814 metres")


def test_a_trace_for_the_hub_of_a_run_that_was_cut_has_its_last_plan() -> None:
    events = recorded()
    cut = next(place for place, event in enumerate(events) if event.type == "planned" and event.turn == 2)
    last = json.loads(write_run(events[: cut + 1], "run", "sts").strip("\n").split("\n")[-1])["message"]
    assert last["content"] == "Find the highest mountain of Germany." and "toolCalls" not in last
