"""Questions: every family is worded in many ways, some of them never in training, and no kind of thing dominates."""

import random
import re
from collections import Counter

import pytest

from training.pocket import calculations, talk, untold, wording
from training.pocket.questions import Asker
from training.pocket.schema import KINDS, paths
from training.pocket.wording import Wording
from training.pocket.world import World, invent

WORDINGS = {
    name: value for module in (wording, untold) for name, value in vars(module).items() if isinstance(value, Wording)
}


@pytest.fixture(scope="module")
def world() -> World:
    return invent(7)


def test_each_group_of_wordings_holds_two_out() -> None:
    assert len(WORDINGS) >= 9
    for name, group in WORDINGS.items():
        assert len(group.held) >= 2, name
        assert not set(group.held) & set(group.shown), name
    families = [("GENERAL",), ("PLUS", "MINUS", "LIFE"), ("COMPARE",), ("CALCULATE",), ("SOLVE",), ("CONVERT",)]
    families.append(("SPAN", "LATER", "EARLIER"))
    for names in families:
        assert sum(len(set(WORDINGS[n].shown)) + len(WORDINGS[n].held) for n in names) >= 8, names


def test_held_out_wordings_are_asked_only_when_asked_for(world: World) -> None:
    held = [w.split("{")[0] for group in WORDINGS.values() for w in group.held if not w.startswith("{")]
    starts = tuple(start for start in held if len(start) > 8)
    assert len(starts) > 10
    families = ("look2", "sum", "cmp", "arith", "eq", "units")
    shown = [Asker(world, random.Random(seed)).ask(family).text for seed in range(40) for family in families]
    unseen = [Asker(world, random.Random(s), held=True).ask(f).text for s in range(40) for f in families]
    assert sum(text.startswith(starts) for text in unseen) > 100
    common = tuple(w.split("{")[0] for group in WORDINGS.values() for w in group.shown)
    clear = tuple(start for start in starts if not any(start.startswith(c) for c in common if c))
    assert clear
    assert not [text for text in shown if text.startswith(clear)]


def test_loose_wordings_keep_what_is_asked_about_and_meet_no_held_one() -> None:
    rng = random.Random(1)
    for name, group in WORDINGS.items():
        told = set(re.findall(r"{\w+}", group.shown[0]))
        for _ in range(300 if group.loose else 0):
            text = group.loosened(rng)
            assert set(re.findall(r"{\w+}", text)) == told, (name, text)
            assert not re.search(r"[_~]| {2}|^ | $", text), (name, text)
            assert text not in group.held, name


def test_no_article_tells_the_untold() -> None:
    told = {noun for relations in KINDS.values() for relation in relations.values() for noun in relation.nouns}
    nouns = [noun for group in (untold.THINGS, untold.PEOPLE) for noun in (*group.shown, *group.held)]
    assert "capital" in told and len(nouns) > 100
    assert not told & set(nouns)
    assert len(set(nouns)) == len(nouns)


def test_small_talk_holds_sayings_out() -> None:
    shown = {talk.exchange(random.Random(seed))[0].casefold().rstrip("?.!") for seed in range(3000)}
    held = {talk.exchange(random.Random(seed), held=True)[0].casefold().rstrip("?.!") for seed in range(3000)}
    assert len(held) > 50
    assert not held & shown


def test_replies_to_held_out_sayings_are_known_replies() -> None:
    known = {talk.exchange(random.Random(seed))[1] for seed in range(3000)}
    assert {talk.exchange(random.Random(seed), held=True)[1] for seed in range(3000)} <= known


@pytest.mark.parametrize("family", ["look1", "look2", "look3"])
def test_no_kind_dominates_the_starts_of_chains(world: World, family: str) -> None:
    asker, questions = Asker(world, random.Random(1)), 400
    kinds: Counter[str] = Counter()
    for _ in range(questions):
        chain = asker.ask(family).chains[0]
        if thing := world.things.get(chain.subject):
            kinds[thing.kind] += 1
    starts = {kind for kind, _ in paths(int(family[-1]))}
    assert set(kinds) == starts
    assert max(kinds.values()) < 2.5 * questions / len(starts)


@pytest.mark.parametrize(("expression", "words"), [("* 1000", "metres"), (" - ", "years"), ("/ 60", "hours")])
def test_units_and_years_are_asked_in_words(expression: str, words: str) -> None:
    rng = random.Random(1)
    asked = [calculations.units(rng, lambda what: what.draw(rng, held=False)) for _ in range(300)]
    hits = [question for question in asked if expression in question.command and words in question.text]
    assert hits
    assert all(question.family == "units" and not question.chains for question in asked)
    assert all(len(question.answer.partition(".")[2]) <= 3 for question in asked)
