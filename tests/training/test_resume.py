"""The Pocket planner learns for three steps in real flows: unbroken, and killed at three moments and resumed."""

import json
import multiprocessing
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from agentflow_core import RunStore
from agentflow_core.errors import BadInput
from benchmarks.served import free_port
from tests.training import killed
from training import checkpoint
from training.config import Config, load
from training.flow_grpo import Action, Sample
from training.packing import Row
from training.trainer import Trainer

ROOT = Path(__file__).parents[2]
SMALL = [
    "steps=3",
    "rollout.questions=2",
    "rollout.flows=4",
    "rollout.refill=1",
    "rollout.turns=3",
    "rollout.temperature=1.5",  # hot, so that flows of one question differ and there is something to learn
    "rollout.max_tokens=64",
    "rollout.frozen_max_tokens=64",
    "optimizer.equal_groups=true",
    "evaluation.every=2",
    "evaluation.questions=2",
    "trackers=[]",
]


def config(out: Path, *more: str) -> Config:
    base = ROOT / "assets" / "pocket" / "base"
    return load(ROOT / "training" / "configs" / "pocket.yaml", [*SMALL, f"planner.model={base}", f"out={out}", *more])


def together(out: Path, processes: int) -> list[int | None]:
    """The run by several processes; gives their exit codes."""
    port = free_port()
    context = _context()
    started = [
        context.Process(target=killed.run_one_of, args=(config(out), rank, processes, port))
        for rank in range(processes)
    ]
    for process in started:
        process.start()
    for process in started:
        process.join()
    return [process.exitcode for process in started]


def run(out: Path, *, resume: bool = False, moment: str = "", count: int = 0) -> int | None:
    """In a process of its own; gives its exit code."""
    process = _context().Process(target=killed.run, args=(config(out), resume, moment, count))
    process.start()
    process.join()
    return process.exitcode


def _context() -> Any:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.training.killed"])
    return context


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An unbroken run by one process."""
    out = tmp_path_factory.mktemp("runs") / "whole"
    assert run(out) == 0
    return out


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def timeless(path: Path) -> list[dict[str, Any]]:
    """The figures without the seconds that they took."""
    return [{k: v for k, v in line.items() if not k.startswith(("seconds/", "per_second/"))} for line in lines(path)]


def test_killed_three_times_and_resumed_it_ends_with_the_same_bits(whole: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    assert run(broken, moment="rollout", count=9) == -signal.SIGKILL, "in the first step, after the evaluation"
    assert run(broken, resume=True, moment="update", count=2) == -signal.SIGKILL, "in the second step"
    assert run(broken, resume=True, moment="checkpoint", count=3) == -signal.SIGKILL, "while a checkpoint is written"
    assert list((broken / "checkpoints").glob("*.unfinished"))
    assert run(broken, resume=True) == 0

    one, other = (checkpoint.load(checkpoint.complete(out / "checkpoints")[-1]) for out in (whole, broken))
    assert one.progress == other.progress
    assert one.progress.solved, "what is known of each family is kept too"
    assert one.progress.step == 3
    assert checkpoint.digest(one.trained) == checkpoint.digest(other.trained) != one.reference
    for number, state in one.optimizer["state"].items():
        for name, value in state.items():
            assert torch.equal(value, other.optimizer["state"][number][name]), name
    assert timeless(whole / "metrics.jsonl") == timeless(broken / "metrics.jsonl")
    assert lines(whole / "flows.jsonl") == lines(broken / "flows.jsonl")


def test_two_processes_give_the_curve_of_one(whole: Path, tmp_path: Path) -> None:
    assert together(tmp_path / "two", 2) == [0, 0]
    pairs = list(zip(timeless(whole / "metrics.jsonl"), timeless(tmp_path / "two" / "metrics.jsonl"), strict=True))
    for alone, shared in pairs:
        for figures in (alone, shared):  # what is left of rounding is no part of the curve
            figures.pop("mismatch", None)
            figures.pop("worst_mismatch", None)
        assert shared == {name: pytest.approx(value, rel=1e-3, abs=1e-5) for name, value in alone.items()}
    assert any(alone.get("gradient_norm", 0) > 0 for alone, _ in pairs)


def test_a_run_holds_what_it_should(whole: Path) -> None:
    out = whole
    metrics, flows = lines(out / "metrics.jsonl"), lines(out / "flows.jsonl")
    assert [line["step"] for line in metrics] == [0, 1, 2, 3]
    assert [line["step"] for line in metrics if "dev/reward" in line] == [0, 2]
    assert [sum(flow["step"] == step for flow in flows) for step in (1, 2, 3)] == [8, 8, 8]
    learned = [line for line in metrics[1:] if line["gradient_norm"] > 0]
    assert learned, "some group had signal"
    for line in learned:
        assert line["mismatch"] < 1e-4
    assert {flow["reward"] for flow in flows} == {0.0, 1.0}
    assert (out / "planner" / "model.safetensors").exists()
    store = RunStore(out / "runs.sqlite")
    events = store.events(flows[-1]["run"])
    assert events[-1].type == "flow_finished"
    assert "@step-2" in flows[-1]["models"]["planner"]
    store.close()


def test_a_run_is_not_overwritten_and_a_damaged_one_not_continued(tmp_path: Path) -> None:
    place = tmp_path / "run"
    first = Trainer(config(place))
    first._save()
    with pytest.raises(BadInput, match="add --resume to go on"):
        Trainer(config(place))
    Trainer(config(place), resume=True)
    weights = place / "reference.safetensors"
    saved = checkpoint.load_tensors(weights)
    checkpoint.save_tensors(weights, {name: value + 1 for name, value in saved.items()})
    with pytest.raises(BadInput, match="its reference is not the one"):
        Trainer(config(place), resume=True)


def test_a_run_goes_on_as_itself_or_not_at_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "run"
    Trainer(config(place))._save()
    other = ["optimizer.lr=5e-5", "planner.lora={rank: 4}", "frozen.verifier=openai:m@http://127.0.0.1:1/v1", "steps=4"]
    with pytest.raises(
        BadInput, match=r"frozen\.verifier was .*optimizer\.lr was 0\.0001, now 5e-05.*planner\.lora"
    ) as told:
        Trainer(config(place, *other), resume=True)
    assert "steps" not in str(told.value)
    assert load(place / "config.yaml").steps == 3
    Trainer(config(place, "steps=4", "rollout.at_once=8"), resume=True)
    assert "rollout.at_once was 64, now 8; steps was 3, now 4" in capsys.readouterr().out
    assert load(place / "config.yaml").steps == 4, "as it is used from now on"


def test_the_reference_is_checked_when_first_something_is_trained(tmp_path: Path) -> None:
    """Which is not the first step where that had no signal."""
    trainer = Trainer(config(tmp_path / "run"))
    policy, action = trainer._policy, Action((5, 6, 7), (8, 9), (-1.0, -1.0))
    with torch.no_grad():
        for parameter in policy.parameters:
            parameter.mul_(1.1)
        sampled = tuple(policy.scores([Row((5, 6, 7, 8, 9), (Sample(action, 1.0, 1.0),))]).logprobs_N.tolist())
    batches = [[Row((5, 6, 7, 8, 9), (Sample(replace(action, logprobs=sampled), 1.0, 1.0),))]]
    trainer._progress = checkpoint.Progress(step=2)
    with pytest.raises(BadInput, match="not the reference"):
        trainer._update(batches)
    trainer._progress = checkpoint.Progress(step=2, tokens=10)
    trainer._update(batches)


# --- checkpoints ------------------------------------------------------------------------------------------------------


def made(step: int) -> checkpoint.Checkpoint:
    weights = torch.nn.Parameter(torch.arange(6.0).reshape(2, 3) + step)
    optimizer = torch.optim.AdamW([weights])
    weights.grad = torch.ones_like(weights)
    optimizer.step()
    progress = checkpoint.Progress(step=step, drawn=5, best=0.5, best_step=1, waited=2)
    trained = {"w": weights.detach(), "tied": weights.detach()}
    return checkpoint.Checkpoint(progress, trained, optimizer.state_dict(), "r", "model", torch.get_rng_state())


def test_a_checkpoint_comes_back_as_it_was_and_old_ones_go(tmp_path: Path) -> None:
    for step in (1, 2, 10):
        checkpoint.save(tmp_path, made(step), keep=2)
    assert [path.name for path in checkpoint.complete(tmp_path)] == ["step-00002", "step-00010"]
    back, was = checkpoint.load(tmp_path / "step-00010"), made(10)
    assert back.progress == was.progress
    assert checkpoint.digest(back.trained) == checkpoint.digest(was.trained)
    assert torch.equal(back.optimizer["state"][0]["exp_avg"], was.optimizer["state"][0]["exp_avg"])
    assert torch.equal(back.torch_rng, was.torch_rng)


def test_a_damaged_checkpoint_is_named(tmp_path: Path) -> None:
    place = checkpoint.save(tmp_path, made(1), keep=2)
    checkpoint.save_tensors(place / "trained.safetensors", {"w": torch.zeros(2, 3)})
    with pytest.raises(BadInput, match="step-00001 is damaged"):
        checkpoint.load(place)
    (place / "trained.safetensors").write_bytes(b"half")
    with pytest.raises(BadInput, match="step-00001 cannot be read"):
        checkpoint.load(place)


def test_an_unfinished_checkpoint_is_none(tmp_path: Path) -> None:
    checkpoint.save(tmp_path, made(1), keep=2)
    (tmp_path / "step-00002.unfinished").mkdir()
    assert [path.name for path in checkpoint.complete(tmp_path)] == ["step-00001"]
