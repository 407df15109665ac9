"""Who plays which role: servers are called with the key that the environment gives, and with no other."""

from pathlib import Path

import pytest

from agentflow_core.models import Completion, Message, Sampling
from tests.stub_server import stub_server
from tests.training.toys import planner, policy_of
from training import cast
from training.config import Config


@pytest.mark.parametrize("key", ["hush", None])
async def test_frozen_servers_and_the_judge_get_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str | None
) -> None:
    monkeypatch.delenv("AGENTFLOW_API_KEY", raising=False)
    if key:
        monkeypatch.setenv("AGENTFLOW_API_KEY", key)
    folder = planner(tmp_path / "model")
    async with stub_server() as stub:
        server = f"openai:stub@{stub.url}"
        config = Config.model_validate(
            {
                "out": tmp_path / "run",
                "steps": 1,
                "planner": {"model": str(folder)},
                "frozen": {"executor": server, "verifier": server, "generator": server},
                "data": {"source": "pocket", "judge": server},
            }
        )
        made = cast.of(config, policy_of(folder))
        assert made.models["executor"] is made.models["generator"], "one server, one client"
        assert made.judge
        for model in (made.models["executor"], made.judge):
            parts = [part async for part in model.generate([Message(role="user", content="Hi")], sampling=Sampling())]
            assert isinstance(parts[-1], Completion)
            await model.close()
    sent = [headers.get("authorization", "") for headers in stub.headers]
    assert sent == [f"Bearer {key or 'none'}"] * 2
