"""What is guessed of a text's next tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentflow_core.models.local import guesses
from agentflow_core.models.local.guesses import Guesses

END = 1


def knowing(*texts: list[int]) -> Guesses:
    known = Guesses({END})
    for text in texts:
        known.learn(text)
    return known


def test_what_was_said_before_is_guessed_again() -> None:
    assert knowing([5, 6, 7, 8, 9]).after([5, 6], 2) == [7, 8]


def test_the_longer_beginning_decides() -> None:
    known = knowing([2, 3, 4, 5, 6], [7, 7, 4, 5, 8])
    assert known.after([2, 3, 4, 5], 1) == [6]
    assert known.after([9, 9, 4, 5], 1) == [8], "the later of the two"


def test_a_loop_is_guessed_on_and_on() -> None:
    assert knowing([3, 4, 3, 4, 3]).after([4, 3], 6) == [4, 3, 4, 3, 4, 3]


def test_nothing_is_guessed_where_nothing_is_known_or_after_an_end() -> None:
    known = knowing([5, 6, END, 7, 8])
    assert known.after([8, 9], 4) == []
    assert known.after([5, 6], 4) == [END]
    assert known.after([6, END], 4) == []


def test_a_piece_is_learnt_with_what_came_before_it() -> None:
    known = Guesses({END})
    known.learn([2, 3, 4, 5, 6])
    known.learn([3, 4, 5, 6, 7])
    assert known.after([2, 3], 9) == [4, 5, 6, 7]


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guesses, "_MOST", 10)
    known = Guesses({END})
    for begin in range(100):
        known.learn(list(range(begin, begin + 6)))
        assert all(len(table) <= 10 + 6 for table in known._next.values())


@given(st.lists(st.integers(0, 5), max_size=30), st.lists(st.integers(0, 5), min_size=1, max_size=6), st.integers(0, 6))
def test_at_most_as_many_as_asked_for_and_each_was_seen(text: list[int], last: list[int], most: int) -> None:
    found = knowing(text).after(last, most)
    assert len(found) <= most
    assert set(found) <= set(text)
    assert END not in found[:-1]
