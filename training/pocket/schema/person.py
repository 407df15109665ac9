"""Scientists and inventors: what an article says about one, and how one asks."""

from training.pocket.schema.relation import Relation, held, told
from training.pocket.schema.shared import BIRTH_YEAR, BIRTHPLACE, DEATH_YEAR

INTRO = told("""
    {n} was a scientist or inventor. {n} has a place in the history of science and technology. {n} is a well-known name
    in science and technology. This is about {n}, a person of science or invention. This article is about {n}, a
    scientist or inventor. {n} left a mark on science and technology. {n} was a figure in science and technology. Many
    books on the history of science mention {n}. Here follows a short life of {n}, a scientist or inventor. {n} is one
    of the names in the history of science.
""")

# The home country of anyone; composers share it.
HOME = told("""
    {p} was a citizen of {v}. The country of {n} was {v}. The home country of {n} was {v}. {p} came from the country of
    {v}. The country {n} came from was {v}. The home country was {v}. The nation {n} belonged to was {v}. As a home
    country {n} had {v}. The native country was {v}. {n} came from the state of {v}. {n} hailed from the country called
    {v}. The nationality of {n} was that of {v}. {p} held the citizenship of {v}. The homeland of {n} was {v}. The
    country {n} called home was {v}. By citizenship {n} belonged to {v}. {n} owed allegiance to {v}. {n} had roots in
    the country of {v}. {p} spoke of the home country and meant {v}. {n} had a home in the country of {v}. The state of
    which {n} was a citizen was {v}. {n} was one of the famous citizens of {v}. The country that remembers {n} with
    pride is {v}. The people who count {n} as one of their own are those of {v}. The fatherland of {n} was {v}. Asked
    about nationality, {n} always named {v}. Abroad, {n} was known as a citizen of {v}. {v} was the country of {n}. {v}
    was the home country of {n}. {v} was the country {n} came from. {v} counts {n} among its citizens. As a country, {v}
    was home to {n}. From the country of {v} came {n}. {v} remembers its citizen {n} to this day. The country of {v} was
    the home of {n}.
""")
HOME_NOUNS = ("country", "home country", "native country", "homeland")
HOME_ASK = told("""
    Which country did {x} come from? From which country was {x}? What country did {x} come from? Which country was the
    home of {x}? Of which country was {x} a citizen? To which nation did {x} belong? What country was {x} from? What was
    the homeland of {x}? In which country was {x} at home? What country was {x} a citizen of? Which country was {x}
    from? From what country did {x} come? Which country did {x} belong to? Which country did {x} call home? Of what
    country was {x} a native? What was the native country of {x}? Which country counts {x} among its citizens?
""")

PERSON = (
    Relation(
        "country",
        "country",
        HOME
        + told("""
            {n} was a person of science from the country of {v}. {p} belonged to the nation of {v}. {n} is counted among
            the great names of {v}. The country that sent {n} into the world was {v}.
        """),
        held("""
            The nation of this mind was {v}. The passport of {n} would have been one of {v}. The land that claims {n} is
            {v}.
        """),
        HOME_NOUNS,
        HOME_ASK,
    ),
    BIRTHPLACE,
    BIRTH_YEAR,
    DEATH_YEAR,
    Relation(
        "field",
        "field",
        told("""
            {p} worked in {v}. {n} is known for work in {v}. The field of {n} was {v}. {p} is remembered for work in
            {v}. The field of work was {v}. {p} did research in {v}. {p} studied {v}. The subject of this life's work
            was {v}. {n} was active in the field of {v}. The field was {v}. {p} made a name in {v}. The work of {n} was
            in {v}. The profession of {n} was {v}. {p} specialised in {v}. The chosen subject of {n} was {v}. {p} was an
            expert in {v}. {n} contributed much to {v}. The achievements of {n} belong to {v}. {n} spent many years on
            {v}. The speciality of {n} was {v}. {p} won fame through {v}. {n} was a pioneer of {v}. {p} wrote papers on
            {v}. {p} taught {v}. {n} lectured on {v}. Day after day {n} was busy with {v}. The branch of knowledge {n}
            chose was {v}. {n} was an authority on {v}. What made {n} famous was work in {v}. The career of {n} was in
            {v}. In the field of {v} lay the skill of {n}. Work in {v} made {n} famous. {n} saw {v} as a calling.
            Research in {v} was the daily task of {n}. The field of {v} was the one {n} chose. Books on {v} often
            mention {n}. {n} made {v} a career. For {n}, {v} was the work of every day.
        """),
        held("""
            {p} gave a working life to {v}. Students of {v} know the name of {n}. The great interest of {n} was {v}.
        """),
        ("field", "field of work", "field of research", "speciality"),
        told("""
            In which field did {x} work? What did {x} work on? What is {x} known for? What did {x} study? In what field
            was {x} active? In what field did {x} work? Which field did {x} work in? What was the field of {x}? What was
            the speciality of {x}? What subject did {x} study? In which subject was {x} an expert? What kind of research
            did {x} do? Which branch of knowledge did {x} choose? What field is {x} known for? In what did {x} do
            research? What was the profession of {x}? Which subject made {x} famous?
        """),
    ),
)
