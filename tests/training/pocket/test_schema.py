"""The schema says each thing in many ways, and no sentence leaves open which relation it is about."""

import re
from itertools import combinations

import pytest

from training.pocket.schema import INTRO, KINDS, Relation, paths

EACH = [
    pytest.param(kind, relation, id=f"{kind}: {relation.name}")
    for kind, relations in KINDS.items()
    for relation in relations.values()
]


def skeleton(sentence: str) -> str:
    """The words without punctuation and articles, so that a moved comma does not count as a wording."""
    words = re.sub(r"[^\w{}' ]", " ", sentence.casefold().replace("{p}", "it").replace("'s", "")).split()
    return " ".join(word for word in words if word not in {"the", "a", "an"})


def fields(sentence: str) -> set[str]:
    return set(re.findall(r"{(\w)}", sentence))


@pytest.mark.parametrize(("kind", "relation"), EACH)
def test_each_relation_is_told_in_twelve_ways_and_three_held_out(kind: str, relation: Relation) -> None:
    wordings = [skeleton(sentence) for sentence in (*relation.sentences, *relation.held)]
    assert len(relation.sentences) >= 12 and len(relation.held) == 3
    assert len(set(wordings)) == len(wordings)


@pytest.mark.parametrize(("kind", "relation"), EACH)
def test_sentences_name_the_value_once_and_nothing_unknown(kind: str, relation: Relation) -> None:
    for sentence in (*relation.sentences, *relation.held):
        assert sentence.count("{v}") == 1 and sentence.endswith(".")
        assert fields(sentence) <= {"n", "v", "p"}, sentence
        assert "{p}" not in sentence or kind in ("person", "composer"), sentence
        assert sentence[0] == "{" or sentence[0].isupper()


@pytest.mark.parametrize(("kind", "relation"), EACH)
def test_three_quarters_put_the_cue_before_the_value(kind: str, relation: Relation) -> None:
    first = [sentence for sentence in relation.sentences if sentence.endswith("{v}.")]
    assert len(first) >= 0.75 * len(relation.sentences)


@pytest.mark.parametrize("kind", KINDS)
def test_no_two_relations_of_a_kind_share_a_wording(kind: str) -> None:
    for one, two in combinations(KINDS[kind].values(), 2):
        shared = {skeleton(s) for s in (*one.sentences, *one.held)} & {skeleton(s) for s in (*two.sentences, *two.held)}
        assert not shared, (one.name, two.name)
        assert not set(one.nouns) & set(two.nouns)


@pytest.mark.parametrize(("kind", "relation"), EACH)
def test_each_relation_can_be_asked_about(kind: str, relation: Relation) -> None:
    assert len(set(relation.ask)) == len(relation.ask) >= 5 and relation.nouns
    assert all(fields(question) == {"x"} for question in relation.ask)
    assert all(question.endswith("?") for question in relation.ask)
    if relation.value == "number":
        assert len(relation.more) >= 3 and len(relation.less) >= 3
    for pair, names in ((relation.more + relation.less, {"a", "b"}), (relation.minus + relation.plus, {"x", "y"})):
        assert all(fields(question) == names for question in pair)


@pytest.mark.parametrize("kind", KINDS)
def test_questions_of_one_kind_ask_for_one_relation(kind: str) -> None:
    asked = [q for r in KINDS[kind].values() for q in (*r.ask, *r.more, *r.less, *r.minus, *r.plus)]
    assert len(set(asked)) == len(asked)


def test_families_have_enough_wordings_from_the_schema() -> None:
    relations = [relation for kinds in KINDS.values() for relation in kinds.values()]
    for take in ("ask", "nouns", "more", "less", "minus", "plus"):
        assert len({wording for relation in relations for wording in getattr(relation, take)}) >= 8


def test_every_link_leads_to_a_kind_and_every_kind_has_an_introduction() -> None:
    assert set(INTRO) == set(KINDS)
    known = {*KINDS, "number", "text", "field", "symbol"}
    assert {relation.value for kinds in KINDS.values() for relation in kinds.values()} <= known
    assert all(len(texts) >= 2 and fields(text) == {"n"} for texts in INTRO.values() for text in texts)


def test_walks_of_all_lengths_start_at_all_kinds_that_have_links() -> None:
    linked = {kind for kind, kinds in KINDS.items() if any(r.value in KINDS for r in kinds.values())}
    assert {kind for kind, _ in paths(1)} == set(KINDS)
    assert {kind for kind, _ in paths(2)} == linked and {kind for kind, _ in paths(3)} <= linked
    assert ("moon", ("planet", "distance from the Sun")) in paths(2, numeric=True)
    assert ("country", ("official language", "script")) in paths(2)


def test_a_question_means_one_relation_whatever_kind_its_thing_is() -> None:
    """Whoever plans sees a name that may be of any kind: nothing but the wording can say which relation is meant."""
    meant: dict[str, set[str]] = {}
    for relations in KINDS.values():
        for r in relations.values():
            for wording in {skeleton(w) for w in (*r.nouns, *r.ask, *r.more, *r.less, *r.minus, *r.plus)}:
                meant.setdefault(wording, set()).add(r.name)
    assert {wording: names for wording, names in meant.items() if len(names) > 1} == {}
