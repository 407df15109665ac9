"""Many flows at once against a server that is never the limit: what the engine itself can carry.

`python -m benchmarks.many_flows [--latency-ms MS] [--json]`. Flows of three turns, every model call answered after an
exact latency; for 1, 16, 64 and 256 at once: wall time, flows a second, time to the first event and to the first text,
and the wall time against that of one flow alone. The model calls of one flow follow each other, so the latency times
their number is the least a flow can take.
"""

import asyncio
import statistics
import time
from collections.abc import Sequence
from typing import Any

from agentflow_core import AgentFlow, Budget, Settings, assemble
from agentflow_core.models import ModelPool
from benchmarks.command import parser, show
from benchmarks.stub_server import running

TURNS = 3
AT_ONCE = (1, 16, 64, 256)


async def firsts(flow: AgentFlow) -> tuple[float, float]:
    """Runs a flow to its end; seconds to its first event and to its first text."""
    began, event_after, text_after = time.perf_counter(), 0.0, 0.0
    status = None
    async for event in flow.run(f"What is it? [turns={TURNS}]", budget=Budget(turns=TURNS + 1)):
        event_after = event_after or time.perf_counter() - began
        if event.type == "text_delta":
            text_after = text_after or time.perf_counter() - began
        elif event.type == "flow_finished":
            status = event.status
    if status != "answered":
        raise RuntimeError(f"a flow against the stub server ended as {status}: its figures would mean nothing")
    return event_after, text_after


async def measure(role: str, flows: int) -> dict[str, Any]:
    pool = ModelPool()
    flow = assemble(Settings(model=role), pool=pool, tools=["base_generator"])
    await firsts(flow)  # connects
    began = time.perf_counter()
    found = await asyncio.gather(*(firsts(flow) for _ in range(flows)))
    seconds = time.perf_counter() - began
    await pool.close()
    return {
        "flows": flows,
        "seconds": round(seconds, 2),
        "flows_a_second": round(flows / seconds, 2),
        "first_event_ms": round(statistics.median(event for event, _ in found) * 1000, 2),
        "first_text_ms": round(statistics.median(text for _, text in found) * 1000, 1),
    }


def rows(latency_ms: float, at_once: Sequence[int] = AT_ONCE) -> list[dict[str, Any]]:
    with running(latency_ms) as role:
        found = [asyncio.run(measure(role, flows)) for flows in at_once]
    return [row | {"times_one_alone": round(row["seconds"] / found[0]["seconds"], 2)} for row in found]


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--latency-ms", type=float, default=200)
    arguments = options.parse_args()
    show(rows(arguments.latency_ms), arguments.json)


if __name__ == "__main__":
    main()
