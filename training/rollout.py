"""Rollouts: flows of the very engine that serves the page, and what training keeps of them.

Whose fault a failure was is decided here, once: what the policy did is scored (an unreadable plan, spent turns, a wrong
answer, a context that its plans filled), what the world did (a server, the clock, a bug) is tried again and then
counted and left out.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from agentflow_core import AgentFlow, Budget, Event, FlowState, RunStore, memory
from agentflow_core.errors import ContextOverflow, InfraError
from agentflow_core.events import (
    Analyzed,
    Answered,
    Commanded,
    FlowFinished,
    FlowStarted,
    ModelCall,
    ParseFailed,
    Planned,
    Role,
    ToolReturned,
    Verified,
)
from agentflow_core.models import LanguageModel, Sampling
from agentflow_core.run import POCKET_MEMORY_TOKENS
from tools.toolbox import Toolbox
from training import rewards
from training.config import Rollout as Settings
from training.data import Task
from training.flow_grpo import Action, Flow
from training.judge import judged
from training.sampler import Lockstep
from training.versions import version_of

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Seat:
    """One flow to run: the `number`th of the flows of question `group`."""

    task: Task
    group: int
    number: int


@dataclass(frozen=True)
class Rollout:
    """One flow that was run. `flow` is what Flow-GRPO sees, the rest is for the log."""

    seat: Seat
    flow: Flow
    answer: str
    status: str
    turns: int
    models: Mapping[Role, str]
    chain: tuple[str, ...] = ()
    """The tools of its turns, in their order."""
    parse_failures: int = 0
    plan_failures: int = 0
    """Of the parse failures, those of plans."""
    tool_errors: int = 0
    memory_cut: bool = False
    """Something of what it had found no longer fitted into `memory_tokens`."""
    overflowed: bool = False
    """A prompt did not fit into a model's context, and the policy had a part in it."""
    sampled_tokens: int = 0
    """Written by all modules."""
    failure: str | None = None
    """What infrastructure did to it."""
    run: str | None = None
    """Its id in the run store."""

    @property
    def tools(self) -> Mapping[str, int]:
        return Counter(self.chain)


class Player:
    """Runs flows with these models; the planner and every local model must share the lockstep."""

    def __init__(
        self,
        models: Mapping[Role, LanguageModel],
        lockstep: Lockstep,
        settings: Settings,
        seed: int,
        judge: LanguageModel | None = None,
    ) -> None:
        self._models, self._lockstep, self._settings, self._seed, self._judge = models, lockstep, settings, seed, judge

    async def play(
        self, seats: Sequence[Seat], toolbox: Toolbox, step: int, temperature: float, store: RunStore | None = None
    ) -> list[Rollout]:
        """All rollouts in the order of the seats, `at_once` flows at a time."""
        flow = AgentFlow(self._models, toolbox, budget=self._budget(), sampling=self._sampling(temperature))
        found: dict[int, Rollout] = {}
        waiting = iter(enumerate(seats))

        async def work() -> None:
            for order, seat in waiting:
                with self._lockstep.seat(order, f"{self._seed} {step} {seat.task.id} {seat.number}"):
                    found[order] = await self._settled(flow, seat, step, store)

        async with asyncio.TaskGroup() as group:
            for _ in range(min(self._settings.at_once, len(seats))):
                group.create_task(work())
        return [found[order] for order in range(len(seats))]

    async def _settled(self, flow: AgentFlow, seat: Seat, step: int, store: RunStore | None) -> Rollout:
        """One flow, run again while infrastructure ends it and tries are left."""
        for _ in range(self._settings.retries + 1):
            events = [event async for event in flow.run(seat.task.question) if event.type != "text_delta"]
            state = FlowState.fold(events)
            failure = _infrastructure(state, events)
            earned = None
            if failure is None:
                try:
                    earned = await self._reward(seat.task, state.answer.text if state.answer else "")
                except InfraError as error:
                    failure = f"the judge: {error}"
            if failure is None:
                break
            log.warning("flow %d of %r: %s", seat.number, seat.task.question, failure)
        run = None
        if store is not None:
            run = f"step-{step + 1:05d}-{seat.group:03d}-{seat.number:02d}"
            _save(store, run, events)
        cut = self._is_cut(state)
        trained = tuple(actions(events, analysis=self._settings.analysis))
        return _rollout(seat, events, state, trained, earned, failure=failure, run=run, memory_cut=cut)

    def _is_cut(self, state: FlowState) -> bool:
        """Whether the planner's memory after the last turn was over the budget, by its own tokenizer."""
        planner, tokens = self._models["planner"], self._settings.memory_tokens
        if planner.dialect == "pocket":
            tokens = min(tokens, POCKET_MEMORY_TOKENS)
        whole = memory.entries_of(state.turns)
        return memory.build(whole, tokens, planner.count_tokens).entries != tuple(whole)

    async def _reward(self, task: Task, answer: str) -> float:
        if task.kind != "judge":
            return rewards.reward(task.kind, answer, task.answers, task.question)
        if self._judge is None:
            raise ValueError(f"question {task.id} wants a judge and data.judge names none")
        return await judged(self._judge, task.question, answer, task.answers)

    def _budget(self) -> Budget:
        chosen = self._settings
        return Budget(
            turns=chosen.turns,
            seconds=chosen.seconds,
            memory_tokens=chosen.memory_tokens,
            tool_seconds=chosen.tool_seconds,
        )

    def _sampling(self, temperature: float) -> dict[Role, Sampling]:
        """Nothing but temperature shapes the planner's distribution: what is sampled is what is trained."""
        greedy = Sampling(max_tokens=self._settings.frozen_max_tokens)
        planner = Sampling(temperature=temperature, top_p=1.0, max_tokens=self._settings.max_tokens)
        return {"planner": planner, "executor": greedy, "verifier": greedy, "generator": greedy}


def actions(events: Iterable[Event], *, analysis: bool = False) -> Iterator[Action]:
    """The planner's plans as they were sampled, those that could not be read too; if wanted, its analysis before."""
    for event in events:
        match event:
            case Planned() | ParseFailed(phase="plan"):
                yield _action(event.call)
            case Analyzed() if analysis:
                yield _action(event.call)


def _action(call: ModelCall) -> Action:
    done = call.completion
    if done.prompt_ids is None or done.completion_ids is None or done.logprobs is None:
        raise ValueError(f"{done.model} gives no token ids and log-probabilities: it cannot be trained on")
    cut, version = done.finish_reason == "length", version_of(done.model)
    return Action(done.prompt_ids, done.completion_ids, done.logprobs, call.sampling.temperature, cut, version)


def _infrastructure(state: FlowState, events: Sequence[Event]) -> str | None:
    """What ended the flow from outside, None where it came to its own end."""
    end = events[-1]
    if not isinstance(end, FlowFinished):
        return "it has no end"
    out_of_time = end.status == "budget" and state.next_step() is not None
    lost = end.status in ("failed", "cancelled") or out_of_time
    return end.reason if lost and not _overflowed(events) else None


def _overflowed(events: Sequence[Event]) -> bool:
    """A prompt became too long after the planner had planned; before, the question or the settings are too long."""
    end = events[-1]
    full = isinstance(end, FlowFinished) and end.error == ContextOverflow.__name__
    return full and any(True for _ in actions(events))


def _rollout(
    seat: Seat,
    events: Sequence[Event],
    state: FlowState,
    trained: tuple[Action, ...],
    earned: float | None,
    *,
    failure: str | None,
    run: str | None,
    memory_cut: bool,
) -> Rollout:
    start = events[0]
    assert isinstance(start, FlowStarted)
    return Rollout(
        seat=seat,
        flow=Flow(seat.group, trained, earned),
        answer=state.answer.text if state.answer else "",
        status=str(state.status),
        turns=len(state.turns),
        models=start.models,
        chain=tuple(turn.plan.tool for turn in state.turns if turn.plan is not None),
        parse_failures=sum(isinstance(event, ParseFailed) for event in events),
        plan_failures=sum(isinstance(event, ParseFailed) and event.phase == "plan" for event in events),
        tool_errors=sum(isinstance(event, ToolReturned) and event.result.error is not None for event in events),
        memory_cut=memory_cut,
        overflowed=_overflowed(events),
        sampled_tokens=sum(call.completion.completion_tokens for call in _calls(events)),
        failure=failure,
        run=run,
    )


def _calls(events: Iterable[Event]) -> Iterator[ModelCall]:
    for event in events:
        match event:
            case Analyzed() | Planned() | Commanded() | Verified() | Answered() | ParseFailed():
                yield event.call
            case ToolReturned():
                yield from event.calls


def _save(store: RunStore, run: str, events: Sequence[Event]) -> None:
    store.delete(run)  # a run that was killed may have left one of this name
    for event in events:
        store.append(run, event)
