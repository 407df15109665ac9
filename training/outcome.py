"""What a flow gave, and the figures of many: accuracy with intervals, turns, tools, cost, failures."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from agentflow_core.events import ModelCall
from training.benchmarks.problem import Problem
from training.benchmarks.scoring import right
from training.pocket.questions import FAMILIES, Question
from training.pocket.replay import Done, Judged
from training.rewards import exact


@dataclass
class Cost:
    """Model calls and their tokens, by role."""

    calls: Counter[str] = field(default_factory=Counter)
    prompt_tokens: Counter[str] = field(default_factory=Counter)
    completion_tokens: Counter[str] = field(default_factory=Counter)

    def add(self, call: ModelCall) -> None:
        self.calls[call.role] += 1
        self.prompt_tokens[call.role] += call.completion.prompt_tokens
        self.completion_tokens[call.role] += call.completion.completion_tokens


@dataclass(frozen=True)
class Outcome:
    """What one flow gave; `failed` says why infrastructure ended it: not right, and listed as a failure."""

    question: Question | Problem
    answer: str
    turns: tuple[Done, ...]
    seconds: float
    analysis: str = ""
    parse_failures: int = 0
    tool_errors: int = 0
    failed_turns: int = 0
    failed: str | None = None
    status: str = ""
    sample: int = 0
    run: str | None = None
    """Its id in the run store."""
    cost: Cost = field(default_factory=Cost)
    failed_tools: tuple[str, ...] = ()

    @cached_property
    def right(self) -> bool:
        if self.failed is not None:
            return False
        if isinstance(self.question, Problem):
            return right(self.question, self.answer)
        return exact(self.answer, self.question.answer)

    @property
    def stopped(self) -> bool:
        """Whether the verifier ended it, not the budget."""
        return bool(self.turns and self.turns[-1].stop)


def wilson(right: float, n: float) -> tuple[float, float]:
    """The 95% Wilson score interval of a proportion."""
    if n == 0:
        return 0.0, 1.0
    z, share = 1.96, right / n
    middle = share + z * z / (2 * n)
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def score(values: Iterable[float], flows: int | None = None) -> dict[str, Any]:
    """Mean, count and 95% interval of values between 0 and 1, one for each independent question.

    Values between the two ends vary less than right and wrong do: Wilson's interval is then taken for as many questions
    as would vary as much, at most for one for each of the `flows` that the values come from.
    """
    marks = [float(value) for value in values]
    n = len(marks)
    mean = sum(marks) / n if n else 0.0
    variance = sum((mark - mean) ** 2 for mark in marks) / n if n else 0.0
    worth = n * mean * (1 - mean) / variance if variance > 1e-12 else float(n)
    if flows is not None:
        worth = min(worth, float(flows))
    interval = [round(bound, 4) for bound in wilson(mean * worth, worth)]
    return {"accuracy": round(mean, 4), "n": n, "interval": interval}


def over_questions(marks: Iterable[tuple[Question | Problem, float]]) -> dict[str, Any]:
    """The score of questions, each by the mean of its flows; `flows` counts these.

    Several flows of one question tell hardly more of the planner than one: only questions are independent.
    """
    own: defaultdict[int, list[float]] = defaultdict(list)
    for question, mark in marks:
        own[id(question)].append(float(mark))
    flows = sum(map(len, own.values()))
    return score((sum(each) / len(each) for each in own.values()), flows) | {"flows": flows}


def _score(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    return over_questions((outcome.question, outcome.right) for outcome in outcomes)


def summary(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """All figures as one JSON object. The denominators are all questions: a flow that infrastructure ended is not
    right. `n` counts questions, `flows` flows."""
    n = max(1, len(outcomes))
    calls = [turn.tool for o in outcomes for turn in o.turns]
    figures = _score(outcomes) | {
        "families": {family: _score(group) for family, group in _by_family(outcomes).items()},
        "infrastructure_failures": sum(o.failed is not None for o in outcomes),
        "turns": round(sum(len(o.turns) for o in outcomes) / n, 3),
        "stopped": round(sum(o.stopped for o in outcomes) / n, 4),
        "tools": dict(Counter(calls).most_common()),
        "parse_failures": sum(o.parse_failures for o in outcomes),
        "parse_failure_rate": round(sum(o.parse_failures > 0 for o in outcomes) / n, 4),
        "failed_turns": sum(o.failed_turns for o in outcomes),
        "tool_errors": sum(o.tool_errors for o in outcomes),
        "seconds_per_flow": round(sum(o.seconds for o in outcomes) / n, 3),
        "failures": [{"question": o.question.text, "reason": o.failed} for o in outcomes if o.failed is not None],
    }
    if len({id(o.question) for o in outcomes}) < len(outcomes):
        figures["solved_at_least_once"] = _solved(outcomes)
    return figures


def details(
    outcomes: Sequence[Outcome], price: tuple[float, float] | None = None, judge: Cost | None = None
) -> dict[str, Any]:
    """Beyond the summary: accuracy by turns, how each tool did, what it cost, pass@k, how flows ended.

    `price`: dollars for a million tokens read and written; `judge`: what judging cost on top of the flows.
    """
    by_turns: defaultdict[int, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_turns[len(outcome.turns)].append(outcome)
    return {
        "by_turns": {str(turns): _score(by_turns[turns]) for turns in sorted(by_turns)},
        "tool_mix": _tool_mix(outcomes),
        "statuses": dict(Counter(o.status for o in outcomes).most_common()),
        "cost": _cost([*(o.cost for o in outcomes), *([judge] if judge else [])], price)
        | {"seconds": round(sum(o.seconds for o in outcomes), 1)},
        **pass_at(outcomes),
    }


def _tool_mix(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    calls = Counter(turn.tool for o in outcomes for turn in o.turns if turn.tool)
    failed = Counter(tool for o in outcomes for tool in o.failed_tools)
    return {
        tool: {
            "calls": count,
            "share": round(count / calls.total(), 4),
            "failed": failed[tool],
            "flows": _score(o for o in outcomes if tool in {turn.tool for turn in o.turns}),
        }
        for tool, count in calls.most_common()
    }


def _cost(costs: Iterable[Cost], price: tuple[float, float] | None) -> dict[str, Any]:
    calls, read, written = Counter[str](), Counter[str](), Counter[str]()
    for cost in costs:
        calls.update(cost.calls)
        read.update(cost.prompt_tokens)
        written.update(cost.completion_tokens)
    found: dict[str, Any] = {
        "model_calls": calls.total(),
        "prompt_tokens": read.total(),
        "completion_tokens": written.total(),
        "roles": {
            role: {"calls": calls[role], "prompt_tokens": read[role], "completion_tokens": written[role]}
            for role in calls
        },
    }
    if price is not None:
        found["dollars"] = round((read.total() * price[0] + written.total() * price[1]) / 1e6, 4)
    return found


def pass_at(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """pass@k, without bias: the chance that at least one of k flows of a question, drawn from those there, is right."""
    groups: defaultdict[int, list[bool]] = defaultdict(list)
    for outcome in outcomes:
        groups[id(outcome.question)].append(outcome.right)
    samples = min((len(marks) for marks in groups.values()), default=0)
    if samples < 2:
        return {}
    sizes = sorted({k for k in (1, 2, 4, 8, 16, 32, 64) if k <= samples} | {samples})
    return {"pass_at": {str(k): score((_chance(marks, k) for marks in groups.values()), len(outcomes)) for k in sizes}}


def _chance(marks: Sequence[bool], k: int) -> float:
    wrong = len(marks) - sum(marks)
    return 1 - math.comb(wrong, k) / math.comb(len(marks), k)


def _by_family(outcomes: Iterable[Outcome]) -> dict[str, list[Outcome]]:
    groups: defaultdict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[outcome.question.family].append(outcome)
    order = [*(family for family in FAMILIES if family in groups), *sorted(groups.keys() - set(FAMILIES))]
    return {family: groups[family] for family in order}


def _solved(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """pass@k by family: the share of questions that at least one of their k flows answered."""
    solved: dict[str, Any] = {}
    for family, group in _by_family(outcomes).items():
        questions: defaultdict[int, list[bool]] = defaultdict(list)
        for outcome in group:
            questions[id(outcome.question)].append(outcome.right)
        solved[family] = score(any(marks) for marks in questions.values())
    return solved


def modules(judged: Iterable[tuple[Question, Judged]]) -> dict[str, Any]:
    """How often each frozen module did right where the planner did: commands, verdicts, answers. Here `n` and `flows`
    count questions and the marks of their flows."""
    flows = list(judged)
    return {
        "command": over_questions((question, mark) for question, flow in flows for mark in flow.commands),
        "verdict": over_questions((question, mark) for question, flow in flows for mark in flow.verdicts),
        "answer": over_questions((question, flow.answer) for question, flow in flows if flow.answer is not None),
    }


def table(figures: dict[str, Any]) -> str:
    """The summary for people."""
    rows = [("all", figures), *figures["families"].items()]
    rows += [(f"any: {family}", row) for family, row in figures.get("solved_at_least_once", {}).items()]
    rows += [(f"pass@{k}", row) for k, row in figures.get("pass_at", {}).items()]
    rows += [("by the judge", figures["judge"])] if "judge" in figures else []
    rows += [(f"module: {module}", row) for module, row in figures.get("modules", {}).items()]
    rows += [(f"{turns} turns", row) for turns, row in figures.get("by_turns", {}).items()]
    rows += [(f"with {tool}", row["flows"]) for tool, row in figures.get("tool_mix", {}).items()]
    lines = [f"{'':<22}{'n':>6}{'accuracy':>10}   95% interval"]
    for name, row in rows:
        low, high = row["interval"]
        lines.append(f"{name:<22}{row['n']:>6}{row['accuracy']:>10.3f}   {low:.3f} to {high:.3f}")
    if figures.get("flows", figures["n"]) != figures["n"]:
        lines.append(f"n counts questions, each with the mean of its flows: {figures['flows']:,} in all")
    mix = ", ".join(f"{tool} {count}" for tool, count in figures["tools"].items())
    lines.append(f"turns {figures['turns']}, stopped by the verifier {figures['stopped']:.3f}, tools: {mix}")
    lines.append(
        f"parse failures {figures['parse_failures']}, failed turns {figures['failed_turns']}, "
        f"tool errors {figures['tool_errors']}, flows lost to infrastructure {figures['infrastructure_failures']}"
    )
    lines += [f"  lost: {one['question'][:80]!r}: {one['reason']}" for one in figures["failures"]]
    if cost := figures.get("cost"):
        dollars = f", {cost['dollars']:.2f} dollars" if "dollars" in cost else ""
        lines.append(
            f"{cost['model_calls']:,} model calls, {cost['prompt_tokens']:,} tokens read, "
            f"{cost['completion_tokens']:,} written, {cost['seconds']:,.0f} seconds of flows{dollars}"
        )
    if judge := figures.get("judge"):
        lines.append(
            f"the judge ({judge['model']}) and the rules agree on {judge['agreement']['accuracy']:.3f}, "
            f"differ on {judge['disagreements']} flows, {judge['unjudged']} not judged"
        )
    if errors := figures.get("errors"):
        shown = "; ".join(
            f"{module}: {', '.join(f'{f} {n}' for f, n in found.items())}" for module, found in errors.items()
        )
        lines.append(f"wrong answers by the module that erred first: {shown}")
    return "\n".join(lines)
