"""One benchmark on one cast of models: plays what is missing, scores by rules, asks a judge if there is one.

Everything is kept in the folder of the evaluation (`kept`).
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from agentflow_core import AgentFlow, Settings, assemble
from agentflow_core.assemble import own_key
from agentflow_core.events import ROLES, Role
from agentflow_core.models import ModelPool, Sampling, parse_role
from training.benchmarks import judging, kept
from training.benchmarks.load import load
from training.benchmarks.problem import Problem
from training.outcome import Cost, Outcome, details, summary
from training.play import play_all

TURNS = 10
"""The paper's turns at test time."""


async def evaluate(options: argparse.Namespace) -> dict[str, Any]:
    """Plays and scores; gives the figures, which `summary.json` in the evaluation's folder holds too."""
    every = load(options.benchmark)
    pool = ModelPool()
    flow = assembled(options, pool)
    meant = asked(options, flow, every)
    out = kept.Kept(options.out or kept.usual(options.benchmark, meant), meant, options.resume)
    problems = chosen(every, _limit(options.limit, out))
    seats = out.seats(problems, [problem.id for problem in problems], options.samples)
    budget = flow.budget.model_copy(update={"turns": options.turns or TURNS})
    try:
        outcomes = await play_all(
            flow,
            seats,
            budget,
            options.concurrency,
            seed=1_000_000 * options.seed,
            store=out.store,
            on_outcome=Progress(len(seats)),
        )
        verdicts, opinion, judging_cost = await _judged(options, out, outcomes, pool)
    finally:
        out.store.close()
        await pool.close()
    found = summary(outcomes) | details(outcomes, options.price, judging_cost) | opinion
    found |= meant | {"folder": str(out.folder)}
    rows = [
        kept.row(seat.question.id, outcome, verdict)
        for seat, outcome, verdict in zip(seats, outcomes, verdicts, strict=True)
        if isinstance(seat.question, Problem)
    ]
    out.finish(rows, found)
    return found


async def _judged(
    options: argparse.Namespace, out: kept.Kept, outcomes: Sequence[Outcome], pool: ModelPool
) -> tuple[list[bool | None], dict[str, Any], Cost]:
    """The judge's verdicts, its figures and its cost; where it and the rules differ goes to a file of its own."""
    if not options.judge:
        return [None] * len(outcomes), {}, Cost()
    model = pool.get(parse_role(options.judge), own_key(Settings.load()))
    judge = judging.Judge(model, out.folder)
    verdicts = await judge.verdicts(outcomes, options.concurrency)
    pairs = list(zip(outcomes, verdicts, strict=True))
    differ = judging.disagreements(pairs)
    path = out.disagreements(differ)
    if differ:
        print(f"The judge and the rules differ on {len(differ)} flows: see {path}", file=sys.stderr)
    return verdicts, judging.figures(model.name, pairs), judge.cost(outcomes)


def _limit(wanted: int | None, out: kept.Kept) -> int | None:
    """Never fewer questions than the folder has answers to: going on takes nothing away."""
    if wanted is None or (known := out.answered()) <= wanted:
        return wanted
    print(
        f"{out.folder} has answers to {known} questions already: --limit {wanted} leaves them there.", file=sys.stderr
    )
    return known


def chosen(problems: Sequence[Problem], limit: int | None) -> list[Problem]:
    """`limit` of them, drawn with a fixed seed so that a larger limit holds the smaller one's; in the set's order."""
    order = random.Random(0).sample(range(len(problems)), len(problems))
    return [problems[n] for n in sorted(order[:limit])]


def assembled(options: argparse.Namespace, pool: ModelPool) -> AgentFlow:
    """The environment's settings, the command line's models on top. Only the planner's sampler has a temperature."""
    # Into the settings, not beside them: the operator's key goes with the operator's role strings only.
    given: dict[str, Any] = {role: text for role in ROLES if (text := getattr(options, role) or options.model)}
    settings = Settings.load().model_copy(update=given)
    tools = [name.strip() for name in options.tools.split(",")] if options.tools else None
    flow = assemble(settings, tools=tools, pool=pool)
    sampler = flow.sampling["planner"].model_copy(update={"temperature": options.temperature})
    sampling: dict[Role, Sampling] = {**flow.sampling, "planner": sampler}
    return AgentFlow(flow.models, flow.toolbox, budget=flow.budget, sampling=sampling)


def asked(options: argparse.Namespace, flow: AgentFlow, problems: Sequence[Problem]) -> dict[str, Any]:
    """What makes two evaluations the same. How many of the questions, and how many at a time, does not."""
    content = json.dumps([[problem.id, problem.text, problem.gold] for problem in problems])
    limits = flow.budget.model_dump(include={"seconds", "memory_tokens", "tool_seconds", "attempts"})
    return {
        "benchmark": options.benchmark,
        "questions": sha256(content.encode()).hexdigest()[:16],
        "models": {role: flow.models[role].name for role in ROLES},
        "toolbox": list(flow.toolbox.names),
        "temperature": options.temperature,
        "seed": options.seed,
        "samples": options.samples,
        "max_turns": options.turns or TURNS,
        "budget": limits,
        "sampling": {role: flow.sampling[role].model_dump(exclude={"seed"}) for role in ROLES},
        "tools_by": _tool_settings(flow),
    }


def _tool_settings(flow: AgentFlow) -> dict[str, Any]:
    """What the tools go by, but for where this machine keeps its cache. Files of articles by what is in them."""
    if not flow.toolbox.names:
        return {}
    settings = flow.toolbox.get(flow.toolbox.names[0]).settings
    files = [sha256(path.read_bytes()).hexdigest()[:16] for path in settings.wiki_files]
    return settings.model_dump(mode="json", exclude={"web", "wiki_files"}) | {"wiki_files": files}


class Progress:
    """Says on stderr how far an evaluation has come, every few seconds."""

    def __init__(self, total: int, every: float = 10.0) -> None:
        self._total, self._every = total, every
        self._done = self._right = 0
        self._began = self._said = time.monotonic()

    def __call__(self, outcome: Outcome) -> None:
        self._done, self._right = self._done + 1, self._right + outcome.right
        now = time.monotonic()
        if now - self._said < self._every:
            return
        self._said = now
        left = (now - self._began) / self._done * (self._total - self._done)
        print(
            f"{self._done} of {self._total} flows, {self._right} right; about {left / 60:.0f} min left",
            file=sys.stderr,
            flush=True,
        )
