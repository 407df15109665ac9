"""The running batch of a small model: all new tokens of all rows go in one pass, prompts of any length among them.

Row i lives in row i of one memory, so that the last tokens of all rows can look at their pasts in one operation. Rows
that leave are remembered: a call that begins like an earlier one, or like one that runs now, takes over what that has
computed, and of calls that come together with one beginning it is computed once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import torch

from agentflow_core.models.local.prefixes import MIN_TOKENS, REUSE_BYTES, common
from agentflow_core.models.local.small_qwen2 import Part, SmallQwen2
from agentflow_core.models.local.threads import CORES

_ROWS, _COLUMNS = 8, 512
"""Of the first memory; both double when they do not suffice."""
_FEWEST_TOKENS = 4
"""A part with fewer costs more in reading the weights once more than another core saves."""


@dataclass(frozen=True)
class _Past:
    """Keys and values of a call that is over, [layers, tokens, heads, head size]."""

    ids: list[int]
    memory: torch.Tensor


class SequenceBatch:
    """See `Batch`."""

    most_guesses = 4

    def __init__(self, model: SmallQwen2) -> None:
        self._model = model
        self._memory = model.memory(_ROWS, _COLUMNS)
        self._rows: list[list[int]] = []
        """The tokens that the memory has of each row."""
        self._reused: list[int] = []
        self._past: list[_Past] = []  # the last one was used last

    @torch.inference_mode()
    def join(self, prompt: list[int]) -> list[int]:
        row = len(self._rows)
        self._make_room(row + 1, len(prompt))
        length, source = self._known(prompt[:-1])
        if source is not None:
            self._memory[:, row, :length] = source[:, :length]
        self._rows.append(prompt[:length])
        self._reused.append(length)
        return prompt[length:]

    @torch.inference_mode()
    def step(self, feeds: list[list[int]], guesses: Sequence[Sequence[int]]) -> torch.Tensor:
        ahead = zip(self._rows, feeds, guesses, strict=True)
        self._make_room(len(feeds), max(len(row) + len(feed) + len(guess) for row, feed, guess in ahead))
        with CORES.share() as cores:
            self._share(feeds)
            cuts = _cuts([len(feed) + len(guess) for feed, guess in zip(feeds, guesses, strict=True)], cores)
            logits = self._model.logits(self._memory, [self._part(feeds, guesses, *cut) for cut in cuts])
        for row, feed, guess in zip(self._rows, feeds, guesses, strict=True):
            row += [*feed, *guess]
            feed.clear()
        return logits

    def take_back(self, row: int, tokens: int) -> None:
        del self._rows[row][len(self._rows[row]) - tokens :]

    def reused(self, row: int) -> int:
        return self._reused[row]

    @torch.inference_mode()
    def leave(self, row: int, fed: list[int]) -> None:
        if len(fed) >= MIN_TOKENS:
            self._keep(_Past(fed, self._memory[:, row, : len(fed)].clone()))
        last, reused = self._rows.pop(), self._reused.pop()
        if row < len(self._rows):
            self._reused[row] = reused
            self._memory[:, row, : len(last)] = self._memory[:, len(self._rows), : len(last)]
            self._rows[row] = last

    def _share(self, feeds: list[list[int]]) -> None:
        """Of rows that are about to be fed the same beginning one is fed it, and the others take it over."""
        texts = {row: self._rows[row] + feed[:-1] for row, feed in enumerate(feeds) if len(feed) > MIN_TOKENS}
        givers: list[int] = []
        for row, text in texts.items():
            length, giver = max(((common(texts[giver], text), giver) for giver in givers), default=(0, row))
            known = len(self._rows[row])
            if length - known < MIN_TOKENS:
                givers.append(row)
                continue
            self._feed(giver, feeds[giver], length)
            self._memory[:, row, known:length] = self._memory[:, giver, known:length]
            self._rows[row] = text[:length]
            self._reused[row] += length - known
            del feeds[row][: length - known]

    def _feed(self, row: int, feed: list[int], length: int) -> None:
        """Feeds a row alone until it has so many tokens."""
        known = len(self._rows[row])
        if length > known:
            ids = feed[: length - known]
            self._model.logits(self._memory, [Part(row, [ids[-1:]], [ids[:-1]], [known])])
            self._rows[row] += ids
            del feed[: len(ids)]

    def _part(self, feeds: list[list[int]], guesses: Sequence[Sequence[int]], begin: int, end: int) -> Part:
        return Part(
            first=begin,
            lasts=[[feed[-1], *guess] for feed, guess in zip(feeds[begin:end], guesses[begin:end], strict=True)],
            earlier=[feed[:-1] for feed in feeds[begin:end]],
            lengths=[len(row) for row in self._rows[begin:end]],
        )

    def _make_room(self, rows: int, columns: int) -> None:
        have_rows, have_columns = self._memory.shape[1:3]
        if rows <= have_rows and columns <= have_columns:
            return
        while have_rows < rows:
            have_rows *= 2
        while have_columns < columns:
            have_columns *= 2
        old, self._memory = self._memory, self._model.memory(have_rows, have_columns)
        for row, ids in enumerate(self._rows):
            self._memory[:, row, : len(ids)] = old[:, row, : len(ids)]

    def _known(self, ids: list[int]) -> tuple[int, torch.Tensor | None]:
        """The longest known beginning of `ids`: its length, and its keys and values."""
        past = [common(entry.ids, ids) for entry in self._past]
        running = [common(row, ids) for row in self._rows]
        length = max(*past, *running, 0, 0)
        if length < MIN_TOKENS:
            return 0, None
        if length in past:
            entry = self._past.pop(past.index(length))
            self._past.append(entry)
            return length, entry.memory
        return length, self._memory[:, running.index(length)]

    def _keep(self, new: _Past) -> None:
        """Entries that it extends are dropped, and the oldest where all take too much."""
        self._past = [entry for entry in self._past if common(entry.ids, new.ids) < len(entry.ids)]
        self._past.append(new)
        size = sum(entry.memory.nbytes for entry in self._past)
        while size > REUSE_BYTES:
            size -= self._past.pop(0).memory.nbytes


def _cuts(counts: list[int], cores: int) -> list[tuple[int, int]]:
    """Cuts rows with these many tokens into parts for the cores, as even as rows allow."""
    sums = [0, *accumulate(counts)]
    parts = max(1, min(cores, sums[-1] // _FEWEST_TOKENS))
    even = [sums[-1] * part / parts for part in range(parts + 1)]
    borders = sorted({min(range(len(sums)), key=lambda row: abs(sums[row] - place)) for place in even})
    return list(pairwise(borders))
