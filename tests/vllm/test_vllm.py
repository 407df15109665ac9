"""The Pocket model on a real vLLM server: the same answers, ids and log-probabilities, and nothing left behind."""

import asyncio
import json
import re
from urllib.request import urlopen

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from agentflow_core import AgentFlow, Budget, Settings, assemble
from agentflow_core.errors import ModelRefused
from agentflow_core.events import ROLES, Answered, Event, FlowFinished, FlowStarted
from agentflow_core.models import OpenAIModel, Sampling
from agentflow_core.models.server_status import ServerStatus, server_status
from tests.agentflow_core.models.calls import ask, user
from tests.vllm.conftest import CONTEXT, KEY, POCKET, Server, WithExtras
from training.pocket import splits

PROMPT = "<q> What is the capital of France?<ana>"
SCHEMA = {
    "type": "object",
    "properties": {"verdict": {"enum": ["STOP", "CONTINUE"]}},
    "required": ["verdict"],
    "additionalProperties": False,
}


def flow(server: Server, **budget: int) -> AgentFlow:
    """All four roles on the server."""
    settings = Settings(_env_file=None)  # type: ignore[call-arg]
    made = assemble(settings, roles=dict.fromkeys(ROLES, server.role), keys=dict.fromkeys(ROLES, KEY))
    return AgentFlow(made.models, made.toolbox, budget=Budget(**budget), sampling=made.sampling)


def in_process() -> AgentFlow:
    settings = Settings(_env_file=None)  # type: ignore[call-arg]
    return assemble(settings, roles=dict.fromkeys(ROLES, "pocket:base"))


async def events(flow: AgentFlow, question: str) -> list[Event]:
    return [event async for event in flow.run(question)]


def answer(events: list[Event]) -> str:
    given = [event.answer.text for event in events if isinstance(event, Answered)]
    end = events[-1]
    assert isinstance(end, FlowFinished)
    return given[-1] if given else f"({end.status})"


async def idle(server: Server, seconds: float = 1.0) -> ServerStatus:
    """The status once nothing runs or waits. Fails after `seconds`."""
    until = asyncio.get_running_loop().time() + seconds
    while True:
        status = await server_status(server.url, KEY)
        if not status.running and not status.waiting:
            return status
        assert asyncio.get_running_loop().time() < until, f"still {status.running} running, {status.waiting} waiting"
        await asyncio.sleep(0.05)


async def test_check_finds_all_it_can_do(model: OpenAIModel, server: Server) -> None:
    can = await model.check()
    assert can.streaming and can.json_schema and can.token_ids and can.logprobs
    assert can.context_tokens == CONTEXT
    assert (await server_status(server.url, KEY)).models == ("base",)


async def test_a_wrong_key_and_a_wrong_name_are_told(server: Server) -> None:
    with pytest.raises(ModelRefused, match="key"):
        await OpenAIModel("base", server.url, "wrong").check()
    with pytest.raises(ModelRefused, match=r"it serves .*base"):
        await OpenAIModel("nobody", server.url, KEY).check()
    with pytest.raises(ModelRefused, match="API key"):
        await server_status(server.url, "wrong")


async def test_flows_answer_as_in_process(server: Server) -> None:
    questions = [question.text for question in splits.load("real", 24, 5).questions]
    there, here = flow(server), in_process()
    served = await asyncio.gather(*(events(there, question) for question in questions))
    local = await asyncio.gather(*(events(here, question) for question in questions))
    same = [answer(a) == answer(b) for a, b in zip(served, local, strict=True)]
    # Two ways to add the same numbers: a tie between two next tokens may fall differently, once in a while.
    assert sum(same) >= len(questions) - 1, [q for q, s in zip(questions, same, strict=True) if not s]


async def test_a_schema_is_obeyed_even_by_a_model_that_knows_no_json(server: Server) -> None:
    model = OpenAIModel("base", server.url, KEY)
    for seed in range(5):
        _, completion = await ask(model, "Hello", schema=SCHEMA, temperature=1.5, seed=seed, max_tokens=60)
        assert json.loads(completion.text)["verdict"] in ("STOP", "CONTINUE")
    await model.close()


async def test_text_comes_as_it_is_written(model: OpenAIModel) -> None:
    deltas, completion = await ask(model, PROMPT, max_tokens=60)
    assert len(deltas) > 3 and "".join(deltas) == completion.text
    assert completion.finish_reason == "stop" and not completion.text.endswith("<end>")


@pytest.mark.parametrize("temperature", [0.0, 0.7])
async def test_ids_and_log_probabilities_are_those_of_transformers(model: OpenAIModel, temperature: float) -> None:
    _, completion = await ask(model, PROMPT, max_tokens=60, temperature=temperature, seed=3)
    tokenizer = AutoTokenizer.from_pretrained(POCKET)
    reference = AutoModelForCausalLM.from_pretrained(POCKET, dtype=torch.float32)
    assert completion.prompt_ids is not None and completion.completion_ids is not None
    assert list(completion.prompt_ids) == tokenizer(PROMPT, add_special_tokens=False).input_ids
    ids = torch.tensor([[*completion.prompt_ids, *completion.completion_ids]])
    with torch.no_grad():
        logits = reference(ids).logits[0, len(completion.prompt_ids) - 1 : -1]
    log = torch.log_softmax(logits / (temperature or 1.0), dim=-1)
    wanted = log.gather(1, torch.tensor(completion.completion_ids)[:, None])[:, 0]
    assert completion.logprobs is not None
    assert torch.allclose(torch.tensor(completion.logprobs), wanted, atol=2e-4)


LONG = CONTEXT - 200
"""Tokens: half a minute of writing, for what must not last a second longer than it is wanted."""


def endless(server: Server) -> WithExtras:
    """Writes until it is stopped: Pocket ends its texts soon, and a request that is over needs no abort."""
    return WithExtras(server, ignore_eos=True)


async def written(server: Server) -> int:
    """Tokens that the server has generated since its start, by its own count."""
    text = await asyncio.to_thread(lambda: urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=5).read())
    return sum(int(float(n)) for n in re.findall(rb"^vllm:generation_tokens_total\S* (\S+)$", text, flags=re.MULTILINE))


async def assert_goes_on(server: Server) -> None:
    """Left alone, the request is not nearly over."""
    await asyncio.sleep(1.5)
    assert (await server_status(server.url, KEY)).running == 1


async def assert_stopped(server: Server, before: int) -> None:
    """The server wrote nothing any more soon after the call was left, with thousands of tokens to go."""
    await idle(server)
    done = await written(server)
    await asyncio.sleep(0.5)
    assert await written(server) == done
    assert done - before < LONG - 2000


@pytest.mark.parametrize("how", ["close", "cancel"])
async def test_leaving_a_call_frees_its_request_within_a_second(server: Server, how: str) -> None:
    before, begun = await written(server), asyncio.Event()
    model = endless(server)
    stream = model.generate(user("<q> go on"), sampling=Sampling(temperature=1.0, max_tokens=LONG, seed=1))

    async def read() -> None:
        async for _ in stream:
            begun.set()
            if how == "close":
                await assert_goes_on(server)
                return await stream.aclose()

    reading = asyncio.create_task(read())
    await begun.wait()
    if how == "cancel":
        await assert_goes_on(server)
        reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    await assert_stopped(server, before)
    await model.close()


async def test_stopping_a_flow_frees_the_server(server: Server) -> None:
    before = await written(server)
    made = flow(server)
    sampling = {**made.sampling, "planner": Sampling(max_tokens=LONG)}
    stuck = AgentFlow({**made.models, "planner": endless(server)}, made.toolbox, sampling=sampling)
    task = asyncio.create_task(events(stuck, "Which is longer, the Danube or the Rhine?"))
    while not (await server_status(server.url, KEY)).running:
        assert not task.done(), "the flow was over before it could be stopped"
        await asyncio.sleep(0.01)
    await assert_goes_on(server)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await assert_stopped(server, before)


async def test_sixty_four_flows_at_once_each_get_their_own_answer(server: Server) -> None:
    questions = [question.text for question in splits.load("real", 64, 6).questions]
    at_once = await asyncio.gather(*(events(flow(server), question) for question in questions))
    assert [e.question for found in at_once for e in found if isinstance(e, FlowStarted)] == questions
    alone = [answer(await events(flow(server), question)) for question in questions[:8]]
    together = [answer(found) for found in at_once[:8]]
    assert sum(a == b for a, b in zip(alone, together, strict=True)) >= 7
    assert all(isinstance(found[-1], FlowFinished) and found[-1].status != "failed" for found in at_once)
    await idle(server)


async def test_seeded_calls_that_are_more_than_a_pass_takes_leave_the_server_alive(model: OpenAIModel) -> None:
    """The CPU build ends where the prompt of a seeded call is cut between two passes."""
    prompts = [f"<q> {' '.join(str(number * place) for place in range(200))}<ana>" for number in range(1, 41)]
    calls = (ask(model, text, temperature=1.0, seed=seed, max_tokens=4) for seed, text in enumerate(prompts))
    answered = [completion for _, completion in await asyncio.gather(*calls)]
    assert sum(completion.prompt_tokens for completion in answered) > 2 * CONTEXT
    assert all(completion.completion_tokens > 0 for completion in answered)
