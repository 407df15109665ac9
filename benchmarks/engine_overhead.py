"""The engine's own time: flows against a server that answers at once, less the same calls made bare.

`python -m benchmarks.engine_overhead [--json]`. For 1, 3 and 10 turns: model calls, prompt characters, wall time of a
flow, wall time of the same requests sent one after the other by the bare client in the same process, and the difference
a turn. Flow and bare client alternate; minima over the rounds are compared, since noise only ever adds.
"""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from agentflow_core import AgentFlow, Budget, RunStore, Settings, assemble, new_run_id
from agentflow_core.events import Event, ModelCall
from agentflow_core.models import LanguageModel, ModelPool
from benchmarks.command import parser, show
from benchmarks.stub_server import RESULT, running

ROUNDS = 15
MEMORY = Budget().memory_tokens


async def flow_seconds(
    flow: AgentFlow, turns: int, store: RunStore | None, characters: int = RESULT, memory_tokens: int = MEMORY
) -> tuple[float, list[Event]]:
    """One flow of so many turns, with results of so many characters: its wall time and events."""
    budget = Budget(turns=turns + 1, memory_tokens=memory_tokens)
    began = time.perf_counter()
    events = flow.run(f"What is it? [turns={turns}] [characters={characters}]", budget=budget)
    if store is not None:
        events = store.record(new_run_id(), events)
    seen = [event async for event in events]
    return time.perf_counter() - began, seen


def calls_of(events: Sequence[Event]) -> list[ModelCall]:
    """Every model call of a flow, those of tools included."""
    found: list[ModelCall] = []
    for event in events:
        if event.type == "tool_returned":
            found += event.calls
        elif event.type in ("analyzed", "planned", "commanded", "verified", "answered"):
            found.append(event.call)
    return found


async def bare_seconds(model: LanguageModel, calls: Sequence[ModelCall]) -> float:
    """The same requests through the same client, with nothing around them."""
    began = time.perf_counter()
    for call in calls:
        async for _ in model.generate(list(call.messages), sampling=call.sampling):
            pass
    return time.perf_counter() - began


async def measure(role: str, turns: int, folder: Path | None, rounds: int = ROUNDS) -> dict[str, Any]:
    pool = ModelPool()
    flow = assemble(Settings(model=role), pool=pool, tools=["base_generator"])
    store = RunStore(folder / "runs.sqlite") if folder else None
    whole, bare, events = [], [], []
    calls: list[ModelCall] = []
    for _ in range(rounds):
        seconds, events = await flow_seconds(flow, turns, store)
        calls = calls_of(events)
        whole.append(seconds)
        bare.append(await bare_seconds(flow.models["planner"], calls))
    await pool.close()
    tool_calls = sum(len(event.calls) for event in events if event.type == "tool_returned")
    return {
        "turns": turns,
        "stored": bool(folder),
        "engine_calls": len(calls) - tool_calls,
        "tool_calls": tool_calls,
        "prompt_characters": sum(len(m.content) for call in calls for m in call.messages),
        "flow_ms": round(min(whole) * 1000, 2),
        "bare_ms": round(min(bare) * 1000, 2),
        "overhead_ms_a_turn": round((min(whole) - min(bare)) * 1000 / turns, 2),
    }


def rows(turns: Sequence[int] = (1, 3, 10), rounds: int = ROUNDS) -> list[dict[str, Any]]:
    """For so many turns, in memory and with every event on disk."""
    with running() as role, tempfile.TemporaryDirectory() as folder:
        places = (None, Path(folder))
        return [asyncio.run(measure(role, n, place, rounds)) for place in places for n in turns]


def main() -> None:
    arguments = parser(__doc__).parse_args()
    show(rows(), arguments.json)


if __name__ == "__main__":
    main()
