"""Composers: what an article says about one, and how one asks."""

from training.pocket.schema.relation import Relation, held, told
from training.pocket.schema.shared import BIRTH_YEAR, BIRTHPLACE, DEATH_YEAR

INTRO = told("""
    {n} was a composer. {n} was a well-known composer. {n} has a place in the history of music.
    This is about the composer {n}.
""")

COMPOSER = (
    Relation(
        "country",
        "country",
        told("""
            {p} was a citizen of {v}. The country of {n} was {v}. The home country of {n} was {v}.
            {p} came from the country of {v}. {n} was a composer from the country of {v}.
            The country of this composer was {v}. The home country was {v}. The nation {n} belonged to was {v}.
            As a home country {n} had {v}. The music of {n} is part of the heritage of {v}.
            The native country was {v}. {n} is counted among the composers of {v}. {v} was the country of {n}.
        """),
        held("""
            The nation of this musician was {v}. The passport of {n} would have been one of {v}.
            The land that claims {n} is {v}.
        """),
        ("country", "home country"),
        told("""
            Which country did {x} come from? From which country was {x}? What country did {x} come from?
            Which country was the home of {x}? Of which country was {x} a citizen? To which nation did {x} belong?
        """),
    ),
    BIRTHPLACE,
    BIRTH_YEAR,
    DEATH_YEAR,
)
