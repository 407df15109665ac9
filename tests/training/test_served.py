"""The planner on servers: it gets every new version, a server that has another is found out, and overlap trains on."""

import json
from pathlib import Path

import pytest
import torch

from agentflow_core.errors import BadInput, InfraError
from tests.training.served_toys import FakeServer, Luck
from tests.training.toys import planner
from training import rewards, served
from training.config import Config, Lora, Planner, load
from training.policy import Policy
from training.served import ServedPlanner
from training.trainer import Trainer

ROOT = Path(__file__).parents[2]
POCKET = ROOT / "training" / "configs" / "pocket.yaml"
BASE = ROOT / "assets" / "pocket" / "base"
URL = "http://127.0.0.1:1/v1"
LORA = "planner.lora={rank: 4, alpha: 8}"


def config(folder: Path, out: Path, sync: str, *more: str) -> Config:
    own = [f"planner.model={folder}", f"out={out}", f"rollout.served={{servers: [{URL}], sync: {sync}}}"]
    return load(POCKET, [*own, *([LORA] if sync == "lora" else []), *more])


@pytest.fixture(params=["lora", "reload"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[ServedPlanner, Policy, FakeServer]:
    settings = config(planner(tmp_path / "model"), tmp_path / "run", request.param)
    torch.manual_seed(1)
    policy, server = Policy(settings.planner, torch.device("cpu")), FakeServer(settings.planner)
    return ServedPlanner(settings, policy, [server]), policy, server  # type: ignore[list-item]


def update(policy: Policy, size: float) -> None:
    for parameter in policy.parameters:
        parameter.data.add_(torch.randn_like(parameter) * size)


def test_every_version_comes_under_a_name_of_its_own(made: tuple[ServedPlanner, Policy, FakeServer]) -> None:
    model, policy, server = made
    names = []
    for version in range(3):
        model.sync(policy, version)
        model.sync(policy, version)  # has it already
        names.append(server.calls[-1])
        update(policy, 0.05)
    assert model.version == 2 and model.name.endswith("model@step-2")
    assert len(server.calls) == 3, "one probe for each"
    if server.adapters:
        assert len(set(names)) == 3 and server.adapters == names[-1:], "older ones are unloaded"
        assert [path.name for path in (model._place).iterdir()] == names[-1:]


@pytest.mark.parametrize(("size", "why"), [(0.2, "of a fixed text differ|step before"), (0.001, "step before")])
def test_a_server_that_keeps_old_weights_is_found_out(
    made: tuple[ServedPlanner, Policy, FakeServer], size: float, why: str
) -> None:
    """Also where the update is far smaller than what precision may differ by."""
    model, policy, server = made
    update(policy, 0.2)
    model.sync(policy, 0)
    server.deaf = True
    update(policy, size)
    with pytest.raises(InfraError, match=f"weights of step 1: .*{why}"):
        model.sync(policy, 1)


def test_a_server_of_another_model_is_found_out(made: tuple[ServedPlanner, Policy, FakeServer]) -> None:
    model, policy, server = made
    server.deaf = True
    update(policy, 0.2)
    with pytest.raises(InfraError, match=r"weights of step 0: .* of a fixed text differ from the trainer's by"):
        model.sync(policy, 0)


def test_a_cache_of_old_weights_is_found_out(made: tuple[ServedPlanner, Policy, FakeServer]) -> None:
    model, policy, server = made
    torch.manual_seed(1)
    stale = FakeServer(server._planner)
    update(stale._policy, 0.5)
    server.sample = stale.sample  # type: ignore[method-assign]
    with pytest.raises(InfraError, match=r"of what it sampled differ .* kept what it computed"):
        model.sync(policy, 0)


def test_what_cannot_be_served_is_refused(tmp_path: Path) -> None:
    folder, out = tmp_path / "model", tmp_path / "run"
    for more, message in (
        (["planner.lora=null"], r"sync=lora needs planner\.lora"),
        (["rollout.served.sync=reload", f"frozen.verifier=openai:base@{URL}"], "would change them"),
        (["rollout.served=null", "rollout.overlap=true"], r"overlap needs rollout\.served"),
        (["objective.importance_cap=null", "rollout.overlap=true"], "importance_cap"),
        (["rollout.served.servers=[]"], "at least 1"),
    ):
        with pytest.raises(BadInput, match=message):
            config(folder, out, "lora", *more)


def test_fewer_servers_than_processes_are_refused(tmp_path: Path) -> None:
    settings = config(planner(tmp_path / "model"), tmp_path / "run", "lora")
    with pytest.raises(BadInput, match="each needs its own"):
        served.of(settings, Policy(settings.planner, torch.device("cpu")), None, 1, 2)


@pytest.mark.parametrize("overlap", [False, True], ids=["in turn", "overlapped"])
def test_training_through_a_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, overlap: bool) -> None:
    settings = config(
        BASE,
        tmp_path / "run",
        "lora",
        "steps=3",
        "optimizer.lr=0.003",
        "rollout.questions=2",
        "rollout.flows=2",
        "rollout.refill=0",
        "rollout.turns=1",
        "rollout.temperature=1.5",
        "rollout.max_tokens=48",
        "rollout.frozen_max_tokens=48",
        "evaluation.every=0",
        "trackers=[]",
        f"rollout.overlap={overlap}",
    )
    servers: list[FakeServer] = []

    def server(url: str, key: str | None, seconds: float) -> FakeServer:
        servers.append(FakeServer(Planner(model=str(BASE), lora=Lora(rank=4, alpha=8)), url))
        return servers[-1]

    monkeypatch.setattr(served, "VllmServer", server)
    monkeypatch.setattr(rewards, "reward", Luck())
    Trainer(settings).run()
    lines = [json.loads(line) for line in (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [1, 2, 3]
    assert lines[0]["staleness"] == 0
    assert lines[0]["mismatch"] < 1e-4
    for line in lines[1:]:
        assert line["kl"] > 0, "it has moved"
        if overlap:
            assert 0 < line["staleness"] <= 1 and line["mismatch"] > 1e-4 and line["importance"] != 1
        else:
            assert line["staleness"] == 0 and line["mismatch"] < 1e-4
    flows = [json.loads(line) for line in (tmp_path / "run" / "flows.jsonl").read_text().splitlines()]
    versions = {line["step"]: {line["models"]["planner"][-1]} for line in flows if line["group"] < 2}
    assert versions == ({1: {"0"}, 2: {"0"}, 3: {"1"}} if overlap else {1: {"0"}, 2: {"1"}, 3: {"2"}})
