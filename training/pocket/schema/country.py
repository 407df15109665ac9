"""Countries: what an article says about one, and how one asks."""

from training.pocket.schema.relation import Relation, held, told
from training.pocket.schema.shared import POPULATION

INTRO = told("""
    {n} is a country. {n} is a well-known country. {n} is one of the countries of the world. This is about the country
    {n}. {n} is an independent country. {n} is a state in its own right. This article describes the country {n}. The
    country of {n} is described here. {n} is one of the states on the map of the world. Here is a short account of the
    country {n}.
""")

COUNTRY = (
    Relation(
        "continent",
        "text",
        told("""
            It lies in {v}. It is a country in {v}. {n} is a country in {v}. Its continent is {v}. The continent of {n}
            is {v}. It is on the continent of {v}. The country is part of {v}. It is located in {v}. Its place on the
            map is in {v}. The continent it belongs to is {v}. The country lies on the continent called {v}. Among the
            continents, its own is {v}. On a globe the country is found in {v}. {n} lies on the continent of {v}. {n}
            forms part of {v}. Geographically, {n} belongs to {v}. {n} occupies a part of {v}. Atlases show {n} on the
            maps of {v}. The state is situated in {v}. The part of the world where {n} lies is {v}. {n} is a state in
            {v}. Its home continent is {v}. Geographers count it as part of {v}. Look for {n} on a map of {v}. The
            landmass on which {n} lies is {v}. All of its land lies in {v}. Of the continents, {n} belongs to {v}. As
            for the continent, it is {v}. Maps place the country in {v}. The continent that bears the country is {v}.
            {v} is the continent of {n}. {v} is its continent. The continent of {v} includes {n}. On the continent of
            {v} lies {n}. Within {v} lies the country called {n}. {v} is the part of the world to which {n} belongs. It
            is in {v} that {n} lies. To the continent of {v} belongs {n}. {n} is on {v}, one of the continents.
        """),
        held("You find it in {v}. It is one of the countries of {v}. Travellers reach {n} by going to {v}."),
        ("continent",),
        told("""
            On which continent is {x}? Which continent is {x} on? On what continent does {x} lie? To which continent
            does {x} belong? Which continent is {x} part of? What continent is {x} in? What continent does {x} belong
            to? In which continent does {x} lie? Which part of the world is {x} in? On which continent would one find
            {x}? Which continent does {x} lie on? Which continent includes {x}? In which part of the world does {x} lie?
            Of which continent is {x} a part? On what continent is {x} situated? Which is the continent where {x} lies?
            What part of the world does {x} belong to?
        """),
    ),
    Relation(
        "capital",
        "city",
        told("""
            The capital of {n} is {v}. Its capital is {v}. The capital is {v}. Its capital city is {v}. The capital city
            of {n} is {v}. The capital of the country is {v}. It is governed from its capital, {v}. The country has its
            capital at {v}. The city chosen as capital is {v}. As its capital, {n} has {v}. The name of its capital is
            {v}. {v} is the capital city of the country. {v} is its capital. {n} has its capital in {v}. For its capital
            the country chose {v}. The rank of capital belongs to {v}. The title of capital is held by {v}. National
            affairs are run from {v}. Its capital bears the name {v}. On maps the capital is marked as {v}. The city
            that serves as its capital is {v}. The capital of {n} is called {v}. The country's capital is the city of
            {v}. The people of {n} have their capital in {v}. The role of capital falls to {v}. Those who speak of the
            capital of {n} mean {v}. Among its cities, the capital is {v}. The state is run from {v}. Embassies to {n}
            stand in its capital, {v}. Its leaders rule from {v}. {n} is governed from {v}. The capital city goes by the
            name of {v}. {v} serves as the capital of {n}. {n} has {v} as its capital city. The city of {v} is the
            capital of {n}. The city of {v} serves as its capital. {v} has the rank of capital in {n}. From {v} the
            country is governed. In {n}, {v} is the capital.
        """),
        held("The seat of government is {v}. The government sits in {v}. Its ministers work in {v}."),
        ("capital", "capital city"),
        told("""
            Which city is the capital of {x}? What city is the capital of {x}? What is the capital city called in {x}?
            From which city is {x} governed? Which city does {x} have as its capital? Which capital does {x} have? What
            is the name of the capital of {x}? Which city serves as the capital of {x}? What city is {x} governed from?
            What city does {x} have as its capital? Which city was chosen as capital of {x}? Which is the capital city
            of {x}? Which city is capital in {x}? What do people call the capital of {x}? Which place is the capital of
            {x}? From what city is {x} run? Which city has the rank of capital in {x}?
        """),
    ),
    POPULATION,
    Relation(
        "area",
        "number",
        told("""
            It covers an area of {v}. The area of {n} is {v}. Its area is {v}. It has an area of {v}. The area is {v}.
            It covers {v}. The country covers {v}. The total area of the country is {v}. {n} has a surface of {v}. The
            land within its borders covers {v}. The surface area is {v}. The size of the country is {v}. An area of {v}
            lies within its borders. {n} takes up {v}. In area {n} comes to {v}. Its land adds up to {v}. The land of
            {n} amounts to {v}. In size it comes to {v}. The country has a size of {v}. {n} has an area of about {v}.
            The country occupies {v}. Its surface comes to {v}. Surveyors give its area as {v}. Its total extent is {v}.
            Atlases list its area as {v}. All of {n} together has an area of {v}. The area covered by {n} is {v}. The
            state takes in an area of {v}. The land belonging to {n} comes to {v}. The official figure for its area is
            {v}. On the map the country fills {v}. Taken as a whole, the land covers {v}. {n} covers {v} in all. {v} is
            the area of {n}. The country has {v} of land. Some {v} of land make up {n}. An area of {v} belongs to {n}.
            {n} is {v} in area. It is {v} in size. With {v} of land, {n} has its place on the map.
        """),
        held("Its territory measures {v}. {n} spreads over {v}. Its borders enclose {v}."),
        ("area", "surface area", "total area"),
        told("""
            How large is {x}? How big is {x}? How much area does {x} cover? What area does {x} have? How large is the
            territory of {x}? How big is the area of {x}? How large is the area of {x}? How much land does {x} cover?
            How big is the territory of {x}? How much land belongs to {x}? What area does {x} cover? What area does {x}
            take up? How large an area does {x} cover? How much land does {x} have? How much land does {x} take up?
            Which area does {x} have? How large in area is {x}?
        """),
        more=told("""
            Which is larger, {a} or {b}? Is {a} or {b} larger? Which is bigger, {a} or {b}? Which covers more land, {a}
            or {b}? Which country is larger, {a} or {b}? Which has the larger area, {a} or {b}? Which has more land, {a}
            or {b}? Which covers a larger area, {a} or {b}? Which takes up more land, {a} or {b}? Does {a} or {b} have
            the larger area?
        """),
        less=told("""
            Which is smaller, {a} or {b}? Is {a} or {b} smaller? Which covers less land, {a} or {b}? Which country is
            smaller, {a} or {b}? Which is less large, {a} or {b}? Which has the smaller area, {a} or {b}? Which has less
            land, {a} or {b}? Which covers a smaller area, {a} or {b}? Which takes up less land, {a} or {b}?
        """),
        minus=told("""
            How much larger is {x} than {y}? By how much is {x} bigger than {y}? How much bigger is {x} than {y}? By how
            much is {x} larger than {y}? How much more land does {x} cover than {y}? How much more area does {x} have
            than {y}? By how much does the area of {x} exceed that of {y}? How much greater is the area of {x} than that
            of {y}? How much more land does {x} have than {y}?
        """),
        plus=told("""
            How large are {x} and {y} together? How much land do {x} and {y} cover together? How big are {x} and {y}
            together? How large are {x} and {y} combined? How much area do {x} and {y} cover in all? What area do {x}
            and {y} cover together? How much land do {x} and {y} have in all? How large would {x} and {y} be as one
            country? What area do {x} and {y} have combined?
        """),
    ),
    Relation(
        "highest mountain",
        "mountain",
        told("""
            Its highest mountain is {v}. The highest mountain of {n} is {v}. The highest mountain is {v}. The highest
            point of {n} is {v}. Its highest peak is {v}. The highest peak of the country is {v}. Its highest point is
            {v}. The highest of its mountains is {v}. The highest summit in {n} is {v}. Of all its mountains the highest
            is {v}. The country rises highest at {v}. The highest ground is on {v}. {v} is the highest peak of the
            country. {v} is its highest mountain. The highest elevation in {n} is the top of {v}. The country reaches
            its highest point on {v}. Every other mountain in {n} is lower than {v}. All other peaks of the country are
            overlooked by {v}. Above all other peaks of {n} rises {v}. Its loftiest mountain is {v}. The roof of {n} is
            {v}. The peak that stands above all others in {n} is {v}. Among the mountains of {n}, the highest is {v}.
            The name of its highest mountain is {v}. The country's highest peak is called {v}. First in height among its
            mountains is {v}. As its highest mountain the country has {v}. Hikers who want to stand on the highest point
            of {n} must go up {v}. The highest spot in the country is on {v}. {n} has its highest peak in {v}. The
            honour of being its highest mountain belongs to {v}. {v} is the highest mountain of {n}. {v} is the highest
            point of {n}. {v} rises above all other mountains of {n}. {v} tops every other peak in the country. The top
            of {v} is the highest point in {n}. At {v} the country reaches its highest point. In {v} the country has its
            highest mountain.
        """),
        held("""
            No summit in {n} is higher than {v}. Its tallest mountain is {v}. Its land climbs no higher than {v}.
        """),
        ("highest mountain", "highest peak", "highest point", "highest summit"),
        told("""
            Which mountain is the highest of {x}? Which is the highest mountain in {x}? What is the highest summit in
            {x}? What mountain is the highest point of {x}? Which peak is the highest in {x}? What is the highest
            mountain in {x}? What is the highest peak in {x}? Which summit is the highest in {x}? Which mountain in {x}
            rises above all others? What is the highest mountain in {x} called? Which of the mountains of {x} is the
            highest? What is the name of the highest mountain in {x}? Which mountain has the highest summit in {x}? On
            which mountain is the highest point of {x}? Which peak tops all others in {x}? Which mountain does {x} have
            as its highest?
        """),
    ),
    Relation(
        "longest river",
        "river",
        told("""
            Its longest river is the {v}. The longest river of {n} is the {v}. The longest river is the {v}. The longest
            river of the country is the {v}. Its longest river is called the {v}. The longest of its rivers is the {v}.
            The longest river in {n} is the {v}. Of all its rivers the longest is the {v}. The longest stream of the
            country is the {v}. The country's longest river is the {v}. As its longest river it counts the {v}. The
            river with the longest course in {n} is the {v}. The {v} is the longest river of the country. {n} has its
            longest river in the {v}. The name of its longest river is the {v}. Longest among its rivers is the {v}.
            Among the rivers of {n}, the longest is the {v}. The longest waterway in {n} is the {v}. Every other river
            in {n} is shorter than the {v}. Ranked from longest to shortest, its rivers begin with the {v}. All the
            other rivers of {n} fall short of the {v}. As for rivers, the longest one in {n} is the {v}. Maps of {n}
            show as its longest river the {v}. The people of {n} call their longest river the {v}. The title of longest
            river in {n} goes to the {v}. Pupils in {n} learn that their longest river is the {v}. The honour of being
            its longest river belongs to the {v}. The river that runs farthest in {n} is the {v}. Geographers name as
            its longest river the {v}. The course of any other river in the country is shorter than that of the {v}. The
            {v} is its longest river. The {v} is the longest river of {n}. The {v} outruns every other river in {n}. The
            {v} runs farther than any other river of the country. In the {v} the country has its longest river. The {v}
            has the longest course of all rivers in {n}. The {v} is what {n} has for its longest river.
        """),
        held("""
            No river in {n} is longer than the {v}. Of its rivers, none is longer than the {v}. The greatest length of
            all its streams is that of the {v}.
        """),
        ("longest river", "longest waterway"),
        told("""
            Which river is the longest of {x}? Which is the longest river in {x}? What river is the longest in {x}? What
            is the longest river called in {x}? Which of the rivers of {x} is the longest? What is the longest river in
            {x}? Which river is longest in {x}? What is the name of the longest river in {x}? Which river has the
            longest course in {x}? Which stream is the longest in {x}? What river runs farthest in {x}? Which is the
            longest waterway in {x}? What do people call the longest river in {x}? Which river does {x} have as its
            longest? Which river in {x} is longer than all others? What is the longest of the rivers in {x}?
        """),
    ),
    Relation(
        "official language",
        "language",
        told("""
            The official language is {v}. The official language of {n} is {v}. Its official language is {v}. People
            there speak {v}. The language of the country is {v}. The people of {n} speak {v}. Its official tongue is
            {v}. The language of its government is {v}. The language used in its offices is {v}. As its official
            language the country has {v}. The state language is {v}. The language by law is {v}. {v} is the official
            language of {n}. The national language is {v}. The language of state is {v}. Its citizens speak {v}. Schools
            in {n} teach in {v}. Official papers in {n} are drawn up in {v}. Forms and notices in {n} are printed in
            {v}. Road signs there are in {v}. The courts of {n} hear cases in {v}. The tongue heard in its streets is
            {v}. The language taught in its schools is {v}. The language with official status is {v}. Anyone who deals
            with the state there needs {v}. The language of public life is {v}. Visitors to {n} will hear {v}. Radio and
            television in {n} use {v}. The state addresses its citizens in {v}. For all public business the country uses
            {v}. The constitution names as official language {v}. Everyday life in {n} is carried on in {v}. {v} is its
            official language. {v} is spoken in {n}. {v} is the language of the country. {v} has official status in {n}.
            People in {n} use {v} as their language. {n} has {v} as its official language. In {n}, {v} is the language
            of the state.
        """),
        held("Its laws are written in {v}. Officially, they speak {v}. Its parliament debates in {v}."),
        ("official language", "language", "national language"),
        told("""
            Which language is spoken in {x}? What language do people speak in {x}? Which language is official in {x}?
            What is the official language in {x}? Which language do the people of {x} speak? What language is spoken in
            {x}? Which language do they speak in {x}? What language is official in {x}? What tongue is spoken in {x}?
            Which language is used in {x}? Which language has official status in {x}? What language do the people of {x}
            use? Which tongue do people speak in {x}? What language will one hear in {x}? Which is the official language
            in {x}? What language does the state use in {x}?
        """),
    ),
    Relation(
        "currency",
        "text",
        told("""
            The currency is the {v}. The currency of {n} is the {v}. Its currency is the {v}. People pay with the {v}.
            People there pay with the {v}. Its money is the {v}. The money of the country is the {v}. The unit of money
            is the {v}. Its banks deal in the {v}. The money used in {n} is the {v}. As its currency it has the {v}. The
            country uses the {v} as its money. {n} uses the {v} as its currency. The currency in use is the {v}. People
            in {n} settle their bills in the {v}. The national currency is the {v}. The official currency is called the
            {v}. Its currency goes by the name of the {v}. Its coins and notes are of the {v}. Legal tender in {n} is
            the {v}. The central bank of {n} issues the {v}. The mint of {n} strikes the {v}. In {n} people count their
            money in the {v}. Savings in {n} are kept in the {v}. Taxes there are collected in the {v}. The monetary
            unit is the {v}. When money changes hands in {n}, it is the {v}. The coin of the country is the {v}.
            Visitors to {n} must change their money into the {v}. The money people carry in {n} is the {v}. Its budget
            is drawn up in the {v}. The name of its money is the {v}. The {v} is the currency of {n}. The {v} is its
            currency. The {v} is legal tender in {n}. The {v} is the money of the country. People use the {v} as their
            money. In {n} the {v} is used as money. The {v} serves as the currency of the country.
        """),
        held("Prices are given in the {v}. Wages are paid in the {v}. Shops there take the {v}."),
        ("currency", "money", "unit of money", "monetary unit"),
        told("""
            What do people pay with in {x}? Which currency is used in {x}? What money is used in {x}? What currency does
            {x} have? Which money do people use in {x}? With what money do people pay in {x}? What is the currency in
            {x}? What is the money called in {x}? Which money is used in {x}? What kind of money does {x} use? Which
            currency does {x} have? What currency does {x} use? Which currency do people use in {x}? What is legal
            tender in {x}? In which currency do people pay in {x}? What money does one need in {x}?
        """),
    ),
)
