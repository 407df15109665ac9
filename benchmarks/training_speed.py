"""An update of Flow-GRPO against TRL's GRPO: the same model, the same flows, the same loss.

`python -m benchmarks.training_speed [--questions N] [--json]`. Real flows of the embedded planner, sampled as
`training/configs/pocket.yaml` samples them, several of each question. Forward, loss and backward over all planner
actions: ours in packed rows, TRL's with a row for each action, both in micro-batches of at most so many tokens with
padding. Trained tokens a second, and both losses, which must agree. A flow's actions share their beginnings in a packed
row, and flows of one question theirs; TRL computes them for every action, padded to the longest of all: that is most of
the difference. Weighting is TRL's `dr_grpo`, in which micro-batches add up exactly. Sampling, reference and optimizer
step are not in it.
"""

import asyncio
import copy
import tempfile
import time
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from agentflow_core import AgentFlow, Budget, Settings, assemble
from agentflow_core.events import ROLES
from agentflow_core.models import ModelPool
from agentflow_core.models.pool import pocket_folder
from benchmarks.command import parser, show
from training.config import Planner, load
from training.flow_grpo import Action, Flow, Objective, Sample, assign
from training.packing import Row, micro_batches
from training.packing import rows as packed
from training.pocket import splits
from training.pocket.planner import CONFIG
from training.policy import Policy
from training.update import accumulate

QUESTIONS, SAMPLES, ROUNDS = 6, 8, 2
MICRO_BATCH = 8192
AT_ONCE = 32


async def sampled(questions: int, samples: int) -> list[Flow]:
    """Flows of the untrained planner. Rewards are made up: whose turn it is matters for time as little as who won."""
    pool = ModelPool()
    flow = assemble(Settings(model="pocket:base"), pool=pool)
    heat = load(CONFIG).rollout.temperature
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(group: int, number: int, text: str) -> Flow:
        hot = flow.sampling["planner"].model_copy(update={"temperature": heat, "seed": 1000 * group + number})
        sampling = {**{role: flow.sampling[role] for role in ROLES}, "planner": hot}
        mine = AgentFlow(flow.models, flow.toolbox, budget=Budget(turns=6), sampling=sampling)
        actions = []
        async with slots:
            async for event in mine.run(text):
                if event.type == "planned" and (done := event.call.completion).completion_ids:
                    actions.append(Action(done.prompt_ids or (), done.completion_ids, done.logprobs or ()))
        return Flow(group, tuple(actions), float(number % 3 == 0))

    asked = enumerate(splits.load("real", questions, seed=0).questions)
    flows = await asyncio.gather(*(one(n, k, question.text) for n, question in asked for k in range(samples)))
    await pool.close()
    return [flow for flow in flows if flow.actions]


def ours(
    policy: Policy, batches: list[list[Row]], references: list[Tensor], olds: list[Tensor], goal: Objective
) -> Any:
    """Seconds of an update, and its loss."""
    policy.model.zero_grad()
    began = time.perf_counter()
    sums = accumulate(policy, batches, references, olds, goal)
    return time.perf_counter() - began, sums.loss


def theirs(trainer: Any, inputs: dict[str, Tensor]) -> Any:
    """The same by TRL: the batch cut into micro-batches of rows, each counting by its rows."""
    count = len(inputs["prompt_ids"])
    width = inputs["prompt_ids"].shape[1] + inputs["completion_ids"].shape[1]
    size = max(1, MICRO_BATCH // width)
    trainer.model.zero_grad()
    began, total = time.perf_counter(), 0.0
    for start in range(0, count, size):
        part = {name: value[start : start + size] for name, value in inputs.items()}
        loss = trainer._compute_loss(trainer.model, part) * len(part["prompt_ids"]) / count
        loss.backward()
        total += loss.item()
    return time.perf_counter() - began, total


def rows(questions: int = QUESTIONS, samples: int = SAMPLES, rounds: int = ROUNDS) -> dict[str, Any]:
    from benchmarks.trl_grpo import as_trl, trainer

    flows = asyncio.run(sampled(questions, samples))
    longest = max(len(action.tokens) for flow in flows for action in flow.actions)
    actions = sum(len(flow.actions) for flow in flows)
    # TRL divides by rows times the longest completion, and has a row for each action.
    objective = Objective(
        beta=0.04, weighting="constant", constant_tokens=longest * actions / len(flows), importance_cap=None
    )
    policy = Policy(Planner(model=str(pocket_folder("base"))), torch.device("cpu"))
    batches = micro_batches(packed(assign(flows, objective)), MICRO_BATCH)
    with torch.no_grad():
        references = [policy.reference_logprobs(batch) for batch in batches]
        olds = [policy.scores(batch).logprobs_N for batch in batches]
    with tempfile.TemporaryDirectory() as folder:
        peer = trainer(
            copy.deepcopy(policy.model), pocket_folder("base"), Path(folder), kind="dr_grpo", longest=longest
        )
        inputs = as_trl(*_in_order(assign(flows, objective), batches, references, olds))
        pairs = [
            (ours(policy, batches, references, list(olds), objective), theirs(peer, inputs)) for _ in range(rounds)
        ]
    mine, other = (min(seconds for seconds, _ in side) for side in zip(*pairs, strict=True))
    (_, loss), (_, trl_loss) = pairs[-1]
    tokens = sum(len(action.tokens) for flow in flows for action in flow.actions)
    return {
        "flows": len(flows),
        "actions": actions,
        "trained_tokens": tokens,
        "tokens_s": round(tokens / mine),
        "trl_tokens_s": round(tokens / other),
        "ratio": round(other / mine, 2),
        "loss": round(loss, 6),
        "trl_loss": round(trl_loss, 6),
        "gradient_difference": _apart(policy.model, peer.model),
    }


def _in_order(
    samples: list[Sample], batches: list[list[Row]], references: list[Tensor], olds: list[Tensor]
) -> tuple[list[Sample], Tensor, Tensor]:
    """The samples as they came, which is how TRL has them, with their log-probabilities out of the packed rows."""
    found: dict[int, tuple[Tensor, Tensor]] = {}
    for batch, reference_N, old_N in zip(batches, references, olds, strict=True):
        place = 0
        for sample in (sample for row in batch for sample in row.samples):
            upto = place + len(sample.action.tokens)
            found[id(sample.action)] = reference_N[place:upto], old_N[place:upto]
            place = upto
    pairs = [found[id(sample.action)] for sample in samples]
    return samples, torch.cat([one for one, _ in pairs]), torch.cat([old for _, old in pairs])


def _apart(mine: Any, other: Any) -> float:
    """How far the two gradients are from each other, against their length."""
    a, b = (torch.cat([p.grad.flatten() for p in model.parameters()]) for model in (mine, other))
    return float(f"{((a - b).norm() / a.norm()).item():.2g}")


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--questions", type=int, default=QUESTIONS)
    arguments = options.parse_args()
    show(rows(arguments.questions), arguments.json)


if __name__ == "__main__":
    main()
