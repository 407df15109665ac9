"""What a run folder holds, read for the report: its log, its evaluations, and which part of the evidence it is."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from agentflow_core.errors import BadInput

Line = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """`log` has a line a step; `evaluations` are figures of `training.behaviour` by name."""

    name: str
    title: str
    kind: str
    log: tuple[Line, ...] = ()
    evaluations: dict[str, dict[str, Any]] = field(default_factory=dict)
    order: str = "even"
    """How its questions were drawn, see `data.order`."""

    @property
    def steps(self) -> list[Line]:
        """Those that trained."""
        return [line for line in self.log if "trained_tokens" in line]

    @property
    def trained_tokens(self) -> int:
        return int(sum(line["trained_tokens"] for line in self.steps))

    @property
    def seconds(self) -> float:
        return float(
            sum(v for line in self.steps for k, v in line.items() if k in ("seconds/rollouts", "seconds/update"))
        )


def load(folders: list[Path]) -> list[Run]:
    """The runs in these folders; a folder of parts stands for all of them. Raises `BadInput` where there is none."""
    found = [run for folder in folders for place in _places(folder) if (run := _read(place)) is not None]
    if not found:
        raise BadInput(
            f"no run in {', '.join(map(str, folders))}: a run folder holds metrics.jsonl, as `training.train` and "
            "`training.evidence` make it"
        )
    return found


def _places(folder: Path) -> list[Path]:
    if (folder / "metrics.jsonl").exists() or (folder / "part.json").exists():
        return [folder]
    inside = sorted(folder.iterdir()) if folder.is_dir() else []
    return [path for path in inside if (path / "metrics.jsonl").exists() or (path / "part.json").exists()]


def _read(folder: Path) -> Run | None:
    part = _json(folder / "part.json") if (folder / "part.json").exists() else {}
    log = tuple(_lines(folder / "metrics.jsonl"))
    evaluations = {path.stem: _json(path) for path in sorted((folder / "evaluations").glob("*.json"))}
    if not log and not evaluations:
        return None
    title, kind = str(part.get("title", folder.name)), str(part.get("kind", "flow-grpo"))
    return Run(folder.name, title, kind, log, evaluations, _order(folder / "config.yaml"))


def _order(path: Path) -> str:
    if not path.exists():
        return "even"
    try:
        return str(yaml.safe_load(path.read_text(encoding="utf-8"))["data"]["order"])
    except (OSError, yaml.YAMLError, TypeError, KeyError) as error:
        raise BadInput(f"{path} is no config of a run: {error!r}. Delete it, or give another run.") from error


def _lines(path: Path) -> list[Line]:
    if not path.exists():
        return []
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:  # the last line of a run that is being written, or was killed
            continue
    return found


def _json(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(
            f"{path} cannot be read: {error}. Delete it and run `python -m training.evidence` again."
        ) from error
    return found
