"""The Pocket planner trained through a real vLLM server: new weights arrive after every step, or the probe says no."""

import json
import multiprocessing
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch

from agentflow_core.errors import InfraError
from benchmarks.served import free_port
from tests.training import killed
from tests.training.served_toys import Luck
from tests.vllm.conftest import KEY, POCKET, ROOT, Server
from training import rewards
from training.config import Config, load
from training.policy import Policy
from training.served import ServedPlanner
from training.trainer import Trainer
from training.vllm_server import VllmServer

SMALL = [
    f"planner.model={POCKET}",
    "steps=2",
    "optimizer.lr=0.002",
    "optimizer.warmup=0",
    "optimizer.equal_groups=true",
    "rollout.questions=2",
    "rollout.flows=4",
    "rollout.refill=0",
    "rollout.turns=1",
    "rollout.temperature=1.5",
    "rollout.max_tokens=64",
    "rollout.frozen_max_tokens=64",
    "evaluation.every=0",
    "trackers=[]",
    "mismatch=0.001",
]


@contextmanager
def started(log: Path) -> Iterator[Server]:
    """A server that a trainer may change."""
    server = Server(free_port(), log)
    server.start("--training")
    try:
        yield server
    finally:
        server.kill()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with started(tmp_path_factory.mktemp("vllm") / "training.log") as server:
        yield server


@pytest.fixture
def trained(running: Server) -> Iterator[Server]:
    """A server that has the weights which it was started with again, whatever the last test gave it."""
    yield running
    VllmServer(running.url, KEY, 60).reload(POCKET)


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENTFLOW_API_KEY", KEY)


def config(server: Server, out: Path, sync: str, *more: str) -> Config:
    return shared([server], out, sync, *more)


def shared(servers: Sequence[Server], out: Path, sync: str, *more: str) -> Config:
    addresses = ", ".join(server.url for server in servers)
    own = [f"out={out}", f"rollout.served={{servers: [{addresses}], sync: {sync}}}"]
    lora = ["planner.lora={rank: 8, alpha: 16}"] if sync == "lora" else []
    return load(ROOT / "training" / "configs" / "pocket.yaml", [*SMALL, *own, *lora, *more])


@pytest.mark.parametrize("sync", ["lora", "reload"])
def test_two_steps_sample_from_what_was_trained(
    trained: Server, tmp_path: Path, sync: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rewards, "reward", Luck())
    Trainer(config(trained, tmp_path / "run", sync)).run()
    lines = [json.loads(line) for line in (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()]
    assert len(lines) == 2
    for line in lines:
        assert line["gradient_norm"] > 0 and line["trained_tokens"] > 0
        assert line["staleness"] == 0 and line["mismatch"] < 1e-3 and line["infrastructure_failures"] == 0
    assert lines[0]["kl"] < 1e-6 < lines[1]["kl"], "the second step sampled from other weights than the first"
    flows = [json.loads(line) for line in (tmp_path / "run" / "flows.jsonl").read_text().splitlines()]
    assert {(line["step"], line["models"]["planner"][-7:]) for line in flows} == {(1, "@step-0"), (2, "@step-1")}


def test_two_processes_have_a_server_each(trained: Server, tmp_path: Path) -> None:
    with started(tmp_path / "second.log") as second:
        settings, port = shared([trained, second], tmp_path / "run", "lora"), free_port()
        start = multiprocessing.get_context("spawn").Process
        processes = [start(target=killed.run_one_of, args=(settings, rank, 2, port)) for rank in range(2)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        assert [process.exitcode for process in processes] == [0, 0]
        for rank, server in enumerate((trained, second)):
            adapters = [model["id"] for model in VllmServer(server.url, KEY, 60).models() if model.get("parent")]
            assert next(name for name in adapters if name.startswith(f"run-{rank}-")).endswith("-step-1")
            assert not any(name.startswith(f"run-{1 - rank}-") for name in adapters)
    lines = [json.loads(line) for line in (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()]
    assert [line["staleness"] for line in lines] == [0, 0]
    assert all(line["mismatch"] < 1e-3 and line["flows"] == 8 for line in lines)


@pytest.mark.parametrize("sync", ["lora", "reload"])
def test_a_sync_that_does_nothing_is_found_out(
    trained: Server, tmp_path: Path, sync: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = config(trained, tmp_path / "run", sync)
    policy, server = Policy(settings.planner, torch.device("cpu")), VllmServer(trained.url, KEY, 60)
    model = ServedPlanner(settings, policy, [server])
    model.sync(policy, 0)
    old = next(iter((tmp_path / "run" / "served" / "process-0").iterdir()))
    if sync == "lora":
        kept = old.rename(tmp_path / "old")
        old.mkdir()
        load_adapter = server.load_adapter
        monkeypatch.setattr(server, "load_adapter", lambda name, folder: load_adapter(name, kept))
    else:
        monkeypatch.setattr(server, "reload", lambda folder: None)
    for parameter in policy.parameters:
        parameter.data.add_(torch.randn_like(parameter) * 1e-3)
    with pytest.raises(InfraError, match="does not sample from the planner's weights of step 1"):
        model.sync(policy, 1)


def test_a_cache_of_old_weights_is_found_out(trained: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = config(trained, tmp_path / "run", "reload")
    policy, server = Policy(settings.planner, torch.device("cpu")), VllmServer(trained.url, KEY, 60)
    model = ServedPlanner(settings, policy, [server])
    model.sync(policy, 0)
    folder = {"weights_path": str(tmp_path / "run" / "served" / "process-0" / "weights")}
    rpc = f"{trained.url.removesuffix('/v1')}/collective_rpc"
    body = {"method": "reload_weights", "kwargs": folder}
    monkeypatch.setattr(server, "reload", lambda folder: server._post(rpc, json=body))
    for parameter in policy.parameters:
        parameter.data.add_(torch.randn_like(parameter) * 0.05)
    with pytest.raises(InfraError, match="of what it sampled differ"):
        model.sync(policy, 1)
