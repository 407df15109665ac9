"""The last step of `make train-pocket`: the planner comes from the base by Flow-GRPO, and the card says so."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoTokenizer

from training.pocket import card, planner
from training.pocket.model import make
from training.pocket.train import SIZES, arguments, recipes

BASE = card.POCKET / "base"
SHORT = ("steps=1", "rollout.questions=1", "rollout.flows=2", "rollout.refill=0", "evaluation.every=0", "trackers=[]")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "base").symlink_to(BASE)
    card.save(tmp_path, card.Training("python train", "a CPU", 100, 10, 3_000_000, "not made yet."))
    return tmp_path


def test_every_role_is_played_by_the_models_of_the_folder(folder: Path) -> None:
    found = planner.config(folder)
    assert found.planner.model == str(folder / "base")
    assert set(found.frozen.model_dump().values()) == {f"transformers:{folder / 'base'}"}
    assert found.seed == planner.load(planner.CONFIG).seed


def test_it_trains_puts_the_planner_in_its_place_and_says_so(folder: Path) -> None:
    planner.learn(folder, (*SHORT, "rollout.temperature=1.7"))
    planner.learn(folder, (*SHORT, "rollout.temperature=1.7"))  # a finished run is taken as it is
    made, base = (load_file(folder / name / "model.safetensors") for name in ("planner", "base"))
    assert made.keys() == base.keys()
    assert AutoTokenizer.from_pretrained(folder / "planner").eos_token == "<end>"
    assert sorted(path.name for path in (folder / "planner").iterdir()) == sorted(p.name for p in BASE.iterdir())
    said = (folder / "README.md").read_text(encoding="utf-8")
    assert "`base` after Flow-GRPO" in said
    assert "1 steps of 1 questions x 2 flows." in said


def test_the_small_size_is_half_and_starts_by_copying_too() -> None:
    sizes = {name: make(512, 1, 0, size, seed=1) for name, size in SIZES.items()}
    small, usual = (sum(p.numel() for p in sizes[name].model.layers.parameters()) for name in ("small", "usual"))
    assert small < 0.5 * usual
    bias = sizes["small"].model.layers[0].self_attn.q_proj.bias
    assert bias.abs().max() > 0, "the induction heads fit"
    assert not torch.equal(bias[:32], bias[32:64]), "one looks back one token, the other two"


def test_the_size_and_the_start_of_the_habits_follow_the_options(tmp_path: Path) -> None:
    options = arguments(["--size", "small", "--tokens", "1000"])
    competence, habit = recipes(options, tmp_path / "competent")
    assert competence.size == habit.size == SIZES["small"]
    assert habit.start == tmp_path / "competent"
