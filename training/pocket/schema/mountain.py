"""Mountains: what an article says about one, and how one asks."""

from training.pocket.schema.relation import Relation, held, told

INTRO = told("""
    {n} is a mountain. {n} is a well-known mountain. {n} is one of the mountains of the world.
    This is about the mountain {n}.
""")

MOUNTAIN = (
    Relation(
        "height",
        "number",
        told("""
            Its height is {v}. The height of {n} is {v}. It rises to {v}. It has a height of {v}. The height is {v}.
            The mountain has a height of {v}. {n} has a height of {v}. The mountain rises to a height of {v}.
            The height of the mountain is {v}. The height of its summit is {v}. Its peak has a height of {v}.
            As its height one finds {v}. It is {v} high. {n} is {v} high.
        """),
        held("Its summit reaches {v}. Its top is at {v}. Whoever stands on its top stands at {v}."),
        ("height",),
        told("""
            How high is {x}? How tall is {x}? What height does {x} have? How high is the summit of {x}?
            To what height does {x} rise?
        """),
        more=told("""
            Which is higher, {a} or {b}? Is {a} or {b} higher? Which mountain is higher, {a} or {b}?
            Which has the higher summit, {a} or {b}? Which is taller, {a} or {b}?
        """),
        less=told("""
            Which is lower, {a} or {b}? Is {a} or {b} lower? Which mountain is lower, {a} or {b}?
            Which has the lower summit, {a} or {b}?
        """),
        minus=told(
            "How much higher is {x} than {y}? By how much is {x} higher than {y}? How much taller is {x} than {y}?"
        ),
        plus=told("How high are {x} and {y} on top of each other? How high are {x} and {y} together?"),
    ),
    Relation(
        "country",
        "country",
        told("""
            It lies in {v}. {n} is a mountain in {v}. It is a mountain in {v}. It stands in {v}. Its country is {v}.
            The country of {n} is {v}. It is in {v}. The country it stands in is {v}.
            The mountain stands on the soil of {v}. As its country the mountain has {v}.
            The country of the mountain is {v}. The land it towers over is {v}. {v} is the country of {n}.
        """),
        held("You find it in {v}. It is one of the mountains of {v}. To climb it you travel to {v}."),
        ("country",),
        told("""
            In which country is {x}? Which country is {x} in? Where is {x}? In what country does {x} stand?
            To which country does {x} belong? In which country does {x} lie?
        """),
    ),
    Relation(
        "range",
        "text",
        told("""
            It is part of the {v}. Its range is the {v}. The range of {n} is the {v}. Its mountain range is the {v}.
            {n} is part of the {v}. The range is the {v}. It belongs to the range of the {v}.
            The mountain range around it is the {v}. The range it belongs to is the {v}.
            Its neighbours form the range of the {v}. As its range it has the {v}.
            The chain of which it is part is the {v}. In the range of the {v} it has its place.
        """),
        held("It stands among the {v}. You see it in the {v}. It is one of the peaks of the {v}."),
        ("range", "mountain range"),
        told("""
            Which range is {x} part of? To which range does {x} belong? Which mountain range is {x} in?
            In what range does {x} stand? Of which range is {x} a part?
        """),
    ),
    Relation(
        "first ascent",
        "number",
        told("""
            It was first climbed in {v}. The first ascent was made in {v}. {n} was first climbed in {v}.
            The first ascent of {n} was in {v}. Its first ascent was in {v}. The year of the first ascent was {v}.
            The mountain was first climbed in {v}. The first ascent was in {v}. The first climb to its top was in {v}.
            Its summit was first reached in {v}. Its first ascent is dated to {v}.
            The first to climb it did so in {v}. The year {v} saw its first ascent.
        """),
        held("Nobody reached the top before {v}. Climbers first stood on top in {v}. It was conquered in {v}."),
        ("first ascent", "year of the first ascent"),
        told("""
            When was {x} first climbed? In which year was {x} first climbed? What year was {x} first climbed in?
            When did people first climb {x}? In what year was the summit of {x} first reached?
        """),
        more=told("""
            Which was first climbed later, {a} or {b}? Which had its first ascent later, {a} or {b}?
            Which was still unclimbed for longer, {a} or {b}?
        """),
        less=told("""
            Which was climbed first, {a} or {b}? Which was first climbed earlier, {a} or {b}?
            Which had its first ascent earlier, {a} or {b}?
        """),
        minus=told("""
            How many years after {y} was {x} first climbed?
            How many years lie between the first ascents of {y} and {x}?
        """),
    ),
)
