"""The supervised baseline: an oracle's plans for the questions that Flow-GRPO asks, by the same trainer."""

import json
from itertools import islice
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer

from agentflow_core.errors import BadInput
from tests.training.toys import planner, policy_of, rollouts
from training import experts
from training.config import load
from training.data import PocketQuestions
from training.flow_grpo import Objective, Sample
from training.packing import rows
from training.trainer import Trainer
from training.update import accumulate

ROOT = Path(__file__).parents[2]
BASE = ROOT / "assets" / "pocket" / "base"
CONFIG = ROOT / "training" / "configs" / "pocket.yaml"


def test_it_imitates_whole_plans_and_nothing_else() -> None:
    tokenizer = Tokenizer.from_file(str(BASE / "tokenizer.json"))
    found = experts.samples(PocketQuestions(1), step=3, drawn=0, flows=22, tokenizer=tokenizer)
    assert len(found) > 22, "two of each family: most take several turns"
    for sample in found:
        prompt, plan = (
            tokenizer.decode(list(ids), skip_special_tokens=False)
            for ids in (sample.action.prompt, sample.action.tokens)
        )
        assert prompt.endswith("<plan>")
        assert plan.endswith("<end>")
        assert plan.count("<tool>") == plan.count("<goal>") == 1
    asked = [task.question for task in islice(PocketQuestions(1).lesson(3, 0).tasks, 22)]
    first = tokenizer.decode(list(found[0].action.prompt), skip_special_tokens=False)
    assert first.startswith(f"<q> {asked[0]}<ana>"), "the questions of Flow-GRPO's own step"
    assert sum(sample.weight * len(sample.action.tokens) for sample in found) == pytest.approx(1.0)


def test_its_gradient_is_that_of_the_cross_entropy(tmp_path: Path) -> None:
    policy = policy_of(planner(tmp_path / "model"), dtype="float64")
    flows = rollouts(groups=2, size=3, turns=2, longest=5, vocabulary=policy.model.config.vocab_size)
    actions = [action for flow in flows for action in flow.actions]
    total = sum(len(action.tokens) for action in actions)
    packed = rows([Sample(action, 1.0, 1 / total) for action in actions])
    accumulate(policy, [packed], [policy.reference_logprobs(packed)], [], experts.objective(Objective()))
    found = torch.cat([p.grad.flatten() for p in policy.parameters])

    policy.model.zero_grad()
    for action in actions:
        logits = policy.model(input_ids=torch.tensor([action.prompt + action.tokens])).logits[0]
        predicted = logits[len(action.prompt) - 1 : -1]
        loss = torch.nn.functional.cross_entropy(predicted, torch.tensor(action.tokens), reduction="sum") / total
        loss.backward()  # type: ignore[no-untyped-call]
    wanted = torch.cat([p.grad.flatten() for p in policy.parameters])
    assert wanted.norm() > 1e-3
    assert (found - wanted).norm() < 1e-6 * wanted.norm()


def test_the_trainer_does_both_and_ends_when_the_tokens_are_spent(tmp_path: Path) -> None:
    small = ["steps=9", "tokens=300", "rollout.questions=2", "rollout.flows=2", "evaluation.every=0", "trackers=[]"]
    out = tmp_path / "run"
    config = load(CONFIG, [*small, "method=sft", f"planner.model={BASE}", f"out={out}", "optimizer.warmup=0"])
    trainer = Trainer(config)
    before = {name: value.clone() for name, value in trainer._policy.state().items()}
    trainer.run()
    lines = [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]
    assert 300 <= trainer.progress.tokens == sum(line["trained_tokens"] for line in lines)
    assert sum(line["trained_tokens"] for line in lines[:-1]) < 300
    assert [line["flows"] for line in lines] == [4] * len(lines)
    assert any(not torch.equal(value, before[name]) for name, value in trainer._policy.state().items())
    assert (out / "planner" / "model.safetensors").exists()


def test_only_the_pocket_worlds_have_an_oracle() -> None:
    for wish in ("method=sft", "data.order=unsure"):
        with pytest.raises(BadInput, match="only there is an oracle"):
            load(CONFIG, ["data.source=file", wish])
