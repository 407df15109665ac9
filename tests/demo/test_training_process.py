"""A visitor's training: one at a time, stopped at once, ended when nobody looks, nothing left behind.

The program that trains is a small stand-in here; `test_training_real.py` has the real one.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from agentflow_core.errors import BadInput
from demo.training import trainings as module
from demo.training.trainings import Training, Trainings, trainer

PROGRAM = """
import json, pathlib, sys, time
folder, steps, pace = pathlib.Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
(folder / "planner").mkdir(); (folder / "planner" / "config.json").write_text("{}")
(folder / "checkpoints").mkdir(); (folder / "checkpoints" / "big").write_text("x")
for step in range(steps + 1):
    with (folder / "metrics.jsonl").open("a") as file:
        file.write(json.dumps({"step": step, "reward": 0.5}) + "\\n")
    time.sleep(pace)
"""
WAIT = 60.0
"""A busy machine is slow, not wrong."""


def program(pace: float, text: str = PROGRAM) -> Any:
    return lambda folder, steps: [sys.executable, "-c", text, str(folder), str(steps), str(pace)]


@pytest.fixture
async def make() -> AsyncIterator[Callable[..., Trainings]]:
    made: list[Trainings] = []

    def new(pace: float = 0.01, text: str = PROGRAM, **options: Any) -> Trainings:
        made.append(Trainings(command=program(pace, text), tick=0.02, **options))
        return made[-1]

    yield new
    for trainings in made:
        await trainings.close()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(WAIT):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def alive(training: Training) -> bool:
    assert training.process is not None
    return Path(f"/proc/{training.process.pid}").exists()


async def test_a_training_ends_with_its_curve_and_its_planner(make: Callable[..., Trainings]) -> None:
    trainings = make()
    training = trainings.start("ann", 3)
    await until(lambda: training.over)
    assert training.state == "done" and training.has_planner
    assert len((training.folder / "metrics.jsonl").read_text().splitlines()) == 4
    assert not (training.folder / "checkpoints").exists(), "nobody will resume it"


async def test_one_trains_and_the_others_are_in_line(make: Callable[..., Trainings]) -> None:
    trainings = make(pace=30)
    first, second, third = (trainings.start(name, 3) for name in ("ann", "bob", "cid"))
    await until(lambda: first.state == "running")
    assert [trainings.place(t) for t in (first, second, third)] == [0, 1, 2]
    await trainings.stop(second)
    assert second.state == "stopped" and second.process is None
    await trainings.stop(first)
    await until(lambda: third.state == "running")
    assert trainings.place(third) == 0


async def test_stop_ends_the_process_at_once_and_keeps_what_was_learnt(make: Callable[..., Trainings]) -> None:
    trainings = make(pace=30)
    training = trainings.start("ann", 3)
    await until(lambda: training.state == "running" and training.has_planner)
    assert alive(training)
    began = time.monotonic()
    await trainings.stop(training, "Stopped by hand.")
    assert time.monotonic() - began < 1.0
    assert (training.state, training.note) == ("stopped", "Stopped by hand.")
    assert not alive(training) and training.has_planner


async def test_a_training_that_nobody_watches_ends(
    make: Callable[..., Trainings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "GONE_SECONDS", 0.5)
    trainings = make(pace=30)
    watched, left = trainings.start("ann", 3), trainings.start("bob", 3)
    for _ in range(100):
        assert trainings.get(watched.token) is watched
        await asyncio.sleep(0.01)
    assert left.state == "stopped" and "Nobody was watching" in left.note
    assert not watched.over
    await until(lambda: watched.over)
    assert not alive(watched)


async def test_the_time_of_a_training_is_limited(make: Callable[..., Trainings]) -> None:
    trainings = make(pace=30, seconds=0.3)
    training = trainings.start("ann", 3)
    await until(lambda: training.over)
    assert training.state == "stopped" and "0.3 seconds" in training.note


async def test_one_visitor_has_one_and_the_line_has_an_end(make: Callable[..., Trainings]) -> None:
    trainings = make(pace=30)
    trainings.start("ann", 3)
    with pytest.raises(BadInput, match="You have a training under way"):
        trainings.start("ann", 3)
    with pytest.raises(BadInput, match="5000 steps cannot be trained here"):
        trainings.start("bob", 5000)
    for number in range(module.MOST_WAITING):
        trainings.start(f"visitor {number}", 3)
    with pytest.raises(BadInput, match="try again in some minutes"):
        trainings.start("zoe", 3)


async def test_a_training_that_breaks_says_so_and_the_next_one_gets_its_turn(make: Callable[..., Trainings]) -> None:
    trainings = make(text="import sys; sys.exit('out of memory at /secret/place')")
    first, second = trainings.start("ann", 3), trainings.start("bob", 3)
    await until(lambda: second.over)
    assert first.state == second.state == "failed"
    assert "log says why" in first.note and "/secret" not in first.note


async def test_old_trainings_are_forgotten_with_all_they_had(
    make: Callable[..., Trainings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_KEPT", 1)
    trainings = make()
    first, second = trainings.start("ann", 3), trainings.start("bob", 3)
    await until(lambda: second.over and trainings.get(first.token) is None)
    assert trainings.get(second.token) is second
    await until(lambda: not first.folder.exists())
    await trainings.close()
    assert not second.folder.exists() and trainings.get(second.token) is None


def test_what_a_killed_server_left_is_swept_and_a_living_ones_is_not(tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    names = [f"{module.FOLDER}{number}-x" for number in (int(ended.stdout), os.getpid(), "9" * 30, "own")]
    for name in names:
        (tmp_path / name).mkdir()
    module.sweep(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(names[1:])


async def test_secrets_do_not_go_to_the_process_and_it_is_told_its_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENTFLOW_API_KEY", "sk-1")
    monkeypatch.setenv("HF_TOKEN", "hf-1")
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    given = module._environment()
    assert not {"AGENTFLOW_API_KEY", "HF_TOKEN"} & given.keys()
    assert 1 <= int(given["OMP_NUM_THREADS"]) <= 4 and given["PATH"] == os.environ["PATH"]


def start_worker(folder: Path, seconds: float) -> "subprocess.Popen[str]":
    code = (
        "import os, sys, time, types\n"
        "train = types.ModuleType('training.train')\n"
        f"train.main = lambda argv: (print(os.nice(0), argv[-1], flush=True), time.sleep({seconds}))\n"
        "sys.modules['training.train'] = train\n"
        "from demo.training import worker\n"
        "worker.main(sys.argv[1:])\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=module.ROOT,
    )


def test_the_worker_is_polite_and_goes_with_the_server(tmp_path: Path) -> None:
    """Its standard input ends when the server ends, whichever way."""
    folder = tmp_path / "run"
    folder.mkdir()
    with start_worker(folder, 60) as process:
        assert process.stdin and process.stdout
        said = process.stdout.readline()
        assert int(said.split()[0]) >= 10 and json.loads(said.split("out=")[1]) == str(folder)
        process.stdin.close()
        assert process.wait(timeout=WAIT) == 1
    assert not folder.exists(), "nothing is left"


def test_a_worker_that_has_done_its_work_ends_well_while_the_server_lives(tmp_path: Path) -> None:
    with start_worker(tmp_path, 0) as process:
        assert process.wait(timeout=WAIT) == 0
    assert tmp_path.exists()


def test_the_command_trains_the_pocket_planner_with_small_steps(tmp_path: Path) -> None:
    from training.config import load

    command = trainer(tmp_path, 6)
    values = command[command.index("--config") + 2 :]
    config = load(module.ROOT / command[command.index("--config") + 1], values)
    assert (config.steps, config.rollout.questions, config.evaluation.every) == (6, 11, 1)
    assert Path(config.planner.model).is_dir() and config.trackers == ()
