"""A server in this process that takes adapters and whole models as vLLM does and can go wrong on purpose; and luck."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

import torch
from peft import set_peft_model_state_dict
from safetensors.torch import load_file

from agentflow_core.models import Sampling
from training.config import Planner
from training.flow_grpo import Action
from training.policy import Policy
from training.vllm_server import Sampled


class Luck:
    """In place of a reward: flows of a question are wrong and right in turn, so that there is something to learn."""

    def __init__(self) -> None:
        self._next: defaultdict[str, Iterator[float]] = defaultdict(lambda: cycle((0.0, 1.0)))

    def __call__(self, kind: str, answer: str, answers: Sequence[str], question: str) -> float:
        return next(self._next[question])


class FakeServer:
    """`deaf`: it says that it has taken new weights and has not."""

    def __init__(self, planner: Planner, url: str = "http://127.0.0.1:1/v1") -> None:
        self.url, self.deaf = url, False
        self.adapters, self.calls = list[str](), list[str]()
        self._planner = planner
        torch.manual_seed(1)
        self._policy = Policy(planner, torch.device("cpu"))

    def models(self) -> list[dict[str, Any]]:
        return [{"id": "base", "max_model_len": self._policy.context}]

    def load_adapter(self, name: str, folder: Path) -> None:
        self.adapters.append(name)
        if not self.deaf:
            set_peft_model_state_dict(self._policy.model, load_file(folder / "adapter_model.safetensors"))

    def unload_adapter(self, name: str) -> None:
        self.adapters.remove(name)

    def reload(self, folder: Path) -> None:
        if not self.deaf:
            self._policy = Policy(self._planner.model_copy(update={"model": str(folder)}), torch.device("cpu"))

    def logprobs(self, model: str, ids: list[int]) -> list[float]:
        return self._policy.logprobs(Action(tuple(ids[:1]), tuple(ids[1:]), (0.0,) * (len(ids) - 1)))

    async def sample(
        self, model: str, prompt: list[int], sampling: Sampling, limit: int, seed: int, ends: list[int]
    ) -> Sampled:
        self.calls.append(model)
        torch.manual_seed(seed)
        drawn = {"do_sample": True, "temperature": sampling.temperature, "top_k": 0} if sampling.temperature else {}
        with torch.no_grad():
            out = self._policy.model.generate(
                input_ids=torch.tensor([prompt]), max_new_tokens=limit, eos_token_id=ends, pad_token_id=0, **drawn
            )
        ids = tuple(out[0, len(prompt) :].tolist())
        action = Action(tuple(prompt), ids, (0.0,) * len(ids), sampling.temperature or 1.0)
        return Sampled(list(ids), self._policy.logprobs(action))

    async def close(self) -> None:
        """It has no connections."""
