"""Training runs in processes of their own: one of several, or one that is killed as by a power cut. Imported by a fork
server."""

import os
import signal
from collections.abc import Callable
from typing import Any

import torch

from training import checkpoint
from training.config import Config
from training.rollout import Player
from training.trainer import Trainer


def run(config: Config, resume: bool, moment: str, count: int) -> None:
    """Runs to the end, or to the `count`th time that `moment` comes."""
    torch.set_num_threads(1)
    match moment:
        case "rollout":
            Player._settled = _deadly(Player._settled, count)  # type: ignore[method-assign]
        case "update":
            torch.optim.AdamW.step = _deadly(torch.optim.AdamW.step, count)  # type: ignore[method-assign]
        case "checkpoint":
            checkpoint._sync = _deadly(checkpoint._sync, count)
    Trainer(config, resume=resume).run()


def run_one_of(config: Config, rank: int, processes: int, port: int) -> None:
    """As a launcher starts it."""
    own = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": processes, "LOCAL_WORLD_SIZE": processes}
    os.environ |= {name: str(value) for name, value in own.items()}
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    torch.set_num_threads(1)
    Trainer(config).run()


def _deadly(function: Any, count: int) -> Callable[..., Any]:
    calls = 0

    def counted(*args: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == count:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **options)

    return counted
