"""TRL's GRPO trainer on samples of ours, to compare losses (`tests/training`) and speed (`training_speed`)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from torch import Tensor
from transformers import AutoTokenizer
from trl import GRPOConfig, GRPOTrainer

from training.flow_grpo import Sample

GROUP = 4


def as_trl(samples: Sequence[Sample], reference_N: Tensor, old_N: Tensor) -> dict[str, Tensor]:
    """The same tokens as TRL lays them out, a sample a row: prompts padded on the left, completions on the right.

    `reference_N` and `old_N` go through the samples' tokens in their order.
    """
    widest = max(len(s.action.prompt) for s in samples)
    longest = max(len(s.action.tokens) for s in samples)
    padded: dict[str, list[list[float]]] = {}
    place = 0
    for sample in samples:
        prompt, tokens = list(sample.action.prompt), list(sample.action.tokens)
        left, right, n = widest - len(prompt), longest - len(tokens), len(tokens)
        lists = {
            "prompt_ids": [0] * left + prompt,
            "prompt_mask": [0] * left + [1] * len(prompt),
            "completion_ids": tokens + [0] * right,
            "completion_mask": [1] * n + [0] * right,
            "ref_per_token_logps": reference_N[place : place + n].tolist() + [0.0] * right,
            "old_per_token_logps": old_N[place : place + n].tolist() + [0.0] * right,
        }
        for name, values in lists.items():
            padded.setdefault(name, []).append(values)
        place += n
    return {name: torch.tensor(value) for name, value in padded.items()} | {
        "advantages": torch.tensor([sample.advantage for sample in samples])
    }


def trainer(
    model: Any, tokenizer: Path, folder: Path, *, kind: str, longest: int, kl: str = "k3", beta: float = 0.04
) -> GRPOTrainer:
    """For the loss of this kind; `folder` is where it may write."""
    config = GRPOConfig(
        output_dir=str(folder),
        use_cpu=True,
        report_to=[],
        per_device_train_batch_size=GROUP,
        num_generations=GROUP,
        max_completion_length=longest,
        beta=beta,
        epsilon=0.2,
        epsilon_high=0.3,
        loss_type=kind,
        use_bias_correction_kl=kl == "corrected",
        temperature=1.0,
        bf16=False,
    )
    made = GRPOTrainer(
        model,
        lambda completions, **_: [0.0] * len(completions),
        config,
        Dataset.from_dict({"prompt": ["a"] * GROUP}),
        processing_class=AutoTokenizer.from_pretrained(tokenizer),
    )
    made.model.eval()  # as a batch of its own, not a part of an accumulated one
    return made
