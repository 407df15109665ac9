"""Runs and their followers: the engine works in a task of its own, whoever looks only follows.

A closed tab, a reload or a second viewer changes nothing for the run. Whoever knows a run's token may see and stop it,
nobody else: tokens are unguessable and there is no list of them.
"""

import asyncio
import logging
import re
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from agentflow_core.control import Control
from agentflow_core.errors import BadInput, InfraError, StoreError
from agentflow_core.events import Budget, Event, Phase
from agentflow_core.store import RunStore, new_run_id

log = logging.getLogger(__name__)

TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")
KEPT_RUNS = 100
ACTIVE_RUNS = 200


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


@dataclass
class Run:
    """One run as its followers see it. `note` is a warning about the run that is no event of the flow."""

    token: str
    events: list[Event] = field(default_factory=list)
    writing: Writing | None = None
    done: bool = False
    note: str = ""
    control: Control = field(default_factory=Control)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    task: "asyncio.Task[None] | None" = None

    async def follow(self, next_event: int, written: int, seconds: float) -> View:
        """Everything after the point (`next_event`, `written`), as soon as there is something, or after `seconds`."""
        await asyncio.sleep(0)  # one who asks again and again must not keep the run from working
        try:
            async with asyncio.timeout(seconds), self.changed:
                await self.changed.wait_for(lambda: self.done or self._beyond(next_event, written))
        except TimeoutError:
            pass
        return self._view(next_event, written)

    def _beyond(self, next_event: int, written: int) -> bool:
        length = len(self.writing.text) if self.writing else 0
        return len(self.events) != next_event or length > written

    def _view(self, next_event: int, written: int) -> View:
        known = next_event <= len(self.events)
        start = next_event if known else 0
        at = written if next_event == len(self.events) else 0
        return View(start, tuple(self.events[start:]), self.writing, at, self.done)

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

    async def finish(self) -> None:
        async with self.changed:
            self.done, self.writing = True, None
            self.changed.notify_all()


class Registry:
    """The runs of this process, live and just finished; older ones come from the store."""

    def __init__(self, store: RunStore | None = None, kept: int = KEPT_RUNS, active: int = ACTIVE_RUNS) -> None:
        self._store, self._kept, self._active = store, kept, active
        self._runs: OrderedDict[str, Run] = OrderedDict()

    def start(self, flow: Flow, question: str, budget: Budget | None = None, on_end: OnEnd | None = None) -> Run:
        """Starts a run in a task of its own. Must be called in the event loop that serves the followers."""
        self._check_room()
        run = Run(new_run_id())
        self._launch(run, flow.run(question, budget=budget, control=run.control), on_end)
        self._runs[run.token] = run
        self._forget_old()
        return run

    def resume(self, run: Run, flow: Flow, budget: Budget | None = None, on_end: OnEnd | None = None) -> None:
        """Goes on with a run that ended before its answer. Raises `BadInput` while it is still under way."""
        if not run.done:
            raise BadInput("This run is still under way.")
        self._check_room()
        run.done, run.note, run.control = False, "", Control()
        self._launch(run, flow.run(budget=budget, start=tuple(run.events), control=run.control), on_end)

    def _check_room(self) -> None:
        if sum(not run.done for run in self._runs.values()) >= self._active:
            raise BadInput(f"{self._active} runs are under way here already: try again in a minute.")

    def _launch(self, run: Run, events: AsyncIterator[Event], on_end: OnEnd | None) -> None:
        run.task = asyncio.create_task(self._drive(run, events, on_end))

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

    async def close(self) -> None:
        """Ends all runs."""
        tasks = [run.task for run in self._runs.values() if run.task and not run.task.done()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _drive(self, run: Run, events: AsyncIterator[Event], on_end: OnEnd | None) -> None:
        if self._store is not None:
            events = self._store.record(run.token, events, on_error=lambda error: setattr(run, "note", str(error)))
        try:
            async for event in events:
                await run.take(event)
        except (BadInput, InfraError) as error:
            run.note = str(error)
        except Exception:  # the boundary of a task that nobody awaits
            log.exception("run ended unexpectedly")
            run.note = "This run ended unexpectedly; the server's log has the details."
        finally:
            await run.finish()
            if on_end is not None:
                await on_end()

    def _forget_old(self) -> None:
        finished = [token for token, run in self._runs.items() if run.done]
        for token in finished[: max(0, len(finished) - self._kept)]:
            del self._runs[token]
