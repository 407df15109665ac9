"""The in-process backend against plain `generate` of transformers, on the calls that real flows make.

`python -m benchmarks.pocket_generate [--flows N] [--json]`. Runs N two-hop questions, then gives every prompt of theirs
to `AutoModelForCausalLM.generate` (greedy, one at a time, a fresh cache each), as research code does. Seconds of both,
all flows one after the other, and how many texts are the same.
"""

import asyncio
import time
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from agentflow_core import AgentFlow, Budget, Settings, assemble
from agentflow_core.events import ModelCall
from agentflow_core.models import ModelPool
from agentflow_core.models.pool import pocket_folder
from benchmarks.command import parser, show
from training.pocket import splits
from training.pocket.questions import FAMILIES


async def flown(flows: int) -> tuple[list[ModelCall], float]:
    """The calls of all flows, and the seconds that their model took."""
    every = splits.load("real", flows * len(FAMILIES), seed=0).questions
    questions = [question for question in every if question.family == "look2"][:flows]
    pool = ModelPool()
    flow: AgentFlow = assemble(Settings(model="pocket:base"), pool=pool)
    await flow.models["planner"].check()
    calls: list[ModelCall] = []
    for question in questions:
        async for event in flow.run(question.text, budget=Budget(turns=6)):
            call = getattr(event, "call", None)
            if isinstance(call, ModelCall):
                calls.append(call)
    await pool.close()
    return calls, sum(call.completion.seconds for call in calls)


def plain(calls: list[ModelCall]) -> tuple[list[str], float]:
    """What `generate` writes for the same prompts, and its seconds."""
    folder = pocket_folder("base")
    tokenizer: Any = AutoTokenizer.from_pretrained(folder)
    model: Any = AutoModelForCausalLM.from_pretrained(folder)
    texts, began = [], time.perf_counter()
    for call in calls:
        prompt = tokenizer(call.messages[-1].content, return_tensors="pt")
        with torch.inference_mode():
            ids = model.generate(**prompt, max_new_tokens=call.sampling.max_tokens, do_sample=False)
        written = ids[0, prompt["input_ids"].shape[1] :]
        texts.append(tokenizer.decode(written, skip_special_tokens=True))
    return texts, time.perf_counter() - began


def compared(flows: int) -> dict[str, Any]:
    """Both ways on the calls of so many flows."""
    calls, ours = asyncio.run(flown(flows))
    texts, theirs = plain(calls)
    return {
        "calls": len(calls),
        "same_text": sum(call.completion.text == text for call, text in zip(calls, texts, strict=True)),
        "ours_s": round(ours, 2),
        "generate_s": round(theirs, 2),
        "ratio": round(theirs / ours, 2),
    }


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--flows", type=int, default=10, metavar="N")
    arguments = options.parse_args()
    show(compared(arguments.flows), arguments.json)


if __name__ == "__main__":
    main()
