"""The last step of `make train-pocket`: Flow-GRPO makes the planner of the base, by the committed config and seed.

python -m training.pocket.planner DIR [FIELD=VALUE ...]     DIR/base to DIR/planner; goes on where it was interrupted
torchrun --standalone --nproc-per-node 2 -m training.pocket.planner DIR      the same by two processes

All roles of its flows are played by DIR/base. The run, DIR/flow-grpo, is one like any other: the page and
`training.report` show it.
"""

import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from agentflow_core.errors import AgentFlowError
from training import checkpoint
from training.config import Config, load
from training.pocket import card

CONFIG = Path(__file__).parents[1] / "configs" / "pocket.yaml"


def config(folder: Path, overrides: Sequence[str] = ()) -> Config:
    """The committed one, on the models of this folder."""
    base = folder / "base"
    frozen = [f"frozen.{role}=transformers:{base}" for role in ("executor", "verifier", "generator")]
    return load(CONFIG, [f"planner.model={base}", *frozen, f"out={folder / 'flow-grpo'}", *overrides])


def learn(folder: Path, overrides: Sequence[str] = ()) -> None:
    """Trains, puts the best planner by dev in its place and says in the card how it came about."""
    from training.trainer import Trainer  # what it needs is not needed to build the base

    settings = config(folder, overrides)
    trainer = Trainer(settings, resume=bool(checkpoint.complete(settings.out / "checkpoints")))
    trainer.run()
    if not trainer.is_main:
        return

    def copy(beside: Path) -> None:
        shutil.copytree(settings.out / "planner", beside, dirs_exist_ok=True)

    checkpoint.replace_folder(folder / "planner.unfinished", folder / "planner", copy)
    training = card.Training(**json.loads((folder / card.TRAINING).read_text(encoding="utf-8")))
    card.save(folder, replace(training, planner=told(settings, trainer.progress)))
    card.write(folder)


def told(settings: Config, progress: checkpoint.Progress) -> str:
    """How the planner came about."""
    rollout = settings.rollout
    best = f", the best by dev after step {progress.best_step}" if settings.evaluation.every else ""
    return (
        f"`base` after Flow-GRPO (`training/configs/pocket.yaml`, seed {settings.seed}): {progress.step} steps of "
        f"{rollout.questions} questions x {rollout.flows} flows{best}."
    )


def main(argv: Sequence[str]) -> None:
    if not argv:
        sys.exit(__doc__)
    try:
        learn(Path(argv[0]), argv[1:])
    except AgentFlowError as error:
        sys.exit(f"training stopped: {error}")


if __name__ == "__main__":
    main(sys.argv[1:])
