"""How facts become an article: one sentence a fact, or several facts in one, and sentences about other matters.

What people write about real things joins facts and strays from them; a model that has read only one fact a sentence
cannot read that. Sentences about other matters are for invented things only: of real ones they would be false.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass

from training.pocket.schema import INTRO, KINDS


@dataclass(frozen=True)
class Thing:
    """One thing of the world: its facts by relation, in the order its article tells them."""

    title: str
    kind: str
    facts: Mapping[str, str]
    pronoun: str = "It"


_OPENINGS = ("It ", "Its ", "He ", "She ", "His ", "Her ", "The ", "In ", "At ", "As ")
_JOINTS = (", and ", ", and ", "; ", " and ", ", while ")
_PAIRS = (
    "{its} {r} is {v} and {its_} {s} is {w}.",
    "{its} {r} is {v}, {its_} {s} {w}.",
    "The {r} of {n} is {v} and the {s} is {w}.",
    "{n} has the {r} {v} and the {s} {w}.",
    "{r_}: {v}. {s_}: {w}.",
    "{r_}: {v}; {s}: {w}.",
    "{n}: {r} {v}, {s} {w}.",
    "{n}, with the {r} {v}, has the {s} {w}.",
    "While {its_} {r} is {v}, {its_} {s} is {w}.",
    "Besides {its_} {r}, {v}, one knows {its_} {s}, {w}.",
    "The {r} and the {s} of {n} are {v} and {w}.",
    "{its} {r}, which is {v}, is given with {its_} {s}, which is {w}.",
)
_PAIRS_HELD = ("For {n} the {r} is {v}, the {s} {w}.", "{v} is the {r} and {w} the {s}.")
_LIVES = (
    ("birth year", "death year", "{n} ({v}\u2013{w}) has an article here."),
    ("birth year", "death year", "{n} ({v}-{w})."),
    ("birth year", "death year", "{p} was born in {v} and died in {w}."),
    ("birth year", "death year", "{n} lived from {v} to {w}."),
    ("birth year", "birthplace", "{p} was born in {v} in {w}."),
    ("birthplace", "birth year", "{p} was born in {v} in {w}."),
    ("birthplace", "birth year", "{n} was born in the town of {v} in the year {w}."),
    ("birthplace", "death year", "{p} was born in {v} and died in {w}."),
    ("birth year", "death year", "The life of {n} lasted from {v} to {w}."),
    ("birth year", "death year", "Born in {v}, {n} died in {w}."),
    ("death year", "birth year", "{n}, who died in {v}, was born in {w}."),
    ("birth year", "death year", "{n} (born {v}, died {w}) is the subject here."),
    ("birthplace", "birth year", "A native of {v}, {n} was born in {w}."),
    ("birth year", "birthplace", "In {v} {n} was born in {w}."),
    ("birthplace", "death year", "{n}, a native of {v}, died in {w}."),
    ("birth year", "field", "{n}, born in {v}, worked in the field of {w}."),
)
_ASIDES = (
    "Many people like to read about it.",
    "There is much more to say about this.",
    "Few know how the name came about.",
    "A stamp that shows it was printed in {y}.",
    "In {y} a book about it was written by {w}.",
    "{w} wrote a song about it in {y}.",
    "A school was named after it in {y}.",
    "The writer {w} spoke of it often.",
    "A film of {y} tells the story.",
    "About {k} copies of that book were sold.",
    "The museum that {w} opened in {y} has {k} pictures of it.",
    "Visitors come in every season.",
    "The name is said in many ways.",
    "Some of this was forgotten for a long time.",
    "A ship was given the same name in {y}; it was {m} m long.",
    "{w} drew a map of it.",
    "The letters of {w} speak of it {m} times.",
    "It was in the news in {y}.",
    "A prize with this name was first given to {w} in {y}.",
    "Nobody knows it better than {w}, who has studied it for {m} years.",
    "Streets in many towns bear the name.",
    "The first photograph of it was taken in {y}.",
    "{w} first heard of it in {y}.",
    "A club of its friends has {m} members.",
    "An old legend about it was told by {w}.",
    "Painters such as {w} have tried to show it.",
    "The exhibition of {y} drew {k} people.",
    "An archive keeps {k} letters about it.",
    "Teachers speak of it in class.",
    "A poem by {w} has {m} lines about it.",
)


@dataclass(frozen=True)
class Asides:
    """Sentences that say nothing of a thing's own facts, with names of the world's."""

    rng: random.Random
    names: list[str]

    def draw(self) -> str:
        rng = self.rng
        year, many, few = rng.randint(1500, 2020), f"{rng.randint(1, 90)},000", rng.randint(3, 90)
        return rng.choice(_ASIDES).format(y=year, w=rng.choice(self.names), k=many, m=few)


def write(
    thing: Thing, rng: random.Random, held: bool = False, asides: Asides | None = None, plain: bool = False
) -> str:
    """The thing's facts as sentences; `held` takes the phrasings that training never shows.

    `plain` says what a value is before the value, which is how the model reads best.
    """
    joined, strays = rng.choice((0.0, 0.0, 0.15, 0.4)), rng.choice((0.0, 0.0, 0.0, 0.15, 0.4))
    facts = list(thing.facts.items())
    body = []
    while facts:
        pair = _pair(thing, facts, rng, held) if rng.random() < joined else ""
        body.append(pair or _sentence(thing, *facts.pop(0), rng, held, plain))
    sentences = [rng.choice(INTRO[thing.kind]).format(n=thing.title)] if rng.random() < 0.8 else []
    for sentence in _join(body, rng, joined / 2):
        sentences.append(sentence)
        if asides and rng.random() < strays:
            sentences.append(asides.draw())
    return " ".join(sentences) or f"{thing.title} has no article yet."


def _sentence(thing: Thing, relation: str, value: str, rng: random.Random, held: bool, plain: bool) -> str:
    known = KINDS[thing.kind][relation]
    choice = known.held if held else known.sentences
    if plain and not held:
        choice = tuple(sentence for sentence in choice if sentence.endswith("{v}."))
    return rng.choice(choice).format(n=thing.title, v=value, p=thing.pronoun)


def _pair(thing: Thing, facts: list[tuple[str, str]], rng: random.Random, held: bool) -> str:
    """Two facts in one sentence, taken from `facts`; empty where there are not two."""
    if len(facts) < 2:
        return ""
    lives = [(r, s, text) for r, s, text in _LIVES if r in thing.facts and s in thing.facts]
    lives = [(r, s, text) for r, s, text in lives if {(r, thing.facts[r]), (s, thing.facts[s])} <= set(facts)]
    its = {"He": "His", "She": "Her"}.get(thing.pronoun, "Its")
    if lives and not held and rng.random() < 0.8:
        r, s, text = rng.choice(lives)
    else:
        (r, _), (s, _) = facts[:2]
        text = rng.choice(_PAIRS_HELD if held else _PAIRS)
    facts[:] = [fact for fact in facts if fact[0] not in (r, s)]
    first, second = (rng.choice(KINDS[thing.kind][relation].nouns) for relation in (r, s))
    names = {"n": thing.title, "p": thing.pronoun, "its": its, "its_": its.lower()}
    values = {"v": thing.facts[r], "w": thing.facts[s], "r": first, "s": second}
    return text.format(**names, **values, r_=first[:1].upper() + first[1:], s_=second[:1].upper() + second[1:])


def _join(sentences: list[str], rng: random.Random, share: float) -> list[str]:
    """Some neighbours made one sentence: "It has ..., and its capital is ..."."""
    joined: list[str] = []
    for sentence in sentences:
        if joined and sentence.startswith(_OPENINGS) and joined[-1].endswith(".") and rng.random() < share:
            joined[-1] = joined[-1][:-1] + rng.choice(_JOINTS) + sentence[:1].lower() + sentence[1:]
        else:
            joined.append(sentence)
    return joined
