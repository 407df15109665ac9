"""What a whole run comes down to: one line for a list, and its words for a search. Pure."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from agentflow_core.events import Event, calls_of
from agentflow_core.state import FlowState

TEXT_CHARACTERS = 200_000
"""Of the plans, and of the results; what a run has beyond is not searched."""


class Digest(BaseModel):
    """`trouble` counts what failed on the way: texts that could not be read, calls that gave an error, lost turns."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    question: str
    created: float
    status: str | None = None
    answer: str | None = None
    turns: int = 0
    calls: int = 0
    tokens: int = 0
    seconds: float = 0.0
    tools: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    trouble: int = 0
    plans: str = ""
    results: str = ""


def digest(events: Sequence[Event]) -> Digest:
    """The digest of a run that has at least one event."""
    state = FlowState.fold(events)
    calls = [call for event in events for call in calls_of(event)]
    plans = (f"{turn.plan.sub_goal} {turn.plan.context}" for turn in state.turns if turn.plan)
    results = (turn.result.text for turn in state.turns if turn.result)
    return Digest(
        question=state.question,
        created=events[0].time,
        status=state.status,
        answer=state.answer.text if state.answer else None,
        turns=len(state.turns),
        calls=len(calls),
        tokens=state.tokens,
        seconds=events[-1].time - events[0].time,
        tools=tuple(dict.fromkeys(event.tool for event in events if event.type == "tool_returned")),
        models=tuple(dict.fromkeys(call.completion.model for call in calls)),
        trouble=sum(map(_is_trouble, events)),
        plans=_joined(state.analysis or "", *plans),
        results=_joined(*results),
    )


def _is_trouble(event: Event) -> bool:
    if event.type == "tool_returned":
        return event.result.error is not None
    return event.type in ("parse_failed", "turn_failed")


def _joined(*texts: str) -> str:
    return "\n".join(texts)[:TEXT_CHARACTERS]
