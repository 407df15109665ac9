"""Planets: what an article says about one, and how one asks."""

from training.pocket.schema.relation import Relation, held, told

INTRO = told("""
    {n} is a planet. {n} is one of the planets. {n} is a well-known planet. This is about the planet {n}.
""")

PLANET = (
    Relation(
        "diameter",
        "number",
        told("""
            Its diameter is {v}. The diameter of {n} is {v}. The planet has a diameter of {v}. The diameter is {v}.
            {n} has a diameter of {v}. It has a diameter of {v}. The diameter of the planet is {v}.
            From pole to pole and side to side its mean diameter is {v}. The globe of {n} has a diameter of {v}.
            As its diameter one finds {v}. Its width as a globe is {v}. The mean diameter is {v}.
            A diameter of {v} is given for it.
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
            Which is bigger across, {a} or {b}? Which planet is larger, {a} or {b}? Is {a} or {b} wider?
            Which planet is wider, {a} or {b}?
        """),
        less=told("""
            Which is smaller across, {a} or {b}? Which planet is smaller, {a} or {b}? Is {a} or {b} less wide?
            Which planet is less wide, {a} or {b}?
        """),
        minus=told("How much wider is {x} than {y}? By how much is {x} bigger across than {y}?"),
        plus=told("How wide are {x} and {y} side by side? How wide are {x} and {y} together?"),
    ),
    Relation(
        "distance from the Sun",
        "number",
        told("""
            Its distance from the Sun is {v}. The distance of {n} from the Sun is {v}. It goes around the Sun at {v}.
            The mean distance from the Sun is {v}. It keeps a distance from the Sun of {v}.
            Between the Sun and the planet lie {v}. The planet has a distance from the Sun of {v}.
            The distance from the Sun to {n} is {v}. Its orbit lies at a distance from the Sun of {v}.
            The way from the Sun to the planet is {v}. Its mean distance to the Sun is {v}.
            As its distance from the Sun one finds {v}. A distance of {v} parts it from the Sun.
        """),
        held("""
            Sunlight travels to it over {v}. It circles the Sun {v} away.
            A straight line from it to the Sun would be {v}.
        """),
        ("distance from the Sun", "distance to the Sun"),
        told("""
            How far is {x} from the Sun? How far away from the Sun is {x}? What distance from the Sun does {x} have?
            At what distance does {x} go around the Sun? How far out from the Sun is {x}?
        """),
        more=told("""
            Which is farther from the Sun, {a} or {b}? Is {a} or {b} farther from the Sun?
            Which planet is further out, {a} or {b}?
        """),
        less=told("""
            Which is closer to the Sun, {a} or {b}? Is {a} or {b} closer to the Sun?
            Which planet is nearer to the Sun, {a} or {b}?
        """),
        minus=told("How much farther from the Sun is {x} than {y}? By how much is {x} further out than {y}?"),
    ),
    Relation(
        "orbital period",
        "number",
        told("""
            Its orbital period is {v}. The orbital period of {n} is {v}. It goes once around the Sun in {v}.
            One orbit takes {v}. A year there lasts {v}. The orbital period is {v}. It completes an orbit in {v}.
            The time it takes for one orbit is {v}. The planet has an orbital period of {v}.
            The year of {n} has a length of {v}. For one way around the Sun it takes {v}. {n} circles the Sun in {v}.
            It takes {v} to go once around the Sun.
        """),
        held("""
            Its calendar would need {v}. From one birthday to the next one would wait {v}. A full round lasts {v}.
        """),
        ("orbital period", "length of the year"),
        told("""
            How long does {x} take to go around the Sun? How long is a year on {x}? How long is one orbit of {x}?
            How much time does {x} need for one orbit? In what time does {x} circle the Sun?
        """),
        more=told("""
            Which takes longer to go around the Sun, {a} or {b}? Which has the longer year, {a} or {b}?
            Which needs more time for one orbit, {a} or {b}?
        """),
        less=told("""
            Which goes around the Sun faster, {a} or {b}? Which has the shorter year, {a} or {b}?
            Which needs less time for one orbit, {a} or {b}?
        """),
        minus=told(
            "How much longer is a year on {x} than on {y}? How many more days does {x} need for an orbit than {y}?"
        ),
        plus=told("How long are one orbit of {x} and one orbit of {y} together?"),
    ),
    Relation(
        "number of moons",
        "number",
        told("""
            The number of its moons is {v}. Its number of moons is {v}. The number of moons of {n} is {v}.
            Its known moons number {v}. The count of its moons is {v}. Counting its moons gives {v}.
            The number of known moons is {v}. For the moons of {n} the count is {v}.
            The number of moons around it is {v}. The planet has this number of moons: {v}.
            The tally of its moons stands at {v}. The moons known to circle it number {v}.
            As the number of its moons one finds {v}.
        """),
        held("Its satellites number {v}. How many companions circle it is known: {v}. Its moons add up to {v}."),
        ("number of moons", "number of known moons"),
        told("""
            How many moons does {x} have? How many moons has {x}? How many moons circle {x}?
            How many known moons are there around {x}? What is the count of the moons of {x}?
        """),
        more=told("""
            Which has more moons, {a} or {b}? Do more moons circle {a} or {b}?
            Which planet has more moons, {a} or {b}?
        """),
        less=told("""
            Which has fewer moons, {a} or {b}? Do fewer moons circle {a} or {b}?
            Which planet has fewer moons, {a} or {b}?
        """),
        minus=told("How many more moons does {x} have than {y}? How many moons more than {y} has {x}?"),
        plus=told("How many moons do {x} and {y} have together? How many moons circle {x} and {y} in all?"),
    ),
)
