"""Bad planner habits: what Flow-GRPO is there to mend, injected on purpose and said so in the model card.

A planner trained on perfect traces alone leaves little to learn by reinforcement and little to see. So competence and
habit are apart: the long training shows detours only as something that happened, for the other modules to judge and to
recover from; a short one at its end teaches the planner to take them, each family of questions to its own degree.
Every right step stays in the training, so that every family can still be solved now and then.
"""

import random
from dataclasses import dataclass

from training.pocket.oracle import GENERATOR, NOTHING, NOTHING_NEW, PYTHON, SEARCH, Oracle, Step, Verdict

BY_HEART = "I do not know that by heart."
SYNTAX = (
    "Error: SyntaxError: invalid syntax (line 1)",
    "Error: SyntaxError: invalid syntax (<program>, line 1) (line 1)",
    "Error: NameError: name 'capital' is not defined (line 1)",
    "Error: SyntaxError: unexpected character (line 1)",
)
UNHELPFUL, NO_CALCULATION = "The reply does not help.", "A reply is no calculation."
_NOTHING_NEW = Verdict(False, NOTHING_NEW)


@dataclass(frozen=True)
class Detour:
    """A step that leads nowhere or not far; `query` is searched for, else `result` is what the tool says."""

    step: Step
    result: str = ""
    verdict: Verdict = _NOTHING_NEW
    query: str = ""


@dataclass(frozen=True)
class Habits:
    """How often a flow is a sloppy one, by family, and how often a step of a sloppy flow is a detour."""

    share: dict[str, float]
    each: float
    taught: bool
    """Whether the planner is trained to write the detours; then each family has its own, else any may come anywhere."""

    def sloppy(self, family: str, rng: random.Random) -> bool:
        return rng.random() < self.share.get(family, self.share["*"])

    def tempts(self, family: str, right: Step, searched: list[str]) -> bool:
        """Whether a sloppy flow of this family may stray from this step.

        Taught habits sit at one kind of step, so that what went before does not give them away: calculations are asked
        of the base generator, and later look-ups become the same look-up again.
        """
        if not self.taught or family in ("look1", "talk", "unknown"):
            return True
        return bool(searched) and right.tool == SEARCH if family.startswith("look") else right.tool != SEARCH


SEEN = Habits({"*": 0.15}, each=0.5, taught=False)
NONE = Habits({"*": 0.0}, each=0.0, taught=False)
TAUGHT = Habits(
    {
        "look1": 0.2,
        "look2": 0.3,
        "look3": 0.65,
        "sum": 0.35,
        "sum2": 0.65,
        "cmp": 0.65,
        "arith": 0.65,
        "eq": 0.35,
        "units": 0.65,
        "talk": 0.2,
        "unknown": 0.25,
        "*": 0.3,
    },
    each=0.9,
    taught=True,
)


def detour(oracle: Oracle, right: Step, searched: list[str], rng: random.Random, habitual: bool = False) -> Detour:
    """Something a careless planner would do instead of the `right` step; `searched` are the queries so far.

    A `habitual` one searches for the same thing again wherever it can.
    """
    question = oracle.question
    if right.tool == SEARCH:
        draw = rng.random()
        if searched and (draw < 0.35 or habitual):
            step = Step(right.context, f"Find {searched[-1]} again.", SEARCH, searched[-1])
            return Detour(step, query=searched[-1])
        if draw < 0.6:
            step = Step(right.context, "Search for the whole question.", SEARCH, question.text)
            return Detour(step, query=question.text)
        if draw < 0.75:
            need = oracle.need() or ("", "")
            step = Step(right.context, right.goal, PYTHON, f"{need[1]} of {need[0]}")
            return Detour(step, rng.choice(SYNTAX), oracle.failed())
        asked = f"What is the {' of '.join(reversed(oracle.need() or ('', '')))}?"
        return Detour(Step(right.context, right.goal, GENERATOR, asked), BY_HEART, Verdict(False, UNHELPFUL))
    if right.tool == GENERATOR:
        step = Step(NOTHING, "Search for the whole question.", SEARCH, question.text)
        return Detour(step, query=question.text)
    step = Step(right.context, right.goal, GENERATOR, right.command)
    if rng.random() < 0.6:
        return Detour(step, BY_HEART, Verdict(False, UNHELPFUL))
    guess = f"{rng.randint(2, 10 ** rng.choice((2, 3, 4, 6))):,}"
    return Detour(step, rng.choice((guess, guess.replace(",", ""))), Verdict(False, NO_CALCULATION))
