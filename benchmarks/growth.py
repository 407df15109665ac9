"""What a flow costs as its turns and its tools' results grow, beside the public implementation (`public.json`).

`python -m benchmarks.growth [--json]`. For 1, 3, 10 and 20 turns with results of 600 and of 4,000 characters, all of it
kept in memory (and once more within the usual memory where that is less): model calls, prompt characters, of these the
ones beyond the longest beginning shared with an earlier prompt (what a server's prefix cache leaves to compute), tokens
(four characters each), bytes in the store, growth of the process, wall time at 200 ms a call, the same with plans
made while the verifier reads (`AGENTFLOW_OVERLAP`) where it is compared, and the engine's own time.
Ratios are ours over the public implementation's.
"""

import asyncio
import gc
import json
import resource
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from agentflow_core import RunStore, Settings, assemble
from agentflow_core.events import EVENT, Event, ModelCall
from agentflow_core.models import ModelPool
from benchmarks.command import parser, show
from benchmarks.engine_overhead import MEMORY, bare_seconds, calls_of, flow_seconds
from benchmarks.stub_server import running

TURNS, CHARACTERS = (1, 3, 10, 20), (600, 4000)
LATENCY_MS = 200
ROUNDS = 4
ALL = 10_000_000
"""Tokens of memory that no flow here fills."""
PUBLIC = Path(__file__).with_name("public.json")
PAGE = resource.getpagesize()


def shared(a: str, b: str) -> int:
    """Length of the common beginning."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if a[low:middle] == b[low:middle] else (low, middle - 1)
    return low


def new_characters(calls: Sequence[ModelCall]) -> int:
    """Of all prompts, beyond what they share with an earlier one."""
    prompts = ["\n".join(message.content for message in call.messages) for call in calls]
    return sum(
        len(prompt) - max((shared(prompt, earlier) for earlier in prompts[:place]), default=0)
        for place, prompt in enumerate(prompts)
    )


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


async def own_seconds(role: str, turns: int, characters: int, memory: int, rounds: int) -> tuple[float, list[Event]]:
    """The engine's own time in a flow: its wall time less that of the same calls made bare, minima of both."""
    pool = ModelPool()
    flow = assemble(Settings(model=role), pool=pool, tools=["base_generator"])
    whole, bare = [], []
    events: list[Event] = []
    for _ in range(rounds):
        seconds, events = await flow_seconds(flow, turns, None, characters, memory)
        whole.append(seconds)
        bare.append(await bare_seconds(flow.models["planner"], calls_of(events)))
    await pool.close()
    return max(0.0, min(whole) - min(bare)), events


async def wall_seconds(
    role: str, turns: int, characters: int, memory: int, *, overlap: bool = False
) -> tuple[float, int]:
    """Wall time of one flow with every event on disk, and the bytes by which the process grew."""
    pool = ModelPool()
    flow = assemble(Settings(model=role, overlap=overlap), pool=pool, tools=["base_generator"])
    await flow_seconds(flow, 1, None)  # connects
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(Path(folder) / "runs.sqlite")
        gc.collect()
        before = resident()
        seconds, events = await flow_seconds(flow, turns, store, characters, memory)
        grown = resident() - before
        store.close()
    await pool.close()
    if events[-1].type != "flow_finished" or events[-1].status != "answered":
        raise RuntimeError(f"a flow of {turns} turns did not end answered: its figures would mean nothing")
    return seconds, grown


def row(instant: str, slow: str, turns: int, characters: int, memory: int, rounds: int) -> dict[str, Any]:
    own, events = asyncio.run(own_seconds(instant, turns, characters, memory, rounds))
    wall, grown = asyncio.run(wall_seconds(slow, turns, characters, memory))
    calls = calls_of(events)
    prompts = sum(len(message.content) for call in calls for message in call.messages)
    new = new_characters(calls)
    found: dict[str, Any] = {
        "turns": turns,
        "result_characters": characters,
        "memory": "all" if memory == ALL else "usual",
        "calls": len(calls),
        "prompt_characters": prompts,
        "new_characters": new,
        "shared_share": round(1 - new / prompts, 3),
        "tokens": sum(call.completion.prompt_tokens + call.completion.completion_tokens for call in calls),
        "stored_bytes": sum(len(EVENT.dump_json(event)) for event in events if event.type != "text_delta"),
        "grown_mb": round(grown / 1e6, 1),
        "wall_s": round(wall, 2),
        "overlapped_s": None,
        "own_ms": round(own * 1000, 1),
        "own_percent": round(100 * own / wall, 2),
    }
    public = json.loads(PUBLIC.read_text(encoding="utf-8"))
    if ratios(found, public)["wall_s_ratio"] is not None:  # it takes as long again, so only where it is compared
        overlapped, _ = asyncio.run(wall_seconds(slow, turns, characters, memory, overlap=True))
        found["overlapped_s"] = round(overlapped, 2)
    return found | ratios(found, public)


def ratios(found: dict[str, Any], public: dict[str, Any]) -> dict[str, float | None]:
    """Ours over theirs, where they were measured."""
    turns = str(found["turns"])
    usual = public["turns"].get(turns, {}) if found["result_characters"] == public["result_characters"] else {}
    theirs = usual or public["long_results"].get(turns, {})
    if theirs.get("result_characters", found["result_characters"]) != found["result_characters"]:
        theirs = {}
    pairs = {
        "calls": "calls",
        "prompt_characters": "prompt_characters",
        "wall_s": "wall_s_at_200_ms",
        "overlapped_s": "wall_s_at_200_ms",
    }
    return {
        f"{mine}_ratio": round(found[mine] / theirs[name], 3) if name in theirs and found[mine] is not None else None
        for mine, name in pairs.items()
    }


def rows(
    turns: Sequence[int] = TURNS,
    characters: Sequence[int] = CHARACTERS,
    latency_ms: float = LATENCY_MS,
    rounds: int = ROUNDS,
) -> list[dict[str, Any]]:
    with running() as instant, running(latency_ms) as slow:
        found = [row(instant, slow, n, length, ALL, rounds) for length in characters for n in turns]
        cut = [one for one in found if one["turns"] * one["result_characters"] > 3 * MEMORY]
        return found + [row(instant, slow, one["turns"], one["result_characters"], MEMORY, rounds) for one in cut]


def main() -> None:
    arguments = parser(__doc__).parse_args()
    show(rows(), arguments.json)


if __name__ == "__main__":
    main()
