"""What a planner does, beside how often it is right: its tools and chains of tools by family of questions.

`python -m training.behaviour --split real --limit 500 --planner ROLE` takes the options of `training.evaluate` for the
Pocket worlds and prints one JSON object: the evaluation's figures with these. Separate, as only the report reads it.
"""

import asyncio
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from statistics import fmean, stdev
from typing import Any

from agentflow_core.errors import AgentFlowError
from training import evaluate
from training.outcome import Outcome, score
from training.pocket import splits


def behaviour(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Tools by family, calls that failed, and each chain of tools with how often it was gone and led to the answer."""
    tools: defaultdict[str, Counter[str]] = defaultdict(Counter)
    chains: defaultdict[tuple[str, ...], list[bool]] = defaultdict(list)
    for outcome in outcomes:
        used = tuple(turn.tool or "no tool" for turn in outcome.turns)
        tools[outcome.question.family].update(used)
        chains[used].append(outcome.right)
    often = sorted(chains.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    return {
        "tools_by_family": {family: dict(count.most_common()) for family, count in tools.items()},
        "calls": score_of_failures(outcomes),
        "turns_interval": _interval([len(outcome.turns) for outcome in outcomes]),
        "chains": [{"chain": chain, "flows": len(marks), "right": sum(marks)} for chain, marks in often],
    }


def score_of_failures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Of all turns, those whose tool gave an error, or that came to no call."""
    calls = sum(len(outcome.turns) for outcome in outcomes)
    failed = min(calls, sum(outcome.tool_errors + outcome.failed_turns for outcome in outcomes))
    found = score(place < failed for place in range(calls))
    return {"failed": failed, "n": calls, "share": found["accuracy"], "interval": found["interval"]}


def _interval(values: Sequence[float]) -> list[float]:
    """95%, of a mean."""
    if len(values) < 2:
        return [0.0, 0.0]
    mean, error = fmean(values), stdev(values) / len(values) ** 0.5
    return [round(mean - 1.96 * error, 3), round(mean + 1.96 * error, 3)]


def main(argv: Sequence[str]) -> int:
    options = evaluate.arguments(argv)
    try:
        split = splits.load(options.split, options.limit, options.seed)
        outcomes = asyncio.run(evaluate.evaluate(options, split))
    except AgentFlowError as error:
        print(error, file=sys.stderr)
        return 3
    print(json.dumps(evaluate.figures(options, split, outcomes) | behaviour(outcomes), ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
