"""The pages say what the results file holds, and the parts that are measured are the parts that they know."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import __main__ as bench
from benchmarks import comparison, growth, readme
from benchmarks.marked import replaced
from benchmarks.page import NOTES, TITLES, page

ROOT = Path(__file__).parents[2]

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


def stored() -> dict[str, Any]:
    return json.loads(bench.RESULTS.read_text())  # type: ignore[no-any-return]


def public() -> dict[str, Any]:
    return json.loads(growth.PUBLIC.read_text())  # type: ignore[no-any-return]


def test_the_stored_page_is_that_of_the_stored_results() -> None:
    assert bench.RESULTS.with_suffix(".md").read_text() == page(stored())
    assert set(stored()) <= set(bench.PARTS)


def test_both_readmes_and_the_comparison_are_written_from_the_stored_results() -> None:
    figures = json.loads(readme.FIGURES.read_text())
    for name, words in readme.PAGES.items():
        text = (ROOT / name).read_text()
        assert text == replaced(text, readme.PART, readme.rows(stored(), figures, words)), "python -m benchmarks --page"
    text = comparison.PAGE.read_text()
    assert text == replaced(text, comparison.PART, comparison.rows(stored(), public())), "python -m benchmarks --page"


def test_what_the_paper_reports_is_shown_as_it_is_kept() -> None:
    told = public()["published"]
    text = comparison.PAGE.read_text()
    assert f"| | {' | '.join(told['sets'])} |" in text
    assert f"| untrained | {' | '.join(map(str, told['untrained']))} |" in text
    assert f"| Flow-GRPO | {' | '.join(map(str, told['trained']))} |" in text


def test_a_page_without_the_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="no part between"):
        replaced("# Title\n", "measured", ["| a |"])


def test_a_busy_machine_is_told_on_every_page() -> None:
    rows = [{"flows": 64, "times_one_alone": 1.2, "flows_a_second": 9.0}]
    quiet = {"many_flows": PART | {"machine": {"cores": 2, "load": 0.3, "python": "3.12"}, "rows": rows}}
    busy = {"many_flows": PART | {"machine": {"cores": 2, "load": 60.1, "python": "3.12"}, "rows": rows}}
    figures = {"real, planner": {"n": 500, "accuracy": 0.896, "interval": [0.8662, 0.9198]}}
    assert "busy machine" in page(busy) and "busy machine" not in page(quiet)
    for words, said in ((readme.ENGLISH, "times are too long"), (readme.CHINESE, "时间偏长")):
        assert said in readme.rows(busy, figures, words)[-1] and said not in readme.rows(quiet, figures, words)[-1]


def test_a_line_is_written_of_every_part_that_was_measured() -> None:
    """With figures of all parts, in both languages; goals are said to be met or missed."""
    machine = {"cores": 2, "load": 0.3, "python": "3.12"}
    family = {"flows": 20, "first_event_s": 0.0002, "first_text_s": 0.004, "two_turn_flow_s": 0.2}
    measured: dict[str, Any] = {
        "setup": {"setup_s": 276, "setup_gb": 1.4},
        "start": {"page_s": 3.4, "first_event_ms": 20.0, "two_turn_flow_s": 0.3},
        "pocket_speed": {
            "look2": family | {"throughput_ratio": 4.3},
            "eq": family | {"throughput_ratio": 2.3},
            "all": {"throughput_ratio": 3.1},
            "mixed": {
                "flows": 40, "same_answers": 40, "one_by_one_s": 40.0, "at_once_s": 10.0, "throughput_ratio": 4.0
            },
        },
        "engine_overhead": [
            {"stored": disk, "turns": n, "engine_calls": 2 + 3 * n, "tool_calls": n, "overhead_ms_a_turn": 3.0 + disk}
            for disk in (False, True)
            for n in (1, 3)
        ],
        "growth": [
            {"turns": 10, "result_characters": 600, "memory": "all", "own_percent": 0.5, "wall_s_ratio": 0.8,
             "overlapped_s_ratio": 0.61, "prompt_characters_ratio": 0.2, "wall_s": 5.0,
             "prompt_characters": 50_000, "new_characters": 9_000}
        ],
        "many_flows": [
            {"flows": n, "seconds": 3.5, "times_one_alone": 1.2, "flows_a_second": 9.0, "first_event_ms": 2.0,
             "first_text_ms": 203.0}
            for n in (1, 16, 64)
        ],
        "page_latency": {
            "alone_p50_ms": 40.0, "alone_p95_ms": 50.0, "among_p50_ms": 45.0, "among_p95_ms": 55.0, "viewers": 10,
            "p50_ms": 60.0, "p95_ms": 110.0,
        },
        "prefix_share": [{"taken_over_share": 0.7}, {"taken_over_share": 0.6}],
        "generation_limit": [
            {"share_of_limit": 0.5, "tokens_s": 1000}, {"share_of_limit": 0.3, "tokens_s": 5000}
        ],
        "training_speed": {"ratio": 1.6},
    }  # fmt: skip
    results = {name: PART | {"machine": machine, "rows": rows} for name, rows in measured.items()}
    figures = {"real, planner": {"n": 500, "accuracy": 0.896, "interval": [0.8662, 0.9198]}}
    english, chinese = (readme.rows(results, figures, words) for words in (readme.ENGLISH, readme.CHINESE))
    assert len(english) == len(chinese) == 2 + 14 + 2
    growth_told = "0.80 times, 0.61 with plans made ahead (goal 0.6: missed), 0.20 times (goal 0.25: met)"
    assert [line for line in english if growth_told in line]
    assert [line for line in english if "1.6 times the tokens a second (goal 1.5: met)" in line]
    assert [line for line in chinese if "每秒词元数 1.6 倍（目标 1.5：达到）" in line]
    beside = "\n".join(comparison.rows(results, public()))
    assert "| 5.00 s | 1.45 / 3.09 / 8.89 s |" in beside and "| 50k | 23k / 63k / 256k |" in beside


def test_what_is_beyond_a_shared_beginning_is_new() -> None:
    assert growth.shared("abcd", "abxd") == 2
    assert growth.shared("abc", "abcd") == 3
    assert growth.shared("", "a") == growth.shared("b", "a") == 0


def test_ratios_are_taken_where_the_other_was_measured() -> None:
    row = {"turns": 10, "result_characters": 600, "calls": 42, "prompt_characters": 128_000, "wall_s": 8.89}
    row |= {"overlapped_s": 8.89 / 2}
    assert growth.ratios(row, public()) == {
        "calls_ratio": round(42 / 43, 3), "prompt_characters_ratio": 0.5, "wall_s_ratio": 1.0, "overlapped_s_ratio": 0.5
    }  # fmt: skip
    long = growth.ratios(row | {"result_characters": 4000, "prompt_characters": 395_500}, public())
    assert long == {
        "calls_ratio": None, "prompt_characters_ratio": 0.5, "wall_s_ratio": None, "overlapped_s_ratio": None
    }  # fmt: skip
    assert set(growth.ratios(row | {"turns": 20}, public()).values()) == {None}
