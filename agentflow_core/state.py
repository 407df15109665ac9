"""The state of a flow: nothing but the fold of its events. Rewind and resume are folds of a shorter or older list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from agentflow_core.events import (
    Analyzed,
    Answer,
    Answered,
    Budget,
    Command,
    Commanded,
    Edited,
    Event,
    FlowFinished,
    FlowStarted,
    Forked,
    ParseFailed,
    Phase,
    Plan,
    Planned,
    Resumed,
    Status,
    ToolReturned,
    TurnFailed,
    Verdict,
    Verified,
    calls_of,
)
from tools.base import ToolResult


@dataclass
class Turn:
    """One plan-act-verify round as far as it has come; `failure` says why it gave nothing (more)."""

    number: int
    plan: Plan | None = None
    command: Command | None = None
    result: ToolResult | None = None
    verdict: Verdict | None = None
    failure: str | None = None
    parse_failures: int = 0

    @property
    def closed(self) -> bool:
        return self.verdict is not None or self.failure is not None

    @property
    def next_phase(self) -> Phase:
        if self.plan is None:
            return "plan"
        if self.command is None:
            return "command"
        return "tool" if self.result is None else "verify"


@dataclass
class FlowState:
    """What is known after some events. `apply` is the only way it changes."""

    question: str = ""
    budget: Budget = field(default_factory=Budget)
    analysis: str | None = None
    turns: list[Turn] = field(default_factory=list)
    answer: Answer | None = None
    answer_failed: bool = False
    status: Status | None = None
    tokens: int = 0
    """Read and written by all model calls so far."""
    length: int = 0
    """Stored events so far; the next one gets this `seq`."""

    @classmethod
    def fold(cls, events: Iterable[Event]) -> "FlowState":
        state = cls()
        for event in events:
            state.apply(event)
        return state

    @property
    def stopped(self) -> bool:
        """The verifier's last word was STOP."""
        return bool(self.turns) and (verdict := self.turns[-1].verdict) is not None and verdict.stop

    def next_step(self) -> tuple[int, Phase] | None:
        """Turn and phase that come next; None when nothing is left to do."""
        if self.answer is not None or self.answer_failed:
            return None
        if self.analysis is None:
            return 0, "analyze"
        if self.turns and not self.turns[-1].closed:
            return self.turns[-1].number, self.turns[-1].next_phase
        if self.stopped or len(self.turns) >= self.budget.turns:
            return 0, "answer"
        return len(self.turns) + 1, "plan"

    def apply(self, event: Event) -> None:
        if event.type == "text_delta":
            return
        self.length = event.seq + 1
        self.tokens += sum(call.tokens for call in calls_of(event))
        match event:
            case FlowStarted():
                self.question, self.budget = event.question, event.budget
            case Resumed() | Forked():
                self._resume(event.budget)
            case Analyzed():
                self.analysis = event.analysis
            case Planned():
                self._turn(event.turn).plan = event.plan
            case Commanded():
                self._turn(event.turn).command = event.command
            case ToolReturned():
                self._turn(event.turn).result = event.result
            case Verified():
                self._turn(event.turn).verdict = event.verdict
            case Edited(phase="plan"):
                self._turn(event.turn).plan = Plan.model_validate(event.after)
            case Edited(phase="command"):
                self._turn(event.turn).command = Command.model_validate(event.after)
            case ParseFailed(turn=turn) if turn:
                self._turn(turn).parse_failures += 1
            case TurnFailed():
                self._fail(event)
            case Answered():
                self.answer = event.answer
            case FlowFinished():
                self.status = event.status
            case _:
                pass

    def _turn(self, number: int) -> Turn:
        if number > len(self.turns):
            self.turns.append(Turn(number))
        return self.turns[number - 1]

    def _fail(self, event: TurnFailed) -> None:
        if event.phase == "analyze":
            self.analysis = ""
        elif event.phase == "answer":
            self.answer_failed = True
        else:
            self._turn(event.turn).failure = event.reason

    def _resume(self, budget: Budget | None) -> None:
        self.status, self.answer_failed = None, False
        if budget is not None:
            self.budget = budget
            if not self.stopped and len(self.turns) < budget.turns:
                self.answer = None


def rewind(events: Sequence[Event], to: int) -> list[Event]:
    """The events up to and including `seq == to`: a flow can start again from there.

    Side effects of tools are not undone.
    """
    return [event for event in events if event.seq <= to and event.type != "text_delta"]
