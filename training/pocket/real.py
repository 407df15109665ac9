"""The real world that tests the Pocket model: facts from `assets/pocket/facts.jsonl`, which training never sees."""

import json
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from training.pocket.article import Thing, write
from training.pocket.schema import KINDS
from training.pocket.world import World

FACTS = Path(__file__).parents[2] / "assets" / "pocket" / "facts.jsonl"


def load(path: Path = FACTS) -> Iterator[Thing]:
    """Things of the file, in its order; errors name the line."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        entry = json.loads(line)
        kind, facts = entry["kind"], dict(entry["facts"])
        pronoun = facts.pop("pronoun", entry.get("pronoun", "He" if kind == "person" else "It"))
        unknown = facts.keys() - KINDS.get(kind, {}).keys()
        if kind not in KINDS or unknown:
            raise ValueError(
                f"{path.name}:{number}: {entry['title']}: kind {kind!r} has no relations {sorted(unknown)}"
            )
        yield Thing(entry["title"], kind, facts, pronoun)


@cache
def real_names(path: Path = FACTS) -> frozenset[str]:
    """Every title and every value that is a name, casefolded: what training must never contain."""
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing: training needs it to know which names it must not invent")
    names: set[str] = set()
    for thing in load(path):
        names.add(thing.title)
        names |= {v for r, v in thing.facts.items() if KINDS[thing.kind][r].value not in ("number", "symbol", "field")}
    return frozenset(name.casefold() for name in names)


def real_world(path: Path = FACTS, held: bool = False) -> World:
    """The real things with their articles; each article's wording depends on its title alone."""
    things = {thing.title: thing for thing in load(path)}
    articles = {}
    for thing in things.values():
        rng = random.Random(f"article {thing.title}")
        order = list(thing.facts.items())
        rng.shuffle(order)
        shuffled = Thing(thing.title, thing.kind, dict(order), thing.pronoun)
        articles[thing.title] = write(shuffled, rng, held, plain=True)
    return World(things, articles)
