"""One batch, one gradient: however it is cut into micro-batches, merged into rows, or spread over processes."""

import os
import random
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.training.toys import planner, policy_of, rollouts
from training.config import Lora, Optimizer
from training.flow_grpo import Action, Objective, Sample, assign
from training.packing import Row, micro_batches, rows
from training.policy import Policy
from training.update import accumulate, rate_at, sum_gradients

OBJECTIVE = Objective(beta=0.02)
Batches = Sequence[Sequence[Row]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return planner(tmp_path_factory.mktemp("planner") / "model")


def samples(policy: Policy) -> list[Sample]:
    flows = rollouts(groups=3, size=4, turns=3, longest=6, vocabulary=policy.model.config.vocab_size)
    return assign(flows, OBJECTIVE)


def gradient(policy: Policy, batches: Batches) -> torch.Tensor:
    """Of the loss, against a reference that is not the policy."""
    policy.model.zero_grad()
    references = [policy.reference_logprobs(batch) - 0.5 for batch in batches]
    accumulate(policy, batches, references, [], OBJECTIVE)
    sum_gradients(policy)
    return torch.cat([p.grad.flatten() for p in policy.parameters if p.grad is not None])


def apart(one: torch.Tensor, other: torch.Tensor) -> float:
    return float((one - other).norm() / one.norm())


@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 1e-5), ("float64", 1e-6)])
def test_any_split_into_micro_batches_gives_the_same_gradient(folder: Path, dtype: str, tolerance: float) -> None:
    policy = policy_of(folder, dtype=dtype)
    packed = rows(samples(policy))
    whole = gradient(policy, [packed])
    assert whole.norm() > 1e-3
    shuffled = random.Random(2).sample(packed, len(packed))
    splits = [micro_batches(packed, 40), micro_batches(packed, 1), [shuffled[:2], shuffled[2:3], shuffled[3:]]]
    assert len(splits[1]) == len(packed) > 5
    for split in splits:
        assert apart(whole, gradient(policy, split)) < tolerance


def test_rows_that_are_shared_give_the_same_gradient_as_rows_of_their_own(folder: Path) -> None:
    policy = policy_of(folder, dtype="float64")
    wanted = samples(policy)
    alone = [Row(s.action.prompt + s.action.tokens, (s,)) for s in wanted]
    packed = rows(wanted)
    assert len(packed) < 0.7 * len(alone)
    assert apart(gradient(policy, [alone]), gradient(policy, [packed])) < 1e-6


@pytest.mark.parametrize("lora", [None, Lora(rank=4, alpha=8, targets=("q_proj", "lm_head"))], ids=["whole", "lora"])
def test_checkpointing_computes_layers_again_and_gives_the_same_gradient(folder: Path, lora: Lora | None) -> None:
    gradients, passes = [], []
    for checkpointing in (False, True):
        policy = policy_of(folder, dtype="float64", lora=lora, checkpointing=checkpointing)
        bare = policy.model if lora is None else policy.model.get_base_model()
        calls: list[int] = []
        bare.get_decoder().layers[0].mlp.register_forward_pre_hook(lambda *_, calls=calls: calls.append(1))
        packed = [rows(samples(policy))]
        policy.model.train()
        gradients.append(gradient(policy, packed))
        passes.append(len(calls))
    assert apart(*gradients) < 1e-12
    assert passes[1] == passes[0] + 1


@pytest.mark.parametrize("lora", [None, Lora(rank=4, alpha=8, targets=("q_proj", "lm_head"))], ids=["whole", "lora"])
def test_bfloat16_gives_nearly_the_gradient_of_float32(folder: Path, lora: Lora | None) -> None:
    full, mixed = policy_of(folder, lora=lora), policy_of(folder, lora=lora, mixed=True)
    packed = [rows(samples(full))]
    assert 1e-6 < apart(gradient(full, packed), gradient(mixed, packed)) < 0.2, "eight bits of mantissa"


def test_logprobs_are_those_of_one_plain_forward_pass(folder: Path) -> None:
    policy = policy_of(folder)
    action = Action((5, 6, 7), (8, 9), (-1.0, -1.0), temperature=0.7)
    longer = Action((5, 6, 7, 8, 9, 10), (11,), (-1.0,), temperature=1.0)
    packed = rows([Sample(action, 1.0, 1.0), Sample(longer, 1.0, 1.0)])
    assert [row.ids for row in packed] == [(5, 6, 7, 8, 9, 10, 11)]
    logits = policy.model(input_ids=torch.tensor([[5, 6, 7, 8, 9, 10, 11]])).logits[0]
    by_start = {len(s.action.prompt): s for s in packed[0].samples}
    expected = {3: (logits[2:4] / 0.7).log_softmax(-1)[[0, 1], [8, 9]], 6: logits[5:6].log_softmax(-1)[[0], [11]]}
    order = [len(s.action.prompt) for s in packed[0].samples]
    assert set(by_start) == {3, 6}
    assert torch.allclose(policy.scores(packed).logprobs_N, torch.cat([expected[n] for n in order]), atol=1e-6)


def test_an_adapter_begins_at_the_reference_and_only_it_learns(folder: Path) -> None:
    policy = policy_of(folder, lora=Lora(rank=4, alpha=8, targets=("q_proj", "v_proj")))
    packed = rows(samples(policy))
    assert torch.equal(policy.scores(packed).logprobs_N, policy.reference_logprobs(packed))
    gradient(policy, [packed])
    for parameter in policy.parameters:
        parameter.data.add_(0.1)
    assert set(policy.state()) == {n for n, _ in policy.model.named_parameters() if "lora_" in n}
    assert not torch.allclose(policy.scores(packed).logprobs_N, policy.reference_logprobs(packed))


def test_two_processes_give_the_gradient_of_one(folder: Path, tmp_path: Path) -> None:
    policy = policy_of(folder, dtype="float64")
    alone = gradient(policy, uneven(policy))
    mp.spawn(_share, (str(folder), str(tmp_path)), nprocs=2)
    for rank in (0, 1):
        assert apart(alone, torch.load(tmp_path / f"{rank}.pt")) < 1e-6


def test_a_trained_adapter_is_saved_as_a_model_that_answers_like_it(folder: Path, tmp_path: Path) -> None:
    policy = policy_of(folder, lora=Lora(rank=4, alpha=8, targets=("q_proj", "lm_head")))
    for parameter in policy.parameters:
        parameter.data.add_(0.05)
    packed = rows(samples(policy))
    policy.save(tmp_path / "saved")
    alone = policy_of(tmp_path / "saved")
    assert torch.allclose(alone.scores(packed).logprobs_N, policy.scores(packed).logprobs_N, atol=1e-4)
    assert not torch.allclose(policy.scores(packed).logprobs_N, policy.reference_logprobs(packed), atol=1e-4)


def uneven(policy: Policy) -> Batches:
    """An odd number of micro-batches, so that one process gets more of them."""
    found = micro_batches(rows(samples(policy)), 40)
    return found[: len(found) - 1 + len(found) % 2]


def _share(rank: int, folder: str, out: str) -> None:
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    dist.init_process_group("gloo", init_method=f"file://{out}/meet", rank=rank, world_size=2)
    policy = policy_of(Path(folder), dtype="float64")
    torch.save(gradient(policy, uneven(policy)[rank::2]), f"{out}/{rank}.pt")
    dist.destroy_process_group()


def test_the_second_pass_over_a_batch_leaves_ratio_1_and_keeps_the_old_logprobs(folder: Path) -> None:
    policy, goal = policy_of(folder), Objective(beta=0.0)
    batch = rows(samples(policy))
    references, olds = [policy.reference_logprobs(batch)], list[torch.Tensor]()
    accumulate(policy, [batch], references, olds, goal)
    before = olds[0].clone()
    with torch.no_grad():
        for parameter in policy.parameters:
            parameter.sub_(parameter.grad)
    again = accumulate(policy, [batch], references, olds, goal)
    assert torch.equal(olds[0], before)
    assert again.clipped > 0


# --- packing ----------------------------------------------------------------------------------------------------------

TOKENS = st.lists(st.integers(0, 2), min_size=1, max_size=6).map(tuple)


@settings(deadline=None)
@given(st.lists(st.tuples(TOKENS, TOKENS), min_size=1, max_size=20))
def test_every_sample_is_in_one_row_that_begins_with_it(drawn: list[tuple[tuple[int, ...], tuple[int, ...]]]) -> None:
    wanted = [Sample(Action(p, t, (0.0,) * len(t)), float(n), 1.0) for n, (p, t) in enumerate(drawn)]
    packed = rows(wanted)
    held = [(row, sample) for row in packed for sample in row.samples]
    assert sorted(s.advantage for _, s in held) == [float(n) for n in range(len(drawn))]
    for row, sample in held:
        ids = sample.action.prompt + sample.action.tokens
        assert row.ids[: len(ids)] == ids
    whole = {row.ids for row in packed}
    assert len(whole) == len(packed), "no row twice"
    assert not any(a != b and b[: len(a)] == a for a in whole for b in whole), "no row that another begins with"


def test_samples_without_weight_cost_nothing() -> None:
    assert rows([Sample(Action((1,), (2,), (0.0,)), 1.0, 0.0)]) == []


def test_micro_batches_count_padding() -> None:
    packed = [Row((0,) * n, ()) for n in (1, 2, 3, 3, 9)]
    assert [[len(row.ids) for row in batch] for batch in micro_batches(packed, 6)] == [[1, 2], [3, 3], [9]]


# --- rate -------------------------------------------------------------------------------------------------------------


def test_the_rate_warms_up_and_decays_to_a_tenth() -> None:
    linear = Optimizer(lr=1.0, warmup=2, decay="linear")
    assert [rate_at(step, 12, linear) for step in (0, 1, 2, 7)] == pytest.approx([0.5, 1.0, 1.0, 0.55])
    assert rate_at(12, 12, linear) == pytest.approx(0.1)
    assert rate_at(12, 12, Optimizer(lr=1.0, decay="cosine")) == pytest.approx(0.1)
    assert rate_at(7, 12, Optimizer(lr=1.0, decay="cosine")) < rate_at(6, 12, Optimizer(lr=1.0, decay="cosine")) < 0.6
    assert rate_at(11, 12, Optimizer(lr=1.0)) == 1.0
