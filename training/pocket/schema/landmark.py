"""Landmarks (towers, bridges, churches, monuments): what an article says about one, and how one asks."""

from training.pocket.schema.relation import Relation, held, told

INTRO = told("""
    {n} is a landmark. {n} is a well-known landmark. {n} is a famous sight. This is about a landmark called {n}.
""")

LANDMARK = (
    Relation(
        "city",
        "city",
        told("""
            It stands in the city of {v}. Its city is {v}. The city of {n} is {v}. It is a sight of the city of {v}.
            It is found in the city of {v}. The city it belongs to is {v}. The town or city around it is {v}.
            {n} stands in the city of {v}. It is a landmark of the city of {v}. The city is {v}.
            Visitors see it in the city of {v}. The city where it was built is {v}. {v} is its city.
        """),
        held("""
            To visit it, go to the town of {v}. The townspeople who pass it live in {v}. It adorns the city {v}.
        """),
        ("city",),
        told("""
            In which city is {x}? Which city is {x} in? In what city does {x} stand? What city is home to {x}?
            In which city does one find {x}? To which city does {x} belong?
        """),
    ),
    Relation(
        "country",
        "country",
        told("""
            It stands in the country of {v}. Its country is {v}. The country of {n} is {v}. The country is {v}.
            The country it stands in is {v}. It is a landmark of the country of {v}. The country it belongs to is {v}.
            It is found in the country of {v}. {n} is one of the sights of the country of {v}.
            The country where it was built is {v}. As its country the landmark has {v}.
            The nation it belongs to is {v}. {v} is its country.
        """),
        held("""
            The nation that is proud of it is {v}. The flag that flies over this land is that of {v}.
            Within the borders of a country it stands, and that country is {v}.
        """),
        ("country",),
        told("""
            In which country is {x}? Which country is {x} in? In what country does {x} stand?
            To which country does {x} belong? In which country does one find {x}?
        """),
    ),
    Relation(
        "height",
        "number",
        told("""
            Its height is {v}. The height of {n} is {v}. It has a height of {v}. The height is {v}. It rises to {v}.
            {n} has a height of {v}. It reaches a height of {v}. From the ground to its top it has a height of {v}.
            The landmark has a height of {v}. The height of the landmark is {v}. As its height one finds {v}.
            Its highest part has a height of {v}. It is {v} high.
        """),
        held("Its top is at {v}. Measured from its foot it comes to {v}. It stands {v} tall."),
        ("height",),
        told("""
            How high is {x}? How tall is {x}? What height does {x} have? What is the height reached by {x}?
            To what height does {x} rise?
        """),
        more=told("""
            Which is higher, {a} or {b}? Is {a} or {b} higher? Which is taller, {a} or {b}?
            Which landmark is higher, {a} or {b}?
        """),
        less=told("""
            Which is lower, {a} or {b}? Is {a} or {b} lower? Which is less tall, {a} or {b}?
            Which landmark is lower, {a} or {b}?
        """),
        minus=told(
            "How much higher is {x} than {y}? By how much is {x} higher than {y}? How much taller is {x} than {y}?"
        ),
        plus=told("How high are {x} and {y} on top of each other? How high are {x} and {y} together?"),
    ),
    Relation(
        "completion year",
        "number",
        told("""
            It was completed in {v}. The completion year was {v}. {n} was completed in {v}. It was finished in {v}.
            The year of completion was {v}. Its completion year is {v}. The work on it was completed in {v}.
            The building work ended in {v}. The completion of {n} was in {v}. {n} was finished in the year {v}.
            Its completion is dated to {v}. As the year of completion one finds {v}. The year {v} saw its completion.
        """),
        held("It was ready in {v}. The last stone or beam was set in {v}. The builders went home in {v}."),
        ("completion year", "year of completion"),
        told("""
            When was {x} completed? In which year was {x} completed? When was {x} finished?
            What year was {x} completed in? In what year was {x} finished?
        """),
        more=told("""
            Which was completed later, {a} or {b}? Which was finished later, {a} or {b}?
            Which is the newer landmark, {a} or {b}?
        """),
        less=told("""
            Which was completed first, {a} or {b}? Which was finished earlier, {a} or {b}?
            Which is the older landmark, {a} or {b}?
        """),
        minus=told("""
            How many years after {y} was {x} completed? How many years lie between the completion of {y} and {x}?
        """),
    ),
    Relation(
        "architect",
        "text",
        told("""
            Its architect was {v}. The architect was {v}. The architect of {n} was {v}. It was designed by {v}.
            {n} was designed by {v}. The design is by {v}. Its designer was {v}. The plans were drawn by {v}.
            As its architect one names {v}. The design is the work of {v}. The one who designed it was {v}.
            It was built to the plans of {v}. {v} was its architect.
        """),
        held("""
            The drawings came from the hand of {v}. It made the name of {v} known. Its shape was thought up by {v}.
        """),
        ("architect", "designer"),
        told("""
            Who designed {x}? By whom was {x} designed? Who was the architect of {x}? Who drew the plans of {x}?
            Which architect designed {x}?
        """),
    ),
)
