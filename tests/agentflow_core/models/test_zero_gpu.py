"""A call on a borrowed GPU, on this side of the fork: here the function runs in place, as anywhere but on ZeroGPU.

The fork itself is in tests/serving/test_zero_gpu.py.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agentflow_core.errors import ContextOverflow, ModelRefused, ModelUnavailable
from agentflow_core.models import Completion, Sampling, TextDelta, TransformersModel
from tests.agentflow_core.models.calls import ask, user
from tests.agentflow_core.models.tiny import make

zero_gpu = pytest.importorskip("agentflow_core.models.local.zero_gpu", reason="pip install -r requirements-dev.txt")

LONG = Sampling(max_tokens=200)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("chat"))


@pytest.fixture
async def model(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TransformersModel]:
    """On a ZeroGPU Space, loaded as it starts."""
    monkeypatch.setenv("SPACES_ZERO_GPU", "true")
    monkeypatch.setattr(zero_gpu, "_WORKERS", {})
    borrowing = TransformersModel(str(folder))
    borrowing.count_tokens("")
    yield borrowing
    await borrowing.close()
    for worker in zero_gpu._WORKERS.values():
        worker.close()


async def freed() -> bool:
    (worker,) = zero_gpu._WORKERS.values()
    for _ in range(100):
        if not worker._rows and not worker._open:
            return True
        await asyncio.sleep(0.01)
    return False


async def test_it_writes_what_the_model_writes_elsewhere(model: TransformersModel, folder: Path) -> None:
    elsewhere = TransformersModel(str(folder), device="cpu")
    pieces, completion = await ask(model, "the river runs", max_tokens=30)
    _, same = await ask(elsewhere, "the river runs", max_tokens=30)
    await elsewhere.close()
    assert completion.completion_ids == same.completion_ids and "".join(pieces) == same.text


async def test_an_error_keeps_its_class_on_the_way(model: TransformersModel) -> None:
    with pytest.raises(ContextOverflow, match="takes"):
        await ask(model, "the sea " * 2000)


async def test_a_call_that_is_cancelled_gives_the_gpu_back(model: TransformersModel) -> None:
    leaving = model.generate(user("the river runs"), sampling=LONG)
    assert isinstance(await anext(leaving), TextDelta)
    await leaving.aclose()
    assert await freed()


async def test_an_open_call_is_told_that_the_model_was_closed(model: TransformersModel) -> None:
    waiting = model.generate(user("the river runs"), sampling=LONG)
    await anext(waiting)
    await model.close()
    with pytest.raises(ModelUnavailable, match="was closed"):
        async for item in waiting:
            assert not isinstance(item, Completion)
    assert await freed()


async def test_no_gpu_is_said_in_the_words_of_the_host(
    model: TransformersModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    class QuotaError(Exception):
        message = "You have exceeded your free ZeroGPU quota.\nTry again in 0:20:00."

    def refused(*_: object) -> object:
        raise QuotaError
        yield

    monkeypatch.setattr(zero_gpu, "answer", refused)
    with pytest.raises(ModelUnavailable, match="no GPU from ZeroGPU: You have exceeded your free ZeroGPU quota"):
        await ask(model, "the river runs")


async def test_a_call_that_ends_without_an_answer_leaves_nobody_waiting(
    model: TransformersModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zero_gpu, "answer", lambda *_: (TextDelta(text) for text in ["half an"]))
    with pytest.raises(ModelUnavailable, match="ended without an answer"):
        await asyncio.wait_for(ask(model, "the river runs"), 10)


async def test_a_model_that_was_not_loaded_at_the_start_is_refused_with_the_way_out(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPACES_ZERO_GPU", "true")
    with pytest.raises(ModelRefused, match="AGENTFLOW_MODEL"):
        await TransformersModel(str(folder)).check()
    await TransformersModel(str(folder), device="cpu").check()
