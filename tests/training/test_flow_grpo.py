"""The objective, against hand calculation, a naive second implementation, TRL's, and what must hold for any batch."""

import math
import random
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from training.flow_grpo import Action, Flow, Objective, Sample, Tokens, advantages, assign, has_signal, token_losses

PAPER = Objective()
REWARDS = st.integers(0, 20).map(lambda n: n / 20)


def action(length: int = 2, *, truncated: bool = False) -> Action:
    return Action((1, 2), tuple(range(length)), (-1.0,) * length, truncated=truncated)


def flow(group: int, reward: float | None, *lengths: int) -> Flow:
    return Flow(group, tuple(action(length) for length in lengths), reward)


def tensors(samples: list[Sample], seed: int = 0, requires_grad: bool = False) -> Tokens:
    """Random log-probabilities for the samples' tokens."""
    rng = torch.Generator().manual_seed(seed)
    lengths = torch.tensor([len(sample.action.tokens) for sample in samples])
    count = int(lengths.sum())

    def near(base: torch.Tensor, spread: float) -> torch.Tensor:
        return base + spread * torch.randn(count, generator=rng, dtype=torch.float64)

    old_N = -torch.rand(count, generator=rng, dtype=torch.float64) * 3
    return Tokens(
        new_N=near(old_N, 0.3).requires_grad_(requires_grad),
        old_N=old_N,
        sampler_N=near(old_N, 0.1),
        reference_N=near(old_N, 0.5),
        advantage_N=torch.tensor([s.advantage for s in samples], dtype=torch.float64).repeat_interleave(lengths),
        weight_N=torch.tensor([s.weight for s in samples], dtype=torch.float64).repeat_interleave(lengths),
    )


# --- advantages ----------------------------------------------------------------------------------------------------


def test_advantages_by_hand() -> None:
    assert advantages([1, 0, 0]) == pytest.approx([2 / math.sqrt(3), -1 / math.sqrt(3), -1 / math.sqrt(3)])
    assert advantages([1, 1, 0, 0]) == pytest.approx([math.sqrt(3) / 2] * 2 + [-math.sqrt(3) / 2] * 2)


def test_the_number_of_turns_does_not_enter_the_advantages() -> None:
    flows = [flow(0, 1, 2), flow(0, 0, 2, 2, 2), flow(0, 0, 2, 2, 2)]
    assert [s.advantage for s in assign(flows, PAPER)] == pytest.approx([1.1547] + [-0.57735] * 6, abs=1e-4)


def test_statistics_over_turns_count_long_flows_more_often() -> None:
    flows = [flow(0, 1, 2), flow(0, 0, 2, 2, 2), flow(0, 0, 2, 2, 2)]
    found = {s.advantage for s in assign(flows, replace(PAPER, statistics="turns"))}
    mean, std = 1 / 7, math.sqrt((1 - 1 / 7) ** 2 / 6 + 6 * (1 / 7) ** 2 / 6)
    assert sorted(found) == pytest.approx([-mean / std, (1 - mean) / std])


def test_groups_are_not_compared_with_each_other() -> None:
    flows = [flow(0, 1, 2), flow(1, 0, 2), flow(0, 0, 2), flow(1, 0, 2)]
    assert [s.advantage for s in assign(flows, PAPER)] == pytest.approx([0.7071, 0, -0.7071, 0], abs=1e-4)
    assert has_signal([flows[0], flows[2]])
    assert not has_signal([flows[1], flows[3]])


@settings(deadline=None)
@given(st.lists(REWARDS, min_size=2, max_size=16), st.randoms())
def test_advantages_have_mean_0_and_std_1_and_follow_their_flow(rewards: list[float], rng: random.Random) -> None:
    found = advantages(rewards)
    if len(set(rewards)) == 1:
        assert found == [0.0] * len(rewards)
    else:
        assert sum(found) == pytest.approx(0, abs=1e-6)
        assert sum(a * a for a in found) / (len(found) - 1) == pytest.approx(1, abs=1e-6)
    order = rng.sample(range(len(rewards)), len(rewards))
    assert advantages([rewards[i] for i in order]) == pytest.approx([found[i] for i in order])


def test_a_flow_lost_to_infrastructure_takes_no_part() -> None:
    flows = [flow(0, 1, 2), flow(0, None, 2, 2), flow(0, 0, 2), flow(1, 1, 2), flow(1, None, 2)]
    samples = assign(flows, PAPER)
    assert len(samples) == 2, "the lost flows, and the one that is left alone in its group"
    assert [s.advantage for s in samples] == pytest.approx([0.7071, -0.7071], abs=1e-4)
    assert [s.weight for s in samples] == pytest.approx([1 / 1 / 2 / 1 / 2] * 2), "one question, two flows"


# --- weights -------------------------------------------------------------------------------------------------------


def test_weights_by_hand() -> None:
    flows = [flow(0, 1, 4), flow(0, 0, 1, 3), flow(1, 1, 2), flow(1, 0, 2)]
    weights = [sample.weight for sample in assign(flows, PAPER)]
    assert weights == pytest.approx([1 / 4 / 1 / 4, 1 / 4 / 2 / 1, 1 / 4 / 2 / 3, 1 / 4 / 1 / 2, 1 / 4 / 1 / 2])
    tokens = [sample.weight for sample in assign(flows, replace(PAPER, weighting="token"))]
    assert tokens == pytest.approx([1 / 12] * 5)
    constant = replace(PAPER, weighting="constant", constant_tokens=10)
    assert [s.weight for s in assign(flows, constant)] == pytest.approx([1 / 4 / 10] * 5)


BATCHES = st.lists(
    st.tuples(st.integers(0, 3), REWARDS, st.lists(st.integers(1, 9), min_size=1, max_size=4)),
    min_size=1,
    max_size=12,
)


@settings(deadline=None)
@given(BATCHES)
def test_every_question_every_flow_and_every_turn_weigh_the_same(drawn: list[tuple[int, float, list[int]]]) -> None:
    flows = [flow(group, reward, *lengths) for group, reward, lengths in drawn]
    sizes = {g: sum(f.group == g for f in flows) for g in range(4)}
    taking_part = [f for f in flows if sizes[f.group] > 1]
    questions = len({f.group for f in taking_part})
    samples = iter(assign(flows, PAPER))
    for one in taking_part:
        for turn in one.actions:
            share = next(samples).weight * len(turn.tokens)
            assert share == pytest.approx(1 / questions / sizes[one.group] / len(one.actions))
    assert next(samples, None) is None


def test_a_truncated_action_is_masked_and_raises_no_other_weight() -> None:
    whole = [flow(0, 1, 2, 4), flow(0, 0, 2)]
    cut = [Flow(0, (action(2), action(4, truncated=True)), 1), flow(0, 0, 2)]
    before, after = assign(whole, PAPER), assign(cut, PAPER)
    assert [s.weight for s in after] == [before[0].weight, 0.0, before[2].weight]


def test_an_action_without_a_logprob_for_each_token_is_refused() -> None:
    with pytest.raises(ValueError, match="3 tokens, 2 log-prob"):
        Action((1,), (1, 2, 3), (-1.0, -1.0))


# --- the loss ------------------------------------------------------------------------------------------------------


def one_token(ratio: float, advantage: float, *, reference: float = 0.0, sampler: float = 0.0) -> Tokens:
    """A token of weight 1 whose old log-probability is 0."""
    numbers = (math.log(ratio), 0.0, sampler, reference, advantage, 1.0)
    return Tokens(*(torch.tensor([number], dtype=torch.float64) for number in numbers))


@pytest.mark.parametrize(
    ("ratio", "advantage", "gain"),
    [
        (1.0, 2.0, 2.0),
        (1.25, 2.0, 2.5),
        (1.5, 2.0, 2.6),  # clipped at 1.3
        (0.5, 2.0, 1.0),  # a good action that became rarer is not clipped
        (0.9, -2.0, -1.8),
        (0.5, -2.0, -1.6),  # clipped at 0.8
        (1.5, -2.0, -3.0),  # a bad action that became likelier is not clipped
    ],
)
def test_the_clipped_gain_by_hand(ratio: float, advantage: float, gain: float) -> None:
    losses = token_losses(one_token(ratio, advantage), replace(PAPER, beta=0.0))
    assert losses.loss_N.item() == pytest.approx(-gain)
    assert bool(losses.clipped_N) == (gain != pytest.approx(ratio * advantage))


def test_kl_and_importance_by_hand() -> None:
    tokens = one_token(2.0, 1.0, reference=0.0, sampler=-1.0)
    plain = token_losses(tokens, replace(PAPER, beta=0.1))
    kl = 0.5 - math.log(0.5) - 1
    assert plain.kl_N.item() == pytest.approx(kl)
    assert plain.importance_N.item() == 2.0, "e^1, capped"
    assert plain.loss_N.item() == pytest.approx(-(2.0 * 1.3 - 0.1 * kl))
    free = token_losses(tokens, replace(PAPER, beta=0.1, importance_cap=None, kl="corrected"))
    assert free.loss_N.item() == pytest.approx(-(1.3 - 0.1 * 2.0 * kl))


@pytest.mark.parametrize("weighting", ["paper", "token", "constant"])
@pytest.mark.parametrize("kl", ["k3", "corrected"])
def test_the_loss_agrees_with_a_naive_loop(weighting: str, kl: str) -> None:
    objective = Objective(weighting=weighting, kl=kl, beta=0.05, constant_tokens=7, importance_cap=1.1)  # type: ignore[arg-type]
    flows = [flow(0, 1, 3, 1), flow(0, 0, 2), flow(0, 0, 4, 4, 2), flow(1, 0.5, 2), flow(1, 0, 1, 5)]
    samples = assign(flows, objective)
    tokens = tensors(samples)
    assert token_losses(tokens, objective).loss_N.sum().item() == pytest.approx(
        naive(flows, tokens, objective), rel=1e-9
    )


def naive(flows: list[Flow], tokens: Tokens, goal: Objective) -> float:
    """-J written as the formula reads, question by question, flow by flow, turn by turn, token by token."""
    place, j = 0, 0.0
    all_tokens = sum(len(a.tokens) for f in flows for a in f.actions)
    questions = sorted({f.group for f in flows})
    for question in questions:
        group = [f for f in flows if f.group == question]
        rewards = [f.reward or 0.0 for f in group]
        mean = sum(rewards) / len(rewards)
        std = math.sqrt(sum((r - mean) ** 2 for r in rewards) / (len(rewards) - 1))
        for one in group:
            a = ((one.reward or 0.0) - mean) / std
            for turn in one.actions:
                for _ in turn.tokens:
                    new, old = tokens.new_N[place].item(), tokens.old_N[place].item()
                    ratio = math.exp(new - old)
                    low, high = 1 - goal.clip_low, 1 + goal.clip_high
                    gain = min(ratio * a, min(max(ratio, low), high) * a)
                    correction = min(math.exp(old - tokens.sampler_N[place].item()), goal.importance_cap or math.inf)
                    away = tokens.reference_N[place].item() - new
                    kl = math.exp(away) - away - 1
                    term = correction * gain - goal.beta * kl * (ratio if goal.kl == "corrected" else 1)
                    j += (
                        term
                        * {
                            "paper": 1 / len(questions) / len(group) / len(one.actions) / len(turn.tokens),
                            "token": 1 / all_tokens,
                            "constant": 1 / len(questions) / len(group) / goal.constant_tokens,
                        }[goal.weighting]
                    )
                    place += 1
    return -j


@settings(deadline=None)
@given(st.integers(0, 10_000))
def test_without_kl_more_advantage_is_never_more_loss(seed: int) -> None:
    samples = assign([flow(0, 1, 3, 2), flow(0, 0, 4)], PAPER)
    tokens = tensors(samples, seed)
    better = replace(tokens, advantage_N=tokens.advantage_N + 0.5)
    goal = replace(PAPER, beta=0.0)
    assert (token_losses(better, goal).loss_N <= token_losses(tokens, goal).loss_N).all()


def test_at_ratio_1_the_gradient_is_that_of_the_policy_gradient() -> None:
    samples = assign([flow(0, 1, 3, 2), flow(0, 0, 4)], PAPER)
    tokens = tensors(samples, requires_grad=True)
    tokens = replace(tokens, old_N=tokens.new_N.detach(), sampler_N=tokens.new_N.detach())
    token_losses(tokens, replace(PAPER, beta=0.0)).loss_N.sum().backward()
    assert tokens.new_N.grad is not None
    assert torch.allclose(tokens.new_N.grad, -tokens.weight_N * tokens.advantage_N)


@pytest.mark.parametrize(("kl", "direction"), [("corrected", "policy to reference"), ("k3", "reference to policy")])
def test_which_kl_each_estimator_descends(kl: str, direction: str) -> None:
    """The expected gradient over a whole small vocabulary, against the exact one."""
    torch.manual_seed(0)
    logits, other = torch.randn(6, dtype=torch.float64, requires_grad=True), torch.randn(6, dtype=torch.float64)
    policy, reference = logits.log_softmax(-1), other.log_softmax(-1)
    first, second = (policy, reference) if direction == "policy to reference" else (reference, policy)
    (exact,) = torch.autograd.grad((first.exp() * (first - second)).sum(), logits, retain_graph=True)
    probabilities, nothing = policy.detach().exp(), torch.zeros(6, dtype=torch.float64)
    tokens = Tokens(policy, policy.detach(), policy.detach(), reference, nothing, probabilities)
    losses = token_losses(tokens, Objective(beta=1.0, kl=kl))  # type: ignore[arg-type]
    (found,) = torch.autograd.grad(losses.loss_N.sum(), logits)
    assert torch.allclose(found, exact)
    assert (losses.kl_N >= 0).all()
