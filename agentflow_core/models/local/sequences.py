"""The running batch of a small model: every row has keys and values of its own, and all its tokens go in one pass.

Unlike in `slots` nothing is padded or moved when rows join and leave: a prompt, of any length, is fed in the same pass
as the other rows' next tokens, and a call that extends an earlier one takes over its memory.
"""

from dataclasses import dataclass
from itertools import accumulate, pairwise

import torch

from agentflow_core.models.local.prefixes import MIN_TOKENS, REUSE_BYTES, common
from agentflow_core.models.local.small_qwen2 import Part, SmallQwen2
from agentflow_core.models.local.threads import CORES

_HEADROOM = 384
"""Columns that a new row gets beyond its prompt; what is never written takes no memory."""
_FEWEST_TOKENS = 4
"""A part with fewer costs more in reading the weights once more than another core saves."""


@dataclass(eq=False)
class Sequence:
    """Keys and values of the first `length` tokens of a text."""

    cache: torch.Tensor
    length: int = 0

    @property
    def columns(self) -> int:
        return self.cache.shape[2]

    @property
    def nbytes(self) -> int:
        """Of the columns in use."""
        return self.cache.nbytes * self.length // self.columns


class SequenceBatch:
    """See `Batch`."""

    def __init__(self, model: SmallQwen2) -> None:
        self._model = model
        self._rows: list[Sequence] = []
        self._past: list[tuple[list[int], Sequence]] = []  # the last one was used last

    @torch.inference_mode()
    def join(self, prompt: list[int]) -> list[int]:
        row = self._known(prompt[:-1])
        self._rows.append(row)
        return prompt[row.length :]

    @torch.inference_mode()
    def step(self, feeds: list[list[int]]) -> torch.Tensor:
        for row, feed in zip(self._rows, feeds, strict=True):
            if row.length + len(feed) > row.columns:
                self._grow(row, row.length + len(feed))
        with CORES.share() as cores:
            cuts = _cuts([len(feed) for feed in feeds], cores)
            logits = self._model.logits([self._part(feeds, *cut) for cut in cuts])
        for row, feed in zip(self._rows, feeds, strict=True):
            row.length += len(feed)
            feed.clear()
        return logits

    def leave(self, row: int, fed: list[int]) -> None:
        left = self._rows[row]
        last = self._rows.pop()
        if row < len(self._rows):
            self._rows[row] = last
        if len(fed) >= MIN_TOKENS:
            self._keep(fed, left)

    def _part(self, feeds: list[list[int]], begin: int, end: int) -> Part:
        rows, feeds = self._rows[begin:end], feeds[begin:end]
        return Part(
            ids=[token for feed in feeds for token in feed],
            counts=[len(feed) for feed in feeds],
            lengths=[row.length for row in rows],
            caches=[row.cache for row in rows],
        )

    def _grow(self, row: Sequence, columns: int) -> None:
        cache = self._model.new_cache(max(2 * row.columns, columns))
        cache[:, :, : row.length] = row.cache[:, :, : row.length]
        row.cache = cache

    def _known(self, ids: list[int]) -> Sequence:
        """A row that holds the longest known beginning of `ids`, and has room for them."""
        lengths = [common(known, ids) for known, _ in self._past]
        best = max(range(len(lengths)), key=lengths.__getitem__, default=None)
        if best is None or lengths[best] < MIN_TOKENS:
            return Sequence(self._model.new_cache(len(ids) + _HEADROOM))
        known, sequence = self._past.pop(best)
        length = lengths[best]
        if len(known) - length < MIN_TOKENS:  # little else is lost: go on in its memory
            sequence.length = length
            return sequence
        self._past.append((known, sequence))
        row = Sequence(self._model.new_cache(len(ids) + _HEADROOM), length)
        row.cache[:, :, :length] = sequence.cache[:, :, :length]
        return row

    def _keep(self, ids: list[int], row: Sequence) -> None:
        self._past = [entry for entry in self._past if common(entry[0], ids) < len(entry[0])]
        self._past.append((ids, row))
        size = sum(entry[1].nbytes for entry in self._past)
        while size > REUSE_BYTES:
            size -= self._past.pop(0)[1].nbytes


def _cuts(counts: list[int], cores: int) -> list[tuple[int, int]]:
    """Cuts rows with these many tokens into parts for the cores, as even as rows allow."""
    sums = [0, *accumulate(counts)]
    parts = max(1, min(cores, sums[-1] // _FEWEST_TOKENS))
    even = [sums[-1] * part / parts for part in range(parts + 1)]
    borders = sorted({min(range(len(sums)), key=lambda row: abs(sums[row] - place)) for place in even})
    return list(pairwise(borders))
