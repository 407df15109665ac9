"""The scorers put to the test on a set's own answers: each is right for its question, and wrong for another's.

Which other: the next question, in an order drawn with a fixed seed, whose answer is not simply the same. For multiple
choice also the other options and letters of the same question.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from training.benchmarks.answers import words
from training.benchmarks.problem import Problem
from training.benchmarks.scoring import right

ALLOWED = 0.02
"""Share of others' answers that may pass: two questions can have answers that say the same."""


@dataclass(frozen=True)
class Check:
    """`missed`: gold answers scored as wrong; `passed`: others' answers scored as right, as (id, answer)."""

    own: int
    missed: tuple[tuple[str, str], ...]
    others: int
    passed: tuple[tuple[str, str], ...]

    @property
    def sound(self) -> bool:
        return self.own > 0 and not self.missed and len(self.passed) <= ALLOWED * self.others


def check(problems: Sequence[Problem]) -> Check:
    """All own and all foreign answers through the scorers."""
    own = [(problem, answer) for problem in problems for answer in _own(problem)]
    others = [(problem, answer) for problem, answer in _others(problems)]
    missed = tuple((problem.id, answer) for problem, answer in own if not right(problem, answer))
    passed = tuple((problem.id, answer) for problem, answer in others if right(problem, answer))
    return Check(len(own), missed, len(others), passed)


def _own(problem: Problem) -> tuple[str, ...]:
    return (*problem.gold, problem.correct) if problem.correct else problem.gold


def _others(problems: Sequence[Problem]) -> Iterator[tuple[Problem, str]]:
    order = random.Random(0).sample(problems, len(problems))
    for place, problem in enumerate(order):
        known = {_core(answer) for answer in problem.gold}
        turned = order[place + 1 :] + order[:place]
        other = next((one for one in turned if not known & {_core(answer) for answer in one.gold}), None)
        if other is not None:
            yield from ((problem, answer) for answer in other.gold)
        for letter, option in zip(problem.letters, problem.options, strict=True):
            if letter != problem.correct:
                yield from ((problem, answer) for answer in (letter, option, f"{letter}. {option}"))


def _core(answer: str) -> str:
    return " ".join(words(answer))


def told(name: str, found: Check) -> str:
    """For people."""
    lines = [
        f"{name}: {found.own - len(found.missed)} of {found.own} own answers right, "
        f"{len(found.passed)} of {found.others} others' answers right: {'sound' if found.sound else 'NOT SOUND'}"
    ]
    lines += [f"  question {problem}: its own answer {answer!r} is scored as wrong" for problem, answer in found.missed]
    lines += [f"  question {problem}: the foreign answer {answer!r} passes" for problem, answer in found.passed]
    return "\n".join(lines)
