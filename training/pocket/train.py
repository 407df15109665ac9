"""Builds the Pocket model from nothing: `python -m training.pocket.train [--out DIR]`.

Tokenizer, then supervised training on invented worlds, then a folder with weights, tokenizer and a model card. Copy it
to `assets/pocket/base` to make it the embedded model. About 40 minutes on two quiet cores.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from torch.multiprocessing.spawn import spawn

from training.pocket import card, sft
from training.pocket.real import real_names
from training.pocket.tokenizer import build


def arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.pocket.train", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("runs/pocket"), help="folder to write")
    parser.add_argument("--tokens", type=int, default=sft.Recipe.tokens, help="tokens to train on")
    parser.add_argument("--seed", type=int, default=sft.Recipe.seed)
    parser.add_argument("--processes", type=int, default=sft.Recipe.processes)
    parser.add_argument("--report-seconds", type=float, default=sft.Recipe.report_seconds, help="pause between reports")
    return parser.parse_args(argv)


def main(argv: list[str]) -> None:
    options = arguments(argv)
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    options.out.mkdir(parents=True, exist_ok=True)
    recipe = sft.Recipe(
        tokens=options.tokens,
        seed=options.seed,
        processes=options.processes,
        report_seconds=options.report_seconds,
        forbidden=real_names(),
    )
    tokenizer_file = options.out / "tokenizer.json"
    build(recipe.seed, forbidden=recipe.forbidden).save(str(tokenizer_file))
    print(f"tokenizer written to {tokenizer_file}; {len(recipe.forbidden)} real names are never generated", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        parts = (recipe, tokenizer_file, options.out, Path(folder) / "rendezvous")
        if recipe.processes > 1:
            spawn(sft.run, parts, nprocs=recipe.processes)  # type: ignore[no-untyped-call]
        else:
            sft.run(0, *parts)
    card.write(options.out, recipe)


if __name__ == "__main__":
    main(sys.argv[1:])
