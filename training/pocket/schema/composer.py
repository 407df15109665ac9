"""Composers: what an article says about one, and how one asks."""

from training.pocket.schema.person import HOME, HOME_ASK, HOME_NOUNS
from training.pocket.schema.relation import Relation, held, told
from training.pocket.schema.shared import BIRTH_YEAR, BIRTHPLACE, DEATH_YEAR

INTRO = told("""
    {n} was a composer. {n} was a well-known composer. {n} has a place in the history of music. This is about the
    composer {n}. This article is about {n}, a composer. {n} wrote music. {n} was a composer of note. {n} is a name in
    the world of music. Here follows a short life of the composer {n}. Many books on the history of music mention {n}.
""")

COMPOSER = (
    Relation(
        "country",
        "country",
        HOME
        + told("""
            {n} was a composer from the country of {v}. The country of this composer was {v}. The music of {n} is part
            of the heritage of {v}. {n} is counted among the composers of {v}. The works of {n} belong to the music of
            {v}.
        """),
        held("""
            The nation of this musician was {v}. The passport of {n} would have been one of {v}. The land that claims
            {n} is {v}.
        """),
        HOME_NOUNS,
        HOME_ASK,
    ),
    BIRTHPLACE,
    BIRTH_YEAR,
    DEATH_YEAR,
)
