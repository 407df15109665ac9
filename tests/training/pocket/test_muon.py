"""Muon in float32 against torch's own, which rounds to bfloat16."""

import torch

from training.pocket.muon import Muon, orthogonal


def test_it_steps_as_torchs_own() -> None:
    generator = torch.Generator().manual_seed(1)
    starts = [torch.randn(shape, generator=generator) for shape in ((48, 96), (48, 96), (96, 48))]
    ours, theirs = ([torch.nn.Parameter(start.clone()) for start in starts] for _ in range(2))
    mine = Muon(ours, lr=0.01)
    other = torch.optim.Muon(theirs, lr=0.01, weight_decay=0.01, adjust_lr_fn="match_rms_adamw")
    for _ in range(5):
        for one, twin in zip(ours, theirs, strict=True):
            one.grad = torch.randn(one.shape, generator=generator)
            twin.grad = one.grad.clone()
        mine.step()
        other.step()
    for start, one, twin in zip(starts, ours, theirs, strict=True):
        assert (one - twin).norm() < 0.02 * (one - start).norm()


def test_singular_values_come_near_one() -> None:
    for shape in ((3, 40, 80), (3, 80, 40)):
        values = torch.linalg.svdvals(orthogonal(torch.randn(shape, generator=torch.Generator().manual_seed(2))))
        assert 0.3 < values.min() < values.max() < 1.6
