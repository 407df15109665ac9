"""What the Training tab asks of the server: logs, steps, a training of the visitor's own, and what came of it.

A log is named by a source: `shipped` (how the bundled planner was trained), `run:NAME` (a folder below the operator's
runs, from a list) or `job:TOKEN` (a visitor's training). No path ever comes from the page.
"""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agentflow_core import AgentFlow, RunStore, Settings
from agentflow_core.assemble import POCKET_TOOLS
from agentflow_core.errors import AgentFlowError, BadInput
from agentflow_core.events import ROLES
from agentflow_core.models.pool import POCKET
from demo.meter import Metered
from demo.registry import Registry
from demo.training import curves
from demo.training.log import METRICS, RUNS, Line, read_file, read_flows, read_upload
from demo.training.trainings import STEPS, Training, Trainings, lacking

SHIPPED = POCKET / "training"
"""A run's folder, copied beside the planner that came of it; may be missing."""
MOST_RUNS = 200
LIVE_SECONDS = 180.0
"""A log that was written to within this time is taken for live."""
FOLLOW_SECONDS = 15.0
LOOK_SECONDS = 0.5
QUESTION_CHARACTERS = 500
TURNS = 6
GONE = "This training is not here any more: it was long ago, or the server was started anew. Train again."
NO_SOURCE = "There is no such training log here: choose one from the list."

Assemble = Callable[..., AgentFlow]


class TrainingHandlers:
    """The tab's server side."""

    def __init__(
        self, settings: Settings, registry: Registry, assemble: Assemble, trainings: Trainings | None = None
    ) -> None:
        self._settings, self._registry, self._assemble = settings, registry, assemble
        self.trainings = trainings or Trainings(settings.training_seconds)

    async def sources(self, request: dict[str, Any]) -> dict[str, Any]:
        """The logs to choose from, and what a training of one's own may be."""
        runs = await asyncio.to_thread(runs_in, self._settings.training_runs)
        return {
            "runs": runs,
            "shipped": (SHIPPED / METRICS).is_file(),
            "steps": STEPS,
            "seconds": self._settings.training_seconds,
            "lacking": lacking(),
        }

    async def read(self, request: dict[str, Any]) -> dict[str, Any]:
        """A visitor's own `metrics.jsonl`, which is not kept: `{text}`."""
        try:
            lines = await asyncio.to_thread(read_upload, str(request.get("text", "")))
        except BadInput as error:
            return {"problem": str(error)}
        return {"points": [curves.point(line) for line in lines]}

    async def look(self, request: dict[str, Any]) -> dict[str, Any]:
        """A log from point `known` on, as soon as there is more or the training's state is another: `{source, known,
        state}`."""
        source, known = str(request.get("source", "")), request.get("known", 0)
        try:
            return await self._news(source, known if isinstance(known, int) else 0, request.get("state"))
        except BadInput as error:
            return {"problem": str(error)}

    async def _news(self, source: str, known: int, state: Any) -> dict[str, Any]:
        until, size, lines = time.monotonic() + FOLLOW_SECONDS, -1, list[Line]()
        while True:
            place = self._place(source)
            job = self._job(source)
            if (now := _size(place / METRICS)) != size:
                size, lines = now, await asyncio.to_thread(read_file, place)
            if len(lines) != known or (job and _state(job) != state) or time.monotonic() >= until:
                break
            await asyncio.sleep(LOOK_SECONDS)
        start = known if 0 <= known <= len(lines) else 0
        return {
            "from": start,
            "points": [curves.point(line) for line in lines[start:]],
            "job": job,
            "state": job and _state(job),
            "live": bool(job and job["state"] == "running") or (place != SHIPPED and _recent(place / METRICS)),
        }

    async def step(self, request: dict[str, Any]) -> dict[str, Any]:
        """The groups of a step: `{source, step}`."""
        try:
            step = request.get("step")
            if not isinstance(step, int):
                raise BadInput("Choose a step of the curve.")
            place = self._place(str(request.get("source", "")))
            flows = await asyncio.to_thread(read_flows, place, step)
        except BadInput as error:
            return {"problem": str(error)}
        return {"groups": curves.groups(flows), "openable": (place / RUNS).is_file()}

    async def open(self, source: str, run: str, step: int = 0) -> dict[str, Any]:
        """Puts a flow of a training among the page's runs, for the inspector, with what it earned in that step.

        Of the source `run` it is there.
        """
        if source == "run":
            return {"run": run}
        try:
            place = self._place(source)
            events = await asyncio.to_thread(_events, place / RUNS, run)
            earned = await asyncio.to_thread(_earned, place, step, run)
        except AgentFlowError as error:
            return {"problem": str(error)}
        return {"run": self._registry.add(events, earned).token}

    # --- a training of one's own ----------------------------------------------------------------------------------

    async def train(self, steps: int, visitor: str) -> dict[str, Any]:
        """The Train button."""
        try:
            training = self.trainings.start(visitor, steps)
        except BadInput as error:
            return {"problem": str(error)}
        return {"job": training.token}

    async def stop(self, request: dict[str, Any]) -> dict[str, Any]:
        """Ends a training: `{job}`."""
        training = self.trainings.get(str(request.get("job", "")))
        if training is None:
            return {"problem": GONE}
        await self.trainings.stop(training, "Stopped by hand.")
        return {"stopped": True}

    async def tryout(self, job: str, question: str, visitor: str) -> dict[str, Any]:
        """One question to the planner before and after the visitor's training: the tokens of both runs."""
        text = question.strip()
        try:
            if not text:
                raise BadInput("Write a question first, or pick one of the examples.")
            if len(text) > QUESTION_CHARACTERS:
                raise BadInput(f"The question is too long here: at most {QUESTION_CHARACTERS:,} characters.")
            training = self.trainings.get(job)
            if training is None:
                raise BadInput(GONE)
            planner = training.planner()
            flow = await asyncio.to_thread(self._untrained)
            trained = AgentFlow({**flow.models, "planner": planner}, flow.toolbox, sampling=flow.sampling)
            budget, most = self._settings.budget.model_copy(update={"turns": TURNS}), self._settings.flow_bytes
            runs = [self._registry.start(Metered(one, most), text, budget, visitor=visitor) for one in (flow, trained)]
        except AgentFlowError as error:
            return {"problem": str(error)}
        return {"before": runs[0].token, "after": runs[1].token}

    def _untrained(self) -> AgentFlow:
        """What the training began with: the base plays every role."""
        settings = self._settings.model_copy(update={"temperature": 0.0})
        return self._assemble(settings, roles=dict.fromkeys(ROLES, "pocket:base"), tools=list(POCKET_TOOLS))

    # --- sources --------------------------------------------------------------------------------------------------

    def _place(self, source: str) -> Path:
        """The folder of a source. Raises `BadInput` for one that is not offered."""
        kind, _, name = source.partition(":")
        if kind == "job":
            return self._training(name).folder
        if source == "shipped" and (SHIPPED / METRICS).is_file():
            return SHIPPED
        if kind == "run" and name in {run["name"] for run in runs_in(self._settings.training_runs)}:
            return self._settings.training_runs / name
        raise BadInput(NO_SOURCE)

    def _training(self, token: str) -> Training:
        if training := self.trainings.get(token):
            return training
        raise BadInput(GONE)

    def _job(self, source: str) -> dict[str, Any] | None:
        kind, _, token = source.partition(":")
        if kind != "job":
            return None
        training = self._training(token)
        return {
            "state": training.state,
            "steps": training.steps,
            "place": self.trainings.place(training),
            "elapsed": round(self.trainings.elapsed(training), 1),
            "note": training.note,
            "planner": training.over and training.has_planner,
        }


def runs_in(folder: Path) -> list[dict[str, Any]]:
    """The runs of this machine, the newest first."""
    try:
        found = [(path / METRICS, path.name) for path in folder.iterdir() if not path.name.startswith(".")]
        dated = [(path.stat().st_mtime, name) for path, name in found if path.is_file()]
    except OSError:
        return []
    newest = sorted(dated, reverse=True)[:MOST_RUNS]
    return [{"name": name, "live": time.time() - when < LIVE_SECONDS} for when, name in newest]


def _state(job: dict[str, Any]) -> str:
    """What of a training's state is news; time alone is none."""
    return f"{job['state']} {job['place']} {job['planner']}"


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _recent(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime < LIVE_SECONDS
    except OSError:
        return False


def _earned(place: Path, step: int, run: str) -> dict[str, Any] | None:
    """Reward and advantage of one flow; None where they are not kept."""
    try:
        flow = next((flow for flow in read_flows(place, step) if flow.run == run), None)
    except BadInput:
        return None
    return flow.model_dump(mode="json", include={"reward", "advantage", "gold"}) if flow else None


def _events(path: Path, run: str) -> Any:
    if not path.is_file():
        raise BadInput("The flows of this log were not kept as runs, so none can be opened.")
    store = RunStore(path)
    try:
        return store.events(run)
    finally:
        store.close()
