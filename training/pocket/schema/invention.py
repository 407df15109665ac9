"""Inventions: what an article says about one, and how one asks.

Some names are things to count (a telephone), some are not (dynamite), so the name stands without an article or the
sentence says "this invention".
"""

from training.pocket.schema.relation import Relation, held, told

INTRO = told("""
    {n} is an invention. {n} is a well-known invention. {n} is one of the famous inventions.
    This is about an invention called {n}.
""")

INVENTION = (
    Relation(
        "inventor",
        "person",
        told("""
            It was invented by {v}. Its inventor was {v}. The inventor was {v}. This invention was made by {v}.
            The inventor of {n} was {v}. {n} was invented by {v}. The one who invented it was {v}.
            The invention is the work of {v}. The invention is credited to {v}. As its inventor one names {v}.
            The person behind this invention was {v}. The idea and its making came from {v}. {v} was its inventor.
            {v} invented it.
        """),
        held("We owe it to {v}. It sprang from the mind of {v}. The first one was built or made by {v}."),
        ("inventor",),
        told("""
            Who invented {x}? By whom was {x} invented? Who was the inventor of {x}? Who came up with {x}?
            Who is credited with inventing {x}? Whose invention is {x}?
        """),
    ),
    Relation(
        "invention year",
        "number",
        told("""
            It was invented in {v}. {n} was invented in {v}. The invention was made in {v}.
            The year of invention was {v}. Its invention year is {v}. The invention year was {v}.
            The invention dates from {v}. The invention of {n} was in {v}. Its invention is dated to {v}.
            As the year of invention one finds {v}. This invention belongs to the year {v}.
            The year it was invented in is {v}. The year {v} brought its invention.
        """),
        held("It has existed since {v}. The world first had it in {v}. Nobody used it before {v}."),
        ("invention year", "year of invention"),
        told("""
            When was {x} invented? In which year was {x} invented? What year was {x} invented in?
            In what year was {x} invented? From which year is {x}?
        """),
        more=told("""
            Which was invented later, {a} or {b}? Which is the newer invention, {a} or {b}?
            Which of these inventions came later, {a} or {b}?
        """),
        less=told("""
            Which was invented first, {a} or {b}? Which was invented earlier, {a} or {b}?
            Which is the older invention, {a} or {b}?
        """),
        minus=told("""
            How many years after {y} was {x} invented? How many years passed between the inventions of {y} and {x}?
        """),
    ),
    Relation(
        "country",
        "country",
        told("""
            It was invented in the country of {v}. The country of the invention is {v}. Its country is {v}.
            The country of {n} is {v}. It is an invention from {v}. The invention comes from {v}.
            The country it was invented in is {v}. {n} is an invention from {v}. It has its origin in {v}.
            The home country of this invention is {v}. As its country of origin one names {v}.
            It was first made in the country of {v}. {v} is the country it was invented in.
        """),
        held("It first appeared on the soil of {v}. Its cradle was {v}. The world received it from {v}."),
        ("country", "country of origin"),
        told("""
            In which country was {x} invented? From which country does {x} come? Where was {x} invented?
            What country is {x} from? Which country does {x} come from?
        """),
    ),
)
