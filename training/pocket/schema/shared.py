"""Relations that several kinds share: population, area, height, and the dates of a life.

Only those whose wording is right for each of the kinds; where a word depends on the kind, each kind has its own.
"""

from training.pocket.schema.relation import Relation, held, told

POPULATION = Relation(
    "population",
    "number",
    told("""
        It has a population of {v}. The population of {n} is {v}. The population is {v}. Its population is {v}.
        Its population was last counted at {v}. The number of inhabitants is {v}. {n} has a population of about {v}.
        The number of people who live there is {v}. At the last count the population came to {v}.
        The size of its population is {v}. {n} has about this many people: {v}. The population figure for {n} is {v}.
        About {v} people live there. {n} is home to {v} inhabitants.
    """),
    held("The last census counted {v} residents. Its inhabitants number {v}. All those who live there add up to {v}."),
    ("population", "number of inhabitants", "number of people"),
    told("""
        How many people live in {x}? How many inhabitants does {x} have? How many people are there in {x}?
        How populous is {x}? How big is the population of {x}? How many residents does {x} have?
    """),
    more=told("""
        Which has more people, {a} or {b}? Do more people live in {a} or in {b}? Which is more populous, {a} or {b}?
        Which has more inhabitants, {a} or {b}?
    """),
    less=told("""
        Which has fewer people, {a} or {b}? Do fewer people live in {a} or in {b}? Which is less populous, {a} or {b}?
        Which has fewer inhabitants, {a} or {b}?
    """),
    minus=told("""
        How many more people live in {x} than in {y}? How many more inhabitants does {x} have than {y}?
        By how many people is {x} larger than {y}?
    """),
    plus=told("""
        How many people live in {x} and {y} together? How many inhabitants do {x} and {y} have in all?
        How many people are there in {x} and {y} combined?
    """),
)

BIRTHPLACE = Relation(
    "birthplace",
    "city",
    told("""
        {p} was born in the town of {v}. The birthplace of {n} was {v}. The birthplace was {v}.
        {p} was born in the city of {v}. The place of birth was {v}. The town where {n} was born is {v}.
        The city of birth was {v}. The native town of {n} was {v}. {n} came into the world in the town of {v}.
        The family home at the time of the birth was in {v}. As the place of birth of {n} one finds {v}.
        {p} had the following birthplace: {v}. {v} was the birthplace of {n}. {v} is the town where {n} was born.
    """),
    held("""
        The cradle of {n} stood in {v}. {p} spent the first day of life in {v}. The birth took place in {v}.
    """),
    ("birthplace", "place of birth", "city of birth"),
    told("""
        Where was {x} born? In which city was {x} born? In which place was {x} born? What town was {x} born in?
        Which city is the native city of {x}? Where does the life of {x} begin?
    """),
)

BIRTH_YEAR = Relation(
    "birth year",
    "number",
    told("""
        {p} was born in {v}. {n} was born in the year {v}. {n} was born in {v}. The year of birth was {v}.
        The birth year was {v}. {p} was born in the year {v}. The birth year of {n} was {v}.
        The life of {n} began in {v}. The year of birth of {n} was {v}. As the year of birth one finds {v}.
        {n} was a child of the year {v}. The birth of {n} was in {v}. The year {v} saw the birth of {n}.
    """),
    held("""
        {p} came into the world in {v}. {p} first saw the light of day in {v}. {n} was newly born in {v}.
    """),
    ("birth year", "year of birth"),
    told("""
        When was {x} born? In which year was {x} born? In what year was {x} born? What year was {x} born in?
        What is the year {x} was born in? When did the life of {x} begin?
    """),
    more=told("""
        Who was born later, {a} or {b}? Who is younger, {a} or {b}? Who was the younger, {a} or {b}?
        Which of the two was born later, {a} or {b}?
    """),
    less=told("""
        Who was born first, {a} or {b}? Who was born earlier, {a} or {b}? Who is older, {a} or {b}?
        Who was the elder, {a} or {b}?
    """),
    minus=told("""
        How many years after {y} was {x} born? How many years younger is {x} than {y}?
        How many years lie between the births of {y} and {x}?
    """),
)

DEATH_YEAR = Relation(
    "death year",
    "number",
    told("""
        {p} died in {v}. {n} passed away in {v}. {n} died in {v}. The year of death was {v}. The death year was {v}.
        {p} died in the year {v}. The death year of {n} was {v}. {p} lived until {v}.
        The year of death of {n} was {v}. The life of {n} ended in {v}. Death came to {n} in {v}.
        As the year of death one finds {v}. The year {v} saw the death of {n}.
    """),
    held("The grave was dug in {v}. The end of this life came in {v}. {p} was mourned in {v}."),
    ("death year", "year of death"),
    told("""
        When did {x} die? In which year did {x} die? In what year did {x} die? What year did {x} die in?
        Until when did {x} live? When did the life of {x} end?
    """),
    more=told("""
        Who died later, {a} or {b}? Whose death came later, that of {a} or {b}?
        Which of the two died later, {a} or {b}? Who lived on to a later year, {a} or {b}?
    """),
    less=told("""
        Who died first, {a} or {b}? Who died earlier, {a} or {b}? Which of the two died earlier, {a} or {b}?
        Whose death came first, that of {a} or {b}?
    """),
    minus=told("""
        How many years after {y} did {x} die? How many years lie between the deaths of {y} and {x}?
        By how many years did {x} outlive {y}?
    """),
)
