"""The real program behind the Train button: a planner is trained, stopped, and answers a question."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agentflow_core import Settings, assemble
from agentflow_core.state import FlowState
from demo.registry import Registry
from demo.training import trainings as module
from demo.training.handlers import TrainingHandlers
from demo.training.trainings import RECIPE, Trainings, trainer

WAIT = 300.0
"""A busy machine is slow, not wrong."""
SMALL = ("rollout.questions=2", "rollout.flows=2", "evaluation.questions=2")


def small(folder: Path, steps: int) -> list[str]:
    return [*trainer(folder, steps), *SMALL]


@pytest.fixture
async def handlers(tmp_path: Path) -> AsyncIterator[TrainingHandlers]:
    settings = Settings(training_runs=tmp_path / "runs", home=tmp_path / "home")
    made = TrainingHandlers(settings, Registry(), assemble, Trainings(command=small))
    yield made
    await made.trainings.close()
    await made._registry.close()


async def test_a_visitor_trains_stops_and_tries_the_planner(
    handlers: TrainingHandlers, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not module.lacking()
    job = (await handlers.train(12, "ann"))["job"]
    source, known, state = f"job:{job}", 0, None
    async with asyncio.timeout(WAIT):
        while known < 2:
            news = await handlers.look({"source": source, "known": known, "state": state})
            known, state = news["from"] + len(news["points"]), news["state"]
            assert news["job"]["state"] in ("waiting", "running"), news
    training = handlers.trainings.get(job)
    assert training is not None and training.process is not None
    await handlers.stop({"job": job})
    assert training.state == "stopped" and training.process.returncode is not None
    assert not (training.folder / "checkpoints").exists()

    step = await handlers.step({"source": source, "step": 1})
    assert len(step["groups"]) == 2 and all(len(group["flows"]) == 2 for group in step["groups"])
    opened = await handlers.open(source, step["groups"][0]["flows"][0]["run"])
    shown = await handlers._registry.get(opened["run"])
    assert shown and FlowState.fold(shown.events).question == step["groups"][0]["question"]

    answer = await handlers.tryout(job, "What is the capital of France?", "ann")
    for side, planner in (("before", "pocket:base"), ("after", "pocket:trained-here")):
        run = await handlers._registry.get(answer[side])
        assert run and run.task
        await asyncio.wait_for(asyncio.shield(run.task), WAIT)
        folded = FlowState.fold(run.events)
        assert run.events[0].type == "flow_started" and run.events[0].models["planner"] == planner
        assert run.events[0].models["generator"] == "pocket:base" and folded.status is not None


def test_the_recipe_names_settings_that_exist() -> None:
    from training.config import load

    config = load(module.ROOT / RECIPE[1], [*RECIPE[2:], "steps=3", "out=x"])
    assert config.rollout.questions == 11
