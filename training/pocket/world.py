"""A pocket world: things with facts, one article each, and the index that answers searches.

Training worlds are invented afresh, the real one (`real.py`) is read from a file; all else is the same for both.
"""

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from tools.wiki_index import Article, WikiIndex
from training.pocket import article
from training.pocket.article import Thing
from training.pocket.names import Namer, Pieces, words
from training.pocket.schema import KINDS, Relation

COUNTS = {
    "country": 26,
    "person": 30,
    "river": 24,
    "mountain": 20,
    "element": 20,
    "planet": 7,
    "moon": 14,
    "invention": 18,
    "landmark": 20,
    "composer": 16,
    "language": 18,
    "lake": 14,
    "city": 46,
}
MISSING = (0.0, 0.1, 0.1, 0.2, 0.5, 0.8)
"""Shares of facts that an article lacks, one drawn for each thing: with one share for all, "a short article" would
become the sign of "not said"."""
LIVED = ("person", "composer")
_FIELDS = words(
    "physics chemistry mathematics astronomy biology botany geology medicine engineering zoology optics genetics",
    "statistics radioactivity electricity magnetism mechanics logic computing geometry",
)


@dataclass(frozen=True)
class World:
    """Things by title, and their articles."""

    things: Mapping[str, Thing]
    articles: Mapping[str, str]

    @cached_property
    def index(self) -> WikiIndex:
        return WikiIndex(Article(title, text) for title, text in self.articles.items())

    @cached_property
    def titles(self) -> Mapping[str, tuple[str, ...]]:
        """Titles of each kind."""
        return {kind: tuple(t.title for t in self.things.values() if t.kind == kind) for kind in KINDS}

    def walk(self, title: str, path: tuple[str, ...]) -> str | None:
        """The value at the end of a chain of relations, None where a link is missing."""
        value: str | None = title
        for relation in path:
            thing = self.things.get(value or "")
            value = thing.facts.get(relation) if thing else None
        return value


def _number(
    rng: random.Random, low: float, high: float, unit: str = "", decimals: float = 0.0, even: bool = False
) -> str:
    value = rng.uniform(low, high) if even else math.exp(rng.uniform(math.log(max(low, 1)), math.log(high)))
    if rng.random() < decimals:
        return f"{value:,.{rng.choice((1, 2, 2, 3))}f}{unit}"
    whole = round(value)
    if whole > 1000:
        # Real figures end in zeros, and groups of zeros are what is copied wrong.
        digits, draw = len(str(whole)), rng.random()
        if draw < 0.35:
            whole = round(whole, rng.choice((1, 2, 2, 3)) - digits)
        elif draw < 0.55:
            whole = round(whole, -rng.choice((1, 2, 3)))
    return f"{whole:,}{unit}"


def _year(rng: random.Random, low: int, high: int) -> str:
    return str(rng.randint(low, high))


_NUMBERS: dict[str, Callable[[random.Random], str]] = {
    "population": lambda r: _number(r, 800, 1.6e9),
    "area": lambda r: _number(r, 5, 1.8e7, " km²", 0.15),
    "elevation": lambda r: ("-" if r.random() < 0.05 else "") + _number(r, 2, 5000, " m", 0.1),
    "founding year": lambda r: _year(r, 200, 2010),
    "birth year": lambda r: _year(r, 1400, 1960),
    "discovery year": lambda r: _year(r, 1400, 2015),
    "first ascent": lambda r: _year(r, 1700, 2000),
    "atomic number": lambda r: str(r.randint(1, 160)),
    "atomic mass": lambda r: _number(r, 1, 300, decimals=0.9, even=True),
    "melting point": lambda r: ("-" if r.random() < 0.25 else "") + _number(r, 5, 4000, " °C", 0.6, even=True),
    "length": lambda r: _number(r, 20, 7500, " km", 0.1),
    "height": lambda r: _number(r, 2, 9000, " m", 0.25),
    "depth": lambda r: _number(r, 3, 1800, " m", 0.1),
    "diameter": lambda r: _number(r, 5, 300_000, " km"),
    "distance from the Sun": lambda r: _number(r, 20, 9000, " million km", 0.4),
    "orbital period": lambda r: _number(r, 20, 90_000, " days"),
    "number of moons": lambda r: str(r.randint(0, 300) if r.random() < 0.4 else r.randint(0, 20)),
    "invention year": lambda r: _year(r, 1400, 2015),
    "completion year": lambda r: _year(r, 200, 2020),
    "native speakers": lambda r: _number(r, 1, 999, " million"),
}


class _Maker:
    """Invents the facts of one world."""

    def __init__(self, rng: random.Random, namer: Namer) -> None:
        self._rng, self._namer = rng, namer
        self._titles: dict[str, list[str]] = {kind: [] for kind in KINDS}
        for kind, count in COUNTS.items():
            for number in range(count):
                self._titles[kind].append(namer.name(kind, self._near(kind, number)))
        self._shared = {
            "continent": [namer.name("text") for _ in range(6)],
            "language family": [namer.name("text") for _ in range(9)],
            "script": [namer.name("text") for _ in range(9)],
            "range": [self._range() for _ in range(14)],
            "mouth": [self._water() for _ in range(14)],
        }

    def _near(self, kind: str, number: int) -> str | None:
        countries = self._titles["country"]
        if kind == "city" and number < len(countries):
            return countries[number]
        if kind == "language":
            return self._rng.choice(countries)
        if kind == "city" and self._rng.random() < 0.15:
            return self._rng.choice(self._titles["river"])
        return self._rng.choice(countries) if kind in ("river", "mountain") and self._rng.random() < 0.15 else None

    def _range(self) -> str:
        name = self._namer.name("text")
        return name + self._rng.choice(("s", "s", " Range", " Mountains", ""))

    def _water(self) -> str:
        name = self._namer.name("text")
        return self._rng.choice((f"{name} Sea", f"{name} Ocean", f"Gulf of {name}", f"Bay of {name}", f"{name} Lake"))

    def _text(self, relation: str) -> str:
        rng, name = self._rng, self._namer.name
        if relation == "source":
            lake = f"Lake {name('text')}"
            return rng.choice((lake, f"the {self._range()}", rng.choice(self._titles["mountain"]), name("text")))
        if relation == "currency":
            word = name("text")
            return rng.choice((word.lower(), word.lower(), f"{word} {self._namer.word().lower()}", word))
        if relation == "architect":
            return name("person")
        return rng.choice(self._shared[relation])

    def _field(self) -> str:
        rng = self._rng
        one = rng.choice(_FIELDS) if rng.random() < 0.5 else self._namer.word().lower()
        return f"{one} and {rng.choice(_FIELDS)}" if rng.random() < 0.25 else one

    def value(self, title: str, relation: Relation, so_far: Mapping[str, str]) -> str:
        rng = self._rng
        if relation.name == "death year":
            born = int(so_far.get("birth year", _year(rng, 1400, 1960)))
            return str(born + rng.randint(25, 95))
        if relation.value == "number":
            return _NUMBERS[relation.name](rng)
        if relation.value == "symbol":
            return self._namer.short()
        if relation.value == "field":
            return self._field()
        if relation.value == "text":
            return self._text(relation.name)
        if relation.name == "capital" and rng.random() < 0.9:
            return self._titles["city"][self._titles["country"].index(title)]
        return rng.choice(self._titles[relation.value])

    def things(self) -> list[Thing]:
        made = []
        for kind, titles in self._titles.items():
            for title in titles:
                facts: dict[str, str] = {}
                missing = self._rng.choice(MISSING)
                for relation in KINDS[kind].values():
                    if self._rng.random() >= missing:
                        facts[relation.name] = self.value(title, relation, facts)
                order = list(facts.items())
                self._rng.shuffle(order)
                pronoun = self._rng.choice(("He", "She")) if kind in LIVED else "It"
                made.append(Thing(title, kind, dict(order), pronoun))
        return made


def invent(
    seed: int, pieces: Pieces | None = None, forbidden: frozenset[str] = frozenset(), held: bool = False
) -> World:
    """The training world of this seed; `forbidden` names (casefolded) never occur as titles or values."""
    rng = random.Random(f"world {seed}")
    namer = Namer(rng, pieces, forbidden)
    things = _Maker(rng, namer).things()
    asides = article.Asides(rng, [namer.name("person") for _ in range(12)])
    return World(
        {thing.title: thing for thing in things},
        {thing.title: article.write(thing, rng, held, asides) for thing in things},
    )
