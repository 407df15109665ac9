"""Cities: what an article says about one, and how one asks."""

from training.pocket.schema.relation import Relation, held, told
from training.pocket.schema.shared import POPULATION

INTRO = told("""
    {n} is a city. {n} is a well-known city. {n} is one of the cities of the world. This is about the city {n}.
""")

CITY = (
    Relation(
        "country",
        "country",
        told("""
            It lies in {v}. {n} is a city in {v}. The city belongs to {v}. It is a city in {v}. It is in {v}.
            The city is part of {v}. The country of {n} is {v}. Its country is {v}. The country it lies in is {v}.
            The city stands on the soil of {v}. As its country the city has {v}. The state it belongs to is {v}.
            The people of the city are citizens of {v}.
        """),
        held("You find it in {v}. It is one of the cities of {v}. On a map, {n} appears within {v}."),
        ("country",),
        told("""
            In which country is {x}? Which country is {x} in? Where is {x}? To which country does {x} belong?
            In what country does {x} lie? Which country is {x} part of?
        """),
    ),
    POPULATION,
    Relation(
        "elevation",
        "number",
        told("""
            It stands at an elevation of {v}. The elevation of {n} is {v}. Its elevation is {v}. The elevation is {v}.
            It lies at an elevation of {v}. The elevation of the city is {v}. Its height above the sea is {v}.
            Its elevation above sea level is {v}. The ground it stands on has an elevation of {v}.
            The city has an elevation of {v}. Above the sea its height is {v}.
            The height of {n} above sea level is {v}. The city lies {v} above sea level.
        """),
        held(
            "Its streets are {v} above the sea. It was built {v} above the sea. Measured from the sea it is up by {v}."
        ),
        ("elevation", "elevation above sea level", "height above sea level"),
        told("""
            How high above the sea is {x}? How high does {x} lie? At what elevation does {x} lie?
            At what height above sea level is {x}? How far above sea level is {x}?
        """),
        more=told("""
            Which lies higher, {a} or {b}? Which is at a higher elevation, {a} or {b}?
            Which is farther above the sea, {a} or {b}?
        """),
        less=told("""
            Which lies lower, {a} or {b}? Which is at a lower elevation, {a} or {b}?
            Which is closer to sea level, {a} or {b}?
        """),
        minus=told("How much higher does {x} lie than {y}? By how much is {x} higher up than {y}?"),
    ),
    Relation(
        "river",
        "river",
        told("""
            It stands on the {v}. It lies on the river {v}. Its river is the {v}. The river of {n} is the {v}.
            {n} lies on the banks of the {v}. The river that flows through it is the {v}.
            It was built on the river {v}. The city was built along the {v}. The river in the city is the {v}.
            The river that passes {n} is the {v}. Through its streets runs the river {v}.
            The banks it grew on are those of the {v}. The river {v} flows through the city.
        """),
        held("""
            Its bridges cross the {v}. The waters of the {v} pass through it. Boats come to {n} on the {v}.
        """),
        ("river",),
        told("""
            Which river flows through {x}? On which river is {x}? Which river does {x} lie on? What river is {x} on?
            Which river runs through {x}? On what river does {x} stand?
        """),
    ),
    Relation(
        "founding year",
        "number",
        told("""
            It was founded in {v}. The city was established in {v}. {n} was founded in {v}.
            The city was founded in {v}. The founding year of {n} is {v}. Its founding year is {v}.
            {n} dates from {v}. The year of its foundation is {v}. Its foundation is dated to {v}.
            The founding of {n} was in {v}. The city goes back to the year {v}.
            As the year of foundation one finds {v}. The year {v} is given as that of its foundation.
        """),
        held("Its history began in {v}. Settlers came in {v}. Its first stone was laid in {v}."),
        ("founding year", "year of foundation"),
        told("""
            When was {x} founded? In which year was {x} founded? What year was {x} founded in?
            In what year was {x} established? From which year does {x} date?
        """),
        more=told("""
            Which was founded later, {a} or {b}? Which is younger, {a} or {b}? Which is the younger city, {a} or {b}?
        """),
        less=told("""
            Which was founded first, {a} or {b}? Which is older, {a} or {b}? Which is the older city, {a} or {b}?
            Which was founded earlier, {a} or {b}?
        """),
        minus=told("""
            How many years after {y} was {x} founded? By how many years is {x} the younger city, compared with {y}?
        """),
    ),
)
