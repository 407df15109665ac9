"""Moons: what an article says about one, and how one asks."""

from training.pocket.schema.relation import Relation, held, told

INTRO = told("""
    {n} is a moon. {n} is one of the moons of the planets. {n} is a well-known moon. This is about the moon {n}.
""")

MOON = (
    Relation(
        "planet",
        "planet",
        told("""
            Its planet is {v}. The planet of {n} is {v}. It goes around the planet {v}. It is a moon of {v}.
            {n} is a moon of {v}. The planet it circles is {v}. It circles {v}. The moon belongs to {v}.
            {n} goes around {v}. The planet around which it moves is {v}. It is in orbit around {v}.
            The planet that holds it is {v}. {v} is the planet it circles.
        """),
        held("Its sky is filled by {v}. It never leaves the side of {v}. It is counted among the moons of {v}."),
        ("planet",),
        told("""
            Which planet does {x} circle? Around which planet does {x} go? Of which planet is {x} a moon?
            To which planet does {x} belong? What planet does {x} orbit? Which planet has {x} as a moon?
        """),
    ),
    Relation(
        "diameter",
        "number",
        told("""
            Its diameter is {v}. The diameter of {n} is {v}. The moon has a diameter of {v}. The diameter is {v}.
            {n} has a diameter of {v}. It has a diameter of {v}. The diameter of this moon is {v}.
            Its mean diameter is {v}. The body of {n} has a diameter of {v}. As its diameter one finds {v}.
            The size of the moon, as a diameter, is {v}. Its width is {v}. A diameter of {v} is given for it.
        """),
        held(
            "From one side to the other it measures {v}. It is {v} across. A tunnel through its middle would run {v}."
        ),
        ("diameter",),
        told("""
            How big across is {x}? How wide is {x}? What diameter does {x} have? How large is the diameter of {x}?
            How far is it through the middle of {x}?
        """),
        more=told("""
            Which is bigger across, {a} or {b}? Which moon is larger, {a} or {b}? Is {a} or {b} wider?
            Which moon is wider, {a} or {b}?
        """),
        less=told("""
            Which is smaller across, {a} or {b}? Which moon is smaller, {a} or {b}? Is {a} or {b} less wide?
            Which moon is less wide, {a} or {b}?
        """),
        minus=told("How much wider is {x} than {y}? By how much is {x} bigger across than {y}?"),
        plus=told("How wide are {x} and {y} side by side? How wide are {x} and {y} together?"),
    ),
    Relation(
        "discoverer",
        "person",
        told("""
            It was discovered by {v}. The discoverer of {n} was {v}. {n} was discovered by {v}.
            Its discoverer was {v}. The moon was discovered by {v}. It was first seen by {v}.
            The discovery was the work of {v}. The discovery is credited to {v}.
            The astronomer who discovered it was {v}. The one who found {n} was {v}.
            The first to notice the moon was {v}. {v} discovered {n}. {v} was the discoverer of the moon.
        """),
        held("""
            Its discovery is due to {v}. We owe its discovery to {v}.
            Through a telescope it first showed itself to {v}.
        """),
        ("discoverer",),
        told("""
            Who discovered {x}? By whom was {x} discovered? Who found {x}? Who was the first to see {x}?
            Who is credited with the discovery of {x}?
        """),
    ),
    Relation(
        "discovery year",
        "number",
        told("""
            The discovery was made in {v}. {n} was discovered in {v}. It was first seen in {v}.
            It was discovered in {v}. The discovery year was {v}. The year of its discovery was {v}.
            Its discovery year is {v}. The moon was discovered in {v}. The discovery of {n} was in {v}.
            Its discovery is dated to {v}. As the year of discovery one finds {v}. The moon was found in the year {v}.
            The year {v} brought its discovery.
        """),
        held("It has been known since {v}. Astronomers first noticed it in {v}. Nobody knew of {n} before {v}."),
        ("discovery year", "year of discovery"),
        told("""
            When was {x} discovered? In which year was {x} discovered? What year was {x} discovered in?
            In what year was {x} found? Since when has {x} been known?
        """),
        more=told("""
            Which was discovered later, {a} or {b}? Which was found later, {a} or {b}?
            Which moon is the newer discovery, {a} or {b}?
        """),
        less=told("""
            Which was discovered first, {a} or {b}? Which was discovered earlier, {a} or {b}?
            Which has been known longer, {a} or {b}?
        """),
        minus=told("How many years after {y} was {x} discovered? How many years passed between finding {y} and {x}?"),
    ),
)
