"""On flows of one turn: advantages, loss and gradient as verl's own functions have them. Skipped where verl is not."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.training.toys import rollouts
from training.flow_grpo import Objective, Tokens, assign, token_losses

verl = pytest.importorskip("verl.trainer.ppo.core_algos", exc_type=ImportError)

GROUPS, SIZE, LONGEST = 5, 4, 7
FLOWS = rollouts(groups=GROUPS, size=SIZE, turns=1, longest=LONGEST, vocabulary=50)
LENGTHS = [len(flow.actions[0].tokens) for flow in FLOWS]
MASK = torch.tensor([[float(place < n) for place in range(LONGEST)] for n in LENGTHS], dtype=torch.float64)


def square(values_N: Tensor) -> Tensor:
    """As verl lays tokens out: a row an answer, padded on the right."""
    return torch.zeros_like(MASK).masked_scatter(MASK.bool(), values_N)


def theirs(tokens: Tokens, objective: Objective, mode: str) -> Tensor:
    config: Any = SimpleNamespace(
        clip_ratio=0.2,
        clip_ratio_low=objective.clip_low,
        clip_ratio_high=objective.clip_high,
        global_batch_info={},
        get=lambda name, usual: 1e9 if name == "clip_ratio_c" else usual,  # the paper has no second clipping
    )
    new, old, reference = square(tokens.new_N), square(tokens.old_N), square(tokens.reference_N)
    weights = None
    if objective.importance_cap is not None:
        weights = square((tokens.old_N - tokens.sampler_N).exp().clamp(max=objective.importance_cap))
    rewards = MASK * 0
    rewards[:, 0] = torch.tensor([flow.reward for flow in FLOWS], dtype=torch.float64)
    groups = np.array([flow.group for flow in FLOWS])
    advantages, _ = verl.compute_grpo_outcome_advantage(rewards, MASK, groups, epsilon=0.0)
    policy, _ = verl.compute_policy_loss_vanilla(old, new, advantages, MASK, mode, config, weights)
    kl = verl.agg_loss(verl.kl_penalty(new, reference, "low_var_kl"), MASK, mode)
    loss: Tensor = policy + objective.beta * kl
    return loss


@pytest.mark.parametrize("cap", [None, 2.0])
@pytest.mark.parametrize(("weighting", "mode"), [("paper", "seq-mean-token-mean"), ("token", "token-mean")])
def test_same_advantages_loss_and_gradient(weighting: str, mode: str, cap: float | None) -> None:
    objective = Objective(beta=0.04, weighting=weighting, importance_cap=cap)  # type: ignore[arg-type]
    samples = assign(FLOWS, objective)
    torch.manual_seed(3)
    old_N = -3 * torch.rand(sum(LENGTHS), dtype=torch.float64)
    spread = torch.tensor(LENGTHS)
    tokens = Tokens(
        new_N=(old_N + 0.4 * torch.randn_like(old_N)).requires_grad_(),
        old_N=old_N,
        sampler_N=old_N + 0.5 * torch.randn_like(old_N),
        reference_N=old_N + 0.3 * torch.randn_like(old_N),
        advantage_N=torch.tensor([s.advantage for s in samples], dtype=torch.float64).repeat_interleave(spread),
        weight_N=torch.tensor([s.weight for s in samples], dtype=torch.float64).repeat_interleave(spread),
    )
    found = token_losses(tokens, objective)
    assert 0 < found.clipped_N.sum() < len(old_N), "some tokens are clipped, some are not"
    one, other = found.loss_N.sum(), theirs(tokens, objective, mode)
    assert abs(one.item()) > 1e-3
    assert one.item() == pytest.approx(other.item(), abs=1e-8)
    ours, verls = (torch.autograd.grad(loss, tokens.new_N)[0] for loss in (one, other))
    assert torch.allclose(ours, verls, atol=1e-8)
