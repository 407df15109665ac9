"""The thread that runs one model: takes requests as they arrive, steps the whole batch, delivers tokens to event loops.

A thread because a forward pass blocks; one per model because requests that share the weights should share a step.
Between two steps waiting requests join and finished or cancelled ones leave, so nobody waits for a batch to end.
"""

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agentflow_core.errors import AgentFlowError, ContextOverflow, ModelUnavailable
from agentflow_core.models.base import Completion, Message, Sampling, TextDelta

if TYPE_CHECKING:  # importing torch takes seconds: that is done in the thread
    from agentflow_core.models.local.codec import Detokenizer
    from agentflow_core.models.local.decoding import Continuation, Decoding
    from agentflow_core.models.local.weights import Weights

_LOG = logging.getLogger(__name__)

Item = TextDelta | Completion | Exception

_PAUSE = 0.03
"""Seconds between two deliveries of a text that is being written: sooner than anyone sees, and each one wakes the event
loop, which for a small model costs as much as the token."""


@dataclass(eq=False)
class Request:
    """One call on its way through the worker. `cancelled` is set by the caller, everything else by the worker."""

    messages: list[Message]
    sampling: Sampling
    loop: asyncio.AbstractEventLoop
    inbox: asyncio.Queue[Item]
    cancelled: bool = False
    started: float = field(default_factory=time.monotonic)


@dataclass(eq=False)
class _Row:
    """A request in the running batch, with its text."""

    request: Request
    said: "Continuation"
    text: "Detokenizer"
    written: list[int] = field(default_factory=list)
    """Characters that each of its tokens wrote."""
    pieces: list[str] = field(default_factory=list)
    told: int = 0
    """How many of `pieces` were handed on."""


class Worker:
    """Runs the model that `load` gives; loading happens in the thread, at the first request."""

    def __init__(self, name: str, load: "Callable[[], Weights]", max_batch: int) -> None:
        self._name = name
        self._load = load
        self._max_batch = max_batch
        self._waiting: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._rows: dict[Continuation, _Row] = {}
        self._open: set[Request] = set()
        self._outbox: dict[asyncio.AbstractEventLoop, list[tuple[Request, Item]]] = {}
        self._closing = False
        self._told = 0.0
        self._thread = threading.Thread(target=self._run, name=f"model {name}", daemon=True)
        self._thread.start()

    def submit(self, request: Request) -> None:
        self._waiting.put(request)

    def close(self) -> None:
        """Ends the thread after the current step; every open request gets `ModelUnavailable`. Blocks until then."""
        self._closing = True
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        while not self._closing:
            first = self._waiting.get()
            if first is None:
                break
            self._open.add(first)
            try:
                weights = self._load()
                self._serve(weights, first)
            except Exception as error:  # noqa: BLE001  the thread's boundary: whatever fails, no caller may hang
                self._fail(error)
        self._fail(ModelUnavailable(f"{self._name} was closed"))

    def _serve(self, weights: "Weights", first: Request) -> None:
        """Serves until closed; an unexpected error leaves to `_run`, which fails the open requests and starts anew."""
        from agentflow_core.models.local.decoding import Decoding

        decoding = Decoding(weights.new_batch(), weights.ends)
        self._admit(weights, decoding, first)
        while not self._closing:
            while len(self._rows) < self._max_batch and (not self._rows or not self._waiting.empty()):
                self._flush()
                request = self._waiting.get()
                if request is None:
                    return
                self._admit(weights, decoding, request)
            self._drop_cancelled(decoding)
            if self._rows:
                self._step(weights, decoding)
            self._flush()

    def _admit(self, weights: "Weights", decoding: "Decoding", request: Request) -> None:
        self._open.add(request)
        if request.cancelled:
            self._open.discard(request)
            return
        try:
            prompt = weights.codec.prompt(request.messages)
            self._check_length(prompt, weights.context)
        except AgentFlowError as error:
            self._put(request, error)
            return
        from agentflow_core.models.local.sampler import Draw

        limit = min(request.sampling.max_tokens, weights.context - len(prompt))
        said = decoding.join(prompt, Draw(request.sampling), limit)
        self._rows[said] = _Row(request, said, weights.codec.detokenizer())

    def _check_length(self, prompt: list[int], context: int) -> None:
        if not prompt:
            raise ContextOverflow(f"the prompt for {self._name} is empty: give at least one message with text")
        if len(prompt) >= context:
            raise ContextOverflow(
                f"the prompt has {len(prompt):,} tokens and {self._name} takes {context:,}: "
                "lower the memory budget or choose a model with a longer context"
            )

    def _step(self, weights: "Weights", decoding: "Decoding") -> None:
        finished = []
        for said, tokens in decoding.step():
            row = self._rows[said]
            for token in tokens:
                row.written.append(0 if token in weights.silent else self._say(row, row.text.push(token)))
            if said.done:
                row.written[-1] += self._say(row, row.text.flush())
                self._tell(row)
                self._put(row.request, self._completion(row))
                finished.append(row)
        self._remove(decoding, finished)
        self._tell_now_and_then()

    def _say(self, row: _Row, piece: str) -> int:
        """Adds a piece to the row's text; gives its length."""
        if piece:
            row.pieces.append(piece)
        return len(piece)

    def _tell(self, row: _Row) -> None:
        """Hands on what was written since the last time."""
        if row.told < len(row.pieces):
            self._put(row.request, TextDelta("".join(row.pieces[row.told :])))
            row.told = len(row.pieces)

    def _tell_now_and_then(self) -> None:
        """A row's first text at once, more of it after a pause."""
        now = time.monotonic()
        due = now - self._told >= _PAUSE
        for row in self._rows.values():
            if due or not row.told:
                self._tell(row)
        if due:
            self._told = now

    def _completion(self, row: _Row) -> Completion:
        said = row.said
        return Completion(
            text="".join(row.pieces),
            model=self._name,
            finish_reason="stop" if said.stopped else "length",
            prompt_tokens=len(said.prompt),
            completion_tokens=len(said.ids),
            cached_tokens=said.reused,
            prompt_ids=tuple(said.prompt),
            completion_ids=tuple(said.ids),
            logprobs=tuple(said.logprobs),
            token_characters=tuple(row.written),
            seconds=time.monotonic() - row.request.started,
        )

    def _drop_cancelled(self, decoding: "Decoding") -> None:
        leaving = [row for row in self._rows.values() if row.request.cancelled]
        self._open.difference_update(row.request for row in leaving)
        self._remove(decoding, leaving)

    def _remove(self, decoding: "Decoding", leaving: list[_Row]) -> None:
        for row in leaving:
            decoding.leave(row.said)
            del self._rows[row.said]

    def _put(self, request: Request, item: Item) -> None:
        if not isinstance(item, TextDelta):
            self._open.discard(request)
        self._outbox.setdefault(request.loop, []).append((request, item))

    def _flush(self) -> None:
        """Hands a step's items to each event loop in one call."""
        for loop, items in self._outbox.items():
            try:
                loop.call_soon_threadsafe(_deliver, items)
            except RuntimeError:  # the loop was closed: nobody reads any more
                for request, _ in items:
                    request.cancelled = True
        self._outbox = {}

    def _fail(self, error: Exception) -> None:
        """Gives `error` to everyone who waits."""
        if not isinstance(error, AgentFlowError):
            _LOG.error("model %s failed", self._name, exc_info=error)
            message = (str(error).strip() or type(error).__name__).splitlines()[0]
            error = ModelUnavailable(f"{self._name} failed while generating: {message}; see the log, then try again")
        while not self._waiting.empty():
            if request := self._waiting.get():
                self._open.add(request)
        self._rows = {}
        for request in list(self._open):
            self._put(request, error)
        self._flush()


def _deliver(items: list[tuple[Request, Item]]) -> None:
    for request, item in items:
        request.inbox.put_nowait(item)
