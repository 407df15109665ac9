"""Supervised training on a toy: the loss falls, every target weighs the same, and the seed decides."""

import shutil
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer
from torch.utils.data import DataLoader
from transformers import AutoModelForCausalLM, AutoTokenizer

from training.pocket import sft
from training.pocket.model import Size, make, target_logits
from training.pocket.tokenizer import build
from training.pocket.traces import Row

TOY = sft.Recipe(
    tokens=30_000,
    processes=1,
    batch_tokens=1500,
    warmup_steps=3,
    per_world=10,
    size=Size(width=64, layers=2, heads=2, hidden=64),
    report_seconds=1e9,
    validation_rows=10,
)


@pytest.fixture(scope="module")
def tokenizer_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    build(seed=3, size=400, traces=120, names=500).save(str(path))
    return path


def test_the_loss_falls_and_the_folder_loads(tokenizer_file: Path, tmp_path: Path) -> None:
    losses = sft.run(0, TOY, tokenizer_file, tmp_path)
    assert len(losses) > 10
    assert max(losses[-5:]) < 0.85 * losses[0]
    tokenizer = AutoTokenizer.from_pretrained(tmp_path)
    model = AutoModelForCausalLM.from_pretrained(tmp_path)
    assert model.config.agentflow_dialect == "pocket"
    assert len(tokenizer) == model.config.vocab_size


def test_the_seed_decides(tokenizer_file: Path, tmp_path: Path) -> None:
    short = replace(TOY, tokens=4_000)
    first, again = (sft.run(0, short, tokenizer_file, tmp_path) for _ in range(2))
    assert first == again
    assert first != sft.run(0, replace(short, seed=2), tokenizer_file, tmp_path)


def test_an_interrupted_training_goes_on_from_its_last_report(
    tokenizer_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = replace(TOY, tokens=15_000, report_seconds=0.0, resume=True)
    whole = sft.run(0, recipe, tokenizer_file, tmp_path / "whole")
    keep, made = sft._keep, sft.batches

    def interrupted(file: Path, *progress: Any) -> None:
        keep(file, *progress)
        if progress[2] == 6:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sft, "_keep", interrupted)
        with pytest.raises(KeyboardInterrupt):
            sft.run(0, recipe, tokenizer_file, tmp_path / "cut")
    shutil.copy(sft.progress(tmp_path / "cut"), sft.progress(tmp_path / "same"))

    rest = sft.run(0, recipe, tokenizer_file, tmp_path / "cut")
    assert abs(len(rest) + 6 - len(whole)) <= 2
    assert rest[0] < whole[0]
    assert sft.run(0, recipe, tokenizer_file, tmp_path / "cut") == [], "it is done"

    monkeypatch.setattr(sft, "batches", lambda *given: islice(made(*given[:3]), given[3], None))
    assert sft.run(0, recipe, tokenizer_file, tmp_path / "same") == whole[6:], "all but the batches is as it was"


def test_each_worker_makes_batches_from_worlds_of_its_own(tokenizer_file: Path) -> None:
    recipe, tokenizer = replace(TOY, workers=2), Tokenizer.from_file(str(tokenizer_file))
    loader = DataLoader(sft._Batches(recipe, tokenizer, rank=0, step=0), batch_size=None, num_workers=recipe.workers)
    sources = [map(sft.batch, sft.batches(recipe, tokenizer, source)) for source in (0, 1)]
    turns = [next(source) for _ in range(3) for source in sources]
    assert not torch.equal(turns[0][0], turns[1][0])
    for (ids_BT, roles_BT), (own_ids_BT, own_roles_BT) in zip(islice(loader, len(turns)), turns, strict=True):
        assert torch.equal(ids_BT, own_ids_BT) and torch.equal(roles_BT, own_roles_BT)


def test_targets_are_predicted_from_the_tokens_before_them() -> None:
    model = make(50, end=1, pad=0, size=TOY.size, seed=1)
    rows = [Row([2, 7, 8, 9], [0, 0, 1, 1]), Row([2, 7, 8], [0, 1, 0])]
    ids_BT, roles_BT = sft.batch(rows)
    logits = target_logits(model, ids_BT, roles_BT > 0)
    whole = model(input_ids=torch.tensor([rows[0].ids])).logits[0]
    assert logits.shape == (3, 50)
    assert torch.allclose(logits[:2], whole[[1, 2]], atol=1e-4)


def test_the_rate_warms_up_and_decays() -> None:
    recipe = replace(TOY, tokens=1000, warmup_steps=10)
    assert sft.rate_at(recipe, 0, 0) == pytest.approx(0.1)
    assert sft.rate_at(recipe, 50, 300) == pytest.approx(1.0)
    assert sft.rate_at(recipe, 90, 650) == pytest.approx(0.5)
    assert sft.rate_at(recipe, 99, 1000) == pytest.approx(0.02)


def test_training_meets_few_tensor_shapes(tokenizer_file: Path) -> None:
    """Kernels are cached by shape: with a shape for every batch, memory grows without end."""
    recipe = replace(TOY, batch_tokens=1000)
    groups = islice(sft.batches(recipe, Tokenizer.from_file(str(tokenizer_file)), source=0), 120)
    shapes = {tuple(sft.batch(rows)[0].shape) for rows in groups}
    assert len({length for _, length in shapes}) == len(shapes) > 3
    assert all(length % sft.LENGTH_STEP == 0 and rows * length <= 1000 for rows, length in shapes)


def test_the_output_layer_is_saved_apart_and_shared_in_training(tokenizer_file: Path, tmp_path: Path) -> None:
    short = replace(TOY, tokens=4_000)
    sft.run(0, short, tokenizer_file, tmp_path)
    saved = AutoModelForCausalLM.from_pretrained(tmp_path)
    assert not saved.config.tie_word_embeddings
    assert saved.lm_head.weight.data_ptr() != saved.model.embed_tokens.weight.data_ptr()
    assert torch.equal(saved.lm_head.weight, saved.model.embed_tokens.weight)
    sft.run(0, replace(short, start=tmp_path), tokenizer_file, tmp_path)
    again = AutoModelForCausalLM.from_pretrained(tmp_path)
    assert torch.equal(again.lm_head.weight, again.model.embed_tokens.weight)
    assert not torch.equal(again.lm_head.weight, saved.lm_head.weight)


def test_spans_are_runs_of_one_role() -> None:
    assert list(sft.spans([0, 1, 1, 0, 2, 2, 1])) == [("ana", 1, 3), ("plan", 4, 6), ("ana", 6, 7)]
