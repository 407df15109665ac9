"""Flows played for evaluation: many at a time, folded into what is measured, kept in a run store if there is one.

With a store, a flow that an earlier process began goes on from its last event, and one that came to its own end is
only read.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from agentflow_core import AgentFlow, BadInput, RunStore
from agentflow_core.events import (
    Analyzed,
    Answered,
    Budget,
    Commanded,
    Event,
    FlowFinished,
    ParseFailed,
    Planned,
    Role,
    ToolReturned,
    TurnFailed,
    Verified,
)
from agentflow_core.memory import command_text
from agentflow_core.models.base import Sampling
from agentflow_core.prompts.pocket import clean
from training.benchmarks.problem import Problem
from training.outcome import Cost, Outcome
from training.pocket.question import Question
from training.pocket.replay import Done

LOST = ("failed", "cancelled")
"""Ends that are not the flow's own: it is played on when asked again."""


@dataclass(frozen=True)
class Seat:
    """One flow to play: the `sample`th of a question. `run` is its id in the store."""

    question: Question | Problem
    sample: int = 0
    run: str = ""


class Watch:
    """Folds a flow's events into what is measured."""

    def __init__(self) -> None:
        self.answer, self.analysis, self.status = "", "", ""
        self.failed: str | None = None
        self.turns: dict[int, dict[str, Any]] = defaultdict(dict)
        self.counts: Counter[str] = Counter()
        self.failed_tools: list[str] = []
        self.cost = Cost()
        self.seconds = 0.0

    def see(self, event: Event) -> None:
        self._count(event)
        match event:
            case Analyzed():
                self.analysis = clean(event.analysis)
            case Planned():
                self.turns[event.turn] |= {"goal": event.plan.sub_goal, "tool": event.plan.tool}
            case Commanded():
                self.turns[event.turn]["command"] = clean(command_text(event.command.arguments))
            case ToolReturned():
                self.turns[event.turn]["result"] = clean(event.result.text)
                if event.result.error is not None:
                    self.failed_tools.append(event.tool)
            case Verified():
                self.turns[event.turn]["stop"] = event.verdict.stop
            case Answered():
                self.answer = event.answer.text
            case FlowFinished():
                self.status, self.seconds = event.status, self.seconds + event.seconds
                self.failed = event.reason if event.status in LOST else None

    def _count(self, event: Event) -> None:
        match event:
            case ToolReturned():
                for call in event.calls:
                    self.cost.add(call)
            case Analyzed() | Planned() | Commanded() | Verified() | Answered():
                self.cost.add(event.call)
            case ParseFailed():
                self.cost.add(event.call)
                self.counts["parse"] += 1
            case TurnFailed():
                self.counts["turn"] += 1

    def outcome(self, seat: Seat) -> Outcome:
        empty = {"goal": "", "tool": "", "command": "", "result": ""}
        return Outcome(
            seat.question,
            self.answer,
            tuple(Done(**(empty | self.turns[number])) for number in sorted(self.turns)),
            self.seconds,
            self.analysis,
            self.counts["parse"],
            len(self.failed_tools),
            self.counts["turn"],
            self.failed,
            self.status,
            seat.sample,
            seat.run or None,
            self.cost,
            tuple(self.failed_tools),
        )


async def play(flow: AgentFlow, seat: Seat, budget: Budget, store: RunStore | None = None) -> Outcome:
    """One flow to its end: new, gone on with, or only read because it has ended."""
    watch = Watch()
    start = _stored(store, seat.run)
    for event in start:
        watch.see(event)
    if start and watch.status and watch.status not in LOST:
        return watch.outcome(seat)
    watch.failed = "the flow has no end"
    events = flow.run(seat.question.text, budget=budget, start=start)
    try:
        async for event in store.record(seat.run, events) if store is not None else events:
            watch.see(event)
    except BadInput as error:  # a question that the engine does not take
        watch.failed = str(error)
    return watch.outcome(seat)


def _stored(store: RunStore | None, run: str) -> list[Event]:
    if store is None:
        return []
    try:
        return store.events(run)
    except BadInput:  # not begun yet
        return []


async def play_all(
    flow: AgentFlow,
    seats: Sequence[Seat],
    budget: Budget,
    concurrency: int,
    *,
    seed: int | None = None,
    store: RunStore | None = None,
    on_outcome: Callable[[Outcome], None] | None = None,
) -> list[Outcome]:
    """All outcomes in the order of the seats, `concurrency` flows at a time.

    With a `seed` the planner's sampler gets one of its own for each seat: with one for all, chance would strike all of
    them alike.
    """
    slots = asyncio.Semaphore(concurrency)

    async def one(number: int, seat: Seat) -> Outcome:
        async with slots:
            played = await play(flow if seed is None else _seeded(flow, seed + number), seat, budget, store)
        if on_outcome is not None:
            on_outcome(played)
        return played

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(number, seat)) for number, seat in enumerate(seats)]
    except ExceptionGroup as errors:  # such as a full disk: the first says it all, the others were cancelled
        raise errors.exceptions[0] from None
    return [task.result() for task in tasks]


def _seeded(flow: AgentFlow, seed: int) -> AgentFlow:
    sampler = flow.sampling["planner"].model_copy(update={"seed": seed})
    sampling: dict[Role, Sampling] = {**flow.sampling, "planner": sampler}
    return AgentFlow(flow.models, flow.toolbox, budget=flow.budget, sampling=sampling)
