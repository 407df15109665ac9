"""LoRA adapters on one server: given at the start and loaded hot, each under its own name, the base as it was.

Whether an adapter answers is seen in the log-probabilities of every token, held against PEFT on the same weights.
"""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM

from agentflow_core.errors import ModelRefused
from agentflow_core.models import Completion, OpenAIModel
from agentflow_core.models.server_status import server_status
from tests.agentflow_core.models.calls import ask
from tests.agentflow_core.models.tiny import make_adapter
from tests.vllm.conftest import KEY, POCKET, Server, started

PROMPT = (
    "<q> What is the capital of France?<ana> The capital of France is needed.<end>"
    "<plan> Nothing yet.<goal> Find the capital of France.<tool> wikipedia_search<end><cmd> capital of France<end>"
    "<res> France is a country in Europe. Its capital is Paris, and its longest river is the Loire.<ver>"
)
"""Longer than a block of the prefix cache."""


@pytest.fixture(scope="module")
def adapters(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("adapters")
    return {name: make_adapter(POCKET, folder / name, seed=seed) for seed, name in enumerate(("cold", "hot", "hot-2"))}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, adapters: dict[str, Path]) -> Iterator[Server]:
    lora = ("--training", "--lora", f"cold={adapters['cold']}")
    with started(tmp_path_factory.mktemp("lora"), *lora) as server:
        yield server


async def write(server: Server, name: str) -> Completion:
    model = OpenAIModel(name, server.url, KEY, dialect="pocket")
    _, completion = await ask(model, PROMPT, max_tokens=24)
    await model.close()
    return completion


def post(server: Server, path: str, body: dict[str, str]) -> int:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {KEY}"}
    with urlopen(Request(server.url + path, json.dumps(body).encode(), headers), timeout=60) as answer:
        return int(answer.status)


def expected(completion: Completion, adapter: Path | None) -> torch.Tensor:
    """Log-probabilities of what was written, by PEFT."""
    model: Any = AutoModelForCausalLM.from_pretrained(POCKET, dtype=torch.float32)
    if adapter is not None:
        model = PeftModel.from_pretrained(model, str(adapter))
    assert completion.prompt_ids and completion.completion_ids
    with torch.no_grad():
        logits = model(torch.tensor([[*completion.prompt_ids, *completion.completion_ids]])).logits
    log = torch.log_softmax(logits[0, len(completion.prompt_ids) - 1 : -1], dim=-1)
    return log.gather(1, torch.tensor(completion.completion_ids)[:, None])[:, 0]


def assert_by(completion: Completion, adapter: Path | None) -> None:
    assert completion.logprobs is not None
    torch.testing.assert_close(torch.tensor(completion.logprobs), expected(completion, adapter), atol=2e-3, rtol=0)


async def test_adapters_answer_under_their_names_and_the_base_stays(server: Server, adapters: dict[str, Path]) -> None:
    assert set((await server_status(server.url, KEY)).models) == {"base", "cold"}
    base = await write(server, "base")
    cold = await write(server, "cold")
    assert_by(base, None)
    assert_by(cold, adapters["cold"])
    assert cold.completion_ids != base.completion_ids

    with pytest.raises(ModelRefused, match=r"hot.*it serves .*base"):
        await write(server, "hot")
    for name in ("hot", "hot-2"):
        assert (
            await asyncio.to_thread(
                post, server, "/load_lora_adapter", {"lora_name": name, "lora_path": str(adapters[name])}
            )
            == 200
        )
        assert name in (await server_status(server.url, KEY)).models
        assert_by(await write(server, name), adapters[name])

    # In one batch, the prompt in every prefix cache: none may read another's.
    names = ("base", "cold", "hot", "hot-2") * 3
    together = await asyncio.gather(*(write(server, name) for name in names))
    for name, completion in zip(names, together, strict=True):
        assert_by(completion, adapters.get(name))
    assert together[0].completion_ids == base.completion_ids and together[1].completion_ids == cold.completion_ids
