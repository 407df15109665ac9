"""The load test's own judgement, and a short stay of a few visitors: the long one is `make test-load`."""

from dataclasses import replace
from typing import Any

import pytest

from tests.reliability.page_load import GROWTH, LATE, Seen, arguments, figures, measured, strangers

SOUND = Seen(latencies=[0.05] * 99 + [2.0], flows=20, requests=500, memory=[100_000_000] * 40)
"""One event in a hundred may be late."""


def test_a_page_that_keeps_its_promises_is_sound() -> None:
    found = figures(SOUND)
    assert found["sound"]
    assert (found["flows"], found["events"], found["latency_p50_ms"], found["latency_max_ms"]) == (
        20,
        100,
        50.0,
        2000.0,
    )
    assert (found["memory_early_mb"], found["memory_late_mb"]) == (100.0, 100.0)


@pytest.mark.parametrize(
    "change",
    [
        {"latencies": [0.05] * 90 + [LATE + 0.01] * 10},
        {"latencies": []},
        {"memory": [100_000_000] * 20 + [int(105_000_000 * GROWTH)] * 20},
        {"memory": [100_000_000 + 2_000_000 * second for second in range(40)]},
        {"strangers": ["visitor-1-10# saw visitor-1-1#"]},
        {"problems": ["visitor-1-1#: events are missing: []"]},
        {"flows": 0},
    ],
    ids=["late events", "no events", "a leap", "growth", "strangers", "problems", "no flows"],
)
def test_a_page_that_breaks_one_is_not(change: dict[str, Any]) -> None:
    assert not figures(replace(SOUND, **change))["sound"]


def test_memory_that_a_start_takes_is_no_growth() -> None:
    filling = [60_000_000 + 4_000_000 * second for second in range(10)] + [100_000_000] * 30
    assert figures(replace(SOUND, memory=filling))["sound"]


def test_another_visitors_text_is_seen_wherever_it_stands() -> None:
    def view(text: str, live: str = "") -> dict[str, Any]:
        return {"events": [{"type": "planned", "text": text}], "live": {"at": 0, "text": live}}

    assert strangers(view("for visitor-1-10#", "visitor-1-10# has it"), "visitor-1-10#") == []
    assert strangers(view("for visitor-1-1#"), "visitor-1-10#") == ["visitor-1-10# saw visitor-1-1#"]
    assert strangers(view("for visitor-1-10#"), "visitor-1-1#") == ["visitor-1-1# saw visitor-1-10#"]
    assert strangers(view("", "and visitor-2-1#"), "visitor-1-1#") == ["visitor-1-1# saw visitor-2-1#"]
    assert strangers(view("", "what visitor-1-1"), "visitor-1-10#") == [], "a mark that is not all there yet"


def test_twenty_visitors_for_a_quarter_of_a_minute() -> None:
    """Whether they were served in time is for a machine that does nothing else."""
    options = arguments(["--sessions", "20", "--seconds", "15", "--latency", "0.2", "--think", "3"])
    found = measured(options)
    assert (found["strangers"], found["problems"]) == ([], [])
    assert found["flows"] >= 10 and found["events"] > 10 * found["flows"]
