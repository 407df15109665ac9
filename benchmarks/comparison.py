"""The measured part of `docs/comparison.md`: our figures beside those of the public implementation (`public.json`).

`python -m benchmarks --page` writes it. What was not measured of ours yet says so.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from textwrap import wrap
from typing import Any

from benchmarks.growth import PUBLIC
from benchmarks.marked import replaced

PAGE = Path(__file__).parents[1] / "docs" / "comparison.md"
PART = "side by side"
MISSING = "not measured yet"
Rows = list[dict[str, Any]]


def rows(results: Mapping[str, Any], public: Mapping[str, Any]) -> list[str]:
    """The lines between the marks."""
    turns = public["turns"]
    pairs = [
        (
            f"model calls in a row, {' / '.join(turns)} turns, a tool that asks a model",
            _engine(results, turns, lambda row: f"{row['engine_calls'] + row['tool_calls']}"),
            " / ".join(str(theirs["calls"]) for theirs in turns.values()),
        ),
        (
            f"prompt characters, results of {public['result_characters']}",
            _growth(results, turns, public["result_characters"], lambda row: _thousands(row["prompt_characters"])),
            " / ".join(_thousands(theirs["prompt_characters"]) for theirs in turns.values()),
        ),
        *(
            (
                f"the same, {n} turns, results of {theirs['result_characters']:,}",
                _growth(results, [n], theirs["result_characters"], lambda row: _thousands(row["prompt_characters"])),
                _thousands(theirs["prompt_characters"]),
            )
            for n, theirs in public["long_results"].items()
        ),
        (
            "of the former, not shared with an earlier prompt",
            _growth(results, turns, public["result_characters"], lambda row: _thousands(row["new_characters"])),
            "not measured",
        ),
        (
            "wall time at 200 ms a call",
            _growth(results, turns, public["result_characters"], lambda row: f"{row['wall_s']:.2f}") + " s",
            " / ".join(f"{theirs['wall_s_at_200_ms']:.2f}" for theirs in turns.values()) + " s",
        ),
        (
            "own time a turn, beyond its calls",
            _engine(results, turns, lambda row: f"{row['overhead_ms_a_turn']:.1f}") + " ms",
            f"{public['own_ms_a_turn'][0]} to {public['own_ms_a_turn'][1]} ms",
        ),
        ("first thing to be seen", _first(results), "at the very end"),
        _at_once(results, public["flows_at_once"]),
    ]
    head = ("", "here", "public implementation")
    lines = [
        head,
        ("---",) * 3,
        *((what, ours.replace(f"{MISSING} s", MISSING), theirs) for what, ours, theirs in pairs),
    ]
    said = (
        f"Here: [results](../benchmarks/results.md), each with its date and machine. There: {public['provenance']}. "
        "The loads of the two machines differed; compare counts first, times with care."
    )
    return [*(f"| {' | '.join(line)} |" for line in lines), "", *_wrapped(said)]


def _engine(results: Mapping[str, Any], turns: Any, told: Any) -> str:
    found: Rows = [row for row in results["engine_overhead"]["rows"] if not row["stored"]]
    return " / ".join(told(row) for n in turns for row in found if str(row["turns"]) == n)


def _growth(results: Mapping[str, Any], turns: Any, characters: int, told: Any) -> str:
    found: Rows = results["growth"]["rows"] if "growth" in results else []
    kept = [row for row in found if row["memory"] == "all" and row["result_characters"] == characters]
    return " / ".join(told(row) for n in turns for row in kept if str(row["turns"]) == n) or MISSING


def _first(results: Mapping[str, Any]) -> str:
    row = results["many_flows"]["rows"][0]
    return f"an event after {row['first_event_ms']:.0f} ms, text after {row['first_text_ms']:.0f} ms (200 the model's)"


def _at_once(results: Mapping[str, Any], theirs: Mapping[str, Any]) -> tuple[str, str, str]:
    row = next(row for row in results["many_flows"]["rows"] if row["flows"] == theirs["flows"])
    return (
        f"{theirs['flows']} flows of {theirs['turns']} turns at once",
        f"{row['seconds']:.2f} s, every flow its own answer",
        f"{theirs['seconds']:.2f} s; with the Python tool {theirs['mixed_up_with_the_python_tool']} of "
        f"{theirs['flows']} mixed up",
    )


def _thousands(number: int) -> str:
    return f"{number / 1000:.0f}k"


def _wrapped(text: str) -> list[str]:
    return wrap(text, 118)


def write(results: Mapping[str, Any]) -> None:
    public = json.loads(PUBLIC.read_text(encoding="utf-8"))
    page = replaced(PAGE.read_text(encoding="utf-8"), PART, rows(results, public))
    PAGE.write_text(page, encoding="utf-8")
