"""Chemical elements: what an article says about one, and how one asks."""

from training.pocket.schema.relation import Relation, held, told

INTRO = told("""
    {n} is a chemical element. {n} is a well-known chemical element. {n} is one of the chemical elements.
    This is about the element {n}.
""")

ELEMENT = (
    Relation(
        "symbol",
        "symbol",
        told("""
            Its symbol is {v}. The chemical symbol of {n} is {v}. Its chemical symbol is {v}.
            The symbol of {n} is {v}. The symbol is {v}. It has the symbol {v}. {n} has the chemical symbol {v}.
            Chemists write it as {v}. The symbol used for {n} is {v}. As its symbol the element has {v}.
            The letters that stand for it are {v}. In the table its symbol is {v}. The symbol {v} stands for {n}.
        """),
        held("It is abbreviated to {v}. In formulas it is written {v}. On its bottle the chemist reads {v}."),
        ("symbol", "chemical symbol"),
        told("""
            How do chemists write {x}? How is {x} written in formulas? Which symbol does {x} have?
            What symbol stands for {x}? What is the chemical sign for {x}?
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
        """),
        held("""
            It holds place {v} in the table. Each of its atoms has {v} protons. Counting its protons gives {v}.
        """),
        ("atomic number", "number in the periodic table"),
        told("""
            Which atomic number does {x} have? What atomic number has {x}? What number is {x} in the periodic table?
            How many protons has an atom of {x}? Which place does {x} have in the periodic table?
        """),
        more=told("""
            Which comes later in the periodic table, {a} or {b}? Which has more protons, {a} or {b}?
            Which stands further back in the periodic table, {a} or {b}?
        """),
        less=told("""
            Which comes first in the periodic table, {a} or {b}? Which has fewer protons, {a} or {b}?
            Which comes earlier in the periodic table, {a} or {b}?
        """),
        minus=told("How many more protons has {x} than {y}? How many places after {y} does {x} come in the table?"),
    ),
    Relation(
        "atomic mass",
        "number",
        told("""
            Its atomic mass is {v}. The atomic mass of {n} is {v}. It has an atomic mass of {v}.
            The atomic mass is {v}. {n} has an atomic mass of {v}. The mass of its atoms is {v}.
            Its standard atomic mass is {v}. The element has an atomic mass of {v}.
            The atomic mass found for {n} is {v}. The atoms have a mass of {v}. As its atomic mass one finds {v}.
            The mean mass of its atoms is {v}. An atomic mass of {v} belongs to {n}.
        """),
        held("Its atoms weigh {v} units. One atom weighs {v} units. The weight of a single atom comes to {v}."),
        ("atomic mass",),
        told("""
            How heavy are the atoms of {x}? Which atomic mass does {x} have? What do the atoms of {x} weigh?
            How heavy is an atom of {x}? What mass do the atoms of {x} have?
        """),
        more=told("""
            Which has heavier atoms, {a} or {b}? Which is heavier, {a} or {b}? Are the atoms of {a} or {b} heavier?
        """),
        less=told("""
            Which has lighter atoms, {a} or {b}? Which is lighter, {a} or {b}? Are the atoms of {a} or {b} lighter?
        """),
        minus=told(
            "How much heavier is an atom of {x} than an atom of {y}? By how much are atoms of {x} heavier than {y}?"
        ),
        plus=told("How much do an atom of {x} and an atom of {y} weigh together?"),
    ),
    Relation(
        "melting point",
        "number",
        told("""
            It melts at {v}. The melting point of {n} is {v}. It has a melting point of {v}. Its melting point is {v}.
            The melting point is {v}. {n} melts at {v}. The element melts at {v}. {n} has a melting point of {v}.
            The temperature at which it melts is {v}. When heated from the solid it melts at {v}.
            The melting temperature is {v}. As its melting point one finds {v}. At {v} it melts.
        """),
        held("It turns liquid at {v}. It becomes a liquid at {v}. Its solid form lasts up to {v}."),
        ("melting point", "melting temperature"),
        told("""
            At what temperature does {x} melt? When does {x} melt? How hot must {x} be to melt?
            At which temperature does {x} become liquid? Which melting point does {x} have?
        """),
        more=told("""
            Which melts at a higher temperature, {a} or {b}? Which has to be hotter to melt, {a} or {b}?
            Which melts last when heated, {a} or {b}?
        """),
        less=told("""
            Which melts at a lower temperature, {a} or {b}? Which melts first, {a} or {b}?
            Which melts more easily, {a} or {b}?
        """),
        minus=told("How many degrees higher does {x} melt than {y}? How much hotter must {x} be than {y} to melt?"),
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
        """),
        held("Its discovery is due to {v}. We owe its discovery to {v}. The one who first saw it was {v}."),
        ("discoverer",),
        told("""
            Who discovered {x}? By whom was {x} discovered? Who found {x}? Who was the first to find {x}?
            Who is credited with the discovery of {x}?
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
            The element was found in the year {v}. The year {v} brought its discovery.
        """),
        held("It has been known since {v}. Chemists first saw it in {v}. Nobody knew of {n} before {v}."),
        ("discovery year", "year of discovery"),
        told("""
            When was {x} discovered? In which year was {x} discovered? What year was {x} discovered in?
            In what year was {x} found? Since when has {x} been known?
        """),
        more=told("""
            Which was discovered later, {a} or {b}? Which was found later, {a} or {b}?
            Which element is the newer discovery, {a} or {b}?
        """),
        less=told("""
            Which was discovered first, {a} or {b}? Which was discovered earlier, {a} or {b}?
            Which has been known longer, {a} or {b}?
        """),
        minus=told("How many years after {y} was {x} discovered? How many years passed between finding {y} and {x}?"),
    ),
)
