"""The flow: analyze, then plan, command, tool, verify until STOP or the budget's end, then answer.

The loop has no state of its own: what comes next follows from the events so far (`FlowState.next_step`), so a flow
resumes, rewinds and replays from any list of them.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from agentflow_core import executor, generator, planner, prompts, verifier
from agentflow_core.control import Control
from agentflow_core.edits import check_pending
from agentflow_core.errors import BadInput, InfraError
from agentflow_core.events import ROLES, Budget, Event, FlowFinished, Phase, Role, Status
from agentflow_core.models.base import Completion, LanguageModel, Sampling
from agentflow_core.run import Run, TokensSpent
from agentflow_core.state import FlowState
from tools.base import ToolContext, ToolResult
from tools.toolbox import Toolbox
from tools.writable import writable

log = logging.getLogger(__name__)

MAX_QUESTION_CHARACTERS = 20_000


class AgentFlow:
    """Four models and a toolbox. Stateless between flows and safe for many flows at once."""

    def __init__(
        self,
        models: Mapping[Role, LanguageModel],
        toolbox: Toolbox,
        *,
        budget: Budget | None = None,
        sampling: Mapping[Role, Sampling] | None = None,
        overlap: bool = False,
    ) -> None:
        self.models = {role: models[role] for role in ROLES}
        self.toolbox = toolbox
        self.specs = {spec.name: spec for spec in toolbox.describe()}
        self.budget = budget or Budget()
        self.sampling = {role: (sampling or {}).get(role, Sampling()) for role in ROLES}
        self.overlap = overlap

    async def call_tool(self, name: str, arguments: Mapping[str, Any], seconds: float) -> ToolResult:
        """One call of one tool, outside any flow. Raises the errors of the model that the tool asked."""

        async def ask(prompt: str) -> str:
            model = self.models["executor"]
            sent = list(prompts.tool_prompt(prompt, model.dialect))
            async with aclosing(model.generate(sent, sampling=self.sampling["executor"])) as parts:
                return next(part.text for part in [part async for part in parts] if isinstance(part, Completion))

        return await self.toolbox.call(name, dict(arguments), ToolContext(ask, time.monotonic() + seconds))

    async def run(
        self,
        question: str = "",
        *,
        budget: Budget | None = None,
        start: Sequence[Event] = (),
        control: Control | None = None,
    ) -> AsyncIterator[Event]:
        """Yields the events of one flow as they happen, ending with `FlowFinished`.

        `start`: stored events of an unfinished flow to go on from; only new events are yielded, `question` is then
        the stored one. Closing the iterator cancels everything under way. Raises `BadInput` before the first event.
        """
        state = self._checked(question, start)
        queue: asyncio.Queue[Event | None] = asyncio.Queue()
        run = Run(self, state, control or Control(), queue.put_nowait)
        task = asyncio.create_task(self._live(run, question, budget))
        task.add_done_callback(lambda _: queue.put_nowait(None))
        run.control.attach(task.cancel)
        try:
            while (event := await queue.get()) is not None:
                yield event
            await task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def _checked(self, question: str, start: Sequence[Event]) -> FlowState:
        state = FlowState.fold(start)
        if start:
            if state.status == "answered":
                raise BadInput("This flow is already answered; ask the question again for a new one.")
            check_pending(state, self.toolbox)
            return state
        if not question.strip():
            raise BadInput("The question is empty: write one.")
        if len(question) > MAX_QUESTION_CHARACTERS:
            raise BadInput(
                f"The question has {len(question):,} characters, "
                f"at most {MAX_QUESTION_CHARACTERS:,} are taken: shorten it."
            )
        return state

    async def _live(self, run: Run, question: str, budget: Budget | None) -> None:
        """The one boundary where failures become the flow's last event."""
        began = time.monotonic()
        run.begin(writable(question).strip(), budget or (None if run.state.length else self.budget))
        status: Status = "failed"
        failed: str | None = None
        seconds = run.state.budget.seconds
        try:
            async with asyncio.timeout(seconds) as run.clock:
                await self._solve(run)
            status, reason = _outcome(run.state)
        except TimeoutError:
            status, reason = (
                "budget",
                f"The {seconds:g} seconds of this flow are spent. Resume it to give it more time.",
            )
        except TokensSpent as spent:
            status, reason = "budget", str(spent)
        except asyncio.CancelledError:
            if not run.control.stopping:
                raise
            status, reason = "cancelled", f"{run.control.why_stopped} Resume it to go on from here."
        except InfraError as error:
            failed = type(error).__name__
            reason = f"{str(error).rstrip('.')}. Resume the flow when this is mended; nothing so far is lost."
        except Exception as error:  # a bug must end this flow visibly, not silently
            log.exception("flow failed")
            failed = type(error).__name__
            reason = f"Internal error ({type(error).__name__}); the log has the details. The flow can be resumed."
        run.emit(FlowFinished, status=status, reason=reason, seconds=time.monotonic() - began, error=failed)

    async def _solve(self, run: Run) -> None:
        try:
            while (step := run.state.next_step()) is not None:
                run.check_tokens()
                turn, phase = step
                if phase != "plan":
                    run.drop_ahead()
                await run.gate(turn, phase)
                await self._phase(run, turn, phase)
        finally:
            run.drop_ahead()

    async def _phase(self, run: Run, turn: int, phase: Phase) -> None:
        match phase:
            case "analyze":
                await run.ask(turn, planner.analyze(await run.view("planner")))
            case "plan" if (ahead := run.take_ahead()) is not None:
                await run.ask(turn, ahead.request, ahead)
            case "plan":
                await run.ask(turn, planner.plan(await run.view("planner"), self.toolbox))
            case "command":
                view = await run.view("executor")
                await run.ask(turn, executor.command(view, self.toolbox.get(run.plan.tool)))
            case "tool":
                await run.call_tool(turn)
            case "verify":
                if self._works_ahead(run, turn):
                    view = replace(await run.view("planner"), turn=turn + 1)
                    run.plan_ahead(turn + 1, planner.plan(view, self.toolbox))
                await run.ask(turn, verifier.verify(await run.view("verifier")))
            case "answer":
                await run.ask(turn, generator.answer(await run.view("generator"), run.state.turns))

    def _works_ahead(self, run: Run, turn: int) -> bool:
        """Pocket was trained to read each verdict before the next plan; a human who steps sees one thing at a time."""
        chat = self.models["planner"].dialect == "chat"
        return self.overlap and chat and run.control.idle and turn < run.state.budget.turns


def _outcome(state: FlowState) -> tuple[Status, str]:
    if not state.stopped:
        known = "the answer is drawn from what is known so far" if state.answer else "what is known gave no answer"
        return "budget", (
            f"All {state.budget.turns} turns are spent and the verifier never said STOP: {known}. "
            "Resume with more turns to go on."
        )
    if state.answer is None:
        return "unanswered", "The generator wrote no readable answer. Resume the flow to ask it again."
    return "answered", f"Verified after {len(state.turns)} turn{'s' if len(state.turns) != 1 else ''}."
