"""Builds the Pocket base model from nothing: `python -m training.pocket.train [--recipe quick|best] [--out DIR]`.

Tokenizer; supervised training on invented worlds, which gives `DIR/competent`, a planner as good as its examples; a
short training that teaches it bad habits, which gives `DIR/base`: the untrained planner, and the other modules. Then
`training.pocket.planner` makes `DIR/planner` by Flow-GRPO. A model card lies beside them. Copy `base`, `planner` and
the card's files to `assets/pocket` to make them the embedded models.
"""

import argparse
import os
import shlex
import shutil
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch.multiprocessing.spawn import spawn
from transformers import AutoModelForCausalLM

from training.pocket import card, habits, sft
from training.pocket.model import Size
from training.pocket.real import real_names
from training.pocket.tokenizer import build
from training.pocket.traces import Mix


@dataclass(frozen=True)
class Length:
    """How long to train, and on how many tokens a step."""

    tokens: int
    step_tokens: int


RECIPES = {"quick": Length(13_000_000, 6144), "best": Length(180_000_000, 24_576)}
HABITS, HABIT_RATE = Length(1_200_000, 6144), 1.2e-3
CPU_PROCESSES = 2
GPU_WORKERS = 15
"""A fixed number: which worlds are met depends on it."""
SIZES = {"usual": Size(), "small": Size(width=128, layers=4, heads=4, hidden=352)}
"""`small` shows whether the gain holds there; copying needs a width of three heads or more, so its heads are narrow."""


def arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.pocket.train", description=__doc__)
    parser.add_argument("--recipe", choices=tuple(RECIPES), default="quick", help="how long to train")
    parser.add_argument("--out", type=Path, default=Path("runs/pocket"), help="folder to write")
    parser.add_argument("--tokens", type=int, default=None, help="tokens to train on (default: the recipe's)")
    parser.add_argument("--step-tokens", type=int, default=None, help="tokens of each step (default: the recipe's)")
    parser.add_argument("--habit-tokens", type=int, default=HABITS.tokens, help="tokens that teach bad habits")
    parser.add_argument("--start", type=Path, default=None, help="go on from the planner in this folder")
    parser.add_argument("--resume", action="store_true", help="go on where an earlier training in --out ended")
    parser.add_argument("--rate", type=float, default=sft.Recipe.rate, help="highest learning rate")
    parser.add_argument("--size", choices=tuple(SIZES), default="usual")
    parser.add_argument("--seed", type=int, default=sft.Recipe.seed)
    there = "cuda" if torch.cuda.is_available() else "cpu"
    parser.add_argument(
        "--device", choices=("cpu", "cuda"), default=there, help=f"default: {there}, seen on this machine"
    )
    parser.add_argument("--processes", type=int, help=f"how many train together (default: {CPU_PROCESSES}; a GPU: 1)")
    parser.add_argument(
        "--workers", type=int, help=f"how many make batches for each that trains (default: 0; a GPU: {GPU_WORKERS})"
    )
    parser.add_argument("--report-seconds", type=float, default=sft.Recipe.report_seconds, help="pause between reports")
    options = parser.parse_args(argv)
    gpu = options.device != "cpu"
    if options.processes is None:
        options.processes = 1 if gpu else CPU_PROCESSES
    if options.workers is None:
        options.workers = GPU_WORKERS if gpu else 0
    if options.processes < 1 or options.workers < 0:
        parser.error(f"--processes {options.processes} --workers {options.workers}: at least 1 and 0 are needed.")
    if gpu and options.processes > 1:
        parser.error(f"--processes {options.processes}: on a GPU one process trains; --workers says how many feed it.")
    return options


def main(argv: list[str]) -> None:
    options = arguments(argv)
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    competent, base = options.out / "competent", options.out / "base"
    tokenizer_file = competent / "tokenizer.json"
    competence, habit = recipes(options, competent)
    competent.mkdir(parents=True, exist_ok=True)
    if options.resume and tokenizer_file.exists():
        pass
    elif options.start:
        shutil.copy(options.start / tokenizer_file.name, tokenizer_file)
    else:
        build(competence.seed, forbidden=competence.forbidden).save(str(tokenizer_file))
        print(f"tokenizer written; {len(competence.forbidden)} real names are never generated", flush=True)
    _run(competence, tokenizer_file, competent)
    base.mkdir(parents=True, exist_ok=True)
    shutil.copy(tokenizer_file, base / tokenizer_file.name)
    _run(habit, base / tokenizer_file.name, base)
    parameters = sum(weight.numel() for weight in AutoModelForCausalLM.from_pretrained(base).parameters())
    device = "a CPU" if options.device == "cpu" else f"a GPU ({torch.cuda.get_device_name()})"
    used = (command(options, competence), device, competence.tokens, habit.tokens)
    card.save(options.out, card.Training(*used, parameters, "not made yet, `python -m training.pocket.planner` does."))
    card.write(options.out)


def command(options: argparse.Namespace, recipe: sft.Recipe) -> str:
    """What makes the same model, whatever the recipes are by then; on a GPU not in the last digits."""
    decides = {
        "start": options.start,
        "size": options.size,
        "tokens": recipe.tokens,
        "step-tokens": recipe.batch_tokens * recipe.processes,
        "habit-tokens": options.habit_tokens,
        "rate": recipe.rate,
        "seed": recipe.seed,
        "device": recipe.device,
        "processes": recipe.processes,
        "workers": recipe.workers,
    }
    given = [f"--{name}={value}" for name, value in decides.items() if value is not None]
    return shlex.join(["python", "-m", "training.pocket.train", *given])


def recipes(options: argparse.Namespace, competent: Path) -> tuple[sft.Recipe, sft.Recipe]:
    """The long training that makes the model competent, and the short one that gives its planner habits."""
    length = RECIPES[options.recipe]
    competence = sft.Recipe(
        tokens=options.tokens or length.tokens,
        batch_tokens=(options.step_tokens or length.step_tokens) // options.processes,
        seed=options.seed,
        processes=options.processes,
        device=options.device,
        workers=options.workers,
        report_seconds=options.report_seconds,
        rate=options.rate,
        size=SIZES[options.size],
        start=options.start,
        resume=options.resume,
        forbidden=real_names(),
    )
    habit = replace(
        competence,
        tokens=options.habit_tokens,
        batch_tokens=HABITS.step_tokens // options.processes,
        seed=options.seed + 1000,
        rate=HABIT_RATE,
        mix=Mix(drills=0.3, habits=habits.TAUGHT),
        start=competent,
    )
    return competence, habit


def _run(recipe: sft.Recipe, tokenizer_file: Path, out: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        parts = (recipe, tokenizer_file, out, Path(folder) / "rendezvous")
        if recipe.processes > 1:
            spawn(sft.run, parts, nprocs=recipe.processes)  # type: ignore[no-untyped-call]
        else:
            sft.run(0, *parts)


if __name__ == "__main__":
    main(sys.argv[1:])
