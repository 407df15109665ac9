"""Batched generation for rollouts that gives the same tokens every time: flows take their model calls in lockstep.

What a row of a batch gives depends, in its last digits, on who shares the batch, and in the live backend that is up to
the clock. Here nothing is generated until every flow waits for a model (or has ended). Then the model for which most of
them wait generates, for its calls in the order of their seats, until three quarters of them have an answer; those flows
go on until they wait again, while the unfinished calls keep their places in the batch: a long answer among short ones
costs no passes of its own. So a training run can be repeated, and resumed after `kill -9`, bit for bit. The forward
passes, the sampler and the prefix cache are the live backend's own (`agentflow_core.models.local`).
"""

import asyncio
import logging
import random
import time
from collections import defaultdict, deque
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from agentflow_core.errors import ContextOverflow, ModelUnavailable
from agentflow_core.models import Capabilities, Completion, Dialect, Message, Sampling, TextDelta
from agentflow_core.models.local.decoding import Continuation, Decoding
from agentflow_core.models.local.sampler import Draw
from agentflow_core.models.local.weights import Weights

STILL_OUT = 4
"""One in so many calls may have no answer yet when the others' flows go on. On Pocket, 128 flows: 2,850 passes, and
4,300 with 2."""
_LOG = logging.getLogger(__name__)


@dataclass(eq=False)
class Seat:
    """A flow's place in the order; its calls draw from random streams of their own."""

    number: int
    seed: str
    calls: int = 0

    def stream(self) -> random.Random:
        """The random numbers of its next call."""
        self.calls += 1
        return random.Random(f"{self.seed} {self.calls}")


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


def current_seat() -> Seat:
    """That of the flow which runs."""
    return _SEAT.get()


class Lockstep:
    """The flows that run together. Their models generate when no flow can go on without."""

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
            self._look_soon()

    async def call(self, model: "LockstepModel", prompt: list[int], sampling: Sampling) -> Completion:
        seat = current_seat()
        answer: asyncio.Future[Completion] = asyncio.get_running_loop().create_future()
        call = Call(seat, model, prompt, Draw(sampling, seat.stream()), answer)
        self._calls.append(call)
        self._look_soon()
        try:
            return await answer
        finally:
            self._calls.remove(call)
            model.forget(call)

    def _look_soon(self) -> None:
        """Not at once, so that flows which start now, or take a place that became free, are waited for."""
        asyncio.get_running_loop().call_soon(self._generate_if_all_wait)

    def _generate_if_all_wait(self) -> None:
        waiting = sorted((call for call in self._calls if not call.answer.done()), key=lambda call: call.seat.number)
        if not waiting or {call.seat for call in waiting} != self._seats:
            return
        by_model: defaultdict[LockstepModel, list[Call]] = defaultdict(list)
        for call in waiting:
            by_model[call.model].append(call)
        _generate(max(by_model.values(), key=len))


def _generate(calls: list[Call]) -> None:
    """The boundary: whatever fails in the model, no flow may wait for ever."""
    model = calls[0].model
    try:
        model.generate_most(calls)
    except Exception as error:  # noqa: BLE001
        _LOG.exception("model %s failed", model.name)
        message = (str(error).strip() or type(error).__name__).splitlines()[0]
        for call in calls:
            if not call.answer.done():
                call.answer.set_exception(ModelUnavailable(f"{model.name} failed while generating: {message}"))
        model.clear()


class LockstepModel:
    """A model of this process as a `LanguageModel` for flows that run in lockstep.

    `refresh` gives it new weights; nothing that was computed with the old ones is kept. Greedy calls with the same
    prompt are computed once: flows of one question often ask the same.
    """

    def __init__(
        self,
        name: str,
        dialect: Dialect,
        weights: Weights,
        lockstep: Lockstep,
        max_batch: int,
        *,
        guesses: bool = True,
    ) -> None:
        self.dialect: Dialect = dialect
        self._lockstep, self._max_batch, self._guesses = lockstep, max_batch, guesses
        self.refresh(name, weights)

    def refresh(self, name: str, weights: Weights) -> None:
        self.name, self._weights = name, weights
        self._greedy: dict[tuple[tuple[int, ...], int], Completion] = {}
        self.clear()

    def clear(self) -> None:
        """Drops all that is being generated."""
        self._decoding = Decoding(self._weights.new_batch(), self._weights.ends, guesses=self._guesses)
        self._waiting: deque[_Row] = deque()
        self._running: dict[Continuation, _Row] = {}

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

    def generate_most(self, calls: list[Call]) -> None:
        """Generates for these calls, all that wait for this model, until at most a quarter of them have no answer."""
        rows = [*self._running.values(), *self._waiting]
        known = {call for row in rows for call in row.calls}
        greedy = {row.calls[0].key: row for row in rows if row.calls[0].greedy}
        for call in calls:
            if call in known:
                continue
            if not call.greedy:
                self._waiting.append(self._row(call))
            elif (answer := self._greedy.get(call.key)) is not None:
                call.answer.set_result(answer)
            elif (row := greedy.get(call.key)) is not None:
                row.calls.append(call)
            else:
                self._waiting.append(greedy.setdefault(call.key, self._row(call)))
        while sum(not call.answer.done() for call in calls) > len(calls) // STILL_OUT:
            self._step()

    def forget(self, call: Call) -> None:
        """Stops generating for a call whose flow no longer waits for it."""
        for row in [*self._running.values(), *self._waiting]:
            if call in row.calls:
                row.calls.remove(call)
                if not row.calls:
                    self._drop(row)

    def _step(self) -> None:
        """One forward pass: more tokens for every row whose prompt has been fed."""
        while self._waiting and len(self._running) < self._max_batch:
            row = self._waiting.popleft()
            row.said = self._decoding.join(row.prompt, row.draw, row.limit)
            self._running[row.said] = row
        for said, _ in self._decoding.step():
            if said.done:
                self._finish(said)

    def _finish(self, said: Continuation) -> None:
        row = self._running[said]
        self._drop(row)
        completion = self._completion(row, said)
        if row.calls[0].greedy:
            self._greedy[row.calls[0].key] = completion
        for call in row.calls:
            call.answer.set_result(completion)

    def _drop(self, row: "_Row") -> None:
        if row.said is None:
            self._waiting.remove(row)
            return
        self._decoding.leave(row.said)
        del self._running[row.said]

    def _row(self, call: Call) -> "_Row":
        limit = min(call.draw.sampling.max_tokens, self._weights.context - len(call.prompt))
        return _Row([call], call.prompt, call.draw, limit)

    def _completion(self, row: "_Row", said: Continuation) -> Completion:
        return Completion(
            text=self._weights.codec.decode([token for token in said.ids if token not in self._weights.silent]),
            model=self.name,
            finish_reason="stop" if said.stopped else "length",
            prompt_tokens=len(said.prompt),
            completion_tokens=len(said.ids),
            prompt_ids=tuple(said.prompt),
            completion_ids=tuple(said.ids),
            logprobs=tuple(said.logprobs),
            seconds=time.monotonic() - row.began,
        )


@dataclass(eq=False)
class _Row:
    """What is generated for a call, or for greedy calls that ask the same."""

    calls: list[Call]
    prompt: list[int]
    draw: Draw
    limit: int
    said: Continuation | None = None
    """Once it is in the batch."""
    began: float = field(default_factory=time.monotonic)
