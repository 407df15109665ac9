"""What an imported run may be, beyond its schema: a file from a stranger must not stall, confuse or grow this program.

Separate from `store`, which knows how runs are kept; this knows what is wrong with one. Nothing here opens, fetches or
runs what a document names: every value in it stays data.
"""

from collections.abc import Sequence
from math import isfinite
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from agentflow_core.errors import BadInput
from agentflow_core.events import (
    Commanded,
    Edited,
    Event,
    ParseFailed,
    Paused,
    PhaseStarted,
    PlanDropped,
    Planned,
    ToolReturned,
    TurnFailed,
    Verified,
)
from agentflow_core.state import FlowState

IMPORT_BYTES = 20_000_000
IMPORT_PARTS = 4_000_000
"""Of commas and opening brackets, also those in texts: what a document of many tiny values costs is their number."""
IMPORT_DEPTH = 40
"""An event of this program is about 10 deep; a tool's data may add to that."""
IMPORT_NUMBER = 2**53
"""The largest whole number that every reader of JSON keeps exactly."""
LATEST = 253_402_300_799.0
"""The end of the year 9999, the last that calendars here know."""


def check_json(text: str | bytes) -> None:
    """Size, depth and numbers of a document that nobody has looked at yet. Raises `BadInput`."""
    if not isinstance(text, bytes):
        text = text.encode(errors="surrogatepass")
    if len(text) > IMPORT_BYTES:
        raise BadInput(f"The file has {len(text):,} bytes, at most {IMPORT_BYTES:,} are imported.")
    if sum(map(text.count, (b",", b"[", b"{"))) > IMPORT_PARTS:
        raise BadInput(f"The file has too many values: at most {IMPORT_PARTS:,} are imported.")
    try:
        tree = from_json(text, allow_inf_nan=False)
    except ValueError as error:
        raise BadInput(f"This is no exported run: {str(error)[:200]}.") from error
    level: list[Any] = [tree]
    for _ in range(IMPORT_DEPTH):
        level = [inner for value in level for inner in _inside(value)]
        if not level:
            return
    raise BadInput(f"This is no exported run: it is nested more than {IMPORT_DEPTH} deep.")


def _inside(value: Any) -> Sequence[Any]:
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, list):
        return value
    if isinstance(value, int) and abs(value) > IMPORT_NUMBER:
        raise BadInput(f"This is no exported run: it has the number {str(value)[:20]}…, which is too large.")
    if isinstance(value, float) and not isfinite(value):  # such as 1e999
        raise BadInput("This is no exported run: it has a number that is too large.")
    return ()


def check_events(events: Sequence[Event]) -> None:
    """The events are one flow from its start on: numbered, and each in a turn that can be. Raises `BadInput`."""
    if events[0].type != "flow_started":
        raise BadInput("This is no whole run: its first event is not `flow_started`.")
    state = FlowState()
    for place, event in enumerate(events):
        if event.seq != place or event.type == "text_delta" or (place and event.type == "flow_started"):
            raise BadInput(f"The run's events are damaged at place {place}: expected a stored event with seq {place}.")
        if not 0 <= event.time <= LATEST:
            raise BadInput(f"The run's events are damaged at place {place}: {event.time:g} is no time.")
        _check_turn(place, event, len(state.turns))
        try:
            state.apply(event)
        except ValidationError as error:
            raise BadInput(f"The run's events are damaged at place {place}: the edit gives no action.") from error


def _check_turn(place: int, event: Event, turns: int) -> None:
    match event:
        case PhaseStarted() | ParseFailed() | TurnFailed() | Paused():
            outside = event.phase in ("analyze", "answer")
        case Planned() | PlanDropped() | Commanded() | ToolReturned() | Verified() | Edited():
            outside = False
        case _:
            return
    if not (event.turn == 0 if outside else 1 <= event.turn <= turns + 1):
        raise BadInput(f"The run's events are damaged at place {place}: there is no turn {event.turn} there.")
