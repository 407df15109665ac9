"""On a ZeroGPU Space, a GPU is borrowed for the length of one model call.

The host forks a process for one synchronous function, gives it a GPU and takes it back when the function ends
(https://huggingface.co/docs/hub/spaces-zerogpu). A whole flow in there could be neither paused nor edited, and would
hold the GPU while it looks things up; so a model call is such a function and the flow stays outside. The weights are
loaded before, while the program starts: the package `spaces` lets them lie on a GPU that is not there yet, in the main
thread only, and the forked process finds them in its memory.

Importing this imports `spaces`, which must come before anything that touches CUDA.
"""

import asyncio
import importlib
import threading
from collections.abc import Iterator
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

from agentflow_core.errors import ModelRefused, ModelUnavailable
from agentflow_core.models.base import Completion, Message, Sampling, TextDelta
from agentflow_core.models.local.worker import Item, Request, Worker

if TYPE_CHECKING:
    from agentflow_core.models.local.weights import Weights

_LOADED: dict[str, "Weights"] = {}
"""By model name. Filled before the first fork."""
_WORKERS: dict[str, Worker] = {}
"""Those of a forked process, which serves call after call as long as the GPU is free: keys and values are kept."""


def refuse_late_loading(name: str) -> None:
    """Raises `ModelRefused` in any thread but the main one."""
    if threading.current_thread() is not threading.main_thread():
        raise ModelRefused(
            f"{name} was not loaded when this Space started, and ZeroGPU takes no model later: name it in the Space's "
            "variables, such as AGENTFLOW_MODEL, and restart"
        )


def keep(name: str, weights: "Weights") -> None:
    """Lets the processes that are forked from now on answer for this model."""
    _LOADED[name] = weights


def _seconds(name: str, messages: list[Message], sampling: Sampling) -> int:
    """How long the GPU is asked for: 20 tokens a second are slow for it, and shorter calls wait less for their turn."""
    return 15 + sampling.max_tokens // 20


@importlib.import_module("spaces").GPU(duration=_seconds)  # type: ignore[untyped-decorator]
def answer(name: str, messages: list[Message], sampling: Sampling) -> Iterator[Item]:
    """One call, in the forked process. An error is an item too: raised there, it would lose its class on the way."""
    if name not in _WORKERS:
        _WORKERS[name] = Worker(name, lambda: _LOADED[name], max_batch=1)
    with asyncio.Runner() as runner:
        inbox: asyncio.Queue[Item] = asyncio.Queue()
        request = Request(messages, sampling, runner.get_loop(), inbox)
        _WORKERS[name].submit(request)
        try:
            while not isinstance(item := runner.run(inbox.get()), Completion | Exception):
                yield item
            yield item
        finally:
            request.cancelled = True


class Borrower:
    """Takes requests as `Worker` does. Each has a thread here that waits for the GPU and passes on what is written."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._closing = False

    def submit(self, request: Request) -> None:
        context = copy_context()  # with it goes Gradio's request, by which the host tells whose quota is used
        name = f"call of {self._name}"
        threading.Thread(target=context.run, args=(self._serve, request), name=name, daemon=True).start()

    def close(self) -> None:
        """Every open request gets `ModelUnavailable` with the next text."""
        self._closing = True

    def _serve(self, request: Request) -> None:
        """The thread's boundary: whatever fails, the caller may not hang."""
        items: Any = answer(self._name, request.messages, request.sampling)
        ended = False
        try:
            for item in items:
                if request.cancelled:
                    return
                if self._closing:
                    raise ModelUnavailable(f"{self._name} was closed")
                _deliver(request, item)
                ended = not isinstance(item, TextDelta)
            if not ended:
                raise RuntimeError("the call ended without an answer")
        except ModelUnavailable as error:
            _deliver(request, error)
        except Exception as error:  # noqa: BLE001  quota, queue, a worker that was ended: Gradio errors with a sentence
            _deliver(request, ModelUnavailable(f"{self._name} got no GPU from ZeroGPU: {_sentence(error)}"))
        finally:
            items.close()


def _sentence(error: Exception) -> str:
    text = str(getattr(error, "message", "") or error).strip()
    return text.splitlines()[0] if text else type(error).__name__


def _deliver(request: Request, item: Item) -> None:
    try:
        request.loop.call_soon_threadsafe(request.inbox.put_nowait, item)
    except RuntimeError:  # the loop was closed: nobody reads any more
        request.cancelled = True
