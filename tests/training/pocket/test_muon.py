"""Muon in float32 against torch's own, which rounds to bfloat16."""

import torch

from training.pocket.muon import Muon, orthogonal


def test_it_steps_as_torchs_own() -> None:
    generator = torch.Generator().manual_seed(1)
    start = torch.randn(48, 96, generator=generator)
    ours, theirs = torch.nn.Parameter(start.clone()), torch.nn.Parameter(start.clone())
    mine = Muon([ours], lr=0.01)
    other = torch.optim.Muon([theirs], lr=0.01, weight_decay=0.01, adjust_lr_fn="match_rms_adamw")
    for _ in range(5):
        ours.grad = torch.randn(48, 96, generator=generator)
        theirs.grad = ours.grad.clone()
        mine.step()
        other.step()
    moved = (ours - start).norm()
    assert (ours - theirs).norm() < 0.02 * moved


def test_singular_values_come_near_one() -> None:
    for shape in ((40, 80), (80, 40)):
        values = torch.linalg.svdvals(orthogonal(torch.randn(shape, generator=torch.Generator().manual_seed(2))))
        assert 0.3 < values.min() < values.max() < 1.6
