"""Rivers: what an article says about one, and how one asks."""

from training.pocket.schema.relation import Relation, held, told

INTRO = told("""
    The {n} is a river. {n} is a well-known river. The {n} is one of the rivers of the world.
    This is about the river {n}.
""")

RIVER = (
    Relation(
        "length",
        "number",
        told("""
            Its length is {v}. The length of the {n} is {v}. It has a length of {v}. The length is {v}.
            It runs for {v}. The river has a length of {v}. The {n} has a length of {v}. Its whole length is {v}.
            The length of its course is {v}. The river flows over a length of {v}. Its course is as long as {v}.
            The length of the river is {v}. It is {v} long. The {n} is {v} long.
        """),
        held("From end to end it measures {v}. Its waters travel {v}. A boat going all the way would cover {v}."),
        ("length",),
        told("""
            How long is {x}? What length does {x} have? How long is the course of {x}? How far does {x} run?
            Which length has {x}?
        """),
        more=told("""
            Which is longer, {a} or {b}? Is {a} or {b} longer? Which river is longer, {a} or {b}?
            Which has the longer course, {a} or {b}?
        """),
        less=told("""
            Which is shorter, {a} or {b}? Is {a} or {b} shorter? Which river is shorter, {a} or {b}?
            Which has the shorter course, {a} or {b}?
        """),
        minus=told("How much longer is {x} than {y}? By how much is {x} longer than {y}?"),
        plus=told("How long are {x} and {y} together? What length do {x} and {y} have in all?"),
    ),
    Relation(
        "source",
        "text",
        told("""
            It rises in {v}. Its source is {v}. The source of the {n} is {v}. The source is {v}.
            Its source lies in {v}. The river rises in {v}. The {n} rises in {v}. The source of the river is {v}.
            It has its source in {v}. The place where it rises is {v}. The river springs up in {v}.
            As its source the river has {v}. From its source in {v} it sets out.
        """),
        held("It begins in {v}. Its first waters come from {v}. Its course starts out in {v}."),
        ("source",),
        told("""
            Where does {x} rise? Where is the source of {x}? Where does {x} begin? Where does {x} have its source?
            Where does {x} spring up?
        """),
    ),
    Relation(
        "mouth",
        "text",
        told("""
            It flows into the {v}. Its mouth is at the {v}. Its mouth is the {v}. The mouth of the {n} is the {v}.
            The {n} flows into the {v}. The river flows into the {v}. The mouth is at the {v}.
            The {n} empties into the {v}. It empties into the {v}. The river has its mouth at the {v}.
            The water it carries goes into the {v}. At its mouth it meets the {v}. Into the {v} it flows at last.
        """),
        held("It ends in the {v}. Its waters reach the {v}. Its last stretch opens into the {v}."),
        ("mouth",),
        told("""
            Where does {x} end? Into what does {x} flow? Where does {x} flow into? Where is the mouth of {x}?
            Into what does {x} empty?
        """),
    ),
    Relation(
        "country",
        "country",
        told("""
            It flows through {v}. The {n} is a river in {v}. It is a river in {v}. Its country is {v}.
            The river belongs to {v}. The country of the {n} is {v}. It runs mostly in {v}.
            The country it flows through is {v}. The river crosses the land of {v}. The land it waters is {v}.
            As its country the river has {v}. The country of the river is {v}. {v} is the country of the {n}.
        """),
        held("You find it in {v}. It is one of the rivers of {v}. It is counted among the streams of {v}."),
        ("country",),
        told("""
            In which country is {x}? Which country is {x} in? Where is {x}? Through which country does {x} flow?
            In what country does {x} flow? To which country does {x} belong?
        """),
    ),
)
