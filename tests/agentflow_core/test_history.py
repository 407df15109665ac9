"""The history: everyone has their own shelf; what is on it is found by its words, named, marked and deleted."""

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentflow_core import BadInput, Event, RunStore, new_run_id
from agentflow_core.history import History, Wanted, match_query
from agentflow_core.store import StoreError
from tests.agentflow_core.flows import collect, make, scripted, stored
from tests.demo.flows import recorded

ANN, BEN = "ann's secret", "ben's secret"


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(RunStore(tmp_path / "runs.sqlite"))


def kept(history: History, events: list[Event], owner: str = ANN) -> str:
    run = new_run_id()
    for event in events:
        history.store.append(run, event)
    assert history.claim(owner, run)
    return run


def found(history: History, **wanted: object) -> list[str]:
    return [entry.run for entry in history.find(ANN, Wanted.model_validate(wanted))]


def test_everyone_sees_only_their_own_runs(history: History) -> None:
    mine, theirs = kept(history, recorded("mine")), kept(history, recorded("theirs"), BEN)
    assert found(history) == [mine]
    assert found(history, text="theirs") == []
    assert [entry.run for entry in history.find(BEN)] == [theirs]


def test_a_run_stays_with_whom_it_came_to_first(history: History) -> None:
    run = kept(history, recorded())
    assert history.claim(BEN, run)
    assert history.find(BEN) == [] and history.owns(ANN, run) and not history.owns(BEN, run)
    assert not history.claim(ANN, new_run_id()), "a run that is not in the store cannot be kept"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("much higher", "question"),
        ("HIGHEST mountain of Germany", "plan"),
        ("volcano", "result"),
        ("814 metres", "answer"),
        ("zugspit", "the beginning of a word"),
        ("zugspitze volcano", "words in different places"),
    ],
)
def test_a_run_is_found_by_words_of_any_part(history: History, text: str, where: str) -> None:
    run = kept(history, recorded())
    kept(history, stored_flow := recorded("Hello!")[:1])
    assert stored_flow and found(history, text=text) == [run], where
    excerpt = history.find(ANN, Wanted(text=text))[0].found
    assert "\x02" in excerpt and "\x03" in excerpt


def test_characters_without_spaces_between_words_are_found(history: History) -> None:
    run = kept(history, recorded("富士山比楚格峰高多少？"))
    kept(history, recorded("法国的首都是什么？"))
    assert found(history, text="富士") == [run] == found(history, text="高多少")
    assert found(history, text="士富") == []


@settings(deadline=None)
@given(st.text(max_size=60))
def test_whatever_is_typed_is_no_operator(text: str) -> None:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE t USING fts5(a, tokenize = 'unicode61 remove_diacritics 2')")
    if query := match_query(text):
        db.execute("SELECT * FROM t WHERE t MATCH ?", (query,)).fetchall()


async def test_filters(history: History) -> None:
    rich = kept(history, recorded())
    plain = kept(history, stored(await collect(make(scripted()))))
    cut = kept(history, stored(await collect(make(scripted(turns=5), turns=1))))
    assert set(found(history)) == {rich, plain, cut}
    assert found(history, tool="math_solver") == [rich]
    assert found(history, outcome="failed") == [cut]
    assert set(found(history, outcome="answered")) == {rich, plain}
    assert found(history, outcome="trouble") == [rich]
    history.mark(ANN, plain, "right")
    history.mark(ANN, rich, "wrong")
    assert found(history, mark="right") == [plain] and found(history, mark="wrong") == [rich]
    history.mark(ANN, rich, "")
    assert found(history, mark="wrong") == []


def test_a_run_under_way_is_listed_and_grows(history: History) -> None:
    events = recorded()
    run = kept(history, events[:4])
    assert (history.find(ANN)[0].status, found(history, text="volcano")) == (None, [])
    for event in events[4:]:
        history.store.append(run, event)
    assert found(history, text="volcano") == [run]
    entry = history.find(ANN)[0]
    assert (entry.status, entry.turns, entry.trouble) == ("answered", 4, 2)
    assert entry.answer is not None and entry.answer.startswith("Mount Fuji is 814")


def test_a_name_is_shown_and_searched(history: History) -> None:
    run = kept(history, recorded())
    history.rename(ANN, run, "  my \n favourite ")
    assert history.find(ANN, Wanted(text="favour"))[0].name == "my favourite"
    history.rename(ANN, run, "")
    assert found(history, text="favour") == []


def test_a_deleted_run_is_gone_with_its_words(history: History) -> None:
    run = kept(history, recorded())
    history.find(ANN)
    history.delete(ANN, run)
    assert history.find(ANN) == []
    assert history._db.execute("SELECT count(*) FROM texts").fetchone() == (0,)
    with pytest.raises(BadInput):
        history.store.events(run)


@pytest.mark.parametrize("act", ["rename", "mark", "delete"])
def test_nobody_changes_anothers_run(history: History, act: str) -> None:
    run = kept(history, recorded())
    more = {"rename": ("mine now",), "mark": ("wrong",)}.get(act, ())
    with pytest.raises(BadInput, match="not in your history"):
        getattr(history, act)(BEN, run, *more)
    assert history.find(ANN)[0].run == run


def test_a_run_of_another_version_stays_listed(history: History) -> None:
    run = kept(history, recorded())
    history.store._db.execute("UPDATE events SET body = '{}' WHERE seq = 3")
    history.store._db.commit()
    with pytest.raises(StoreError):
        history.store.events(run)
    assert history.find(ANN)[0].status == "unreadable"
    assert found(history, text="higher") == [run]
