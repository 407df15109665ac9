"""LoRA adapters over one loaded model: each call with its own or none, held against PEFT on the same weights."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM

from agentflow_core import AgentFlow, Settings, assemble
from agentflow_core.errors import ModelRefused, ModelUnavailable
from agentflow_core.models import Completion, ModelPool, TransformersModel, parse_role
from agentflow_core.models.local import weights
from tests.agentflow_core.models.calls import ask
from tests.agentflow_core.models.tiny import make, make_adapter

PROMPT = "the planner plans and the river runs to the sea, where the verifier verifies"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def adapters(base: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("adapters")
    return [make_adapter(base, folder / str(seed), seed=seed) for seed in (1, 2)]


@pytest.fixture(params=["small", "any"])
def loads(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """With and without the shortcut for small models; gets what was loaded."""
    seen: list[str] = []
    load = weights.load

    def counted(source: str, **options: Any) -> weights.Weights:
        seen.append(source)
        return load(source, **options)

    monkeypatch.setattr(weights, "load", counted)
    if request.param == "any":
        monkeypatch.setattr(weights.SmallQwen2, "fits", staticmethod(lambda model: False))
    return seen


@pytest.fixture
async def pool() -> AsyncIterator[ModelPool]:
    pool = ModelPool()
    yield pool
    await pool.close()


def assert_by(completion: Completion, base: Path, adapter: Path | None) -> None:
    """Every log-probability is that of the base with this adapter, and of no other."""
    model: Any = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    if adapter is not None:
        model = PeftModel.from_pretrained(model, str(adapter))
    assert completion.prompt_ids and completion.completion_ids and completion.logprobs
    with torch.no_grad():
        logits = model(torch.tensor([[*completion.prompt_ids, *completion.completion_ids]])).logits
    log = torch.log_softmax(logits[0, len(completion.prompt_ids) - 1 : -1], dim=-1)
    wanted = log.gather(1, torch.tensor(completion.completion_ids)[:, None])[:, 0]
    torch.testing.assert_close(torch.tensor(completion.logprobs), wanted, atol=1e-3, rtol=0)


async def test_calls_with_and_without_adapters_share_the_weights_and_nothing_else(
    pool: ModelPool, base: Path, adapters: list[Path], loads: list[str]
) -> None:
    roles = [f"transformers:{base}?device=cpu"] + [f"transformers:{base}?adapter={a}&device=cpu" for a in adapters]
    models = [pool.get(parse_role(role)) for role in roles]
    assert [model.name for model in models] == roles
    for adapter, model in [*zip([None, *adapters], models, strict=True), (None, models[0])]:
        _, alone = await ask(model, PROMPT, max_tokens=12)
        assert_by(alone, base, adapter)
    several = [model for model in models for _ in range(3)]
    answers = await asyncio.gather(*(ask(model, f"{PROMPT} {n}", max_tokens=12 + n) for n, model in enumerate(several)))
    for (_, completion), adapter in zip(answers, [a for a in [None, *adapters] for _ in range(3)], strict=True):
        assert_by(completion, base, adapter)
    assert loads == [str(base)]


async def test_one_base_serves_all_four_modules(base: Path, adapters: list[Path], loads: list[str]) -> None:
    """What is named for all roles plans with its adapter; an adapter that is a role's own stays on."""
    role, plain = f"transformers:{base}?adapter={adapters[0]}&device=cpu", f"transformers:{base}?device=cpu"
    pool = ModelPool()
    flow = assemble(Settings(_env_file=None, model=role), pool=pool)  # type: ignore[call-arg]
    assert {name: model.name for name, model in flow.models.items()} == {
        "planner": role,
        **dict.fromkeys(("executor", "verifier", "generator"), plain),
    }
    answers = await asyncio.gather(*(ask(model, PROMPT, max_tokens=8) for model in flow.models.values()))
    for name, (_, completion) in zip(flow.models, answers, strict=True):
        assert_by(completion, base, adapters[0] if name == "planner" else None)
    assert loads == [str(base)]
    other = role.replace(str(adapters[0]), str(adapters[1]))
    mixed: AgentFlow = assemble(Settings(_env_file=None, model=role, verifier=other), pool=pool)  # type: ignore[call-arg]
    assert mixed.models["verifier"].name == other and mixed.models["executor"].name == plain
    await pool.close()


@pytest.mark.usefixtures("loads")
async def test_an_adapter_that_cannot_be_used_is_named_and_the_base_goes_on(
    base: Path, tmp_path: Path, adapters: list[Path]
) -> None:
    model = TransformersModel(str(base), device="cpu")
    with pytest.raises(ModelRefused, match=r"no adapter in .*nowhere.*adapter_config\.json"):
        await model.adapted(str(tmp_path / "nowhere"), "gone").check()
    other = make(tmp_path / "other", hidden=48)
    wide = str(make_adapter(other, tmp_path / "wide", seed=3))
    for _ in range(2):
        with pytest.raises(ModelUnavailable, match="an adapter of another model"):
            await model.adapted(wide, "wide").check()
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "adapter_config.json").write_text('{"peft_type": "PROMPT_TUNING", "num_virtual_tokens": 4}')
    with pytest.raises(ModelRefused, match="no plain LoRA adapter"):
        await model.adapted(str(tmp_path / "odd"), "odd").check()
    for adapter, one in ((None, model), (adapters[0], model.adapted(str(adapters[0]), "good")), (None, model)):
        _, completion = await ask(one, PROMPT, max_tokens=8)
        assert_by(completion, base, adapter)
    await model.close()


async def test_without_peft_the_message_says_what_to_install(
    base: Path, adapters: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "peft", None)
    model = TransformersModel(str(base), device="cpu")
    with pytest.raises(ModelRefused, match=r"package peft: `pip install"):
        await model.adapted(str(adapters[0]), "planner").check()
    await model.close()


@pytest.mark.parametrize("dtype", ["int8", "nf4"])
async def test_without_bitsandbytes_the_message_says_what_to_install(
    base: Path, dtype: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights, "find_spec", lambda name: None)
    model = TransformersModel(str(base), device="cpu", dtype=dtype)
    with pytest.raises(ModelRefused, match=rf"dtype={dtype} needs the package bitsandbytes.*use dtype=bfloat16"):
        await model.check()
    await model.close()


@pytest.mark.parametrize("dtype", ["int8", "nf4"])
async def test_quantised_weights_answer_nearly_the_same(tmp_path: Path, dtype: str) -> None:
    pytest.importorskip("bitsandbytes", reason="optional: pip install bitsandbytes")
    base = make(tmp_path, hidden=128)
    whole, small = (TransformersModel(str(base), device="cpu", dtype=kind) for kind in ("float32", dtype))
    _, exact = await ask(whole, PROMPT, max_tokens=1)
    _, rough = await ask(small, PROMPT, max_tokens=1)
    assert exact.logprobs and rough.logprobs and exact.logprobs != rough.logprobs
    assert abs(exact.logprobs[0] - rough.logprobs[0]) < 2.0
    await whole.close()
    await small.close()
