"""Visitors' trainings: one at a time in this process, the others in line, each a process and a folder of its own.

Whoever knows a training's token may watch and stop it, nobody else. Its page asks for news all the time (`seen`); when
that ends, the training ends, and later its folder goes. Flow-GRPO survives `kill -9` at any moment, so that is how a
training is stopped: what it had learnt by then is whole.
"""

import asyncio
import atexit
import contextlib
import importlib.util
import json
import logging
import os
import re
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from agentflow_core.errors import BadInput
from agentflow_core.models.pool import POCKET
from agentflow_core.models.transformers_model import TransformersModel
from agentflow_core.store import new_run_id
from demo.limits import OWN_COPY

log = logging.getLogger(__name__)

ROOT = Path(__file__).parents[2]
STEPS = (3, 6, 12)
"""How many a visitor may choose."""
RECIPE = (
    "--config",
    "training/configs/pocket.yaml",
    f"planner.model={json.dumps(str(POCKET / 'base'))}",
    "rollout.questions=11",  # one of each family: about 10 s a step on two cores
    "rollout.at_once=88",
    "evaluation.every=1",
    "evaluation.questions=22",
    "checkpoints.keep=1",
    "trackers=[]",
)
MOST_WAITING = 10
MOST_KEPT = 8
"""Trainings that have ended, with the planner that came of each."""
GONE_SECONDS = 60.0
"""After which a page that asks for no news is gone, and its training ends."""
KEPT_SECONDS = 1800.0
THREADS = 4
FOLDER = "agentflow-training-"
"""Of a training, before the number of the server's process."""
SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL", re.IGNORECASE)

State = Literal["waiting", "running", "done", "stopped", "failed"]
Command = Callable[[Path, int], Sequence[str]]
"""The program that trains for so many steps in a folder."""


@dataclass(eq=False)
class Training:
    """One visitor's training. `ended` and `seen` are on the clock of `Trainings`."""

    token: str
    visitor: str
    steps: int
    folder: Path
    seen: float
    state: State = "waiting"
    note: str = ""
    began: float | None = None
    ended: float | None = None
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    task: "asyncio.Task[None] | None" = None
    process: asyncio.subprocess.Process | None = None
    _planner: TransformersModel | None = None

    @property
    def over(self) -> bool:
        return self.state in ("done", "stopped", "failed")

    @property
    def has_planner(self) -> bool:
        return (self.folder / "planner" / "config.json").is_file()

    def planner(self) -> TransformersModel:
        """The best planner by dev so far, loaded when it is first asked. Raises `BadInput` when there is none yet."""
        if not self.has_planner:
            raise BadInput("This training has no planner yet: let it make a step first.")
        if self._planner is None:
            self._planner = TransformersModel(str(self.folder / "planner"), name="pocket:trained-here", device="cpu")
        return self._planner

    async def forget(self) -> None:
        """Deletes all it has on the disk and in memory."""
        if self._planner is not None:
            await self._planner.close()
        await asyncio.to_thread(shutil.rmtree, self.folder, ignore_errors=True)


class Trainings:
    """The line and what came of it. All calls in one event loop."""

    def __init__(
        self,
        seconds: float = 0,
        command: Command | None = None,
        clock: Callable[[], float] = time.monotonic,
        tick: float = 1.0,
    ) -> None:
        self._seconds, self._command, self._clock, self._tick = seconds, command or trainer, clock, tick
        self._all: dict[str, Training] = {}
        self._turn = asyncio.Lock()
        self._janitor: asyncio.Task[None] | None = None
        atexit.register(self._leave_nothing)

    def start(self, visitor: str, steps: int) -> Training:
        """Puts a training in line. Raises `BadInput` when it cannot be taken."""
        if steps not in STEPS:
            raise BadInput(f"{steps} steps cannot be trained here: choose {', '.join(map(str, STEPS))}.")
        if self._command is trainer and (missing := lacking()):
            raise BadInput(missing)
        line = self.line
        if any(training.visitor == visitor for training in line) and visitor:
            raise BadInput("You have a training under way here already: wait for it to end, or stop it. " + OWN_COPY)
        if len(line) > MOST_WAITING:
            raise BadInput(f"{len(line)} trainings are in line here: try again in some minutes. {OWN_COPY}")
        folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER}{os.getpid()}-"))
        training = Training(new_run_id(), visitor, steps, folder, self._clock())
        self._all[training.token] = training
        training.task = asyncio.create_task(self._drive(training))
        if self._janitor is None or self._janitor.done():
            sweep(Path(tempfile.gettempdir()))
            self._janitor = asyncio.create_task(self._tidy())
        return training

    @property
    def line(self) -> list[Training]:
        """Those that are not over, in the order in which they get their turn."""
        return [training for training in self._all.values() if not training.over]

    def get(self, token: str) -> Training | None:
        """The training of this token, which is then looked after."""
        if training := self._all.get(token):
            training.seen = self._clock()
        return training

    def place(self, training: Training) -> int:
        """How many have their turn before this one."""
        return 0 if training.over else self.line.index(training)

    def elapsed(self, training: Training) -> float:
        """Seconds since it began."""
        if training.began is None:
            return 0.0
        return (training.ended if training.ended is not None else self._clock()) - training.began

    async def stop(self, training: Training, note: str = "") -> None:
        """Ends it at once; returns when it has ended."""
        if training.over or training.task is None:
            return
        training.note = training.note or note
        training.stopping.set()
        await asyncio.wait({training.task})

    async def close(self) -> None:
        """Ends all and deletes what they made."""
        if self._janitor is not None:
            self._janitor.cancel()
        for training in list(self._all.values()):
            await self.stop(training)
            await self._drop(training)

    async def _drive(self, training: Training) -> None:
        """The task of one training; whatever happens, the next one gets its turn."""
        try:
            if await _first(self._turn.acquire(), training.stopping):
                try:
                    await self._train(training)
                finally:
                    self._turn.release()
            else:
                training.state = "stopped"
        except Exception:  # the boundary of a task that nobody awaits
            log.exception("a training ended unexpectedly")
            training.note = "This training ended unexpectedly; the server's log has the details."
            training.state = "failed"
        finally:
            training.ended = self._clock()
            if not training.over:  # cancelled
                training.state = "stopped"
            await asyncio.to_thread(_lighten, training.folder)

    async def _train(self, training: Training) -> None:
        said = training.folder / "said.txt"
        with said.open("wb") as file:
            training.process = process = await asyncio.create_subprocess_exec(
                *self._command(training.folder, training.steps),
                cwd=ROOT,
                env=_environment(),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=file,
                start_new_session=True,
            )
        training.state, training.began = "running", self._clock()
        try:
            ended = await _first(process.wait(), training.stopping)
        finally:
            _kill(process)
            await process.wait()
        if not ended:
            training.state = "stopped"
        elif process.returncode == 0:
            training.state = "done"
        else:
            training.note = "The training ended before its time; the server's log says why."
            training.state = "failed"
            log.warning("a visitor's training failed: %s", _last_line(said))

    async def _tidy(self) -> None:
        """Ends what nobody looks at and what takes too long; forgets what is old. Lives while there is a training."""
        while self._all:
            await asyncio.sleep(self._tick)
            now = self._clock()
            for training in self.line:
                if now - training.seen > GONE_SECONDS:
                    await self.stop(training, "Nobody was watching any more.")
                elif self._seconds and self.elapsed(training) > self._seconds:
                    await self.stop(training, f"This page gives a training {self._seconds:g} seconds. {OWN_COPY}")
            ended = [training for training in self._all.values() if training.over]
            old = [training for training in ended if now - training.seen > KEPT_SECONDS]
            for training in {*old, *ended[: max(0, len(ended) - MOST_KEPT)]}:
                await self._drop(training)

    async def _drop(self, training: Training) -> None:
        self._all.pop(training.token, None)
        await training.forget()

    def _leave_nothing(self) -> None:
        """At the server's end, when no event loop is left."""
        for training in self._all.values():
            if training.process is not None and training.process.returncode is None:
                _kill(training.process)
            shutil.rmtree(training.folder, ignore_errors=True)


def sweep(place: Path) -> None:
    """Deletes the folders of servers that were ended without a moment to do so."""
    for folder in place.glob(f"{FOLDER}*-*"):
        number = folder.name.removeprefix(FOLDER).partition("-")[0]
        if number.isdecimal() and not _alive(int(number)):
            shutil.rmtree(folder, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def trainer(folder: Path, steps: int) -> list[str]:
    """Flow-GRPO on the Pocket planner, with small steps."""
    return [sys.executable, "-m", "demo.training.worker", str(folder), *RECIPE, f"steps={steps}"]


def lacking() -> str:
    """What must be installed before this machine can train; empty when nothing."""
    if importlib.util.find_spec("accelerate") and importlib.util.find_spec("yaml"):
        return ""
    return "This copy cannot train yet: install what training needs with `pip install -r requirements-train.txt`."


async def _first(work: Any, stopping: asyncio.Event) -> bool:
    """Whether `work` was finished before the stop came; else it is cancelled."""
    working, stopped = asyncio.ensure_future(work), asyncio.ensure_future(stopping.wait())
    try:
        await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
        return working.done() and not working.cancelled()
    finally:
        for task in (working, stopped):
            task.cancel()
        await asyncio.gather(working, stopped, return_exceptions=True)


def _environment() -> dict[str, str]:
    """This process's own without secrets; few threads, so that a large machine stays free for others."""
    kept = {name: value for name, value in os.environ.items() if not SECRET.search(name)}
    threads = str(min(THREADS, os.cpu_count() or 1))
    return {"OMP_NUM_THREADS": threads, "TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1"} | kept


def _kill(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _last_line(path: Path) -> str:
    lines = [line.strip() for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return lines[-1][:500] if lines else ""


def _lighten(folder: Path) -> None:
    """Keeps curves, flows and the planner; what a resumed training would need goes."""
    shutil.rmtree(folder / "checkpoints", ignore_errors=True)
    (folder / "reference.safetensors").unlink(missing_ok=True)
