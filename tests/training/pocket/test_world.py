"""Invented worlds: the same for the same seed, full of links, and without anything real."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.pocket.names import Namer, pieces_of
from training.pocket.real import load, real_names
from training.pocket.schema import KINDS, paths
from training.pocket.world import invent

seeds = st.integers(0, 2**40)
few = settings(max_examples=15, deadline=None)


@few
@given(seeds)
def test_a_seed_gives_one_world(seed: int) -> None:
    assert invent(seed).articles == invent(seed).articles
    assert invent(seed).articles != invent(seed + 1).articles


@few
@given(seeds)
def test_every_fact_stands_in_its_article(seed: int) -> None:
    world = invent(seed)
    for thing in world.things.values():
        assert all(value in world.articles[thing.title] for value in thing.facts.values())


@few
@given(seeds)
def test_links_lead_to_things_of_the_right_kind(seed: int) -> None:
    world = invent(seed)
    links = [
        (world.things[value].kind, KINDS[thing.kind][relation].value)
        for thing in world.things.values()
        for relation, value in thing.facts.items()
        if KINDS[thing.kind][relation].value in KINDS
    ]
    assert len(links) > 100
    assert all(led == promised for led, promised in links)


@few
@given(seeds)
def test_nothing_real_is_ever_invented(seed: int) -> None:
    real = real_names()
    assert len(real) > 500
    world = invent(seed, forbidden=real)
    assert not real & {title.casefold() for title in world.things}
    values = {
        value.casefold()
        for thing in world.things.values()
        for relation, value in thing.facts.items()
        if KINDS[thing.kind][relation].value not in ("number", "symbol", "field")
    }
    assert not real & values


def test_forbidden_names_are_avoided_and_not_merely_unlikely() -> None:
    first = Namer(random.Random(1)).name("city")
    assert Namer(random.Random(1), forbidden=frozenset({first.casefold()})).name("city") != first


@given(seeds)
@settings(max_examples=15, deadline=None)
def test_names_of_one_world_differ(seed: int) -> None:
    namer = Namer(random.Random(seed), pieces_of([" Ab", "ba", "cu", " De"]))
    names = [namer.name(kind) for kind in ("city", "person", "element") for _ in range(60)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("kind", KINDS)
def test_every_relation_has_enough_phrasings_mostly_cue_first(kind: str) -> None:
    for relation in KINDS[kind].values():
        assert len(set(relation.sentences)) >= 8
        assert not set(relation.sentences) & set(relation.held)
        assert all("{v}" in sentence for sentence in relation.sentences + relation.held)
        cue_first = [sentence for sentence in relation.sentences if not sentence.startswith(("{v}", "The {v}"))]
        assert len(cue_first) / len(relation.sentences) >= 0.75


def test_paths_visit_no_kind_twice_and_end_in_numbers_when_asked() -> None:
    assert ("country", ("capital", "river", "length")) in paths(3, numeric=True)
    assert ("city", ("country", "capital")) not in paths(2)
    assert all(len(path) == 2 for _, path in paths(2))


def test_the_real_file_holds_only_known_kinds_and_relations() -> None:
    things = list(load())
    assert len(things) > 400
    assert {thing.kind for thing in things} == set(KINDS)
