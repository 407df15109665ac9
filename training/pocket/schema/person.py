"""Scientists and inventors: what an article says about one, and how one asks."""

from training.pocket.schema.relation import Relation, held, told
from training.pocket.schema.shared import BIRTH_YEAR, BIRTHPLACE, DEATH_YEAR

INTRO = told("""
    {n} was a scientist or inventor. {n} has a place in the history of science and technology.
    {n} is a well-known name in science and technology. This is about {n}, a person of science or invention.
""")

PERSON = (
    Relation(
        "country",
        "country",
        told("""
            {p} was a citizen of {v}. The country of {n} was {v}. The home country of {n} was {v}.
            {p} came from the country of {v}. {n} was a person of science from the country of {v}.
            The country {n} came from was {v}. The home country was {v}. The nation {n} belonged to was {v}.
            As a home country {n} had {v}. {p} belonged to the nation of {v}. The native country was {v}.
            {n} is counted among the great names of {v}. {v} was the country of {n}.
        """),
        held("""
            The nation of this mind was {v}. The passport of {n} would have been one of {v}.
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
    Relation(
        "field",
        "field",
        told("""
            {p} worked in {v}. {n} is known for work in {v}. The field of {n} was {v}.
            {p} is remembered for work in {v}. The field of work was {v}. {p} did research in {v}. {p} studied {v}.
            The subject of this life's work was {v}. {n} was active in the field of {v}. The field was {v}.
            {p} made a name in {v}. The work of {n} was in {v}. The profession of {n} was {v}.
        """),
        held("""
            {p} gave a working life to {v}. Students of {v} know the name of {n}. The great interest of {n} was {v}.
        """),
        ("field", "field of work"),
        told("""
            In which field did {x} work? What did {x} work on? What is {x} known for? What did {x} study?
            In what field was {x} active?
        """),
    ),
)
