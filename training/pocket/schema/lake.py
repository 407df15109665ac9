"""Lakes: what an article says about one, and how one asks."""

from training.pocket.schema.relation import Relation, held, told

INTRO = told("""
    {n} is a lake. {n} is a well-known lake. {n} is one of the lakes of the world. This is about a lake called {n}.
    {n} is the name of a lake. {n} is a lake known to many people. The subject of this article is {n}, a lake.
    This article describes the lake known as {n}. The world has many lakes, and {n} is among them.
    {n} is a lake that many have written about.
""")

LAKE = (
    Relation(
        "country",
        "country",
        told("""
            It lies in {v}. {n} is a lake in {v}. It is a lake in {v}. Its country is {v}. The country of {n} is {v}.
            The lake belongs to {v}. The country it lies in is {v}. It is in {v}. The lake is on the soil of {v}.
            As its country the lake has {v}. The country of the lake is {v}. The land around it is part of {v}.
            {v} is the country of {n}. {n} lies in {v}. The lake is located in {v}. It is situated in {v}.
            Its home country is {v}. The state to which it belongs is {v}. The whole lake is part of {v}.
            The villages at its edge are in {v}. Those who live beside it are citizens of {v}. Country: {v}.
            The lake fills a hollow in {v}. It is a body of water in {v}. Its basin lies in {v}.
            The country in which {n} lies is {v}. The country around the lake is {v}.
            The government that looks after it is that of {v}. {n} belongs to {v}. The country that has {n} is {v}.
            The lake is a part of the landscape of {v}. It brightens the landscape of {v}.
            {n} lies on the territory of {v}. {v} is its country. {v} is where the lake lies. {v} is home to {n}.
            In {v} lies {n}. In {v} the lake is known to everyone. It is in {v} that the lake lies.
            {v} calls the lake its own.
        """),
        held("You find it in {v}. It is one of the lakes of {v}. Its shores belong to {v}."),
        ("country",),
        told("""
            In which country is {x}? Which country is {x} in? Where is {x}? In what country does {x} lie?
            To which country does {x} belong? In which country does one find {x}? Which country does {x} belong to?
            Which country is home to {x}? What country is {x} located in? In which country is {x} situated?
            To which country does the water of {x} belong? On the territory of which country is {x}?
            What is the country where {x} lies? Which country has {x} on its land? Where in the world is {x}?
            Which country must one visit to see {x}?
        """),
    ),
    Relation(
        "area",
        "number",
        told("""
            It covers an area of {v}. The area of {n} is {v}. Its area is {v}. It has an area of {v}. The area is {v}.
            It covers {v}. The lake covers {v}. The surface of the lake is {v}. {n} has a surface of {v}.
            The water covers an area of {v}. The surface area is {v}. The size of its surface is {v}.
            An area of {v} is under its water. {n} covers {v}. The lake takes up an area of {v}. It occupies {v}.
            {n} occupies an area of {v}. Its water has a surface of {v}. The surface of the lake amounts to {v}.
            The lake has an area of {v}. Surface area: {v}. In size the lake is {v}. The extent of the lake is {v}.
            Seen from the air, its surface is {v}. Maps give its area as {v}. As its area one finds {v}.
            Measurements put the area of {n} at {v}. The surface of {n} is given as {v}.
            {n} is a sheet of water of {v}. The open water of the lake covers {v}. The area covered by {n} is {v}.
            The figure for its area is {v}. Its surface has been measured at {v}. Geographers state its area as {v}.
            With an area of {v}, {n} is known to all sailors. Its surface of {v} shines in the sun.
            {v} is the area of {n}. {v} is what the lake covers. Covering {v}, it shapes the landscape.
            It is {v} in area.
        """),
        held("Its waters spread over {v}. {n} spreads over {v}. Its shores enclose {v}."),
        ("area", "surface area", "surface"),
        told("""
            How large is {x}? How big is {x}? How much area does {x} cover? What area does {x} have?
            How large is the surface of {x}? What is the size of {x}? How extensive is {x}?
            How many square kilometres does {x} cover? How great is the area of {x}? What area is covered by {x}?
            How large an area does {x} cover? How big is the surface of {x}? What is the extent of {x}?
            What surface does {x} have? How large is the area {x} covers? How big an area does {x} take up?
        """),
        more=told("""
            Which is larger, {a} or {b}? Is {a} or {b} larger? Which is bigger, {a} or {b}?
            Which lake is larger, {a} or {b}? Which covers more, {a} or {b}? Which lake is bigger, {a} or {b}?
            Which covers the larger area, {a} or {b}? Does {a} or {b} cover more? Is {a} or {b} the larger lake?
        """),
        less=told("""
            Which is smaller, {a} or {b}? Is {a} or {b} smaller? Which lake is smaller, {a} or {b}?
            Which lake covers less, {a} or {b}? Does {a} or {b} cover less? Is {a} or {b} the smaller lake?
            Which covers the smaller area, {a} or {b}? Which is less large, {a} or {b}?
            Which is the smaller lake, {a} or {b}?
        """),
        minus=told("""
            How much larger is {x} than {y}? By how much is {x} bigger than {y}? How much bigger is {x} than {y}?
            How much smaller is {y} than {x}? How many square kilometres larger is {x} than {y}?
            How many more square kilometres does {x} cover than {y}? How much more does {x} cover than {y}?
            What is the difference in area between {x} and {y}?
        """),
        plus=told("""
            How large are {x} and {y} together? How much do {x} and {y} cover together?
            How big are {x} and {y} together? What area do {x} and {y} cover together?
            How many square kilometres do {x} and {y} cover in all?
            What is the combined area of {x} and {y}? How large would {x} and {y} be as one?
            How much area do {x} and {y} have between them?
        """),
    ),
    Relation(
        "depth",
        "number",
        told("""
            Its greatest depth is {v}. The greatest depth of {n} is {v}. Its depth is {v}. The depth of {n} is {v}.
            It has a depth of {v}. The depth is {v}. The lake has a greatest depth of {v}. It reaches a depth of {v}.
            At its deepest point it goes down to {v}. The deepest point is at {v}. {n} has a greatest depth of {v}.
            As its depth one finds {v}. It is {v} deep. Its depth reaches {v}. The depth of the lake is {v}.
            Its water reaches down to {v}. {n} has a depth of {v}. Soundings give a depth of {v}.
            Its maximum depth is {v}. The maximum depth of {n} is {v}. Measurements put the depth of {n} at {v}.
            The deepest spot of the lake lies at {v}. The greatest depth measured in it is {v}. Depth: {v}.
            In depth the lake measures {v}. The floor of the lake lies at a depth of {v}.
            The figure for its depth is {v}. Charts mark its deepest place with {v}. The lake descends to {v}.
            Its basin is filled to a depth of {v}. {n} plunges to {v}. Books list it with a depth of {v}.
            {n} is {v} deep. The lake is up to {v} deep. {v} is its greatest depth. {v} is the depth of {n}.
            At {v}, its deepest point is dark and cold. It is {v} from the surface to the deepest point.
            A depth of {v} has been measured in it. With a depth of {v}, {n} is no mere pond.
        """),
        held("A stone dropped in its middle sinks {v}. Its bottom is reached after {v}. Divers would go down {v}."),
        ("depth", "greatest depth", "maximum depth"),
        told("""
            How deep is {x}? What depth does {x} have? How deep is {x} at its deepest point? How far down does {x} go?
            What depth does {x} reach? How far below the surface is the deepest point of {x}?
            How many metres deep is {x}? How deep is the water of {x}? How deep is the deepest point of {x}?
            How deep does {x} go? How great is the depth of {x}? Down to what depth does {x} reach?
            At what depth is the deepest point of {x}? How deep is the deepest part of {x}?
            To what depth does {x} go down? What depth has been measured in {x}?
        """),
        more=told("""
            Which is deeper, {a} or {b}? Is {a} or {b} deeper? Which lake is deeper, {a} or {b}?
            Which goes down deeper, {a} or {b}? Does {a} or {b} reach deeper? Is {a} or {b} the deeper lake?
            Which has the deeper water, {a} or {b}? Which of the two is deeper, {a} or {b}?
        """),
        less=told("""
            Which is shallower, {a} or {b}? Is {a} or {b} shallower? Which lake is less deep, {a} or {b}?
            Which lake is shallower, {a} or {b}? Is {a} or {b} less deep? Is {a} or {b} the shallower lake?
            Which has the shallower water, {a} or {b}? Which of the two is less deep, {a} or {b}?
        """),
        minus=told("""
            How much deeper is {x} than {y}? By how much is {x} deeper than {y}? How much shallower is {y} than {x}?
            How many metres deeper is {x} than {y}? By how many metres is {x} deeper than {y}?
            How much deeper does {x} go than {y}? What is the difference in depth between {x} and {y}?
            How much less deep is {y} than {x}?
        """),
        plus=told("""
            How deep are {x} and {y} together? What depth do {x} and {y} have together?
            How many metres deep are {x} and {y} together? What is the combined depth of {x} and {y}?
            How deep would {x} and {y} be, one below the other? What depth do {x} and {y} add up to?
            How deep would {x} be with {y} below it? How deep are {x} and {y} in all?
        """),
    ),
    Relation(
        "outflow",
        "river",
        told("""
            Its outflow is the {v}. The outflow of {n} is the {v}. The outflow is the {v}. It is drained by the {v}.
            {n} is drained by the {v}. The river that flows out of it is the {v}. Its water leaves by the {v}.
            The river that drains the lake is the {v}. The lake flows out into the {v}. Its outlet is the river {v}.
            As its outflow the lake has the {v}. The river at its outlet is the {v}. The {v} flows out of it.
            {n} flows out into the {v}. Its water runs off through the {v}. The river flowing from it is the {v}.
            Out of {n} flows the {v}. {n} empties into the {v}. The lake empties through the {v}.
            It discharges into the {v}. The lake drains into the {v}. {n} is the lake that feeds the {v}.
            It sends its water into the {v}. The outlet of {n} is the {v}. Outflow: {v}.
            The river at its lower end is the {v}. The river that carries its water away is the {v}.
            At its outlet the lake passes into the {v}. It drains through the {v}. Water from {n} runs into the {v}.
            The outflow of the lake is called the {v}. The lake releases its water into the {v}.
            The river fed by the lake is the {v}.
            The {v} drains the lake. The {v} is its outflow. The {v} carries its water away.
            Through the {v} the lake is drained. By way of the {v} its water flows off.
            It is the {v} that drains {n}. The {v} takes up the water of the lake.
        """),
        held("""
            What overflows becomes the {v}. Its waters go on in the {v}. A boat that leaves the lake sails down the {v}.
        """),
        ("outflow", "outlet", "outflowing river"),
        told("""
            Which river flows out of {x}? By which river is {x} drained? Which river drains {x}?
            What river leaves {x}? Through which river does {x} drain? What river flows out of {x}?
            What river drains {x}? Through which river does the water of {x} flow out? By what river is {x} drained?
            Which river carries away the water of {x}? Which river does {x} feed? Which river is fed by {x}?
            Which river forms the outlet of {x}? Which river is the outflow of {x}? Which river comes out of {x}?
            What is the name of the river that flows out of {x}? What is the river that drains {x} called?
        """),
    ),
)
