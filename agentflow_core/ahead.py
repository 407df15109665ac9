"""The next turn's plan, asked for while the verifier still reads the result: dropped when it says STOP.

A plan made so has not seen the verdict. It is a call like any other once its turn comes; what was written before then
is shown at once. One that is dropped was still read and written, so it is an event and counts.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

from agentflow_core.events import ModelCall, Plan
from agentflow_core.models.base import Completion, LanguageModel, Sampling
from agentflow_core.request import Request

Show = Callable[[str], None]


class Ahead:
    """`call` makes the call and streams its text; it begins when this is made."""

    def __init__(
        self,
        turn: int,
        request: Request[Plan],
        sampling: Sampling,
        call: Callable[[Show], Coroutine[Any, Any, ModelCall]],
    ) -> None:
        self.turn, self.request, self._sampling = turn, request, sampling
        self._sent = request.messages
        self._text = ""
        self._show: Show | None = None
        self._began = time.monotonic()
        self._task = asyncio.create_task(call(self._add))

    def _add(self, text: str) -> None:
        self._text += text
        if self._show is not None:
            self._show(text)

    async def finish(self, show: Show) -> ModelCall:
        """The call, whose text so far and from now on is shown. Raises what the call raises."""
        if self._text:
            show(self._text)
        self._show = show
        return await self._task

    def drop(self, model: LanguageModel) -> ModelCall | None:
        """Ends the call and gives it as far as it came, with its tokens counted here; None when it failed."""
        if self._task.done():
            return None if self._task.cancelled() or self._task.exception() else self._task.result()
        self._task.cancel()
        cut = Completion(
            text=self._text,
            model=model.name,
            finish_reason="length",
            prompt_tokens=sum(model.count_tokens(message.content) for message in self._sent),
            completion_tokens=model.count_tokens(self._text),
            seconds=time.monotonic() - self._began,
        )
        return ModelCall(
            role=self.request.role, dialect=model.dialect, messages=self._sent, sampling=self._sampling, completion=cut
        )
