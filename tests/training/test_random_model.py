"""A random model in the shape of a real one: the committed adapter config trains on it and finds something to learn."""

import json
from pathlib import Path

import pytest
from transformers import AutoTokenizer, GenerationConfig

from training import random_model
from training.config import load
from training.trainer import Trainer

CONFIG = Path(__file__).parents[2] / "training" / "configs" / "qwen_0_5b_lora.yaml"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("random")
    random_model.main(["tiny", "--out", str(folder)])
    return folder


def test_every_id_is_text_and_one_in_a_hundred_ends_an_answer(made: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(made)
    size = random_model.SHAPES["tiny"].vocab_size
    assert len(tokenizer) == size and all(tokenizer.decode([one]) for one in range(size))
    ends = GenerationConfig.from_pretrained(made).eos_token_id
    assert tokenizer.eos_token_id in ends and len(ends) == size // random_model.ENDS


def test_an_adapter_trains_on_it(made: Path, tmp_path: Path) -> None:
    given = [
        "steps=1",
        "device=cpu",
        "mixed_precision=no",
        "data.wikipedia=offline",
        "evaluation.every=0",
        "trackers=[]",
        "rollout.questions=2",
        "rollout.flows=4",
        "rollout.turns=1",
        "rollout.max_tokens=24",
        "rollout.frozen_max_tokens=24",
        "rollout.temperature=1.0",
        f"data.train=[{made / 'questions.jsonl'}]",
        "data.dev=[]",
        f"out={tmp_path / 'run'}",
        f"planner.model={made}",
        *(f"frozen.{role}=transformers:{made}" for role in ("executor", "verifier", "generator")),
    ]
    Trainer(load(CONFIG, given)).run()
    (line,) = [json.loads(line) for line in (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()]
    assert line["groups_without_signal"] < 2, "rewards differ within a group"
    assert line["gradient_norm"] > 0 and line["trained_tokens"] > 0
    assert line["mismatch"] < 1e-4
