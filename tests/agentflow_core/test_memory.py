"""Memory: append-only, deterministic, within its budget, every cut marked."""

from hypothesis import given
from hypothesis import strategies as st

from agentflow_core.events import Command, Plan, Verdict
from agentflow_core.memory import FLOOR_CHARACTERS, Entry, build, condensed, entries_of, fits, shorten
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


# --- older entries of the chat dialect -----------------------------------------------------------------------------

PERU = (
    "Peru is a country in South America. It has many mountains. " * 5
    + "The longest river of Peru is the Ucayali. Its people like potatoes. " * 1
    + "There are many other things to say about it. " * 5
)


def asked(goal: str, result: str) -> Entry:
    return Entry(1, "c", goal, "wikipedia_search", "Peru", result, False, "its length is missing")


def test_an_older_entry_keeps_its_goal_and_the_sentence_that_it_asked_for() -> None:
    old = condensed(asked("Find the longest river of Peru", PERU))
    assert (old.turn, old.sub_goal, old.tool) == (1, "Find the longest river of Peru", "wikipedia_search")
    assert "The longest river of Peru is the Ucayali." in old.result and len(old.result) < 200
    assert old.result.endswith(f"… [of {len(PERU):,}]")
    assert (old.command, old.stop, old.reason) == ("", None, "")


def test_a_short_result_is_kept_whole() -> None:
    assert condensed(asked("add", "7,883")).result == "7,883"


def test_a_result_with_no_word_of_what_was_asked_is_cut_to_its_beginning() -> None:
    text = "Nothing here. " + "More of the same. " * 50
    assert condensed(asked("???", text)).result.startswith("Nothing here. More of the same.")


def test_a_chinese_result_is_searched_by_its_characters() -> None:
    text = "秘鲁是南美洲国家。那里有许多山。" * 20 + "最长的河流是乌卡亚利河。" + "人们喜欢土豆。" * 20
    assert "最长的河流是乌卡亚利河。" in condensed(asked("找出最长的河流", text)).result


@given(st.text(max_size=3000), st.text(max_size=100))
def test_an_older_result_is_short_and_made_of_the_results_own_words(result: str, goal: str) -> None:
    old = condensed(asked(goal, result)).result
    assert old == result or len(old) < 450
    for piece in old.rsplit(" [of ", 1)[0].split("…") if old != result else []:
        assert all(word in result for word in piece.split())


def test_all_but_the_newest_entry_are_older_and_read_the_same_in_every_later_prompt() -> None:
    turns = [turn(n, f"Part {n} is {n * 7}. " * 100) for n in range(1, 6)]
    four, five = entries_of(turns[:4], condensed), entries_of(turns, condensed)
    assert four[3].result == turns[3].result.text and five[3] != four[3]  # type: ignore[union-attr]
    assert four[:3] == five[:3] and all(len(e.result) < 200 for e in five[:4])


def test_nothing_is_counted_where_the_bytes_fit() -> None:
    def never(_: str) -> int:
        raise AssertionError("counted")

    entries = entries_of([turn(1, "é" * 100)])
    size = len(entries[0].text.encode())
    assert fits(entries, size) and build(entries, size, never).entries == tuple(entries)
    assert not fits(entries, size - 1)
