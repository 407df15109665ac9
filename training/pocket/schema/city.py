"""Cities: what an article says about one, and how one asks."""

from training.pocket.schema.relation import Relation, held, told
from training.pocket.schema.shared import POPULATION

INTRO = told("""
    {n} is a city. {n} is a well-known city. {n} is one of the cities of the world. This is about the city {n}.
    {n} is a city that many people know. {n} is the name of a city. The city of {n} is the subject of this article.
    This article describes the city of {n}. Among the cities of the world is {n}.
    {n} is a city with an article of its own. Here one reads about {n}, a city.
""")

CITY = (
    Relation(
        "country",
        "country",
        told("""
            It lies in {v}. {n} is a city in {v}. The city belongs to {v}. It is a city in {v}. It is in {v}.
            The city is part of {v}. The country of {n} is {v}. Its country is {v}. The country it lies in is {v}.
            The city stands on the soil of {v}. As its country the city has {v}. The state it belongs to is {v}.
            The people of the city are citizens of {v}. The country in which {n} lies is {v}. {n} belongs to {v}.
            {n} is located in {v}. The city is situated in {v}. {n} lies in {v}. The nation it belongs to is {v}.
            Its home country is {v}. Politically, {n} is part of {v}. The land in which the city stands is {v}.
            The government it answers to is that of {v}. The flag over its town hall is that of {v}.
            The laws that hold in {n} are those of {v}. Like the land around it, the city forms part of {v}.
            Whoever is in {n} is in the country of {v}. Its taxes go to the treasury of {v}.
            To visit {n}, guests have to enter {v}. Letters sent there are addressed to {v}.
            The city is ruled as part of {v}. {v} is the country of {n}. {v} is the country it lies in.
            In {v} lies the city of {n}. It is {v} that the city belongs to. {n}, a city in {v}, is well known.
            {v} governs the city of {n}. The state of {v} includes the city of {n}.
            The country of {v} is home to the city.
        """),
        held("You find it in {v}. It is one of the cities of {v}. On a map, {n} appears within {v}."),
        ("country",),
        told("""
            In which country is {x}? Which country is {x} in? Where is {x}? To which country does {x} belong?
            In what country does {x} lie? Which country is {x} part of? What country is {x} in?
            In what country is {x} located? Which country does {x} lie in? Which country is home to {x}?
            What is the country that {x} lies in? Within the borders of which country does {x} lie?
            To what country does {x} belong? Which state does {x} belong to? In which country is {x} situated?
            What country does {x} belong to?
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
            The city has an elevation of {v}. Above the sea its height is {v}. The height of {n} above sea level is {v}.
            The city lies {v} above sea level. {n} stands at an elevation of {v}. {n} lies at an altitude of {v}.
            Its altitude is {v}. The altitude of {n} is {v}. The city sits at a height above sea level of {v}.
            The city is situated at an altitude of {v}. The town hall stands at an elevation of {v}.
            Surveyors put its elevation at {v}. A sign at the railway station gives the elevation as {v}.
            In height above sea level, {n} comes to {v}. For the elevation of {n}, surveyors give {v}.
            The site of the city has an altitude of {v}. The official elevation is {v}.
            An altimeter in the centre of {n} shows {v}. The average elevation of the city is {v}.
            As for altitude, the city is at {v}. {n} has an average elevation of about {v}.
            Its market square lies at an altitude of {v}. {v} is the elevation of {n}.
            {v} above sea level is where the city lies. At {v} above sea level stands the city of {n}.
            An elevation of {v} is given for the city. {n} is situated {v} above sea level.
            With its elevation of {v}, the city is well known for its air.
            The altitude of {v} is that of the city centre.
        """),
        held(
            "Its streets are {v} above the sea. It was built {v} above the sea. Measured from the sea it is up by {v}."
        ),
        ("elevation", "elevation above sea level", "height above sea level", "altitude"),
        told("""
            How high above the sea is {x}? How high does {x} lie? At what elevation does {x} lie?
            At what height above sea level is {x}? How far above sea level is {x}? How high up does {x} lie?
            What altitude does {x} have? At what altitude is {x}? At which altitude does {x} lie?
            How many metres above sea level is {x}? What elevation does {x} have? At which elevation is {x} situated?
            How much above sea level does {x} lie? How high above sea level is {x}? What is the elevation at {x}?
        """),
        more=told("""
            Which lies higher, {a} or {b}? Which is at a higher elevation, {a} or {b}?
            Which is farther above the sea, {a} or {b}? Which is higher up, {a} or {b}? Does {a} or {b} lie higher?
            Which has the higher elevation, {a} or {b}? Which lies at the greater altitude, {a} or {b}?
            Which is higher above sea level, {a} or {b}? Which city is situated higher, {a} or {b}?
        """),
        less=told("""
            Which lies lower, {a} or {b}? Which is at a lower elevation, {a} or {b}?
            Which is closer to sea level, {a} or {b}? Which is lower down, {a} or {b}? Does {a} or {b} lie lower?
            Which has the lower elevation, {a} or {b}? Which lies at the lesser altitude, {a} or {b}?
            Which is less far above sea level, {a} or {b}? Which city is situated lower, {a} or {b}?
        """),
        minus=told("""
            How much higher does {x} lie than {y}? By how much is {x} higher up than {y}?
            How much higher above sea level is {x} than {y}? What is the difference in elevation between {x} and {y}?
            By how much does the elevation of {x} exceed that of {y}?
            How much greater is the altitude of {x} than that of {y}? How far above {y} does {x} lie?
            How many metres higher does {x} lie than {y}? By how many metres does {x} lie above {y}?
        """),
    ),
    Relation(
        "river",
        "river",
        told("""
            It stands on the {v}. It lies on the river {v}. Its river is the {v}. The river of {n} is the {v}.
            {n} lies on the banks of the {v}. The river that flows through it is the {v}. It was built on the river {v}.
            The city was built along the {v}. The river in the city is the {v}. The river that passes {n} is the {v}.
            Through its streets runs the river {v}. The banks it grew on are those of the {v}.
            The river {v} flows through the city. {n} lies on the {v}. {n} stands on the river {v}.
            The city is situated on the {v}. The city lies beside the {v}. The city grew up along the river {v}.
            The river on which {n} stands is the {v}. Its quays are on the {v}.
            The city stretches along both sides of the {v}. The old town looks out over the {v}.
            Its harbour is on the {v}. From its walls one looks down on the {v}.
            The stream that runs through {n} is the {v}. The centre of {n} is beside the river {v}.
            The city takes its drinking water from the {v}. The river that divides the city is the {v}.
            Its mills were driven by the {v}. Where {n} stands, the river is the {v}.
            The river of the city is called the {v}. After heavy rain, the city is flooded by the {v}.
            The {v} flows through {n}. The {v} is the river of {n}. The {v} runs through the middle of the city.
            On the {v} lies the city of {n}. It is the {v} that flows through the city.
            The river {v} divides the city in halves. The banks of the {v} are where the city stands.
            Along the {v} the city has its quays.
        """),
        held("""
            Its bridges cross the {v}. The waters of the {v} pass through it. Boats come to {n} on the {v}.
        """),
        ("river",),
        told("""
            Which river flows through {x}? On which river is {x}? Which river does {x} lie on? What river is {x} on?
            Which river runs through {x}? On what river does {x} stand? What river flows through {x}?
            What river runs through {x}? Which river is {x} on? Which river does {x} stand on?
            On the banks of which river does {x} lie? Beside which river does {x} lie? By which river is {x}?
            What is the river that flows through {x}? Which river divides {x}? On which river was {x} built?
        """),
    ),
    Relation(
        "founding year",
        "number",
        told("""
            It was founded in {v}. The city was established in {v}. {n} was founded in {v}. The city was founded in {v}.
            The founding year of {n} is {v}. Its founding year is {v}. {n} dates from {v}.
            The year of its foundation is {v}. Its foundation is dated to {v}. The founding of {n} was in {v}.
            The city goes back to the year {v}. As the year of foundation one finds {v}.
            The year {v} is given as that of its foundation. The city dates from the year {v}.
            The foundation of {n} dates from {v}. The year in which {n} was founded is {v}.
            It was founded in the year {v}. {n} was established in the year {v}. It came into being in {v}.
            {n} has existed since {v}. The city has stood there since {v}. The founders of {n} set to work in {v}.
            The founding of the city is placed in the year {v}. The date on its founding charter is {v}.
            The coat of arms shows the year of foundation, {v}. {n} received its founding charter in {v}.
            Scholars date the founding of {n} to {v}. It was as long ago as {v} that people founded {n}.
            Every year the city celebrates its foundation in {v}. The birthday of the city falls in the year {v}.
            The city was created in {v}. There has been a city here since {v}.
            The origin of the city lies in the year {v}. In {v} the city was founded. In {v}, {n} was established.
            In the year {v} people founded the city. {v} is the year of its founding.
            {v} was the year in which {n} was founded. The year {v} saw the foundation of {n}.
            It was in {v} that the city was founded.
        """),
        held("Its history began in {v}. Settlers came in {v}. Its first stone was laid in {v}."),
        ("founding year", "year of foundation", "year of founding"),
        told("""
            When was {x} founded? In which year was {x} founded? What year was {x} founded in?
            In what year was {x} established? From which year does {x} date? In which year was {x} established?
            When was {x} established? Since when has {x} existed? When did {x} come into being?
            In what year did people found {x}? When did the founding of {x} happen?
            Which year saw the foundation of {x}? What year does {x} date from? When does {x} date from?
            In what year was {x} founded? Which year was {x} founded in?
        """),
        more=told("""
            Which was founded later, {a} or {b}? Which is younger, {a} or {b}? Which is the younger city, {a} or {b}?
            Was {a} or {b} founded later? Which was established later, {a} or {b}?
            Which was founded more recently, {a} or {b}? Which dates from a later year, {a} or {b}?
            Which city is younger, {a} or {b}? Which was founded last, {a} or {b}?
        """),
        less=told("""
            Which was founded first, {a} or {b}? Which is older, {a} or {b}? Which is the older city, {a} or {b}?
            Which was founded earlier, {a} or {b}? Was {a} or {b} founded earlier?
            Which was established earlier, {a} or {b}? Which city is older, {a} or {b}?
            Which dates from an earlier year, {a} or {b}? Which was established first, {a} or {b}?
        """),
        minus=told("""
            How many years after {y} was {x} founded? By how many years is {x} the younger city, compared with {y}?
            How many years younger is {x} as a city than {y}? How many years later than {y} was {x} founded?
            How many years lie between the founding of {y} and that of {x}?
            By how many years does the founding of {y} precede that of {x}?
            How many years had {y} existed when {x} was founded? How long after {y} was {x} established?
            How many years passed between the foundation of {y} and that of {x}?
        """),
    ),
)
