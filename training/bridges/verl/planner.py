"""verl's sampling servers as the planner of a flow: token ids in, token ids and log-probabilities out.

Separate from `loop` because it needs no verl: anything that generates as verl's client does will do.
"""

from collections.abc import Set
from typing import Any, Protocol
from uuid import uuid4

from agentflow_core.errors import ModelUnavailable
from agentflow_core.models import Dialect, Sampling
from agentflow_core.models.local.codec import Codec
from training.token_planner import TokenPlanner


class Output(Protocol):
    """What this needs of verl's `TokenOutput`."""

    token_ids: list[int]
    log_probs: list[float] | None
    stop_reason: str | None
    extra_fields: dict[str, Any]


class Client(Protocol):
    """What this needs of verl's `LLMServerClient`."""

    async def generate(self, request_id: str, *, prompt_ids: list[int], sampling_params: dict[str, Any]) -> Output: ...


class VerlPlanner(TokenPlanner):
    """The planner of one flow. `steps` are the training steps whose weights answered its calls."""

    def __init__(
        self, client: Client, tokenizer: Any, name: str, *, ends: Set[int], context: int, dialect: Dialect = "chat"
    ) -> None:
        super().__init__(name, dialect, Codec(tokenizer, dialect, name), ends=ends, context=context)
        self.steps: set[int] = set()
        self._client = client
        self._session = uuid4().hex  # the same for all calls: they go to one server, which keeps their beginning

    async def _sample(self, prompt: list[int], sampling: Sampling, limit: int) -> tuple[list[int], list[float]]:
        settings = {
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "top_k": -1,
            "repetition_penalty": 1.0,
            "logprobs": True,
            "max_tokens": limit,
        }
        output = await self._client.generate(self._session, prompt_ids=list(prompt), sampling_params=settings)
        ids, logprobs = output.token_ids, output.log_probs
        if output.stop_reason == "aborted" or not ids:
            raise ModelUnavailable(f"{self.name} ended a call early ({output.stop_reason or 'no token came'})")
        if logprobs is None or len(logprobs) != len(ids):
            raise ModelUnavailable(f"{self.name} gave no log-probabilities: set rollout.calculate_log_probs=true")
        if (step := output.extra_fields.get("global_steps")) is not None:
            self.steps.add(int(step))
        return ids, logprobs

    async def close(self) -> None:
        """Nothing to free: the servers are verl's."""
