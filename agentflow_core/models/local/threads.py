"""How many CPU threads a forward pass gets.

Sharing a pass among threads costs two meetings an operation. For one token of a small model that is more than the work,
and far more where the event loop's thread wants a core too: on 2 cores such a step took 6.5 ms on two threads, 2.4 ms
on one. Large passes take all threads.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import torch

_SMALL = 20_000_000
"""Multiplications a pass may have to stay on one thread, about parameters times tokens."""


@cache
def all_threads() -> int:
    """As set for the process; read once, because `Threads` changes it."""
    return torch.get_num_threads()


def use_one_thread() -> None:
    """For passes whose parts share the cores, not each operation."""
    all_threads()  # must be read before it changes
    if torch.get_num_threads() != 1:
        torch.set_num_threads(1)


class Cores:
    """The cores, shared out among the passes that models compute at the same time.

    Where two models are at work, each pass on a core of its own costs the least; one alone takes all cores.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._passes = 0

    @contextmanager
    def share(self) -> Iterator[int]:
        """How many cores a pass that begins now should take, at least one."""
        with self._lock:
            self._passes += 1
            cores = max(1, all_threads() // self._passes)
        try:
            yield cores
        finally:
            with self._lock:
                self._passes -= 1


CORES = Cores()
"""Those of this process."""


class Threads:
    """Call it with a pass's number of tokens, in the thread that runs the pass."""

    def __init__(self, model: Any) -> None:
        self._on_cpu = model.device.type == "cpu"
        self._parameters = sum(parameter.numel() for parameter in model.parameters())
        self._all = all_threads()

    def __call__(self, tokens: int) -> None:
        if not self._on_cpu:
            return
        wanted = 1 if self._parameters * tokens < _SMALL else self._all
        if torch.get_num_threads() != wanted:
            torch.set_num_threads(wanted)
