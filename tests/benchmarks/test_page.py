"""The page says what the results file holds, and the parts that are measured are the parts that it knows."""

import json
from typing import Any

import pytest

from benchmarks import __main__ as bench
from benchmarks.page import NOTES, TITLES, page

PART = {"when": "2026-01-01 00:00 UTC", "took_s": 1.5, "machine": {"cores": 2}}


def test_every_part_has_a_place_on_the_page() -> None:
    assert set(bench.PARTS) == set(TITLES) == set(NOTES)


@pytest.mark.parametrize(
    ("rows", "table"),
    [
        ([{"turns": 1, "ms": 2.5}, {"turns": 3, "ms": 7.0}], "| turns | ms |\n| --- | --- |\n| 1 | 2.5 |\n| 3 | 7.0 |"),
        ({"calls": 12345, "ratio": 3.5}, "| calls | ratio |\n| --- | --- |\n| 12,345 | 3.5 |"),
        (
            {"look1": {"s": 1, "two": None}, "all": {"s": 2}},
            "|  | s | two |\n| --- | --- | --- |\n| look1 | 1 |  |\n| all | 2 |  |",
        ),
    ],
    ids=["list", "one row", "rows by name"],
)
def test_rows_become_a_table(rows: Any, table: str) -> None:
    written = page({"many_flows": PART | {"rows": rows}})
    assert table in written
    assert TITLES["many_flows"] in written and "cores 2" in written
    assert TITLES["pocket_speed"] not in written


def test_the_stored_page_is_that_of_the_stored_results() -> None:
    stored = json.loads(bench.RESULTS.read_text())
    assert bench.RESULTS.with_suffix(".md").read_text() == page(stored)
    assert set(stored) == set(bench.PARTS)
