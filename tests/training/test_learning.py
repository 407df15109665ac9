"""Sampler, advantages, loss and optimizer together: a random planner learns what it is rewarded for."""

import asyncio
from pathlib import Path

import torch

from agentflow_core.models import Completion, Message, Sampling
from tests.training.toys import planner, policy_of
from training.flow_grpo import Action, Flow, Objective, assign
from training.packing import micro_batches, rows
from training.policy import Policy
from training.sampler import Lockstep, LockstepModel
from training.update import accumulate

QUESTIONS = ("the river runs to the sea", "the planner plans", "the verifier verifies the river")
GROUP, TURNS = 8, 2
OBJECTIVE = Objective()


def good(flow: tuple[Action, ...]) -> bool:
    """The first token of every turn has an even id."""
    return all(action.tokens[0] % 2 == 0 for action in flow)


async def played(policy: Policy, step: int) -> list[tuple[int, tuple[Action, ...]]]:
    """Flows of two turns each, sampled in lockstep."""
    lockstep = Lockstep()
    model = LockstepModel("toy", "pocket", policy.sampling_weights(), lockstep, max_batch=32)

    async def flow(number: int, question: str) -> tuple[Action, ...]:
        actions = []
        with lockstep.seat(number, f"{step} {number}"):
            for _ in range(TURNS):
                sampling = Sampling(temperature=1.0, max_tokens=3)
                async for part in model.generate([Message(role="user", content=question)], sampling=sampling):
                    assert isinstance(part, Completion)
                    assert part.prompt_ids and part.completion_ids and part.logprobs
                    actions.append(Action(part.prompt_ids, part.completion_ids, part.logprobs))
                question += " to the sea"
        return tuple(actions)

    groups = [group for group in range(len(QUESTIONS)) for _ in range(GROUP)]
    flows = await asyncio.gather(*(flow(number, QUESTIONS[group]) for number, group in enumerate(groups)))
    return list(zip(groups, flows, strict=True))


async def test_reward_rises_from_chance_to_nearly_always(tmp_path: Path) -> None:
    policy = policy_of(planner(tmp_path / "model"))
    optimizer = torch.optim.AdamW(policy.parameters, lr=1e-2, weight_decay=0.0)
    rewards: list[float] = []
    for step in range(25):
        flows = [Flow(group, actions, float(good(actions))) for group, actions in await played(policy, step)]
        rewards.append(sum(flow.reward or 0.0 for flow in flows) / len(flows))
        batches = micro_batches(rows(assign(flows, OBJECTIVE)), 200)
        references = [policy.reference_logprobs(batch) for batch in batches]
        optimizer.zero_grad()
        sums = accumulate(policy, batches, references, [], OBJECTIVE)
        assert sums.mismatch / sums.tokens < 1e-4, "what was sampled is what is trained"
        optimizer.step()
    assert rewards[0] < 0.5
    assert sum(rewards[-3:]) / 3 > 0.9
