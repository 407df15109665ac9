"""Measures everything and writes `benchmarks/results.json` and, from that alone, `benchmarks/results.md`.

`python -m benchmarks [--only NAME ...] [--page]`. A few minutes. `--only` measures some and keeps the stored figures of
the others, each with the time of its own measurement; `--page` writes the page again and measures nothing.
"""

import argparse
import json
import os
import platform
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from benchmarks import engine_overhead, many_flows, pocket_generate, pocket_speed, sandbox_latency
from benchmarks.page import page
from training.pocket.questions import FAMILIES

RESULTS = Path(__file__).with_name("results.json")
LATENCY_MS = 200
FLOWS = 20

PARTS: dict[str, Callable[[], Any]] = {
    "engine_overhead": engine_overhead.rows,
    "many_flows": lambda: many_flows.rows(LATENCY_MS),
    "sandbox_latency": sandbox_latency.rows,
    "pocket_speed": lambda: pocket_speed.rows(FLOWS, FAMILIES),
    "pocket_generate": lambda: pocket_generate.compared(10),
}


def machine() -> dict[str, Any]:
    """What the figures depend on. `load` is the average number of busy processes before the measurement began."""
    return {
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "system": platform.system(),
        "architecture": platform.machine(),
        "python": platform.python_version(),
        "torch": str(torch.__version__),
        "torch_threads": torch.get_num_threads(),
    }


def measured(name: str) -> dict[str, Any]:
    before, began = machine(), time.time()
    rows = PARTS[name]()
    when = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(began))
    return {"when": when, "took_s": round(time.time() - began, 1), "machine": before, "rows": rows}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="NAME")
    parser.add_argument("--page", action="store_true", help="write the page again, measure nothing")
    arguments = parser.parse_args()
    results = json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}
    for name in [] if arguments.page else arguments.only:
        print(f"{name} ...", flush=True)
        results[name] = measured(name)
        RESULTS.write_text(json.dumps(results, indent=1) + "\n")  # after each, so that an interruption loses one
    RESULTS.with_suffix(".md").write_text(page(results))
    print(f"wrote {RESULTS} and {RESULTS.with_suffix('.md').name}")


if __name__ == "__main__":
    main()
