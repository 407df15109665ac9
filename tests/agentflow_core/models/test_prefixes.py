"""Reuse of keys and values: the longest known beginning is found, and memory stays within its budget."""

import os

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from agentflow_core.models.local.prefixes import REUSE_BYTES, Prefixes, reuse_bytes
from agentflow_core.models.local.slots import KeyValues

IDS = st.lists(st.integers(0, 1), min_size=0, max_size=80)


def row(ids: list[int]) -> KeyValues:
    """Keys that are the ids themselves, so that what is found can be read."""
    keys = torch.tensor(ids, dtype=torch.float32).reshape(1, -1, 1)
    return [(keys, -keys)]


def common(a: list[int], b: list[int]) -> int:
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


@given(st.lists(IDS, max_size=6), IDS, st.integers(0, 60))
def test_finds_the_longest_known_beginning(known: list[list[int]], tail: list[int], cut: int) -> None:
    prefixes = Prefixes(max_bytes=10**9)
    for ids in known:
        prefixes.keep(ids, row(ids))
    wanted = (known[0][:cut] if known else []) + tail
    longest = max((common(ids, wanted) for ids in known), default=0)
    found = prefixes.find(wanted)
    if longest < 16:
        assert found is None
        return
    assert found is not None
    keys, values = found[0]
    assert keys.flatten().tolist() == wanted[:longest]
    assert values.flatten().tolist() == [-token for token in wanted[:longest]]


def test_least_recently_used_goes_first() -> None:
    one, two, three = ([number] * 20 for number in (1, 2, 3))
    prefixes = Prefixes(max_bytes=2 * 160)
    prefixes.keep(one, row(one))
    prefixes.keep(two, row(two))
    assert prefixes.find(one) is not None
    prefixes.keep(three, row(three))
    assert prefixes.find(two) is None
    assert prefixes.find(one) is not None
    assert prefixes.find(three) is not None


def test_an_extension_replaces_what_it_extends() -> None:
    prefixes = Prefixes(max_bytes=8 * 30)
    prefixes.keep([1] * 20, row([1] * 20))
    prefixes.keep([1] * 30, row([1] * 30))
    assert prefixes.find([1] * 40) is not None


def test_the_limit_follows_the_devices_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A flow of 8,000 tokens of a 7B model takes half a gigabyte: a GPU keeps several, a small machine little."""
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (64 * 2**30, 80 * 2**30))
    assert reuse_bytes(torch.device("cuda", 0)) == 8 * 2**30
    pages = {"SC_AVPHYS_PAGES": 2**20, "SC_PAGE_SIZE": 2**14}
    monkeypatch.setattr(os, "sysconf", pages.__getitem__)
    assert reuse_bytes(torch.device("cpu")) == 2 * 2**30
    pages["SC_AVPHYS_PAGES"] = 1000
    assert reuse_bytes(torch.device("cpu")) == reuse_bytes(torch.device("mps")) == REUSE_BYTES
