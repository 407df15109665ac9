"""Keys and values of a running batch, kept so that rows can join and leave between steps (continuous batching).

Row i lives in slot i of preallocated buffers. All rows end at the same column, as in a left-padded batch, so every
attention pattern of transformers (sliding windows too) applies unchanged. Joining writes one slot, leaving moves the
last slot into the gap, a step writes one column: nothing copies the whole batch, except when the buffers must grow.

    slot 0   . . a a a a a|        `.` is masked
    slot 1   b b b b b b b|
    slot 2   . . . . . c c|        end = 7, starts = [2, 0, 5]
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy
import torch
from transformers.cache_utils import Cache, CacheLayerMixin, DynamicCache

from agentflow_core.models.local.threads import Threads

KeyValues = list[tuple[torch.Tensor, torch.Tensor]]
"""For each layer keys and values of one row, [heads, tokens, head size]."""


_HEADROOM = 64
"""Columns kept free when the buffers are sized, so that making room is rare."""


class _SlotLayer(CacheLayerMixin):  # type: ignore[no-untyped-call]
    """One layer's buffers: [slots, heads, columns, head size]."""

    is_sliding = False  # keeps every column; the mask does the sliding
    keys: torch.Tensor
    values: torch.Tensor

    def __init__(self, owner: "Slots") -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.owner = owner

    def lazy_initialization(self, key_states: torch.Tensor, value_states: torch.Tensor) -> None:
        slots, columns = self.owner.slots, self.owner.columns
        self.keys = _zeros(key_states, (slots, key_states.shape[-3], columns, key_states.shape[-1]))
        self.values = _zeros(value_states, (slots, value_states.shape[-3], columns, value_states.shape[-1]))
        self.is_initialized = True

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        rows, first, end = key_states.shape[0], self.owner.first, self.owner.end
        self.keys[:rows, :, end : end + 1] = key_states
        self.values[:rows, :, end : end + 1] = value_states
        return self.keys[:rows, :, first : end + 1], self.values[:rows, :, first : end + 1]

    def get_seq_length(self) -> int:
        return self.owner.end - self.owner.first

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        return self.get_seq_length() + query_length, 0

    def get_max_length(self) -> int:
        return -1


class Slots:
    """The running batch: `join`, `step`, `leave`."""

    def __init__(self, model: Any, layers: int) -> None:
        self._model = model
        self._device = model.device
        self._use_threads = Threads(model)
        self._layers = [_SlotLayer(self) for _ in range(layers)]
        self._cache = Cache(layers=list(self._layers))
        self.starts: list[int] = []
        self.end = 0
        self.slots = 4
        self.columns = 256

    @property
    def first(self) -> int:
        """First column that any row uses."""
        return min(self.starts)

    @torch.inference_mode()
    def prefill(self, ids: Sequence[int], known: KeyValues | None = None) -> KeyValues:
        """Keys and values of `ids`; `known` holds those of a prefix, which is not computed again."""
        done = known[0][0].shape[-2] if known else 0
        if known and done == len(ids):
            return known
        self._use_threads(len(ids) - done)
        cache: Any = DynamicCache()
        for layer, (keys, values) in enumerate(known or []):
            cache.update(keys[None], values[None], layer)
        self._model(
            input_ids=torch.tensor([ids[done:]], device=self._device),
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
        )
        return [(layer.keys[0], layer.values[0]) for layer in cache.layers]

    @torch.inference_mode()
    def join(self, row: KeyValues) -> int:
        """Adds a row whose tokens so far have these keys and values (none for a one-token prompt); gives its slot."""
        length = row[0][0].shape[-2] if row else 0
        if not self.starts:  # nothing to move: start in the middle, so that longer rows may join and all may grow
            self.end = max(length, self.columns // 2)
        if length > self.end or self.end >= self.columns or len(self.starts) >= self.slots:
            self._make_room(length)
        slot = len(self.starts)
        self.starts.append(self.end - length)
        for layer, (keys, values) in zip(self._layers, row, strict=False):
            if not layer.is_initialized:
                layer.lazy_initialization(keys, values)
            layer.keys[slot, :, self.end - length : self.end] = keys
            layer.values[slot, :, self.end - length : self.end] = values
        return slot

    @torch.inference_mode()
    def leave(self, slot: int) -> None:
        """Removes a row; the last row takes its slot."""
        last = len(self.starts) - 1
        if slot != last:
            used = slice(self.starts[last], self.end)
            for layer in self._layers:
                layer.keys[slot, :, used] = layer.keys[last, :, used]
                layer.values[slot, :, used] = layer.values[last, :, used]
            self.starts[slot] = self.starts[last]
        self.starts.pop()

    def row(self, slot: int) -> KeyValues:
        """A copy of one row's keys and values."""
        used = slice(self.starts[slot], self.end)
        return [(layer.keys[slot, :, used].clone(), layer.values[slot, :, used].clone()) for layer in self._layers]

    @torch.inference_mode()
    def step(self, ids: Sequence[int]) -> torch.Tensor:
        """Feeds one token to each row; logits of the next one, [rows, vocabulary]."""
        self._use_threads(len(ids))
        if self.end >= self.columns:
            self._make_room(0)
        starts = torch.tensor(self.starts, device=self._device)
        mask = None
        if min(self.starts) != max(self.starts):
            columns = torch.arange(self.first, self.end + 1, device=self._device)
            mask = (columns[None] >= starts[:, None]).long()
        answer = self._model(
            input_ids=torch.tensor(ids, device=self._device)[:, None],
            attention_mask=mask,
            position_ids=(self.end - starts)[:, None],
            past_key_values=self._cache,
            use_cache=True,
        )
        self.end += 1
        logits: torch.Tensor = answer.logits[:, -1]
        return logits

    def _make_room(self, length: int) -> None:
        """Moves the rows so that one of `length` can join and a step can follow; grows the buffers only if needed."""
        width = self.end - self.first if self.starts else 0
        needed = max(width, length)
        columns, slots = self.columns, self.slots
        while columns < needed + _HEADROOM:
            columns *= 2
        while slots <= len(self.starts):
            slots *= 2
        end = (needed + columns) // 2
        for layer in self._layers:
            if layer.is_initialized:
                layer.keys = self._moved(layer.keys, width, end, columns, slots)
                layer.values = self._moved(layer.values, width, end, columns, slots)
        self.starts = [start + end - self.end for start in self.starts]
        self.end, self.columns, self.slots = end, columns, slots

    def _moved(self, old: torch.Tensor, width: int, end: int, columns: int, slots: int) -> torch.Tensor:
        """The buffer with its last `width` used columns ending at `end`."""
        rows = len(self.starts)
        used = old[:rows, :, self.end - width : self.end]
        grown = (slots, columns) != (old.shape[0], old.shape[2])
        new = _zeros(old, (slots, old.shape[1], columns, old.shape[3])) if grown else old
        new[:rows, :, end - width : end] = used if grown else used.clone()
        return new


def _zeros(like: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    """Zeros, because a masked NaN would still spoil a sum. On a CPU from calloc: memory is taken when it is written."""
    if like.device.type != "cpu":
        return like.new_zeros(shape)
    size = math.prod(shape) * like.element_size()
    return torch.from_numpy(numpy.zeros(size, dtype=numpy.uint8)).view(like.dtype).view(shape)
