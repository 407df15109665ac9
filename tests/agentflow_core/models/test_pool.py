"""The pool: who shares a model, who must not, and that the package is cheap to import."""

import gc
import subprocess
import sys
from pathlib import Path

import pytest

from agentflow_core.errors import ModelUnavailable
from agentflow_core.models import ModelPool, OpenAIModel, TransformersModel, build, parse_role, pool

SERVER = "openai:m@http://127.0.0.1:9/v1"


def test_equal_roles_share_a_local_model() -> None:
    models = ModelPool()
    assert models.get(parse_role("transformers:a")) is models.get(parse_role("transformers:a"), "key")
    assert models.get(parse_role("transformers:a")) is not models.get(parse_role("transformers:a?dtype=float16"))


def test_pocket_is_its_base_until_a_planner_is_trained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "POCKET", tmp_path)
    models = ModelPool()
    base = models.get(parse_role("pocket:base"))
    assert models.get(parse_role("pocket")) is base
    assert base.name == "pocket:base"
    (tmp_path / "planner").mkdir()
    assert models.get(parse_role("pocket")) is not base
    assert models.get(parse_role("pocket")).name == "pocket:planner"


def test_servers_are_shared_by_key_and_no_key_is_kept() -> None:
    models = ModelPool()
    spec = parse_role(SERVER)
    mine, yours = models.get(spec, "mine"), models.get(spec, "yours")
    assert mine is not yours
    assert models.get(spec, "mine") is mine
    del mine, yours
    gc.collect()
    assert len(models._remote) == 0


def test_what_a_server_refused_is_remembered_across_models() -> None:
    models = ModelPool()
    first = models.get(parse_role(SERVER), "a")
    second = models.get(parse_role(SERVER), "b")
    assert isinstance(first, OpenAIModel) and isinstance(second, OpenAIModel)
    assert first._refused is second._refused


def test_build_follows_the_role() -> None:
    server = build(parse_role(SERVER + "?dialect=pocket"), "secret-key")
    assert (server.name, server.dialect) == (SERVER + "?dialect=pocket", "pocket")
    assert "secret-key" not in repr(server)
    local = build(parse_role("transformers:some/model?device=cpu"))
    assert isinstance(local, TransformersModel)
    assert (local.name, local.dialect) == ("transformers:some/model?device=cpu", "chat")


async def test_a_closed_pool_gives_no_models() -> None:
    models = ModelPool()
    models.get(parse_role("transformers:a"))
    models.get(parse_role(SERVER))
    await models.close()
    with pytest.raises(ModelUnavailable, match="closed"):
        models.get(parse_role("transformers:a"))


def test_importing_the_models_imports_no_heavy_library() -> None:
    code = (
        "import sys, agentflow_core.models; print([m for m in ('torch', 'transformers', 'openai') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
