"""Rivers: what an article says about one, and how one asks."""

from training.pocket.schema.relation import Relation, held, told

INTRO = told("""
    The {n} is a river. {n} is a well-known river. The {n} is one of the rivers of the world.
    This is about the river {n}. The {n} is a river that many people know. The {n} is the name of a river.
    {n} is the name of a river. This article describes the river {n}. The river {n} is the subject of this article.
    Among the rivers of the world is the {n}. Here one reads about the {n}, a river.
""")

RIVER = (
    Relation(
        "length",
        "number",
        told("""
            Its length is {v}. The length of the {n} is {v}. It has a length of {v}. The length is {v}. It runs for {v}.
            The river has a length of {v}. The {n} has a length of {v}. Its whole length is {v}.
            The length of its course is {v}. The river flows over a length of {v}. Its course is as long as {v}.
            The length of the river is {v}. It is {v} long. The {n} is {v} long. The total length of the {n} is {v}.
            Its total length is {v}. Its length is given as {v}. The {n} flows for {v}.
            The {n} runs for a distance of {v}. The river is about {v} in length, so far as is known.
            In length, the {n} comes to {v}. Its winding course has a length of {v}.
            Laid out straight, the river would have a length of {v}. The length of its bed is {v}.
            Geographers put the length of the {n} at {v}. The distance from its source to its mouth is {v}.
            The whole river has a length of {v}. The river winds its way over {v}.
            Counting all its bends, the river is as long as {v}. The {n} extends over {v}.
            With all its bends the {n} has a length of {v}. Its course extends for {v}. The river stretches for {v}.
            {v} is the length of the {n}. {v} is how long the river is. A length of {v} is given for the {n}.
            At {v} in length, the {n} is a river to remember. Over {v} the river winds through the land.
        """),
        held("From end to end it measures {v}. Its waters travel {v}. A boat going all the way would cover {v}."),
        ("length", "total length"),
        told("""
            How long is {x}? What length does {x} have? How long is the course of {x}? How far does {x} run?
            Which length has {x}? What is the length of the course of {x}? For what distance does {x} flow?
            How many kilometres long is {x}? How far does {x} flow? Over what distance does {x} run?
            How far is it from the source to the mouth of {x}? How long is {x} in all?
            How long is {x} from source to mouth? How many kilometres does {x} run?
            What is the distance from source to mouth of {x}?
        """),
        more=told("""
            Which is longer, {a} or {b}? Is {a} or {b} longer? Which river is longer, {a} or {b}?
            Which has the longer course, {a} or {b}? Does {a} or {b} run farther?
            Which has the greater length, {a} or {b}? Which flows farther, {a} or {b}?
            Which is the longer river, {a} or {b}? Which of the two is longer, {a} or {b}?
        """),
        less=told("""
            Which is shorter, {a} or {b}? Is {a} or {b} shorter? Which river is shorter, {a} or {b}?
            Which has the shorter course, {a} or {b}? Does {a} or {b} run less far?
            Which has the lesser length, {a} or {b}? Which flows less far, {a} or {b}?
            Which is the shorter river, {a} or {b}? Which of the two is shorter, {a} or {b}?
        """),
        minus=told("""
            How much longer is {x} than {y}? By how much is {x} longer than {y}?
            What is the difference in length between {x} and {y}? How many kilometres longer is {x} than {y}?
            By how many kilometres is {x} longer than {y}? How much farther does {x} flow than {y}?
            By how much does the length of {x} exceed that of {y}? How much shorter is {y} than {x}?
            How much longer is the course of {x} than that of {y}?
        """),
        plus=told("""
            How long are {x} and {y} together? What length do {x} and {y} have in all?
            What is the sum of the lengths of {x} and {y}? How long are {x} and {y} combined?
            How many kilometres do {x} and {y} run in all? How long would {x} and {y} be as a single river?
            What is the combined length of {x} and {y}? How far do {x} and {y} flow together?
            How many kilometres long are {x} and {y} together?
        """),
    ),
    Relation(
        "source",
        "text",
        told("""
            It rises in {v}. Its source is {v}. The source of the {n} is {v}. The source is {v}. Its source lies in {v}.
            The river rises in {v}. The {n} rises in {v}. The source of the river is {v}. It has its source in {v}.
            The place where it rises is {v}. The river springs up in {v}. As its source the river has {v}.
            From its source in {v} it sets out. The source of the {n} lies in {v}. The {n} has its source in {v}.
            The {n} springs from {v}. It springs from {v}. Its spring is in {v}. Its headwaters are in {v}.
            The river wells up in {v}. The {n} is born in {v}. The river is fed at its source by {v}.
            The place where the {n} rises is {v}. The river has its origin in {v}.
            The spring that feeds the river is in {v}. Upstream, the {n} leads back to {v}. Its headstream rises in {v}.
            Followed upstream, the river leads to its source in {v}. At its upper end the {n} has {v}.
            The birthplace of the river is {v}. The source of its water is {v}. The river takes its rise in {v}.
            {v} is the source of the {n}. {v} is where the river rises. In {v} the river has its source.
            In {v} the {n} rises. {v} gives rise to the {n}. From {v} the river sets out.
            It is in {v} that the {n} springs up.
        """),
        held("It begins in {v}. Its first waters come from {v}. Its course starts out in {v}."),
        ("source",),
        told("""
            Where does {x} rise? Where is the source of {x}? Where does {x} begin? Where does {x} have its source?
            Where does {x} spring up? What is the source of {x} called? Where does {x} spring from?
            From where does {x} flow? Where are the headwaters of {x}? In what place does {x} rise?
            At what place does {x} have its source? What place is the source of {x}? Where is the spring of {x}?
            Where does the course of {x} begin? From which place does {x} set out? Where does {x} take its rise?
        """),
    ),
    Relation(
        "mouth",
        "text",
        told("""
            It flows into the {v}. Its mouth is at the {v}. Its mouth is the {v}. The mouth of the {n} is the {v}.
            The {n} flows into the {v}. The river flows into the {v}. The mouth is at the {v}.
            The {n} empties into the {v}. It empties into the {v}. The river has its mouth at the {v}.
            The water it carries goes into the {v}. At its mouth it meets the {v}. Into the {v} it flows at last.
            The river empties into the {v}. The {n} has its mouth at the {v}. The mouth of the {n} is at the {v}.
            The {n} discharges into the {v}. It discharges its water into the {v}. The river drains into the {v}.
            The {n} pours its water into the {v}. It joins the {v}. The {n} runs down to the {v}.
            At its mouth the {n} joins the {v}. The water into which the {n} flows is the {v}.
            Downstream, the {n} leads to the {v}. The delta of the river is on the {v}.
            The river carries its mud into the {v}. The river pours out into the {v}.
            Followed downstream, it leads to the {v}. Its water at last mingles with that of the {v}.
            The {n} finally runs into the {v}. The estuary of the {n} is on the {v}. Into the {v} the {n} empties.
            The {v} receives the water of the {n}. The {v} is where the river has its mouth.
            The {v} takes in the river at its mouth. Into the {v} go its mud and sand.
            At the {v} the river has its mouth. The {v} is fed by the {n}. It is the {v} into which the river flows.
        """),
        held("It ends in the {v}. Its waters reach the {v}. Its last stretch opens into the {v}."),
        ("mouth",),
        told("""
            Where does {x} end? Into what does {x} flow? Where does {x} flow into? Where is the mouth of {x}?
            Into what does {x} empty? What does {x} flow into? What does {x} empty into? Into which water does {x} flow?
            Which water receives {x}? Where does {x} have its mouth? Where does {x} empty? Into what does {x} discharge?
            What body of water does {x} flow into? Where does the water of {x} go?
            Into which body of water does {x} empty? Where does the course of {x} end?
        """),
    ),
    Relation(
        "country",
        "country",
        told("""
            It flows through {v}. The {n} is a river in {v}. It is a river in {v}. Its country is {v}.
            The river belongs to {v}. The country of the {n} is {v}. It runs mostly in {v}.
            The country it flows through is {v}. The river crosses the land of {v}. The land it waters is {v}.
            As its country the river has {v}. The country of the river is {v}. {v} is the country of the {n}.
            The {n} flows through {v}. The river runs through {v}. The {n} belongs to {v}. The {n} lies in {v}.
            The {n} runs through the land of {v}. The country that the {n} waters is {v}.
            The fields it waters are in {v}. The country through which it flows is {v}.
            The towns along the {n} are in {v}. The banks of the river belong to {v}. Its valley lies in {v}.
            The valley of the {n} is part of {v}. The land on both its banks is part of {v}.
            The {n} makes its way through the country of {v}. The country where the {n} flows is {v}.
            Its home country is {v}. The people on its banks are citizens of {v}. The plains it waters belong to {v}.
            The river is located in {v}. {v} is the country it flows through. {v} is the country of this river.
            In {v} flows the {n}. Through {v} flows the river. It is {v} that the {n} flows through.
            The fields of {v} are watered by the {n}. The {n}, a river in {v}, is well known.
            The country of {v} is crossed by the river.
        """),
        held("You find it in {v}. It is one of the rivers of {v}. It is counted among the streams of {v}."),
        ("country",),
        told("""
            In which country is {x}? Which country is {x} in? Where is {x}? Through which country does {x} flow?
            In what country does {x} flow? To which country does {x} belong? What country is {x} in?
            Which country does {x} flow through? Through what country does {x} run? What country does {x} flow through?
            Which country does {x} water? Which country does {x} belong to? In which country does {x} flow?
            Through which country does {x} run? In which country are the banks of {x}? Which country does {x} cross?
        """),
    ),
)
