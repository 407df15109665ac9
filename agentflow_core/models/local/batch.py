"""What the worker wants of a running batch, and the one for every transformers model.

The seam exists because a small model on a CPU needs another one to be quick: see `sequences`.
"""

from collections.abc import Sequence
from typing import Any, Protocol

import torch

from agentflow_core.models.local.prefixes import Prefixes, reuse_bytes
from agentflow_core.models.local.slots import Slots

_FEW = 2
"""So many tokens of a prompt are cheaper to feed in the batch's steps than in a pass of their own."""


class Batch(Protocol):
    """Rows that are computed together; each keeps its place until it leaves."""

    def join(self, prompt: list[int]) -> list[int]:
        """Adds a last row; gives the end of its prompt, which is still to be fed to `step`."""
        ...

    most_guesses: int
    """How many tokens it pays to guess for a row."""

    def step(self, feeds: list[list[int]], guesses: Sequence[Sequence[int]]) -> torch.Tensor:
        """Takes tokens from the front of each row's feed, and guesses at those that follow it.

        Gives logits [rows + guesses, vocabulary]: each row's after its feed, of use where that is empty, and then
        after each of its guesses.
        """
        ...

    def take_back(self, row: int, tokens: int) -> None:
        """Takes from a row its last so many tokens: they were guessed wrong."""
        ...

    def reused(self, row: int) -> int:
        """How many tokens of the row's prompt were taken over and not computed."""
        ...

    def leave(self, row: int, fed: list[int]) -> None:
        """Removes a row that was fed these tokens, known ones included. The last row takes its place."""
        ...


class PaddedBatch:
    """By the model's own forward: any architecture, device and type."""

    most_guesses = 0

    def __init__(self, model: Any, layers: int) -> None:
        self._slots = Slots(model, layers)
        self._prefixes = Prefixes(reuse_bytes(model.device))
        self._reused: list[int] = []

    def join(self, prompt: list[int]) -> list[int]:
        """Reuses what earlier calls computed. A last token is always left to feed: its logits are wanted."""
        known = self._prefixes.find(prompt[:-1])
        done = known[0][0].shape[-2] if known else 0
        self._reused.append(done)
        if len(prompt) - 1 - done > _FEW:
            known, done = self._slots.prefill(prompt[:-1], known), len(prompt) - 1
        self._slots.join(known or [])
        return prompt[done:]

    def step(self, feeds: list[list[int]], guesses: Sequence[Sequence[int]]) -> torch.Tensor:
        return self._slots.step([feed.pop(0) for feed in feeds])

    def take_back(self, row: int, tokens: int) -> None:
        """Nothing was guessed."""

    def reused(self, row: int) -> int:
        return self._reused[row]

    def leave(self, row: int, fed: list[int]) -> None:
        last = self._reused.pop()
        if row < len(self._reused):
            self._reused[row] = last
        self._prefixes.keep(fed, self._slots.row(row))
        self._slots.leave(row)
