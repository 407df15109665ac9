"""A run as a file that other programs read: one JSON document, one event a line, OpenTelemetry's spans (`otel`), or a
session trace for the Hugging Face Hub's viewer (`sts`).

The first two come back in; the others leave only.
"""

from collections.abc import Sequence
from typing import Literal

from agentflow_core.errors import BadInput
from agentflow_core.events import EVENT, Event
from agentflow_core.otel import otlp_json
from agentflow_core.store import RunDocument, read_document
from agentflow_core.sts import sts_jsonl

Format = Literal["json", "jsonl", "otlp", "sts"]


def write_run(events: Sequence[Event], run: str, format: Format) -> str:
    """The run as text."""
    match format:
        case "json":
            return RunDocument(events=list(events)).model_dump_json(indent=1)
        case "jsonl":
            return "".join(EVENT.dump_json(event).decode() + "\n" for event in events)
        case "otlp":
            return otlp_json(events, run)
        case "sts":
            return sts_jsonl(events, run)


def read_run(text: str | bytes) -> list[Event]:
    """The events of a run that was written as JSON or JSONL, checked in full. Raises `BadInput`."""
    if isinstance(text, bytes):
        try:
            text = text.decode()
        except UnicodeDecodeError as error:
            raise BadInput(f"This is no exported run: it is not UTF-8 text ({error.reason}).") from error
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) > 1 and all(line.lstrip().startswith('{"') for line in lines):  # a document has its events indented
        text = f'{{"events": [{",".join(lines)}]}}'
    return read_document(text).events
