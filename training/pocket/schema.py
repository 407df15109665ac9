"""What the pocket world knows: the kinds of things, their relations, and the ways to write and to ask about them.

Pure data. An article sentence may use {n} (the thing), {v} (the value) and {p} (He, She or It); a question {x} (a
phrase for a thing), {a} and {b} (two things). Most sentences put the cue before the value: a small model that copies
from left to right finds those far more easily. `held` sentences are never trained on, they measure generalisation.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Relation:
    """One relation: `value` is the kind of thing it leads to, or "number", "text", "field", "symbol"."""

    name: str
    value: str
    sentences: tuple[str, ...]
    held: tuple[str, str]
    nouns: tuple[str, ...]
    ask: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    plus: tuple[str, ...] = ()


def _population() -> Relation:
    return Relation(
        "population",
        "number",
        (
            "It has a population of {v}.",
            "The population of {n} is {v}.",
            "The population is {v}.",
            "Its population is {v}.",
            "Its population was last counted at {v}.",
            "The number of inhabitants is {v}.",
            "{n} has a population of about {v}.",
            "About {v} people live there.",
            "{n} is home to {v} inhabitants.",
        ),
        ("The last census counted {v} residents.", "Its inhabitants number {v}."),
        ("population", "number of inhabitants"),
        ("How many people live in {x}?", "How many inhabitants does {x} have?", "How many people are there in {x}?"),
        more=("Which has more people, {a} or {b}?", "Do more people live in {a} or in {b}?"),
        less=("Which has fewer people, {a} or {b}?", "Do fewer people live in {a} or in {b}?"),
        minus=("How many more people live in {x} than in {y}?",),
        plus=("How many people live in {x} and {y} together?",),
    )


_COUNTRY_OF = {
    "city": (
        "It lies in {v}.",
        "{n} is a city in {v}.",
        "The city belongs to {v}.",
        "It is a city in {v}.",
        "It is in {v}.",
        "The city is part of {v}.",
        "The country of {n} is {v}.",
        "Its country is {v}.",
    ),
    "river": (
        "It flows through {v}.",
        "The {n} is a river in {v}.",
        "It is a river in {v}.",
        "It is in {v}.",
        "Its country is {v}.",
        "The river belongs to {v}.",
        "The country of the {n} is {v}.",
        "It runs mostly in {v}.",
    ),
    "mountain": (
        "It lies in {v}.",
        "{n} is a mountain in {v}.",
        "The mountain belongs to {v}.",
        "It is a mountain in {v}.",
        "It stands in {v}.",
        "Its country is {v}.",
        "The country of {n} is {v}.",
        "It is in {v}.",
    ),
    "person": (
        "{p} came from {v}.",
        "{n} was a scientist from {v}.",
        "{p} was a citizen of {v}.",
        "The country of {n} was {v}.",
        "{p} was from {v}.",
        "{p} lived and worked in {v}.",
        "The home country of {n} was {v}.",
        "The country of this scientist was {v}.",
    ),
}


def _country(kind: str) -> Relation:
    held = {
        "person": ("{p} called {v} home.", "The nation of this scientist was {v}."),
        "city": ("You find it in {v}.", "It is one of the cities of {v}."),
        "river": ("You find it in {v}.", "It is one of the rivers of {v}."),
        "mountain": ("You find it in {v}.", "It is one of the mountains of {v}."),
    }[kind]
    ask = ("Which country did {x} come from?", "From which country was {x}?") if kind == "person" else ()
    places = ("In which country is {x}?", "Which country is {x} in?", "Where is {x}?")
    return Relation("country", "country", _COUNTRY_OF[kind], held, ("country",), ask or places)


COUNTRY = (
    Relation(
        "continent",
        "text",
        (
            "It lies in {v}.",
            "It is a country in {v}.",
            "{n} is a country in {v}.",
            "Its continent is {v}.",
            "The continent of {n} is {v}.",
            "It is on the continent of {v}.",
            "The country is part of {v}.",
            "It is located in {v}.",
        ),
        ("You find it in {v}.", "It is one of the countries of {v}."),
        ("continent",),
        ("On which continent is {x}?", "Which continent is {x} on?", "On what continent does {x} lie?"),
    ),
    Relation(
        "capital",
        "city",
        (
            "The capital of {n} is {v}.",
            "Its capital is {v}.",
            "The capital is {v}.",
            "Its capital city is {v}.",
            "The capital city of {n} is {v}.",
            "The capital of the country is {v}.",
            "It is governed from its capital, {v}.",
            "{v} is the capital city of the country.",
            "{v} is its capital.",
        ),
        ("The seat of government is {v}.", "The government sits in {v}."),
        ("capital", "capital city"),
        ("Which city is the capital of {x}?", "What city is the capital of {x}?"),
    ),
    _population(),
    Relation(
        "area",
        "number",
        (
            "It covers an area of {v}.",
            "The area of {n} is {v}.",
            "Its area is {v}.",
            "It has an area of {v}.",
            "The area is {v}.",
            "It covers {v}.",
            "The country covers {v}.",
            "The total area of the country is {v}.",
        ),
        ("Its territory measures {v}.", "{n} spreads over {v}."),
        ("area", "surface area"),
        ("How large is {x}?", "How big is {x}?"),
        more=("Which is larger, {a} or {b}?", "Is {a} or {b} larger?", "Which is bigger, {a} or {b}?"),
        less=("Which is smaller, {a} or {b}?", "Is {a} or {b} smaller?"),
        minus=("How much larger is {x} than {y}?",),
    ),
    Relation(
        "highest mountain",
        "mountain",
        (
            "Its highest mountain is {v}.",
            "The highest mountain of {n} is {v}.",
            "The highest mountain is {v}.",
            "The highest point of {n} is {v}.",
            "Its highest peak is {v}.",
            "The highest peak of the country is {v}.",
            "Its highest point is {v}.",
            "{v} is the highest peak of the country.",
            "{v} is its highest mountain.",
        ),
        ("No summit in {n} is higher than {v}.", "Its tallest mountain is {v}."),
        ("highest mountain", "highest peak"),
        ("Which mountain is the highest of {x}?", "Which is the highest mountain in {x}?"),
    ),
    Relation(
        "longest river",
        "river",
        (
            "Its longest river is the {v}.",
            "The longest river of {n} is the {v}.",
            "The longest river is the {v}.",
            "The longest river of the country is the {v}.",
            "Its longest river is called the {v}.",
            "The longest of its rivers is the {v}.",
            "The longest river in {n} is the {v}.",
            "The {v} is the longest river of the country.",
        ),
        ("No river in {n} is longer than the {v}.", "Of its rivers, none is longer than the {v}."),
        ("longest river",),
        ("Which river is the longest of {x}?", "Which is the longest river in {x}?"),
    ),
    Relation(
        "official language",
        "text",
        (
            "The official language is {v}.",
            "The official language of {n} is {v}.",
            "Its official language is {v}.",
            "People there speak {v}.",
            "The language of the country is {v}.",
            "The people of {n} speak {v}.",
            "Its official tongue is {v}.",
            "{v} is the official language of {n}.",
        ),
        ("Its laws are written in {v}.", "Officially, {v} is spoken."),
        ("official language", "language"),
        ("Which language is spoken in {x}?", "What language do people speak in {x}?"),
    ),
    Relation(
        "currency",
        "text",
        (
            "The currency is the {v}.",
            "The currency of {n} is the {v}.",
            "Its currency is the {v}.",
            "People pay with the {v}.",
            "People there pay with the {v}.",
            "Its money is the {v}.",
            "The country uses the {v} as its money.",
            "{n} uses the {v} as its currency.",
        ),
        ("Prices are given in the {v}.", "Wages are paid in the {v}."),
        ("currency", "money"),
        ("What do people pay with in {x}?", "Which currency is used in {x}?", "What money is used in {x}?"),
    ),
)

CITY = (
    _country("city"),
    _population(),
    Relation(
        "elevation",
        "number",
        (
            "It stands at an elevation of {v}.",
            "The elevation of {n} is {v}.",
            "Its elevation is {v}.",
            "The elevation is {v}.",
            "It lies at an elevation of {v}.",
            "The elevation of the city is {v}.",
            "Its height above the sea is {v}.",
            "The city lies {v} above sea level.",
        ),
        ("Its streets are {v} above the sea.", "It was built {v} above the sea."),
        ("elevation", "elevation above sea level"),
        ("How high above the sea is {x}?",),
        more=("Which lies higher, {a} or {b}?",),
        less=("Which lies lower, {a} or {b}?",),
    ),
    Relation(
        "river",
        "river",
        (
            "It stands on the {v}.",
            "It lies on the river {v}.",
            "Its river is the {v}.",
            "The river of {n} is the {v}.",
            "{n} lies on the banks of the {v}.",
            "The river that flows through it is the {v}.",
            "It was built on the river {v}.",
            "The river {v} flows through the city.",
        ),
        ("Its bridges cross the {v}.", "The waters of the {v} pass through it."),
        ("river",),
        ("Which river flows through {x}?", "On which river is {x}?", "Which river does {x} lie on?"),
    ),
    Relation(
        "founding year",
        "number",
        (
            "It was founded in {v}.",
            "The city was established in {v}.",
            "{n} was founded in {v}.",
            "The city was founded in {v}.",
            "The founding year of {n} is {v}.",
            "Its founding year is {v}.",
            "{n} dates from {v}.",
            "The year of its foundation is {v}.",
        ),
        ("Its history began in {v}.", "Settlers came in {v}."),
        ("founding year", "year of foundation"),
        ("When was {x} founded?", "In which year was {x} founded?"),
        more=("Which was founded later, {a} or {b}?", "Which is younger, {a} or {b}?"),
        less=("Which was founded first, {a} or {b}?", "Which is older, {a} or {b}?"),
    ),
)

PERSON = (
    _country("person"),
    Relation(
        "birthplace",
        "city",
        (
            "{p} was born in the town of {v}.",
            "The birthplace of {n} was {v}.",
            "The birthplace was {v}.",
            "{p} was born in the city of {v}.",
            "The place of birth was {v}.",
            "The town where {n} was born is {v}.",
            "The city of birth was {v}.",
            "{v} was the birthplace of this scientist.",
        ),
        ("{p} grew up in {v}.", "{p} was a child of {v}."),
        ("birthplace", "place of birth"),
        ("Where was {x} born?", "In which city was {x} born?", "In which place was {x} born?"),
    ),
    Relation(
        "birth year",
        "number",
        (
            "{p} was born in {v}.",
            "{n} was born in the year {v}.",
            "{n} was born in {v}.",
            "The year of birth was {v}.",
            "The birth year was {v}.",
            "{p} was born in the year {v}.",
            "The birth year of {n} was {v}.",
            "The life of {n} began in {v}.",
        ),
        ("{p} came into the world in {v}.", "{p} first saw the light of day in {v}."),
        ("birth year", "year of birth"),
        ("When was {x} born?", "In which year was {x} born?", "In what year was {x} born?"),
        more=("Who was born later, {a} or {b}?", "Who is younger, {a} or {b}?"),
        less=("Who was born first, {a} or {b}?", "Who was born earlier, {a} or {b}?"),
    ),
    Relation(
        "death year",
        "number",
        (
            "{p} died in {v}.",
            "{n} passed away in {v}.",
            "{n} died in {v}.",
            "The year of death was {v}.",
            "The death year was {v}.",
            "{p} died in the year {v}.",
            "The death year of {n} was {v}.",
            "{p} lived until {v}.",
        ),
        ("{p} was buried in {v}.", "The end came in {v}."),
        ("death year", "year of death"),
        ("When did {x} die?", "In which year did {x} die?", "In what year did {x} die?"),
        more=("Who died later, {a} or {b}?",),
        less=("Who died first, {a} or {b}?", "Who died earlier, {a} or {b}?"),
    ),
    Relation(
        "field",
        "field",
        (
            "{p} worked in {v}.",
            "{n} is known for work in {v}.",
            "The field of this scientist was {v}.",
            "{p} is remembered for work in {v}.",
            "The field of {n} was {v}.",
            "{p} did research in {v}.",
            "The field of work was {v}.",
            "{p} studied {v}.",
        ),
        ("{p} taught {v}.", "{p} wrote books on {v}."),
        ("field", "field of work"),
        ("In which field did {x} work?", "What did {x} work on?", "What is {x} known for?"),
    ),
)

ELEMENT = (
    Relation(
        "symbol",
        "symbol",
        (
            "Its symbol is {v}.",
            "The chemical symbol of {n} is {v}.",
            "Its chemical symbol is {v}.",
            "The symbol of {n} is {v}.",
            "The symbol is {v}.",
            "It has the symbol {v}.",
            "{n} has the chemical symbol {v}.",
            "Chemists write it as {v}.",
        ),
        ("It is abbreviated to {v}.", "In formulas it is written {v}."),
        ("symbol", "chemical symbol"),
        ("How do chemists write {x}?", "How is {x} written in formulas?"),
    ),
    Relation(
        "atomic number",
        "number",
        (
            "Its atomic number is {v}.",
            "{n} has the atomic number {v}.",
            "The atomic number is {v}.",
            "The atomic number of {n} is {v}.",
            "It has the atomic number {v}.",
            "Its atoms have the atomic number {v}.",
            "The element has atomic number {v}.",
            "Its number in the periodic table is {v}.",
        ),
        ("It holds place {v} in the table.", "Each of its atoms has {v} protons."),
        ("atomic number",),
        ("Which atomic number does {x} have?",),
    ),
    Relation(
        "atomic mass",
        "number",
        (
            "Its atomic mass is {v}.",
            "The atomic mass of {n} is {v}.",
            "It has an atomic mass of {v}.",
            "The atomic mass is {v}.",
            "{n} has an atomic mass of {v}.",
            "The mass of its atoms is {v}.",
            "Its standard atomic mass is {v}.",
            "The element has an atomic mass of {v}.",
        ),
        ("Its atoms weigh {v} units.", "One atom weighs {v} units."),
        ("atomic mass",),
        ("How heavy are the atoms of {x}?",),
        more=("Which has heavier atoms, {a} or {b}?", "Which is heavier, {a} or {b}?"),
        less=("Which has lighter atoms, {a} or {b}?", "Which is lighter, {a} or {b}?"),
    ),
    Relation(
        "melting point",
        "number",
        (
            "It melts at {v}.",
            "The melting point of {n} is {v}.",
            "It has a melting point of {v}.",
            "Its melting point is {v}.",
            "The melting point is {v}.",
            "{n} melts at {v}.",
            "The element melts at {v}.",
            "{n} has a melting point of {v}.",
        ),
        ("It turns liquid at {v}.", "It becomes a liquid at {v}."),
        ("melting point",),
        ("At what temperature does {x} melt?", "When does {x} melt?"),
        more=("Which melts at a higher temperature, {a} or {b}?",),
        less=("Which melts at a lower temperature, {a} or {b}?", "Which melts first, {a} or {b}?"),
    ),
    Relation(
        "discoverer",
        "person",
        (
            "It was discovered by {v}.",
            "The discoverer of the element was {v}.",
            "The discoverer of {n} was {v}.",
            "{n} was discovered by {v}.",
            "Its discoverer was {v}.",
            "The element was discovered by {v}.",
            "It was first found by {v}.",
            "{v} discovered {n}.",
        ),
        ("Its discovery is due to {v}.", "We owe its discovery to {v}."),
        ("discoverer",),
        ("Who discovered {x}?", "By whom was {x} discovered?", "Who found {x}?"),
    ),
    Relation(
        "discovery year",
        "number",
        (
            "The discovery was made in {v}.",
            "{n} was discovered in {v}.",
            "It was first found in {v}.",
            "It was discovered in {v}.",
            "The discovery year was {v}.",
            "The year of its discovery was {v}.",
            "Its discovery year is {v}.",
            "The element was discovered in {v}.",
        ),
        ("It has been known since {v}.", "Chemists first saw it in {v}."),
        ("discovery year", "year of discovery"),
        ("When was {x} discovered?", "In which year was {x} discovered?"),
        more=("Which was discovered later, {a} or {b}?",),
        less=("Which was discovered first, {a} or {b}?", "Which was discovered earlier, {a} or {b}?"),
    ),
)

RIVER = (
    Relation(
        "length",
        "number",
        (
            "Its length is {v}.",
            "The length of the {n} is {v}.",
            "It has a length of {v}.",
            "The length is {v}.",
            "It runs for {v}.",
            "The river has a length of {v}.",
            "The {n} has a length of {v}.",
            "It is {v} long.",
            "The {n} is {v} long.",
        ),
        ("From end to end it measures {v}.", "Its waters travel {v}."),
        ("length",),
        ("How long is {x}?",),
        more=("Which is longer, {a} or {b}?", "Is {a} or {b} longer?", "Which river is longer, {a} or {b}?"),
        less=("Which is shorter, {a} or {b}?", "Is {a} or {b} shorter?"),
        minus=("How much longer is {x} than {y}?",),
        plus=("How long are {x} and {y} together?",),
    ),
    Relation(
        "source",
        "text",
        (
            "It rises in {v}.",
            "Its source is {v}.",
            "The source of the {n} is {v}.",
            "The source is {v}.",
            "Its source lies in {v}.",
            "The river rises in {v}.",
            "The {n} rises in {v}.",
            "The source of the river is {v}.",
        ),
        ("It begins in {v}.", "Its first waters come from {v}."),
        ("source",),
        ("Where does {x} rise?", "Where is the source of {x}?"),
    ),
    Relation(
        "mouth",
        "text",
        (
            "It flows into the {v}.",
            "Its mouth is at the {v}.",
            "Its mouth is the {v}.",
            "The mouth of the {n} is the {v}.",
            "The {n} flows into the {v}.",
            "The river flows into the {v}.",
            "The mouth is at the {v}.",
            "The {n} empties into the {v}.",
        ),
        ("It ends in the {v}.", "Its waters reach the {v}."),
        ("mouth",),
        ("Where does {x} end?", "Into what does {x} flow?", "Where does {x} flow into?"),
    ),
    _country("river"),
)

MOUNTAIN = (
    Relation(
        "height",
        "number",
        (
            "Its height is {v}.",
            "The height of {n} is {v}.",
            "It rises to {v}.",
            "It has a height of {v}.",
            "The height is {v}.",
            "The mountain has a height of {v}.",
            "{n} has a height of {v}.",
            "It is {v} high.",
            "{n} is {v} high.",
        ),
        ("Its summit reaches {v}.", "Its top is at {v}."),
        ("height",),
        ("How high is {x}?", "How tall is {x}?"),
        more=("Which is higher, {a} or {b}?", "Is {a} or {b} higher?", "Which mountain is higher, {a} or {b}?"),
        less=("Which is lower, {a} or {b}?", "Is {a} or {b} lower?"),
        minus=("How much higher is {x} than {y}?",),
    ),
    _country("mountain"),
    Relation(
        "range",
        "text",
        (
            "It is part of the {v}.",
            "The mountain belongs to the {v}.",
            "Its range is the {v}.",
            "The range of {n} is the {v}.",
            "It belongs to the {v}.",
            "Its mountain range is the {v}.",
            "{n} is part of the {v}.",
            "The range is the {v}.",
        ),
        ("It stands among the {v}.", "You see it in the {v}."),
        ("range", "mountain range"),
        ("Which range is {x} part of?", "To which range does {x} belong?"),
    ),
    Relation(
        "first ascent",
        "number",
        (
            "It was first climbed in {v}.",
            "The first ascent was made in {v}.",
            "{n} was first climbed in {v}.",
            "The first ascent of {n} was in {v}.",
            "Its first ascent was in {v}.",
            "The year of the first ascent was {v}.",
            "The mountain was first climbed in {v}.",
            "The first ascent was in {v}.",
        ),
        ("Nobody reached the top before {v}.", "Climbers first stood on top in {v}."),
        ("first ascent", "year of the first ascent"),
        ("When was {x} first climbed?", "In which year was {x} first climbed?"),
        more=("Which was first climbed later, {a} or {b}?",),
        less=("Which was climbed first, {a} or {b}?", "Which was first climbed earlier, {a} or {b}?"),
    ),
)

KINDS: dict[str, dict[str, Relation]] = {
    kind: {relation.name: relation for relation in relations}
    for kind, relations in {
        "country": COUNTRY,
        "city": CITY,
        "person": PERSON,
        "element": ELEMENT,
        "river": RIVER,
        "mountain": MOUNTAIN,
    }.items()
}

INTRO = {
    "country": ("{n} is a country.", "{n} is a well-known country."),
    "city": ("{n} is a city.", "{n} is a well-known city."),
    "person": ("{n} was a scientist.", "{n} was a well-known scientist."),
    "element": ("{n} is a chemical element.", "{n} is a well-known chemical element."),
    "river": ("The {n} is a river.", "{n} is a well-known river."),
    "mountain": ("{n} is a mountain.", "{n} is a well-known mountain."),
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
