"""Forks: a new run that shares the history of another up to one of its events.

Pure: gives the events with which the new run starts; who keeps them shares the history (`RunStore.fork`).
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agentflow_core.edits import check_pending, edit
from agentflow_core.errors import BadInput
from agentflow_core.events import Budget, Edited, Event, Forked, PhaseStarted
from agentflow_core.state import FlowState

if TYPE_CHECKING:
    from agentflow_core.flow import AgentFlow

ENDS_PHASE = ("analyzed", "planned", "commanded", "tool_returned", "verified", "answered", "turn_failed")


@dataclass(frozen=True)
class Fork:
    """`shared` are the parent's events up to and including `at`, `own` the new run's first ones."""

    at: int
    shared: tuple[Event, ...]
    own: tuple[Event, ...]

    @property
    def start(self) -> tuple[Event, ...]:
        """What `AgentFlow.run(start=...)` goes on from."""
        return self.shared + self.own


def fork_point(events: Sequence[Event], at: int) -> int:
    """The last event that a fork at `at` shares: a phase that is under way there begins anew.

    So a fork without an edit, on the same model and with greedy decoding, gives what the parent gave. Raises
    `BadInput`.
    """
    last = events[-1].seq
    if not 0 <= at <= last:
        raise BadInput(f"There is no event {at}: this run has the events 0 to {last}.")
    begun: int | None = None
    for event in events[: at + 1]:
        if isinstance(event, PhaseStarted):
            begun = event.seq
        elif event.type in ENDS_PHASE:
            begun = None
    return at if begun is None else begun - 1


def fork(
    flow: "AgentFlow",
    events: Sequence[Event],
    at: int,
    changes: dict[str, Any] | None = None,
    budget: Budget | None = None,
) -> Fork:
    """A fork of the run `events` for `flow`, whose models and tools may be others. `changes` as in `edits.edit`.

    Side effects that tools had before are not undone. Raises `BadInput` when nothing is left to do there, or the
    coming action cannot be carried out.
    """
    point = fork_point(events, at)
    shared = tuple(events[: point + 1])
    forked = Forked(
        seq=point + 1,
        time=time.time(),
        models={role: model.name for role, model in flow.models.items()},
        tools=flow.toolbox.names,
        budget=budget or flow.budget,
        sampling=flow.sampling,
    )
    own: list[Event] = [forked]
    state = FlowState.fold((*shared, forked))
    if state.next_step() is None:
        raise BadInput(f"At event {at} the answer is there and nothing is left to do: fork at an earlier event.")
    if changes:
        made = edit(state, flow.toolbox, changes)
        if made.changed:
            own.append(Edited(seq=point + 2, time=time.time(), **made._asdict()))
            state.apply(own[-1])
    check_pending(state, flow.toolbox)
    return Fork(point, shared, tuple(own))
