"""The flows that were recorded to teach (`python -m demo.record`), read from `assets/recordings`.

A recording is asked for by its name, which is looked up in the list: no name is ever a path.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from agentflow_core.events import Event
from agentflow_core.store import read_document

FOLDER = Path(__file__).parents[1] / "assets" / "recordings"
INDEX = "index.json"
UNKNOWN = "There is no such recording: the list below has those that are here."


class Recording(BaseModel):
    """A line of the list. `right`: the answer against the known one; `rival`: the recording to compare it with."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str = Field(pattern=r"^[a-z0-9-]{1,60}$")
    title: str
    lesson: str
    question: str
    planner: str
    gold: str
    right: bool
    turns: int
    rival: str | None = None
    weights: str
    """The models that gave it, as a short hash: other weights are recorded anew."""


RECORDINGS: TypeAdapter[list[Recording]] = TypeAdapter(list[Recording])


@cache
def recordings(folder: Path = FOLDER) -> tuple[Recording, ...]:
    """The list in the order in which it teaches; empty where nothing was recorded."""
    try:
        return tuple(RECORDINGS.validate_json((folder / INDEX).read_bytes()))
    except FileNotFoundError:
        return ()


def events_of(name: str, folder: Path = FOLDER) -> list[Event]:
    """The events of a recording on the list. Raises `KeyError` for another name."""
    found = {known.name: known for known in recordings(folder)}[name]
    return read_document((folder / f"{found.name}.json").read_bytes()).events


def answer(request: Any) -> dict[str, Any]:
    """What the page asks: all recordings, or `{name}`: that one with its events."""
    listed = {known.name: known for known in recordings()}
    name = request.get("name") if isinstance(request, dict) else None
    if name is None:
        return {"recordings": [known.model_dump(mode="json", exclude={"weights"}) for known in listed.values()]}
    if not isinstance(name, str) or name not in listed:
        return {"problem": UNKNOWN}
    events = [event.model_dump(mode="json") for event in events_of(name)]
    return {"recording": listed[name].model_dump(mode="json", exclude={"weights"}), "events": events}


def written(listed: list[Recording]) -> str:
    """The list as it is kept."""
    return json.dumps([known.model_dump(mode="json") for known in listed], indent=1, ensure_ascii=False) + "\n"
