"""Recorded flows: what is committed is whole, small and true; recording again goes on where it stopped."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from demo import record, recordings
from demo.lessons import LESSONS, TRAINED, UNTRAINED, Flown, Lesson, Pair
from demo.record import LARGEST_BYTES, Shelf, slim
from demo.recordings import FOLDER, events_of
from tests.agentflow_core.flows import collect, make, scripted, stored
from training.pocket.question import Question

ALL = [
    lesson
    for entry in LESSONS
    for lesson in ((entry.untrained, entry.trained) if isinstance(entry, Pair) else (entry,))
]
COMMITTED = recordings.recordings()
QUESTIONS = [Question(family, f"{family} {n}?", "", "42") for family in ("look2", "sum") for n in range(3)]


def test_lessons_have_different_names() -> None:
    assert len({lesson.name for lesson in ALL}) == len(ALL) >= 12


@pytest.mark.skipif(not COMMITTED, reason="nothing was recorded yet: python -m demo.record")
def test_the_committed_recordings_are_whole_small_and_true() -> None:
    assert len(COMMITTED) >= 12
    for known in COMMITTED:
        assert (FOLDER / f"{known.name}.json").stat().st_size <= LARGEST_BYTES
        flown = Flown(Question("", known.question, "", known.gold), known.planner, tuple(events_of(known.name)))
        assert (flown.right, flown.turns, flown.state.question) == (known.right, known.turns, known.question)
        assert known.rival is None or known.rival in {other.name for other in COMMITTED}
    assert {path.name for path in FOLDER.iterdir()} == {"index.json", *(f"{known.name}.json" for known in COMMITTED)}


def flown_with(events: Sequence[Any], gold: str = "42", planner: str = TRAINED) -> Flown:
    return Flown(Question("look2", "What is it?", "", gold), planner, tuple(events))


async def test_what_a_flow_shows_is_read_from_its_events() -> None:
    plain = flown_with(stored(await collect(make())))
    assert plain.right and plain.clean and not plain.loops
    same = '{"text": "part 1"}'
    looping = flown_with(stored(await collect(make(scripted(executor=[same] * 2)))))
    assert looping.loops and not looping.clean
    unreadable = flown_with(stored(await collect(make(scripted(executor=["{", same])))))
    assert unreadable.unreadable == 1 and not unreadable.clean
    assert not flown_with(plain.events, gold="43").right


async def test_a_slimmed_flow_is_the_same_flow() -> None:
    events = stored(await collect(make()))
    assert flown_with(slim(events)).state == flown_with(events).state


async def test_recording_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flights: list[str] = []

    async def fly(question: Question, planner: str, heat: float) -> Flown:
        flights.append(question.text)
        events = stored(await collect(make(), question.text))
        return Flown(question, planner, tuple(events))

    monkeypatch.setattr(record, "fly", fly)
    lessons = (
        Lesson("one", "One", "It shows one.", ("look2",), lambda flown: "1" in flown.question.text),
        Lesson("none", "None", "Nothing shows it.", ("sum",), lambda flown: False),
        Pair(
            Lesson("pair-a", "A", "a", ("sum",), lambda flown: True, UNTRAINED),
            Lesson("pair-b", "B", "b", ("sum",), lambda flown: True),
            lambda a, b: a.planner == UNTRAINED and "2" in b.question.text,
        ),
    )
    monkeypatch.setattr(record, "LESSONS", lessons)
    assert await record.record(Shelf(tmp_path, "weights-1"), QUESTIONS) == ["none"]
    listed = json.loads((tmp_path / "index.json").read_text())
    assert [(one["name"], one["question"], one["rival"]) for one in listed] == [
        ("one", "look2 1?", None),
        ("pair-a", "sum 2?", "pair-b"),
        ("pair-b", "sum 2?", "pair-a"),
    ]
    flights.clear()
    await record.record(Shelf(tmp_path, "weights-1"), QUESTIONS)
    assert all(text.startswith("sum") for text in flights), "only what is missing is looked for again"
    await record.record(Shelf(tmp_path, "weights-2"), QUESTIONS)
    assert "look2 1?" in flights, "other weights are recorded anew"
