"""What a visitor may say to a run, checked at the boundary, and who may say it.

A run's id lets anyone see it who was given it. To steer it takes its key, which only the page that started it gets:
the id is a hash of the key, so nothing has to be kept to check one, and none leads from the other back.
"""

import base64
import hashlib
import secrets
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agentflow_core.control import Breakpoint, Control
from agentflow_core.errors import BadInput
from agentflow_core.events import Phase, Role

PATIENCE_SECONDS = 1800
"""A flow that was left paused keeps its place from others for so long."""
KEY_CHARACTERS = 64
TEXT_CHARACTERS = 20_000
NOT_YOURS = "This run was started elsewhere: you can watch it, or fork it and steer your own."


def new_key() -> str:
    return secrets.token_urlsafe(16)


def run_of(key: str) -> str:
    """The id of the run that this key steers."""
    return base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()[:16]).decode().rstrip("=")


def check_key(run: str, key: object) -> None:
    """Raises `BadInput` unless `key` steers `run`."""
    fits = isinstance(key, str) and len(key) <= KEY_CHARACTERS and key.isascii()
    if not (fits and secrets.compare_digest(run_of(str(key)), run)):
        raise BadInput(NOT_YOURS)


class Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StopAt(Said):
    """A breakpoint, as the page says it."""

    phase: Phase | None = None
    turn: int | None = Field(default=None, ge=1, le=1000)
    tool: str | None = Field(default=None, max_length=200)
    nth_continue: int | None = Field(default=None, ge=1, le=1000)
    parse_error: bool = False


Breakpoints = tuple[StopAt, ...]


class Beginning(Said):
    """How a run starts: paused before its first phase, and with which breakpoints."""

    paused: bool = False
    breakpoints: Breakpoints = Field(default=(), max_length=30)


class Hand(Said):
    """One thing that a visitor does to a run. `edit` changes the coming action first; `breakpoints` replace all."""

    run: str = Field(max_length=64)
    key: str = Field(max_length=KEY_CHARACTERS)
    do: Literal["pause", "resume", "step", "stop", "nothing"] = "nothing"
    edit: dict[str, Any] | None = Field(default=None, max_length=50)
    breakpoints: Breakpoints | None = Field(default=None, max_length=30)


class ForkWanted(Said):
    """A fork of `run`, or of a bundled recording, after its event `at`.

    What is not given is as it was there: models, turns, temperature.
    """

    run: str = Field(default="", max_length=64)
    recording: str = Field(default="", max_length=60)
    at: int = Field(ge=0, le=10**6)
    edit: dict[str, Any] | None = Field(default=None, max_length=50)
    roles: dict[Role, Annotated[str, Field(max_length=2000)]] = Field(default_factory=dict)
    turns: int | None = None
    temperature: float | None = None
    begin: Beginning = Beginning()


def breakpoints_of(said: Breakpoints) -> list[Breakpoint]:
    return [Breakpoint(**one.model_dump()) for one in said]


def control_of(beginning: Beginning) -> Control:
    """The control of a run that begins so."""
    control = Control(tuple(breakpoints_of(beginning.breakpoints)), PATIENCE_SECONDS)
    if beginning.paused:
        control.pause()
    return control


def beginning_of(text: str | None) -> Beginning:
    """Reads what the page sends beside a question. Raises `BadInput`."""
    if not text:
        return Beginning()
    try:
        return Beginning.model_validate_json(text[:TEXT_CHARACTERS])
    except ValidationError as error:
        raise BadInput(f"The breakpoints cannot be used: {first(error)}.") from error


def first(error: ValidationError) -> str:
    """The first thing that is wrong, without what was sent."""
    one = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in one["loc"])
    return f"{where}: {one['msg']}" if where else str(one["msg"])
