"""Builds the Pocket model from nothing: `python -m training.pocket.train [--out DIR]`.

Tokenizer, supervised training on invented worlds, and a folder with weights, tokenizer and a model card.
Copy it to `assets/pocket/base` to make it the embedded model. About 40 minutes on two quiet cores.
"""

import argparse
import os
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from torch.multiprocessing.spawn import spawn

from training.pocket import card, sft
from training.pocket.questions import FAMILIES, WEIGHTS
from training.pocket.real import real_names
from training.pocket.tokenizer import build
from training.pocket.traces import Mix

POLISH_RATE = 1e-3
POLISH_WEIGHTS = {"look1": 4.0, "talk": 2.5, "unknown": 9.0}


def arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.pocket.train", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("runs/pocket"), help="folder to write")
    parser.add_argument("--tokens", type=int, default=sft.Recipe.tokens, help="tokens to train on")
    parser.add_argument(
        "--polish-tokens", type=int, default=0, help="tokens of a second phase (see `recipes`), 0: none"
    )
    parser.add_argument("--start", type=Path, default=None, help="only the second phase, from the model in this folder")
    parser.add_argument("--seed", type=int, default=sft.Recipe.seed)
    parser.add_argument("--processes", type=int, default=sft.Recipe.processes)
    parser.add_argument("--report-seconds", type=float, default=sft.Recipe.report_seconds, help="pause between reports")
    return parser.parse_args(argv)


def main(argv: list[str]) -> None:
    options = arguments(argv)
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    options.out.mkdir(parents=True, exist_ok=True)
    first, polish = recipes(options)
    tokenizer_file = options.out / "tokenizer.json"
    if options.start is None:
        build(first.seed, forbidden=first.forbidden).save(str(tokenizer_file))
        print(f"tokenizer written; {len(first.forbidden)} real names are never generated", flush=True)
        _run(first, tokenizer_file, options.out)
    else:
        shutil.copy(options.start / tokenizer_file.name, tokenizer_file)
    if polish.tokens:
        _run(polish, tokenizer_file, options.out)
    card.write(options.out, card.Training(options.seed, options.processes, first.tokens, polish.tokens))


def recipes(options: argparse.Namespace) -> tuple[sft.Recipe, sft.Recipe]:
    """The long first phase, and a short second one at a low rate with more of what came too seldom in the first.

    The base generator's replies are the only thing the model must know by heart, and small talk is short: in the first
    phase it sees each reply only a few hundred times. And seeing that an article does not say what is asked takes more
    examples than finding what it says. Off unless asked for: measured, it mended that and cost the answerable families.
    """
    first = sft.Recipe(
        tokens=options.tokens,
        seed=options.seed,
        processes=options.processes,
        report_seconds=options.report_seconds,
        forbidden=real_names(),
    )
    weights = tuple(POLISH_WEIGHTS.get(family, weight) for family, weight in zip(FAMILIES, WEIGHTS, strict=True))
    polish = replace(
        first,
        tokens=options.polish_tokens,
        seed=options.seed + 1000,
        rate=POLISH_RATE,
        mix=Mix(drills=0.25, weights=weights),
        start=options.start or options.out,
    )
    return first, polish


def _run(recipe: sft.Recipe, tokenizer_file: Path, out: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        parts = (recipe, tokenizer_file, out, Path(folder) / "rendezvous")
        if recipe.processes > 1:
            spawn(sft.run, parts, nprocs=recipe.processes)  # type: ignore[no-untyped-call]
        else:
            sft.run(0, *parts)


if __name__ == "__main__":
    main(sys.argv[1:])
