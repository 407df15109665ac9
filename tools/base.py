"""The contract of a tool. Tools know neither the engine nor the models.

A tool is one file in this folder with one subclass of `Tool`; the toolbox finds it there, or through an entry point
of the group `agentflow.tools`. A tool that needs a model asks through its context, one that needs time reads the
deadline there.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from tools.web.settings import WebSettings


class ToolInput(BaseModel):
    """Base of every tool's arguments: unknown names are refused, so that a model's slip is seen."""

    model_config = ConfigDict(extra="forbid")


class Source(BaseModel):
    """Where a piece of a result comes from."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    title: str
    url: str | None = None


class ToolResult(BaseModel):
    """What a call gave: `text` is what the modules read, `data` and `images` are for display.

    `error` says why it failed. A failed call still has a `text` (the same message, for the planner to read).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    text: str
    data: dict[str, Any] = Field(default_factory=dict)
    images: tuple[str, ...] = ()
    """PNG files as base64."""
    sources: tuple[Source, ...] = ()
    notice: str | None = None
    """What people should know about how the result came about: a promise that could not be kept here."""
    error: str | None = None

    @classmethod
    def failed(cls, error: str, notice: str | None = None) -> "ToolResult":
        """A result that tells the planner what went wrong and what to try."""
        return cls(text=f"Error: {error}", error=error, notice=notice)


def cut(text: str, limit: int) -> str:
    """At most `limit` bytes of UTF-8, mark included."""
    encoded = text.encode()
    if len(encoded) <= limit:
        return text
    mark = "… [cut, {:,} of {:,} characters shown]"
    room = limit - len(mark.format(len(text), len(text)).encode())
    kept = encoded[:room].decode(errors="ignore")
    return kept + mark.format(len(kept), len(text))


Ask = Callable[[str], Awaitable[str]]
"""Asks the tools' language model one prompt and gives its reply; raises the model's own errors."""


@dataclass(frozen=True)
class ToolContext:
    """What the engine lends a tool for one call."""

    ask: Ask
    deadline: float = field(default_factory=lambda: time.monotonic() + 60)
    """`time.monotonic()` at which the call is cancelled."""

    memory: dict[str, Any] = field(default_factory=dict)
    """What tools keep from one call of a flow to the next: the engine lends all calls of a flow the same one."""

    def seconds_left(self) -> float:
        return max(0.0, self.deadline - time.monotonic())


class ToolSettings(BaseModel):
    """Settings shared by all tools; one object, made once at start."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    wikipedia: Literal["offline", "live", "auto"] = "offline"
    """`auto` asks the live Wikipedia and falls back to the bundled wiki when it cannot be reached."""
    wiki_files: tuple[Path, ...] = ()
    """JSONL files, one `{"title": ..., "text": ...}` a line, added to the bundled Pocket Wiki."""
    wiki_results: int = Field(default=3, ge=1, le=10)
    """Articles shown when none has the queried title."""
    language: str = Field(default="en", pattern=r"^[a-z]{2,3}(-[a-z]{2,8})?$")
    """Wikipedia's language edition."""
    wikipedia_api: str | None = Field(default=None, pattern=r"^https?://")
    """A MediaWiki's `api.php` to ask instead of Wikipedia: a mirror, another public wiki, a test's own."""
    search_engines: tuple[str, ...] = ("duckduckgo", "brave", "mojeek", "startpage", "yahoo", "wikipedia")
    """Engines of the ddgs package, asked in this order until one answers."""
    search_results: int = Field(default=6, ge=1, le=20)
    web: WebSettings = WebSettings()
    """Limits of everything that is fetched."""
    result_bytes: int = Field(default=16_000, ge=200)
    """A longer result text is cut, and the cut is marked."""
    code_seconds: float = Field(default=10, gt=0)
    """Wall-clock limit of one program in the sandbox."""
    code_strict: bool = False
    """Refuse to run programs where the sandbox cannot keep all its promises (see `tools.sandbox.promises`)."""
    code_session: bool = False
    """Programs of one flow find the variables of the ones before; otherwise each starts afresh."""


Input = TypeVar("Input", bound=ToolInput)


class Tool(ABC, Generic[Input]):
    """One tool. `input_model` must be cheap to make and its fields described: models read its JSON schema."""

    name: ClassVar[str]
    description: ClassVar[str]
    input_model: type[Input]
    main_field: ClassVar[str]
    """The field that a bare, unlabelled command fills (the Pocket dialect's commands are one line of text)."""
    limitations: ClassVar[str] = ""
    best_practice: ClassVar[str] = ""
    examples: ClassVar[tuple[dict[str, Any], ...]] = ()

    def __init__(self, settings: ToolSettings) -> None:
        self.settings = settings

    @abstractmethod
    async def run(self, arguments: Input, context: ToolContext) -> ToolResult:
        """Does the work. A failure that the planner can act on is a `ToolResult.failed`, not an exception."""
