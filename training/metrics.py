"""What a step was like, as one flat record: for `metrics.jsonl`, the trackers and the line on the screen."""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

import torch

from training.flow_grpo import Sample
from training.rollout import Rollout

Record = dict[str, float | int]


def of_rollouts(rollouts: Sequence[Rollout]) -> Record:
    """Rewards, lengths, tools and failures of the flows that were asked for, before any refill."""
    scored = [rollout for rollout in rollouts if rollout.flow.reward is not None]
    actions = [action for rollout in scored for action in rollout.flow.actions]
    record: Record = {
        "reward": _mean([rollout.flow.reward or 0.0 for rollout in scored]),
        "reward_error": _error_over_questions(scored, lambda rollout: rollout.flow.reward or 0.0),
        "questions": len({rollout.seat.group for rollout in rollouts}),
        "turns": _mean([rollout.turns for rollout in scored]),
        "turns_error": _error_over_questions(scored, lambda rollout: rollout.turns),
        "action_tokens": _mean([len(action.tokens) for action in actions]),
        "action_tokens_error": _error_over_questions([rollout for rollout in scored if rollout.flow.actions], _length),
        "answered": _mean([rollout.status == "answered" for rollout in scored]),
        "parse_failures": sum(rollout.parse_failures for rollout in scored),
        "plan_failures": sum(rollout.plan_failures for rollout in scored),
        "tool_errors": sum(rollout.tool_errors for rollout in scored),
        "truncated": sum(action.truncated for action in actions),
        "memory_cut": sum(rollout.memory_cut for rollout in scored),
        "overflowed": sum(rollout.overflowed for rollout in scored),
        "infrastructure_failures": len(rollouts) - len(scored),
        "flows": len(rollouts),
    }
    families: dict[str, list[float]] = {}
    for rollout in scored:
        families.setdefault(rollout.seat.task.family or "all", []).append(rollout.flow.reward or 0.0)
    tools: Counter[str] = Counter()
    for rollout in scored:
        tools.update(rollout.tools)
    return (
        record
        | {f"reward/{family}": _mean(values) for family, values in sorted(families.items())}
        | {f"tools/{tool}": number for tool, number in sorted(tools.items())}
    )


def staleness(rollouts: Sequence[Rollout], step: int) -> float:
    """Updates between the weights that sampled and those that are trained, mean over actions."""
    return _mean([step - action.version for rollout in rollouts for action in rollout.flow.actions])


def _length(rollout: Rollout) -> float:
    return fmean(len(action.tokens) for action in rollout.flow.actions)


def _error_over_questions(rollouts: Sequence[Rollout], value: Callable[[Rollout], float]) -> float:
    """The standard error of a mean. Flows of one question are much alike, so questions are what is counted."""
    groups: defaultdict[int, list[float]] = defaultdict(list)
    for rollout in rollouts:
        groups[rollout.seat.group].append(value(rollout))
    means = [fmean(values) for values in groups.values()]
    return round(stdev(means) / len(means) ** 0.5, 6) if len(means) > 1 else 0.0


def lines(step: int, rollouts: Sequence[Rollout], advantage_of: dict[int, float]) -> list[dict[str, Any]]:
    """One line a flow, by which its run is found again; `advantage_of` is by the flow's identity."""
    return [
        {
            "step": step,
            "group": rollout.seat.group,
            "flow": rollout.seat.number,
            "run": rollout.run,
            "task": rollout.seat.task.id,
            "family": rollout.seat.task.family,
            "question": rollout.seat.task.question,
            "gold": rollout.seat.task.answers,
            "answer": rollout.answer,
            "reward": rollout.flow.reward,
            "advantage": advantage_of.get(id(rollout.flow)),
            "status": rollout.status,
            "failure": rollout.failure,
            "turns": rollout.turns,
            "tools": rollout.tools,
            "chain": rollout.chain,
            "tool_errors": rollout.tool_errors,
            "models": rollout.models,
        }
        for rollout in rollouts
    ]


def advantages(rollouts: Sequence[Rollout], samples: Sequence[Sample]) -> dict[int, float]:
    """By the flow's identity, for the flows that take part in the loss."""
    by_action = {id(sample.action): sample.advantage for sample in samples}
    return {
        id(rollout.flow): by_action[id(action)]
        for rollout in rollouts
        for action in rollout.flow.actions[:1]
        if id(action) in by_action
    }


class Log:
    """A JSONL file with a `step` in every line, which a resumed run cuts back to where it goes on."""

    def __init__(self, path: Path, resumed_at: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = []
        if path.exists():
            found = [_parsed(line) for line in path.read_text(encoding="utf-8").splitlines()]
            kept = [line for line in found if line is not None and line["step"] <= resumed_at]
        beside = path.with_name(f"{path.name}.unfinished")
        beside.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in kept), encoding="utf-8")
        beside.replace(path)
        self._path = path

    def write(self, *records: dict[str, Any]) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


class Stopwatch:
    """Where the time of a step goes."""

    def __init__(self) -> None:
        self._spent: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self._spent[f"seconds/{name}"] += time.monotonic() - began

    def lap(self) -> Record:
        """The seconds since the last lap, by name."""
        spent, self._spent = self._spent, defaultdict(float)
        return {name: round(seconds, 3) for name, seconds in spent.items()}


def speeds(record: Mapping[str, float]) -> Record:
    """Tokens a second: those that all modules wrote in the rollouts, and those that were trained."""
    parts = (("sampled", "rollouts"), ("trained", "update"))
    return {
        f"per_second/{name}_tokens": round(record[f"{name}_tokens"] / record[f"seconds/{work}"], 1)
        for name, work in parts
        if f"{name}_tokens" in record and record.get(f"seconds/{work}", 0) > 0
    }


def memory() -> Record:
    """The most that tensors took on this process's GPU since the last time; nothing without one."""
    if not torch.cuda.is_available():
        return {}
    most = torch.cuda.max_memory_allocated()
    torch.cuda.reset_peak_memory_stats()
    return {"gpu_memory_gb": round(most / 1e9, 3)}


class Clock:
    """Time left, from the steps that this process has made."""

    def __init__(self, step: int, steps: int) -> None:
        self._first, self._steps, self._began = step, steps, time.monotonic()

    def left(self, step: int) -> str:
        done = step - self._first
        if not done:
            return "?"
        seconds = round((time.monotonic() - self._began) / done * (self._steps - step))
        return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(line)
    except ValueError:  # the last line of a process that was killed
        return None
    return found


def _mean(values: Sequence[float]) -> float:
    return round(fmean(values), 6) if values else 0.0
