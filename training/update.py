"""From samples to a gradient: sums over micro-batches and over processes, so that neither changes the result."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import Tensor

from agentflow_core.errors import BadInput
from training.config import Optimizer
from training.flow_grpo import Objective, token_losses
from training.packing import Row
from training.policy import Policy

KL_AT_START = 1e-4


@dataclass
class Sums:
    """Over action tokens; divided by `tokens` they are means."""

    tokens: float = 0.0
    loss: float = 0.0
    kl: float = 0.0
    entropy: float = 0.0
    clipped: float = 0.0
    importance: float = 0.0
    mismatch: float = 0.0
    """|log π_old by the trainer - by the sampler|"""
    worst_mismatch: float = 0.0

    def over_processes(self, device: torch.device) -> "Sums":
        """The sums of all processes together, of `worst_mismatch` the largest."""
        if not _several():
            return self
        *sums, worst = vars(self).values()
        total = torch.tensor(sums, dtype=torch.float64, device=device)
        largest = torch.tensor(worst, dtype=torch.float64, device=device)
        dist.all_reduce(total)
        dist.all_reduce(largest, dist.ReduceOp.MAX)
        names = list(vars(self))[:-1]
        return Sums(**dict(zip(names, total.tolist(), strict=True)), worst_mismatch=largest.item())


def accumulate(
    policy: Policy, batches: Sequence[Sequence[Row]], references: Sequence[Tensor], olds: list[Tensor], goal: Objective
) -> Sums:
    """Adds these micro-batches' gradient of the loss to the parameters.

    `olds` are the log-probabilities before the first update on this batch: where it is empty this is the first pass,
    and it is filled.
    """
    sums, first = Sums(), not olds
    for number, (batch, reference_N) in enumerate(zip(batches, references, strict=True)):
        scores = policy.scores(batch)
        if first:
            olds.append(scores.logprobs_N.detach())
        tokens = policy.tokens(batch, scores.logprobs_N, olds[number], reference_N)
        losses = token_losses(tokens, goal)
        loss = losses.loss_N.sum()
        loss.backward()  # type: ignore[no-untyped-call]
        difference_N = (tokens.old_N - tokens.sampler_N).abs()
        sums.tokens += len(difference_N)
        sums.loss += loss.item()
        sums.kl += losses.kl_N.sum().item()
        sums.entropy += scores.entropy_N.sum().item()
        sums.clipped += losses.clipped_N.sum().item()
        sums.importance += losses.importance_N.sum().item()
        sums.mismatch += difference_N.sum().item()
        sums.worst_mismatch = max(sums.worst_mismatch, difference_N.max().item())
    return sums


def check_start(sums: Sums, limit: float, *, first: bool) -> None:
    """Ratio 1 and, the first time that anything is trained, KL 0: the sampler drew from the policy that is trained, and
    that begins as the reference.

    Raises `BadInput` saying which of the two does not hold.
    """
    mismatch, kl = sums.mismatch / max(1.0, sums.tokens), sums.kl / max(1.0, sums.tokens)
    if not mismatch <= limit:
        raise BadInput(
            f"the sampler's log-probabilities differ from the trainer's by {mismatch:.4f} on average (at most {limit} "
            "is taken): the two do not compute the same model. Compare precision and sampler settings, or raise "
            "`mismatch` if this is known."
        )
    if first and not kl <= KL_AT_START:
        raise BadInput(
            f"the policy is not the reference before the first step (KL {kl:.6f}): the adapter or the checkpoint that "
            "training starts from does not begin at zero."
        )


def sum_gradients(policy: Policy) -> None:
    """Over all processes; one that had no micro-batch takes part with zeros."""
    if not _several():
        return
    for parameter in policy.parameters:
        if parameter.grad is None:
            parameter.grad = torch.zeros_like(parameter)
        dist.all_reduce(parameter.grad)


def rate_at(step: int, steps: int, settings: Optimizer) -> float:
    """The learning rate of a step, the first being 0: linear warm-up, then the decay, which ends at a tenth."""
    if step < settings.warmup:
        return settings.lr * (step + 1) / settings.warmup
    done = (step - settings.warmup) / max(1, steps - settings.warmup)
    match settings.decay:
        case "constant":
            return settings.lr
        case "linear":
            return settings.lr * (1 - 0.9 * done)
        case "cosine":
            return settings.lr * (0.1 + 0.45 * (1 + math.cos(math.pi * done)))


def _several() -> bool:
    return dist.is_available() and dist.is_initialized() and dist.get_world_size() > 1
