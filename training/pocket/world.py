"""A pocket world: things with facts, one article each, and the index that answers searches.

Training worlds are invented afresh, the real one (`real.py`) is read from a file; all else is the same for both.
"""

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from tools.wiki_index import Article, WikiIndex
from training.pocket.names import Namer, Pieces, words
from training.pocket.schema import INTRO, KINDS, Relation

COUNTS = {"country": 26, "city": 50, "person": 36, "river": 30, "mountain": 30, "element": 28}
MISSING = 0.12
_FIELDS = words(
    "physics chemistry mathematics astronomy biology botany geology medicine engineering zoology optics genetics",
    "statistics radioactivity electricity magnetism mechanics logic computing geometry",
)


@dataclass(frozen=True)
class Thing:
    """One thing of the world: its facts by relation, in the order its article tells them."""

    title: str
    kind: str
    facts: Mapping[str, str]
    pronoun: str = "It"


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


def write_article(thing: Thing, rng: random.Random, held: bool = False) -> str:
    """The thing's facts as sentences; `held` takes the phrasings that training never shows."""
    sentences = [rng.choice(INTRO[thing.kind]).format(n=thing.title)] if rng.random() < 0.8 else []
    for relation, value in thing.facts.items():
        known = KINDS[thing.kind][relation]
        sentence = rng.choice(known.held if held else known.sentences)
        sentences.append(sentence.format(n=thing.title, v=value, p=thing.pronoun))
    return " ".join(sentences) or f"{thing.title} has no article yet."


def _number(
    rng: random.Random, low: float, high: float, unit: str = "", decimals: float = 0.0, even: bool = False
) -> str:
    value = rng.uniform(low, high) if even else math.exp(rng.uniform(math.log(max(low, 1)), math.log(high)))
    if rng.random() < decimals:
        return f"{value:,.{rng.choice((1, 2, 2, 3))}f}{unit}"
    whole = round(value)
    if whole > 1000 and rng.random() < 0.3:
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
    "height": lambda r: _number(r, 200, 9000, " m", 0.25),
}


class _Maker:
    """Invents the facts of one world."""

    def __init__(self, rng: random.Random, namer: Namer) -> None:
        self._rng, self._namer = rng, namer
        self._titles: dict[str, list[str]] = {kind: [] for kind in KINDS}
        for kind in ("country", "person", "river", "mountain", "element", "city"):
            for number in range(COUNTS[kind]):
                self._titles[kind].append(namer.name(kind, self._near(kind, number)))
        self._shared = {
            "continent": [namer.name("text") for _ in range(6)],
            "official language": [namer.name("text") for _ in range(20)],
            "range": [self._range() for _ in range(14)],
            "mouth": [self._water() for _ in range(14)],
        }

    def _near(self, kind: str, number: int) -> str | None:
        countries = self._titles["country"]
        if kind == "city" and number < len(countries):
            return countries[number]
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
        value = rng.choice(self._shared[relation])
        if relation == "official language" and rng.random() < 0.2:
            value += f" and {rng.choice(self._shared[relation])}"
        return value

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
                for relation in KINDS[kind].values():
                    if self._rng.random() > MISSING:
                        facts[relation.name] = self.value(title, relation, facts)
                order = list(facts.items())
                self._rng.shuffle(order)
                pronoun = self._rng.choice(("He", "She")) if kind == "person" else "It"
                made.append(Thing(title, kind, dict(order), pronoun))
        return made


def invent(
    seed: int, pieces: Pieces | None = None, forbidden: frozenset[str] = frozenset(), held: bool = False
) -> World:
    """The training world of this seed; `forbidden` names (casefolded) never occur as titles or values."""
    rng = random.Random(f"world {seed}")
    things = _Maker(rng, Namer(rng, pieces, forbidden)).things()
    return World(
        {thing.title: thing for thing in things}, {thing.title: write_article(thing, rng, held) for thing in things}
    )
