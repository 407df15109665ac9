"""Planets: what an article says about one, and how one asks."""

from training.pocket.schema.relation import Relation, held, told

INTRO = told("""
    {n} is a planet. {n} is one of the planets. {n} is a well-known planet. This is about the planet {n}.
    {n} is the name of a planet. The planet {n} is described here. Among the planets is {n}.
    This article describes the planet {n}. One of the planets is called {n}. There is a planet named {n}.
""")

# Planets and moons are both globes: what does not say which of the two is meant is written once, for both.
DIAMETER_TOLD = told("""
    Its diameter is {v}. The diameter of {n} is {v}. The diameter is {v}. {n} has a diameter of {v}.
    It has a diameter of {v}. As its diameter one finds {v}. Its mean diameter is {v}.
    A diameter of {v} is given for it. The diameter of {n} comes to {v}. In diameter, {n} reaches {v}.
    Its diameter has been put at {v}. The best estimate of its diameter is {v}.
    The figure usually quoted for the diameter of {n} is {v}. {n} is a ball with a diameter of {v}.
    From pole to pole it spans {v}. The width of {n} comes to {v}.
    Cut in half at the equator, {n} would show a disc with a width of {v}. Its radius, when doubled, gives {v}.
    Among its basic figures is a diameter of {v}. Tables list its diameter as {v}. {v} is the diameter of {n}.
    {n} is {v} in diameter. {n} is {v} wide. With a diameter of {v}, {n} is a world of its own.
""")
DIAMETER_HELD = held(
    "From one side to the other it measures {v}. It is {v} across. A tunnel through its middle would run {v}."
)
DIAMETER_NOUNS = ("diameter", "mean diameter")
DIAMETER_ASK = told("""
    How big across is {x}? How wide is {x}? What diameter does {x} have? How large is the diameter of {x}?
    How far is it through the middle of {x}? How many kilometres wide is {x}? What is the width of {x}?
    How great is the diameter of {x}? Can you tell me the diameter of {x}?
    What figure is given for the diameter of {x}? How big is {x} in diameter? How large is {x} in diameter?
    Do you know how wide {x} is? What does the diameter of {x} come to? How far is it from pole to pole on {x}?
    How much does {x} span in width? What width does {x} have?
""")
DIAMETER_MORE = told("""
    Which is bigger across, {a} or {b}? Is {a} or {b} wider? Which has the larger diameter, {a} or {b}?
    Which is larger in diameter, {a} or {b}? Does {a} or {b} have the greater diameter? Which is wider, {a} or {b}?
    Whose diameter is greater, that of {a} or {b}?
""")
DIAMETER_LESS = told("""
    Which is smaller across, {a} or {b}? Is {a} or {b} less wide? Which has the smaller diameter, {a} or {b}?
    Which is smaller in diameter, {a} or {b}? Does {a} or {b} have the lesser diameter? Which is less wide, {a} or {b}?
    Whose diameter is smaller, that of {a} or {b}?
""")
DIAMETER_MINUS = told("""
    How much wider is {x} than {y}? By how much is {x} bigger across than {y}?
    How much larger is the diameter of {x} than that of {y}? By how much is {x} wider than {y}?
    What is the difference in diameter between {x} and {y}? How much greater in diameter is {x} than {y}?
    By how much does the diameter of {x} exceed that of {y}? How much bigger in diameter is {x} than {y}?
""")
DIAMETER_PLUS = told("""
    How wide are {x} and {y} side by side? How wide are {x} and {y} together?
    What is the sum of the diameters of {x} and {y}? How wide would {x} and {y} be in a row?
    What do the diameters of {x} and {y} come to together? How wide are {x} and {y} combined?
    What is the total diameter of {x} and {y}? How much do {x} and {y} span if they touch?
""")

PLANET = (
    Relation(
        "diameter",
        "number",
        DIAMETER_TOLD
        + told("""
            The planet has a diameter of {v}. The diameter of the planet is {v}.
            The globe of {n} has a diameter of {v}. From pole to pole and side to side its mean diameter is {v}.
            Its width as a globe is {v}. The mean diameter is {v}. Scientists put the diameter of the planet at {v}.
            The disc of the planet has a true width of {v}. The planet is known to have a diameter of {v}.
            The planet swells to a width of {v}. For the planet {n}, the handbook gives a diameter of {v}.
            At its equator the planet is {v} wide. The planet is {v} in diameter. {v} is how wide the planet is.
        """),
        DIAMETER_HELD,
        DIAMETER_NOUNS,
        DIAMETER_ASK,
        more=DIAMETER_MORE + told("Which planet is larger, {a} or {b}? Which planet is wider, {a} or {b}?"),
        less=DIAMETER_LESS + told("Which planet is smaller, {a} or {b}? Which planet is less wide, {a} or {b}?"),
        minus=DIAMETER_MINUS,
        plus=DIAMETER_PLUS,
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
            {n} orbits the Sun at a distance of {v}. The gap between {n} and the Sun is {v}.
            From the Sun to {n} it is {v}. {n} moves around the Sun at an average distance of {v}.
            The space between the Sun and {n} spans {v}. The radius of its orbit is {v}.
            Its orbit has a mean radius of {v}. The semi-major axis of its orbit is {v}.
            Seen from {n}, the Sun lies at a distance of {v}. A ship from the Sun to {n} would have to cover {v}.
            Measured from the Sun, its orbit lies at {v}. Moving outward from the Sun, one meets {n} at {v}.
            The average separation of {n} and the Sun is {v}.
            Its place among the planets is at a solar distance of {v}. It is found at this distance from the Sun: {v}.
            Scientists give the distance between {n} and the Sun as {v}. On average it is {v} from the Sun.
            {n} lies {v} from the Sun. {v} separate it from the Sun. At {v} from the Sun, {n} follows its path.
            With {v} between itself and the Sun, the planet keeps to its orbit. The Sun is {v} from {n}.
            {v} lie between the planet and the Sun.
        """),
        held("""
            Sunlight travels to it over {v}. It circles the Sun {v} away.
            A straight line from it to the Sun would be {v}.
        """),
        ("distance from the Sun", "distance to the Sun", "mean distance from the Sun"),
        told("""
            How far is {x} from the Sun? How far away from the Sun is {x}? What distance from the Sun does {x} have?
            At what distance does {x} go around the Sun? How far out from the Sun is {x}?
            How far does {x} lie from the Sun? How great is the distance between {x} and the Sun?
            How much space lies between {x} and the Sun? How many kilometres is {x} from the Sun?
            How close to the Sun is {x}? How near is {x} to the Sun? What is the radius of the orbit of {x}?
            How far is it from the Sun to {x}? How far is the Sun from {x}? At what distance from the Sun is {x} found?
            How far from the Sun does {x} orbit? Can you tell me how far {x} is from the Sun?
            What distance lies between the Sun and {x}?
        """),
        more=told("""
            Which is farther from the Sun, {a} or {b}? Is {a} or {b} farther from the Sun?
            Which planet is further out, {a} or {b}? Which is further from the Sun, {a} or {b}?
            Which lies at a greater distance from the Sun, {a} or {b}? Which has the wider orbit, {a} or {b}?
            Does {a} or {b} lie farther out from the Sun? Which orbits farther from the Sun, {a} or {b}?
            Which keeps more distance from the Sun, {a} or {b}?
        """),
        less=told("""
            Which is closer to the Sun, {a} or {b}? Is {a} or {b} closer to the Sun?
            Which planet is nearer to the Sun, {a} or {b}? Which is nearer the Sun, {a} or {b}?
            Which lies at a smaller distance from the Sun, {a} or {b}? Which has the narrower orbit, {a} or {b}?
            Does {a} or {b} lie nearer to the Sun? Which orbits closer to the Sun, {a} or {b}?
            Which keeps less distance from the Sun, {a} or {b}?
        """),
        minus=told("""
            How much farther from the Sun is {x} than {y}? By how much is {x} further out than {y}?
            How much greater is the distance from the Sun to {x} than to {y}?
            How much closer to the Sun is {y} than {x}? By how much is {y} nearer to the Sun than {x}?
            How much farther out does {x} orbit than {y}?
            What is the difference between the distances of {x} and {y} from the Sun?
            How much more space lies between the Sun and {x} than between the Sun and {y}?
        """),
    ),
    Relation(
        "orbital period",
        "number",
        told("""
            Its orbital period is {v}. The orbital period of {n} is {v}. It goes once around the Sun in {v}.
            One orbit takes {v}. A year there lasts {v}. The orbital period is {v}. It completes an orbit in {v}.
            The time it takes for one orbit is {v}. The planet has an orbital period of {v}.
            The year of {n} has a length of {v}. For one way around the Sun it takes {v}. {n} circles the Sun in {v}.
            It takes {v} to go once around the Sun. The planet orbits the Sun every {v}. One year on {n} equals {v}.
            To complete its path around the Sun, {n} takes {v}. Its revolution around the Sun takes {v}.
            The period of its orbit is {v}. Its sidereal period is {v}. One revolution of {n} is completed in {v}.
            The planet returns to the same place in its orbit after {v}. The length of its year is {v}.
            Its seasons run their course in {v}. The duration of one orbit is {v}. {n} finishes an orbit every {v}.
            Going around the Sun takes {v}. Each lap around the Sun takes {v}. The year on this planet has {v}.
            Tables give its period of revolution as {v}. One trip around the Sun keeps it busy for {v}.
            Once every {v} it goes around the Sun. {v} make up one year on {n}. A year on {n} is {v} long.
            {n} takes {v} for one trip around the Sun. A year of {v} is the rule there.
            {v} pass while {n} orbits the Sun once. After {v} it has gone once around the Sun.
        """),
        held("""
            Its calendar would need {v}. From one birthday to the next one would wait {v}. A full round lasts {v}.
        """),
        ("orbital period", "length of the year", "period of revolution", "duration of one orbit"),
        told("""
            How long does {x} take to go around the Sun? How long is a year on {x}? How long is one orbit of {x}?
            How much time does {x} need for one orbit? In what time does {x} circle the Sun?
            How long does {x} take to orbit the Sun? How many days are there in a year on {x}?
            How many days does one orbit of {x} take? How long does {x} take for one trip around the Sun?
            After what time has {x} gone once around the Sun? How many days does {x} take to circle the Sun?
            How long is the year of {x}? How long does one revolution of {x} take?
            What is the period of the orbit of {x}? How many days pass during one orbit of {x}?
            Can you tell me how long a year on {x} is? What is the length of a year on {x}?
            How much time passes while {x} goes once around the Sun?
        """),
        more=told("""
            Which takes longer to go around the Sun, {a} or {b}? Which has the longer year, {a} or {b}?
            Which needs more time for one orbit, {a} or {b}? Which has the longer orbital period, {a} or {b}?
            Is a year longer on {a} or on {b}? Does {a} or {b} take longer to orbit the Sun?
            Which takes more days for one orbit, {a} or {b}? On which planet is the year longer, {a} or {b}?
            Whose orbit takes longer, that of {a} or {b}?
        """),
        less=told("""
            Which goes around the Sun faster, {a} or {b}? Which has the shorter year, {a} or {b}?
            Which needs less time for one orbit, {a} or {b}? Which has the shorter orbital period, {a} or {b}?
            Is a year shorter on {a} or on {b}? Does {a} or {b} take less time to orbit the Sun?
            Which takes fewer days for one orbit, {a} or {b}? On which planet is the year shorter, {a} or {b}?
            Which completes an orbit sooner, {a} or {b}?
        """),
        minus=told("""
            How much longer is a year on {x} than on {y}? How many more days does {x} need for an orbit than {y}?
            How much longer does {x} take to go around the Sun than {y}? How much shorter is a year on {y} than on {x}?
            By how much is the orbital period of {x} longer than that of {y}?
            How many days longer is one orbit of {x} than of {y}?
            What is the difference between the years of {x} and {y}?
            How much more time does {x} take for one orbit than {y}?
        """),
        plus=told("""
            How long are one orbit of {x} and one orbit of {y} together?
            What is the sum of the orbital periods of {x} and {y}?
            How long are a year on {x} and a year on {y} together?
            How many days do one orbit of {x} and one orbit of {y} take in all?
            How much time do one orbit of {x} and then one orbit of {y} take?
            How long is a year on {x} followed by a year on {y}?
            What do the orbital periods of {x} and {y} come to together?
            What is the combined length of a year on {x} and a year on {y}?
        """),
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
            As the number of its moons one finds {v}. {n} has moons to the number of {v}.
            The total number of moons is {v}. The moons in orbit around {n} number {v}.
            The moons found so far number {v}. Its moon count is {v}. The family of moons around {n} has a size of {v}.
            In moons, the planet has a total of {v}. A catalogue of its moons would have this many entries: {v}.
            When its moons are counted, the result is {v}. The moons that belong to {n} number {v}.
            As for moons, the total is {v}. Current lists put the moons of {n} at {v}.
            Observers have found this many moons there: {v}. Observations put the number of its moons at {v}.
            The number of moons that orbit the planet is {v}. It has {v} moons. {n} has {v} known moons.
            {n} is circled by {v} moons. So far {v} moons have been found around it. {v} moons go around {n}.
            With {v} moons in orbit around it, {n} rules a system of its own. {v} is the number of its moons.
            A total of {v} moons is listed for the planet.
        """),
        held("Its satellites number {v}. How many companions circle it is known: {v}. Its moons add up to {v}."),
        ("number of moons", "number of known moons", "moon count"),
        told("""
            How many moons does {x} have? How many moons has {x}? How many moons circle {x}?
            How many known moons are there around {x}? What is the count of the moons of {x}? How many moons orbit {x}?
            How many moons go around {x}? How many moons belong to {x}? By how many moons is {x} circled?
            What number of moons does {x} have? How many moons have been found around {x}? How many moons has {x} got?
            How large is the family of moons around {x}? Can you tell me how many moons {x} has?
            How many moons would one count around {x}? How many moons are in orbit around {x}?
            What is the total of the moons of {x}? How many moons are known for {x}?
        """),
        more=told("""
            Which has more moons, {a} or {b}? Do more moons circle {a} or {b}? Which planet has more moons, {a} or {b}?
            Does {a} or {b} have more moons? Which has the larger number of moons, {a} or {b}?
            Do more moons go around {a} or around {b}? Which is orbited by more moons, {a} or {b}?
            Are there more moons around {a} or around {b}? Which is richer in moons, {a} or {b}?
        """),
        less=told("""
            Which has fewer moons, {a} or {b}? Do fewer moons circle {a} or {b}?
            Which planet has fewer moons, {a} or {b}? Does {a} or {b} have fewer moons?
            Which has the smaller number of moons, {a} or {b}? Do fewer moons go around {a} or around {b}?
            Which is orbited by fewer moons, {a} or {b}? Are there fewer moons around {a} or around {b}?
            Which is poorer in moons, {a} or {b}?
        """),
        minus=told("""
            How many more moons does {x} have than {y}? How many moons more than {y} has {x}?
            By how many moons does {x} exceed {y}? How many fewer moons does {y} have than {x}?
            How many more moons circle {x} than {y}? How many more moons go around {x} than around {y}?
            What is the difference in the number of moons between {x} and {y}?
            How many moons does {x} have beyond those of {y}?
        """),
        plus=told("""
            How many moons do {x} and {y} have together? How many moons circle {x} and {y} in all?
            What is the total number of moons of {x} and {y}? How many moons do {x} and {y} have in all?
            How many moons go around {x} and {y} together? How many moons are there around {x} and {y} combined?
            How many moons orbit either {x} or {y}? What is the sum of the moons of {x} and {y}?
        """),
    ),
)
