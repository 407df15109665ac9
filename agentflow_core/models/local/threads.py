"""How many CPU threads a forward pass gets.

Sharing a pass among threads costs two meetings an operation. For one token of a small model that is more than the work,
and far more where the event loop's thread wants a core too: on 2 cores such a step took 6.5 ms on two threads, 2.4 ms
on one. Large passes take all threads.
"""

from functools import cache
from typing import Any

import torch

_SMALL = 20_000_000
"""Multiplications a pass may have to stay on one thread, about parameters times tokens."""


@cache
def _all_threads() -> int:
    """As set for the process; read once, because `Threads` changes it."""
    return torch.get_num_threads()


class Threads:
    """Call it with a pass's number of tokens, in the thread that runs the pass."""

    def __init__(self, model: Any) -> None:
        self._on_cpu = model.device.type == "cpu"
        self._parameters = sum(parameter.numel() for parameter in model.parameters())
        self._all = _all_threads()

    def __call__(self, tokens: int) -> None:
        if not self._on_cpu:
            return
        wanted = 1 if self._parameters * tokens < _SMALL else self._all
        if torch.get_num_threads() != wanted:
            torch.set_num_threads(wanted)
