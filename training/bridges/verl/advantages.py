"""Flow-GRPO in verl's terms: what each row weighs, and that weight and the KL as token advantages.

verl's own GRPO would weigh every row of a batch the same, so that long flows weigh more. Here advantages and weights
are those of `flow_grpo.assign`, and verl sums over tokens (`loss_agg_mode=token-sum`). Its KL term knows no weights, so
it stays off, and the KL enters with the advantage. With one update a batch the ratio ρ is 1, and there the gradient of
ours is exactly that of verl's loss -ρ·adv with

    adv_j = w_j [ min(π_old/π_sampler, cap) A  -  β (1 - π_ref/π_old) ]      kl="k3"
    adv_j = w_j [ min(π_old/π_sampler, cap) A  -  β log(π_old/π_ref) ]       kl="corrected"

Letters in names: B rows, T tokens of a response, padded on the right.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from training.bridges.verl.rows import Key, check_whole
from training.flow_grpo import Action, Flow, Objective, assign


@dataclass(frozen=True)
class Share:
    """What a batch says about one row; zeros for a row that takes no part."""

    advantage: float = 0.0
    weight: float = 0.0
    """Of each of its tokens in J."""


@dataclass(frozen=True)
class Outline:
    """What there is to know of a row to weigh it; `padding` is a row that verl added."""

    key: Key
    length: int
    """Tokens of its response."""
    reward: float
    truncated: bool = False
    padding: bool = False


def shares(outlines: Sequence[Outline], objective: Objective, *, equal_groups: bool = True) -> list[Share]:
    """One for each row, in their order, by `flow_grpo.assign` over the flows of the whole batch.

    Without `equal_groups`, rows of a group without signal weigh nothing.
    """
    rows: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for place, row in enumerate(outlines):
        if not row.padding:
            rows[row.key.uid, row.key.session].append(place)
    groups: dict[str, int] = {}
    places: dict[int, int] = {}
    flows: list[Flow] = []
    for (uid, _), own in rows.items():
        own.sort(key=lambda place: outlines[place].key.turn)
        check_whole([outlines[place].key for place in own], [outlines[place].reward for place in own])
        actions = tuple(_stand_in(outlines[place]) for place in own)
        places |= {id(action): place for action, place in zip(actions, own, strict=True)}
        flows.append(Flow(groups.setdefault(uid, len(groups)), actions, outlines[own[0]].reward))
    found = [Share()] * len(outlines)
    for sample in assign(flows, objective):
        if equal_groups or sample.advantage:
            found[places[id(sample.action)]] = Share(sample.advantage, sample.weight)
    return found


def _stand_in(row: Outline) -> Action:
    """An action as long as the row's: its tokens do not enter its weight."""
    return Action((), (0,) * row.length, (0.0,) * row.length, truncated=row.truncated)


def token_advantages(
    found: Sequence[Share],
    mask_BT: Tensor,
    old_BT: Tensor,
    sampler_BT: Tensor,
    reference_BT: Tensor | None,
    objective: Objective,
) -> Tensor:
    """adv of the module's equations, zero where the mask is. The three are log-probabilities."""
    kind = old_BT.dtype
    advantage_B1 = torch.tensor([share.advantage for share in found], dtype=kind, device=old_BT.device)[:, None]
    weight_B1 = torch.tensor([share.weight for share in found], dtype=kind, device=old_BT.device)[:, None]
    importance_BT = torch.ones_like(old_BT)
    if objective.importance_cap is not None:
        importance_BT = (old_BT - sampler_BT).exp().clamp(max=objective.importance_cap)
    gain_BT = importance_BT * advantage_B1
    if objective.beta:
        if reference_BT is None:
            raise ValueError(f"beta is {objective.beta} and there are no log-probabilities of the reference")
        apart_BT = reference_BT - old_BT
        slope_BT = -apart_BT.expm1() if objective.kl == "k3" else -apart_BT
        gain_BT = gain_BT - objective.beta * slope_BT
    return torch.where(mask_BT.bool(), weight_B1 * gain_BT, torch.zeros_like(gain_BT))
