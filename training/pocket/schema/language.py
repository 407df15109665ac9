"""Languages: what an article says about one, and how one asks."""

from training.pocket.schema.relation import Relation, held, told

INTRO = told("""
    {n} is a language. {n} is a well-known language. {n} is one of the languages of the world.
    This is about the language {n}.
""")

LANGUAGE = (
    Relation(
        "language family",
        "text",
        told("""
            Its language family is {v}. The language family of {n} is {v}. The language family is {v}.
            The family it belongs to is {v}. Its family is {v}. By family it is {v}. The family of {n} is {v}.
            Linguists count its family as {v}. As its language family one names {v}.
            The name of its language family is {v}. The group of related languages it comes from is {v}.
            It belongs to a language family called {v}. It is a member of the {v} language family.
        """),
        held("Its relatives are all {v}. Its place in the tree of languages is {v}. Its roots are {v}."),
        ("language family", "family"),
        told("""
            To which language family does {x} belong? Which language family is {x} part of?
            What language family does {x} belong to? Of which family is {x}? Which family of languages includes {x}?
        """),
    ),
    Relation(
        "country",
        "country",
        told("""
            The country with the most speakers is {v}. The country where most of its speakers live is {v}.
            The largest number of its speakers live in {v}. Its main country is {v}.
            Its speakers are most numerous in {v}. The country with the most speakers of {n} is {v}.
            More people speak it in {v} than in any other country. The country where it has the most speakers is {v}.
            The main country of {n} is {v}. Among all countries most speakers are in {v}.
            No country has more speakers of it than {v}. It has its largest group of speakers in {v}.
            {v} is the country with the most speakers.
        """),
        held("""
            You hear it most of all in {v}. The heart of its world is {v}.
            The greatest community that speaks it is at home in {v}.
        """),
        ("country with the most speakers", "main country"),
        told("""
            Which country has the most speakers of {x}? In which country do most speakers of {x} live?
            Where do most speakers of {x} live? In which country is {x} spoken most? What is the main country for {x}?
        """),
    ),
    Relation(
        "native speakers",
        "number",
        told("""
            Its native speakers number {v}. The number of native speakers is {v}.
            It has native speakers numbering {v}. The number of native speakers of {n} is {v}.
            The number of people who grow up with it is {v}. The count of native speakers is about {v}.
            {n} has a number of native speakers of about {v}. The native speakers of {n} number {v}.
            As a mother tongue it has this many speakers: {v}. The number of its native speakers is about {v}.
            As their first language it is spoken by {v}. The number of people with {n} as their mother tongue is {v}.
            Some {v} people speak it from childhood.
        """),
        held("""
            Those who learn it from their mother number {v}. It is the mother tongue of {v}. Native to it are {v}.
        """),
        ("number of native speakers", "number of speakers"),
        told("""
            How many native speakers does {x} have? How many people speak {x} as their mother tongue?
            How many people grow up with {x}? How many speakers does {x} have? How many native speakers has {x}?
        """),
        more=told("""
            Which has more native speakers, {a} or {b}? Which has more speakers, {a} or {b}?
            Do more people grow up with {a} or {b}?
        """),
        less=told("""
            Which has fewer native speakers, {a} or {b}? Which has fewer speakers, {a} or {b}?
            Do fewer people grow up with {a} or {b}?
        """),
        minus=told("How many more native speakers does {x} have than {y}? How many more speakers has {x} than {y}?"),
        plus=told("How many native speakers do {x} and {y} have together? How many people speak {x} or {y} in all?"),
    ),
    Relation(
        "script",
        "text",
        told("""
            Its script is {v}. The script of {n} is {v}. The script is {v}. The script it is written in is {v}.
            For writing, its script is {v}. The script used for it is {v}. As its script it has {v}.
            The letters or signs it is written with are {v}. Books in {n} are printed in a script called {v}.
            Its writing is {v}. The script used to write {n} is {v}. In writing it uses the script called {v}.
            It is written in the {v} script.
        """),
        held("Its newspapers are set in {v}. On paper it appears in {v}. Children at school learn to write it in {v}."),
        ("script",),
        told("""
            In which script is {x} written? What script does {x} use? Which script is used for {x}?
            Which script do people write {x} in? In what script is {x} printed?
        """),
    ),
)
