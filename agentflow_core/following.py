"""One flow on the command line: printed as it happens, kept as long as the store takes it, ended by an exit code."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

from agentflow_core.console import FlowPrinter
from agentflow_core.control import Control
from agentflow_core.errors import ContextOverflow, InfraError, ModelRefused, StoreError
from agentflow_core.events import EVENT, Event, FlowFinished
from agentflow_core.flow import AgentFlow
from agentflow_core.state import FlowState
from agentflow_core.store import RunStore

THE_USERS = (ContextOverflow.__name__, ModelRefused.__name__)
"""Failures that another question, model name or key mends."""
INFRASTRUCTURE = {kind.__name__ for kind in InfraError.__subclasses__()}
EXIT = {"answered": 0, "unanswered": 1, "failed": 3, "budget": 4, "cancelled": 130}


@dataclass(frozen=True)
class Keep:
    """Where a run is kept, and the files of articles that it reads."""

    store: RunStore | None
    run: str
    wiki: tuple[Path, ...]


async def follow(flow: AgentFlow, keep: Keep, question: str, start: Sequence[Event], *, as_json: bool) -> int:
    """Runs a flow, new or after the events of `start`, to its end. Gives the exit code."""
    control = Control()
    with contextlib.suppress(NotImplementedError):
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, control.stop)
    lost: list[StoreError] = []

    def lose(error: StoreError) -> None:
        lost.append(error)
        warn(f"{error} The flow goes on unsaved.")

    events = flow.run(question, start=start, control=control, budget=flow.budget if start else None)
    if keep.store is not None:
        events = keep.store.record(keep.run, events, lose, start, keep.wiki)
    show = json_line if as_json else FlowPrinter(Console(highlight=False))
    state, last = FlowState.fold(start), None
    async for event in events:
        if event.type != "text_delta" or as_json:
            show(event)
        state.apply(event)
        last = event
    assert isinstance(last, FlowFinished)
    if last.status != "answered" and keep.store is not None and not lost and not as_json:
        command = f"python -m agentflow_core resume {keep.run[:8]}{_more(state)}"
        Console(stderr=True).print(f"[dim]Go on with:[/] {command}", soft_wrap=True)
    return exit_code(last)


def exit_code(end: FlowFinished) -> int:
    """As the command line's help has them."""
    if end.error in THE_USERS:
        return 2
    if end.error is not None and end.error not in INFRASTRUCTURE:
        return 1  # a slip of this program
    return EXIT[end.status]


def warn(text: str) -> None:
    Console(stderr=True, highlight=False).print(Text(f"Warning: {text}", style="yellow"), soft_wrap=True)


def json_line(event: Event) -> None:
    sys.stdout.write(EVENT.dump_json(event).decode() + "\n")
    sys.stdout.flush()


def _more(state: FlowState) -> str:
    """The option that gives a flow more of what it has spent."""
    budget = state.budget
    if budget.tokens is not None and state.tokens >= budget.tokens:
        return f" --tokens {2 * budget.tokens}"
    if len(state.turns) >= budget.turns and not state.stopped:
        return f" --max-turns {2 * budget.turns}"
    return ""
