"""The classes that verl calls, between stand-ins for verl's own. This shows that ours run, not that verl takes them."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import torch
import yaml
from pydantic import BaseModel
from transformers import AutoTokenizer

from agentflow_core.models import Completion, Message, Sampling, build, parse_role
from training.bridges.verl.planner import VerlPlanner
from training.config import load
from training.data import Task

ROOT = Path(__file__).parents[3]
BASE = ROOT / "assets" / "pocket" / "base"
CONFIGS = ROOT / "training" / "configs"


class AgentLoopMetrics(BaseModel):
    pass


class AgentLoopOutput(BaseModel):
    prompt_ids: list[int]
    response_ids: list[int]
    response_mask: list[int]
    response_logprobs: list[float] | None = None
    reward_score: float | None = None
    num_turns: int = 0
    metrics: AgentLoopMetrics
    extra_fields: dict[str, Any] = {}


class AgentLoopBase:
    def __init__(self, config: Any, server_manager: Any, tokenizer: Any) -> None:
        self.config, self.rollout_config = config, config.actor_rollout_ref.rollout
        self.server_manager, self.tokenizer = server_manager, tokenizer


class PPOTrainerSync:
    config: Any

    def _update_actor(self, batch: Any, metrics: Any) -> Any:
        return self.config.actor_rollout_ref.actor.ppo_mini_batch_size


class Fields(dict[str, Any]):
    """A TensorDict of ragged rows."""

    def __init__(self, fields: dict[str, Any], batch_size: int | None = None) -> None:
        super().__init__(fields)

    def to_padded_tensor(self) -> "Fields":
        return Fields({name: value.to_padded_tensor(0) for name, value in self.items()})


class Batch(SimpleNamespace):
    def __len__(self) -> int:
        return len(self.keys)


def ragged(*rows: list[float], dtype: torch.dtype = torch.float32) -> torch.Tensor:
    return torch.nested.as_nested_tensor([torch.tensor(row, dtype=dtype) for row in rows], layout=torch.jagged)


def to_nested(padded: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    lengths = mask.offsets().diff().tolist()
    return torch.nested.as_nested_tensor([row[:n] for row, n in zip(padded, lengths, strict=True)], layout=torch.jagged)


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, torch.Tensor]]:
    """Stand-ins for all that `loop` and `trainer` import; what the transfer queue holds is filled in by the test."""
    held: dict[str, torch.Tensor] = {}
    loops = {"AgentLoopBase": AgentLoopBase, "AgentLoopOutput": AgentLoopOutput, "AgentLoopMetrics": AgentLoopMetrics}
    modules: dict[str, dict[str, Any]] = {
        "verl": {},
        "verl.experimental": {},
        "verl.experimental.agent_loop": loops,
        "verl.experimental.agent_loop.agent_loop": loops,
        "verl.trainer": {},
        "verl.trainer.ppo": {},
        "verl.trainer.ppo.v1": {"AgentLoopManagerTQ": object, "PPOTrainerSync": PPOTrainerSync},
        "verl.workers": {},
        "verl.workers.utils": {},
        "verl.workers.utils.padding": {"response_to_nested": to_nested},
        "ray": {"remote": lambda made: made},
        "omegaconf": {"DictConfig": dict, "OmegaConf": object, "open_dict": nullcontext},
        "tensordict": {"TensorDict": Fields},
        "transfer_queue": {
            "kv_batch_get": lambda keys, partition_id, select_fields: Fields({n: held[n] for n in select_fields}),
            "kv_batch_put": lambda keys, partition_id, fields: fields,
        },
    }
    for name, content in modules.items():
        module = ModuleType(name)
        module.__dict__.update(content)
        monkeypatch.setitem(sys.modules, name, module)
    yield held
    for name in ("loop", "trainer"):
        sys.modules.pop(f"training.bridges.verl.{name}", None)


def test_the_trainer_puts_weighted_advantages_into_verls_batch(stored: dict[str, torch.Tensor]) -> None:
    trainer = importlib.import_module("training.bridges.verl.trainer").FlowGrpoTrainer()
    actor = SimpleNamespace(rollout=SimpleNamespace(n=2), actor=SimpleNamespace(ppo_mini_batch_size=32))
    place = SimpleNamespace(config=CONFIGS / "qwen_7b.yaml")
    trainer.config = SimpleNamespace(agentflow=place, actor_rollout_ref=actor)
    even = ragged([-1, -1], [-1], [-1, -1, -1], [-1])
    stored |= {
        # One question: a flow of one turn that was right; one of two that was wrong, its second cut; verl's padding.
        "response_mask": ragged([1, 1], [0], [1, 1, 1], [0], dtype=torch.int64),
        "rm_scores": ragged([0, 1], [0], [0, 0, 0], [0]),
        **dict.fromkeys(("rollout_log_probs", "old_log_probs", "ref_log_prob"), even),
    }
    keys, tags = ["u_0_0", "u_1_1", "u_1_0", "pad_0_0"], [{}, {}, {}, {"is_padding": True}]
    batch = Batch(keys=keys, tags=tags, partition_id="train")
    found = [row.tolist() for row in trainer._compute_advantage(batch, {})["advantages"].unbind()]
    right, wrong = 0.5**0.5 / 2 / 1 / 2, -(0.5**0.5) / 2 / 2 / 3
    assert [x for row in found for x in row] == pytest.approx([right, right, 0, wrong, wrong, wrong, 0])
    assert trainer._update_actor(batch, {}) * 2 == len(batch), "one update, with all rows"
    assert trainer._get_required_batch_multiple(dp_size=3) == 6


class PocketServer:
    """Samples as verl's server would, from the real Pocket model."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer, self._model = tokenizer, build(parse_role("pocket:base"))

    async def generate(self, request_id: str, *, prompt_ids: list[int], sampling_params: dict[str, Any]) -> Any:
        sampling = Sampling(temperature=sampling_params["temperature"], max_tokens=sampling_params["max_tokens"])
        messages = [Message(role="user", content=self._tokenizer.decode(prompt_ids))]
        async for part in self._model.generate(messages, sampling=sampling):
            if isinstance(part, Completion):
                done = part
        ids, logprobs = list(done.completion_ids or ()), list(done.logprobs or ())
        return SimpleNamespace(
            token_ids=ids, log_probs=logprobs, stop_reason="completed", extra_fields={"global_steps": 3}
        )


async def test_the_loop_plays_a_real_flow(
    stored: dict[str, torch.Tensor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = importlib.import_module("training.bridges.verl.loop")
    monkeypatch.setattr(loop, "VerlPlanner", lambda *a, **k: VerlPlanner(*a, **k, dialect="pocket"))
    tokenizer: Any = AutoTokenizer.from_pretrained(BASE)
    place = tmp_path / "config.yaml"
    place.write_text(yaml.safe_dump(load(CONFIGS / "pocket.yaml").model_dump(mode="json")))
    actor = SimpleNamespace(rollout=SimpleNamespace(max_model_len=2048), model=SimpleNamespace(path=str(BASE)))
    config = SimpleNamespace(agentflow=SimpleNamespace(config=place), actor_rollout_ref=actor)
    task = Task(id="1", question="What is the capital of France?", answer="Paris", kind="f1")
    own = loop.AgentFlowLoop(config, PocketServer(tokenizer), tokenizer)
    asked = {"extra_info": {"task": task.model_dump_json()}, "uid": "u", "session_id": 1, "global_steps": 3}
    found = await own.run({"temperature": 1.0}, **asked)
    assert found, "an output for each plan"
    for output in found:
        assert len(output.response_ids) == len(output.response_mask) == len(output.response_logprobs)
        assert output.reward_score == found[0].reward_score and output.num_turns >= 1
        assert (output.extra_fields["min_global_steps"], output.extra_fields["max_global_steps"]) == (3, 3)
        assert "reward_extra_info" in output.extra_fields, "verl copies it from the last output to the others"
