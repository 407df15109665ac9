"""A short run of the real training: the modules begin to write exactly what they should.

Everything but the length is what `make train-pocket` does: tokenizer, worlds, traces, two processes, optimizers.
"""

from dataclasses import replace
from pathlib import Path

from tokenizers import Tokenizer
from torch.multiprocessing.spawn import spawn
from transformers import AutoModelForCausalLM

from training.pocket import sft
from training.pocket.real import real_names
from training.pocket.tokenizer import build, pieces

RECIPE = sft.Recipe(tokens=1_100_000, warmup_steps=30, report_seconds=1e9, validation_rows=60)


def test_a_toy_learns_to_copy_in_minutes(tmp_path: Path) -> None:
    recipe = replace(RECIPE, forbidden=real_names())
    file = tmp_path / "tokenizer.json"
    build(seed=1, size=1024, traces=600, names=4000, forbidden=recipe.forbidden).save(str(file))
    tokenizer = Tokenizer.from_file(str(file))
    rows = sft.validation(recipe, tokenizer, pieces(tokenizer))

    first = tmp_path / "first"
    sft.run(0, replace(recipe, tokens=1, processes=1), file, first)
    before = sft.measure(AutoModelForCausalLM.from_pretrained(first), rows)
    spawn(sft.run, (recipe, file, tmp_path / "toy", tmp_path / "rendezvous"), nprocs=recipe.processes)
    after = sft.measure(AutoModelForCausalLM.from_pretrained(tmp_path / "toy"), rows)

    assert max(before[role] for role in ("plan", "cmd", "ans")) < 0.02
    assert after["cmd"] > 0.3
    assert after["plan"] > 0.1
