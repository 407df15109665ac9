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
        About {v} people live there. {n} is home to {v} inhabitants. {n} has a population of {v}.
        {n} counts a population of {v}. The size of the population is put at {v}. The population total for {n} is {v}.
        The number of people in {n} is {v}. The total population is {v}. The population stands at {v}.
        The population of {n} stands at about {v}. Officials put the population at {v}.
        Its population is estimated at {v}. The estimated population of {n} is {v}. The population has reached {v}.
        The number of its inhabitants is given as {v}. In numbers of people, {n} comes to {v}.
        Its population amounts to {v}. The population of {n} amounts to about {v}.
        A recent estimate puts its population at {v}. The head count stands at {v}. {n} is populated by {v} people.
        {n} counts {v} inhabitants. About {v} people call it home. {v} people live in {n}.
        Home to {v} people, {n} has much to offer. With {v} inhabitants, {n} is known far and wide.
        {v} is the population of {n}. It has about {v} inhabitants.
    """),
    held("The last census counted {v} residents. Its inhabitants number {v}. All those who live there add up to {v}."),
    ("population", "number of inhabitants", "number of people", "population size"),
    told("""
        How many people live in {x}? How many inhabitants does {x} have? How many people are there in {x}?
        How populous is {x}? How big is the population of {x}? How many residents does {x} have?
        What population does {x} have? How large is the population of {x}? How many people call {x} home?
        How many people inhabit {x}? What is the number of people who live in {x}? How many souls live in {x}?
        To how many people is {x} home? How high is the population of {x}? How many inhabitants are there in {x}?
        How many people does {x} have? How many people have their home in {x}?
    """),
    more=told("""
        Which has more people, {a} or {b}? Do more people live in {a} or in {b}? Which is more populous, {a} or {b}?
        Which has more inhabitants, {a} or {b}? Does {a} or {b} have more people? Does {a} or {b} have more inhabitants?
        Which has the larger population, {a} or {b}? Which is home to more people, {a} or {b}?
        Where do more people live, in {a} or in {b}?
    """),
    less=told("""
        Which has fewer people, {a} or {b}? Do fewer people live in {a} or in {b}? Which is less populous, {a} or {b}?
        Which has fewer inhabitants, {a} or {b}? Does {a} or {b} have fewer people?
        Does {a} or {b} have fewer inhabitants? Which has the smaller population, {a} or {b}?
        Which is home to fewer people, {a} or {b}? Where do fewer people live, in {a} or in {b}?
    """),
    minus=told("""
        How many more people live in {x} than in {y}? How many more inhabitants does {x} have than {y}?
        By how many people is {x} larger than {y}? How much larger is the population of {x} than that of {y}?
        By how many inhabitants does {x} exceed {y}? What is the difference in population between {x} and {y}?
        How many more people does {x} have than {y}? How many fewer people live in {y} than in {x}?
        How many people more than {y} does {x} have?
    """),
    plus=told("""
        How many people live in {x} and {y} together? How many inhabitants do {x} and {y} have in all?
        How many people are there in {x} and {y} combined? What population do {x} and {y} have together?
        What is the combined population of {x} and {y}? How many inhabitants have {x} and {y} together?
        How many people do {x} and {y} have in all? How many people live in {x} or {y}?
        How many people in all call {x} or {y} home?
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
        {n} was born in the town of {v}. {n} was born in the city of {v}. The place of birth of {n} was {v}.
        The native city of {n} was {v}. The town of birth was {v}. The city where {n} was born is {v}.
        {p} was a native of the town of {v}. By birth {n} belonged to the town of {v}.
        The birthplace of {n} is given as {v}. The parish that recorded the birth was in {v}.
        The house where {n} was born stands in {v}. The house of birth is a museum in {v}.
        A plaque marks the house of birth in {v}. The birth was registered at the town hall of {v}.
        When {n} was born, the parents lived in {v}. The mother of {n} gave birth in the town of {v}.
        The town that calls {n} its native child is {v}. The life of {n} began in the town of {v}.
        The city in which {p} was born is {v}. {n} hailed from the city of {v}. {v} was the native town of {n}.
        {v} is the place where {n} was born. In the town of {v}, {n} was born.
        It was in the town of {v} that {n} was born. The city of {v} was the birthplace of {n}.
        In the city of {v} the house where {n} was born still stands.
    """),
    held("""
        The cradle of {n} stood in {v}. {p} spent the first day of life in {v}. The birth took place in {v}.
    """),
    ("birthplace", "place of birth", "city of birth", "town of birth"),
    told("""
        Where was {x} born? In which city was {x} born? In which place was {x} born? What town was {x} born in?
        Which city is the native city of {x}? Where does the life of {x} begin? In what city was {x} born?
        Which city was {x} born in? What city was {x} born in? In which town was {x} born?
        In what town did the life of {x} begin? At what place was {x} born? Which town is the birthplace of {x}?
        Which city was the birthplace of {x}? What place was {x} born in? In what place was {x} born?
        What was the native town of {x}?
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
        {n} had the birth year {v}. The birth is dated to {v}. The birth of {n} is dated to {v}.
        The birth fell in the year {v}. The birth of {n} fell in {v}. The year in which {n} was born was {v}.
        The life of {n} began in the year {v}. As a year of birth, the records give {v}.
        The baptism book gives the year of birth as {v}. {n} was born back in {v}.
        The date of birth lies in the year {v}. Records show that {n} was born in {v}.
        The parents of {n} had this child in {v}. According to the records, {p} was born in {v}.
        The mother of {n} gave birth to this child in {v}. {n} had been alive since {v}.
        The year of birth is known to be {v}. The birth year of {n} is given as {v}.
        The birthdays of {n} are counted from {v}. The birth certificate is dated {v}. In {v}, {n} was born.
        In the year {v}, {n} was born. {v} was the year of birth of {n}. {v} is given as the birth year.
        It was in {v} that {n} was born. The year {v} is the year of birth. Born in {v}, {n} left a name behind.
    """),
    held("""
        {p} came into the world in {v}. {p} first saw the light of day in {v}. {n} was newly born in {v}.
    """),
    ("birth year", "year of birth"),
    told("""
        When was {x} born? In which year was {x} born? In what year was {x} born? What year was {x} born in?
        What is the year {x} was born in? When did the life of {x} begin? Which year was {x} born in?
        Which year saw the birth of {x}? In which year did the life of {x} begin? When was it that {x} was born?
        What was the year when {x} was born? Since which year was {x} alive? In what year did {x} begin life?
        In which year does the birth of {x} fall? From which year on did {x} live? In what year was the birth of {x}?
        When was the birth of {x}?
    """),
    more=told("""
        Who was born later, {a} or {b}? Who is younger, {a} or {b}? Who was the younger, {a} or {b}?
        Which of the two was born later, {a} or {b}? Was {a} or {b} born later? Was {a} or {b} the younger?
        Whose birth came later, that of {a} or {b}? Who was born in a later year, {a} or {b}?
        Who was born last, {a} or {b}?
    """),
    less=told("""
        Who was born first, {a} or {b}? Who was born earlier, {a} or {b}? Who is older, {a} or {b}?
        Who was the elder, {a} or {b}? Was {a} or {b} born earlier? Was {a} or {b} born first?
        Whose birth came first, that of {a} or {b}? Who was born in an earlier year, {a} or {b}?
        Was {a} or {b} the elder?
    """),
    minus=told("""
        How many years after {y} was {x} born? How many years younger is {x} than {y}?
        How many years lie between the births of {y} and {x}? By how many years is {x} younger than {y}?
        How many years later than {y} was {x} born? How many years older is {y} than {x}?
        How many years passed from the birth of {y} to that of {x}?
        What is the difference in years between the births of {x} and {y}? How old was {y} when {x} was born?
        How long after {y} was {x} born?
    """),
)

DEATH_YEAR = Relation(
    "death year",
    "number",
    told("""
        {p} died in {v}. {n} passed away in {v}. {n} died in {v}. The year of death was {v}. The death year was {v}.
        {p} died in the year {v}. The death year of {n} was {v}. {p} lived until {v}. The year of death of {n} was {v}.
        The life of {n} ended in {v}. Death came to {n} in {v}. As the year of death one finds {v}.
        The year {v} saw the death of {n}. {n} died in the year {v}. {p} passed away in {v}. {n} lived until {v}.
        {n} lived until the year {v}. The death is dated to {v}. The death of {n} is dated to {v}.
        The death of {n} fell in the year {v}. The year in which {n} died was {v}.
        The life of {n} ended in the year {v}. {p} was alive until {v}. As a year of death, the records give {v}.
        {n} met death in {v}. {n} breathed for the last time in {v}. The records of the parish put the death in {v}.
        Death took {n} in {v}. Records show that {n} died in {v}.
        The death certificate is dated {v}. In {v}, {n} died. In the year {v}, {n} passed away.
        {v} was the year of death of {n}. {v} is given as the death year. It was in {v} that {n} died.
        In {v} death came to {n}. The year {v} was the last in the life of {n}.
    """),
    held("The grave was dug in {v}. The end of this life came in {v}. {p} was mourned in {v}."),
    ("death year", "year of death"),
    told("""
        When did {x} die? In which year did {x} die? In what year did {x} die? What year did {x} die in?
        Until when did {x} live? When did the life of {x} end? Which year did {x} die in?
        Which year saw the death of {x}? When did {x} pass away? In which year did {x} pass away?
        In which year did the life of {x} end? What was the year when {x} died? Until which year did {x} live?
        In what year was the death of {x}? When was the death of {x}? In which year does the death of {x} fall?
        Until what year was {x} alive?
    """),
    more=told("""
        Who died later, {a} or {b}? Whose death came later, that of {a} or {b}? Which of the two died later, {a} or {b}?
        Who lived on to a later year, {a} or {b}? Did {a} or {b} die later? Who died in a later year, {a} or {b}?
        Who died last, {a} or {b}? Who passed away later, {a} or {b}? Was {a} or {b} the later to die?
    """),
    less=told("""
        Who died first, {a} or {b}? Who died earlier, {a} or {b}? Which of the two died earlier, {a} or {b}?
        Whose death came first, that of {a} or {b}? Did {a} or {b} die earlier? Did {a} or {b} die first?
        Who died in an earlier year, {a} or {b}? Who passed away first, {a} or {b}? Who passed away earlier, {a} or {b}?
    """),
    minus=told("""
        How many years after {y} did {x} die? How many years lie between the deaths of {y} and {x}?
        By how many years did {x} outlive {y}? How many years later than {y} did {x} die?
        How many years passed from the death of {y} to that of {x}?
        What is the difference in years between the deaths of {x} and {y}? How many years before {x} did {y} die?
        By how many years did {x} survive {y}? How long after {y} did {x} die?
    """),
)
