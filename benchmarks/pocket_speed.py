"""Speed of real flows on the embedded Pocket model: one alone, and many at once.

`python -m benchmarks.pocket_speed [--flows N] [--families look2 ...] [--json]`. For each family N questions over the
Pocket Wiki, each with its own right answer: seconds to the first event, to the first text of a module, of a two-turn
flow; of all N one after the other and all at once by a fresh model; how many are right; how many answers are the same
both ways (mixed-up flows would differ). `all` adds the seconds of the families, of bursts that is, whose last flows run
alone. `mixed`: their questions shuffled, N of them at a time throughout.
"""

import asyncio
import random
import statistics
import time
from collections.abc import Sequence
from typing import Any

from agentflow_core import AgentFlow, Budget, Settings, assemble
from agentflow_core.models import ModelPool
from benchmarks import sandbox_latency
from benchmarks.command import parser, show
from training.evaluate import run_all
from training.outcome import Outcome
from training.pocket import splits
from training.pocket.questions import FAMILIES, Question


async def warm_flow(pool: ModelPool) -> AgentFlow:
    """A flow whose weights are loaded, and the sandbox's libraries, which would take a core for seconds."""
    flow = assemble(Settings(), pool=pool)
    await flow.models["planner"].check()
    await sandbox_latency.warm(flow.toolbox)
    return flow


async def first_seconds(flow: AgentFlow, question: Question) -> tuple[float, float]:
    """Seconds to the first event and to the first text of a module."""
    began, first = time.perf_counter(), 0.0
    async for event in flow.run(question.text):
        first = first or time.perf_counter() - began
        if event.type == "text_delta":
            break
    return first, time.perf_counter() - began


async def timed(flow: AgentFlow, questions: list[Question], concurrency: int) -> tuple[float, list[Outcome]]:
    began = time.perf_counter()
    outcomes = await run_all(flow, questions, Budget(turns=6), concurrency)
    return time.perf_counter() - began, outcomes


def asked(flows: int, families: Sequence[str]) -> list[Question]:
    """`flows` questions of each family."""
    every = splits.load("real", flows * len(FAMILIES), seed=0).questions
    return [question for family in families for question in [q for q in every if q.family == family][:flows]]


async def both_ways(flows: int, questions: list[Question]) -> tuple[list[Outcome], dict[str, Any]]:
    """The flows that ran one by one, and how they compare with `flows` at a time."""
    pool = ModelPool()
    one_by_one, alone = await timed(await warm_flow(pool), questions, 1)
    await pool.close()
    pool = ModelPool()  # fresh again, so that nothing computed above is reused
    at_once, together = await timed(await warm_flow(pool), questions, flows)
    await pool.close()
    return alone, {
        "flows": len(questions),
        "right": sum(outcome.right for outcome in alone),
        "same_answers": sum(a.answer == b.answer for a, b in zip(alone, together, strict=True)),
        "one_by_one_s": round(one_by_one, 2),
        "at_once_s": round(at_once, 2),
        "throughput_ratio": round(one_by_one / at_once, 2),
    }


async def measure(flows: int, family: str) -> dict[str, Any]:
    questions = asked(flows, [family])
    pool = ModelPool()
    flow = await warm_flow(pool)
    firsts = [await first_seconds(flow, question) for question in questions]
    await pool.close()
    alone, compared = await both_ways(flows, questions)
    two_turns = [outcome.seconds for outcome in alone if len(outcome.turns) == 2]
    return {
        "first_event_s": round(statistics.median(first for first, _ in firsts), 4),
        "first_text_s": round(statistics.median(text for _, text in firsts), 3),
        "two_turn_flow_s": round(statistics.median(two_turns), 2) if two_turns else None,
        **compared,
    }


async def mixed(flows: int, families: Sequence[str]) -> dict[str, Any]:
    questions = asked(flows, families)
    random.Random(0).shuffle(questions)
    _, compared = await both_ways(flows, questions)
    return compared


def total(families: list[dict[str, Any]]) -> dict[str, Any]:
    """All families together; their times add up because each ran alone."""
    names = ("flows", "right", "same_answers", "one_by_one_s", "at_once_s")
    sums = {name: round(sum(row[name] for row in families), 2) for name in names}
    return sums | {"throughput_ratio": round(sums["one_by_one_s"] / sums["at_once_s"], 2)}


def rows(flows: int, families: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What was measured of each family, of `all` and of `mixed`."""
    found = {family: asyncio.run(measure(flows, family)) for family in families}
    return found | {"all": total(list(found.values())), "mixed": asyncio.run(mixed(flows, families))}


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--flows", type=int, default=20, metavar="N", help="of each family")
    options.add_argument("--families", nargs="+", choices=FAMILIES, default=FAMILIES, metavar="FAMILY")
    arguments = options.parse_args()
    found = rows(arguments.flows, arguments.families)
    show(found if arguments.json else [{"family": name} | row for name, row in found.items()], arguments.json)


if __name__ == "__main__":
    main()
