"""Helpers for tests that call a model."""

import contextlib
from typing import Any

from agentflow_core.models import Completion, LanguageModel, Message, Sampling, TextDelta


def user(text: str) -> list[Message]:
    return [Message(role="user", content=text)]


async def ask(
    model: LanguageModel,
    text: str,
    *,
    schema: dict[str, Any] | None = None,
    messages: list[Message] | None = None,
    **sampling: Any,
) -> tuple[list[str], Completion]:
    """The deltas and the completion of one call; fails unless the completion comes once, at the end."""
    items = []
    stream = model.generate(messages or user(text), sampling=Sampling(**sampling), schema=schema)
    async with contextlib.aclosing(stream):
        async for item in stream:
            items.append(item)
    *deltas, completion = items
    assert isinstance(completion, Completion)
    texts = []
    for delta in deltas:
        assert isinstance(delta, TextDelta)
        texts.append(delta.text)
    return texts, completion
