"""Offline examples for the baseline that Flow-GRPO is compared with: an oracle's plans, all worth imitating alike.

With advantage 1 and without KL and importance correction the gradient of Flow-GRPO's loss, at ratio 1, is that of the
cross-entropy. So the baseline needs no trainer of its own: same optimizer, checkpoints, evaluations and log.
"""

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from tokenizers import Tokenizer

from training.data import PocketQuestions
from training.flow_grpo import Action, Objective, Sample
from training.pocket.habits import NONE
from training.pocket.sft import spans
from training.pocket.traces import CLEAN, Row, encode, trace


def objective(goal: Objective) -> Objective:
    """The same, without what only a sampler or a reference gives a meaning."""
    return replace(goal, beta=0.0, importance_cap=None)


def samples(questions: PocketQuestions, step: int, drawn: int, flows: int, tokenizer: Tokenizer) -> list[Sample]:
    """Plans of `flows` flows of an oracle in the world of a step, each on a question of its own; every token counts
    alike."""
    world, asked = questions.asked(step, drawn)
    rng = random.Random(f"experts {step}")
    traces = (trace(question, world, rng, CLEAN, NONE) for question in islice(asked, flows))
    actions = [action for segments in traces if segments for action in _plans(encode(segments, tokenizer))]
    total = sum(len(action.tokens) for action in actions)
    return [Sample(action, advantage=1.0, weight=1 / total) for action in actions]


def _plans(row: Row) -> Sequence[Action]:
    """What the planner writes in a transcript, after all that stands before it."""
    plans = [(begin, end) for role, begin, end in spans(row.roles) if role == "plan"]
    return [Action(tuple(row.ids[:begin]), tuple(row.ids[begin:end]), (0.0,) * (end - begin)) for begin, end in plans]
