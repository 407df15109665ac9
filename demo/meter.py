"""What one flow may use: tokens, and bytes of events. Around any flow; the engine knows nothing of it.

A limit is looked at after each stored event, so a flow goes over it by at most one model call or tool result.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from agentflow_core import Settings
from agentflow_core.control import Control
from agentflow_core.errors import BadInput
from agentflow_core.events import (
    EVENT,
    Analyzed,
    Answered,
    Budget,
    Commanded,
    Event,
    FlowFinished,
    ModelCall,
    ParseFailed,
    Planned,
    ToolReturned,
    Verified,
)
from demo.limits import OWN_COPY
from demo.registry import Flow


@dataclass(frozen=True)
class Allowance:
    """0 means no limit. See `Settings`."""

    tokens: int = 0
    bytes: int = 0

    @classmethod
    def of(cls, settings: Settings) -> "Allowance":
        return cls(settings.flow_tokens, settings.flow_bytes)

    def used_by(self, events: Sequence[Event]) -> "Use":
        """What a flow has used that is to go on. Raises `BadInput` when that is all it may."""
        use = Use()
        for event in events:
            use.add(event)
        if said := use.over(self):
            raise BadInput(f"{said} It cannot go on here.")
        return use


@dataclass
class Use:
    """What the events so far have used."""

    tokens: int = 0
    bytes: int = 0

    def add(self, event: Event) -> None:
        self.tokens += sum(call.completion.prompt_tokens + call.completion.completion_tokens for call in _calls(event))
        self.bytes += len(EVENT.dump_json(event))

    def over(self, allowance: Allowance) -> str | None:
        """Which limit is reached, in a sentence."""
        if allowance.tokens and self.tokens >= allowance.tokens:
            return f"This flow has used {self.tokens:,} tokens; this page gives a flow {allowance.tokens:,}. {OWN_COPY}"
        if allowance.bytes and self.bytes >= allowance.bytes:
            return f"This flow has grown to {self.bytes:,} bytes; this page keeps {allowance.bytes:,}. {OWN_COPY}"
        return None


@dataclass(frozen=True)
class Metered:
    """A flow that ends with a spent budget when it has used its allowance."""

    flow: Flow
    allowance: Allowance

    async def run(
        self,
        question: str = "",
        *,
        budget: Budget | None = None,
        start: Sequence[Event] = (),
        control: Control | None = None,
    ) -> AsyncIterator[Event]:
        """Like `Flow.run`. Raises `BadInput` when the flow to go on with has used all it may."""
        use = self.allowance.used_by(start)
        events = self.flow.run(question, budget=budget, start=start, control=control)
        async with aclosing(events) as inner:
            first = None
            async for event in inner:
                yield event
                if event.type == "text_delta":
                    continue
                first = event.time if first is None else first
                use.add(event)
                if event.type not in ("answered", "flow_finished") and (said := use.over(self.allowance)):
                    yield FlowFinished(
                        seq=event.seq + 1, time=event.time, status="budget", reason=said, seconds=event.time - first
                    )
                    return


def _calls(event: Event) -> Sequence[ModelCall]:
    match event:
        case ToolReturned(calls=calls):
            return calls
        case (
            Analyzed(call=call)
            | Planned(call=call)
            | Commanded(call=call)
            | Verified(call=call)
            | Answered(call=call)
            | ParseFailed(call=call)
        ):
            return (call,)
    return ()
