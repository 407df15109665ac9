"""One request to one module: what it is sent, how its text is read. Modules build these; the flow sends them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from agentflow_core import prompts
from agentflow_core.events import Phase, Role
from agentflow_core.models.base import Message
from agentflow_core.prompts import View

T = TypeVar("T")


@dataclass(frozen=True)
class Request(Generic[T]):
    """`parse` raises `ParseFailure` for text that is no action of this module."""

    role: Role
    phase: Phase
    view: View
    parse: Callable[[str], T]
    schema: dict[str, Any] | None = None
    """JSON schema for constrained decoding; None for the planner, whose samples are trained on."""

    @property
    def messages(self) -> tuple[Message, ...]:
        return prompts.messages(self.view, self.phase)
