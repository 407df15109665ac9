"""A planner elsewhere that is spoken to in tokens: ids in, sampled ids and their log-probabilities out.

So prompts are tokenised as the trainer does it, and what is trained is what was sampled.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Set
from typing import Any

from agentflow_core.errors import ContextOverflow
from agentflow_core.models import Capabilities, Completion, Dialect, Message, Sampling, TextDelta
from agentflow_core.models.local.codec import Codec


class TokenPlanner(ABC):
    """`ends` are the ids that end an answer; `context` is the most tokens that prompt and answer may have."""

    def __init__(self, name: str, dialect: Dialect, codec: Codec, *, ends: Set[int], context: int) -> None:
        self.name, self.dialect = name, dialect
        self._codec, self._ends, self._context = codec, ends, context

    @abstractmethod
    async def _sample(self, prompt: list[int], sampling: Sampling, limit: int) -> tuple[list[int], list[float]]:
        """At least one and at most `limit` ids, and as many log-probabilities after temperature."""

    async def generate(
        self, messages: list[Message], *, sampling: Sampling, schema: dict[str, Any] | None = None
    ) -> AsyncGenerator[TextDelta | Completion, None]:
        """See `LanguageModel.generate`: the completion alone, as nobody watches; `schema` is ignored."""
        began, name, prompt = time.monotonic(), self.name, self._codec.prompt(messages)
        if not prompt or len(prompt) >= self._context:
            raise ContextOverflow(
                f"the prompt has {len(prompt):,} tokens and {name} takes 1 to {self._context - 1:,}: lower "
                "rollout.memory_tokens or raise the servers' max_model_len"
            )
        limit = min(sampling.max_tokens, self._context - len(prompt))
        ids, logprobs = await self._sample(prompt, sampling, limit)
        yield Completion(
            text=self._codec.decode([token for token in ids if token not in self._ends]),
            model=name,
            finish_reason="length" if len(ids) >= limit and ids[-1] not in self._ends else "stop",
            prompt_tokens=len(prompt),
            completion_tokens=len(ids),
            prompt_ids=tuple(prompt),
            completion_ids=tuple(ids),
            logprobs=tuple(logprobs),
            seconds=time.monotonic() - began,
        )

    def count_tokens(self, text: str) -> int:
        return len(self._codec.encode(text))

    async def check(self) -> Capabilities:
        return Capabilities(
            streaming=False, json_schema=False, token_ids=True, logprobs=True, context_tokens=self._context
        )
