"""Muon in float32: momentum whose matrices are made nearly orthogonal (https://kellerjordan.github.io/posts/muon/).

`torch.optim.Muon` iterates in bfloat16, which a CPU without AVX512 emulates: there its step took four times as long as
the passes whose gradients it used.
"""

from collections.abc import Iterable

import torch
from torch import Tensor

_STEEP = (3.4445, -4.7750, 2.0315)
_ITERATIONS = 5
_RMS_OF_ADAMW = 0.2
"""A step of this size for each entry lets AdamW's rates and decay serve (https://arxiv.org/abs/2502.16982)."""


class Muon(torch.optim.Optimizer):
    """For matrices [out, in] only."""

    def __init__(
        self, matrices: Iterable[Tensor], lr: float, weight_decay: float = 0.01, momentum: float = 0.95
    ) -> None:
        super().__init__(matrices, {"lr": lr, "weight_decay": weight_decay, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        for group in self.param_groups:
            for matrix in group["params"]:
                if matrix.grad is None:
                    continue
                state = self.state[matrix]
                mean = state.setdefault("momentum_buffer", torch.zeros_like(matrix))
                mean.lerp_(matrix.grad, 1 - group["momentum"])
                ahead = matrix.grad.lerp(mean, group["momentum"])  # Nesterov's
                matrix.mul_(1 - group["lr"] * group["weight_decay"])
                size = _RMS_OF_ADAMW * max(matrix.shape) ** 0.5
                matrix.add_(orthogonal(ahead), alpha=-group["lr"] * size)


def orthogonal(matrix: Tensor) -> Tensor:
    """The nearest matrix whose singular values are all about one (0.5 to 1.5), by Newton and Schulz."""
    a, b, c = _STEEP
    tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.T if tall else matrix
    x = x / x.norm().clamp(min=1e-7)
    for _ in range(_ITERATIONS):
        gram = x @ x.T
        x = torch.addmm(x, torch.addmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x.T if tall else x
