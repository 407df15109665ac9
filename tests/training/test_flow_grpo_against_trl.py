"""On flows of one turn Flow-GRPO is GRPO: the same loss as TRL's trainer computes on the same model and tokens."""

from pathlib import Path

import pytest
import torch
from datasets import Dataset
from transformers import AutoTokenizer
from trl import GRPOConfig, GRPOTrainer

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
    inputs = _as_trl(batch, reference_N, olds[0])
    theirs = _trainer(policy.model, tmp_path, kind, kl)._compute_loss(policy.model, inputs)
    assert abs(ours.loss) > 1e-3
    assert ours.loss == pytest.approx(theirs.item(), abs=1e-6)


def _as_trl(batch: list, reference_N: torch.Tensor, old_N: torch.Tensor) -> dict[str, torch.Tensor]:
    """The same tokens as TRL lays them out: prompts padded on the left, completions on the right."""
    samples = [sample for row in batch for sample in row.samples]
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


def _trainer(model: torch.nn.Module, folder: Path, kind: str, kl: str) -> GRPOTrainer:
    config = GRPOConfig(
        output_dir=str(folder / "trl"),
        use_cpu=True,
        report_to=[],
        per_device_train_batch_size=GROUP,
        num_generations=GROUP,
        max_completion_length=LENGTH,
        beta=0.04,
        epsilon=0.2,
        epsilon_high=0.3,
        loss_type=kind,
        use_bias_correction_kl=kl == "corrected",
        temperature=1.0,
        bf16=False,
    )
    dataset = Dataset.from_dict({"prompt": ["a"] * GROUP})
    tokenizer = AutoTokenizer.from_pretrained(folder / "model")
    trainer = GRPOTrainer(
        model, lambda completions, **_: [0.0] * len(completions), config, dataset, processing_class=tokenizer
    )
    trainer.model.eval()  # as a batch of its own, not a part of an accumulated one
    return trainer
