"""Nouns to ask for in vain: what no article tells, of whatever kind of thing it may be."""

from training.pocket.wording import Wording


def _nouns(listed: str) -> tuple[str, ...]:
    return tuple(listed.split(", "))


THINGS = Wording(
    _nouns(
        "anthem, motto, flag, favourite colour, weight, price, smell, taste, shape, religion, time zone, "
        "calling code, airport, university, museum, football club, national dish, climate, temperature, rainfall, "
        "history, budget, army, newspaper, postal code, phone number, email, address, website, nickname, "
        "origin of the name, hobby, shoe size, salary, pet, last words, first job, hair colour, nationality, grave, "
        "signature, logo, ticket price, opening hours, number of visitors, half-life, volume, speed, age of the rock, "
        "national park, number of islands, number of bridges, wine, bird, national animal, national flower, "
        "largest lake, second largest city, largest company, oldest tree, tallest building, unemployment rate, "
        "gross domestic product, life expectancy, birth rate, literacy, parliament, constitution, police, "
        "main export, main street, railway, metro, harbour, theatre, twin town, dialect, grammar, dictionary, vowels, "
        "school, favourite food, car, house"
    ),
    _nouns("coat of arms, stock exchange, zoo, internet domain, driving side, crime rate, national sport, weather"),
)
PEOPLE = Wording(
    _nouns(
        "prime minister, patron saint, best friend, first climber, president, king, queen, mayor, owner, founder, "
        "wife, husband, father, mother, teacher, chancellor, librettist, rival, publisher, assistant, brother, "
        "sister, daughter, son, builder"
    ),
    _nouns("vice president, bishop, cousin, uncle, landlord, lawyer"),
)
"""They are asked for by `wording.WHO` too."""
