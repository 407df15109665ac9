"""What one flow may grow to on this page, in bytes of events. Around any flow; the engine knows nothing of it.

The size is looked at after each stored event, so a flow goes over the limit by at most one of them.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from agentflow_core.control import Control
from agentflow_core.errors import BadInput
from agentflow_core.events import EVENT, Budget, Event, FlowFinished
from demo.limits import OWN_COPY
from demo.registry import Flow


def size(events: Sequence[Event]) -> int:
    """As they are stored and exported."""
    return sum(len(EVENT.dump_json(event)) for event in events)


def check_size(events: Sequence[Event], most: int) -> int:
    """The size of a flow that is to go on. Raises `BadInput` when that is all it may have; 0: no limit."""
    used = size(events)
    if said := _over(used, most):
        raise BadInput(f"{said} It cannot go on here.")
    return used


@dataclass(frozen=True)
class Metered:
    """A flow that ends with a spent budget when its events have `most` bytes."""

    flow: Flow
    most: int

    async def run(
        self,
        question: str = "",
        *,
        budget: Budget | None = None,
        start: Sequence[Event] = (),
        control: Control | None = None,
    ) -> AsyncIterator[Event]:
        """Like `Flow.run`. Raises `BadInput` when the flow to go on with is as large as it may be."""
        used = check_size(start, self.most)
        events = self.flow.run(question, budget=budget, start=start, control=control)
        async with aclosing(events) as inner:
            first = None
            async for event in inner:
                yield event
                if event.type == "text_delta":
                    continue
                first = event.time if first is None else first
                used += size((event,))
                if event.type not in ("answered", "flow_finished") and (said := _over(used, self.most)):
                    yield FlowFinished(
                        seq=event.seq + 1, time=event.time, status="budget", reason=said, seconds=event.time - first
                    )
                    return


def _over(used: int, most: int) -> str | None:
    if not most or used < most:
        return None
    return f"This flow has grown to {used:,} bytes; this page keeps {most:,}. {OWN_COPY}"
