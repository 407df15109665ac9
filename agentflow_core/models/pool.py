"""From a parsed role string to a model, and one model for all who ask for the same.

Separate from `roles` so that reading a role string stays pure. Weights are large and a batch is shared only inside one
model, so equal specs must give one instance; servers are told apart by key too, so that no visitor uses another's.
"""

import threading
import weakref
from pathlib import Path

from agentflow_core.errors import ModelUnavailable
from agentflow_core.models.base import Dialect, LanguageModel
from agentflow_core.models.openai_model import OpenAIModel
from agentflow_core.models.roles import ModelSpec
from agentflow_core.models.transformers_model import TransformersModel

POCKET = Path(__file__).parents[2] / "assets" / "pocket"
"""Folder of the embedded models: `base`, and `planner` once one has been trained."""


def build(spec: ModelSpec, api_key: str | None = None, refused: set[str] | None = None) -> LanguageModel:
    """A new model for `spec`. Loads and contacts nothing; `check` does. `refused`: see `OpenAIModel`."""
    match spec.backend:
        case "openai":
            dialect: Dialect = "pocket" if spec.option("dialect") == "pocket" else "chat"
            return OpenAIModel(spec.model, spec.base_url or "", api_key, dialect=dialect, refused=refused)
        case "pocket":
            folder = pocket_folder(spec.model)
            return TransformersModel(str(folder), name=f"pocket:{folder.name}", device="cpu")
        case "transformers":
            base = spec.base()
            dtype = spec.option("dtype") or "auto"
            model = TransformersModel(spec.model, name=str(base), device=spec.option("device"), dtype=dtype)
            adapter = spec.option("adapter")
            return model.adapted(adapter, str(spec)) if adapter else model


def pocket_folder(variant: str) -> Path:
    """Where `planner` or `base` lies; the base stands in for the planner until one has been trained."""
    trained = POCKET / "planner"
    return trained if variant == "planner" and trained.is_dir() else POCKET / "base"


class ModelPool:
    """Models by spec and, for servers, key. Safe from any thread; one pool a process is enough.

    Local models stay until `close`. Models on servers live as long as someone uses them: the pool keeps nobody's key.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._local: dict[str, LanguageModel] = {}
        self._remote: weakref.WeakValueDictionary[tuple[str, str | None], LanguageModel]
        self._remote = weakref.WeakValueDictionary()
        self._refused: dict[str, set[str]] = {}
        self._closed = False

    def get(self, spec: ModelSpec, api_key: str | None = None) -> LanguageModel:
        """The model for `spec`, made at the first call. The key matters to servers only."""
        with self._lock:
            if self._closed:
                raise ModelUnavailable(f"cannot give {spec}: the models were closed because the program is ending")
            if spec.backend == "openai":
                return self._server_model(spec, api_key)
            return self._local_model(spec)

    async def close(self) -> None:
        """Closes every model; open calls to local ones end with `ModelUnavailable`."""
        with self._lock:
            self._closed = True
            models = [*self._local.values(), *self._remote.values()]
            self._local.clear()
        for model in models:
            await model.close()

    def _local_model(self, spec: ModelSpec) -> LanguageModel:
        identity = str(pocket_folder(spec.model) if spec.backend == "pocket" else spec)
        if identity not in self._local:
            adapter = spec.option("adapter")
            base = self._local_model(spec.base()) if adapter else None
            if adapter and isinstance(base, TransformersModel):
                self._local[identity] = base.adapted(adapter, str(spec))
            else:
                self._local[identity] = build(spec)
        return self._local[identity]

    def _server_model(self, spec: ModelSpec, api_key: str | None) -> LanguageModel:
        model = self._remote.get((str(spec), api_key))
        if model is None:
            model = build(spec, api_key, self._refused.setdefault(str(spec), set()))
            self._remote[str(spec), api_key] = model
        return model
