"""Chemical elements: what an article says about one, and how one asks."""

from training.pocket.schema.relation import Relation, held, told

INTRO = told("""
    {n} is a chemical element. {n} is a well-known chemical element. {n} is one of the chemical elements.
    This is about the element {n}. {n} is an element of the periodic table. {n} belongs to the chemical elements.
    Among the chemical elements is {n}. The element {n} is described in this article.
    {n} has its place among the chemical elements. Chemists count {n} among the elements.
    The subject of this article is the chemical element {n}. {n} is a substance that chemists call an element.
""")

ELEMENT = (
    Relation(
        "symbol",
        "symbol",
        told("""
            Its symbol is {v}. The chemical symbol of {n} is {v}. Its chemical symbol is {v}. The symbol of {n} is {v}.
            The symbol is {v}. It has the symbol {v}. {n} has the chemical symbol {v}. Chemists write it as {v}.
            The symbol used for {n} is {v}. As its symbol the element has {v}. The letters that stand for it are {v}.
            In the table its symbol is {v}. The symbol {v} stands for {n}. The element is denoted by {v}.
            Textbooks denote {n} by {v}. The sign for this element is {v}. Its chemical sign is {v}.
            In the periodic table {n} is shown as {v}. In chemistry the element goes by the symbol {v}.
            For short, chemists call it {v}. The box for {n} in the periodic table bears the letters {v}.
            The agreed symbol for the element is {v}. {n} is represented in chemistry by {v}.
            The international symbol for {n} is {v}. Its official symbol is {v}.
            Anyone looking for {n} in the periodic table must look for {v}.
            Among chemists the usual shorthand for {n} is {v}.
            The symbol by which chemists refer to this element is {v}. To mean {n}, a chemist simply puts {v}.
            {n}, symbol {v}, is a chemical element. {v} is its chemical symbol. {v} is the symbol of {n}.
            The letters {v} represent it in chemistry. Chemists use {v} as the sign for it.
            The symbol {v} was chosen for the element. {v} is how the periodic table shows {n}.
            Chemists all over the world use {v} for this element.
        """),
        held("It is abbreviated to {v}. In formulas it is written {v}. On its bottle the chemist reads {v}."),
        ("symbol", "chemical symbol", "chemical sign"),
        told("""
            How do chemists write {x}? How is {x} written in formulas? Which symbol does {x} have?
            What symbol stands for {x}? What is the chemical sign for {x}? What is the symbol for {x}?
            Which letters stand for {x}? What letters represent {x} in the periodic table?
            How is {x} shown in the periodic table? What sign do chemists use for {x}?
            What do chemists call {x} for short? How does the periodic table denote {x}?
            Under which symbol does one find {x} in the periodic table? Which symbol denotes {x}?
            What symbol is used for {x}? Which chemical symbol belongs to {x}? What symbol does {x} go by?
        """),
    ),
    Relation(
        "atomic number",
        "number",
        told("""
            Its atomic number is {v}. {n} has the atomic number {v}. The atomic number is {v}.
            The atomic number of {n} is {v}. It has the atomic number {v}. Its atoms have the atomic number {v}.
            The element has atomic number {v}. Its number in the periodic table is {v}.
            The number of {n} in the table is {v}. By atomic number it is {v}. As its atomic number it has {v}.
            Its place in the periodic table is number {v}. The atomic number {v} belongs to {n}.
            In the periodic table {n} comes at number {v}. {n} is element number {v}.
            Among the elements it is number {v}. In the list of elements its number is {v}.
            It is the element with atomic number {v}. Its position in the periodic table is {v}.
            The box for {n} in the periodic table is numbered {v}.
            The periodic table lists the element under number {v}. The charge number of its nucleus is {v}.
            The number of electrons in a neutral atom of {n} is {v}.
            Elements are ordered by atomic number, and that of {n} is {v}.
            In the order of the elements {n} stands at number {v}. The table of elements shows {n} at position {v}.
            With {n} the periodic table reaches number {v}. Chemists give its atomic number as {v}.
            Anyone going through the periodic table meets {n} at number {v}.
            {n}, with atomic number {v}, is a chemical element. Number {v} in the periodic table is {n}.
            {v} is its atomic number. {v} is the atomic number of {n}. Element number {v} is {n}.
            At position {v} of the periodic table one finds {n}. A neutral atom of it has {v} electrons.
            Number {v} was assigned to the element.
        """),
        held("It holds place {v} in the table. Each of its atoms has {v} protons. Counting its protons gives {v}."),
        ("atomic number", "number in the periodic table"),
        told("""
            Which atomic number does {x} have? What atomic number has {x}? What number is {x} in the periodic table?
            How many protons has an atom of {x}? Which place does {x} have in the periodic table?
            Which number does {x} have in the periodic table? What number does the periodic table give {x}?
            How many protons are there in an atom of {x}? How many protons does {x} have? What element number is {x}?
            Under what number is {x} listed in the periodic table? Which position does {x} have among the elements?
            How many protons are in the nucleus of {x}? What is the number of protons in {x}?
            How many electrons has a neutral atom of {x}? Where does {x} come in the order of the elements?
            At what position in the periodic table is {x}?
        """),
        more=told("""
            Which comes later in the periodic table, {a} or {b}? Which has more protons, {a} or {b}?
            Which stands further back in the periodic table, {a} or {b}? Which has the higher atomic number, {a} or {b}?
            Does {a} or {b} have more protons? Does {a} or {b} come later in the periodic table?
            Which has the higher number in the periodic table, {a} or {b}?
            Which has more protons in its nucleus, {a} or {b}?
            Which follows the other in the periodic table, {a} or {b}?
        """),
        less=told("""
            Which comes first in the periodic table, {a} or {b}? Which has fewer protons, {a} or {b}?
            Which comes earlier in the periodic table, {a} or {b}? Which has the lower atomic number, {a} or {b}?
            Does {a} or {b} have fewer protons? Does {a} or {b} come first in the periodic table?
            Which has the lower number in the periodic table, {a} or {b}?
            Which has fewer protons in its nucleus, {a} or {b}?
            Which precedes the other in the periodic table, {a} or {b}?
        """),
        minus=told("""
            How many more protons has {x} than {y}? How many places after {y} does {x} come in the table?
            By how many protons does {x} exceed {y}? How far after {y} does {x} come in the periodic table?
            By how many places does {x} follow {y} in the periodic table? How many fewer protons has {y} than {x}?
            How much greater is the atomic number of {x} than that of {y}? How many protons more than {y} does {x} have?
            How many places before {x} does {y} stand in the periodic table?
        """),
    ),
    Relation(
        "atomic mass",
        "number",
        told("""
            Its atomic mass is {v}. The atomic mass of {n} is {v}. It has an atomic mass of {v}. The atomic mass is {v}.
            {n} has an atomic mass of {v}. The mass of its atoms is {v}. Its standard atomic mass is {v}.
            The element has an atomic mass of {v}. The atomic mass found for {n} is {v}. The atoms have a mass of {v}.
            As its atomic mass one finds {v}. The mean mass of its atoms is {v}. An atomic mass of {v} belongs to {n}.
            On average an atom of {n} has a mass of {v}. The relative atomic mass of {n} is {v}.
            The periodic table gives its mass as {v}. Tables list the atomic mass of the element as {v}.
            Chemists calculate with an atomic mass of {v}. For calculations the mass of its atoms is taken to be {v}.
            The average atomic mass of the element is {v}. The atomic mass of this element amounts to {v}.
            Measurements put its atomic mass at {v}. {n} is made of atoms with a mass of {v}.
            The mass given for the atoms of {n} is {v}. Below its name the periodic table shows the atomic mass {v}.
            Averaged over its isotopes, its atomic mass is {v}. Its relative atomic mass was determined to be {v}.
            The figure for its atomic mass is {v}. Every table of the elements gives {n} the atomic mass {v}.
            {v} is its atomic mass. {v} is the average mass of its atoms.
            With an atomic mass of {v}, it is one of the chemical elements. A mass of {v} was measured for its atoms.
            The value {v} is given as its atomic mass. Chemists take {v} as the atomic mass of {n}.
            {n}, whose atomic mass is {v}, is a chemical element. Careful measurement gave {v} as the mass of its atoms.
        """),
        held("Its atoms weigh {v} units. One atom weighs {v} units. The weight of a single atom comes to {v}."),
        ("atomic mass", "relative atomic mass", "average atomic mass"),
        told("""
            How heavy are the atoms of {x}? Which atomic mass does {x} have? What do the atoms of {x} weigh?
            How heavy is an atom of {x}? What mass do the atoms of {x} have? How much does an atom of {x} weigh?
            What does one atom of {x} weigh? What is the mass of an atom of {x}?
            What is the average mass of an atom of {x}? How massive are the atoms of {x}?
            What is the weight of an atom of {x}? How much mass does each atom of {x} have?
            Which mass does the periodic table give for {x}? What mass has an atom of {x}?
            How much do atoms of {x} weigh on average? What atomic mass does {x} have?
            With what atomic mass is {x} listed?
        """),
        more=told("""
            Which has heavier atoms, {a} or {b}? Which is heavier, {a} or {b}? Are the atoms of {a} or {b} heavier?
            Which has the greater atomic mass, {a} or {b}? Does {a} or {b} have heavier atoms?
            Do the atoms of {a} or of {b} weigh more? Which has the heavier atom, {a} or {b}?
            Which consists of heavier atoms, {a} or {b}? Is an atom of {a} or of {b} heavier?
        """),
        less=told("""
            Which has lighter atoms, {a} or {b}? Which is lighter, {a} or {b}? Are the atoms of {a} or {b} lighter?
            Which has the smaller atomic mass, {a} or {b}? Does {a} or {b} have lighter atoms?
            Do the atoms of {a} or of {b} weigh less? Which has the lighter atom, {a} or {b}?
            Which consists of lighter atoms, {a} or {b}? Is an atom of {a} or of {b} lighter?
        """),
        minus=told("""
            How much heavier is an atom of {x} than an atom of {y}? By how much are atoms of {x} heavier than {y}?
            How much more does an atom of {x} weigh than an atom of {y}?
            How much lighter is an atom of {y} than an atom of {x}?
            How much greater is the atomic mass of {x} than that of {y}?
            By how much does the atomic mass of {x} exceed that of {y}?
            How much less does an atom of {y} weigh than one of {x}?
            By how much do the atoms of {x} outweigh those of {y}?
        """),
        plus=told("""
            How much do an atom of {x} and an atom of {y} weigh together?
            What do an atom of {x} and one of {y} weigh in all?
            What is the combined mass of an atom of {x} and an atom of {y}?
            How heavy are an atom of {x} and an atom of {y} together?
            What mass do an atom of {x} and an atom of {y} have together?
            What is the sum of the atomic masses of {x} and {y}? What is the total of the atomic masses of {x} and {y}?
            If an atom of {x} joins an atom of {y}, what do they weigh together?
        """),
    ),
    Relation(
        "melting point",
        "number",
        told("""
            It melts at {v}. The melting point of {n} is {v}. It has a melting point of {v}. Its melting point is {v}.
            The melting point is {v}. {n} melts at {v}. The element melts at {v}. {n} has a melting point of {v}.
            The temperature at which it melts is {v}. When heated from the solid it melts at {v}.
            The melting temperature is {v}. As its melting point one finds {v}. At {v} it melts.
            To melt {n}, one must bring it to {v}. {n} begins to melt at {v}. Melting begins at {v}.
            Its melting temperature is {v}. Under normal pressure it melts at {v}.
            A piece of {n} melts when its temperature reaches {v}. The melting point was measured at {v}.
            Tables give the melting point of {n} as {v}. The temperature needed to melt it is {v}.
            It can be melted at {v}. The element has its melting point at {v}.
            Slowly warmed, it melts once it reaches {v}. In the laboratory samples of {n} melt at {v}.
            It will not melt below {v}. Before it melts, {n} must reach {v}.
            The fusion temperature of the element is {v}. {v} is its melting point.
            {v} is the temperature at which {n} melts. At a temperature of {v} the element melts.
            Only at {v} does {n} begin to melt. A temperature of {v} is needed to melt it.
            Once {v} is reached, {n} melts. Below {v} the element does not melt.
            With its melting point of {v}, {n} stands in the tables.
        """),
        held("It turns liquid at {v}. It becomes a liquid at {v}. Its solid form lasts up to {v}."),
        ("melting point", "melting temperature", "fusion temperature"),
        told("""
            At what temperature does {x} melt? When does {x} melt? How hot must {x} be to melt?
            At which temperature does {x} become liquid? Which melting point does {x} have?
            How hot does it have to be for {x} to melt? At how many degrees does {x} melt? What temperature melts {x}?
            What temperature is needed to melt {x}? To what temperature must {x} be heated to melt?
            At what point does {x} melt? From what temperature on is {x} liquid?
            At what temperature does {x} begin to melt? Up to what temperature does {x} stay solid?
            At what temperature does {x} turn from solid to liquid? When does {x} turn liquid?
            What melting point does {x} have?
        """),
        more=told("""
            Which melts at a higher temperature, {a} or {b}? Which has to be hotter to melt, {a} or {b}?
            Which melts last when heated, {a} or {b}? Which has the higher melting point, {a} or {b}?
            Which needs a higher temperature to melt, {a} or {b}? Which stays solid longer when heated, {a} or {b}?
            Does {a} or {b} melt at a higher temperature? Which remains solid at higher temperatures, {a} or {b}?
            Which is harder to melt, {a} or {b}?
        """),
        less=told("""
            Which melts at a lower temperature, {a} or {b}? Which melts first, {a} or {b}?
            Which melts more easily, {a} or {b}? Which has the lower melting point, {a} or {b}?
            Which needs a lower temperature to melt, {a} or {b}? Which turns liquid first when heated, {a} or {b}?
            Does {a} or {b} melt at a lower temperature? Which becomes liquid at a lower temperature, {a} or {b}?
            Which is easier to melt, {a} or {b}?
        """),
        minus=told("""
            How many degrees higher does {x} melt than {y}? How much hotter must {x} be than {y} to melt?
            How much higher is the melting point of {x} than that of {y}? How many degrees lower does {y} melt than {x}?
            By how many degrees does the melting point of {x} exceed that of {y}?
            How many degrees hotter must {x} be than {y} to melt?
            By how many degrees must {x} be hotter than {y} to melt?
            How many degrees sooner than {x} does {y} melt when heated?
            How many more degrees does it take to melt {x} than {y}?
        """),
    ),
    Relation(
        "discoverer",
        "person",
        told("""
            It was discovered by {v}. The discoverer of the element was {v}. The discoverer of {n} was {v}.
            {n} was discovered by {v}. Its discoverer was {v}. The element was discovered by {v}.
            It was first found by {v}. The discovery was the work of {v}. The discovery is credited to {v}.
            The chemist or physicist who discovered it was {v}. The one who discovered {n} was {v}.
            The first to find the element was {v}. {v} discovered {n}. {v} was the discoverer of the element.
            Credit for finding {n} goes to {v}. The scientist who discovered {n} was {v}.
            The honour of discovering {n} belongs to {v}. {n} was first identified by {v}.
            It was identified as a new element by {v}. It was detected for the first time by {v}.
            The element came to light in experiments by {v}. Its existence was first shown by {v}.
            The element was found in the laboratory of {v}. The element is one of the discoveries of {v}.
            Textbooks name as its discoverer {v}. The history of {n} begins with its discovery by {v}.
            Behind the discovery of {n} stood {v}. As its discoverer, chemists honour {v}.
            {n} lay hidden until it was found by {v}. The researcher who came upon {n} was {v}.
            The name linked with its discovery is {v}. {v} was the first to identify {n}. {v} found the element.
            {v} is credited with discovering {n}. It was {v} who discovered the element.
            The scientist {v} discovered it. Discovered by {v}, {n} is a chemical element.
            The discovery by {v} added {n} to the list of elements.
        """),
        held("Its discovery is due to {v}. We owe its discovery to {v}. The one who first saw it was {v}."),
        ("discoverer",),
        told("""
            Who discovered {x}? By whom was {x} discovered? Who found {x}? Who was the first to find {x}?
            Who is credited with the discovery of {x}? Who first identified {x}? Who first detected {x}?
            Whose discovery is {x}? Who was it that discovered {x}? Which scientist discovered {x}?
            To whom is the discovery of {x} credited? Who made the discovery of {x}?
            Who is named as the discoverer of {x}? Whose work led to the discovery of {x}?
            Who gets the credit for finding {x}? By whom was {x} found? Which person first found {x}?
            Which researcher came upon {x}?
        """),
    ),
    Relation(
        "discovery year",
        "number",
        told("""
            The discovery was made in {v}. {n} was discovered in {v}. It was first found in {v}.
            It was discovered in {v}. The discovery year was {v}. The year of its discovery was {v}.
            Its discovery year is {v}. The element was discovered in {v}. The discovery of {n} was in {v}.
            Its discovery is dated to {v}. As the year of discovery one finds {v}.
            The element was found in the year {v}. The year {v} brought its discovery. {n} was first identified in {v}.
            Its existence was first shown in {v}. The element was first detected in {v}.
            Chemists discovered the element in {v}. The history of {n} begins with its discovery in {v}.
            The date of its discovery is {v}. Its discovery was announced in {v}.
            The discovery of the element took place in {v}. The element came to light in {v}.
            It was identified as a new element in {v}. It joined the list of discovered elements in {v}.
            The experiment that revealed {n} was carried out in {v}. Its discovery goes back to {v}.
            {n} remained undiscovered until {v}. Its discovery falls in the year {v}. Researchers came upon {n} in {v}.
            In {v} the element was discovered. In {v}, {n} was found for the first time.
            {v} is the year of its discovery. The discovery in {v} added {n} to the list of elements.
            Discovered in {v}, {n} is a chemical element. It was {v} when the element was found.
            It was in {v} that chemists discovered {n}. The year {v} marks the discovery of {n}.
        """),
        held("It has been known since {v}. Chemists first saw it in {v}. Nobody knew of {n} before {v}."),
        ("discovery year", "year of discovery", "date of discovery"),
        told("""
            When was {x} discovered? In which year was {x} discovered? What year was {x} discovered in?
            In what year was {x} found? Since when has {x} been known? When was {x} found?
            When was {x} first identified? In which year was {x} found? When was the discovery of {x}?
            When did chemists discover {x}? When did the discovery of {x} take place?
            Which year brought the discovery of {x}? To what year is the discovery of {x} dated?
            When was {x} first detected? What year marks the discovery of {x}? Until when was {x} undiscovered?
            In what year did researchers come upon {x}?
        """),
        more=told("""
            Which was discovered later, {a} or {b}? Which was found later, {a} or {b}?
            Which element is the newer discovery, {a} or {b}? Was {a} or {b} discovered later?
            Which was discovered more recently, {a} or {b}? Which was the later discovery, {a} or {b}?
            Which has the later year of discovery, {a} or {b}? Which remained undiscovered longer, {a} or {b}?
        """),
        less=told("""
            Which was discovered first, {a} or {b}? Which was discovered earlier, {a} or {b}?
            Which has been known longer, {a} or {b}? Was {a} or {b} discovered first?
            Which is the older discovery, {a} or {b}? Which was found first, {a} or {b}?
            Which has the earlier year of discovery, {a} or {b}? Which was the earlier discovery, {a} or {b}?
        """),
        minus=told("""
            How many years after {y} was {x} discovered? How many years passed between finding {y} and {x}?
            How much later than {y} was {x} discovered? How many years earlier than {x} was {y} discovered?
            By how many years did the discovery of {y} precede that of {x}?
            How many years separate the discoveries of {y} and {x}?
            How many years lie between the discovery of {y} and that of {x}? How long after {y} was {x} discovered?
            How many years later than {y} was {x} found?
        """),
    ),
)
