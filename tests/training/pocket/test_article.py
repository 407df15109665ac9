"""Articles: every fact stands in them, in one sentence or joined; of real things nothing else is said."""

import random
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from training.pocket.article import _ASIDES, Asides, Thing, write
from training.pocket.real import real_world
from training.pocket.world import invent

few = settings(max_examples=60, deadline=None)
ADA = Thing(
    "Ada Foo",
    "person",
    {"birth year": "1815", "birthplace": "Barburg", "death year": "1852", "field": "mathematics", "country": "Baz"},
    "She",
)


@few
@given(st.integers(0, 2**30), st.booleans())
def test_every_fact_is_said_once_whatever_the_style(seed: int, held: bool) -> None:
    text = write(ADA, random.Random(seed), held)
    assert all(text.count(value) == 1 for value in ADA.facts.values() if value != "Baz")
    assert "{" not in text


def test_some_articles_join_facts_and_some_do_not() -> None:
    counts = {write(ADA, random.Random(seed)).count(". ") for seed in range(60)}
    assert len(counts) >= 4
    assert any("1815" in s and "1852" in s for seed in range(60) for s in write(ADA, random.Random(seed)).split(". "))


def test_asides_are_for_invented_things_only() -> None:
    rng = random.Random(1)
    asides = Asides(rng, ["Zed Quux"])
    assert any("Zed Quux" in write(ADA, rng, asides=asides) for _ in range(60))
    strays = [re.escape(aside.split("{")[0].strip()) for aside in _ASIDES if len(aside.split("{")[0]) > 12]
    assert len(strays) > 10
    assert not any(re.search("|".join(strays), text) for text in real_world().articles.values())


@few
@given(st.integers(0, 2**30))
def test_asides_hold_no_fact_of_the_thing(seed: int) -> None:
    world = invent(seed % 20)
    plain = Thing("Foo", "country", {})
    text = write(plain, random.Random(seed), asides=Asides(random.Random(seed), [next(iter(world.things))]))
    assert not any(word in text for word in ("capital", "population", "currency"))
