"""verl's sampling servers as the planner of a flow: token ids in, token ids and log-probabilities out.

Separate from `loop` because it needs no verl: anything that generates as verl's client does will do.
"""

import time
from collections.abc import AsyncGenerator, Sequence, Set
from typing import Any, Protocol
from uuid import uuid4

from agentflow_core.errors import ContextOverflow, ModelUnavailable
from agentflow_core.models import Capabilities, Completion, Dialect, Message, Sampling, TextDelta
from agentflow_core.models.local.codec import Codec


class Output(Protocol):
    """What this needs of verl's `TokenOutput`."""

    token_ids: list[int]
    log_probs: list[float] | None
    stop_reason: str | None
    extra_fields: dict[str, Any]


class Client(Protocol):
    """What this needs of verl's `LLMServerClient`."""

    async def generate(self, request_id: str, *, prompt_ids: list[int], sampling_params: dict[str, Any]) -> Output: ...


class VerlPlanner:
    """The planner of one flow. `steps` are the training steps whose weights answered its calls."""

    def __init__(
        self, client: Client, tokenizer: Any, name: str, *, ends: Set[int], context: int, dialect: Dialect = "chat"
    ) -> None:
        self.name, self.dialect = name, dialect
        self.steps: set[int] = set()
        self._client, self._ends, self._context = client, ends, context
        self._codec = Codec(tokenizer, dialect, name)
        self._session = uuid4().hex  # the same for all calls: they go to one server, which keeps their beginning

    async def generate(
        self, messages: list[Message], *, sampling: Sampling, schema: dict[str, Any] | None = None
    ) -> AsyncGenerator[TextDelta | Completion, None]:
        """See `LanguageModel.generate`: the completion alone, as nobody watches; `schema` is ignored."""
        began, prompt = time.monotonic(), self._codec.prompt(messages)
        if not prompt or len(prompt) >= self._context:
            raise ContextOverflow(
                f"the prompt has {len(prompt):,} tokens and {self.name} takes 1 to {self._context - 1:,}: lower "
                "rollout.memory_tokens or raise max_model_len"
            )
        limit = min(sampling.max_tokens, self._context - len(prompt))
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
        yield Completion(
            text=self._text(ids),
            model=self.name,
            finish_reason="length" if len(ids) >= limit and ids[-1] not in self._ends else "stop",
            prompt_tokens=len(prompt),
            completion_tokens=len(ids),
            prompt_ids=tuple(prompt),
            completion_ids=tuple(ids),
            logprobs=tuple(logprobs),
            seconds=time.monotonic() - began,
        )

    def _text(self, ids: Sequence[int]) -> str:
        text = self._codec.detokenizer()
        return "".join([*(text.push(token) for token in ids if token not in self._ends), text.flush()])

    def count_tokens(self, text: str) -> int:
        return len(self._codec.encode(text))

    async def check(self) -> Capabilities:
        return Capabilities(
            streaming=False, json_schema=False, token_ids=True, logprobs=True, context_tokens=self._context
        )

    async def close(self) -> None:
        """Nothing to free: the servers are verl's."""
