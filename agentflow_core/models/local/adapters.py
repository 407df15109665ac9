"""LoRA adapters over one loaded model, switched from call to call: a planner's on, off for the frozen modules.

One 7B base then serves all four modules from one GPU. Each adapter has batches of its own, so that keys and values
never cross from one to another; passes take turns on the weights, and the switch is a flag in each layer.
"""

import itertools
import threading
from collections.abc import Iterator
from typing import Any

import torch

from agentflow_core.errors import ModelRefused

NEEDS_PEFT = "LoRA adapters need the package peft: `pip install -r requirements-train.txt`, then try again"


class Switched:
    """A model with any number of adapters. Loading the first one wraps its linear layers in place."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self._lock = threading.Lock()
        self._peft: Any = None
        self._on: str | None = None
        self._loaded: dict[str, str] = {}
        self._numbers = itertools.count()

    def load(self, source: str) -> str:
        """Loads a folder or a Hub name, once; gives the name to call it by.

        Raises `ModelRefused`, or what PEFT raises for files that are broken or of another model.
        """
        try:
            from peft import LoraConfig, PeftConfig, PeftModel
        except ImportError as error:
            raise ModelRefused(NEEDS_PEFT) from error
        with self._lock:
            if source in self._loaded:
                return self._loaded[source]
            config = PeftConfig.from_pretrained(source)
            if not isinstance(config, LoraConfig) or config.bias != "none":
                raise ModelRefused(
                    f"{source} is no plain LoRA adapter, so it cannot be taken off again: merge it into its model and "
                    "give the folder of that"
                )
            name = f"adapter{next(self._numbers)}"
            if self._peft is None:
                config.inference_mode = True
                self._peft = PeftModel(self.model, config, name, autocast_adapter_dtype=False)
            try:
                self._peft.load_adapter(source, name, autocast_adapter_dtype=False)
            except Exception:
                if name in self._peft.peft_config:
                    self._peft.delete_adapter(name)
                raise
            finally:
                self._peft.eval().requires_grad_(False)
                self._switch(None)
            self._loaded[source] = name
            return name

    def run(self, adapter: str | None, inputs: dict[str, Any]) -> Any:
        """The model's forward with this adapter on, or with none."""
        with self._lock:
            if adapter != self._on:
                self._switch(adapter)
            return self.model(**inputs)

    def _switch(self, adapter: str | None) -> None:
        if adapter is None:
            self._peft.base_model.disable_adapter_layers()
        else:
            self._peft.base_model.enable_adapter_layers()
            self._peft.set_adapter(adapter, inference_mode=True)
        self._on = adapter


class View:
    """The model with one adapter, or none, as batches call it."""

    def __init__(self, switched: Switched, adapter: str | None) -> None:
        self._switched = switched
        self._adapter = adapter

    @property
    def device(self) -> torch.device:
        device: torch.device = self._switched.model.device
        return device

    def parameters(self) -> Iterator[torch.nn.Parameter]:
        parameters: Iterator[torch.nn.Parameter] = self._switched.model.parameters()
        return parameters

    def __call__(self, **inputs: Any) -> Any:
        return self._switched.run(self._adapter, inputs)
