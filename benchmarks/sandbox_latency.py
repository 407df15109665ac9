"""How long a call of a sandboxed tool takes when it has next to nothing to compute.

`python -m benchmarks.sandbox_latency [--json]`. The first call and the median and worst of the later ones, each as the
engine makes it.
"""

import argparse
import asyncio
import json
import statistics
import time
from typing import Any

from tools.base import ToolContext, ToolSettings
from tools.toolbox import Toolbox

CALLS = {"python_coder": {"code": "print(6 * 7)"}, "math_solver": {"problem": "6 * 7"}}
ROUNDS = 20


async def no_model(prompt: str) -> str:
    raise RuntimeError("a sandboxed tool asked a model")


async def measure(tool: str, rounds: int) -> dict[str, Any]:
    toolbox = Toolbox.load(ToolSettings(), [tool])
    seconds = []
    for _ in range(rounds + 1):
        began = time.perf_counter()
        result = await toolbox.call(tool, CALLS[tool], ToolContext(no_model))
        seconds.append(time.perf_counter() - began)
        if "42" not in result.text:
            raise RuntimeError(f"{tool} answered {result.text!r} where 42 is right")
    first, *later = (round(value * 1000, 1) for value in seconds)
    return {"tool": tool, "first_ms": first, "median_ms": round(statistics.median(later), 1), "worst_ms": max(later)}


def rows(rounds: int = ROUNDS) -> list[dict[str, Any]]:
    return [asyncio.run(measure(tool, rounds)) for tool in CALLS]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one object a line")
    as_json = parser.parse_args().json
    for row in rows():
        print(json.dumps(row) if as_json else "  ".join(f"{k} {v}" for k, v in row.items()))


if __name__ == "__main__":
    main()
