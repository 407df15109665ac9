"""The page of a results file: tables in Markdown, nothing that is not in the file.

Separate from the measuring so that the page can be written again from stored figures, and be tested without measuring.
"""

from collections.abc import Mapping, Sequence
from typing import Any

HEAD = """# Measured speed

Written by `make bench` from `results.json`; do not edit by hand. Times depend on the machine and on what else it does
(`load`: busy processes before the measurement began; above the number of cores, times are too long).
"""

TITLES = {
    "engine_overhead": "The engine's own time",
    "many_flows": "Many flows at once, three turns each, 200 ms a model call",
    "sandbox_latency": "A call of a sandboxed tool",
    "pocket_speed": "Real flows on the embedded model: one after the other, and all at once",
    "pocket_generate": "The embedded model's calls against plain `generate` of transformers",
}

NOTES = {
    "engine_overhead": (
        "A model server that answers at once. `overhead_ms_a_turn` is a flow's wall time less that of the same calls "
        "by the bare client. Calls of the engine follow each other: their number is the critical path."
    ),
    "many_flows": "The server never is the limit. `times_one_alone`: wall time of all against that of one.",
    "sandbox_latency": "`first_ms` holds what a process does once: starting the sandbox and its self-test.",
    "pocket_speed": (
        "`throughput_ratio`: one by one over at once. `same_answers` counts flows that answered alike both ways."
    ),
    "pocket_generate": "All calls of ten two-hop flows, one after the other.",
}


def page(results: Mapping[str, Any]) -> str:
    """All parts that were measured, in the order of `TITLES`."""
    return "\n".join([HEAD, *(_part(name, results[name]) for name in TITLES if name in results)])


def _part(name: str, part: Mapping[str, Any]) -> str:
    machine = ", ".join(f"{key} {value}" for key, value in part["machine"].items())
    said = f"{NOTES[name]} `python -m benchmarks.{name}`; {part['when']}, {part['took_s']} s; {machine}."
    return f"## {TITLES[name]}\n\n{said}\n\n{_table(_rows(part['rows']))}\n"


def _rows(rows: Any) -> Sequence[Mapping[str, Any]]:
    """Rows of a table: a list as it is, a row alone, or rows by name."""
    if isinstance(rows, list):
        return rows
    if all(isinstance(row, Mapping) for row in rows.values()):
        return [{"": name, **row} for name, row in rows.items()]
    return [rows]


def _table(rows: Sequence[Mapping[str, Any]]) -> str:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    lines = [columns, ["---"] * len(columns), *([_cell(row.get(column)) for column in columns] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
