"""The evidence: every part can be trained and evaluated, what is done is skipped, what is needed comes first."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from agentflow_core.errors import BadInput, InfraError
from training import evaluate, evidence
from training.config import load
from training.evidence import EVALUATIONS, PARTS, Evidence, arguments, chosen
from training.pocket import train

CONFIG = Path(evidence.__file__).parent / "configs" / "pocket.yaml"


class Recorded(Evidence):
    """Starts nothing, leaves what a real process would have left."""

    def __init__(self, *argv: str, lost: int = 0) -> None:
        super().__init__(arguments(argv))
        self.ran: list[list[str]] = []
        self.lost = lost

    def _run(self, arguments: Sequence[str], *, capture: bool = False) -> str:
        self.ran.append(list(arguments))
        for place in [Path(text[4:]) for text in arguments if text.startswith("out=")]:
            (place / "checkpoints").mkdir(exist_ok=True)
            (place / "metrics.jsonl").write_text(
                '{"step": 1, "trained_tokens": 700}\n{"step": 2, "trained_tokens": 50}'
            )
        return json.dumps({"infrastructure_failures": self.lost}) if capture else ""

    @property
    def trained(self) -> list[list[str]]:
        return [call for call in self.ran if "training.train" in call]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_every_part_is_a_valid_config_and_every_evaluation_a_valid_call(part: Any) -> None:
    config = load(CONFIG, part.overrides)
    assert config.rollout.questions * config.rollout.flows == 64, "flows a step, so that parts are comparable"
    for name in part.evaluations:
        options = evaluate.arguments(EVALUATIONS[name].split())
        assert (options.split, options.limit) == ("real", 500)


def test_what_only_compares_trains_fewer_steps() -> None:
    steps = {part.name: load(CONFIG, part.overrides).steps for part in PARTS if not part.name.endswith("base")}
    assert {name for name, count in steps.items() if count == 50} == {"seed-1", "seed-2", "seed-3", "sft"}
    assert set(steps.values()) == {20, 50}
    turns = next(part for part in PARTS if part.name == "turns")
    changed = load(CONFIG, turns.overrides).objective
    assert (changed.statistics, changed.weighting) == ("turns", "token")
    assert "statistics" in turns.title and "weights" in turns.title, "the title says both"


def test_two_cores_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for cores, processes in ((1, 1), (2, 2), (64, 2)):
        monkeypatch.setattr("os.cpu_count", lambda cores=cores: cores)
        assert arguments([]).processes == processes


def test_all_that_was_promised_is_there() -> None:
    titles = {part.name for part in PARTS}
    assert {
        "seed-1",
        "seed-2",
        "seed-3",
        "sft",
        "turns",
        "no-kl",
        "no-importance",
        "flows-4",
        "flows-16",
        "small",
    } <= titles
    budgets = [name for name in PARTS[0].evaluations if name.startswith("turns-")]
    assert budgets == ["turns-1", "turns-2", "turns-3", "turns-5", "turns-8"]


def test_what_a_part_needs_comes_first() -> None:
    assert [part.name for part in chosen(["sft", "small"])] == ["base", "seed-1", "sft", "small-base", "small"]
    with pytest.raises(BadInput, match="no part 'seed-9'"):
        chosen(["seed-9"])


def test_a_part_is_made_once(tmp_path: Path) -> None:
    made = Recorded("--out", str(tmp_path), "--frozen", "transformers:elsewhere")
    parts = chosen(["sft"])
    made.make(parts)
    first, second = made.trained
    assert f"out={tmp_path / 'seed-1'}" in first
    assert "frozen.verifier=transformers:elsewhere" in first
    assert "--resume" not in first
    assert "method=sft" in second
    assert "tokens=750" in second, "as many as Flow-GRPO trained on"
    assert "evaluation.patience=0" in second, "and not fewer because dev stays where it is"
    assert made.ran[0][-1].endswith("base"), "the untrained planner is evaluated as it is"
    assert [made.missing(part) for part in parts] == [[], [], []]
    again = Recorded("--out", str(tmp_path))
    again.make(parts)
    assert again.ran == []


def test_an_interrupted_training_goes_on(tmp_path: Path) -> None:
    (tmp_path / "seed-2" / "checkpoints").mkdir(parents=True)
    made = Recorded("--out", str(tmp_path), "--processes", "2")
    assert made.missing(chosen(["seed-2"])[0]) == ["training", "real", "real-hot"]
    made.make(chosen(["seed-2"]))
    assert "--resume" in made.trained[0]
    assert "torch.distributed.run" in made.trained[0]


def test_an_evaluation_that_lost_flows_is_not_kept(tmp_path: Path) -> None:
    made = Recorded("--out", str(tmp_path), lost=3)
    with pytest.raises(InfraError, match="base, real: 3 flows were lost"):
        made.make(chosen(["base"]))
    assert not (tmp_path / "base" / "evaluations").exists()


def test_the_small_planner_has_a_base_of_its_own(tmp_path: Path) -> None:
    made = Recorded("--out", str(tmp_path))
    made.make(chosen(["small"]))
    assert made.ran[0][:2] == ["-m", "training.pocket.train"]
    assert train.arguments(made.ran[0][2:]).size == "small"
    assert f"planner.model={tmp_path / 'small-base' / 'base'}" in made.trained[0]
    assert "frozen.executor=pocket:base" in made.trained[0], "only the planner's size differs"


def test_a_process_that_fails_is_named(tmp_path: Path) -> None:
    made = Evidence(arguments(["--out", str(tmp_path)]))
    with pytest.raises(InfraError, match="ended with 2"):
        made._run(["-c", "raise SystemExit(2)"])
    assert made._run(["-c", "import os; print(os.environ['AGENTFLOW_MODEL'])"], capture=True) == "pocket:base\n"
