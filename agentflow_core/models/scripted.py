"""A deterministic language model for tests and demonstrations: it says what it was told to say.

Shipped with the product, because whoever writes a tool or a prompt needs it too; it claims no intelligence.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from typing import Any

from agentflow_core.models.base import Capabilities, Completion, Dialect, Message, Sampling, TextDelta


class ScriptedModel:
    """Answers each call with `reply(messages)`, streamed in pieces; `calls` records what it was asked.

    `reply` may be a list, whose texts are used up in order (an exception in it is raised in its turn). `latency` is
    the time of one whole call in seconds.
    """

    def __init__(
        self,
        reply: Callable[[list[Message]], str] | list[str | Exception],
        *,
        name: str = "scripted",
        dialect: Dialect = "chat",
        latency: float = 0.0,
        piece: int = 8,
    ) -> None:
        self.name = name
        self.dialect: Dialect = dialect
        self.calls: list[list[Message]] = []
        self.samplings: list[Sampling] = []
        self.schemas: list[dict[str, Any] | None] = []
        self._reply = reply
        self._latency = latency
        self._piece = piece

    async def generate(
        self, messages: list[Message], *, sampling: Sampling, schema: dict[str, Any] | None = None
    ) -> AsyncGenerator[TextDelta | Completion, None]:
        """See `LanguageModel.generate`. A list that has run out raises `IndexError`: the test is wrong."""
        started = time.monotonic()
        self.calls.append(messages)
        self.samplings.append(sampling)
        self.schemas.append(schema)
        text = self._next(messages)
        pieces = [text[i : i + self._piece] for i in range(0, len(text), self._piece)]
        for piece in pieces:
            await asyncio.sleep(self._latency / len(pieces))
            yield TextDelta(piece)
        yield Completion(
            text=text,
            model=self.name,
            finish_reason="stop",
            prompt_tokens=sum(self.count_tokens(message.content) for message in messages),
            completion_tokens=self.count_tokens(text),
            seconds=time.monotonic() - started,
        )

    def count_tokens(self, text: str) -> int:
        """One token for every four characters."""
        return -(-len(text) // 4)

    async def check(self) -> Capabilities:
        return Capabilities(streaming=True, json_schema=False, token_ids=False, logprobs=False)

    async def close(self) -> None:
        """Nothing to free."""

    def _next(self, messages: list[Message]) -> str:
        if not isinstance(self._reply, list):
            return self._reply(messages)
        if not self._reply:
            raise IndexError(f"the script of {self.name!r} has no reply for call {len(self.calls)}")
        reply = self._reply.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply
