"""One flow under way: its state, its events, and the two things it does: ask a module, call a tool."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from agentflow_core import edits, memory, prompts
from agentflow_core.ahead import Ahead
from agentflow_core.control import Control
from agentflow_core.errors import ParseFailure
from agentflow_core.events import (
    Analyzed,
    Answer,
    Answered,
    Budget,
    Command,
    Commanded,
    Edited,
    Event,
    EventBase,
    FlowStarted,
    ModelCall,
    ParseFailed,
    Paused,
    Phase,
    PhaseStarted,
    Plan,
    PlanDropped,
    Planned,
    Resumed,
    Role,
    TextDelta,
    ToolReturned,
    TurnFailed,
    Verdict,
    Verified,
)
from agentflow_core.memory import Memory
from agentflow_core.models.base import Completion, Message, Sampling
from agentflow_core.prompts import View
from agentflow_core.request import Request
from agentflow_core.state import FlowState
from tools.base import ToolContext

if TYPE_CHECKING:
    from agentflow_core.flow import AgentFlow

T = TypeVar("T")

POCKET_MEMORY_TOKENS = 1400
"""What the embedded model's context of 2,048 leaves for memory."""
RETRY_TEMPERATURE = 0.7
"""A dialect that cannot say what was wrong is sampled differently when asked again."""


class TokensSpent(Exception):
    """The flow's budget of tokens is spent."""


class Run:
    """Bound to one `AgentFlow` and one consumer; `emit` folds each event into the state before it is seen."""

    def __init__(self, flow: "AgentFlow", state: FlowState, control: Control, publish: Callable[[Event], None]) -> None:
        self.flow, self.state, self.control, self._publish = flow, state, control, publish
        self._sizes: dict[tuple[Role, str], int] = {}
        self._ahead: Ahead | None = None
        self._tool_memory: dict[str, Any] = {}
        self.clock: asyncio.Timeout | None = None

    def emit(self, kind: type[EventBase], **fields: Any) -> None:
        event: Any = kind(seq=self.state.length, time=time.time(), **fields)
        self.state.apply(event)
        self._publish(event)

    def begin(self, question: str, budget: Budget | None) -> None:
        """The first event: a new flow's start, or an old one's resumption."""
        if self.state.length:
            self.emit(Resumed, budget=budget)
            return
        self.emit(
            FlowStarted,
            question=question,
            models={role: model.name for role, model in self.flow.models.items()},
            tools=self.flow.toolbox.names,
            budget=budget,
            sampling=self.flow.sampling,
        )

    @property
    def plan(self) -> Plan:
        """The current turn's plan; it must be there."""
        plan = self.state.turns[-1].plan
        assert plan is not None
        return plan

    async def view(self, role: Role) -> View:
        """What `role` sees now, in its model's dialect."""
        state, model = self.state, self.flow.models[role]
        turn = state.turns[-1] if state.turns and not state.turns[-1].closed else None
        acting = turn.plan if turn is not None and turn.result is None else None
        return View(
            dialect=model.dialect,
            question=state.question,
            tools=tuple(self.flow.specs.values()),
            analysis=state.analysis or "",
            memory=await self._memory(role),
            turn=turn.number if turn is not None else len(state.turns) + 1,
            turns=state.budget.turns,
            plan=acting,
            tool=self.flow.specs[acting.tool] if acting else None,
        )

    async def _memory(self, role: Role) -> Memory:
        """Counted in a thread: a long text, or a model not loaded yet, must not stop other flows."""
        dialect, tokens = self.flow.models[role].dialect, self.state.budget.memory_tokens
        if dialect == "pocket":
            tokens = min(tokens, POCKET_MEMORY_TOKENS)
        elif role == "executor":
            return Memory()
        entries = memory.entries_of(self.state.turns)
        if memory.fits(entries, tokens):
            return Memory(tuple(entries))
        return await asyncio.to_thread(memory.build, entries, tokens, lambda text: self._size(role, text))

    def _size(self, role: Role, text: str) -> int:
        """Tokens of a memory entry, counted once for each role."""
        if (role, text) not in self._sizes:
            self._sizes[role, text] = self.flow.models[role].count_tokens(text)
        return self._sizes[role, text]

    def check_tokens(self) -> None:
        """Raises `TokensSpent`, with what to do."""
        most, used = self.state.budget.tokens, self.state.tokens
        if most is not None and used >= most:
            raise TokensSpent(f"The {most:,} tokens of this flow are spent ({used:,}). Resume it with more to go on.")

    # --- a human's hands ---------------------------------------------------------------------------------------------

    async def gate(self, turn: int, phase: Phase) -> None:
        """Waits here when asked to. The action just made may be edited while it waits."""
        if (why := self.control.why_pause(turn, phase, self.state)) is None:
            return
        self.emit(Paused, turn=turn, phase=phase, why=why)
        with self._clock_stopped():
            await self.control.wait(self._edit)
        self.emit(Resumed)

    @contextmanager
    def _clock_stopped(self) -> Iterator[None]:
        """A human's time to think is not the flow's."""
        if self.clock is None or (deadline := self.clock.when()) is None:
            yield
            return
        began = asyncio.get_running_loop().time()
        self.clock.reschedule(None)
        try:
            yield
        finally:
            self.clock.reschedule(deadline + asyncio.get_running_loop().time() - began)

    def _edit(self, changes: dict[str, Any]) -> None:
        made = edits.edit(self.state, self.flow.toolbox, changes)
        if made.changed:
            self.emit(Edited, **made._asdict())

    # --- modules -----------------------------------------------------------------------------------------------------

    async def ask(self, turn: int, request: Request[T], ahead: Ahead | None = None) -> None:
        """Asks a module until its text can be read, at most `attempts` times; then the turn counts as failed.

        `ahead` is the first attempt when that has begun already.
        """
        phase, attempts = request.phase, self.state.budget.attempts
        self.emit(PhaseStarted, turn=turn, phase=phase)
        sent, failure = request.messages, ParseFailure(phase, "was not asked")
        for attempt in range(1, attempts + 1):
            if attempt > 1:
                self.check_tokens()
            show = self._shower(turn, request.phase)
            if ahead is not None and attempt == 1:
                call = await ahead.finish(show)
            else:
                sampling = self._sampling(request, attempt)
                call = await self._generate(request.role, sent, sampling, request.schema, attempt, show)
            try:
                value = request.parse(call.completion.text)
            except ParseFailure as error:
                failure = error
                self.emit(ParseFailed, turn=turn, phase=phase, call=call, field=error.field, problem=error.problem)
                sent = prompts.ask_again(request.messages, call.completion.text, error, request.view.dialect)
            else:
                self._accept(turn, call, value)
                return
        reason = f"the {request.role} gave no usable text in {attempts} attempts ({failure})"
        self.emit(TurnFailed, turn=turn, phase=phase, reason=reason)

    def _accept(self, turn: int, call: ModelCall, value: object) -> None:
        match value:
            case Plan():
                self.emit(Planned, turn=turn, call=call, plan=value)
            case Command():
                self.emit(Commanded, turn=turn, call=call, command=value)
            case Verdict():
                self.emit(Verified, turn=turn, call=call, verdict=value)
            case Answer():
                self.emit(Answered, call=call, answer=value)
            case str():
                self.emit(Analyzed, call=call, analysis=value)

    def plan_ahead(self, turn: int, request: Request[Plan]) -> None:
        """Begins to ask for the plan of a turn that may not come."""
        sampling = self._sampling(request, 1)
        self._ahead = Ahead(
            turn,
            request,
            sampling,
            lambda show: self._generate(request.role, request.messages, sampling, request.schema, 1, show),
        )

    def take_ahead(self) -> Ahead | None:
        """The plan that was asked for ahead, whose turn has come."""
        ahead, self._ahead = self._ahead, None
        return ahead

    def drop_ahead(self) -> None:
        """The flow goes on without it, or ends."""
        if (ahead := self.take_ahead()) and (call := ahead.drop(self.flow.models[ahead.request.role])):
            self.emit(PlanDropped, turn=ahead.turn, call=call)

    def _shower(self, turn: int, phase: Phase) -> Callable[[str], None]:
        def show(text: str) -> None:
            self._publish(TextDelta(seq=self.state.length - 1, time=time.time(), turn=turn, phase=phase, text=text))

        return show

    def _sampling(self, request: Request[Any], attempt: int) -> Sampling:
        sampling = self.flow.sampling[request.role]
        if attempt > 1 and request.view.dialect == "pocket":
            return sampling.model_copy(
                update={"temperature": max(RETRY_TEMPERATURE, sampling.temperature), "seed": attempt}
            )
        return sampling

    async def _generate(
        self,
        role: Role,
        sent: tuple[Message, ...],
        sampling: Sampling,
        schema: dict[str, Any] | None,
        attempt: int,
        stream: Callable[[str], None],
    ) -> ModelCall:
        model = self.flow.models[role]
        if model.dialect == "pocket":
            schema = None  # it writes transcripts; a server that can would force it into JSON, which it does not know
        async with aclosing(model.generate(list(sent), sampling=sampling, schema=schema)) as parts:
            async for part in parts:
                if isinstance(part, Completion):
                    return ModelCall(
                        role=role,
                        dialect=model.dialect,
                        messages=sent,
                        sampling=sampling,
                        completion=part,
                        attempt=attempt,
                    )
                stream(part.text)
        raise AssertionError(f"{model.name} ended without a completion")

    # --- tools -------------------------------------------------------------------------------------------------------

    async def call_tool(self, turn: int) -> None:
        """Runs the command. A tool's failure is a result that the planner sees; its model's is the flow's."""
        command = self.state.turns[turn - 1].command
        assert command is not None
        self.emit(PhaseStarted, turn=turn, phase="tool")
        calls: list[ModelCall] = []

        async def ask(prompt: str) -> str:
            model = self.flow.models["executor"]
            sent = prompts.tool_prompt(prompt, model.dialect)
            sampling = self.flow.sampling["executor"]
            calls.append(await self._generate("executor", sent, sampling, None, 1, lambda _: None))
            return calls[-1].completion.text

        began = time.monotonic()
        context = ToolContext(ask, began + self.state.budget.tool_seconds, self._tool_memory)
        result = await self.flow.toolbox.call(self.plan.tool, command.arguments, context)
        self.emit(
            ToolReturned,
            turn=turn,
            tool=self.plan.tool,
            arguments=command.arguments,
            result=result,
            calls=tuple(calls),
            seconds=time.monotonic() - began,
        )
