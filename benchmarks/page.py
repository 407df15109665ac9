"""The page of a results file: tables in Markdown, nothing that is not in the file.

Separate from the measuring so that the page can be written again from stored figures, and be tested without measuring.
"""

from collections.abc import Mapping, Sequence
from typing import Any

HEAD = """# Measured speed

Written by `make bench` from `results.json`; do not edit by hand. Times depend on the machine and on what else it does
(`load`: busy processes before the measurement began; above the number of cores, times are too long). A part that is not
here was not measured yet.
"""
BUSY = "**Measured on a busy machine: times are too long.** "

TITLES = {
    "setup": "Setting up",
    "start": "The page's start, and a flow through it",
    "engine_overhead": "The engine's own time",
    "growth": "What a flow costs as turns and results grow",
    "many_flows": "Many flows at once, three turns each, 200 ms a model call",
    "page_latency": "From an event to pixels in a browser",
    "sandbox_latency": "A call of a sandboxed tool",
    "pocket_speed": "Real flows on the embedded model: one after the other, and all at once",
    "prefix_share": "What the embedded model has read before",
    "pocket_generate": "The embedded model's calls against plain `generate` of transformers",
    "generation_limit": "Generation against the machine's limit",
    "training_speed": "An update of Flow-GRPO against TRL's GRPO",
}

NOTES = {
    "setup": "A fresh virtual environment with all that the app needs; the time depends on the package index.",
    "start": "From the start of the process until the page is served; then a flow as a client of the page sees it.",
    "engine_overhead": (
        "A model server that answers at once. `overhead_ms_a_turn` is a flow's wall time less that of the same calls "
        "by the bare client. Calls of the engine follow each other: their number is the critical path."
    ),
    "growth": (
        "`new_characters`: beyond the longest beginning shared with an earlier prompt. `own`: the engine's time. "
        "`_ratio`: ours over the public implementation's, where it was measured ([comparison](../docs/comparison.md))."
    ),
    "page_latency": (
        "Viewers of one run; the models are stubs. From the event's stamp to the frame. `alone`: one viewer; `among`: "
        "one Chromium here while the others only ask the server; the rest: all in one Chromium on this machine."
    ),
    "many_flows": "The server never is the limit. `times_one_alone`: wall time of all against that of one.",
    "sandbox_latency": (
        "`overhead`: what a call takes beyond the time that the program measures for itself. The first call starts the "
        "sandbox and its self-test."
    ),
    "pocket_speed": (
        "`throughput_ratio`: one by one over at once, of bursts; of `mixed` with as many flows at a time throughout. "
        "`same_answers` counts flows that answered alike both ways."
    ),
    "prefix_share": "`computed`: tokens of prompts that no earlier call had computed.",
    "pocket_generate": "All calls of ten two-hop flows, one after the other.",
    "generation_limit": (
        "The limit is the rate at which the cores read as many bytes as the weights have, over these bytes, times the "
        "texts at once; or the rate at which they multiply, where that is less."
    ),
    "training_speed": (
        "Forward, loss and backward over the same real flows at the same loss; `gradient_difference` is relative. Here "
        "actions of a flow and flows of a question share their beginnings; TRL has a row for each action, padded to "
        "the longest of all: that is most of the ratio."
    ),
}


def page(results: Mapping[str, Any]) -> str:
    """All parts that were measured, in the order of `TITLES`."""
    return "\n".join([HEAD, *(_part(name, results[name]) for name in TITLES if name in results)])


def _part(name: str, part: Mapping[str, Any]) -> str:
    machine = ", ".join(f"{key} {value}" for key, value in part["machine"].items())
    command = "start --setup" if name == "setup" else name
    said = f"{NOTES[name]} `python -m benchmarks.{command}`; {part['when']}, {part['took_s']} s; {machine}."
    said = (BUSY if busy(part["machine"]) else "") + said
    return f"## {TITLES[name]}\n\n{said}\n\n{_table(_rows(part['rows']))}\n"


def busy(machine: Mapping[str, Any]) -> bool:
    """Whether others wanted more than all cores before the measurement began."""
    return bool(machine.get("load", 0) > machine["cores"])


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
