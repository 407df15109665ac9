"""The openai backend against a real socket: what it sends, what it makes of answers, and every kind of failure."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import aiohttp
import httpx2
import openai
import pytest

from agentflow_core.errors import BadInput, ContextOverflow, InfraError, ModelRefused, ModelUnavailable
from agentflow_core.models import OpenAIModel, Sampling
from agentflow_core.models.openai_errors import explained
from tests.agentflow_core.models.calls import ask, user
from tests.stub_server import Reply, StubServer, stub_server

KEY = "sk-secret-0123456789"
SCHEMA: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "string"}}}


@pytest.fixture
async def server() -> AsyncIterator[StubServer]:
    async with stub_server() as stub:
        yield stub


@pytest.fixture
async def model(server: StubServer) -> AsyncIterator[OpenAIModel]:
    model = OpenAIModel("stub", server.url, KEY)
    yield model
    await model.close()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Waits between attempts are recorded and not waited."""
    from agentflow_core.models import openai_errors

    waits: list[float] = []
    original = openai_errors.wait_before_retry

    def recorded(error: Exception, attempt: int) -> float | None:
        wait = original(error, attempt)
        if wait is not None:
            waits.append(wait)
            return 0.0
        return None

    monkeypatch.setattr(openai_errors, "wait_before_retry", recorded)
    return waits


async def test_streams_text_then_one_completion(server: StubServer, model: OpenAIModel) -> None:
    server.replies = [Reply("Grüße, world!", ids=True)]
    deltas, completion = await ask(model, "hi")
    assert deltas == ["Grüß", "e, w", "orld", "!"]
    assert completion.text == "Grüße, world!"
    assert completion.model == model.name
    assert model.name.startswith("openai:stub@http://127.0.0.1:")
    assert (completion.prompt_tokens, completion.completion_tokens, completion.cached_tokens) == (3, 4, 2)
    assert completion.prompt_ids == (1, 2, 3)
    assert completion.completion_ids == (100, 101, 102, 103)
    assert completion.logprobs == (-0.5, -1.5, -2.5, -3.5)
    assert completion.token_characters and sum(completion.token_characters) == len(completion.text)
    assert completion.finish_reason == "stop"
    assert completion.seconds > 0


async def test_a_token_without_log_probability_costs_the_log_probabilities_only(
    server: StubServer, model: OpenAIModel
) -> None:
    """vLLM sends null where its logits were no numbers."""
    start: dict[str, Any] = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "stub"}
    lines = b""
    for token, logprob, finish in (("a", -0.5, None), ("b", None, "length")):
        content = [{"token": token, "logprob": logprob, "bytes": None, "top_logprobs": []}]
        choice = {"index": 0, "delta": {"content": token}, "finish_reason": finish, "logprobs": {"content": content}}
        lines += b"data: " + json.dumps(start | {"choices": [choice | {"token_ids": [7]}]}).encode() + b"\n\n"
    server.replies = [Reply(raw=lines + b"data: [DONE]\n\n")]
    _, completion = await ask(model, "hi")
    assert (completion.text, completion.completion_ids) == ("ab", (7, 7))
    assert completion.logprobs is None and completion.token_characters is None


async def test_every_sampler_setting_is_sent(server: StubServer, model: OpenAIModel) -> None:
    await ask(model, "hi", temperature=0.7, top_p=0.9, seed=5, max_tokens=12, schema=SCHEMA)
    sent = server.requests[0]
    assert {name: sent[name] for name in ("temperature", "top_p", "seed", "max_tokens", "model", "stream")} == {
        "temperature": 0.7,
        "top_p": 0.9,
        "seed": 5,
        "max_tokens": 12,
        "model": "stub",
        "stream": True,
    }
    assert sent["messages"] == [{"role": "user", "content": "hi"}]
    assert sent["stream_options"] == {"include_usage": True}
    assert sent["logprobs"] is True
    assert sent["return_token_ids"] is True
    assert sent["response_format"]["json_schema"]["schema"] == SCHEMA
    assert "skip_special_tokens" not in sent
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"


async def test_the_environment_gives_neither_key_nor_address(
    server: StubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_BASE_URL"):
        monkeypatch.setenv(name, "from-the-environment")
    model = OpenAIModel("stub", server.url)
    await ask(model, "hi")
    assert "from-the-environment" not in str(server.headers[0])
    await model.close()


async def test_pocket_dialect_keeps_tags_and_drops_the_end(server: StubServer) -> None:
    server.replies = [Reply(" Go.<goal> Find it.<end>", piece=19)]
    model = OpenAIModel("stub", server.url, dialect="pocket")
    deltas, completion = await ask(model, "<q> hi<plan>")
    assert server.requests[0]["skip_special_tokens"] is False
    assert completion.text == "".join(deltas) == " Go.<goal> Find it."
    await model.close()


async def test_usage_is_estimated_where_the_server_gives_none(server: StubServer, model: OpenAIModel) -> None:
    server.replies = [Reply("123456", usage=False, finish="length")]
    _, completion = await ask(model, "1234567")
    assert (completion.prompt_tokens, completion.completion_tokens, completion.cached_tokens) == (3, 2, None)
    assert completion.finish_reason == "length"
    assert completion.completion_ids is None
    assert completion.logprobs is None


@pytest.mark.parametrize(
    ("status", "message", "extra"),
    [
        (400, "Unrecognized request argument supplied: return_token_ids", "return_token_ids"),
        (422, "body.logprobs: extra fields not permitted", "logprobs"),
        (400, "stream_options.include_usage is unknown", "stream_options"),
        (400, "response_format json_schema is not supported", "response_format"),
        (500, "Failed to parse grammar", "response_format"),
        (400, "seed is not supported with this model", "seed"),
    ],
)
async def test_a_refused_extra_is_left_out_for_good(
    server: StubServer, model: OpenAIModel, quick: list[float], status: int, message: str, extra: str
) -> None:
    server.reply = lambda body: Reply(status=status, error=message) if extra in body else Reply("fine")
    for _ in range(2):
        _, completion = await ask(model, "hi", schema=SCHEMA, seed=1)
        assert completion.text == "fine"
    assert [extra in body for body in server.requests] == [True, False, False]
    assert quick == []


async def test_a_schema_is_not_blamed_for_a_server_that_fails_without_it_too(
    server: StubServer, model: OpenAIModel, quick: list[float]
) -> None:
    server.replies = [Reply(status=500), Reply(status=500)]
    await ask(model, "hi", schema=SCHEMA)
    assert ["response_format" in body for body in server.requests] == [True, False, True]


async def test_max_completion_tokens_where_the_server_wants_it(server: StubServer, model: OpenAIModel) -> None:
    server.replies = [Reply(status=400, error="'max_tokens' is not supported: use 'max_completion_tokens'")]
    await ask(model, "hi", max_tokens=7)
    assert server.requests[1]["max_completion_tokens"] == 7
    assert "max_tokens" not in server.requests[1]


@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_busy_servers_are_tried_again(
    server: StubServer, model: OpenAIModel, quick: list[float], status: int
) -> None:
    server.replies = [Reply(status=status), Reply(status=status)]
    _, completion = await ask(model, "hi")
    assert completion.text == "Hello, wörld."
    assert 0.3 < quick[0] <= 0.5
    assert 0.7 < quick[1] <= 1.0


async def test_gives_up_after_all_retries(server: StubServer, model: OpenAIModel, quick: list[float]) -> None:
    server.reply = lambda body: Reply(status=503, error="overloaded")
    with pytest.raises(ModelUnavailable, match=r"127\.0\.0\.1.*503.*overloaded"):
        await ask(model, "hi")
    assert len(server.requests) == 4


async def test_retry_after_is_honoured(server: StubServer, model: OpenAIModel, quick: list[float]) -> None:
    server.replies = [Reply(status=429, headers={"retry-after": "7"})]
    await ask(model, "hi")
    assert quick == [7.0]


async def test_a_retry_after_that_is_too_long_is_reported(server: StubServer, model: OpenAIModel) -> None:
    server.replies = [Reply(status=429, error="quota spent", headers={"retry-after": "3600"})]
    with pytest.raises(ModelUnavailable, match="quota spent"):
        await ask(model, "hi")


async def test_a_stream_that_breaks_before_the_first_piece_is_tried_again(
    server: StubServer, model: OpenAIModel, quick: list[float]
) -> None:
    server.replies = [Reply(break_after=0)]
    _, completion = await ask(model, "hi")
    assert completion.text == "Hello, wörld."
    assert len(server.requests) == 2


@pytest.mark.parametrize("fault", [Reply(break_after=2), Reply(finish=None)])
async def test_a_stream_that_breaks_later_fails_and_is_not_repeated(
    server: StubServer, model: OpenAIModel, fault: Reply
) -> None:
    server.replies = [fault]
    with pytest.raises(ModelUnavailable):
        await ask(model, "hi")
    assert len(server.requests) == 1


async def test_an_answer_that_is_no_stream_is_named(server: StubServer, model: OpenAIModel, quick: list[float]) -> None:
    server.reply = lambda body: Reply(raw=b"<html>It works!</html>")
    with pytest.raises(ModelUnavailable, match="cannot be used"):
        await ask(model, "hi")
    server.reply = lambda body: Reply(raw=b"data: {not json\n\n")
    with pytest.raises(ModelUnavailable, match="cannot be used"):
        await ask(model, "hi")


async def test_nobody_listens(quick: list[float]) -> None:
    model = OpenAIModel("stub", "http://127.0.0.1:9/v1", KEY)
    with pytest.raises(ModelUnavailable, match=r"cannot reach http://127\.0\.0\.1:9/v1.*start the server"):
        await ask(model, "hi")
    assert len(quick) == 3
    started = time.monotonic()
    with pytest.raises(ModelUnavailable):
        await model.check()
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("status", "message", "kind", "says"),
    [
        (401, "Incorrect API key provided", ModelRefused, "key"),
        (403, "no access", ModelRefused, "key"),
        (404, "The model `stub` does not exist", ModelRefused, "it serves big-one, small-one"),
        (400, "messages: bad", ModelRefused, "messages: bad"),
        (400, "This model's maximum context length is 4096 tokens", ContextOverflow, "4096"),
    ],
)
async def test_refusals_are_not_repeated_and_say_why(
    server: StubServer, model: OpenAIModel, status: int, message: str, kind: type[InfraError], says: str
) -> None:
    server.models = [{"id": "big-one", "object": "model"}, {"id": "small-one", "object": "model"}]
    server.reply = lambda body: Reply(status=status, error=message)
    with pytest.raises(kind, match=says):
        await ask(model, "hi")
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500])
async def test_the_key_is_in_no_error_name_or_repr(
    server: StubServer, model: OpenAIModel, quick: list[float], status: int
) -> None:
    server.reply = lambda body: Reply(status=status, error=f"you sent {KEY}, which is wrong")
    with pytest.raises(InfraError) as caught:
        await ask(model, "hi")
    assert "which is wrong" in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert KEY not in str(caught.value) + repr(model) + model.name


def test_a_key_that_no_header_can_carry_is_refused() -> None:
    with pytest.raises(BadInput) as caught:
        OpenAIModel("stub", "http://127.0.0.1:9/v1", "sk-\u201cquoted\u201d")
    assert "quoted" not in str(caught.value)


@pytest.mark.parametrize("how", ["close", "cancel"])
async def test_leaving_early_aborts_the_request(server: StubServer, model: OpenAIModel, how: str) -> None:
    server.replies = [Reply("x" * 400, pause=0.05)]
    stream = model.generate(user("hi"), sampling=Sampling())
    await anext(stream)
    assert server.running == 1
    if how == "close":
        await stream.aclose()
    else:
        task = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await asyncio.wait_for(server.aborted.wait(), 2)


async def test_check_says_what_the_server_can_do(server: StubServer, model: OpenAIModel) -> None:
    server.reply = lambda body: Reply('{"ok":', ids=True)
    abilities = await model.check()
    assert abilities.json_schema
    assert abilities.token_ids
    assert abilities.logprobs
    assert abilities.context_tokens == 4096
    assert server.requests[0]["max_tokens"] == 4 and len(server.requests) == 1


async def test_check_sees_a_schema_that_is_taken_and_ignored(server: StubServer, model: OpenAIModel) -> None:
    server.reply = lambda body: Reply("Yes.")
    assert not (await model.check()).json_schema


@pytest.mark.parametrize("status", [400, 500])
async def test_check_of_a_server_that_fails_on_a_schema(
    server: StubServer, model: OpenAIModel, quick: list[float], status: int
) -> None:
    server.reply = lambda body: (
        Reply(status=status, error="grammar") if "response_format" in body else Reply("Yes.", ids=True)
    )
    abilities = await model.check()
    assert not abilities.json_schema and abilities.logprobs and abilities.token_ids
    assert len(server.requests) == 2 and quick == [], "once with it, once without, and no wait"
    await ask(model, "hi", schema=SCHEMA)
    assert "response_format" not in server.requests[2], "what the check found holds for the flow"


async def test_check_of_a_plain_server(server: StubServer, model: OpenAIModel) -> None:
    server.models = None
    server.reply = lambda body: Reply(status=400, error="unknown: logprobs") if "logprobs" in body else Reply("{")
    abilities = await model.check()
    assert not abilities.logprobs
    assert not abilities.token_ids
    assert abilities.json_schema
    assert abilities.context_tokens is None


async def test_check_names_the_models_that_are_served(server: StubServer) -> None:
    model = OpenAIModel("gpt-none", server.url, KEY)
    with pytest.raises(ModelRefused, match=r"gpt-none.*it serves stub"):
        await model.check()
    assert server.requests == []
    await model.close()


async def test_many_calls_at_once_keep_their_answers(server: StubServer, model: OpenAIModel) -> None:
    server.reply = lambda body: Reply(f"answer to {body['messages'][0]['content']}", pause=0.001)
    answers = await asyncio.gather(*(ask(model, f"question {i}") for i in range(20)))
    assert [completion.text for _, completion in answers] == [f"answer to question {i}" for i in range(20)]


def test_a_connection_that_took_too_long_is_told_from_one_that_was_refused() -> None:
    """Python makes a timeout of a cancellation, the transport one of its own of that, and the client one of any."""

    def told(*causes: BaseException) -> str:
        request = httpx2.Request("POST", "http://server/v1")
        first = openai.APITimeoutError(request)
        for error, cause in pairwise([first, httpx2.ConnectTimeout("late"), *causes]):
            error.__cause__ = cause
        return str(explained(first, "http://server/v1", "m"))

    assert "in time" in told(aiohttp.ConnectionTimeoutError(), TimeoutError(), asyncio.CancelledError())
    assert "cannot reach" in told(aiohttp.ServerDisconnectedError(), ConnectionResetError())


async def test_a_program_that_closes_nothing_ends_without_a_word(server: StubServer) -> None:
    """Its event loop takes the connections with it."""
    program = (
        "import asyncio; from agentflow_core.models import Message, OpenAIModel, Sampling\n"
        "async def ask():\n"
        f"    model = OpenAIModel('stub', {server.url!r}, 'k')\n"
        "    call = model.generate([Message(role='user', content='hi')], sampling=Sampling(max_tokens=3))\n"
        "    return [item async for item in call]\n"
        "print(len(asyncio.run(ask())) > 0)\n"
    )
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=pipe, stderr=pipe)
    assert await process.communicate() == (b"True\n", b"")
