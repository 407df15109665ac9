"""Batched generation for rollouts that gives the same tokens every time: flows take their model calls in lockstep.

What a row of a batch gives depends, in its last digits, on who shares the batch, and in the live backend that is up to
the clock. Here all flows run until each of them waits for a model (or has ended); then all that wait are answered in
the order of their seats. So a training run can be repeated, and resumed after `kill -9`, bit for bit. The forward
passes, the sampler and the prefix cache are the live backend's own (`agentflow_core.models.local`).
"""

import asyncio
import logging
import random
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from agentflow_core.errors import ContextOverflow, ModelUnavailable
from agentflow_core.models import Capabilities, Completion, Dialect, Message, Sampling, TextDelta
from agentflow_core.models.local.codec import Detokenizer
from agentflow_core.models.local.sampler import Draw, pick
from agentflow_core.models.local.weights import Weights

_LOG = logging.getLogger(__name__)


@dataclass(eq=False)
class Seat:
    """A flow's place in the order; its calls draw from random streams of their own."""

    number: int
    seed: str
    calls: int = 0

    def draw(self, sampling: Sampling) -> Draw:
        self.calls += 1
        return Draw(sampling, random.Random(f"{self.seed} {self.calls}"))


@dataclass(eq=False)
class Call:
    """A model call that waits, with its answer once there is one."""

    seat: Seat
    model: "LockstepModel"
    prompt: list[int]
    draw: Draw
    answer: asyncio.Future[Completion]

    @property
    def greedy(self) -> bool:
        return self.draw.sampling.temperature == 0

    @property
    def key(self) -> tuple[tuple[int, ...], int]:
        """What decides the answer of a greedy call."""
        return tuple(self.prompt), self.draw.sampling.max_tokens


_SEAT: ContextVar[Seat] = ContextVar("seat")


class Lockstep:
    """The flows that run together. Calls of all its models are answered when no flow can go on without."""

    def __init__(self) -> None:
        self._seats: set[Seat] = set()
        self._calls: list[Call] = []

    @contextmanager
    def seat(self, number: int, seed: str) -> Iterator[None]:
        """Whatever runs inside, and in tasks started there, calls models as this flow."""
        seat = Seat(number, seed)
        self._seats.add(seat)
        token = _SEAT.set(seat)
        try:
            yield
        finally:
            _SEAT.reset(token)
            self._seats.discard(seat)
            # Later, so that a flow which takes the free place now is waited for.
            asyncio.get_running_loop().call_soon(self._answer_if_all_wait)

    async def call(self, model: "LockstepModel", prompt: list[int], sampling: Sampling) -> Completion:
        seat = _SEAT.get()
        answer: asyncio.Future[Completion] = asyncio.get_running_loop().create_future()
        call = Call(seat, model, prompt, seat.draw(sampling), answer)
        self._calls.append(call)
        self._answer_if_all_wait()
        try:
            return await answer
        finally:
            if call in self._calls:  # its flow was cancelled while it waited
                self._calls.remove(call)

    def _answer_if_all_wait(self) -> None:
        if not self._calls or {call.seat for call in self._calls} != self._seats:
            return
        calls, self._calls = sorted(self._calls, key=lambda call: call.seat.number), []
        by_model: defaultdict[LockstepModel, list[Call]] = defaultdict(list)
        for call in calls:
            by_model[call.model].append(call)
        for own in by_model.values():
            _answer(own)


def _answer(calls: list[Call]) -> None:
    """The boundary: whatever fails in the model, no flow may wait for ever."""
    model = calls[0].model
    try:
        model.answer(calls)
    except Exception as error:  # noqa: BLE001
        _LOG.exception("model %s failed", model.name)
        message = (str(error).strip() or type(error).__name__).splitlines()[0]
        for call in calls:
            if not call.answer.done():
                call.answer.set_exception(ModelUnavailable(f"{model.name} failed while generating: {message}"))


class LockstepModel:
    """A model of this process as a `LanguageModel` for flows that run in lockstep.

    `refresh` gives it new weights; nothing that was computed with the old ones is kept. Greedy calls with the same
    prompt are computed once: flows of one question often ask the same.
    """

    def __init__(self, name: str, dialect: Dialect, weights: Weights, lockstep: Lockstep, max_batch: int) -> None:
        self.dialect: Dialect = dialect
        self._lockstep, self._max_batch = lockstep, max_batch
        self.refresh(name, weights)

    def refresh(self, name: str, weights: Weights) -> None:
        self.name, self._weights = name, weights
        self._batch = weights.new_batch()
        self._greedy: dict[tuple[tuple[int, ...], int], Completion] = {}

    async def generate(
        self, messages: list[Message], *, sampling: Sampling, schema: dict[str, Any] | None = None
    ) -> AsyncGenerator[TextDelta | Completion, None]:
        """See `LanguageModel.generate`: the completion alone, as nobody watches; `schema` is ignored."""
        prompt = self._weights.codec.prompt(messages)
        if not prompt or len(prompt) >= self._weights.context:
            raise ContextOverflow(
                f"the prompt has {len(prompt):,} tokens and {self.name} takes 1 to {self._weights.context - 1:,}: "
                "lower the memory budget or the turns, or choose a model with a longer context"
            )
        yield await self._lockstep.call(self, prompt, sampling)

    def count_tokens(self, text: str) -> int:
        return len(self._weights.codec.encode(text))

    async def check(self) -> Capabilities:
        return Capabilities(
            streaming=False, json_schema=False, token_ids=True, logprobs=True, context_tokens=self._weights.context
        )

    async def close(self) -> None:
        """Nothing to free: the weights are the trainer's."""

    def answer(self, calls: list[Call]) -> None:
        """Generates for all calls together."""
        rows = {call: _Row(call, [], self._weights.codec.detokenizer()) for call in calls if not call.greedy}
        greedy = {call.key: call for call in reversed(calls) if call.greedy and call.key not in self._greedy}
        fresh = {key: _Row(call, [], self._weights.codec.detokenizer()) for key, call in greedy.items()}
        self._generate([*rows.values(), *fresh.values()])
        self._greedy |= {key: self._completion(row) for key, row in fresh.items()}
        for call in calls:
            if not call.answer.cancelled():
                call.answer.set_result(self._greedy[call.key] if call.greedy else self._completion(rows[call]))

    def _generate(self, rows: list["_Row"]) -> None:
        waiting, running = rows[::-1], list[_Row]()
        while waiting or running:
            while waiting and len(running) < self._max_batch:
                row = waiting.pop()
                row.feed = self._batch.join(row.call.prompt)
                running.append(row)
            logits = self._batch.step([row.feed for row in running])
            ready = [place for place, row in enumerate(running) if not row.feed]
            if not ready:
                continue
            ids, logprobs = pick(logits[ready], [running[place].call.draw for place in ready])
            done = []
            for place, token, logprob in zip(ready, ids, logprobs, strict=True):
                row = running[place]
                row.take(token, logprob, silent=token in self._weights.silent)
                row.stopped = token in self._weights.ends
                limit = min(row.call.draw.sampling.max_tokens, self._weights.context - len(row.call.prompt))
                if row.stopped or len(row.ids) >= limit:
                    done.append(place)
            for place in reversed(done):  # from the end: the last row takes the place of the one that leaves
                row = running[place]
                fed = row.call.prompt + row.ids
                self._batch.leave(place, fed[: len(fed) - len(row.feed)])
                last = running.pop()
                if place < len(running):
                    running[place] = last

    def _completion(self, row: "_Row") -> Completion:
        return Completion(
            text="".join([*row.pieces, row.text.flush()]),
            model=self.name,
            finish_reason="stop" if row.stopped else "length",
            prompt_tokens=len(row.call.prompt),
            completion_tokens=len(row.ids),
            prompt_ids=tuple(row.call.prompt),
            completion_ids=tuple(row.ids),
            logprobs=tuple(row.logprobs),
            seconds=time.monotonic() - row.began,
        )


@dataclass(eq=False)
class _Row:
    """A call in the running batch."""

    call: Call
    feed: list[int]
    text: Detokenizer
    ids: list[int] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    stopped: bool = False
    began: float = field(default_factory=time.monotonic)

    def take(self, token: int, logprob: float, *, silent: bool) -> None:
        self.feed.append(token)
        self.ids.append(token)
        self.logprobs.append(logprob)
        if not silent:
            self.pieces.append(self.text.push(token))
