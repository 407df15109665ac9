"""From settings to a flow: which model plays which role."""

from pathlib import Path

import pytest

from agentflow_core import Settings, assemble
from agentflow_core.models import ModelPool, pool


@pytest.fixture
def pocket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(pool, "POCKET", tmp_path)
    (tmp_path / "base").mkdir()
    (tmp_path / "planner").mkdir()
    return tmp_path


@pytest.mark.usefixtures("pocket")
def test_only_the_planner_is_a_trained_one() -> None:
    flow = assemble(Settings(model="pocket"), pool=ModelPool())
    names = {role: model.name for role, model in flow.models.items()}
    assert names == {
        "planner": "pocket:planner",
        "executor": "pocket:base",
        "verifier": "pocket:base",
        "generator": "pocket:base",
    }


@pytest.mark.usefixtures("pocket")
def test_the_untrained_planner_shares_its_weights_with_the_other_modules() -> None:
    flow = assemble(Settings(model="pocket"), roles={"planner": "pocket:base"}, pool=ModelPool())
    assert len({id(model) for model in flow.models.values()}) == 1
