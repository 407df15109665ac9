"""Mountains: what an article says about one, and how one asks."""

from training.pocket.schema.relation import Relation, held, told

INTRO = told("""
    {n} is a mountain. {n} is a well-known mountain. {n} is one of the mountains of the world.
    This is about the mountain {n}. {n} is the name of a mountain. {n} is a mountain known to many people.
    The subject of this article is {n}, a mountain. This article describes the mountain {n}.
    The world has many mountains, and {n} is among them. {n} is a mountain that many have written about.
""")

MOUNTAIN = (
    Relation(
        "height",
        "number",
        told("""
            Its height is {v}. The height of {n} is {v}. It rises to {v}. It has a height of {v}. The height is {v}.
            The mountain has a height of {v}. {n} has a height of {v}. The mountain rises to a height of {v}.
            The height of the mountain is {v}. The height of its summit is {v}. Its peak has a height of {v}.
            As its height one finds {v}. It is {v} high. {n} is {v} high. Maps give its height as {v}.
            {n} soars to {v}. The mountain towers to a height of {v}. It climbs to {v}.
            Surveyors measured its height at {v}. The peak of {n} lies at a height of {v}. It attains a height of {v}.
            {n} culminates at {v}. Its highest point lies at {v}. The official height of {n} is {v}.
            Its crest is at {v}. Measurements put the height of {n} at {v}. The figure for its height is {v}.
            Height: {v}. In height the mountain measures {v}.
            The elevation of its highest point is {v}. Books list it with a height of {v}.
            Its uppermost rocks are at {v}. The rocks of {n} tower up to {v}.
            With a height of {v}, it dominates the view. Geographers give {v} as its height.
            At {v}, {n} is an impressive sight. Rising to {v}, {n} is hard to overlook. {v} is the height of {n}.
            The mountain is {v} in height. {n} attains {v} at its highest point.
        """),
        held("Its summit reaches {v}. Its top is at {v}. Whoever stands on its top stands at {v}."),
        ("height",),
        told("""
            How high is {x}? How tall is {x}? What height does {x} have? How high is the summit of {x}?
            To what height does {x} rise? How many metres high is {x}? How high up is the summit of {x}?
            How far up does {x} rise? How high does {x} rise? How many metres tall is {x}? What height does {x} reach?
            How high does the summit of {x} lie? How high is the peak of {x}? At what height is the summit of {x}?
            To what height does the summit of {x} rise? What height has been measured for {x}?
            How high a mountain is {x}?
        """),
        more=told("""
            Which is higher, {a} or {b}? Is {a} or {b} higher? Which mountain is higher, {a} or {b}?
            Which has the higher summit, {a} or {b}? Which is taller, {a} or {b}? Which rises higher, {a} or {b}?
            Does {a} or {b} rise higher? Which is the higher mountain, {a} or {b}? Is {a} or {b} the taller mountain?
            Which of the two mountains is higher, {a} or {b}?
        """),
        less=told("""
            Which is lower, {a} or {b}? Is {a} or {b} lower? Which mountain is lower, {a} or {b}?
            Which has the lower summit, {a} or {b}? Which is less high, {a} or {b}? Is {a} or {b} the lower mountain?
            Which is the lower mountain, {a} or {b}? Which rises less high, {a} or {b}?
            Which of the two mountains is lower, {a} or {b}?
        """),
        minus=told("""
            How much higher is {x} than {y}? By how much is {x} higher than {y}? How much taller is {x} than {y}?
            How many metres higher is {x} than {y}? By how much does {x} tower over {y}?
            How much lower is {y} than {x}? By how many metres is {x} higher than {y}?
            How much higher does {x} rise than {y}? What is the difference in height between {x} and {y}?
        """),
        plus=told("""
            How high are {x} and {y} on top of each other? How high are {x} and {y} together?
            How high would {x} be with {y} on top of it? What height do {x} and {y} reach together?
            How many metres high are {x} and {y} together? If {x} stood on {y}, how high would it all be?
            What is the combined height of {x} and {y}? How high would a pile of {x} and {y} be?
        """),
    ),
    Relation(
        "country",
        "country",
        told("""
            It lies in {v}. {n} is a mountain in {v}. It is a mountain in {v}. It stands in {v}. Its country is {v}.
            The country of {n} is {v}. It is in {v}. The country it stands in is {v}.
            The mountain stands on the soil of {v}. As its country the mountain has {v}.
            The country of the mountain is {v}. The land it towers over is {v}. {v} is the country of {n}.
            {n} rises in {v}. It is situated in {v}. The mountain is located in {v}. The slopes of {n} are in {v}.
            It belongs to {v}. {n} belongs to the country {v}. Its home is {v}. The state to which it belongs is {v}.
            The people at its foot are citizens of {v}. Country: {v}. The mountain rises on the territory of {v}.
            Its slopes cover land that belongs to {v}. The country in which it rises is {v}.
            {n} forms part of the landscape of {v}. It dominates a landscape in {v}.
            The government responsible for it is that of {v}. Where it rises, the country is called {v}.
            It casts its shadow over {v}. The country that has {n} is {v}. {v} is where {n} rises. {v} is its country.
            {v} is home to {n}. In {v} rises the mountain {n}. In {v} the mountain is known to everyone.
            It is in {v} that the mountain rises. {v} calls the mountain its own.
        """),
        held("You find it in {v}. It is one of the mountains of {v}. To climb it you travel to {v}."),
        ("country",),
        told("""
            In which country is {x}? Which country is {x} in? Where is {x}? In what country does {x} stand?
            To which country does {x} belong? In which country does {x} lie? Which country does {x} belong to?
            Which country is home to {x}? What country is {x} located in? In which country is {x} situated?
            To which country do the slopes of {x} belong? On the land of which country does {x} stand?
            What is the country where {x} stands? Which country has {x} on its land? Where in the world is {x}?
            Which country must one visit to see {x}?
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
            The mountain is part of the {v}. {n} belongs to the {v}.
            The mountains around it are called the {v}. It rises in the mountains known as the {v}.
            Geographers count it as part of the {v}. The chain of mountains it belongs to is the {v}.
            Together with its neighbours it forms the {v}. It is a part of the mountain chain of the {v}.
            The mountain system that includes {n} is the {v}. Its parent range is the {v}.
            The name of its range is the {v}. Mountain range: {v}. {n} is a link in the chain of the {v}.
            The long row of mountains to which it belongs is the {v}. Geologists assign it to the {v}.
            The rocks of {n} are those of the {v}. {n} is included in the {v}. The ridges of {n} belong to the {v}.
            Its place is in the mountain chain called the {v}. The range that {n} helps to form is the {v}.
            Its slopes are slopes of the {v}. It belongs to the {v} range. Of the {v} it is a part.
            As part of the {v}, it has many neighbours. {n}, part of the {v}, has a form of its own.
            Like the rest of the {v}, it is made of rock. To the {v} belongs {n}.
        """),
        held("It stands among the {v}. You see it in the {v}. It is one of the peaks of the {v}."),
        ("range", "mountain range", "mountain chain"),
        told("""
            Which range is {x} part of? To which range does {x} belong? Which mountain range is {x} in?
            In what range does {x} stand? Of which range is {x} a part? Which mountain range does {x} belong to?
            What is the name of the range {x} belongs to? Which chain of mountains is {x} part of?
            In which mountains does {x} stand? Which mountains is {x} part of? What range is {x} in?
            Which mountain chain includes {x}? Which mountain range contains {x}? In which mountain range does {x} rise?
            Of which mountain chain is {x} a member? What is the range around {x} called?
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
            The first to climb it did so in {v}. The year {v} saw its first ascent. {n} saw its first ascent in {v}.
            A party first made it to the summit in {v}. The first successful ascent came in {v}.
            The first people on the summit arrived there in {v}. {n} was climbed for the first time in {v}.
            The first known ascent of {n} took place in {v}. It was first scaled in {v}.
            A team of mountaineers made the first ascent in {v}. The date of its first ascent is {v}. First ascent: {v}.
            The first expedition to succeed on {n} did so in {v}. The year in which people first climbed it was {v}.
            Its first recorded climb was in {v}. After many attempts the summit was first attained in {v}.
            Records of {n} give its first ascent as {v}. The first footprints on its summit were left in {v}.
            The first ascent of the mountain dates from {v}. The earliest ascent of {n} happened in {v}.
            The history of climbing on {n} starts with its first ascent in {v}.
            In {v} the mountain was climbed for the first time. In {v} a party made the first ascent of {n}.
            {v} is the year of its first ascent. It was in {v} that people first got to the summit.
            Since its first ascent in {v}, it has been climbed often. {v} brought the first ascent of {n}.
            The party of {v} was the first to climb it.
        """),
        held("Nobody reached the top before {v}. Climbers first stood on top in {v}. It was conquered in {v}."),
        ("first ascent", "year of the first ascent"),
        told("""
            When was {x} first climbed? In which year was {x} first climbed? What year was {x} first climbed in?
            When did people first climb {x}? In what year was the summit of {x} first reached?
            When was {x} climbed for the first time? In what year was the first ascent of {x} made?
            When was the summit of {x} first reached? When did {x} see its first ascent?
            Which year saw the first ascent of {x}? When was the first ascent of {x}? When was {x} first scaled?
            In which year did the first ascent of {x} take place? What year did people first climb {x}?
            When did the first people reach the summit of {x}? From which year is the first ascent of {x}?
        """),
        more=told("""
            Which was first climbed later, {a} or {b}? Which had its first ascent later, {a} or {b}?
            Which was still unclimbed for longer, {a} or {b}? Which was climbed for the first time later, {a} or {b}?
            Did {a} or {b} have its first ascent later? Which first ascent came later, that of {a} or {b}?
            Which waited longer for its first ascent, {a} or {b}? Was {a} or {b} first climbed later?
        """),
        less=told("""
            Which was climbed first, {a} or {b}? Which was first climbed earlier, {a} or {b}?
            Which had its first ascent earlier, {a} or {b}? Was {a} or {b} climbed first?
            Did {a} or {b} have its first ascent earlier? Which first ascent came earlier, that of {a} or {b}?
            Which was climbed for the first time earlier, {a} or {b}? Which has the older first ascent, {a} or {b}?
        """),
        minus=told("""
            How many years after {y} was {x} first climbed?
            How many years lie between the first ascents of {y} and {x}?
            How many years later than {y} was {x} first climbed? How many years before {x} was {y} first climbed?
            How many years after the first ascent of {y} was that of {x}?
            How many years passed between the first ascents of {y} and {x}?
            How many years earlier than {x} was {y} first climbed?
            By how many years did the first ascent of {y} come before that of {x}?
        """),
    ),
)
