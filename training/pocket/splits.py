"""Question sets with gold answers: the real world, the real world in unseen wording, and an invented one for choices.

`dev` is for decisions while building; `real` and `held` are the test and are looked at last.
"""

import json
import random
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from training.pocket.questions import FAMILIES, Asker, Question
from training.pocket.real import real_names, real_world
from training.pocket.world import World, invent

SPLITS = ("real", "held", "dev")
DEV_WORLD = 800_001


@dataclass(frozen=True)
class Split:
    """Questions over a world; its articles are what searches must find."""

    name: str
    world: World
    questions: tuple[Question, ...]

    def write_articles(self, path: Path) -> None:
        """The world's articles as a wiki file for `wikipedia_search`."""
        lines = (json.dumps({"title": t, "text": x}, ensure_ascii=False) for t, x in self.world.articles.items())
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def load(name: str, limit: int, seed: int) -> Split:
    """`limit` different questions, as many of each family as possible."""
    match name:
        case "real" | "held":
            world = real_world(held=name == "held")
        case "dev":
            world = invent(DEV_WORLD, forbidden=real_names())
        case _:
            raise ValueError(f"no split {name!r}; there are {', '.join(SPLITS)}")
    asker = Asker(world, random.Random(f"split {name} {seed}"))
    return Split(name, world, tuple(_different(asker, limit)))


def _different(asker: Asker, limit: int) -> list[Question]:
    questions: dict[str, Question] = {}
    for family in islice(cycle(FAMILIES), 50 * limit):
        if len(questions) == limit:
            break
        question = asker.ask(family)
        questions.setdefault(question.text, question)
    return sorted(questions.values(), key=lambda question: FAMILIES.index(question.family))
