"""What the pocket world knows: the kinds of things, their relations, and the ways to write and to ask about them.

Pure data, one file a kind; `relation.py` says what a relation is. This module puts the kinds together.
"""

from training.pocket.schema import (
    city,
    composer,
    country,
    element,
    invention,
    lake,
    landmark,
    language,
    moon,
    mountain,
    person,
    planet,
    river,
)
from training.pocket.schema.relation import Relation

__all__ = ["INTRO", "KINDS", "Relation", "paths"]

COUNTRY, CITY, PERSON, ELEMENT = country.COUNTRY, city.CITY, person.PERSON, element.ELEMENT
RIVER, MOUNTAIN, LAKE, LANGUAGE = river.RIVER, mountain.MOUNTAIN, lake.LAKE, language.LANGUAGE
PLANET, MOON, COMPOSER = planet.PLANET, moon.MOON, composer.COMPOSER
INVENTION, LANDMARK = invention.INVENTION, landmark.LANDMARK

KINDS: dict[str, dict[str, Relation]] = {
    kind: {relation.name: relation for relation in relations}
    for kind, relations in {
        "country": COUNTRY,
        "city": CITY,
        "person": PERSON,
        "element": ELEMENT,
        "river": RIVER,
        "mountain": MOUNTAIN,
        "planet": PLANET,
        "moon": MOON,
        "invention": INVENTION,
        "landmark": LANDMARK,
        "composer": COMPOSER,
        "language": LANGUAGE,
        "lake": LAKE,
    }.items()
}

INTRO: dict[str, tuple[str, ...]] = {
    "country": country.INTRO,
    "city": city.INTRO,
    "person": person.INTRO,
    "element": element.INTRO,
    "river": river.INTRO,
    "mountain": mountain.INTRO,
    "planet": planet.INTRO,
    "moon": moon.INTRO,
    "invention": invention.INTRO,
    "landmark": landmark.INTRO,
    "composer": composer.INTRO,
    "language": language.INTRO,
    "lake": lake.INTRO,
}


def paths(length: int, numeric: bool = False) -> list[tuple[str, tuple[str, ...]]]:
    """Every (kind, relations) walk of this length that visits no kind twice; `numeric`: that ends in a number."""
    walks: list[tuple[str, tuple[str, ...]]] = []

    def walk(start: str, kind: str, done: tuple[str, ...], seen: frozenset[str]) -> None:
        for relation in KINDS[kind].values():
            if relation.value in seen:
                continue
            path = (*done, relation.name)
            if len(path) == length and (relation.value == "number" or not numeric):
                walks.append((start, path))
            if len(path) < length and relation.value in KINDS:
                walk(start, relation.value, path, seen | {relation.value})

    for kind in KINDS:
        walk(kind, kind, (), frozenset({kind}))
    return walks
