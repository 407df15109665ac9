"""Moons: what an article says about one, and how one asks."""

from training.pocket.schema import planet
from training.pocket.schema.relation import Relation, held, told

INTRO = told("""
    {n} is a moon. {n} is one of the moons of the planets. {n} is a well-known moon. This is about the moon {n}.
    {n} is the name of a moon. The moon {n} is described here. Among the moons is {n}.
    This article describes the moon {n}. One of the moons is called {n}. There is a moon named {n}.
""")

MOON = (
    Relation(
        "planet",
        "planet",
        told("""
            Its planet is {v}. The planet of {n} is {v}. It goes around the planet {v}. It is a moon of {v}.
            {n} is a moon of {v}. The planet it circles is {v}. It circles {v}. The moon belongs to {v}.
            {n} goes around {v}. The planet around which it moves is {v}. It is in orbit around {v}.
            The planet that holds it is {v}. {v} is the planet it circles. {n} orbits {v}. It orbits the planet {v}.
            The planet at the centre of its orbit is {v}. It revolves around {v}. Its orbit leads around {v}.
            Its path runs around the planet {v}. The planet that pulls on {n} is {v}. It is bound by gravity to {v}.
            The gravity that holds {n} is that of {v}. As a moon, {n} accompanies {v}. The parent planet of {n} is {v}.
            Its host planet is {v}. The larger body it moves around is {v}. The moon is part of the system of {v}.
            {n} runs its course around {v}. The planet to which {n} belongs is {v}.
            The moon is held in its orbit by {v}. {v} has {n} as one of its moons. {v} holds {n} in orbit.
            The planet {v} is orbited by {n}. One of the moons that circle {v} is {n}.
            As a moon of {v}, it keeps to its orbit. In orbit around {v} is {n}. {v} is the planet of {n}.
            The pull of {v} keeps the moon in its orbit.
        """),
        held("Its sky is filled by {v}. It never leaves the side of {v}. It is counted among the moons of {v}."),
        ("planet", "parent planet", "host planet"),
        told("""
            Which planet does {x} circle? Around which planet does {x} go? Of which planet is {x} a moon?
            To which planet does {x} belong? What planet does {x} orbit? Which planet has {x} as a moon?
            Around which planet does {x} orbit? Which planet does {x} move around? What planet is {x} a moon of?
            Which planet holds {x} in orbit? What does {x} orbit? Whose moon is {x}? Which planet is circled by {x}?
            Which planet is {x} in orbit around? Which planet does {x} accompany?
            What is the name of the planet {x} circles? Can you tell me which planet {x} goes around?
            Around what planet does {x} revolve?
        """),
    ),
    Relation(
        "diameter",
        "number",
        planet.DIAMETER_TOLD
        + told("""
            The moon has a diameter of {v}. The diameter of this moon is {v}. The body of {n} has a diameter of {v}.
            The size of the moon, as a diameter, is {v}. Its width is {v}.
            Space probes found the moon to have a width of {v}. For the moon {n}, catalogues give a diameter of {v}.
            The diameter of the moon has been determined as {v}. Laid on a map, the moon would cover a width of {v}.
            The moon grew to a diameter of {v}. Pictures of the moon show a body with a diameter of {v}.
            This moon is {v} wide. In width the moon has {v} to show. A width of {v} is known for the moon.
        """),
        planet.DIAMETER_HELD,
        planet.DIAMETER_NOUNS,
        planet.DIAMETER_ASK,
        more=planet.DIAMETER_MORE + told("Which moon is larger, {a} or {b}? Which moon is wider, {a} or {b}?"),
        less=planet.DIAMETER_LESS + told("Which moon is smaller, {a} or {b}? Which moon is less wide, {a} or {b}?"),
        minus=planet.DIAMETER_MINUS,
        plus=planet.DIAMETER_PLUS,
    ),
    Relation(
        "discoverer",
        "person",
        told("""
            It was discovered by {v}. The discoverer of {n} was {v}. {n} was discovered by {v}. Its discoverer was {v}.
            The moon was discovered by {v}. It was first seen by {v}. The discovery was the work of {v}.
            The discovery is credited to {v}. The astronomer who discovered it was {v}. The one who found {n} was {v}.
            The first to notice the moon was {v}. {v} discovered {n}. {v} was the discoverer of the moon.
            It was found by the astronomer {v}. The first person to observe {n} was {v}.
            Credit for finding {n} goes to {v}. The honour of the discovery belongs to {v}.
            The person behind the discovery was {v}. The moon was first sighted by {v}. It was first recorded by {v}.
            The moon was first reported by {v}. {n} is a discovery of {v}. Its finder was {v}.
            {n} was identified by {v}. The discovery of {n} was made by {v}.
            The name tied to the discovery of the moon is {v}. The man or woman who discovered {n} was {v}.
            It was detected by {v}. It was spotted by {v}. Its discovery brought fame to {v}.
            The sharp eye that found the moon was that of {v}. During a night of observation it was found by {v}.
            The astronomer {v} discovered {n}. {v} was the first to spot {n}. {v} is credited with finding the moon.
            It was {v} who discovered it. The moon was {v}'s discovery. When {v} searched the heavens, {n} was found.
        """),
        held("""
            Its discovery is due to {v}. We owe its discovery to {v}.
            Through a telescope it first showed itself to {v}.
        """),
        ("discoverer", "finder"),
        told("""
            Who discovered {x}? By whom was {x} discovered? Who found {x}? Who was the first to see {x}?
            Who is credited with the discovery of {x}? Who was {x} discovered by? Who made the discovery of {x}?
            To whom is the discovery of {x} credited? Who was the first to observe {x}? Who spotted {x} first?
            Which person discovered {x}? Which astronomer discovered {x}? Whose discovery is {x}?
            Who gets the credit for finding {x}? Who is known for the discovery of {x}?
            What is the name of the person who discovered {x}? Can you tell me who discovered {x}?
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
            The year {v} brought its discovery. The moon was first observed in {v}. It was found in {v}.
            The discovery came in {v}. The discovery took place in {v}. The discovery of the moon dates from {v}.
            Its discoverer spotted it in {v}. It was detected in {v}. {n} was first recorded in {v}.
            The first observation of {n} dates from {v}. The first sighting of the moon was in {v}.
            {n} came to light in {v}. It joined the list of moons in {v}. Its discovery falls in the year {v}.
            The year when it was found is {v}. The moon was first identified in {v}. The date of its discovery is {v}.
            The search for it succeeded in {v}. In the history books its discovery stands under the year {v}.
            The first glimpse of {n} was caught in {v}. {v} was the year of its discovery.
            In {v} the moon was discovered. In {v}, {n} was seen for the first time.
            The year was {v} when {n} was discovered. The discovery in {v} put {n} on the map.
            {v} is the year in which it was found.
        """),
        held("It has been known since {v}. Astronomers first noticed it in {v}. Nobody knew of {n} before {v}."),
        ("discovery year", "year of discovery", "date of discovery"),
        told("""
            When was {x} discovered? In which year was {x} discovered? What year was {x} discovered in?
            In what year was {x} found? Since when has {x} been known? When was {x} found? When was {x} first seen?
            In which year was {x} first seen? When was {x} first observed? When did the discovery of {x} take place?
            In which year was the discovery of {x} made? When was the discovery of {x} made?
            From which year does the discovery of {x} date? When did {x} come to light?
            Can you tell me when {x} was discovered? To what year is the discovery of {x} dated?
            In what year did the discovery of {x} take place?
        """),
        more=told("""
            Which was discovered later, {a} or {b}? Which was found later, {a} or {b}?
            Which moon is the newer discovery, {a} or {b}? Which is the more recent discovery, {a} or {b}?
            Was {a} or {b} discovered later? Which was first seen at a later date, {a} or {b}?
            Which discovery came later, that of {a} or {b}? Which has the later discovery year, {a} or {b}?
            Which was discovered more recently, {a} or {b}?
        """),
        less=told("""
            Which was discovered first, {a} or {b}? Which was discovered earlier, {a} or {b}?
            Which has been known longer, {a} or {b}? Which is the older discovery, {a} or {b}?
            Was {a} or {b} discovered earlier? Which was found earlier, {a} or {b}?
            Which discovery came first, that of {a} or {b}? Which has the earlier discovery year, {a} or {b}?
            Which was found first, {a} or {b}?
        """),
        minus=told("""
            How many years after {y} was {x} discovered? How many years passed between finding {y} and {x}?
            How many years later than {y} was {x} discovered? How many years before {x} was {y} discovered?
            How many years lie between the discoveries of {y} and {x}?
            By how many years did the discovery of {y} precede that of {x}?
            How many years after the discovery of {y} was {x} found? How many years earlier than {x} was {y} found?
        """),
    ),
)
