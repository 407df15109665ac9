"""Pause, single step, breakpoints, edit, stop: a human's hands on a running flow.

One `Control` belongs to one run. Its methods are called from the event loop the flow runs in (from another thread use
`loop.call_soon_threadsafe`). The flow calls `gate` before every phase.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from agentflow_core.errors import BadInput
from agentflow_core.events import Phase
from agentflow_core.state import FlowState


@dataclass(frozen=True)
class Breakpoint:
    """Pauses before a phase when all given conditions hold; no condition at all holds everywhere.

    `nth_continue`: the verifier has said CONTINUE this many times. `parse_error`: some text of this turn could not be
    parsed. Conditions without a phase pause once, before the first phase at which they hold.
    """

    phase: Phase | None = None
    turn: int | None = None
    tool: str | None = None
    nth_continue: int | None = None
    parse_error: bool = False

    def holds(self, turn: int, phase: Phase, state: FlowState) -> bool:
        current = state.turns[turn - 1] if 0 < turn <= len(state.turns) else None
        continues = sum(1 for t in state.turns if t.verdict is not None and not t.verdict.stop)
        return (
            self.phase in (None, phase)
            and self.turn in (None, turn)
            and (
                self.tool is None
                or (current is not None and current.plan is not None and current.plan.tool == self.tool)
            )
            and self.nth_continue in (None, continues)
            and (not self.parse_error or (current is not None and current.parse_failures > 0))
        )

    @property
    def once(self) -> bool:
        return self.phase is None and self != Breakpoint()

    def __str__(self) -> str:
        said = [f"{name} {value}" for name, value in vars(self).items() if value not in (None, False)]
        return "breakpoint: " + (", ".join(said) or "every phase")


Editor = Callable[[dict[str, Any]], None]


class Control:
    """What a human wants of the flow; the flow obeys at its gates, `stop` at once.

    `patience`: seconds after which a flow that was left paused is stopped; None waits for ever.
    """

    def __init__(self, breakpoints: tuple[Breakpoint, ...] = (), patience: float | None = None) -> None:
        self.breakpoints = list(breakpoints)
        self.stopping = False
        self.why_stopped = "Stopped by hand."
        self._patience = patience
        self._held: frozenset[Breakpoint] = frozenset()
        self._why: str | None = None
        self._go = asyncio.Event()
        self._editor: Editor | None = None
        self._on_stop: Callable[[], object] | None = None

    @property
    def paused(self) -> bool:
        """The flow is waiting at a gate."""
        return self._editor is not None

    @property
    def idle(self) -> bool:
        """Nobody waits for the flow to pause: it may work ahead."""
        return self._why is None and not self.breakpoints

    def pause(self) -> None:
        """Waits before the next phase."""
        self._why = "asked to pause"

    def step(self) -> None:
        """Goes on for one phase, then waits."""
        self._why = "single step"
        self._go.set()

    def resume(self) -> None:
        """Goes on until the next breakpoint."""
        self._why = None
        self._go.set()

    def stop(self, why: str = "Stopped by hand.") -> None:
        """Ends the flow now: the running model call and tool are cancelled."""
        if not self.stopping:
            self.why_stopped = why
        self.stopping = True
        self._go.set()
        if self._on_stop is not None:
            self._on_stop()

    def edit(self, changes: dict[str, Any]) -> None:
        """Changes the latest action (plan or command) while paused. Raises `BadInput` when it cannot be used."""
        if self._editor is None:
            raise BadInput("Only a paused flow can be edited: pause it first.")
        self._editor(changes)

    def attach(self, on_stop: Callable[[], object]) -> None:
        """The flow says how it is stopped."""
        self._on_stop = on_stop

    def why_pause(self, turn: int, phase: Phase, state: FlowState) -> str | None:
        """Why the flow must wait before this phase; None to go on."""
        held = frozenset(b for b in self.breakpoints if b.holds(turn, phase, state))
        before, self._held = self._held, held
        if self._why is not None:
            return self._why
        return next((str(b) for b in self.breakpoints if b in held and not (b.once and b in before)), None)

    async def wait(self, editor: Editor) -> None:
        """Waits at a gate until `resume`, `step` or `stop`; `editor` applies an edit meanwhile."""
        self._why, self._editor = None, editor
        self._go.clear()
        try:
            if not self.stopping:
                async with asyncio.timeout(self._patience):
                    await self._go.wait()
        except TimeoutError:
            self.stop(f"It was left paused for {self._patience:g} seconds.")
            await asyncio.sleep(0)  # the stop arrives here, as a cancellation
        finally:
            self._editor = None
