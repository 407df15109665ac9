"""What the page draws of a log: points with their 95% intervals, and one step as groups of flows. Pure."""

import math
from itertools import groupby
from typing import Any

from demo.training.log import FlowLine, Line

Z = 1.96


def point(line: Line) -> dict[str, Any]:
    """One step of the curves; None where the log says nothing."""
    return {
        "step": line.step,
        "reward": line.reward,
        "reward_interval": _reward_interval(line),
        "dev": line.dev,
        "dev_interval": wilson(line.dev, line.dev_flows),
        "dev_flows": line.dev_flows,
        "turns": line.turns,
        "tokens": line.action_tokens,
        "kl": line.kl,
        "entropy": line.entropy,
        "signal": _signal(line),
        "flows": line.flows,
    }


def _signal(line: Line) -> float | None:
    """The share of groups whose flows earned different rewards."""
    if not line.questions or line.groups_without_signal is None:
        return None
    return max(0.0, 1 - line.groups_without_signal / line.questions)


def _reward_interval(line: Line) -> tuple[float, float] | None:
    """Around the mean over questions, where the log has its error; flows of one question are much alike."""
    if line.reward is None or line.reward_error is None:
        return None
    spread = Z * line.reward_error
    return max(0.0, line.reward - spread), min(1.0, line.reward + spread)


def wilson(share: float | None, n: int | None) -> tuple[float, float] | None:
    """The 95% Wilson score interval of a share of `n` independent questions."""
    if share is None or not n or not 0 <= share <= 1:
        return None
    middle = share + Z * Z / (2 * n)
    spread = Z * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    scale = 1 + Z * Z / n
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def groups(flows: list[FlowLine]) -> list[dict[str, Any]]:
    """One step: its questions, each with the flows that were compared with each other."""
    made = []
    for number, members in groupby(sorted(flows, key=lambda flow: (flow.group, flow.flow)), lambda flow: flow.group):
        own = list(members)
        rewards = [flow.reward for flow in own if flow.reward is not None]
        made.append(
            {
                "group": number,
                "question": own[0].question,
                "family": own[0].family,
                "gold": list(own[0].gold),
                "mean": sum(rewards) / len(rewards) if rewards else None,
                "signal": len(set(rewards)) > 1,
                "flows": [flow.model_dump(include=SHOWN) for flow in own],
            }
        )
    return made


SHOWN = {"flow", "run", "answer", "reward", "advantage", "status", "failure", "turns", "tools"}
