"""While a model loads, the event loop goes on: importing torch takes seconds, and so may the weights."""

import asyncio
import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from agentflow_core.models import TransformersModel
from agentflow_core.models.local import weights
from tests.agentflow_core.models.calls import ask
from tests.agentflow_core.models.tiny import make

ROOT = Path(__file__).parents[3]
FRESH = """
import asyncio, json, sys, time
from agentflow_core import Settings, assemble

async def main():
    gaps, flow = [], assemble(Settings(model="pocket", home="/nonexistent"))
    async def beat():
        last = time.monotonic()
        while True:
            await asyncio.sleep(0.01)
            gaps.append(time.monotonic() - last)
            last = time.monotonic()
    assert "torch" not in sys.modules
    beating, began = asyncio.create_task(beat()), time.monotonic()
    async for event in flow.run("What is 3 + 4?"):
        pass
    assert event.status == "answered" and "torch" in sys.modules
    print(json.dumps([max(gaps), time.monotonic() - began]))
    beating.cancel()

asyncio.run(main())
"""


def test_the_loop_goes_on_while_torch_is_imported() -> None:
    """In a process of its own, as torch is imported once. The two times are of the same machine at the same moment."""
    done = subprocess.run([sys.executable, "-c", FRESH], cwd=ROOT, capture_output=True, text=True, check=True)
    longest, whole = json.loads(done.stdout)
    assert longest < whole / 3, f"the loop stood still for {longest:.1f} of {whole:.1f} s"


async def test_a_call_waits_for_weights_that_load_and_the_loop_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a page warms up: one thread loads, and the first visitor asks."""
    loading, go_on = threading.Event(), threading.Event()
    load = weights.load

    def slowly(*arguments: Any, **options: Any) -> weights.Weights:
        loading.set()
        go_on.wait(20)
        return load(*arguments, **options)

    monkeypatch.setattr(weights, "load", slowly)
    model = TransformersModel(str(make(tmp_path)), device="cpu")
    warming = asyncio.create_task(model.check())
    await asyncio.to_thread(loading.wait, 20)
    asking = asyncio.create_task(ask(model, "hi", max_tokens=2))
    rescue = threading.Timer(10, go_on.set)
    rescue.start()
    for _ in range(20):
        await asyncio.sleep(0.001)
    assert not go_on.is_set(), "the loop went on only when the weights were there"
    assert not asking.done()
    go_on.set()
    rescue.cancel()
    _, completion = await asking
    assert completion.completion_tokens <= 2
    await warming
    await model.close()


async def test_a_model_that_was_closed_loads_no_more(tmp_path: Path) -> None:
    from agentflow_core.errors import ModelUnavailable

    model = TransformersModel(str(make(tmp_path)), device="cpu")
    await model.close()
    with pytest.raises(ModelUnavailable, match="closed"):
        await model.check()
