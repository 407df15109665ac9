"""Runs and their followers: the engine works in a task of its own, whoever looks only follows.

A closed tab, a reload or a second viewer changes nothing for the run. Whoever knows a run's token may see it, nobody
else: tokens are unguessable and there is no list of them. Who started it has its key, too, and may steer it (`hand`).
"""

import asyncio
import contextlib
import logging
import re
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from agentflow_core.control import Control
from agentflow_core.errors import BadInput, InfraError, StoreError
from agentflow_core.events import Budget, Event, Phase
from agentflow_core.fork import Fork
from agentflow_core.store import RunStore
from demo.hand import Beginning, control_of, new_key, run_of
from demo.limits import NO_LIMITS, Gate, Limits, Place

log = logging.getLogger(__name__)

TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")
KEPT_RUNS = 100
TEXT_SECONDS = 0.08
"""Text waits so long for more of it, or for the event that ends it: each answer costs every follower a drawing."""
STOPPED_WAITING = "Stopped while it was waiting in line; nothing was run."


class Flow(Protocol):
    """What is run: `agentflow_core.AgentFlow`, or a recorded flow in a test."""

    def run(
        self,
        question: str = "",
        *,
        budget: Budget | None = None,
        start: Sequence[Event] = (),
        control: Control | None = None,
    ) -> AsyncIterator[Event]: ...


OnEnd = Callable[[], Awaitable[None]]
"""Frees what belongs to one run, when its task ends."""


@dataclass
class Writing:
    """The text that a module is writing now."""

    turn: int
    phase: Phase
    text: str = ""


@dataclass(frozen=True)
class View:
    """What a follower gets: the events from `start` on, and the text being written from its character `at` on."""

    start: int
    events: tuple[Event, ...]
    writing: Writing | None
    at: int
    done: bool
    waiting: int


@dataclass
class Run:
    """One run as its followers see it. `note` is a warning about the run that is no event of the flow."""

    token: str
    key: str = ""
    """For who started it here; empty where that is not known."""
    events: list[Event] = field(default_factory=list)
    forked_at: int | None = None
    """The last event that it shares with its parent."""
    earned: dict[str, Any] | None = None
    """Reward and advantage, for a flow of a training."""
    writing: Writing | None = None
    done: bool = False
    note: str = ""
    waiting: int = 0
    """Its place in line, from 1 on; 0 once it has begun."""
    control: Control = field(default_factory=lambda: control_of(Beginning()))
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    task: "asyncio.Task[None] | None" = None

    async def follow(self, next_event: int, written: int, seconds: float, waiting: int = 0) -> View:
        """Everything after the point (`next_event`, `written`): an event at once, text a moment later.

        Nothing within `seconds` gives an empty view.

        `waiting`: the place in line that the follower knows of; a change is something too.
        """
        await asyncio.sleep(0)  # one who asks again and again must not keep the run from working

        def moved() -> bool:
            return self.done or len(self.events) != next_event or self.waiting != waiting

        async with self.changed:
            await self._until(lambda: moved() or self._has_text_after(written), seconds)
            if not moved():
                await self._until(moved, min(TEXT_SECONDS, seconds))
        return self._view(next_event, written)

    async def _until(self, holds: Callable[[], bool], seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.changed.wait_for(holds)

    def _has_text_after(self, written: int) -> bool:
        return self.writing is not None and len(self.writing.text) > written

    def _view(self, next_event: int, written: int) -> View:
        known = next_event <= len(self.events)
        start = next_event if known else 0
        at = written if next_event == len(self.events) else 0
        return View(start, tuple(self.events[start:]), self.writing, at, self.done, self.waiting)

    async def take(self, event: Event) -> None:
        """Adds an event (or a piece of text) and wakes the followers."""
        async with self.changed:
            if event.type == "text_delta":
                if self.writing is None:
                    self.writing = Writing(event.turn, event.phase)
                self.writing.text += event.text
            else:
                self.events.append(event)
                self.writing = None
            self.changed.notify_all()

    async def enter(self, place: Place) -> None:
        """Waits in line, telling the followers its place. Stopping the run ends the wait."""
        if place.waiting:
            self.control.attach(place.give_up)
        while place.waiting:
            async with self.changed:
                self.waiting = place.position
                self.changed.notify_all()
            await place.moved()
        self.waiting = 0

    async def finish(self) -> None:
        async with self.changed:
            self.done, self.writing, self.waiting = True, None, 0
            self.changed.notify_all()


def _new_run(control: Control | None) -> Run:
    key = new_key()
    return Run(run_of(key), key, control=control or control_of(Beginning()))


class Registry:
    """The runs of this process, live and just finished; older ones come from the store."""

    def __init__(
        self,
        store: RunStore | None = None,
        kept: int = KEPT_RUNS,
        limits: Limits = NO_LIMITS,
        finished: Callable[["Run"], Awaitable[None]] | None = None,
    ) -> None:
        """`finished` is called with each run that came to its end here."""
        self._store, self._kept, self._gate, self._finished = store, kept, Gate(limits), finished
        self._runs: OrderedDict[str, Run] = OrderedDict()

    def start(
        self,
        flow: Flow,
        question: str,
        budget: Budget | None = None,
        on_end: OnEnd | None = None,
        visitor: str = "",
        control: Control | None = None,
    ) -> Run:
        """Starts a run in a task of its own, or puts it in line. Raises `BadInput` when a limit is reached.

        Must be called in the event loop that serves the followers.
        """
        place = self._gate.enter(visitor)
        run = _new_run(control)
        self._launch(run, place, flow.run(question, budget=budget, control=run.control), on_end)
        self._runs[run.token] = run
        self._forget_old()
        return run

    @asynccontextmanager
    async def place(self, visitor: str) -> AsyncIterator[None]:
        """A flow's place for something that is none, after its wait in line. Raises `BadInput` at a limit."""
        place = self._gate.enter(visitor)
        try:
            while place.waiting:
                await place.moved()
            yield
        finally:
            self._gate.leave(place)

    def add(self, events: Sequence[Event], earned: dict[str, Any] | None = None) -> Run:
        """Shows a flow that was run elsewhere, under a token of its own; it is kept in memory only."""
        run = _new_run(None)
        run.events, run.done, run.earned = list(events), True, earned
        self._runs[run.token] = run
        self._forget_old()
        return run

    def fork(
        self,
        parent: Run,
        made: Fork,
        flow: Flow,
        on_end: OnEnd | None = None,
        visitor: str = "",
        control: Control | None = None,
    ) -> Run:
        """Starts a run that goes on from the parent's history. Raises `BadInput` when a limit is reached."""
        place = self._gate.enter(visitor)
        run = _new_run(control)
        run.events, run.forked_at = list(made.start), made.at
        self._keep_fork(run, parent, made)
        self._launch(run, place, flow.run(start=made.start, control=run.control), on_end)
        self._runs[run.token] = run
        self._forget_old()
        return run

    def _keep_fork(self, run: Run, parent: Run, made: Fork) -> None:
        """Shares the parent's history in the store. Where that cannot be, the fork is recorded with all of it."""
        if self._store is not None:
            with contextlib.suppress(BadInput, StoreError):
                self._store.fork(run.token, parent.token, made.at, made.own)

    def resume(
        self,
        run: Run,
        flow: Flow,
        budget: Budget | None = None,
        on_end: OnEnd | None = None,
        visitor: str = "",
        control: Control | None = None,
    ) -> None:
        """Goes on with a run that ended before its answer. Raises `BadInput`, also while it is still under way."""
        if not run.done:
            raise BadInput("This run is still under way.")
        place = self._gate.enter(visitor)
        run.done, run.note, run.control = False, "", control or control_of(Beginning())
        events = flow.run(budget=budget, start=tuple(run.events), control=run.control)
        self._launch(run, place, events, on_end)

    def _launch(self, run: Run, place: Place, events: AsyncIterator[Event], on_end: OnEnd | None) -> None:
        run.waiting = place.position
        run.task = asyncio.create_task(self._drive(run, place, events, on_end))

    async def get(self, token: str) -> Run | None:
        """The run of this token, from memory or from the store; None when nobody knows it."""
        if run := self._runs.get(token):
            return run
        if self._store is None or not TOKEN.fullmatch(token):
            return None
        try:
            events = await asyncio.to_thread(self._store.events, token)
        except (BadInput, StoreError) as error:
            log.info("run not in the store: %s", error)
            return None
        run = self._runs[token] = Run(token, events=events, done=True)
        self._forget_old()
        return run

    async def keep(self, events: Sequence[Event]) -> Run:
        """A new run that comes whole, stored like any other. Raises `StoreError`."""
        run = _new_run(None)
        run.events, run.done = list(events), True
        if self._store is not None:
            await asyncio.to_thread(self._store.keep, run.token, run.events)
        self._runs[run.token] = run
        self._forget_old()
        return run

    def forget(self, token: str) -> None:
        """The run was deleted."""
        self._runs.pop(token, None)

    async def close(self) -> None:
        """Ends all runs."""
        tasks = [run.task for run in self._runs.values() if run.task and not run.task.done()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _drive(self, run: Run, place: Place, events: AsyncIterator[Event], on_end: OnEnd | None) -> None:
        try:
            await run.enter(place)
            if place.given_up:
                run.note = STOPPED_WAITING
            else:
                await self._follow_flow(run, events)
        except (BadInput, InfraError) as error:
            run.note = str(error)
        except Exception:  # the boundary of a task that nobody awaits
            log.exception("run ended unexpectedly")
            run.note = "This run ended unexpectedly; the server's log has the details."
        finally:
            self._gate.leave(place)
            await run.finish()
            if on_end is not None:
                await on_end()
        if self._finished is not None:
            await self._finished(run)

    async def _follow_flow(self, run: Run, events: AsyncIterator[Event]) -> None:
        if self._store is not None:
            before = tuple(run.events)
            events = self._store.record(run.token, events, lambda error: setattr(run, "note", str(error)), before)
        async for event in events:
            await run.take(event)

    def _forget_old(self) -> None:
        finished = [token for token, run in self._runs.items() if run.done]
        for token in finished[: max(0, len(finished) - self._kept)]:
            del self._runs[token]
