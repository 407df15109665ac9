"""Any chat model in this process, from a folder or the Hub, on an accelerator or a CPU: the `transformers` backend.

This is the asyncio side: it hands requests to the model's worker thread and reads their tokens back. Importing it
costs nothing; torch and transformers are imported when the model is first used, in a thread: the event loop never waits
for them, nor for weights that load.
"""

import asyncio
import json
import threading
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agentflow_core.errors import ModelUnavailable
from agentflow_core.models.base import Capabilities, Completion, Dialect, Message, Sampling, TextDelta
from tools.space import on_zero_gpu

if TYPE_CHECKING:
    from agentflow_core.models.local.weights import Weights
    from agentflow_core.models.local.worker import Worker
    from agentflow_core.models.local.zero_gpu import Borrower


class TransformersModel:
    """A local model behind the `LanguageModel` contract. Concurrent calls share a batch.

    `dtype="auto"` is float32 on a CPU, the checkpoint's own type elsewhere; `int8` and `nf4` quantise by bitsandbytes.
    `dialect=None` reads `agentflow_dialect` from the folder's config.json. On a ZeroGPU Space each call borrows the
    GPU, unless `device` says `cpu`, and the model must be loaded in the main thread (see `local.zero_gpu`).
    """

    def __init__(
        self,
        source: str,
        *,
        name: str | None = None,
        device: str | None = None,
        dtype: str = "auto",
        dialect: Dialect | None = None,
        max_batch: int = 32,
    ) -> None:
        self.name = name or f"transformers:{source}"
        self.dialect: Dialect = dialect or _dialect_of(source)
        self._source = source
        self._device = device
        self._dtype = dtype
        self._max_batch = max_batch
        self._lock = threading.Lock()
        self._loading = threading.Lock()
        self._weights: Weights | None = None
        self._worker: Worker | Borrower | None = None
        self._borrows = on_zero_gpu() and device != "cpu"
        self._closed = False
        self._base: TransformersModel | None = None
        self._adapter = ""

    def adapted(self, adapter: str, name: str) -> "TransformersModel":
        """The model with a LoRA adapter, a folder or a Hub name. The weights are loaded once for both."""
        model = TransformersModel(
            self._source, name=name, device=self._device, dialect=self.dialect, max_batch=self._max_batch
        )
        model._base, model._adapter = self, adapter
        return model

    def __repr__(self) -> str:
        return f"TransformersModel({self.name!r})"

    async def generate(
        self, messages: list[Message], *, sampling: Sampling, schema: dict[str, Any] | None = None
    ) -> AsyncGenerator[TextDelta | Completion, None]:
        """See `LanguageModel.generate`; `schema` is ignored. Closing the iterator takes the row out of the batch."""
        from agentflow_core.models.local.worker import Item, Request

        inbox: asyncio.Queue[Item] = asyncio.Queue()
        request = Request(messages, sampling, asyncio.get_running_loop(), inbox)
        self._started_worker().submit(request)
        try:
            while True:
                item = await inbox.get()
                if isinstance(item, Exception):
                    raise item
                yield item
                if isinstance(item, Completion):
                    return
        finally:
            request.cancelled = True

    def count_tokens(self, text: str) -> int:
        """Exact. Loads the model if that has not happened: `check` first where blocking matters."""
        return len(self._load().codec.encode(text))

    async def check(self) -> Capabilities:
        """Loads the model (in a thread) and says what it can do."""
        weights = await asyncio.to_thread(self._load)
        return Capabilities(
            streaming=True, json_schema=False, token_ids=True, logprobs=True, context_tokens=weights.context
        )

    async def close(self) -> None:
        """Stops the worker after its current step and frees the weights; open calls get `ModelUnavailable`."""
        self._closed = True
        if self._worker is not None:
            await asyncio.to_thread(self._worker.close)
        self._worker = None
        self._weights = None

    def _started_worker(self) -> "Worker | Borrower":
        with self._lock:
            self._check_open()
            if self._worker is None:
                self._worker = self._borrower() if self._borrows else self._own_worker()
            return self._worker

    def _own_worker(self) -> "Worker":
        from agentflow_core.models.local.worker import Worker

        return Worker(self.name, self._load, self._max_batch)

    def _borrower(self) -> "Borrower":
        from agentflow_core.models.local.zero_gpu import Borrower

        return Borrower(self.name)

    def _load(self) -> "Weights":
        with self._loading:
            self._check_open()
            if self._weights is None:
                self._weights = self._loaded_to_borrow() if self._borrows else self._loaded()
            return self._weights

    def _loaded(self) -> "Weights":
        from agentflow_core.models.local.weights import adapted, load

        if self._base is not None:
            return adapted(self._base._load(), self._adapter)
        return load(self._source, dialect=self.dialect, device=self._device, dtype=self._dtype)

    def _loaded_to_borrow(self) -> "Weights":
        from agentflow_core.models.local import zero_gpu

        zero_gpu.refuse_late_loading(self.name)
        weights = self._loaded()
        zero_gpu.keep(self.name, weights)
        return weights

    def _check_open(self) -> None:
        if self._closed:
            raise ModelUnavailable(f"{self.name} was closed: make a new model to go on")


def _dialect_of(source: str) -> Dialect:
    """`agentflow_dialect` of a local folder's config.json; `chat` where it says nothing, and for Hub names."""
    try:
        config = json.loads((Path(source).expanduser() / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "chat"  # a broken folder is reported by the load, with all that is wrong
    return "pocket" if isinstance(config, dict) and config.get("agentflow_dialect") == "pocket" else "chat"
