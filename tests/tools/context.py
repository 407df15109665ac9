"""A tool's context for tests."""

import time

from tools.base import ToolContext


async def no_model(prompt: str) -> str:
    raise AssertionError(f"this tool must not ask the model, but asked {prompt!r}")


def context(seconds: float = 60) -> ToolContext:
    """A context without a model and with so many seconds left."""
    return ToolContext(ask=no_model, deadline=time.monotonic() + seconds)
