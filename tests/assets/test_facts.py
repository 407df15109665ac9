"""The Pocket Wiki's facts are well formed and agree with each other.

Nothing here can show that a figure is true; it shows that every line keeps the format that the articles, the questions
and the calculations rely on, and that facts about linked things do not contradict each other.
"""

import json
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

FACTS = Path(__file__).parents[2] / "assets" / "pocket" / "facts.jsonl"

GROUPED = r"\d{1,3}(,\d{3})*"
YEAR = r"[1-9]\d{2,3}"
NAME = r"[A-Z][A-Za-z0-9 .'-]*"
PLACE = rf"(the )?{NAME}"
WORDS = r"[A-Za-z][A-Za-z -]*"

FORMATS: dict[str, dict[str, str]] = {
    "country": {
        "continent": r"Africa|Asia|Europe|North America|Oceania|South America",
        "capital": NAME,
        "population": GROUPED,
        "area": rf"{GROUPED} km²",
        "highest mountain": NAME,
        "longest river": NAME,
        "official language": NAME,
        "currency": WORDS,
    },
    "city": {
        "country": NAME,
        "population": GROUPED,
        "elevation": rf"{GROUPED} m",
        "river": NAME,
        "founding year": YEAR,
    },
    "person": {"country": NAME, "birthplace": NAME, "birth year": YEAR, "death year": YEAR, "field": r"[a-z]+"},
    "element": {
        "symbol": r"[A-Z][a-z]?",
        "atomic number": r"[1-9]\d{0,2}",
        "atomic mass": r"\d+\.\d+",
        "melting point": rf"-?{GROUPED}(\.\d+)? °C",
        "discoverer": NAME,
        "discovery year": YEAR,
    },
    "river": {"length": rf"{GROUPED} km", "source": PLACE, "mouth": NAME, "country": NAME},
    "mountain": {"height": rf"{GROUPED} m", "country": NAME, "range": NAME, "first ascent": YEAR},
    "planet": {
        "diameter": rf"{GROUPED} km",
        "distance from the Sun": rf"{GROUPED}(\.\d)? million km",
        "orbital period": rf"{GROUPED} days",
        "number of moons": r"\d{1,3}",
    },
    "moon": {"planet": NAME, "diameter": rf"{GROUPED} km", "discoverer": NAME, "discovery year": YEAR},
    "invention": {"inventor": NAME, "invention year": YEAR, "country": NAME},
    "landmark": {
        "city": NAME,
        "country": NAME,
        "height": rf"{GROUPED}(\.\d+)? m",
        "completion year": YEAR,
        "architect": NAME,
    },
    "composer": {"country": NAME, "birthplace": NAME, "birth year": YEAR, "death year": YEAR},
    "language": {
        "language family": NAME,
        "country": NAME,
        "native speakers": rf"{GROUPED} million",
        "script": NAME,
    },
    "lake": {"country": NAME, "area": rf"{GROUPED} km²", "depth": rf"{GROUPED} m", "outflow": NAME},
}
MINIMUM = {
    "country": 90,
    "city": 100,
    "person": 150,
    "element": 118,
    "river": 35,
    "mountain": 35,
    "planet": 7,
    "moon": 25,
    "invention": 40,
    "landmark": 45,
    "composer": 35,
    "language": 30,
    "lake": 25,
}
# An entity value leads to this kind of thing wherever a thing of that name exists.
LEADS_TO = {
    "capital": "city",
    "highest mountain": "mountain",
    "longest river": "river",
    "country": "country",
    "river": "river",
    "birthplace": "city",
    "discoverer": "person",
    "official language": "language",
    "planet": "planet",
    "inventor": "person",
    "city": "city",
    "outflow": "river",
}
# Official languages that have no line of their own: too little about them is undisputed.
LANGUAGES_WITHOUT_A_LINE = {"Malay", "Mongolian"}
LIVED = ("person", "composer")
# A longest river that crosses borders names no country of its own. Listed, so that a forgotten country is noticed.
CROSS_BORDERS = {
    "Amazon",
    "Danube",
    "Dnieper",
    "Ganges",
    "Indus",
    "Neman",
    "Niger",
    "Nile",
    "Orange River",
    "Orinoco",
    "Parana",
    "Rhine",
    "Rio Grande",
}
# The neighbours in the table where the heavier element comes first.
HEAVIER_FIRST = {("Ar", "K"), ("Co", "Ni"), ("Te", "I"), ("Th", "Pa")}

THINGS: list[dict[str, Any]] = [json.loads(line) for line in FACTS.read_text(encoding="utf-8").splitlines()]
BY_TITLE = {thing["title"]: thing for thing in THINGS}


def of_kind(kind: str) -> dict[str, dict[str, str]]:
    """Title -> facts of all things of one kind."""
    return {thing["title"]: thing["facts"] for thing in THINGS if thing["kind"] == kind}


def number(value: str) -> float:
    """The figure in a value, without commas and unit."""
    return float(value.split()[0].replace(",", ""))


def linked(kind: str, relation: str) -> list[tuple[str, str]]:
    """(title, target) for each fact of this relation whose target is a thing itself; never empty."""
    pairs = [(title, facts[relation]) for title, facts in of_kind(kind).items() if facts.get(relation) in BY_TITLE]
    assert pairs, f"no {relation} of a {kind} leads to a thing: the check would be empty"
    return pairs


@pytest.mark.parametrize("thing", THINGS, ids=lambda thing: thing["title"])
def test_each_line_has_the_format_of_its_kind(thing: dict[str, Any]) -> None:
    assert set(thing) == {"title", "kind", "facts"} | ({"pronoun"} if thing["kind"] in LIVED else set())
    assert re.fullmatch(NAME, thing["title"]) and not thing["title"].startswith("The ")
    assert thing.get("pronoun", "He") in {"He", "She"}
    assert len(thing["facts"]) >= 2
    for relation, value in thing["facts"].items():
        assert re.fullmatch(FORMATS[thing["kind"]][relation], value), f"{relation}: {value!r}"
        assert value == value.strip() and "  " not in value


def test_titles_differ_for_a_search() -> None:
    counts = Counter(re.sub(r"^the\s+", "", thing["title"].casefold()) for thing in THINGS)
    assert [title for title, count in counts.items() if count > 1] == []


def test_there_are_enough_things_of_each_kind() -> None:
    counts = Counter(thing["kind"] for thing in THINGS)
    assert set(counts) == set(FORMATS)
    assert all(counts[kind] >= least for kind, least in MINIMUM.items()), counts
    assert sum(counts.values()) >= 640
    assert len(THINGS) >= 230


@pytest.mark.parametrize("kind", FORMATS)
def test_most_things_have_three_facts_and_every_relation_is_used(kind: str) -> None:
    things = of_kind(kind)
    assert sum(len(facts) >= 3 for facts in things.values()) >= 0.8 * len(things)
    assert {relation for facts in things.values() for relation in facts} == set(FORMATS[kind])


def test_links_lead_to_the_right_kind() -> None:
    followed = Counter[str]()
    for thing in THINGS:
        for relation, kind in LEADS_TO.items():
            target = BY_TITLE.get(thing["facts"].get(relation, ""))
            if target:
                followed[relation] += 1
                assert target["kind"] == kind, f"{thing['title']}: {relation} is the {target['kind']} {target['title']}"
    assert set(followed) == set(LEADS_TO)


def test_countries_planets_and_who_found_or_made_a_thing_have_their_own_line() -> None:
    keys = ("country", "discoverer", "inventor", "planet")
    named = {thing["facts"][key] for thing in THINGS for key in keys if key in thing["facts"]}
    assert named and named <= set(BY_TITLE)


def test_a_capital_lies_in_the_country_it_governs() -> None:
    for country, capital in linked("country", "capital"):
        assert BY_TITLE[capital]["facts"]["country"] == country


def test_no_city_is_the_capital_of_two_countries() -> None:
    counts = Counter(facts["capital"] for facts in of_kind("country").values() if "capital" in facts)
    assert set(counts.values()) == {1}


def test_the_highest_mountain_lies_in_its_country_or_on_a_border() -> None:
    for country, mountain in linked("country", "highest mountain"):
        assert BY_TITLE[mountain]["facts"].get("country", country) == country


def test_no_mountain_of_a_country_is_higher_than_its_highest() -> None:
    highest = dict(linked("country", "highest mountain"))
    mountains = of_kind("mountain")
    for title, facts in mountains.items():
        if facts.get("country") in highest:
            top = highest[facts["country"]]
            assert number(facts["height"]) <= number(mountains[top]["height"]), f"{title} is higher than {top}"


def test_the_longest_river_lies_in_its_country_or_is_listed_as_crossing_borders() -> None:
    crossing = set()
    for country, river in linked("country", "longest river"):
        owner = BY_TITLE[river]["facts"].get("country")
        assert owner in {country, None}, f"{river} is the longest river of {country} but lies in {owner}"
        if owner is None:
            crossing.add(river)
    assert crossing == CROSS_BORDERS


def test_no_river_of_a_country_is_longer_than_its_longest() -> None:
    longest = dict(linked("country", "longest river"))
    rivers = of_kind("river")
    for title, facts in rivers.items():
        if facts.get("country") in longest:
            top = longest[facts["country"]]
            assert number(facts["length"]) <= number(rivers[top]["length"]), f"{title} is longer than {top}"


def test_populations_of_cities_are_below_those_of_their_countries() -> None:
    countries = of_kind("country")
    for title, country in linked("city", "country"):
        city, whole = of_kind("city")[title].get("population"), countries[country].get("population")
        assert city is None or whole is None or number(city) < number(whole), title


@pytest.mark.parametrize("kind", LIVED)
def test_people_were_born_before_they_died_at_a_possible_age(kind: str) -> None:
    lives = {
        title: (int(facts["birth year"]), int(facts["death year"]))
        for title, facts in of_kind(kind).items()
        if {"birth year", "death year"} <= set(facts)
    }
    assert len(lives) >= 0.9 * MINIMUM[kind]
    assert [title for title, (birth, death) in lives.items() if not birth + 20 < death < 2027] == []
    assert [title for title, (birth, death) in lives.items() if death - birth > 110] == []


@pytest.mark.parametrize(
    ("kind", "who", "when"),
    [
        ("element", "discoverer", "discovery year"),
        ("moon", "discoverer", "discovery year"),
        ("invention", "inventor", "invention year"),
    ],
)
def test_discoveries_and_inventions_fall_within_a_life(kind: str, who: str, when: str) -> None:
    people, checked = of_kind("person"), 0
    for title, name in linked(kind, who):
        year, life = of_kind(kind)[title].get(when), people[name]
        if year and {"birth year", "death year"} <= set(life):
            assert int(life["birth year"]) + 14 < int(year) <= int(life["death year"]), title
            checked += 1
    assert checked >= 15


def test_elements_are_told_apart_by_symbol_and_number() -> None:
    elements = of_kind("element")
    for relation in ("symbol", "atomic number"):
        values = [facts[relation] for facts in elements.values()]
        assert len(set(values)) == len(elements)
    assert {int(facts["atomic number"]) for facts in elements.values()} == set(range(1, 119))


def test_atomic_mass_grows_with_atomic_number() -> None:
    weighed = [facts for facts in of_kind("element").values() if "atomic mass" in facts]
    ordered = sorted(weighed, key=lambda facts: int(facts["atomic number"]))
    falls = {
        (one["symbol"], two["symbol"])
        for one, two in pairwise(ordered)
        if number(one["atomic mass"]) >= number(two["atomic mass"])
    }
    assert falls <= HEAVIER_FIRST
    for facts in ordered:
        if facts["symbol"] != "H":
            assert 1.9 < number(facts["atomic mass"]) / int(facts["atomic number"]) < 2.62, facts["symbol"]


def test_planets_farther_out_take_longer_to_go_around_the_sun() -> None:
    planets = of_kind("planet").values()
    ordered = sorted(planets, key=lambda facts: number(facts["distance from the Sun"]))
    periods = [number(facts["orbital period"]) for facts in ordered]
    assert periods == sorted(set(periods)) and len(periods) == len(ordered)
    for facts in ordered:  # Kepler's third law, Earth as the unit; two per cent for rounding
        years, distance = number(facts["orbital period"]) / 365.25, number(facts["distance from the Sun"]) / 149.6
        assert years**2 == pytest.approx(distance**3, rel=0.02)


def test_moons_are_smaller_than_their_planet_and_not_more_than_it_has() -> None:
    planets, moons = of_kind("planet"), of_kind("moon")
    for moon, planet in linked("moon", "planet"):
        if "diameter" in moons[moon]:
            assert number(moons[moon]["diameter"]) < number(planets[planet]["diameter"]), moon
    listed = Counter(planet for _, planet in linked("moon", "planet"))
    counted = {title: int(facts["number of moons"]) for title, facts in planets.items() if "number of moons" in facts}
    assert counted and all(listed[title] <= count for title, count in counted.items())


def test_a_landmark_stands_in_the_country_of_its_city() -> None:
    landmarks, pairs = of_kind("landmark"), linked("landmark", "city")
    assert len(pairs) >= 40
    for title, city in pairs:
        assert BY_TITLE[city]["facts"]["country"] == landmarks[title]["country"], title


def test_a_country_s_official_language_has_a_line_or_is_known_to_have_none() -> None:
    spoken = {facts["official language"] for facts in of_kind("country").values() if "official language" in facts}
    assert spoken - set(of_kind("language")) == LANGUAGES_WITHOUT_A_LINE


def test_a_language_is_spoken_most_where_it_is_official() -> None:
    checked = 0
    for language, country in linked("language", "country"):
        official = BY_TITLE[country]["facts"].get("official language")
        if official is not None:
            assert official == language, f"most speakers of {language} live in {country}, which has {official}"
            checked += 1
    assert checked >= 20


def test_people_of_one_name_and_their_works_do_not_share_a_title() -> None:
    people = {title for kind in LIVED for title in of_kind(kind)}
    architects = {facts["architect"] for facts in of_kind("landmark").values() if "architect" in facts}
    assert architects and not architects & people


@pytest.mark.parametrize(
    ("kind", "relation", "low", "high"),
    [
        ("country", "population", 300_000, 1_500_000_000),
        ("country", "area", 1_000, 17_100_000),
        ("city", "population", 50_000, 25_000_000),
        ("city", "elevation", 1, 4_000),
        ("city", "founding year", 700, 2000),
        ("element", "melting point", -273.15, 3_422),
        ("element", "discovery year", 1600, 2010),
        ("river", "length", 50, 6_650),
        ("mountain", "height", 1_000, 8_849),
        ("mountain", "first ascent", 1700, 2000),
        ("planet", "diameter", 4_000, 140_000),
        ("planet", "distance from the Sun", 50, 4_600),
        ("planet", "orbital period", 88, 61_000),
        ("planet", "number of moons", 0, 300),
        ("moon", "diameter", 5, 5_270),
        ("moon", "discovery year", 1610, 2020),
        ("invention", "invention year", 1400, 2000),
        ("landmark", "height", 1, 830),
        ("landmark", "completion year", 100, 2025),
        ("composer", "birth year", 1550, 1940),
        ("language", "native speakers", 1, 1_000),
        ("lake", "area", 10, 85_000),
        ("lake", "depth", 5, 1_642),
    ],
)
def test_figures_are_possible(kind: str, relation: str, low: float, high: float) -> None:
    values = {title: number(facts[relation]) for title, facts in of_kind(kind).items() if relation in facts}
    assert values
    assert {title: value for title, value in values.items() if not low <= value <= high} == {}
