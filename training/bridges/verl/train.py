"""Starts a training on verl: `python -m training.bridges.verl.train --config training/configs/qwen_7b.yaml`.

Needs verl (`pip install "verl>=0.9.1,<0.10"`) beside `requirements-train.txt` in an environment of its own.
UNTESTED beyond --dry-run, which only prints what verl would be told.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import yaml  # type: ignore[import-untyped]

from agentflow_core.errors import AgentFlowError
from training.bridges.verl.overrides import check, data_rows, overrides
from training.config import Config, load
from training.data import Task, read


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m training.bridges.verl.train",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--config", type=Path, required=True, help="YAML file, see training/configs")
    parser.add_argument("--gpus", type=int, default=8, help="of a node")
    parser.add_argument("--nodes", type=int, default=1)
    parser.add_argument("--verl", action="append", default=[], metavar="NAME=VALUE", help="any of verl's own settings")
    parser.add_argument("--dry-run", action="store_true", help="only print verl's settings")
    parser.add_argument("overrides", nargs="*", metavar="FIELD=VALUE", help="any field of ours, as section.field=value")
    return parser.parse_intermixed_args(argv)


def main(argv: Sequence[str]) -> None:
    options = arguments(argv)
    try:
        config = load(options.config, options.overrides)
        check(config)
        place = config.out / "config.yaml"
        train, dev = config.out / "verl-train.parquet", config.out / "verl-dev.parquet"
        settings = overrides(config, place, train, dev, gpus=options.gpus, nodes=options.nodes) + options.verl
        if options.dry_run:
            print("\n".join(settings))
            return
        _prepare(config, place, train, dev)
    except AgentFlowError as error:
        sys.exit(f"training stopped: {error}")
    _start(settings)


def _prepare(config: Config, place: Path, train: Path, dev: Path) -> None:
    config.out.mkdir(parents=True, exist_ok=True)
    place.write_text(yaml.safe_dump(config.model_dump(mode="json")), encoding="utf-8")
    _write(read(config.data.train), train)
    _write(read(config.data.dev)[: config.evaluation.questions], dev)


def _write(tasks: Sequence[Task], path: Path) -> None:
    import pyarrow  # type: ignore[import-untyped]
    import pyarrow.parquet  # type: ignore[import-untyped]

    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(data_rows(tasks)), path)


def _start(settings: Sequence[str]) -> None:
    from hydra import compose, initialize_config_module  # type: ignore[import-not-found]
    from verl.trainer.main_ppo import run_ppo  # type: ignore[import-not-found]
    from verl.trainer.ppo.utils import need_critic, need_reference_policy  # type: ignore[import-not-found]
    from verl.utils.config import validate_config  # type: ignore[import-not-found]
    from verl.utils.device import auto_set_device  # type: ignore[import-not-found]

    from training.bridges.verl.trainer import Runner

    with initialize_config_module("verl.trainer.config", version_base=None):
        config = compose("ppo_trainer", overrides=list(settings))
    auto_set_device(config)
    validate_config(config=config, use_reference_policy=need_reference_policy(config), use_critic=need_critic(config))
    run_ppo(config, task_runner_class=Runner)


if __name__ == "__main__":
    main(sys.argv[1:])
