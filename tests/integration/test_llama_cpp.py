"""The Pocket model on a real llama.cpp server: what it lacks is left out, and flows answer as in process.

Run by `make test-llama-cpp`, which installs llama.cpp in an environment of its own; elsewhere these tests are skipped.
"""

import asyncio
import json
import os
import re
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from agentflow_core import AgentFlow, Settings, assemble
from agentflow_core.errors import ContextOverflow, ModelRefused
from agentflow_core.events import ROLES, Answered, FlowFinished
from agentflow_core.models import Message, OpenAIModel, Sampling
from agentflow_core.models.pool import POCKET
from agentflow_core.models.server_status import server_status
from benchmarks.served import free_port
from tests.agentflow_core.models.calls import ask, user
from training.pocket import splits

INTERPRETER = "AGENTFLOW_LLAMA_CPP"
SCRIPT = Path(__file__).with_name("llama_cpp") / "serve.py"
START_SECONDS = 120
KEY = "key-of-the-tests"
PROMPT = "<q> What is the capital of France?<ana> The capital of France is needed.<end><plan>"
SCHEMA = {
    "type": "object",
    "properties": {"verdict": {"enum": ["STOP", "CONTINUE"]}},
    "required": ["verdict"],
    "additionalProperties": False,
}
pytestmark = pytest.mark.skipif(not os.environ.get(INTERPRETER), reason="starts llama.cpp: run `make test-llama-cpp`")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    log = tmp_path_factory.mktemp("llama") / "server.log"
    with log.open("wb") as out:
        command = [os.environ[INTERPRETER], str(SCRIPT), str(POCKET / "base"), str(port), KEY]
        server = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        wait_for(f"http://127.0.0.1:{port}/health", server, log)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.kill()
        server.wait()


def wait_for(health: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            with urlopen(health, timeout=2):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    pytest.fail(f"llama.cpp did not start; the end of its log:\n{log.read_text(errors='replace')[-2000:]}")


@pytest.fixture
async def model(url: str) -> AsyncIterator[OpenAIModel]:
    model = OpenAIModel("base", url, KEY, dialect="pocket")
    yield model
    await model.close()


async def test_check_finds_what_it_can_do(model: OpenAIModel, url: str) -> None:
    can = await model.check()
    assert can.streaming and can.json_schema and can.logprobs and not can.token_ids
    assert can.context_tokens == 2048
    status = await server_status(url, KEY)
    assert status.models == ("base",) and status.running is None


async def test_a_wrong_key_a_wrong_name_and_a_long_prompt_are_told(model: OpenAIModel, url: str) -> None:
    with pytest.raises(ModelRefused, match="check the key"):
        await OpenAIModel("base", url, "wrong-key").check()
    with pytest.raises(ModelRefused, match="it serves base"):
        await OpenAIModel("nobody", url, KEY).check()
    with pytest.raises(ContextOverflow, match="too long"):
        await ask(model, "<q> a" * 3000)


async def test_text_streams_and_what_was_known_is_counted(model: OpenAIModel) -> None:
    _, first = await ask(model, PROMPT, max_tokens=60)
    deltas, completion = await ask(model, PROMPT, max_tokens=60)
    assert len(deltas) > 3 and "".join(deltas) == completion.text == first.text
    assert "<goal>" in completion.text, "tags are seen"
    assert completion.finish_reason == "stop" and "<end>" not in completion.text
    assert completion.completion_ids is None and completion.logprobs is not None
    assert completion.cached_tokens is not None and 0 < completion.cached_tokens < completion.prompt_tokens


async def test_a_schema_is_obeyed_even_by_a_model_that_knows_no_json(url: str) -> None:
    model = OpenAIModel("base", url, KEY)
    for seed in range(3):
        _, completion = await ask(model, "Hello", schema=SCHEMA, temperature=1.5, seed=seed, max_tokens=60)
        assert json.loads(completion.text)["verdict"] in ("STOP", "CONTINUE")
    await model.close()


async def test_a_control_token_in_a_text_is_text(url: str) -> None:
    """As a token it is one; quoted, several."""
    chat, transcript = OpenAIModel("base", url, KEY), OpenAIModel("base", url, KEY, dialect="pocket")
    _, token = await ask(transcript, "one <pad> two", max_tokens=1)
    _, text = await ask(chat, "one <pad> two", max_tokens=1)
    assert text.prompt_tokens >= token.prompt_tokens + 3
    await chat.close()
    await transcript.close()


class Endless(OpenAIModel):
    """Writes until it is stopped or its limit is there."""

    def _body(self, messages: list[Message], sampling: Sampling, schema: dict[str, Any] | None) -> dict[str, Any]:
        body = super()._body(messages, sampling, schema)
        body["ignore_eos"] = True
        return body


async def at_work(url: str) -> int:
    """Requests that the server computes now, by its own count."""
    asked = Request(url.removesuffix("/v1") + "/metrics", headers={"Authorization": f"Bearer {KEY}"})
    text = await asyncio.to_thread(lambda: urlopen(asked, timeout=5).read().decode())
    (line,) = re.findall(r"^llamacpp:requests_processing (\d+)", text, flags=re.MULTILINE)
    return int(line)


async def test_leaving_a_call_frees_its_place(url: str) -> None:
    model = Endless("base", url, KEY, dialect="pocket")
    streams = [
        model.generate(user(f"<q> go on {n}"), sampling=Sampling(temperature=1.0, max_tokens=1900, seed=n))
        for n in range(3)
    ]
    for stream in streams:
        await anext(stream)
    assert await at_work(url) == 3
    for stream in streams:
        await stream.aclose()
    until = asyncio.get_running_loop().time() + 1
    while await at_work(url):
        assert asyncio.get_running_loop().time() < until
        await asyncio.sleep(0.05)
    await model.close()


async def test_flows_answer_as_in_process(url: str) -> None:
    questions = [question.text for question in splits.load("real", 8, 5).questions]
    settings = Settings(_env_file=None)  # type: ignore[call-arg]
    role = f"openai:base@{url}?dialect=pocket"
    there = assemble(settings, roles=dict.fromkeys(ROLES, role), keys=dict.fromkeys(ROLES, KEY))
    here = assemble(settings, roles=dict.fromkeys(ROLES, "pocket:base"))
    served = await asyncio.gather(*(answer(there, question) for question in questions))
    local = await asyncio.gather(*(answer(here, question) for question in questions))
    # Two ways to add the same numbers: a tie between two next tokens may fall differently, once in a while.
    assert sum(a == b for a, b in zip(served, local, strict=True)) >= len(questions) - 1, (served, local)


async def answer(flow: AgentFlow, question: str) -> str:
    events = [event async for event in flow.run(question)]
    end = events[-1]
    assert isinstance(end, FlowFinished) and end.status != "failed", end.reason
    return next((event.answer.text for event in reversed(events) if isinstance(event, Answered)), f"({end.status})")
