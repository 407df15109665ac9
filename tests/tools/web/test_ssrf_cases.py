"""Each case of ssrf_cases.jsonl is decided as it says, in bounded time and memory; none dials a private address."""

import json
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from tests.tools.web.world import PUBLIC, World
from tools.web import WebError
from tools.web.urls import parse

CASES: list[dict[str, Any]] = [
    json.loads(line) for line in (Path(__file__).parent / "ssrf_cases.jsonl").read_text().splitlines()
]
SECONDS = 2.0
"""The fetcher's own limit, shortened for the tests."""
MEMORY = 50_000_000


def test_the_cases_are_all_there() -> None:
    assert len(CASES) > 100 and len({case["id"] for case in CASES}) == len(CASES)
    assert {case["expected"]["decision"] for case in CASES} == {"allow", "block", "limit"}


@pytest.mark.parametrize("case", [c for c in CASES if c["kind"] != "tool-arg"], ids=lambda case: case["id"])
async def test_a_case_is_decided_as_it_says(case: dict[str, Any]) -> None:
    world = World(case["http"], case["dns"])
    bounded = any(":" in rule for rule in case["must_not"])
    if bounded:
        tracemalloc.start()
    started = time.monotonic()
    try:
        page = await world.fetcher(seconds=SECONDS).fetch(case["url"])
        decision, why = "allow", f"{len(page.body)} bytes"
    except WebError as error:
        decision, why = error.decision, str(error)
    took = time.monotonic() - started
    peak = tracemalloc.get_traced_memory()[1] if bounded else 0
    tracemalloc.stop()
    assert decision == case["expected"]["decision"], why
    assert why and set(world.dialled) <= {PUBLIC}
    assert took < SECONDS + 2 and peak < MEMORY


@pytest.mark.parametrize(
    "case", [c for c in CASES if not c["http"] and c["expected"]["decision"] == "block"], ids=lambda case: case["id"]
)
async def test_what_is_blocked_at_once_is_blocked_by_the_check_alone(case: dict[str, Any]) -> None:
    world = World(names=case["dns"])
    with pytest.raises(WebError) as caught:
        await world.fetcher().guard.check(parse(case["url"]))
    assert caught.value.decision == "block" and world.dialled == []
