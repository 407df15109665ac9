"""How near generation is to what the machine could do at most, one text at a time and sixteen.

`python -m benchmarks.generation_limit [--json]`. A token needs all weights once, however many texts get one in the same
pass. So the most is the texts times the rate at which the cores read as many bytes as the weights have (these stay in
the cache, so it is a read of the same bytes again and again that counts; the rate from memory stands beside it), and no
more than the rate at which they multiply allows. Ours: texts of 256 tokens, hot, so that none ends early.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any

import torch
from transformers import AutoModelForCausalLM

from agentflow_core.models import Completion, Message, Sampling
from agentflow_core.models.pool import pocket_folder
from agentflow_core.models.transformers_model import TransformersModel
from benchmarks.command import parser, show

BATCHES = (1, 16)
TOKENS = 256
MEMORY_BYTES = 2**28
"""Beyond every cache."""
PROMPT = "<q> What is the capital of France?<ana>"
HEAT = 3.0
"""At which hardly any token is the one that ends a text."""


def best(work: Callable[[], Any], seconds: float) -> float:
    """The quickest of as many runs as there is time for."""
    work()
    quickest, until = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < until:
        began = time.perf_counter()
        work()
        quickest = min(quickest, time.perf_counter() - began)
    return quickest


def bytes_a_second(size: int, seconds: float) -> float:
    """By multiplying a matrix of so many bytes with a vector, which is what a token does with the weights."""
    matrix, vector = torch.ones(size // 4 // 256, 256), torch.ones(256)
    return size / best(lambda: matrix @ vector, seconds)


def operations_a_second(seconds: float) -> float:
    """Of multiplying two matrices, additions counted too."""
    square = torch.ones(1024, 1024)
    return 2 * 1024**3 / best(lambda: square @ square, seconds)


async def tokens_a_second(batch: int, tokens: int, rounds: int) -> float:
    """Of so many texts at once; the best of the rounds."""
    model = TransformersModel(str(pocket_folder("base")), device="cpu")
    await model.check()
    rates = []
    for number in range(rounds):
        began = time.perf_counter()
        written = await asyncio.gather(*(_text(model, tokens, seed=batch * number + row) for row in range(batch)))
        rates.append(sum(written) / (time.perf_counter() - began))
    await model.close()
    return max(rates)


async def _text(model: TransformersModel, tokens: int, seed: int) -> int:
    sampling = Sampling(temperature=HEAT, max_tokens=tokens, seed=seed)
    async for part in model.generate([Message(role="user", content=PROMPT)], sampling=sampling):
        if isinstance(part, Completion):
            return part.completion_tokens
    raise RuntimeError("no completion")


def rows(
    batches: Sequence[int] = BATCHES, tokens: int = TOKENS, seconds: float = 2.0, rounds: int = 5
) -> list[dict[str, Any]]:
    weights: Any = AutoModelForCausalLM.from_pretrained(pocket_folder("base"))
    numbers = sum(parameter.numel() for parameter in weights.parameters())
    size = 4 * numbers
    read, memory, multiplied = bytes_a_second(size, seconds), bytes_a_second(MEMORY_BYTES, seconds), 0.0
    multiplied = operations_a_second(seconds)
    found = []
    for batch in batches:
        most = min(batch * read / size, multiplied / (2 * numbers))
        ours = asyncio.run(tokens_a_second(batch, tokens, rounds))
        found.append(
            {
                "texts_at_once": batch,
                "weights_mb": round(size / 1e6, 1),
                "read_gb_s": round(read / 1e9, 1),
                "from_memory_gb_s": round(memory / 1e9, 1),
                "multiplied_gflop_s": round(multiplied / 1e9, 1),
                "limit_tokens_s": round(most),
                "tokens_s": round(ours),
                "share_of_limit": round(ours / most, 3),
            }
        )
    return found


def main() -> None:
    arguments = parser(__doc__).parse_args()
    show(rows(), arguments.json)


if __name__ == "__main__":
    main()
