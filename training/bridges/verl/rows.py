"""A flow as verl keeps it, one row for each action, and back.

verl's agent loop gives a list of outputs for a flow; each becomes a row of the batch under the key `UID_SESSION_TURN`:
the question, the flow among those of the question, the action in the flow. An action that was cut at the length limit
has a mask of zeros: verl trains none of its tokens, and the row still counts as a turn.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from training.flow_grpo import Action, Flow


class Key(NamedTuple):
    """Of a row, as verl writes it."""

    uid: str
    session: int
    turn: int

    def __str__(self) -> str:
        return f"{self.uid}_{self.session}_{self.turn}"

    @classmethod
    def parse(cls, text: str) -> "Key":
        uid, session, turn = text.rsplit("_", 2)
        return cls(uid, int(session), int(turn))


@dataclass(frozen=True)
class Row:
    """An action. All fields but `key` are those of verl's `AgentLoopOutput`."""

    key: Key
    prompt_ids: list[int]
    response_ids: list[int]
    response_mask: list[int]
    response_logprobs: list[float]
    reward_score: float
    """Of the flow, the same in all its rows."""


def of_flow(flow: Flow, uid: str, session: int) -> list[Row]:
    """None for a flow that infrastructure ended. Raises `ValueError` where a scored flow has no action to carry it."""
    if flow.reward is None:
        return []
    if not flow.actions:
        raise ValueError(f"flow {session} of question {uid} has a reward and no action: verl could not count it")
    return [
        Row(
            key=Key(uid, session, turn),
            prompt_ids=list(action.prompt),
            response_ids=list(action.tokens),
            response_mask=[int(not action.truncated)] * len(action.tokens),
            response_logprobs=list(action.logprobs),
            reward_score=flow.reward,
        )
        for turn, action in enumerate(flow.actions)
    ]


def to_flows(rows: Iterable[Row], temperature: float) -> list[Flow]:
    """The flows that these rows came from, whatever their order. Groups are numbered as their questions first appear.

    Raises `ValueError` for a flow whose rows are not all there or do not agree.
    """
    found: defaultdict[tuple[str, int], list[Row]] = defaultdict(list)
    groups: dict[str, int] = {}
    for row in rows:
        found[row.key.uid, row.key.session].append(row)
        groups.setdefault(row.key.uid, len(groups))
    return [_flow(own, groups[uid], temperature) for (uid, _), own in found.items()]


def _flow(rows: Sequence[Row], group: int, temperature: float) -> Flow:
    ordered = sorted(rows, key=lambda row: row.key.turn)
    check_whole([row.key for row in ordered], [row.reward_score for row in ordered])
    actions = tuple(
        Action(
            prompt=tuple(row.prompt_ids),
            tokens=tuple(row.response_ids),
            logprobs=tuple(row.response_logprobs),
            temperature=temperature,
            truncated=not any(row.response_mask),
        )
        for row in ordered
    )
    return Flow(group, actions, ordered[0].reward_score)


def check_whole(keys: Sequence[Key], rewards: Sequence[float]) -> None:
    """Of one flow, in order. Raises `ValueError` where a row is missing or has another reward."""
    if [key.turn for key in keys] != list(range(len(keys))):
        raise ValueError(f"rows of a flow are missing or there twice: {', '.join(map(str, keys))}")
    if len(set(rewards)) != 1:
        raise ValueError(f"the rows of one flow have different rewards: {keys[0]} and on, {sorted(set(rewards))}")
