"""Countries: what an article says about one, and how one asks."""

from training.pocket.schema.relation import Relation, held, told
from training.pocket.schema.shared import POPULATION

INTRO = told("""
    {n} is a country. {n} is a well-known country. {n} is one of the countries of the world.
    This is about the country {n}.
""")

COUNTRY = (
    Relation(
        "continent",
        "text",
        told("""
            It lies in {v}. It is a country in {v}. {n} is a country in {v}. Its continent is {v}.
            The continent of {n} is {v}. It is on the continent of {v}. The country is part of {v}.
            It is located in {v}. Its place on the map is in {v}. The continent it belongs to is {v}.
            The country lies on the continent called {v}. Among the continents, its own is {v}.
            On a globe the country is found in {v}.
        """),
        held("""
            You find it in {v}. It is one of the countries of {v}. Travellers reach {n} by going to {v}.
        """),
        ("continent",),
        told("""
            On which continent is {x}? Which continent is {x} on? On what continent does {x} lie?
            To which continent does {x} belong? Which continent is {x} part of? What continent is {x} in?
        """),
    ),
    Relation(
        "capital",
        "city",
        told("""
            The capital of {n} is {v}. Its capital is {v}. The capital is {v}. Its capital city is {v}.
            The capital city of {n} is {v}. The capital of the country is {v}. It is governed from its capital, {v}.
            The country has its capital at {v}. The city chosen as capital is {v}. As its capital, {n} has {v}.
            The name of its capital is {v}. {v} is the capital city of the country. {v} is its capital.
        """),
        held("""
            The seat of government is {v}. The government sits in {v}. Its ministers work in {v}.
        """),
        ("capital", "capital city"),
        told("""
            Which city is the capital of {x}? What city is the capital of {x}? What is the capital city called in {x}?
            From which city is {x} governed? Which city does {x} have as its capital? Which capital does {x} have?
        """),
    ),
    POPULATION,
    Relation(
        "area",
        "number",
        told("""
            It covers an area of {v}. The area of {n} is {v}. Its area is {v}. It has an area of {v}. The area is {v}.
            It covers {v}. The country covers {v}. The total area of the country is {v}. {n} has a surface of {v}.
            The land within its borders covers {v}. The surface area is {v}. The size of the country is {v}.
            An area of {v} lies within its borders.
        """),
        held("Its territory measures {v}. {n} spreads over {v}. Its borders enclose {v}."),
        ("area", "surface area", "total area"),
        told("""
            How large is {x}? How big is {x}? How much area does {x} cover? What area does {x} have?
            How large is the territory of {x}?
        """),
        more=told("""
            Which is larger, {a} or {b}? Is {a} or {b} larger? Which is bigger, {a} or {b}?
            Which covers more land, {a} or {b}? Which country is larger, {a} or {b}?
        """),
        less=told("""
            Which is smaller, {a} or {b}? Is {a} or {b} smaller? Which covers less land, {a} or {b}?
            Which country is smaller, {a} or {b}?
        """),
        minus=told("How much larger is {x} than {y}? By how much is {x} bigger than {y}?"),
        plus=told("How large are {x} and {y} together? How much land do {x} and {y} cover together?"),
    ),
    Relation(
        "highest mountain",
        "mountain",
        told("""
            Its highest mountain is {v}. The highest mountain of {n} is {v}. The highest mountain is {v}.
            The highest point of {n} is {v}. Its highest peak is {v}. The highest peak of the country is {v}.
            Its highest point is {v}. The highest of its mountains is {v}. The highest summit in {n} is {v}.
            Of all its mountains the highest is {v}. The country rises highest at {v}. The highest ground is on {v}.
            {v} is the highest peak of the country. {v} is its highest mountain.
        """),
        held("""
            No summit in {n} is higher than {v}. Its tallest mountain is {v}. Its land climbs no higher than {v}.
        """),
        ("highest mountain", "highest peak", "highest point"),
        told("""
            Which mountain is the highest of {x}? Which is the highest mountain in {x}?
            What is the highest summit in {x}? What mountain is the highest point of {x}?
            Which peak is the highest in {x}?
        """),
    ),
    Relation(
        "longest river",
        "river",
        told("""
            Its longest river is the {v}. The longest river of {n} is the {v}. The longest river is the {v}.
            The longest river of the country is the {v}. Its longest river is called the {v}.
            The longest of its rivers is the {v}. The longest river in {n} is the {v}.
            Of all its rivers the longest is the {v}. The longest stream of the country is the {v}.
            The country's longest river is the {v}. As its longest river it counts the {v}.
            The river with the longest course in {n} is the {v}. The {v} is the longest river of the country.
        """),
        held("""
            No river in {n} is longer than the {v}. Of its rivers, none is longer than the {v}.
            The greatest length of all its streams is that of the {v}.
        """),
        ("longest river",),
        told("""
            Which river is the longest of {x}? Which is the longest river in {x}? What river is the longest in {x}?
            What is the longest river called in {x}? Which of the rivers of {x} is the longest?
        """),
    ),
    Relation(
        "official language",
        "language",
        told("""
            The official language is {v}. The official language of {n} is {v}. Its official language is {v}.
            People there speak {v}. The language of the country is {v}. The people of {n} speak {v}.
            Its official tongue is {v}. The language of its government is {v}.
            The language used in its offices is {v}. As its official language the country has {v}.
            The state language is {v}. The language by law is {v}. {v} is the official language of {n}.
        """),
        held("Its laws are written in {v}. Officially, they speak {v}. Its parliament debates in {v}."),
        ("official language", "language"),
        told("""
            Which language is spoken in {x}? What language do people speak in {x}? Which language is official in {x}?
            What is the official language in {x}? Which language do the people of {x} speak?
        """),
    ),
    Relation(
        "currency",
        "text",
        told("""
            The currency is the {v}. The currency of {n} is the {v}. Its currency is the {v}. People pay with the {v}.
            People there pay with the {v}. Its money is the {v}. The money of the country is the {v}.
            The unit of money is the {v}. Its banks deal in the {v}. The money used in {n} is the {v}.
            As its currency it has the {v}. The country uses the {v} as its money. {n} uses the {v} as its currency.
        """),
        held("Prices are given in the {v}. Wages are paid in the {v}. Shops there take the {v}."),
        ("currency", "money", "unit of money"),
        told("""
            What do people pay with in {x}? Which currency is used in {x}? What money is used in {x}?
            What currency does {x} have? Which money do people use in {x}?
        """),
    ),
)
