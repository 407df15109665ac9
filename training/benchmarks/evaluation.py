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
from training.outcome import Outcome, details, summary
from training.play import play_all

TURNS = 10
"""The paper's turns at test time."""


async def evaluate(options: argparse.Namespace) -> dict[str, Any]:
    """Plays and scores; gives the figures, which `summary.json` in the evaluation's folder holds too."""
    every = load(options.benchmark)
    problems = chosen(every, options.limit)
    pool = ModelPool()
    flow = assembled(options, pool)
    asked = _asked(options, flow, every)
    out = kept.Kept(options.out or kept.usual(options.benchmark, asked), asked, options.resume)
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
        verdicts, opinion = await _judged(options, out, outcomes, pool)
    finally:
        out.store.close()
        await pool.close()
    found = summary(outcomes) | details(outcomes, options.price) | opinion | asked | {"folder": str(out.folder)}
    rows = [
        kept.row(seat.question.id, outcome, verdict)
        for seat, outcome, verdict in zip(seats, outcomes, verdicts, strict=True)
        if isinstance(seat.question, Problem)
    ]
    out.finish(rows, found)
    return found


async def _judged(
    options: argparse.Namespace, out: kept.Kept, outcomes: Sequence[Outcome], pool: ModelPool
) -> tuple[list[bool | None], dict[str, Any]]:
    if not options.judge:
        return [None] * len(outcomes), {}
    model = pool.get(parse_role(options.judge), own_key(Settings.load()))
    verdicts = await judging.Judge(model, out.folder).verdicts(outcomes, options.concurrency)
    return verdicts, judging.figures(model.name, outcomes, verdicts)


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


def _asked(options: argparse.Namespace, flow: AgentFlow, problems: Sequence[Problem]) -> dict[str, Any]:
    """What makes two evaluations the same. How many of the questions, and how many at a time, does not."""
    content = json.dumps([[problem.id, problem.text, problem.gold] for problem in problems])
    return {
        "benchmark": options.benchmark,
        "questions": sha256(content.encode()).hexdigest()[:16],
        "models": {role: flow.models[role].name for role in ROLES},
        "toolbox": list(flow.toolbox.names),
        "temperature": options.temperature,
        "seed": options.seed,
        "samples": options.samples,
        "max_turns": options.turns or TURNS,
    }


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
