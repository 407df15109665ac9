"""Flow-GRPO: the objective of "In-the-Flow Agentic System Optimization" (arXiv 2510.05592) and nothing else.

    A_i  = (R_i - mean_k R_k) / std_k R_k                  over the flows k of one question; the same for all of flow i
    J(θ) = 1/Q Σ_q 1/G Σ_i 1/T_i Σ_t 1/|a_t| Σ_j [ min(ρ_j A_i, clip(ρ_j, 1-ε_low, 1+ε_high) A_i) - β KL_j ]
    ρ_j  = π_θ(a_j | s_t, a_<j) / π_old(a_j | s_t, a_<j)   every turn is a prompt of its own: s_t = (q, K, M_t)
    KL_j : of π_θ to π_ref at token j

Pure: no model, no file, no process. `assign` looks at a whole batch once and gives every action its advantage and its
weight; `token_losses` then only sums over tokens. So the gradient is the same however the batch is cut into
micro-batches and spread over processes. Letters in names: N action tokens.

Where this departs from the paper, or decides what the paper leaves open:
1. Minimised: the loss is -J. The expectation over questions is the mean over the batch's Q groups.
2. std is the sample's (G - 1). A group whose rewards are all equal has A = 0: there is nothing to compare.
3. The KL stands inside the sums, with each token's weight. `kl="k3"` is the usual estimator, whose gradient is that of
   KL(π_ref || π_θ); `kl="corrected"` multiplies it by ρ, so that its gradient is that of KL(π_θ || π_ref).
4. Sampler and trainer compute π_old with different arithmetic. `importance_cap` weighs a token's policy term by
   min(π_old / π_sampler, cap), as it was the sampler that drew it; None leaves that out.
5. An answer of the planner that could not be read is an action, and a turn, like any other.
6. An action that was cut at the length limit is masked: it says little about the plan. It still counts in T_i.
7. A flow that infrastructure ended (`reward=None`) takes no part in its group, and a group of fewer than two none in J.
8. The planner's analysis of the question is no turn and not trained, as in the paper; `rollout.analysis` makes it one.
9. Options that are not the paper's, for comparison: `weighting="token"` (every token of the batch weighs the same),
   `weighting="constant"` (1/G, and a constant in place of T and |a|), `statistics="turns"` (mean and std over turns,
   so that long flows count more often).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Literal

import torch
from torch import Tensor


@dataclass(frozen=True)
class Objective:
    """The settings of J; the defaults are the paper's."""

    clip_low: float = 0.2
    clip_high: float = 0.3
    beta: float = 0.001
    kl: Literal["k3", "corrected"] = "k3"
    importance_cap: float | None = 2.0
    weighting: Literal["paper", "token", "constant"] = "paper"
    constant_tokens: int = 2048
    """What `constant` divides by: the most tokens a flow's planner may write."""
    statistics: Literal["flows", "turns"] = "flows"


@dataclass(frozen=True)
class Action:
    """One answer of the planner: the tokens it was given, those it sampled, and how likely the sampler held each."""

    prompt: tuple[int, ...]
    tokens: tuple[int, ...]
    logprobs: tuple[float, ...]
    temperature: float = 1.0
    truncated: bool = False
    version: int = 0
    """Updates that the weights had seen which sampled it."""

    def __post_init__(self) -> None:
        if not self.tokens or len(self.tokens) != len(self.logprobs):
            raise ValueError(
                f"an action needs tokens and one log-probability for each: {len(self.tokens)} tokens, "
                f"{len(self.logprobs)} log-probabilities after a prompt of {len(self.prompt)}"
            )


@dataclass(frozen=True)
class Flow:
    """One run on one question: its planner's actions in order, and the reward of its answer."""

    group: int
    """The question; the flows of one group are compared with each other."""
    actions: tuple[Action, ...]
    reward: float | None
    """None: infrastructure ended it."""


@dataclass(frozen=True)
class Sample:
    """An action with what the batch says about it."""

    action: Action
    advantage: float
    weight: float
    """Of each of its tokens in J."""


@dataclass(frozen=True)
class Tokens:
    """The action tokens of a micro-batch. `new_N` carries the gradient, all else is constant."""

    new_N: Tensor
    """log π_θ"""
    old_N: Tensor
    """log π_old, by the trainer"""
    sampler_N: Tensor
    """log π_old, by the sampler"""
    reference_N: Tensor
    """log π_ref"""
    advantage_N: Tensor
    weight_N: Tensor


@dataclass(frozen=True)
class TokenLosses:
    """`loss_N` sums to the micro-batch's share of -J; the rest is for the log, without gradient."""

    loss_N: Tensor
    kl_N: Tensor
    ratio_N: Tensor
    clipped_N: Tensor
    importance_N: Tensor


def advantages(rewards: Sequence[float], counts: Sequence[int] | None = None) -> list[float]:
    """A_i of one group; `counts` says how often each reward enters mean and std (once, unless told)."""
    entering = [r for r, count in zip(rewards, counts or [1] * len(rewards), strict=True) for _ in range(count)]
    if len(set(entering)) < 2:
        return [0.0] * len(rewards)
    mean, std = fmean(entering), stdev(entering)
    return [(reward - mean) / std for reward in rewards]


def assign(flows: Sequence[Flow], objective: Objective) -> list[Sample]:
    """Advantage and weight of every action of a whole batch, in the order of the flows."""
    groups = _groups(flows)
    total = sum(len(a.tokens) for group in groups for _, flow in group for a in flow.actions if not a.truncated)
    samples: dict[int, list[Sample]] = {}
    for group in groups:
        turns = [len(flow.actions) for _, flow in group] if objective.statistics == "turns" else None
        found = advantages([reward for reward, _ in group], turns)
        for advantage, (_, flow) in zip(found, group, strict=True):
            share = 1 / (len(groups) * len(group))
            samples[id(flow)] = [
                Sample(action, advantage, _weight(action, len(flow.actions), share, total, objective))
                for action in flow.actions
            ]
    return [sample for flow in flows for sample in samples.get(id(flow), [])]


def has_signal(flows: Sequence[Flow]) -> bool:
    """Whether the flows of one group differ in reward."""
    return len({flow.reward for flow in flows if flow.reward is not None}) > 1


def _groups(flows: Sequence[Flow]) -> list[list[tuple[float, Flow]]]:
    """The flows that take part, with their rewards, by question."""
    found: defaultdict[int, list[tuple[float, Flow]]] = defaultdict(list)
    for flow in flows:
        if flow.reward is not None:
            found[flow.group].append((flow.reward, flow))
    return [group for group in found.values() if len(group) > 1]


def _weight(action: Action, turns: int, share: float, total: int, objective: Objective) -> float:
    """Of each token; `share` is 1 / (Q G)."""
    if action.truncated:
        return 0.0
    match objective.weighting:
        case "paper":
            return share / turns / len(action.tokens)
        case "token":
            return 1 / total
        case "constant":
            return share / objective.constant_tokens


def token_losses(tokens: Tokens, objective: Objective) -> TokenLosses:
    """Each token's part of -J. Log-probabilities are at the temperature that the action was sampled with."""
    ratio_N = (tokens.new_N - tokens.old_N).exp()
    clipped_ratio_N = ratio_N.clamp(1 - objective.clip_low, 1 + objective.clip_high)
    plain_N, clipped_N = ratio_N * tokens.advantage_N, clipped_ratio_N * tokens.advantage_N
    importance_N = _importance(tokens, objective.importance_cap)
    kl_N = _k3(tokens.new_N, tokens.reference_N)
    if objective.kl == "corrected":
        kl_N = ratio_N * kl_N
    gain_N = importance_N * torch.minimum(plain_N, clipped_N) - objective.beta * kl_N
    return TokenLosses(
        loss_N=-tokens.weight_N * gain_N,
        kl_N=kl_N.detach(),
        ratio_N=ratio_N.detach(),
        clipped_N=(clipped_N < plain_N).detach(),
        importance_N=importance_N,
    )


def _importance(tokens: Tokens, cap: float | None) -> Tensor:
    if cap is None:
        return torch.ones_like(tokens.old_N)
    return (tokens.old_N - tokens.sampler_N).exp().clamp(max=cap)


def _k3(new_N: Tensor, reference_N: Tensor) -> Tensor:
    """exp(d) - d - 1 with d = log π_ref - log π_θ: never negative, and zero where the two agree."""
    difference_N = reference_N - new_N
    return difference_N.expm1() - difference_N
