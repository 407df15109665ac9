"""Trains a planner with Flow-GRPO, in the flow.

python -m training.train --config training/configs/pocket.yaml                  a laptop's CPU
python -m training.train --config training/configs/pocket.yaml --resume         after an interruption
python -m training.train --config training/configs/pocket.yaml steps=5 optimizer.lr=3e-5 out=runs/try
python -m training.train --config training/configs/qwen_0_5b_lora.yaml --dry-run
accelerate launch --num_processes 8 -m training.train --config training/configs/qwen_7b.yaml
"""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from agentflow_core.errors import AgentFlowError
from training.config import load


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m training.train", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--config", type=Path, required=True, help="YAML file, see training/configs")
    parser.add_argument("--resume", action="store_true", help="go on from the newest checkpoint of the run")
    parser.add_argument("--dry-run", action="store_true", help="only say what the run would take")
    parser.add_argument("overrides", nargs="*", metavar="FIELD=VALUE", help="any field, as section.field=value")
    return parser.parse_intermixed_args(argv)


def main(argv: Sequence[str]) -> None:
    options = arguments(argv)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        config = load(options.config, options.overrides)
        if options.dry_run:
            from training.plan import plan

            print(plan(config))
            return
        from training.trainer import Trainer

        Trainer(config, resume=options.resume).run()
    except AgentFlowError as error:
        sys.exit(f"training stopped: {error}")


if __name__ == "__main__":
    main(sys.argv[1:])
