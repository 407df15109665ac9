"""The bridge's part that needs no verl: nothing is lost on the way, and verl's sum is our objective."""

import asyncio
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from transformers import AutoTokenizer

from agentflow_core.errors import BadInput, ContextOverflow, ModelUnavailable
from agentflow_core.models import Completion, Message, Sampling
from training.bridges.verl.advantages import Outline, Share, shares, token_advantages
from training.bridges.verl.overrides import AGENTS, check, data_rows, overrides
from training.bridges.verl.planner import VerlPlanner
from training.bridges.verl.rows import Key, Row, of_flow, to_flows
from training.bridges.verl.train import main
from training.config import load
from training.data import Task
from training.flow_grpo import Action, Flow, Objective, Sample, Tokens, assign, token_losses

ROOT = Path(__file__).parents[3]
CONFIG = ROOT / "training" / "configs" / "qwen_7b.yaml"
HEAT = 0.7

ACTIONS = st.builds(
    lambda prompt, sampled, truncated: Action(
        tuple(prompt), tuple(t for t, _ in sampled), tuple(p for _, p in sampled), HEAT, truncated
    ),
    st.lists(st.integers(0, 99), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 99), st.floats(-5, 0)), min_size=1, max_size=4),
    st.sampled_from([False, False, False, True]),
)
FLOWS = st.lists(
    st.builds(
        Flow,
        st.integers(0, 2),
        st.lists(ACTIONS, min_size=1, max_size=3).map(tuple),
        st.sampled_from([None, 0.0, 0.5, 1.0]),
    ),
    min_size=1,
    max_size=10,
)
OBJECTIVES = st.builds(
    Objective,
    kl=st.sampled_from(["k3", "corrected"]),
    weighting=st.sampled_from(["paper", "token", "constant"]),
    statistics=st.sampled_from(["flows", "turns"]),
    importance_cap=st.sampled_from([None, 1.1, 2.0]),
    beta=st.sampled_from([0.0, 0.001, 0.3]),
)


def rows_of(flows: list[Flow]) -> list[Row]:
    """As verl's workers would give them: a session number for each flow of a question."""
    return [row for number, flow in enumerate(flows) for row in of_flow(flow, f"question_{flow.group}", number)]


def outline(row: Row) -> Outline:
    return Outline(row.key, len(row.response_ids), row.reward_score, truncated=not any(row.response_mask))


# --- rows ------------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(FLOWS, st.randoms())
def test_rows_hold_all_of_a_flow_in_any_order(flows: list[Flow], rng: Any) -> None:
    rows = rows_of(flows)
    scored = [flow for flow in flows if flow.reward is not None]
    back = to_flows(rng.sample(rows, len(rows)), HEAT)
    plain = [(flow.actions, flow.reward) for flow in scored]
    assert sorted(((f.actions, f.reward) for f in back), key=repr) == sorted(plain, key=repr)
    in_order = to_flows(rows, HEAT)
    assert [(flow.actions, flow.reward) for flow in in_order] == plain
    for one, other in zip(in_order, scored, strict=True):
        for again, before in zip(in_order, scored, strict=True):
            assert (one.group == again.group) == (other.group == before.group)


def test_a_row_is_an_action_with_the_fields_of_verls_output() -> None:
    cut = Action((1, 2), (3,), (-0.1,), HEAT, truncated=True)
    rows = of_flow(Flow(4, (Action((1,), (2, 3), (-1.0, -2.0), HEAT), cut), 1.0), "ab_c", 5)
    assert [str(row.key) for row in rows] == ["ab_c_5_0", "ab_c_5_1"]
    assert Key.parse("ab_c_5_1") == rows[1].key
    assert rows[0] == Row(Key("ab_c", 5, 0), [1], [2, 3], [1, 1], [-1.0, -2.0], 1.0)
    assert rows[1].response_mask == [0], "verl trains none of its tokens"
    assert of_flow(Flow(4, (cut,), None), "q", 0) == []


def test_a_flow_that_is_not_whole_is_named() -> None:
    with pytest.raises(ValueError, match="no action"):
        of_flow(Flow(0, (), 0.0), "q", 0)
    first, second = rows_of([Flow(0, (Action((1,), (2,), (-1.0,)),) * 2, 1.0)])
    with pytest.raises(ValueError, match="question_0_0_1"):
        to_flows([second], HEAT)
    with pytest.raises(ValueError, match="different rewards"):
        to_flows([first, replace(second, reward_score=0.0)], HEAT)


# --- advantages and weights ------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(FLOWS, OBJECTIVES, st.booleans(), st.randoms())
def test_advantages_and_weights_are_those_of_assign(
    flows: list[Flow], objective: Objective, equal_groups: bool, rng: Any
) -> None:
    wanted = {id(sample.action): sample for sample in assign(flows, objective)}
    rows = rows_of(flows)
    actions = [action for flow in flows if flow.reward is not None for action in flow.actions]
    order = rng.sample(range(len(rows)), len(rows))
    padding = Outline(Key("pad", 0, 0), 1, 0.0, truncated=True, padding=True)
    found = shares([*(outline(rows[n]) for n in order), padding], objective, equal_groups=equal_groups)
    assert found[-1] == Share()
    for share, place in zip(found, order, strict=False):
        sample = wanted.get(id(actions[place]))
        if sample is None or not (sample.advantage or equal_groups):
            assert share == Share()
        else:
            assert (share.advantage, share.weight) == pytest.approx((sample.advantage, sample.weight))


def verls_loss(advantages_BT: Tensor, new_BT: Tensor, old_BT: Tensor, mask_BT: Tensor, goal: Objective) -> Tensor:
    """The clipped loss with `token-sum`, as PPO has it; what verl does with the advantages."""
    ratio_BT = (new_BT - old_BT).exp()
    clipped_BT = ratio_BT.clamp(1 - goal.clip_low, 1 + goal.clip_high)
    return (torch.maximum(-advantages_BT * ratio_BT, -advantages_BT * clipped_BT) * mask_BT).sum()


@settings(deadline=None, max_examples=60)
@given(FLOWS, OBJECTIVES, st.integers(0, 99))
def test_verls_gradient_is_that_of_our_loss(flows: list[Flow], objective: Objective, seed: int) -> None:
    rows, random = rows_of(flows), torch.Generator().manual_seed(seed)
    actions = [action for flow in flows if flow.reward is not None for action in flow.actions]
    if not rows:
        return
    shape = (len(rows), max(len(row.response_ids) for row in rows))
    mask_BT = torch.zeros(shape, dtype=torch.int64)
    for b, row in enumerate(rows):
        mask_BT[b, : len(row.response_mask)] = torch.tensor(row.response_mask)
    old_BT, sampler_BT, reference_BT = (-torch.rand(shape, generator=random, dtype=torch.float64) for _ in range(3))
    found = shares([outline(row) for row in rows], objective)
    advantages_BT = token_advantages(found, mask_BT, old_BT, sampler_BT, reference_BT, objective)
    new_BT = old_BT.clone().requires_grad_()
    verls_loss(advantages_BT, new_BT, old_BT, mask_BT, objective).backward()

    # Our own loss, token by token, at the same log-probabilities.
    samples: dict[int, Sample] = {id(sample.action): sample for sample in assign(flows, objective)}
    own_BT = old_BT.clone().requires_grad_()
    for b, action in enumerate(actions):
        if (sample := samples.get(id(action))) is None:
            continue
        n = len(action.tokens)
        tokens = Tokens(
            new_N=own_BT[b, :n],
            old_N=old_BT[b, :n],
            sampler_N=sampler_BT[b, :n],
            reference_N=reference_BT[b, :n],
            advantage_N=torch.full((n,), sample.advantage, dtype=torch.float64),
            weight_N=torch.full((n,), sample.weight, dtype=torch.float64),
        )
        token_losses(tokens, objective).loss_N.sum().backward()
    own = torch.zeros(shape, dtype=torch.float64) if own_BT.grad is None else own_BT.grad
    assert new_BT.grad is not None
    torch.testing.assert_close(new_BT.grad, own, rtol=1e-9, atol=1e-12)


def test_a_kl_without_a_reference_is_named() -> None:
    one = torch.zeros((1, 1))
    with pytest.raises(ValueError, match="reference"):
        token_advantages([Share(1.0, 1.0)], one, one, one, None, Objective())
    assert token_advantages([Share(2.0, 0.5)], one + 1, one, one, None, Objective(beta=0.0)).item() == 1.0


# --- the planner -----------------------------------------------------------------------------------------------------


@dataclass
class Output:
    token_ids: list[int]
    log_probs: list[float] | None
    stop_reason: str | None = "completed"
    extra_fields: dict[str, Any] = field(default_factory=lambda: {"global_steps": 7})


class Client:
    """Answers with what it is given, and remembers what it was asked."""

    def __init__(self, output: Output) -> None:
        self.output, self.asked = output, list[tuple[str, list[int], dict[str, Any]]]()

    async def generate(self, request_id: str, *, prompt_ids: list[int], sampling_params: dict[str, Any]) -> Output:
        self.asked.append((request_id, prompt_ids, sampling_params))
        return self.output


def planner(client: Client, context: int = 64) -> tuple[VerlPlanner, Any]:
    tokenizer: Any = AutoTokenizer.from_pretrained(ROOT / "assets" / "pocket" / "base")
    ends = {tokenizer.eos_token_id}
    return VerlPlanner(client, tokenizer, "pocket", ends=ends, context=context, dialect="pocket"), tokenizer


def ask(model: VerlPlanner, most: int = 50) -> Completion:
    async def only() -> Completion:
        found = model.generate([Message(role="user", content="a b")], sampling=Sampling(temperature=1, max_tokens=most))
        (done,) = [part async for part in found]
        assert isinstance(done, Completion)
        return done

    return asyncio.run(only())


def test_what_verls_server_sampled_is_what_the_flow_keeps() -> None:
    client = Client(Output([], None))
    model, tokenizer = planner(client)
    said = tokenizer("yes", add_special_tokens=False)["input_ids"]
    client.output = Output([*said, tokenizer.eos_token_id], [-0.5] * (len(said) + 1))
    done = ask(model)
    (_, prompt, sampling), _ = client.asked[0], ask(model)
    assert done.text == "yes" and done.finish_reason == "stop"
    assert done.completion_ids == tuple(client.output.token_ids) and done.logprobs == (-0.5,) * (len(said) + 1)
    assert done.prompt_ids == tuple(prompt) and model.steps == {7}
    assert (sampling["temperature"], sampling["top_p"], sampling["top_k"], sampling["logprobs"]) == (1.0, 1.0, -1, True)
    assert client.asked[0][0] == client.asked[1][0], "one server keeps the beginning"


def test_the_planners_ends_and_failures() -> None:
    client = Client(Output([5, 6], [-1.0, -1.0]))
    model, _ = planner(client)
    assert ask(model, most=2).finish_reason == "length"
    for output, said in (
        (Output([], None, "aborted"), "ended a call early"),
        (Output([5], None), "calculate_log_probs"),
    ):
        client.output = output
        with pytest.raises(ModelUnavailable, match=said):
            ask(model)
    with pytest.raises(ContextOverflow, match="max_model_len"):
        ask(planner(client, context=2)[0])


# --- settings --------------------------------------------------------------------------------------------------------


def test_our_settings_in_verls_names(tmp_path: Path) -> None:
    config = load(CONFIG, [f"out={tmp_path}", "planner.lora.rank=8"])
    check(config)
    lines = overrides(config, tmp_path / "c.yaml", tmp_path / "t.parquet", tmp_path / "d.parquet", gpus=8, nodes=2)
    found = dict(line.split("=", 1) for line in lines)
    actor, sampler = "actor_rollout_ref.actor.", "actor_rollout_ref.rollout."
    assert (
        found["data.train_batch_size"] == found[actor + "ppo_mini_batch_size"] == "32" and found[sampler + "n"] == "8"
    )
    assert found[actor + "loss_agg_mode"] == "token-sum" and found[actor + "ppo_epochs"] == "1"
    assert (found[actor + "use_kl_loss"], found[actor + "kl_loss_coef"]) == ("true", "0.0")
    assert found[sampler + "temperature"] == "0.7" and found[actor + "optim.lr"] == "1e-06"
    assert found["actor_rollout_ref.model.lora_rank"] == "8" and found["trainer.nnodes"] == "2"
    assert found["+agentflow.config"] == str(tmp_path / "c.yaml")


@pytest.mark.parametrize(
    "override", ["optimizer.updates=2", "rollout.refill=4", "optimizer.decay=linear", "frozen.executor=pocket"]
)
def test_what_verl_cannot_do_is_refused(override: str) -> None:
    with pytest.raises(BadInput, match=override.partition("=")[0].partition(".")[0]):
        check(load(CONFIG, [override]))


def test_a_question_goes_to_verl_and_comes_back_whole() -> None:
    task = Task(id="t1", question="What is 2 + 2?", answer=("4", "four"), kind="exact", family="sums")
    (row,) = data_rows([task])
    assert Task.model_validate_json(row["extra_info"]["task"]) == task
    assert row["prompt"][0]["content"] == task.question and row["reward_model"]["ground_truth"] == "4"


def test_the_loop_that_verl_is_told_of_is_there() -> None:
    (agent,) = yaml.safe_load(AGENTS.read_text())
    module, _, name = agent["_target_"].rpartition(".")
    text = (ROOT / f"{module.replace('.', '/')}.py").read_text()
    assert agent["name"] == "agentflow" and f"class {name}(AgentLoopBase)" in text


def test_a_dry_run_needs_no_verl(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--config", str(CONFIG), "--dry-run", "--verl", "trainer.logger=[console]"])
    said = capsys.readouterr().out
    assert "actor_rollout_ref.model.path=Qwen/Qwen2.5-7B-Instruct\n" in said and said.endswith(
        "trainer.logger=[console]\n"
    )


def test_nothing_of_verl_is_imported() -> None:
    names = ", ".join(
        f"training.bridges.verl.{name}" for name in ("rows", "advantages", "planner", "overrides", "train")
    )
    code = f"import sys, {names}; sys.exit(bool(sys.modules.keys() & {{'verl', 'ray', 'tensordict', 'hydra'}}))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
