"""Measures the committed models for their card: `python -m training.pocket.measure [--only NAME ...]`.

Each entry is a call of `training.evaluate`; what it gives is stored in `assets/pocket/figures.json` under its name as
soon as it is there, and the card is written again. About half an hour on two cores.
"""

import argparse
import asyncio
import json
import sys
from typing import Any

from training import evaluate
from training.pocket import card, splits

MEASURED = {
    "real, base": "--split real --limit 2500 --seed 1 --planner pocket:base",
    "real, base, T=0.7": "--split real --limit 2500 --seed 1 --planner pocket:base --temperature 0.7",
    "real, planner": "--split real --limit 2500 --seed 1",
    "real, planner, T=0.7": "--split real --limit 2500 --seed 1 --temperature 0.7",
    "real, oracle": "--split real --limit 2500 --seed 1 --planner oracle",
    "real, planner, 100 others": "--split real --limit 100 --seed 2",
    "held, planner": "--split held --limit 300 --seed 1",
    "held articles, planner": "--split held-articles --limit 300 --seed 1",
    "own, planner": "--split own --limit 100 --seed 1",
    "dev, base": "--split dev --limit 220 --seed 1 --planner pocket:base",
    "dev, base, T=0.7": "--split dev --limit 110 --seed 1 --planner pocket:base --temperature 0.7 --samples 8",
    "dev, planner": "--split dev --limit 220 --seed 1",
    "dev, oracle": "--split dev --limit 220 --seed 1 --planner oracle",
    "dev, planner, T=0.7": "--split dev --limit 220 --seed 1 --temperature 0.7",
}


def measured(name: str) -> dict[str, Any]:
    """What the evaluation of this name gives now."""
    options = evaluate.arguments(MEASURED[name].split())
    split = splits.load(options.split, options.limit, options.seed)
    outcomes = asyncio.run(evaluate.evaluate(options, split))
    return evaluate.figures(options, split, outcomes) | {"command": f"python -m training.evaluate {MEASURED[name]}"}


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m training.pocket.measure", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=tuple(MEASURED), default=tuple(MEASURED), metavar="NAME")
    path = card.POCKET / card.FIGURES
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for name in parser.parse_args(argv).only:
        known[name] = measured(name)
        if lost := known[name]["infrastructure_failures"]:
            sys.exit(f"{name}: {lost} flows were lost to infrastructure; nothing was stored for it.")
        ordered = {one: known[one] for one in MEASURED if one in known}
        path.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")
        card.write(card.POCKET)
        print(f"{name}: {known[name]['accuracy']:.3f} of {known[name]['n']}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
