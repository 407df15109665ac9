"""Measures everything and writes `benchmarks/results.json`; from that, `benchmarks/results.md`, the READMEs' table of
what was measured, and the one of `docs/comparison.md`.

`python -m benchmarks [--only NAME ...] [--page]`. Under a quarter of an hour. `--only` measures some and keeps the
stored figures of the others, each with the time of its own measurement; `--page` writes the pages again and measures
nothing. `setup` is measured only when it is named: it fetches all packages into a fresh environment.
"""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from benchmarks import (
    comparison,
    engine_overhead,
    generation_limit,
    growth,
    many_flows,
    page_latency,
    pocket_generate,
    pocket_speed,
    prefix_share,
    readme,
    sandbox_latency,
    start,
    training_speed,
)
from benchmarks.page import busy, page
from training.pocket.questions import FAMILIES

RESULTS = Path(__file__).with_name("results.json")
LATENCY_MS = 200
FLOWS = 20

PARTS: dict[str, Callable[[], Any]] = {
    "setup": start.setup,
    "start": start.rows,
    "engine_overhead": engine_overhead.rows,
    "growth": growth.rows,
    "many_flows": lambda: many_flows.rows(LATENCY_MS),
    "page_latency": page_latency.rows,
    "sandbox_latency": sandbox_latency.rows,
    "pocket_speed": lambda: pocket_speed.rows(FLOWS, FAMILIES),
    "prefix_share": prefix_share.rows,
    "pocket_generate": lambda: pocket_generate.compared(10),
    "generation_limit": generation_limit.rows,
    "training_speed": training_speed.rows,
}
USUAL = tuple(name for name in PARTS if name != "setup")


def machine() -> dict[str, Any]:
    """What the figures depend on. `load` is the average number of busy processes before the measurement began;
    `real_time` says that those could not get in the way (`chrt -r 1`)."""
    return {
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "real_time": sys.platform == "linux" and os.sched_getscheduler(0) in (os.SCHED_RR, os.SCHED_FIFO),
        "system": platform.system(),
        "architecture": platform.machine(),
        "python": platform.python_version(),
        "torch": str(torch.__version__),
        "torch_threads": torch.get_num_threads(),
    }


def measured(name: str) -> dict[str, Any]:
    before, began = machine(), time.time()
    if busy(before):
        print(f"  the load is {before['load']} on {before['cores']} cores: times will be too long", file=sys.stderr)
    rows = PARTS[name]()
    when = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(began))
    return {"when": when, "took_s": round(time.time() - began, 1), "machine": before, "rows": rows}


def write(results: dict[str, Any]) -> None:
    """Every page that shows results."""
    RESULTS.with_suffix(".md").write_text(page(results), encoding="utf-8")
    readme.write(results)
    comparison.write(results)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(USUAL), metavar="NAME")
    parser.add_argument("--page", action="store_true", help="write the pages again, measure nothing")
    arguments = parser.parse_args()
    results = json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}
    for name in [] if arguments.page else arguments.only:
        print(f"{name} ...", flush=True)
        results[name] = measured(name)
        RESULTS.write_text(json.dumps(results, indent=1) + "\n")  # after each, so that an interruption loses one
    write(results)
    print(
        f"wrote {RESULTS}, {RESULTS.with_suffix('.md').name}, and the tables of the READMEs and of docs/comparison.md"
    )


if __name__ == "__main__":
    main()
