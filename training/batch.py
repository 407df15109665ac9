"""A step's batch: exactly Q groups of G flows, those without signal replaced as far as the settings allow."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from training.config import Rollout as Settings
from training.data import Task
from training.flow_grpo import has_signal
from training.rollout import Rollout

Play = Callable[[list[Task], int], list[Rollout]]
"""Plays all flows of some questions, whose groups are numbered from the given number."""


@dataclass(frozen=True)
class Batch:
    """`asked` are the flows of the first Q questions, before any was replaced: figures are theirs."""

    groups: list[list[Rollout]]
    asked: list[Rollout]
    drawn: int
    """Questions used."""

    @property
    def rollouts(self) -> list[Rollout]:
        return [rollout for group in self.groups for rollout in group]

    @property
    def without_signal(self) -> int:
        return sum(not _tells(group) for group in self.groups)


def collect(tasks: Iterator[Task], play: Play, settings: Settings) -> Batch:
    """Groups whose flows all earned the same are replaced by those of further questions, at most `refill` of them."""
    asked = play(_next(tasks, settings.questions), 0)
    groups, drawn, left = groups_of(asked), settings.questions, settings.refill
    while left and (places := [place for place, group in enumerate(groups) if not _tells(group)][:left]):
        further = groups_of(play(_next(tasks, len(places)), drawn))
        for place, group in zip(places, further, strict=True):
            groups[place] = group
        drawn, left = drawn + len(places), left - len(places)
    return Batch(groups, asked, drawn)


def groups_of(rollouts: Sequence[Rollout]) -> list[list[Rollout]]:
    """By question."""
    found: defaultdict[int, list[Rollout]] = defaultdict(list)
    for rollout in rollouts:
        found[rollout.seat.group].append(rollout)
    return list(found.values())


def _tells(group: Sequence[Rollout]) -> bool:
    return has_signal([rollout.flow for rollout in group])


def _next(tasks: Iterator[Task], number: int) -> list[Task]:
    found = list(islice(tasks, number))
    if len(found) != number:
        raise AssertionError(f"{number} questions were asked for and {len(found)} came")
    return found
