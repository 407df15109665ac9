"""Checkpoints that are whole or not there: written beside their place, synced, then renamed into it.

    RUN/checkpoints/step-00012/  trained.safetensors  optimizer.pt  state.json
    RUN/reference.safetensors    what the KL is held against, written once

`state.json` holds what else a run needs to go on as if nothing had happened. The learning rate is a function of the
step, questions and sampling are functions of seed and step, so counters say all about them.
"""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from agentflow_core.errors import BadInput

FORMAT = 1
_UNFINISHED = ".unfinished"


@dataclass(frozen=True)
class Progress:
    """The counters of a run after `step` steps."""

    step: int = 0
    drawn: int = 0
    """Questions used: the data cursor."""
    best: float = -1.0
    best_step: int = 0
    """Of the evaluations on dev."""
    waited: int = 0
    """Evaluations since the best one."""
    tokens: int = 0
    """Trained so far."""
    solved: dict[str, float] = field(default_factory=dict)
    """Recent mean reward by family of questions."""


@dataclass(frozen=True)
class Checkpoint:
    progress: Progress
    trained: dict[str, Tensor]
    optimizer: dict[str, Any]
    reference: str
    """Digest of the reference."""
    source: str
    """The model that the planner started from."""
    torch_rng: Tensor


def digest(state: dict[str, Tensor]) -> str:
    """Of names and values, the same on every machine."""
    found = sha256()
    for name in sorted(state):
        value = state[name].detach().cpu().contiguous()
        found.update(f"{name} {value.dtype} {tuple(value.shape)}".encode())
        found.update(value.view(torch.uint8).numpy().tobytes())
    return found.hexdigest()


def save(folder: Path, checkpoint: Checkpoint, keep: int) -> Path:
    """Writes `folder/step-N` and drops all but the newest `keep`."""
    place = folder / f"step-{checkpoint.progress.step:05d}"
    replace_folder(folder / f"{place.name}{_UNFINISHED}", place, lambda beside: _write(beside, checkpoint))
    for old in complete(folder)[:-keep]:
        shutil.rmtree(old)
    return place


def replace_folder(beside: Path, place: Path, write: Callable[[Path], None]) -> None:
    """Lets `write` fill the folder `beside`, then puts it in its place in one move."""
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    write(beside)
    for path in (*beside.iterdir(), beside):
        _sync(path)
    shutil.rmtree(place, ignore_errors=True)
    beside.replace(place)
    _sync(place.parent)


def _write(beside: Path, checkpoint: Checkpoint) -> None:
    save_file(_own(checkpoint.trained), beside / "trained.safetensors")
    torch.save({"optimizer": checkpoint.optimizer, "rng": checkpoint.torch_rng}, beside / "optimizer.pt")
    state = {
        "format": FORMAT,
        "progress": asdict(checkpoint.progress),
        "reference": checkpoint.reference,
        "source": checkpoint.source,
        "trained": digest(checkpoint.trained),
    }
    (beside / "state.json").write_text(json.dumps(state, indent=1), encoding="utf-8")


def complete(folder: Path) -> list[Path]:
    """The checkpoints in a folder, oldest first."""
    return sorted(path for path in folder.glob("step-*") if path.suffix != _UNFINISHED)


def load(place: Path) -> Checkpoint:
    """Reads a checkpoint back. Raises `BadInput` for one that is damaged."""
    try:
        state = json.loads((place / "state.json").read_text(encoding="utf-8"))
        trained = load_file(place / "trained.safetensors")
        rest = torch.load(place / "optimizer.pt", weights_only=True)
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        raise BadInput(
            f"the checkpoint {place} cannot be read: {error}. Delete it to resume from the one before."
        ) from error
    if state.get("format") != FORMAT or state["trained"] != digest(trained):
        raise BadInput(
            f"the checkpoint {place} is damaged or of another version. Delete it to resume from the one before."
        )
    progress = Progress(
        **{one.name: state["progress"][one.name] for one in fields(Progress) if one.name in state["progress"]}
    )
    return Checkpoint(progress, trained, rest["optimizer"], state["reference"], state["source"], rest["rng"])


def save_tensors(path: Path, state: dict[str, Tensor]) -> None:
    """One file of tensors, whole or not there."""
    beside = path.with_name(f"{path.name}{_UNFINISHED}")
    save_file(_own(state), beside)
    _sync(beside)
    beside.replace(path)


def load_tensors(path: Path) -> dict[str, Tensor]:
    """Raises `BadInput` for a file that is missing or damaged."""
    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise BadInput(f"{path} cannot be read: {error}. It belongs to the run: begin a new one.") from error


def _own(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Tensors that share no memory, as the file format wants them."""
    return {name: value.detach().cpu().contiguous().clone() for name, value in state.items()}


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
