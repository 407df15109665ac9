"""A run sent over OTLP/HTTP to a real Phoenix, and read back from it as Phoenix understood it."""

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agentflow_core.errors import CollectorError
from agentflow_core.otel import SERVICE, spans
from tests.demo.flows import QUESTION, recorded
from tests.integration.conftest import scripted

pytest.importorskip("opentelemetry.exporter.otlp.proto.http", reason="pip install -r requirements-otel.txt")
from agentflow_core.otlp_http import send

INSTALL_SECONDS = 900
READ_SECONDS = 30


@pytest.fixture(scope="module")
def phoenix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address. `AGENTFLOW_PHOENIX_FOLDER` keeps the installation from one session to the next."""
    folder = Path(os.environ.get("AGENTFLOW_PHOENIX_FOLDER") or tmp_path_factory.mktemp("phoenix"))
    with scripted("phoenix.sh", folder, INSTALL_SECONDS, otherwise=pytest.skip) as address:
        yield address


def read_back(address: str, trace: str, wanted: int) -> dict[str, dict[str, Any]]:
    """Phoenix stores in the background: asks until all spans of the trace are there."""
    url = f"{address}/v1/projects/{SERVICE}/spans?trace_id={trace}&limit=100"
    end = time.monotonic() + READ_SECONDS
    while True:
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                found = json.load(answer)["data"]
        except urllib.error.HTTPError as error:  # 404 until the project exists
            if error.code != 404:
                raise
            found = []
        if len(found) >= wanted or time.monotonic() > end:
            return {span["context"]["span_id"]: span for span in found}
        time.sleep(0.2)


def test_phoenix_shows_the_run_as_it_was(phoenix: str) -> None:
    events = recorded()
    made = spans(events, "run-1")
    assert send(events, "run-1", f"{phoenix}/v1/traces") == len(made)
    found = read_back(phoenix, made[0].trace, len(made))
    assert set(found) == {span.id for span in made}

    for span in made:
        shown = found[span.id]
        assert (shown["name"], shown["parent_id"]) == (span.name, span.parent)
        assert shown["status_code"] == ("ERROR" if span.error else "UNSET")
    kinds = {span.name.split()[0]: found[span.id]["span_kind"] for span in made}
    assert kinds == {"invoke_agent": "AGENT", "turn": "CHAIN", "chat": "LLM", "execute_tool": "TOOL"}

    agent = found[made[0].id]["attributes"]
    assert agent["input.value"] == QUESTION and agent["output.value"].startswith("Mount Fuji is 814")
    chat = next(found[span.id] for span in made if span.name.startswith("chat"))["attributes"]
    assert chat["llm.model_name"] == "pocket"
    assert chat["llm.token_count.total"] == chat["gen_ai.usage.input_tokens"] + chat["gen_ai.usage.output_tokens"]
    assert chat["llm.input_messages.0.message.role"] == "system" or "You are the planner" in chat["input.value"]


def test_sending_again_adds_no_second_trace(phoenix: str) -> None:
    events = recorded()
    send(events, "run-2", f"{phoenix}/v1/traces")
    send(events, "run-2", f"{phoenix}/v1/traces")
    made = spans(events, "run-2")
    assert len(read_back(phoenix, made[0].trace, len(made))) == len(made)


def test_an_address_that_takes_no_spans_is_named(phoenix: str) -> None:
    with pytest.raises(CollectorError, match="did not take the run"):
        send(recorded(), "run-3", f"{phoenix}/nowhere")
