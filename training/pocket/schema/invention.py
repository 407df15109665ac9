"""Inventions: what an article says about one, and how one asks.

Some names are things to count (a telephone), some are not (dynamite), so the name stands without an article or the
sentence says "this invention".
"""

from training.pocket.schema.relation import Relation, held, told

INTRO = told("""
    {n} is an invention. {n} is a well-known invention. {n} is one of the famous inventions.
    This is about an invention called {n}. {n} is a famous invention. {n} belongs to the great inventions.
    Among the great inventions is {n}. The invention described in this article is {n}.
    {n} is an invention with a history of its own. {n} has a place in the history of inventions.
    The subject of this article is {n}, an invention. Historians of technology count {n} among the important inventions.
""")

INVENTION = (
    Relation(
        "inventor",
        "person",
        told("""
            It was invented by {v}. Its inventor was {v}. The inventor was {v}. This invention was made by {v}.
            The inventor of {n} was {v}. {n} was invented by {v}. The one who invented it was {v}.
            The invention is the work of {v}. The invention is credited to {v}. As its inventor one names {v}.
            The person behind this invention was {v}. The idea and its making came from {v}. {v} was its inventor.
            {v} invented it. The invention came from {v}. The credit for inventing {n} goes to {v}.
            {n} was devised by {v}. {n} was developed by {v}. This invention was the idea of {v}. It was created by {v}.
            The creator of {n} was {v}. Behind {n} stood the inventor {v}. {n} is one of the inventions of {v}.
            The honour of having invented {n} belongs to {v}. It was conceived by {v}.
            The man or woman who invented {n} was {v}. The first person to come up with {n} was {v}.
            History names as its inventor {v}. {n} came out of the workshop of {v}.
            The name linked with this invention is {v}. {v} devised {n}. {v} came up with the idea for {n}.
            It was {v} who invented {n}. {v} is credited with inventing it. Invented by {v}, {n} is a famous invention.
            The inventor {v} developed it. In the workshop of {v} it was invented.
        """),
        held("We owe it to {v}. It sprang from the mind of {v}. The first one was built or made by {v}."),
        ("inventor",),
        told("""
            Who invented {x}? By whom was {x} invented? Who was the inventor of {x}? Who came up with {x}?
            Who is credited with inventing {x}? Whose invention is {x}? Who devised {x}? Who developed {x}?
            Who thought of {x} first? Whose idea was {x}? Who was it that invented {x}? Which person invented {x}?
            To whom is the invention of {x} credited? Who is named as the inventor of {x}? By whom was {x} devised?
            Who had the idea for {x}? Who gets the credit for the invention of {x}? From whose workshop did {x} come?
        """),
    ),
    Relation(
        "invention year",
        "number",
        told("""
            It was invented in {v}. {n} was invented in {v}. The invention was made in {v}.
            The year of invention was {v}. Its invention year is {v}. The invention year was {v}.
            The invention dates from {v}. The invention of {n} was in {v}. Its invention is dated to {v}.
            As the year of invention one finds {v}. This invention belongs to the year {v}.
            The year it was invented in is {v}. The year {v} brought its invention. {n} was devised in {v}.
            {n} was developed in {v}. It was created in {v}. The date of its invention is {v}.
            The idea for {n} was carried out in {v}. Its inventor completed it in {v}.
            The story of {n} begins with its invention in {v}. {n} is an invention of the year {v}.
            The invention goes back to {v}. Its invention took place in {v}. {n} came into being in {v}.
            Historians place its invention in {v}. It was conceived in {v}. {n} remained uninvented until {v}.
            The breakthrough that led to {n} came in {v}. Its invention falls in the year {v}. In {v} it was invented.
            {v} is the year of its invention. In {v}, {n} was devised. Invented in {v}, {n} is a famous invention.
            It was in {v} that {n} was invented. The year {v} marks the invention of {n}.
            It was {v} when its inventor succeeded. The inventor finished it in {v} after long work.
        """),
        held("It has existed since {v}. The world first had it in {v}. Nobody used it before {v}."),
        ("invention year", "year of invention", "date of invention"),
        told("""
            When was {x} invented? In which year was {x} invented? What year was {x} invented in?
            In what year was {x} invented? From which year is {x}? When was {x} devised? When was {x} developed?
            When was the invention of {x}? When did someone invent {x}? In which year did the inventor come up with {x}?
            Which year brought the invention of {x}? In what year was {x} devised?
            To which year does the invention of {x} date back? When did the invention of {x} take place?
            What year marks the invention of {x}? To what year is the invention of {x} dated?
            Until when was {x} not yet invented?
        """),
        more=told("""
            Which was invented later, {a} or {b}? Which is the newer invention, {a} or {b}?
            Which of these inventions came later, {a} or {b}? Was {a} or {b} invented later?
            Which invention is more recent, {a} or {b}? Which was devised later, {a} or {b}?
            Which has the later year of invention, {a} or {b}? Which is the more modern invention, {a} or {b}?
            Which was invented more recently, {a} or {b}?
        """),
        less=told("""
            Which was invented first, {a} or {b}? Which was invented earlier, {a} or {b}?
            Which is the older invention, {a} or {b}? Was {a} or {b} invented first?
            Which invention goes back further, {a} or {b}? Which was devised first, {a} or {b}?
            Which has the earlier year of invention, {a} or {b}? Which is the earlier invention, {a} or {b}?
            Which of these inventions came first, {a} or {b}?
        """),
        minus=told("""
            How many years after {y} was {x} invented? How many years passed between the inventions of {y} and {x}?
            How much later than {y} was {x} invented? How many years earlier than {x} was {y} invented?
            By how many years did the invention of {y} precede that of {x}? How long after {y} was {x} invented?
            How many years lie between the invention of {y} and that of {x}?
            How many years separate the inventions of {y} and {x}?
            By how many years is {x} the newer invention compared with {y}?
        """),
    ),
    Relation(
        "country",
        "country",
        told("""
            It was invented in the country of {v}. The country of the invention is {v}. Its country is {v}.
            The country of {n} is {v}. It is an invention from {v}. The invention comes from {v}.
            The country it was invented in is {v}. {n} is an invention from {v}. It has its origin in {v}.
            The home country of this invention is {v}. As its country of origin one names {v}.
            It was first made in the country of {v}. {v} is the country it was invented in.
            {n} was developed in the country of {v}. The invention took place in the country of {v}.
            {n} originated in {v}. The land where {n} was invented is {v}. The nation that gave rise to {n} is {v}.
            Its homeland is {v}. {n} has its roots in {v}. The birthplace of the invention is the country of {v}.
            It came out of a workshop in {v}. Credit for the invention goes to the nation of {v}.
            The invention is a product of {v}. It spread to other countries from {v}.
            The story of {n} starts in the country of {v}. {n} is counted among the inventions of {v}.
            Its country of invention is {v}. The land of its origin is {v}. {v} is its country of origin.
            {v} is the home country of {n}. In the country of {v}, {n} was invented.
            The nation of {v} brought forth {n}. An invention from {v}, it spread to other countries.
            The people of {v} count it among their inventions. A workshop in {v} is where it was invented.
            Invented in the country of {v}, {n} is a famous invention.
        """),
        held("It first appeared on the soil of {v}. Its cradle was {v}. The world received it from {v}."),
        ("country", "country of origin", "country of invention"),
        told("""
            In which country was {x} invented? From which country does {x} come? Where was {x} invented?
            What country is {x} from? Which country does {x} come from? In what country was {x} invented?
            Which country is {x} from? Which country invented {x}? Which nation invented {x}?
            In which land was {x} invented? In which country was {x} developed?
            In what country does {x} have its origin? Which country is credited with inventing {x}?
            What country was {x} invented in? Of which country is {x} an invention? In which country did {x} originate?
            Which country gave rise to {x}?
        """),
    ),
)
