"""How long a call of a sandboxed tool takes, and how much of that is not the code's own time.

`python -m benchmarks.sandbox_latency [--json]`. The programs measure themselves inside the sandbox; what the call takes
beyond that is the overhead. Calls as the engine makes them, with all libraries loaded, `PAUSE` apart as in a flow,
where a model is asked between them. The last row makes 50 calls at once.
"""

import asyncio
import statistics
import time
from typing import Any

from benchmarks.command import parser, show
from tools.base import ToolContext, ToolSettings
from tools.sandbox.house import house
from tools.toolbox import Toolbox
from tools.worker import math_problem

PROGRAMS = {
    "arithmetic": "6 * 7",
    "numpy": "import numpy\nnumpy.linalg.inv(numpy.eye(50))",
    "sympy": "import sympy\nx = sympy.Symbol('x')\nsympy.integrate(x**2 * sympy.exp(-x), x)",
    "50 ms of sleep": "time.sleep(0.05)",
}
TIMED = "import time\nbegan = time.perf_counter()\n{code}\nprint(time.perf_counter() - began)"
PROBLEM = "6,650 + 1,233"
ROUNDS, AT_ONCE = 40, 50
PAUSE = 0.05
"""Seconds."""


async def no_model(prompt: str) -> str:
    raise RuntimeError("a sandboxed tool asked a model")


async def call(toolbox: Toolbox, tool: str, arguments: dict[str, Any]) -> tuple[str, float]:
    """The tool's text, and how many milliseconds the call took."""
    began = time.perf_counter()
    result = await toolbox.call(tool, arguments, ToolContext(no_model))
    took = (time.perf_counter() - began) * 1000
    if result.error:
        raise RuntimeError(f"{tool} failed: {result.error}")
    return result.text, took


async def warm(toolbox: Toolbox) -> float:
    """Milliseconds of the first call; returns when all libraries are loaded."""
    _, first = await call(toolbox, "python_coder", {"code": "print(6 * 7)"})
    while (zygote := house().zygote) and not zygote.loaded:
        await asyncio.sleep(0.2)
        await call(toolbox, "python_coder", {"code": "print(6 * 7)"})
    return first


async def measure(toolbox: Toolbox, what: str, rounds: int) -> dict[str, Any]:
    """Medians over `rounds` calls of one program, or of a problem for `math_solver`."""
    calls, own = [], []
    for _ in range(rounds):
        await asyncio.sleep(PAUSE)
        if what in PROGRAMS:
            text, took = await call(toolbox, "python_coder", {"code": TIMED.format(code=PROGRAMS[what])})
            own.append(float(text) * 1000)
        else:
            _, took = await call(toolbox, "math_solver", {"problem": PROBLEM})
            began = time.perf_counter()
            math_problem.run({"problem": PROBLEM})
            own.append((time.perf_counter() - began) * 1000)
        calls.append(took)
    over = sorted(took - needed for took, needed in zip(calls, own, strict=True))
    figures = {
        "call_ms": statistics.median(calls),
        "own_ms": statistics.median(own),
        "overhead_p50_ms": statistics.median(over),
        "overhead_p95_ms": over[int(len(over) * 0.95)],
    }
    return {"what": what, **{name: round(value, 1) for name, value in figures.items()}}


async def at_once(toolbox: Toolbox) -> dict[str, Any]:
    began = time.perf_counter()
    calls = (call(toolbox, "python_coder", {"code": f"print({n} * 7)"}) for n in range(AT_ONCE))
    texts = [text for text, _ in await asyncio.gather(*calls)]
    if texts != [str(n * 7) for n in range(AT_ONCE)]:
        raise RuntimeError(f"answers were mixed: {texts}")
    return {"what": f"{AT_ONCE} at once, none failed", "call_ms": round((time.perf_counter() - began) * 1000, 1)}


async def measured(rounds: int) -> list[dict[str, Any]]:
    toolbox = Toolbox.load(ToolSettings(), ["python_coder", "math_solver"])
    first = {"what": "the first call", "call_ms": round(await warm(toolbox), 1)}
    return [
        first,
        *[await measure(toolbox, what, rounds) for what in (*PROGRAMS, "math_solver")],
        await at_once(toolbox),
    ]


def rows(rounds: int = ROUNDS) -> list[dict[str, Any]]:
    return asyncio.run(measured(rounds))


def main() -> None:
    arguments = parser(__doc__).parse_args()
    show(rows(), arguments.json)


if __name__ == "__main__":
    main()
