"""Memory: append-only, deterministic, within its budget, every cut marked."""

from hypothesis import given
from hypothesis import strategies as st

from agentflow_core.events import Command, Plan, Verdict
from agentflow_core.memory import FLOOR_CHARACTERS, build, entries_of, fits, shorten
from agentflow_core.state import Turn
from tools.base import ToolResult


def turn(number: int, result: str) -> Turn:
    return Turn(
        number=number,
        plan=Plan(context="known", sub_goal=f"goal {number}", tool="echo"),
        command=Command(arguments={"text": f"part {number}"}),
        result=ToolResult(text=result),
        verdict=Verdict(stop=False, reason="more"),
    )


def count(text: str) -> int:
    return len(text) // 4 + 1


def test_all_is_kept_when_it_fits() -> None:
    memory = build(entries_of([turn(1, "a" * 900), turn(2, "b" * 900)]), 10_000, count)
    assert [len(e.result) for e in memory.entries] == [900, 900] and memory.left_out == 0


def test_the_oldest_result_is_shortened_first_and_the_cut_is_marked() -> None:
    memory = build(entries_of([turn(1, "a" * 4000), turn(2, "b" * 800)]), 600, count)
    assert memory.entries[0].result.endswith("[shortened: 300 of 4,000 characters]")
    assert memory.entries[1].result == "b" * 800


def test_a_turn_that_failed_is_there_as_failed() -> None:
    failed = Turn(number=1, failure="the planner gave no usable text")
    (entry,) = entries_of([failed])
    assert entry.result == "Error: the planner gave no usable text" and entry.stop is False


def test_a_turn_under_way_without_a_result_is_not_there() -> None:
    assert entries_of([Turn(number=1, plan=turn(1, "").plan)]) == []


@given(st.lists(st.integers(0, 3000), max_size=12), st.integers(100, 3000))
def test_it_fits_or_only_the_newest_is_left(sizes: list[int], budget: int) -> None:
    turns = [turn(n, "x" * size) for n, size in enumerate(sizes, 1)]
    memory = build(entries_of(turns), budget, count)
    assert sum(count(e.text) for e in memory.entries) <= budget or len(memory.entries) == 1
    assert memory.left_out + len(memory.entries) == len(turns)
    assert [e.turn for e in memory.entries] == list(range(memory.left_out + 1, len(turns) + 1))


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=10))
def test_an_entry_once_shortened_does_not_change_again(sizes: list[int]) -> None:
    turns = [turn(n, "x" * size) for n, size in enumerate(sizes, 1)]
    before = {e.turn: e.result for e in build(entries_of(turns[:-1]), 800, count).entries}
    after = {e.turn: e.result for e in build(entries_of(turns), 800, count).entries}
    for number in before.keys() & after.keys():
        if "[shortened" in before[number]:
            assert after[number] == before[number]


def test_shorten_leaves_short_text_alone() -> None:
    assert shorten("x" * FLOOR_CHARACTERS, FLOOR_CHARACTERS) == "x" * FLOOR_CHARACTERS


def test_nothing_is_counted_where_the_bytes_fit() -> None:
    def never(_: str) -> int:
        raise AssertionError("counted")

    entries = entries_of([turn(1, "é" * 100)])
    size = len(entries[0].text.encode())
    assert fits(entries, size) and build(entries, size, never).entries == tuple(entries)
    assert not fits(entries, size - 1)
