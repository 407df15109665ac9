"""Landmarks (towers, bridges, churches, monuments): what an article says about one, and how one asks."""

from training.pocket.schema.relation import Relation, held, told

INTRO = told("""
    {n} is a landmark. {n} is a well-known landmark. {n} is a famous sight. This is about a landmark called {n}.
    {n} is a much-photographed landmark. {n} is one of the great landmarks. {n} is a landmark that many people admire.
    Among landmarks, {n} is a celebrated one. Few landmarks are as admired as {n}.
    This article describes the landmark {n}. {n} is a sight worth seeing.
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
            It is located in the city of {v}. {n} can be seen in the city of {v}. The site is in the city of {v}.
            One finds {n} in the city of {v}. It was put up in the city of {v}. It belongs to the cityscape of {v}.
            {n} is part of the city skyline of {v}. The urban area that surrounds it is {v}.
            Its address is in the city of {v}. It is looked after by the city council of {v}.
            On a map one finds it in the city of {v}. The municipality in which it stands is {v}.
            It is one of the best-loved structures in the city of {v}. {n} was erected in the city of {v}.
            The streets around it are those of the city of {v}. The site chosen for {n} was in the city of {v}.
            Of all cities, the one it stands in is {v}. Picture postcards show it as a symbol of the city of {v}.
            {v} is the city in which {n} stands. In the city of {v} stands {n}. The city of {v} is where it stands.
            The city of {v} is home to {n}. Among the sights of the city of {v} is {n}.
            The city of {v} has {n} as one of its landmarks. {n} is in {v}, its city.
        """),
        held("""
            To visit it, go to the town of {v}. The townspeople who pass it live in {v}. It adorns the city {v}.
        """),
        ("city",),
        told("""
            In which city is {x}? Which city is {x} in? In what city does {x} stand? What city is home to {x}?
            In which city does one find {x}? To which city does {x} belong? What city is {x} in?
            What city is {x} located in? In which city is {x} located? In which city can one see {x}?
            In which city was {x} built? Which city has {x} among its landmarks? Which city is {x} a landmark of?
            What is the city around {x}? In what city can {x} be found? Do you know which city {x} is in?
            Which city does {x} stand in?
        """),
    ),
    Relation(
        "country",
        "country",
        told("""
            It stands in the country of {v}. Its country is {v}. The country of {n} is {v}. The country is {v}.
            The country it stands in is {v}. It is a landmark of the country of {v}. The country it belongs to is {v}.
            It is found in the country of {v}. {n} is one of the sights of the country of {v}.
            The country where it was built is {v}. As its country the landmark has {v}. The nation it belongs to is {v}.
            {v} is its country. It is located in the country of {v}. {n} stands in the country of {v}.
            The country in which {n} stands is {v}. {n} was built in the country of {v}.
            {n} can be found in the country of {v}. The country around it is {v}. The state it belongs to is {v}.
            {n} belongs to the country of {v}. It is counted among the monuments of the country of {v}.
            On the map it lies in the country of {v}. It was put up in the country of {v}.
            The country that has it among its sights is {v}. Stamps show it as a symbol of the country of {v}.
            It is protected by the laws of the country of {v}. Tourists see it when they tour the country of {v}.
            The site lies in the country of {v}. Guidebooks list it under the country of {v}.
            The country on whose soil it was erected is {v}. {v} is the country in which it stands.
            In the country of {v} stands {n}. The country of {v} is where {n} was built.
            The country of {v} has it among its landmarks. Among the best-loved sights of the country of {v} is {n}.
            {n} has {v} as its country. People all over the country of {v} recognise it.
        """),
        held("""
            The nation that is proud of it is {v}. The flag that flies over this land is that of {v}.
            Within the borders of a country it stands, and that country is {v}.
        """),
        ("country",),
        told("""
            In which country is {x}? Which country is {x} in? In what country does {x} stand?
            To which country does {x} belong? In which country does one find {x}? Which country does {x} stand in?
            In which country was {x} built? What country is {x} in? What country is {x} located in?
            In which country is {x} located? Which country has {x} among its landmarks? In what country can one see {x}?
            In what country can {x} be found? Do you know which country {x} is in? Which country is home to {x}?
            Which country is {x} a landmark of?
        """),
    ),
    Relation(
        "height",
        "number",
        told("""
            Its height is {v}. The height of {n} is {v}. It has a height of {v}. The height is {v}. It rises to {v}.
            {n} has a height of {v}. It reaches a height of {v}. From the ground to its top it has a height of {v}.
            The landmark has a height of {v}. The height of the landmark is {v}. As its height one finds {v}.
            Its highest part has a height of {v}. It is {v} high. It is a structure with a height of {v}.
            {n} rises to a height of {v}. {n} reaches {v}. It soars to {v}. It towers to a height of {v}.
            In height it reaches {v}. Its full height is {v}. The total height of {n} is {v}.
            Its overall height is given as {v}. The height of the structure is {v}. From the ground it rises {v}.
            It climbs to a height of {v}. Engineers give its height as {v}. Its height above the ground is {v}.
            The structure reaches up {v}. Guidebooks give its height as {v}. In the vertical it extends for {v}.
            The builders gave it a height of {v}. {n} is {v} high. With a height of {v}, it can be seen from afar.
            It rises {v} above the ground. {v} is its height. At {v} high, it dominates its surroundings.
            {v} is the height of {n}. {n} rises {v} into the air.
        """),
        held("Its top is at {v}. Measured from its foot it comes to {v}. It stands {v} tall."),
        ("height", "overall height"),
        told("""
            How high is {x}? How tall is {x}? What height does {x} have? What is the height reached by {x}?
            To what height does {x} rise? How many metres high is {x}? How many metres tall is {x}?
            How high does {x} rise? How high does {x} reach? What height does {x} reach? How high was {x} built?
            Can you tell me how tall {x} is? Do you know how high {x} is? What height was {x} built to?
            How tall does {x} stand? How many metres does {x} rise?
        """),
        more=told("""
            Which is higher, {a} or {b}? Is {a} or {b} higher? Which is taller, {a} or {b}?
            Which landmark is higher, {a} or {b}? Is {a} or {b} taller? Which rises higher, {a} or {b}?
            Which of the two is taller, {a} or {b}? Which landmark is taller, {a} or {b}?
            Which was built higher, {a} or {b}? Does {a} or {b} reach higher?
        """),
        less=told("""
            Which is lower, {a} or {b}? Is {a} or {b} lower? Which is less tall, {a} or {b}?
            Which landmark is lower, {a} or {b}? Is {a} or {b} less tall? Which rises less high, {a} or {b}?
            Which of the two is lower, {a} or {b}? Which is less high, {a} or {b}? Which was built lower, {a} or {b}?
            Does {a} or {b} reach less high?
        """),
        minus=told("""
            How much higher is {x} than {y}? By how much is {x} higher than {y}? How much taller is {x} than {y}?
            How many metres higher is {x} than {y}? How many metres taller is {x} than {y}?
            By how much is {x} taller than {y}? By how much does {x} tower over {y}?
            By how many metres is {x} higher than {y}? What is the difference in height between {x} and {y}?
        """),
        plus=told("""
            How high are {x} and {y} on top of each other? How high are {x} and {y} together?
            How tall are {x} and {y} together? How high would {x} and {y} be if stacked?
            How tall would {x} be with {y} on top? What do the heights of {x} and {y} add up to?
            What is the combined height of {x} and {y}? How high do {x} and {y} rise in all?
            If {y} stood on {x}, how high would that be?
        """),
    ),
    Relation(
        "completion year",
        "number",
        told("""
            It was completed in {v}. The completion year was {v}. {n} was completed in {v}. It was finished in {v}.
            The year of completion was {v}. Its completion year is {v}. The work on it was completed in {v}.
            The building work ended in {v}. The completion of {n} was in {v}. {n} was finished in the year {v}.
            Its completion is dated to {v}. As the year of completion one finds {v}. The year {v} saw its completion.
            Construction was completed in {v}. Construction of {n} was finished in {v}.
            Building work on {n} was completed in {v}. It was brought to completion in {v}.
            Its construction came to an end in {v}. {n} has stood complete since {v}. It has stood finished since {v}.
            The structure was completed in {v}. Its construction lasted until {v}. Workers completed it in {v}.
            The project was completed in {v}. The date of its completion is {v}. Records put its completion in {v}.
            The scaffolding was taken down in {v}. Completing it took until {v}. Its completion came in {v}.
            Work on {n} was over in {v}. People have admired the finished structure since {v}.
            In {v} the work on it was completed. In {v}, {n} was finished. {v} is the year in which it was completed.
            In {v} its construction came to an end. {v} was the year of its completion.
            Completed in {v}, it is much admired. Finished in {v}, {n} draws many people.
            Since {v} it has stood complete.
        """),
        held("It was ready in {v}. The last stone or beam was set in {v}. The builders went home in {v}."),
        ("completion year", "year of completion"),
        told("""
            When was {x} completed? In which year was {x} completed? When was {x} finished?
            What year was {x} completed in? In what year was {x} finished? When was the building of {x} finished?
            When did construction of {x} end? When was work on {x} completed? In what year was {x} completed?
            In which year was {x} finished? What year was {x} finished in? What year saw the completion of {x}?
            Since when has {x} stood complete? In which year did construction of {x} end?
            Do you know when {x} was completed? Until when was {x} under construction?
        """),
        more=told("""
            Which was completed later, {a} or {b}? Which was finished later, {a} or {b}?
            Which is the newer landmark, {a} or {b}? Was {a} or {b} completed later? Was {a} or {b} finished later?
            Which of the two was completed later, {a} or {b}? Which landmark was completed later, {a} or {b}?
            Which took until a later year to complete, {a} or {b}? Which landmark is newer, {a} or {b}?
        """),
        less=told("""
            Which was completed first, {a} or {b}? Which was finished earlier, {a} or {b}?
            Which is the older landmark, {a} or {b}? Was {a} or {b} completed earlier? Was {a} or {b} finished first?
            Which of the two was completed earlier, {a} or {b}? Which landmark was completed first, {a} or {b}?
            Which has stood complete for longer, {a} or {b}? Which landmark is older, {a} or {b}?
        """),
        minus=told("""
            How many years after {y} was {x} completed? How many years lie between the completion of {y} and {x}?
            How many years after {y} was {x} finished? How many years later than {y} was {x} completed?
            How many years later was {x} finished than {y}? By how many years was {y} completed before {x}?
            How many years before {x} was {y} completed? How many years before {x} was {y} finished?
            How many years apart were {y} and {x} completed?
        """),
    ),
    Relation(
        "architect",
        "text",
        told("""
            Its architect was {v}. The architect was {v}. The architect of {n} was {v}. It was designed by {v}.
            {n} was designed by {v}. The design is by {v}. Its designer was {v}. The plans were drawn by {v}.
            As its architect one names {v}. The design is the work of {v}. The one who designed it was {v}.
            It was built to the plans of {v}. {v} was its architect. {n} is the work of {v}.
            The architect behind it was {v}. The structure was designed by {v}. The architect who designed {n} was {v}.
            {n} was planned by {v}. The plans for it were made by {v}. The plans of {n} are by {v}.
            It owes its design to {v}. The commission to design it went to {v}. Its design was entrusted to {v}.
            The job of designing {n} fell to {v}. It is based on a design by {v}. Responsible for its design was {v}.
            It is a creation of the architect {v}. {n} goes back to a design by {v}. The designer of {n} was {v}.
            The competition for its design was won by {v}. Its architecture is by {v}.
            The architect chosen for it was {v}. {v} designed it. {v} designed {n}. {v} was the architect of {n}.
            {v} prepared the plans for it. It was {v} who designed it. The architect {v} designed it.
            To {v} we owe its design. {v} is credited with its design.
        """),
        held("""
            The drawings came from the hand of {v}. It made the name of {v} known. Its shape was thought up by {v}.
        """),
        ("architect", "designer"),
        told("""
            Who designed {x}? By whom was {x} designed? Who was the architect of {x}? Who drew the plans of {x}?
            Which architect designed {x}? Who is the architect of {x}? What is the architect of {x} called?
            Who was the designer of {x}? Who planned {x}? Who made the plans for {x}? Which architect planned {x}?
            Which architect is behind {x}? Whose design is {x}? To whom do we owe the design of {x}?
            Who was responsible for the design of {x}? Do you know who designed {x}?
        """),
    ),
)
