"""Keys and values of past calls, so that a prompt that begins like an earlier one is not computed from its start again.

The modules of a flow read one growing text, so nearly every call extends the one before it. Least recently used
entries go first when the budget is spent; nothing here changes what a model answers beyond rounding.
"""

import os
from collections.abc import Sequence

import torch

from agentflow_core.models.local.slots import KeyValues

MIN_TOKENS = 16
"""Shorter matches cost more in copying than they save."""
_MAX_ENTRIES = 64
REUSE_BYTES = 256 * 2**20
"""For keys and values of past calls, beside the weights and the running batch; for a larger model see `reuse_bytes`."""
_SHARE = 8


def reuse_bytes(device: torch.device) -> int:
    """An eighth of what the device's memory has left once the weights are there, and no less than `REUSE_BYTES`.

    A 7B model keeps some 60 kB a token in bfloat16, twice that in float32: a flow of 8,000 tokens needs half a
    gigabyte, and an entry that is larger than the limit is of no use at all.
    """
    if device.type == "cuda":
        return max(REUSE_BYTES, torch.cuda.mem_get_info(device)[0] // _SHARE)
    if device.type == "cpu" and hasattr(os, "sysconf"):
        return max(REUSE_BYTES, os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // _SHARE)
    return REUSE_BYTES


class Prefixes:
    """At most `max_bytes` of keys and values, found by the token ids they belong to."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._entries: list[tuple[list[int], KeyValues]] = []  # the last one was used last

    def find(self, ids: Sequence[int]) -> KeyValues | None:
        """Keys and values of the longest known beginning of `ids`, if it is long enough to pay."""
        wanted = list(ids)
        lengths = [common(known, wanted) for known, _ in self._entries]
        best = max(range(len(lengths)), key=lengths.__getitem__, default=None)
        if best is None or lengths[best] < MIN_TOKENS:
            return None
        entry = self._entries.pop(best)
        self._entries.append(entry)
        length = lengths[best]
        return [(keys[:, :length], values[:, :length]) for keys, values in entry[1]]

    def keep(self, ids: Sequence[int], row: KeyValues) -> None:
        """Remembers a row; an entry that it extends is dropped."""
        new = list(ids)
        if len(new) < MIN_TOKENS:
            return
        self._entries = [entry for entry in self._entries if common(entry[0], new) < len(entry[0])]
        self._entries.append((new, row))
        size = sum(_bytes(entry[1]) for entry in self._entries)
        while self._entries and (size > self._max_bytes or len(self._entries) > _MAX_ENTRIES):
            size -= _bytes(self._entries.pop(0)[1])


def common(a: list[int], b: list[int]) -> int:
    """Length of the common beginning, by bisection over slices."""
    low, high = 0, min(len(a), len(b))
    if high < MIN_TOKENS or a[:MIN_TOKENS] != b[:MIN_TOKENS]:
        return 0  # too short to be used, whatever its length; most pairs end here
    if a[:high] == b[:high]:
        return high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if a[low:middle] == b[low:middle] else (low, middle)
    return low


def _bytes(row: KeyValues) -> int:
    return sum(keys.nbytes + values.nbytes for keys, values in row)
