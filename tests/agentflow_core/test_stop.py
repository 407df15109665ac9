"""Stop, with a real model at work: the flow ends within a second, and the model is free for the next one."""

import time
from pathlib import Path

import pytest

from agentflow_core import AgentFlow, Control, Event
from agentflow_core.events import ROLES, Role
from agentflow_core.models import LanguageModel, Sampling
from tests.agentflow_core.flows import Echo
from tools.base import ToolSettings
from tools.toolbox import Toolbox

pytest.importorskip("torch")

from agentflow_core.models.transformers_model import TransformersModel
from tests.agentflow_core.models import tiny
from tests.agentflow_core.models.calls import ask
from tests.agentflow_core.models.test_transformers_model import idle

AT_ONCE = 1.0


async def test_stop_ends_generation_within_a_second_and_frees_the_model(tmp_path: Path) -> None:
    """Random weights seldom end by themselves: without the stop the text would go on to the end of the context."""
    model = TransformersModel(str(tiny.make(tmp_path, context=30_000)))
    models: dict[Role, LanguageModel] = dict.fromkeys(ROLES, model)
    endless = dict.fromkeys(ROLES, Sampling(temperature=1.0, max_tokens=100_000, seed=1))
    flow = AgentFlow(models, Toolbox([Echo(ToolSettings())]), sampling=endless)
    control = Control()
    events: list[Event] = []
    try:
        began = None
        async for event in flow.run("What is it?", control=control):
            events.append(event)
            if event.type == "text_delta" and began is None:
                began = time.monotonic()
                control.stop()
        assert began is not None and await idle(model), "the model works on for nobody"
        assert time.monotonic() - began < AT_ONCE
        assert events[-1].type == "flow_finished" and events[-1].status == "cancelled"
        assert "analyzed" not in [event.type for event in events], "the text had come to its end before the stop"
        _, completion = await ask(model, "and now?", max_tokens=3)
        assert completion.completion_tokens <= 3
    finally:
        await model.close()
