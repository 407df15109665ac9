"""Languages: what an article says about one, and how one asks."""

from training.pocket.schema.relation import Relation, held, told

INTRO = told("""
    {n} is a language. {n} is a well-known language. {n} is one of the languages of the world.
    This is about the language {n}. {n} is a language that people speak and write. {n} is a living language.
    {n} is a language with a long history. {n} is a human language. The language {n} is the subject of this article.
    Among languages, {n} is a well-studied one. This article describes the language {n}.
""")

LANGUAGE = (
    Relation(
        "language family",
        "text",
        told("""
            Its language family is {v}. The language family of {n} is {v}. The language family is {v}.
            The family it belongs to is {v}. Its family is {v}. By family it is {v}. The family of {n} is {v}.
            Linguists count its family as {v}. As its language family one names {v}.
            The name of its language family is {v}. The group of related languages it comes from is {v}.
            It belongs to a language family called {v}. It is a member of the {v} language family.
            It belongs to the language family {v}. {n} belongs to a family of languages called {v}.
            {n} is part of the language family {v}. Linguists assign it to the family {v}.
            As to family, it is classified as {v}. The language family of which it is a member is {v}.
            It is grouped with the languages of the family {v}. The family in which linguists put {n} is {v}.
            The family that includes it is {v}. In the classification of languages its family is {v}.
            Together with its sister languages it forms the family {v}. Handbooks list it under the language family {v}.
            It comes from the language family known as {v}. Scholars group it under the family {v}.
            {n} is one of the languages in the family {v}. The family to which {n} is assigned is {v}.
            The family label it carries is {v}. In family terms {n} counts as {v}.
            It is one of the languages of the {v} family. {n} is a member of the {v} family. {v} is its language family.
            {v} is the family to which it belongs. The {v} family includes {n}.
            Linguists classify it as one of the {v} languages. Within the {v} family it is one of many languages.
        """),
        held("Its relatives are all {v}. Its place in the tree of languages is {v}. Its roots are {v}."),
        ("language family", "family", "family of languages"),
        told("""
            To which language family does {x} belong? Which language family is {x} part of?
            What language family does {x} belong to? Of which family is {x}? Which family of languages includes {x}?
            What is the family of languages that {x} belongs to? Which language family includes {x}?
            What language family is {x} in? In which language family is {x}? Which language family does {x} come from?
            To what family of languages does {x} belong? Under which language family is {x} classified?
            Into which language family do linguists put {x}? Of which language family is {x} a member?
            Which family of languages is {x} from? Do you know which language family {x} belongs to?
        """),
    ),
    Relation(
        "country",
        "country",
        told("""
            The country with the most speakers is {v}. The country where most of its speakers live is {v}.
            The largest number of its speakers live in {v}. Its main country is {v}.
            Its speakers are most numerous in {v}. The country with the most speakers of {n} is {v}.
            More people speak it in {v} than in any other country. The country where it has the most speakers is {v}.
            The main country of {n} is {v}. Among all countries most speakers are in {v}.
            No country has more speakers of it than {v}. It has its largest group of speakers in {v}.
            {v} is the country with the most speakers. Most of its speakers live in {v}.
            Most speakers of {n} live in {v}. It is spoken mainly in {v}. {n} is chiefly spoken in {v}.
            It is most widely spoken in {v}. The bulk of its speakers live in {v}.
            By number of speakers its main country is {v}. The majority of its speakers are found in {v}.
            The country with the largest number of its speakers is {v}. The country where {n} is spoken most is {v}.
            The country in which it is used most is {v}. Its stronghold is {v}.
            First among the countries where it is spoken is {v}. It counts most of its speakers in {v}.
            The country that counts the most speakers of it is {v}. People who speak it are found mostly in {v}.
            The principal country of its speakers is {v}. Predominantly it is spoken in {v}.
            {v} has more speakers of it than any other country. {v} is its main country.
            In {v} it has the most speakers. In {v} live most speakers of {n}. {v} is where most of its speakers live.
            {v} is the country where {n} is spoken most. Of all countries, {v} has the most speakers of it.
        """),
        held("""
            You hear it most of all in {v}. The heart of its world is {v}.
            The greatest community that speaks it is at home in {v}.
        """),
        ("country with the most speakers", "main country"),
        told("""
            Which country has the most speakers of {x}? In which country do most speakers of {x} live?
            Where do most speakers of {x} live? In which country is {x} spoken most? What is the main country for {x}?
            What country has the most speakers of {x}? In what country do most speakers of {x} live?
            In which country is {x} most widely spoken? Where is {x} spoken the most?
            Where does {x} have the most speakers? In which country does {x} have the most speakers?
            Which country is the main country of speakers of {x}? In which country is {x} mainly spoken?
            Where is {x} mainly spoken? Which country counts the most speakers of {x}?
            Where are most speakers of {x} found?
        """),
    ),
    Relation(
        "native speakers",
        "number",
        told("""
            Its native speakers number {v}. The number of native speakers is {v}. It has native speakers numbering {v}.
            The number of native speakers of {n} is {v}. The number of people who grow up with it is {v}.
            The count of native speakers is about {v}. {n} has a number of native speakers of about {v}.
            The native speakers of {n} number {v}. As a mother tongue it has this many speakers: {v}.
            The number of its native speakers is about {v}. As their first language it is spoken by {v}.
            The number of people with {n} as their mother tongue is {v}. Some {v} people speak it from childhood.
            Its native speakers are estimated at {v}. The total of native speakers is {v}.
            The figure given for native speakers is {v}. Estimates of its native speakers stand at {v}.
            {n} can count native speakers to the number of {v}. The number of its speakers is {v}.
            The number of speakers of {n} is put at {v}. Speakers from birth number {v}.
            As a first language it is spoken by about {v}. Counting only native speakers, it has {v}.
            The native-speaker count of {n} is {v}. The number of people brought up speaking it is {v}.
            Its number of first-language speakers is {v}. In a count of native speakers the result was {v}.
            All its native speakers together number {v}. Statistics give its native speakers as {v}.
            {n} is spoken natively by some {v}. The size of its native-speaking population is {v}.
            {n} has about {v} native speakers. It has {v} native speakers. There are {v} native speakers of {n}.
            {v} people grow up speaking {n}. About {v} people speak it as their first language.
            With {v} native speakers it has a firm footing. {v} is the number of its native speakers.
            For some {v} people it is the language they grew up with.
        """),
        held("""
            Those who learn it from their mother number {v}. It is the mother tongue of {v}. Native to it are {v}.
        """),
        ("number of native speakers", "number of speakers", "number of first-language speakers"),
        told("""
            How many native speakers does {x} have? How many people speak {x} as their mother tongue?
            How many people grow up with {x}? How many speakers does {x} have? How many native speakers has {x}?
            How many people speak {x} natively? How many people speak {x} as a first language?
            How many people have {x} as their mother tongue? How many people speak {x}?
            How many native speakers are there of {x}? How many people are native speakers of {x}?
            For how many people is {x} the mother tongue? By how many people is {x} spoken natively?
            How large is the number of native speakers of {x}? How many speakers are there of {x}?
            How many first-language speakers does {x} have?
        """),
        more=told("""
            Which has more native speakers, {a} or {b}? Which has more speakers, {a} or {b}?
            Do more people grow up with {a} or {b}? Which is spoken by more people, {a} or {b}?
            Do more people speak {a} or {b}? Does {a} or {b} have more native speakers?
            Which language has more speakers, {a} or {b}? Which of the two has more native speakers, {a} or {b}?
            Which is the mother tongue of more people, {a} or {b}?
        """),
        less=told("""
            Which has fewer native speakers, {a} or {b}? Which has fewer speakers, {a} or {b}?
            Do fewer people grow up with {a} or {b}? Which is spoken by fewer people, {a} or {b}?
            Do fewer people speak {a} or {b}? Does {a} or {b} have fewer native speakers?
            Which language has fewer speakers, {a} or {b}? Which of the two has fewer native speakers, {a} or {b}?
            Which is the mother tongue of fewer people, {a} or {b}?
        """),
        minus=told("""
            How many more native speakers does {x} have than {y}? How many more speakers has {x} than {y}?
            How many more people speak {x} than {y}? How many more people grow up with {x} than with {y}?
            By how many native speakers is {x} ahead of {y}? How many more speakers does {x} have than {y}?
            How many more native speakers are there of {x} than of {y}?
            How many fewer native speakers does {y} have than {x}? How many fewer people speak {y} than {x}?
        """),
        plus=told("""
            How many native speakers do {x} and {y} have together? How many people speak {x} or {y} in all?
            How many native speakers have {x} and {y} in all? How many speakers do {x} and {y} have together?
            How many people speak {x} and how many {y}, added up? How many people grow up with {x} or {y}?
            How many native speakers of {x} and {y} are there altogether?
            How many people have {x} or {y} as their mother tongue? How many speakers have {x} and {y} combined?
        """),
    ),
    Relation(
        "script",
        "text",
        told("""
            Its script is {v}. The script of {n} is {v}. The script is {v}. The script it is written in is {v}.
            For writing, its script is {v}. The script used for it is {v}. As its script it has {v}.
            The letters or signs it is written with are {v}. Books in {n} are printed in a script called {v}.
            Its writing is {v}. The script used to write {n} is {v}. In writing it uses the script called {v}.
            It is written in the {v} script. {n} is written in the script {v}. It is written in a script called {v}.
            The writing system of {n} is {v}. Its writing system is {v}. The writing system it uses is {v}.
            To write it people use the script {v}. People write {n} in the script {v}. The usual script for {n} is {v}.
            Texts in {n} are written in the script {v}. Whoever reads {n} must master the script {v}.
            The characters in which it is written are {v}. Road signs in {n} are in the script {v}.
            In its written form it uses the script {v}. The standard script of the language is {v}.
            Its literature is written in the script {v}. When written down it takes the script {v}.
            Writers of {n} use the script {v}. Letters to a friend in {n} are penned in the script {v}.
            The script in which its texts are recorded is {v}. {v} is its script. {n} uses the {v} script.
            It is written with {v} characters. The {v} script is used to write it.
            The {v} script serves as its writing system. {v} is the script in which {n} is written.
            {n} has {v} as its script. It uses {v} for writing.
        """),
        held("Its newspapers are set in {v}. On paper it appears in {v}. Children at school learn to write it in {v}."),
        ("script", "writing system"),
        told("""
            In which script is {x} written? What script does {x} use? Which script is used for {x}?
            Which script do people write {x} in? In what script is {x} printed? What script is {x} written in?
            What writing system does {x} use? Which writing system is used for {x}? What alphabet is {x} written in?
            Which script does {x} use? What script is used to write {x}? In which alphabet or script is {x} written?
            In what script do people write {x}? Which script do writers of {x} use?
            In which script are books in {x} printed? Do you know which script {x} is written in?
        """),
    ),
)
