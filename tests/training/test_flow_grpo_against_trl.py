"""On flows of one turn Flow-GRPO is GRPO: the loss and the gradient of TRL's trainer on the same model and tokens.

On flows of several turns it is too, where TRL has a row for each (`benchmarks/training_speed.py`).
"""

from pathlib import Path

import pytest
import torch

from benchmarks.trl_grpo import as_trl, trainer
from tests.training.toys import planner, policy_of, rollouts
from training.flow_grpo import Objective, assign
from training.packing import rows
from training.update import accumulate

LENGTH, GROUP = 7, 4


@pytest.mark.parametrize(
    ("kind", "weighting", "kl"),
    [("grpo", "paper", "k3"), ("grpo", "paper", "corrected"), ("dr_grpo", "constant", "k3"), ("bnpo", "token", "k3")],
)
def test_same_loss(kind: str, weighting: str, kl: str, tmp_path: Path) -> None:
    objective = Objective(beta=0.04, weighting=weighting, kl=kl, constant_tokens=LENGTH, importance_cap=None)  # type: ignore[arg-type]
    policy = policy_of(planner(tmp_path / "model"))
    flows = rollouts(groups=3, size=GROUP, turns=1, longest=LENGTH, vocabulary=policy.model.config.vocab_size)
    samples = assign(flows, objective)
    batch = rows(samples)
    assert sum(len(row.samples) for row in batch) == len(samples)
    with torch.no_grad():
        reference_N = policy.reference_logprobs(batch) + 0.3 * torch.randn(sum(len(s.action.tokens) for s in samples))
        olds = [policy.scores(batch).logprobs_N + 0.2 * torch.sin(reference_N)]
    ours = accumulate(policy, [batch], [reference_N], list(olds), objective)
    gradient = _gradient(policy.model)
    inputs = as_trl([sample for row in batch for sample in row.samples], reference_N, olds[0])
    peer = trainer(policy.model, tmp_path / "model", tmp_path / "trl", kind=kind, longest=LENGTH, kl=kl)
    theirs = peer._compute_loss(policy.model, inputs)
    assert abs(ours.loss) > 1e-3
    assert ours.loss == pytest.approx(theirs.item(), abs=1e-6)
    policy.model.zero_grad()
    theirs.backward()
    assert gradient.norm() > 1e-2
    assert (gradient - _gradient(policy.model)).norm() < 1e-5 * gradient.norm()


def _gradient(model: torch.nn.Module) -> torch.Tensor:
    return torch.cat([p.grad.flatten() for p in model.parameters() if p.grad is not None])
