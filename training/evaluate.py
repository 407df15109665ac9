"""Accuracy of whole flows, run by the same engine that serves the demo.

python -m training.evaluate --benchmark pocket --split real --limit 200
python -m training.evaluate --split dev --planner pocket:base --temperature 0.7 --json
"""

import argparse
import asyncio
import json
import math
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agentflow_core import AgentFlow, Settings, assemble
from agentflow_core.events import (
    ROLES,
    Answered,
    Budget,
    FlowFinished,
    ParseFailed,
    Planned,
    Role,
    ToolReturned,
    TurnFailed,
    Verified,
)
from agentflow_core.models.base import Sampling
from training.pocket import splits
from training.pocket.questions import FAMILIES, Question

TURNS = 6


@dataclass(frozen=True)
class Outcome:
    """What one flow gave; `failed` says why infrastructure ended it, such flows are counted apart."""

    question: Question
    answer: str
    tools: tuple[str, ...]
    turns: int
    stopped: bool
    parse_failures: int
    tool_errors: int
    failed_turns: int
    seconds: float
    failed: str | None = None

    @property
    def right(self) -> bool:
        return same(self.answer, self.question.answer)


def same(answer: str, gold: str) -> bool:
    """Equal but for case, spacing and a final mark."""
    return _plain(answer) == _plain(gold)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".!")


def wilson(right: int, n: int) -> tuple[float, float]:
    """The 95% Wilson score interval of a proportion."""
    if n == 0:
        return 0.0, 1.0
    z, share = 1.96, right / n
    middle = share + z * z / (2 * n)
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


async def run_one(flow: AgentFlow, question: Question, budget: Budget) -> Outcome:
    """Runs one question and folds its events into what is measured."""
    answer, failed, stopped = "", None, False
    tools: list[str] = []
    counts: Counter[str] = Counter()
    began = time.monotonic()
    async for event in flow.run(question.text, budget=budget):
        match event:
            case Planned():
                tools.append(event.plan.tool)
            case Verified():
                stopped = event.verdict.stop
            case ParseFailed():
                counts["parse"] += 1
            case TurnFailed():
                counts["turn"] += 1
            case ToolReturned() if event.result.error:
                counts["tool"] += 1
            case Answered():
                answer = event.answer.text
            case FlowFinished() if event.status in ("failed", "cancelled"):
                failed = event.reason
            case _:
                pass
    return Outcome(
        question,
        answer,
        tuple(tools),
        len(tools),
        stopped,
        counts["parse"],
        counts["tool"],
        counts["turn"],
        time.monotonic() - began,
        failed,
    )


async def run_all(flow: AgentFlow, questions: Sequence[Question], budget: Budget, concurrency: int) -> list[Outcome]:
    """All outcomes in the order of the questions, `concurrency` flows at a time."""
    slots = asyncio.Semaphore(concurrency)

    async def one(question: Question) -> Outcome:
        async with slots:
            return await run_one(flow, question, budget)

    return await asyncio.gather(*(one(question) for question in questions))


def _score(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    chosen = [outcome for outcome in outcomes if outcome.failed is None]
    right, n = sum(outcome.right for outcome in chosen), len(chosen)
    interval = [round(bound, 4) for bound in wilson(right, n)]
    return {"accuracy": round(right / n, 4) if n else 0.0, "n": n, "interval": interval}


def summary(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """All figures as one JSON object; flows that infrastructure ended are counted, not scored."""
    scored = [outcome for outcome in outcomes if outcome.failed is None]
    families = [family for family in FAMILIES if any(o.question.family == family for o in outcomes)]
    n = max(1, len(scored))
    return _score(scored) | {
        "families": {family: _score(o for o in scored if o.question.family == family) for family in families},
        "infrastructure_failures": len(outcomes) - len(scored),
        "turns": round(sum(o.turns for o in scored) / n, 3),
        "stopped": round(sum(o.stopped for o in scored) / n, 4),
        "tools": dict(Counter(tool for o in scored for tool in o.tools).most_common()),
        "parse_failures": sum(o.parse_failures for o in scored),
        "failed_turns": sum(o.failed_turns for o in scored),
        "tool_errors": sum(o.tool_errors for o in scored),
        "seconds_per_flow": round(sum(o.seconds for o in scored) / n, 3),
    }


def table(figures: dict[str, Any]) -> str:
    """The summary for people."""
    rows = [("all", figures), *figures["families"].items()]
    lines = [f"{'family':<10}{'n':>5}{'accuracy':>10}   95% interval"]
    for name, row in rows:
        low, high = row["interval"]
        lines.append(f"{name:<10}{row['n']:>5}{row['accuracy']:>10.3f}   {low:.3f} to {high:.3f}")
    mix = ", ".join(f"{tool} {count}" for tool, count in figures["tools"].items())
    lines.append(f"turns {figures['turns']}, stopped by the verifier {figures['stopped']:.3f}, tools: {mix}")
    lines.append(
        f"parse failures {figures['parse_failures']}, failed turns {figures['failed_turns']}, "
        f"tool errors {figures['tool_errors']}, flows lost to infrastructure {figures['infrastructure_failures']}"
    )
    return "\n".join(lines)


def assembled(options: argparse.Namespace, wiki: Path) -> AgentFlow:
    """The flow under test: the settings of the environment, the split's wiki, the chosen planner and sampler."""
    settings = Settings.load().model_copy(update={"wikipedia": "offline", "wiki_files": (wiki,)})
    roles: dict[Role, str] = {"planner": options.planner} if options.planner else {}
    flow = assemble(settings, roles=roles)
    planner = flow.sampling["planner"].model_copy(update={"temperature": options.temperature, "seed": options.seed})
    sampling: dict[Role, Sampling] = {**flow.sampling, "planner": planner}
    return AgentFlow({role: flow.models[role] for role in ROLES}, flow.toolbox, budget=flow.budget, sampling=sampling)


async def evaluate(options: argparse.Namespace) -> list[Outcome]:
    """Runs the split that the options name."""
    split = splits.load(options.split, options.limit, options.seed)
    with tempfile.TemporaryDirectory() as folder:
        wiki = Path(folder) / f"{split.name}.jsonl"
        split.write_articles(wiki)
        flow = assembled(options, wiki)
        budget = flow.budget.model_copy(update={"turns": TURNS})
        try:
            return await run_all(flow, split.questions, budget, options.concurrency)
        finally:
            for model in {id(model): model for model in flow.models.values()}.values():
                await model.close()


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m training.evaluate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--benchmark", choices=("pocket",), default="pocket")
    parser.add_argument("--split", choices=splits.SPLITS, default="dev")
    parser.add_argument("--limit", type=int, default=100, help="questions, spread evenly over the families")
    parser.add_argument("--planner", default=None, help="role string of the planner (default: as configured)")
    parser.add_argument("--concurrency", type=int, default=16, help="flows at a time")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--temperature", type=float, default=0.0, help="of the planner; the others are greedy")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    parser.add_argument("--wrong", type=int, default=0, metavar="N", help="also show N wrong answers")
    return parser.parse_args(argv)


def main(argv: Sequence[str]) -> None:
    options = arguments(argv)
    outcomes = asyncio.run(evaluate(options))
    for outcome in [o for o in outcomes if not o.right][: options.wrong]:
        gave = outcome.failed or outcome.answer
        print(f"{outcome.question.family}: {outcome.question.text} -> {gave!r}, not {outcome.question.answer!r}")
    figures = summary(outcomes)
    print(json.dumps(figures) if options.json else table(figures))


if __name__ == "__main__":
    main(sys.argv[1:])
