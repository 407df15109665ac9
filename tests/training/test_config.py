"""Configs: the shipped ones are valid, any field can be overridden, and every slip is named."""

from pathlib import Path

import pytest

from agentflow_core.errors import BadInput
from training.config import load
from training.plan import plan

CONFIGS = sorted((Path(__file__).parents[2] / "training" / "configs").glob("*.yaml"))


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_every_shipped_config_is_valid(path: Path) -> None:
    config = load(path)
    assert config.rollout.flows == 8
    assert (config.objective.clip_low, config.objective.clip_high, config.objective.beta) == (0.2, 0.3, 0.001)
    assert config.objective.weighting == "paper"


def test_the_large_config_has_the_papers_settings() -> None:
    config = load(next(path for path in CONFIGS if path.stem == "qwen_7b"))
    assert (config.rollout.questions, config.rollout.turns, config.rollout.temperature) == (32, 3, 0.7)
    assert (config.optimizer.lr, config.rollout.max_tokens, config.planner.lora) == (1e-6, 2048, None)


def test_no_is_a_word_and_not_false() -> None:
    assert load(CONFIGS[0], ["mixed_precision=no"]).mixed_precision == "no"


def test_any_field_can_be_overridden() -> None:
    overrides = ["optimizer.lr=3e-5", "--rollout.flows=4", "planner.lora={rank: 4}", "data.tools=[python_coder]"]
    config = load(CONFIGS[0], overrides)
    assert config.optimizer.lr == 3e-5
    assert config.rollout.flows == 4
    assert config.planner.lora is not None
    assert config.planner.lora.rank == 4
    assert config.data.tools == ("python_coder",)


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("rollout.flow=4", r"rollout\.flow: Extra inputs"),
        ("rollout.flows=1", r"rollout\.flows: Input should be greater"),
        ("objective.weighting=mean", r"objective\.weighting"),
        ("steps", "write section.field=value"),
        ("seed.x=1", "seed is no section"),
    ],
)
def test_a_slip_is_named(override: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        load(CONFIGS[0], [override])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"none\.yaml cannot be read"):
        load(tmp_path / "none.yaml")


def test_the_plan_says_what_a_run_takes() -> None:
    said = plan(load(next(path for path in CONFIGS if path.stem == "pocket"), ["rollout.refill=2"]))
    for part in ("8 questions x 8 flows = 64 flows", "at most 80 with refills", "million of them trained", "GB"):
        assert part in said
