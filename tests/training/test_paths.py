"""The trainer's other paths, end to end: an adapter, questions from a file, chat prompts, TensorBoard; and bfloat16."""

import json
import multiprocessing
import signal
from pathlib import Path

import pytest
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from agentflow_core import RunStore
from tests.training import killed
from tests.training.toys import chat_model
from training import checkpoint
from training.config import Config, Planner, load
from training.policy import Policy
from training.trainer import Trainer

CONFIGS = Path(__file__).parents[2] / "training" / "configs"
WORDS = "turn wrong everything field calculate answer"
"""What models that know only the prompts' words happen to say, now more of it, now less."""
SMALL = [
    "steps=2",
    "device=cpu",
    "mixed_precision=no",
    "data.wikipedia=offline",
    "rollout.questions=2",
    "rollout.flows=4",
    "seed=7",  # one whose first step earns something
    "rollout.turns=2",
    "rollout.max_tokens=24",
    "rollout.frozen_max_tokens=24",
    "rollout.temperature=1.0",
    "optimizer.warmup=0",
    "optimizer.lr=0.01",
    "evaluation.every=0",
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The models and the questions."""
    found = tmp_path_factory.mktemp("paths")
    chat_model(found / "planner", brief=4)
    chat_model(found / "frozen")
    asked = [{"question": f"What of the {w}?", "answer": WORDS, "kind": "f1", "id": w} for w in ("sea", "sky", "sun")]
    (found / "data.jsonl").write_text("".join(json.dumps(one) + "\n" for one in asked))
    return found


def config(place: Path, out: Path) -> Config:
    """The committed one for an adapter, on models of a few thousand parameters."""
    frozen = [f"frozen.{role}=transformers:{place / 'frozen'}" for role in ("executor", "verifier", "generator")]
    own = [f"planner.model={place / 'planner'}", f"data.train=[{place / 'data.jsonl'}]", "data.dev=[]", f"out={out}"]
    return load(CONFIGS / "qwen_0_5b_lora.yaml", [*SMALL, *frozen, *own])


def run(settings: Config, *, resume: bool = False, moment: str = "", count: int = 0) -> int | None:
    process = multiprocessing.get_context("spawn").Process(target=killed.run, args=(settings, resume, moment, count))
    process.start()
    process.join()
    return process.exitcode


def test_an_adapter_learns_from_a_file_by_chat_prompts_and_survives_a_kill(place: Path, tmp_path: Path) -> None:
    whole, broken = config(place, tmp_path / "whole"), config(place, tmp_path / "broken")
    assert whole.planner.lora and whole.planner.gradient_checkpointing and whole.trackers == ("tensorboard",)
    assert run(whole) == 0
    assert run(broken, moment="update", count=2) == -signal.SIGKILL, "in the second step"
    assert run(broken, resume=True) == 0

    one, other = (checkpoint.load(checkpoint.complete(c.out / "checkpoints")[-1]) for c in (whole, broken))
    assert one.progress == other.progress
    assert checkpoint.digest(one.trained) == checkpoint.digest(other.trained)
    assert all("lora_" in name for name in one.trained)
    for settings in (whole, broken):
        lines = [json.loads(line) for line in (settings.out / "metrics.jsonl").read_text().splitlines()]
        assert [line["step"] for line in lines] == [1, 2]
        assert all(line["gradient_norm"] > 0 and line["mismatch"] < 1e-4 for line in lines)
        assert lines[1]["kl"] > 0, "the first step has changed something"
        assert tracked(settings.out, "kl") == [(line["step"], pytest.approx(line["kl"])) for line in lines]
    opened(whole)


def tracked(out: Path, name: str) -> list[tuple[int, float]]:
    """What TensorBoard shows of a run, whose events may lie in several files."""
    found = EventAccumulator(str(out / "flow-grpo"))
    found.Reload()
    return [(event.step, event.value) for event in found.Scalars(name)]


def opened(settings: Config) -> None:
    """The planner that comes out is a whole model, and its flows are runs of the chat dialect."""
    policy = Policy(Planner(model=str(settings.out / "planner")), torch.device("cpu"))
    assert policy.dialect == "chat"
    store = RunStore(settings.out / "runs.sqlite")
    last = json.loads((settings.out / "flows.jsonl").read_text().splitlines()[-1])
    planned = next(event for event in store.events(last["run"]) if event.type == "parse_failed")
    assert planned.call.messages[0].role == "system"
    store.close()


def test_bfloat16_trains_what_was_sampled(tmp_path: Path) -> None:
    """On a model small enough for the quick sampler, which does not compute in bfloat16."""
    base = CONFIGS.parents[1] / "assets" / "pocket" / "base"
    small = ["steps=1", "rollout.questions=1", "rollout.flows=4", "rollout.turns=2", "rollout.temperature=1.5"]
    more = [
        "rollout.refill=0",
        "evaluation.every=0",
        "trackers=[]",
        "mixed_precision=bf16",
        "optimizer.equal_groups=true",
    ]
    trainer = Trainer(
        load(CONFIGS / "pocket.yaml", [*small, *more, f"planner.model={base}", f"out={tmp_path / 'run'}"])
    )
    trainer.run()
    (line,) = [json.loads(line) for line in (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()]
    assert 1e-6 < line["mismatch"] < 0.01
