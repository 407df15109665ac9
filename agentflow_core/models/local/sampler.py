"""Picks the next token of every row of a batch, each row with its own settings and its own random stream.

The log-probability that comes back is that of the distribution the token was really drawn from (after temperature
and top-p); for a greedy row, where there is no such distribution, it is the model's own at temperature 1.
"""

import random
from collections.abc import Sequence

import torch

from agentflow_core.models.base import Sampling


class Draw:
    """One answer's sampler: its settings and its random stream."""

    def __init__(self, sampling: Sampling, stream: random.Random | None = None) -> None:
        """Its stream is that of its seed where none is given."""
        self.sampling = sampling
        self._random = stream or random.Random(sampling.seed)
        self._uniform: list[float] = []

    def uniform(self, place: int) -> float:
        """The number that decides the token at this place of the answer, however often it is asked for."""
        while len(self._uniform) <= place:
            self._uniform.append(self._random.random())
        return self._uniform[place]


def pick(logits: torch.Tensor, draws: Sequence[Draw], places: Sequence[int]) -> tuple[list[int], list[float]]:
    """Token ids at these places of their answers, and their log-probabilities, for `logits` [places, vocabulary].

    A token is drawn by one uniform number of the answer's own stream against the cumulative distribution, so a seeded
    answer is the same whoever shares its batch and whatever was guessed.
    """
    logits = logits.float()
    temperatures = [draw.sampling.temperature for draw in draws]
    warm = [row for row, temperature in enumerate(temperatures) if temperature > 0]
    if warm:
        scale = torch.tensor([t if t > 0 else 1.0 for t in temperatures], device=logits.device)
        logits = logits / scale[:, None]
    logprobs = torch.log_softmax(logits, dim=-1)
    if len(warm) == len(draws):
        logprobs = _nucleus(logprobs, [draw.sampling.top_p for draw in draws])
        chosen = _drawn(logprobs, draws, places)
    else:
        chosen = _argmax(logprobs)
        if warm:
            rows = torch.tensor(warm, device=logits.device)
            kept = _nucleus(logprobs[rows], [draws[row].sampling.top_p for row in warm])
            chosen[rows] = _drawn(kept, [draws[row] for row in warm], [places[row] for row in warm])
            logprobs[rows] = kept
    return chosen.tolist(), logprobs.gather(1, chosen[:, None])[:, 0].tolist()


def _argmax(logprobs: torch.Tensor) -> torch.Tensor:
    """numpy's is twenty times as fast as torch's on a CPU; both take the first of equals."""
    if logprobs.device.type != "cpu":
        return logprobs.argmax(dim=-1)
    return torch.from_numpy(logprobs.numpy().argmax(axis=-1))


def _drawn(logprobs: torch.Tensor, draws: Sequence[Draw], places: Sequence[int]) -> torch.Tensor:
    numbers = [draw.uniform(place) for draw, place in zip(draws, places, strict=True)]
    uniform = torch.tensor(numbers, device=logprobs.device)
    return _inverse_cdf(logprobs.exp(), uniform)


def _nucleus(logprobs: torch.Tensor, top_p: list[float]) -> torch.Tensor:
    """Keeps, in each row, the fewest most likely tokens that reach `top_p` together, and renormalises."""
    if min(top_p) >= 1:
        return logprobs
    ordered, order = logprobs.sort(dim=-1, descending=True)
    before = ordered.exp().cumsum(dim=-1) - ordered.exp()
    limit = torch.tensor([p if p < 1 else float("inf") for p in top_p], device=logprobs.device)
    outside = torch.empty_like(before, dtype=torch.bool).scatter_(1, order, before >= limit[:, None])
    return torch.log_softmax(logprobs.masked_fill(outside, float("-inf")), dim=-1)


def _inverse_cdf(probabilities: torch.Tensor, uniform: torch.Tensor) -> torch.Tensor:
    # Float32 is enough, and all that some accelerators have: the total scales `uniform`, so every token is in reach.
    cumulative = probabilities.cumsum(dim=-1)
    total = cumulative[:, -1:]
    # Rounding may lift a draw to the total itself, beyond which no token lies.
    target = torch.minimum(uniform[:, None] * total, torch.nextafter(total, torch.zeros_like(total)))
    return torch.searchsorted(cumulative, target, right=True)[:, 0]
