"""Muon in float32: momentum whose matrices are made nearly orthogonal (https://kellerjordan.github.io/posts/muon/).

`torch.optim.Muon` iterates in bfloat16, which a CPU without AVX512 emulates: there its step took four times as long as
the passes whose gradients it used. Matrices of one shape go through the iterations together: for a GPU their number of
kernels is what takes time.
"""

from collections import defaultdict
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
            alike: defaultdict[torch.Size, list[Tensor]] = defaultdict(list)
            for matrix in group["params"]:
                if matrix.grad is not None:
                    alike[matrix.shape].append(matrix)
            for shape, matrices in alike.items():
                grads_NOI = torch.stack([matrix.grad for matrix in matrices if matrix.grad is not None])
                means = [
                    self.state[matrix].setdefault("momentum_buffer", torch.zeros_like(matrix)) for matrix in matrices
                ]
                torch._foreach_lerp_(means, list(grads_NOI), 1 - group["momentum"])
                ahead_NOI = grads_NOI.lerp(torch.stack(means), group["momentum"])  # Nesterov's
                size = _RMS_OF_ADAMW * max(shape) ** 0.5
                torch._foreach_mul_(matrices, 1 - group["lr"] * group["weight_decay"])
                torch._foreach_add_(matrices, list(orthogonal(ahead_NOI)), alpha=-group["lr"] * size)


def orthogonal(matrices_NOI: Tensor) -> Tensor:
    """The nearest matrices whose singular values are all about one (0.5 to 1.5), by Newton and Schulz; [N, out, in]."""
    a, b, c = _STEEP
    tall = matrices_NOI.shape[1] > matrices_NOI.shape[2]
    x = matrices_NOI.mT if tall else matrices_NOI
    x = x / torch.linalg.matrix_norm(x, keepdim=True).clamp(min=1e-7)
    for _ in range(_ITERATIONS):
        gram = x @ x.mT
        x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x.mT if tall else x
