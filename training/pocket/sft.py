"""Supervised training of the Pocket model on oracle traces: every module in one pass, loss only on completions.

On a CPU two single-thread processes with averaged gradients, because on a busy two-core machine they beat two threads;
on a GPU one process that trains and others that make its batches. Muon for the matrices, AdamW for the rest. Everything
follows from the seed and the token budget, nothing from wall time. An interrupted training goes on from its last
report, on other batches than it would have seen.
"""

import random
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch.utils.data import DataLoader, IterableDataset, get_worker_info
from transformers import Qwen2ForCausalLM

from agentflow_core.prompts.pocket import END
from training.pocket.habits import NONE
from training.pocket.model import Size, make, target_logits, untied
from training.pocket.muon import Muon
from training.pocket.names import Pieces
from training.pocket.tokenizer import PAD, pieces, wrapped
from training.pocket.traces import CLEAN, ROLES, Mix, Row, encode, transcripts
from training.pocket.world import invent

LONGEST = 992
LENGTH_STEP = 32
VALIDATION_SEED = 900_001
_QUICK_BF16 = torch.backends.cpu.get_cpu_capability().startswith("AVX512")
"""Without these instructions bfloat16 is emulated: measured at a tenth of float32's speed."""


@dataclass(frozen=True)
class Recipe:
    """All that decides the result of a training run."""

    tokens: int = 13_000_000
    seed: int = 1
    processes: int = 2
    device: str = "cpu"
    workers: int = 0
    """How many processes make batches for each that trains; 0: it makes them itself, when it needs them."""
    batch_tokens: int = 3072
    rate: float = 4e-3
    warmup_steps: int = 60
    mix: Mix = field(default_factory=lambda: Mix(drills=0.52))
    per_world: int = 120
    size: Size = field(default_factory=Size)
    report_seconds: float = 150.0
    validation_rows: int = 200
    forbidden: frozenset[str] = frozenset()
    start: Path | None = None
    """A folder whose weights to go on from; None for a new model."""
    resume: bool = False
    """Go on from the last report of an interrupted run in the same folder, where there is one."""


def filled(length: int) -> int:
    """The length that rows of this length are padded to: few shapes, as kernels are cached for every one."""
    return -(-length // LENGTH_STEP) * LENGTH_STEP


def batch(rows: list[Row]) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids and roles [B, T], padded on the right with zeros (the padding token, no role)."""
    longest = filled(max(len(row.ids) for row in rows))
    padded = [[part + [0] * (longest - len(part)) for part in (row.ids, row.roles)] for row in rows]
    ids_BT, roles_BT = (torch.tensor([pair[i] for pair in padded]) for i in (0, 1))
    return ids_BT, roles_BT


def batches(recipe: Recipe, tokenizer: Tokenizer, source: int, step: int = 0) -> Iterator[list[Row]]:
    """Endless batches of about `batch_tokens`, each of rows of one padded length, from worlds never used again: others
    for every `source` and every `step` that a training starts at.

    A batch is made when it is needed, so that no process waits long for another that makes many at once.
    """
    words = pieces(tokenizer)
    rng = random.Random(f"batches {recipe.seed} {source}" + (f" from {step}" if step else ""))
    waiting: defaultdict[int, list[Row]] = defaultdict(list)
    while True:
        world = invent(rng.randrange(2**40), words, recipe.forbidden)
        for segments in transcripts(world, rng, recipe.per_world, recipe.mix):
            row = encode(segments, tokenizer)
            length = filled(len(row.ids))
            if length > LONGEST:
                continue
            waiting[length].append(row)
            if len(waiting[length]) >= recipe.batch_tokens // length:
                yield waiting.pop(length)


class _Batches(IterableDataset[tuple[torch.Tensor, torch.Tensor]]):
    """`batches` as tensors on the CPU, from this process or, under a `DataLoader`, from each of its workers."""

    def __init__(self, recipe: Recipe, tokenizer: Tokenizer, rank: int, step: int) -> None:
        self._recipe, self._tokenizer, self._rank, self._step = recipe, tokenizer, rank, step

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        worker = get_worker_info()
        source = self._rank + self._recipe.processes * (worker.id if worker else 0)
        return map(batch, batches(self._recipe, self._tokenizer, source, self._step))


def validation(recipe: Recipe, tokenizer: Tokenizer, words: Pieces, held: bool = False) -> list[Row]:
    """Clean traces from worlds that training does not draw, without drills."""
    rng = random.Random("validation")
    rows: list[Row] = []
    for number in range(5):
        world = invent(VALIDATION_SEED + number, words, recipe.forbidden, held=held)
        made = transcripts(world, rng, recipe.validation_rows // 5, Mix(noise=CLEAN, habits=NONE))
        rows += [row for row in (encode(segments, tokenizer) for segments in made) if len(row.ids) <= LONGEST]
    return sorted(rows, key=lambda row: len(row.ids))


@torch.no_grad()
def measure(model: Qwen2ForCausalLM, rows: list[Row]) -> dict[str, float]:
    """Share of completions that greedy decoding would write exactly, given a right transcript before, by module."""
    model.train(False)
    right, seen = dict.fromkeys(ROLES, 0), dict.fromkeys(ROLES, 0)
    for start in range(0, len(rows), 20):
        group = rows[start : start + 20]
        ids_BT, roles_BT = (part.to(model.device) for part in batch(group))
        guesses = target_logits(model, ids_BT, roles_BT > 0).argmax(-1)
        wrong_BT = torch.zeros_like(roles_BT, dtype=torch.bool)
        wrong_BT[:, 1:][roles_BT[:, 1:] > 0] = guesses != ids_BT[:, 1:][roles_BT[:, 1:] > 0]
        for row, wrong in zip(group, wrong_BT.tolist(), strict=True):
            for role, begin, end in spans(row.roles):
                seen[role] += 1
                right[role] += not any(wrong[begin:end])
    model.train()
    return {role: right[role] / seen[role] for role in ROLES if seen[role]}


def spans(roles: list[int]) -> Iterator[tuple[str, int, int]]:
    """Each completion of a row as (role, begin, end)."""
    begin = 0
    for place in range(1, len(roles) + 1):
        if place == len(roles) or roles[place] != roles[begin]:
            if roles[begin]:
                yield ROLES[roles[begin] - 1], begin, place
            begin = place


def _optimizers(model: Qwen2ForCausalLM, rate: float) -> list[torch.optim.Optimizer]:
    matrices = [p for name, p in model.named_parameters() if p.dim() > 1 and "embed" not in name]
    others = [p for name, p in model.named_parameters() if p.dim() < 2 or "embed" in name]
    return [
        Muon(matrices, lr=rate),
        torch.optim.AdamW(others, lr=rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True),
    ]


def _average_gradients(parameters: list[torch.nn.Parameter], targets: int, processes: int) -> int:
    """Sums loss gradients and target counts over processes and divides: every target weighs the same."""
    grads = [p.grad.reshape(-1) for p in parameters if p.grad is not None]
    flat = torch.cat([*grads, grads[0].new_tensor([float(targets)])])
    if processes > 1:
        dist.all_reduce(flat)
    total = int(flat[-1].item())
    offset = 0
    for p in parameters:
        if p.grad is not None:
            p.grad.copy_(flat[offset : offset + p.numel()].view_as(p) / total)
            offset += p.numel()
    return total


def _first_model(recipe: Recipe, tokenizer: Tokenizer) -> Qwen2ForCausalLM:
    if recipe.start:
        model: Qwen2ForCausalLM = Qwen2ForCausalLM.from_pretrained(
            recipe.start, dtype=torch.float32, tie_word_embeddings=True
        )
        return model
    ids = tokenizer.get_vocab()
    return make(len(ids), ids[END], ids[PAD], recipe.size, recipe.seed)


def save(model: Qwen2ForCausalLM, tokenizer: Tokenizer, out: Path) -> None:
    """Writes a folder that AutoModelForCausalLM and AutoTokenizer load."""
    untied(model).save_pretrained(out)
    wrapped(tokenizer).save_pretrained(out)


def rate_at(recipe: Recipe, step: int, tokens: int) -> float:
    """Share of the full rate: linear warm-up, flat to 30% of the budget, then linearly down to 2%."""
    return min(1.0, (step + 1) / recipe.warmup_steps) * max(0.02, min(1.0, (1 - tokens / recipe.tokens) / 0.7))


def run(rank: int, recipe: Recipe, tokenizer_file: Path, out: Path, rendezvous: Path | None = None) -> list[float]:
    """One process of the training; returns the loss of each step. Rank 0 reports and saves."""
    torch.set_num_threads(1)
    if recipe.processes > 1:
        dist.init_process_group("gloo", f"file://{rendezvous}", rank=rank, world_size=recipe.processes)
    tokenizer = Tokenizer.from_file(str(tokenizer_file))
    model = _first_model(recipe, tokenizer)
    model.to(torch.device(recipe.device))  # type: ignore[arg-type]  # transformers' wrapper hides torch's signature
    parameters, optimizers = list(model.parameters()), _optimizers(model, recipe.rate)
    rows = validation(recipe, tokenizer, pieces(tokenizer)) if rank == 0 else []
    losses: list[float] = []
    tokens, first = 0, 0
    if recipe.resume and progress(out).exists():
        first, tokens = _restore(progress(out), model, optimizers)
        if rank == 0:
            print(f"{out}: goes on after step {first}, {tokens / 1e6:.2f}M tokens", flush=True)
        if tokens >= recipe.tokens:
            return losses
    before, started, reported = tokens, time.time(), time.time()
    model.train()
    made = DataLoader(_Batches(recipe, tokenizer, rank, first), batch_size=None, num_workers=recipe.workers)
    for step, (ids_made, roles_made) in enumerate(made, first):
        for optimizer in optimizers:
            optimizer.param_groups[0]["lr"] = recipe.rate * rate_at(recipe, step, tokens)
        ids_BT, roles_BT = ids_made.to(recipe.device), roles_made.to(recipe.device)
        with torch.autocast(recipe.device, torch.bfloat16, enabled=recipe.device != "cpu" or _QUICK_BF16):
            logits = target_logits(model, ids_BT, roles_BT > 0)
        targets = ids_BT[:, 1:][roles_BT[:, 1:] > 0]
        loss = F.cross_entropy(logits.float(), targets, reduction="sum")
        torch.autograd.backward(loss)
        _average_gradients(parameters, len(targets), recipe.processes)
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad()
        losses.append(loss.item() / len(targets))
        tokens += _summed(int(ids_made.count_nonzero()), recipe.processes)
        done = tokens >= recipe.tokens
        if rank == 0 and (done or time.time() - reported > recipe.report_seconds or step == 20):
            seconds = time.time() - started
            _report(model, rows, losses, step + 1, tokens, recipe, (tokens - before) / seconds)
            save(model, tokenizer, out)
            _keep(progress(out), model, optimizers, step + 1, tokens)
            reported = time.time()
        if done:
            break
    if recipe.processes > 1:
        dist.destroy_process_group()
    return losses


def _summed(count: int, processes: int) -> int:
    total = torch.tensor([count])
    if processes > 1:
        dist.all_reduce(total)
    return int(total.item())


def progress(out: Path) -> Path:
    """The file beside a model's folder that holds what is needed to go on with its training."""
    return out.with_name(f"{out.name}.progress.pt")


def _keep(file: Path, model: Qwen2ForCausalLM, optimizers: list[torch.optim.Optimizer], step: int, tokens: int) -> None:
    state = {
        "step": step,
        "tokens": tokens,
        "model": model.state_dict(),
        "optimizers": [o.state_dict() for o in optimizers],
    }
    beside = file.with_suffix(".unfinished")
    torch.save(state, beside)
    beside.replace(file)


def _restore(file: Path, model: Qwen2ForCausalLM, optimizers: list[torch.optim.Optimizer]) -> tuple[int, int]:
    """Returns the steps and tokens that are behind."""
    state: dict[str, Any] = torch.load(file, weights_only=True)
    model.load_state_dict(state["model"])
    for optimizer, kept in zip(optimizers, state["optimizers"], strict=True):
        optimizer.load_state_dict(kept)
    return state["step"], state["tokens"]


def _report(
    model: Qwen2ForCausalLM, rows: list[Row], losses: list[float], step: int, tokens: int, recipe: Recipe, speed: float
) -> None:
    """`speed` is in tokens per second."""
    scores = " ".join(f"{role} {score:.3f}" for role, score in measure(model, rows).items())
    recent = losses[-50:]
    left = max(0, recipe.tokens - tokens) / speed
    print(
        f"step {step} tokens {tokens / 1e6:.2f}M {speed:.0f}/s"
        f" loss {sum(recent) / len(recent):.4f} exact: {scores} left {left / 60:.0f} min",
        flush=True,
    )
