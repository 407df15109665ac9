"""Lakes: what an article says about one, and how one asks."""

from training.pocket.schema.relation import Relation, held, told

INTRO = told("""
    {n} is a lake. {n} is a well-known lake. {n} is one of the lakes of the world. This is about a lake called {n}.
""")

LAKE = (
    Relation(
        "country",
        "country",
        told("""
            It lies in {v}. {n} is a lake in {v}. It is a lake in {v}. Its country is {v}. The country of {n} is {v}.
            The lake belongs to {v}. The country it lies in is {v}. It is in {v}. The lake is on the soil of {v}.
            As its country the lake has {v}. The country of the lake is {v}. The land around it is part of {v}.
            {v} is the country of {n}.
        """),
        held("You find it in {v}. It is one of the lakes of {v}. Its shores belong to {v}."),
        ("country",),
        told("""
            In which country is {x}? Which country is {x} in? Where is {x}? In what country does {x} lie?
            To which country does {x} belong? In which country does one find {x}?
        """),
    ),
    Relation(
        "area",
        "number",
        told("""
            It covers an area of {v}. The area of {n} is {v}. Its area is {v}. It has an area of {v}. The area is {v}.
            It covers {v}. The lake covers {v}. The surface of the lake is {v}. {n} has a surface of {v}.
            The water covers an area of {v}. The surface area is {v}. The size of its surface is {v}.
            An area of {v} is under its water.
        """),
        held("Its waters spread over {v}. {n} spreads over {v}. Its shores enclose {v}."),
        ("area", "surface area"),
        told("""
            How large is {x}? How big is {x}? How much area does {x} cover? What area does {x} have?
            How large is the surface of {x}?
        """),
        more=told("""
            Which is larger, {a} or {b}? Is {a} or {b} larger? Which is bigger, {a} or {b}?
            Which lake is larger, {a} or {b}?
        """),
        less=told("""
            Which is smaller, {a} or {b}? Is {a} or {b} smaller? Which lake is smaller, {a} or {b}?
            Which lake covers less, {a} or {b}?
        """),
        minus=told("How much larger is {x} than {y}? By how much is {x} bigger than {y}?"),
        plus=told("How large are {x} and {y} together? How much do {x} and {y} cover together?"),
    ),
    Relation(
        "depth",
        "number",
        told("""
            Its greatest depth is {v}. The greatest depth of {n} is {v}. Its depth is {v}. The depth of {n} is {v}.
            It has a depth of {v}. The depth is {v}. The lake has a greatest depth of {v}. It reaches a depth of {v}.
            At its deepest point it goes down to {v}. The deepest point is at {v}. {n} has a greatest depth of {v}.
            As its depth one finds {v}. It is {v} deep.
        """),
        held("A stone dropped in its middle sinks {v}. Its bottom is reached after {v}. Divers would go down {v}."),
        ("depth", "greatest depth"),
        told("""
            How deep is {x}? What depth does {x} have? How deep is {x} at its deepest point? How far down does {x} go?
            What depth does {x} reach?
        """),
        more=told("Which is deeper, {a} or {b}? Is {a} or {b} deeper? Which lake is deeper, {a} or {b}?"),
        less=told("""
            Which is shallower, {a} or {b}? Is {a} or {b} shallower? Which lake is less deep, {a} or {b}?
        """),
        minus=told("How much deeper is {x} than {y}? By how much is {x} deeper than {y}?"),
        plus=told("How deep are {x} and {y} together? What depth do {x} and {y} have together?"),
    ),
    Relation(
        "outflow",
        "river",
        told("""
            Its outflow is the {v}. The outflow of {n} is the {v}. The outflow is the {v}. It is drained by the {v}.
            {n} is drained by the {v}. The river that flows out of it is the {v}. Its water leaves by the {v}.
            The river that drains the lake is the {v}. The lake flows out into the {v}. Its outlet is the river {v}.
            As its outflow the lake has the {v}. The river at its outlet is the {v}. The {v} flows out of it.
        """),
        held("""
            What overflows becomes the {v}. Its waters go on in the {v}. A boat that leaves the lake sails down the {v}.
        """),
        ("outflow", "outlet"),
        told("""
            Which river flows out of {x}? By which river is {x} drained? Which river drains {x}?
            What river leaves {x}? Through which river does {x} drain?
        """),
    ),
)
