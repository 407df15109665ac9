"""Question sets with gold answers: the real world, the real world in unseen wording (articles and questions, or
articles alone), articles and questions by hand in their author's own words, and an invented world for choices.

`dev` is for decisions while building; the others are the test and are looked at last.
"""

import json
import random
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from training.pocket.question import Question
from training.pocket.questions import FAMILIES, Asker
from training.pocket.real import real_names, real_world
from training.pocket.world import World, invent

SPLITS = ("real", "held", "held-articles", "own", "dev")
OWN = Path(__file__).with_name("own.jsonl")
DEV_WORLD = 800_001


@dataclass(frozen=True)
class Split:
    """Questions over a world; its articles are what searches must find.

    The world of articles written by hand has no facts beside them, so no oracle can follow its questions.
    """

    name: str
    world: World
    questions: tuple[Question, ...]

    @property
    def has_oracle(self) -> bool:
        return bool(self.world.things)

    def write_articles(self, path: Path) -> None:
        """The world's articles as a wiki file for `wikipedia_search`."""
        lines = (json.dumps({"title": t, "text": x}, ensure_ascii=False) for t, x in self.world.articles.items())
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def load(name: str, limit: int, seed: int) -> Split:
    """`limit` different questions, as many of each family as possible."""
    match name:
        case "real" | "held" | "held-articles":
            world = real_world(held=name != "real")
        case "own":
            return _own(limit, seed)
        case "dev":
            world = invent(DEV_WORLD, forbidden=real_names())
        case _:
            raise ValueError(f"no split {name!r}; there are {', '.join(SPLITS)}")
    asker = Asker(world, random.Random(f"split {name} {seed}"), held=name == "held")
    return Split(name, world, tuple(_different(asker, limit)))


def _own(limit: int, seed: int) -> Split:
    entries = [json.loads(line) for line in OWN.read_text(encoding="utf-8").splitlines()]
    asked = [question for entry in entries for question in entry["questions"]]
    questions = [Question(one["family"], one["text"], "", one["answer"]) for one in asked]
    chosen = random.Random(f"split own {seed}").sample(questions, min(limit, len(questions)))
    return Split("own", World({}, {entry["title"]: entry["text"] for entry in entries}), tuple(chosen))


def _different(asker: Asker, limit: int) -> list[Question]:
    questions: dict[str, Question] = {}
    for family in islice(cycle(FAMILIES), 50 * limit):
        if len(questions) == limit:
            break
        question = asker.ask(family)
        questions.setdefault(question.text, question)
    return sorted(questions.values(), key=lambda question: FAMILIES.index(question.family))
