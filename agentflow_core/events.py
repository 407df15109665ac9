"""The event log: a flow is an append-only list of these, and everything else only reads it.

Every stored event has `seq` (its place in the flow, from 0) and `time` (Unix seconds). `TextDelta` is the one
transient event: streamed, never stored, `seq` is that of the started event it belongs to. The format is versioned
by `FORMAT`; a change that old readers cannot read raises it.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from agentflow_core.models.base import Completion, Message, Sampling
from tools.base import ToolResult

FORMAT = 1

Phase = Literal["analyze", "plan", "command", "tool", "verify", "answer"]
Role = Literal["planner", "executor", "verifier", "generator"]
ROLES: tuple[Role, ...] = ("planner", "executor", "verifier", "generator")


class Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


# --- what modules produce ------------------------------------------------------------------------------------------


class Plan(Record):
    """The planner's action of one turn."""

    justification: str = ""
    context: str
    sub_goal: str
    tool: str


class Command(Record):
    """The executor's call: arguments for the tool's input model."""

    arguments: dict[str, Any]


class Verdict(Record):
    stop: bool
    reason: str


class Answer(Record):
    """`steps` are the turns (from 1) the answer rests on; `cited` when the model named them itself."""

    text: str
    explanation: str = ""
    steps: tuple[int, ...] = ()
    cited: bool = False


class ModelCall(Record):
    """One call of one model, exactly: what was sent, what came back."""

    role: Role
    dialect: Literal["chat", "pocket"]
    messages: tuple[Message, ...]
    sampling: Sampling
    completion: Completion
    attempt: int = Field(default=1, ge=1)

    @property
    def tokens(self) -> int:
        """Read and written. An imported run may hold any number."""
        return max(0, self.completion.prompt_tokens) + max(0, self.completion.completion_tokens)


class Budget(Record):
    """Limits of one flow."""

    turns: int = Field(default=10, ge=1, le=1000)
    seconds: float = Field(default=300, gt=0)
    tokens: int | None = Field(default=None, ge=1)
    """Read and written by all model calls of the flow; looked at before each phase and each further attempt, so a flow
    goes over it by no more than one call, or one tool's (by two calls where plans are asked for ahead)."""
    memory_tokens: int = Field(default=8000, ge=100)
    """Tokens of memory that modules see; older results are shortened first."""
    tool_seconds: float = Field(default=60, gt=0)
    attempts: int = Field(default=2, ge=1, le=5)
    """Times a module is asked for one action before the turn counts as failed."""


# --- events --------------------------------------------------------------------------------------------------------


class EventBase(Record):
    seq: int = Field(ge=0)
    time: float


class FlowStarted(EventBase):
    type: Literal["flow_started"] = "flow_started"
    format: int = FORMAT
    question: str
    models: dict[Role, str]
    tools: tuple[str, ...]
    budget: Budget
    sampling: dict[Role, Sampling]


class PhaseStarted(EventBase):
    """`turn` counts from 1; 0 for `analyze` and for `answer`."""

    type: Literal["phase_started"] = "phase_started"
    turn: int
    phase: Phase


class TextDelta(EventBase):
    type: Literal["text_delta"] = "text_delta"
    turn: int
    phase: Phase
    text: str


class Analyzed(EventBase):
    type: Literal["analyzed"] = "analyzed"
    call: ModelCall
    analysis: str


class Planned(EventBase):
    type: Literal["planned"] = "planned"
    turn: int
    call: ModelCall
    plan: Plan


class Commanded(EventBase):
    type: Literal["commanded"] = "commanded"
    turn: int
    call: ModelCall
    command: Command


class ToolReturned(EventBase):
    type: Literal["tool_returned"] = "tool_returned"
    turn: int
    tool: str
    arguments: dict[str, Any]
    result: ToolResult
    calls: tuple[ModelCall, ...] = ()
    """Calls of a model that the tool made."""
    seconds: float


class Verified(EventBase):
    type: Literal["verified"] = "verified"
    turn: int
    call: ModelCall
    verdict: Verdict


class Answered(EventBase):
    type: Literal["answered"] = "answered"
    call: ModelCall
    answer: Answer


class ParseFailed(EventBase):
    """A module's text was no action; it is asked again while `call.attempt` < the budget's attempts."""

    type: Literal["parse_failed"] = "parse_failed"
    turn: int
    phase: Phase
    call: ModelCall
    field: str
    problem: str


class TurnFailed(EventBase):
    """The turn gave no tool call (or no verdict); it stays in memory as failed and the flow goes on."""

    type: Literal["turn_failed"] = "turn_failed"
    turn: int
    phase: Phase
    reason: str


class PlanDropped(EventBase):
    """A plan that was asked for ahead of the verdict and is not carried out, as the flow stopped there.

    `call` is as far as it came; where it was cut off, its counts of tokens are those of `count_tokens`.
    """

    type: Literal["plan_dropped"] = "plan_dropped"
    turn: int
    call: ModelCall


class Edited(EventBase):
    """A human changed the latest action of `phase` while the flow was paused."""

    type: Literal["edited"] = "edited"
    turn: int
    phase: Literal["plan", "command"]
    before: dict[str, Any]
    after: dict[str, Any]


class Paused(EventBase):
    """The flow waits before `phase` of `turn`; `why` names the breakpoint or the request."""

    type: Literal["paused"] = "paused"
    turn: int
    phase: Phase
    why: str


class Resumed(EventBase):
    """The flow goes on after a pause, or after it had finished early; then `budget` is the one from here on."""

    type: Literal["resumed"] = "resumed"
    budget: Budget | None = None


Status = Literal["answered", "unanswered", "budget", "cancelled", "failed"]


class Forked(EventBase):
    """Here the flow leaves the run whose history it shares: everything before is that run's, everything after its own.

    From here on these models, tools and limits hold.
    """

    type: Literal["forked"] = "forked"
    models: dict[Role, str]
    tools: tuple[str, ...]
    budget: Budget
    sampling: dict[Role, Sampling]


class FlowFinished(EventBase):
    """How it ended; `reason` says what happened and what to do.

    `answered`: the verifier said STOP and there is an answer. `unanswered`: the generator wrote nothing readable.
    `budget`: turns, seconds or tokens were spent first (after the last turn an answer is still asked for, from what is
    known).
    `cancelled`: a human stopped it. `failed`: infrastructure. All but `answered` can be resumed.
    """

    type: Literal["flow_finished"] = "flow_finished"
    status: Status
    reason: str
    seconds: float
    error: str | None = None
    """For `failed`: the name of the error's class (see `agentflow_core.errors`)."""


Event = Annotated[
    FlowStarted
    | PhaseStarted
    | TextDelta
    | Analyzed
    | Planned
    | Commanded
    | ToolReturned
    | Verified
    | Answered
    | ParseFailed
    | TurnFailed
    | PlanDropped
    | Edited
    | Paused
    | Resumed
    | Forked
    | FlowFinished,
    Field(discriminator="type"),
]

EVENT: TypeAdapter[Event] = TypeAdapter(Event)
"""Reads and writes any event: `EVENT.validate_json(line)`, `EVENT.dump_json(event)`."""


def calls_of(event: Event) -> tuple[ModelCall, ...]:
    """All calls of models that an event holds."""
    match event.type:
        case "analyzed" | "planned" | "commanded" | "verified" | "answered" | "parse_failed" | "plan_dropped":
            return (event.call,)
        case "tool_returned":
            return event.calls
        case _:
            return ()
