"""A key is in no text that a server sends back, however it is spelled and wherever the stream is cut."""

from urllib.parse import quote

import pytest

from agentflow_core.models.hidden import Hidden, Stream

KEY = 'sk-canary/+="x&y-77'


@pytest.mark.parametrize("spelled", [KEY, quote(KEY), quote(KEY, safe=""), "sk-canary/+=&quot;x&amp;y-77"])
def test_no_spelling_is_shown(spelled: str) -> None:
    assert Hidden(KEY).in_text(f"Bearer {spelled}, {spelled}") == "Bearer [key], [key]"


@pytest.mark.parametrize("size", range(1, 25))
def test_nor_one_that_comes_in_pieces(size: int) -> None:
    text = f"sk- s you are Bearer {KEY}! sk-canary 😀 {KEY} sk"
    stream = Stream(Hidden(KEY))
    pieces = [stream.add(text[start : start + size]) for start in range(0, len(text), size)]
    assert "".join([*pieces, stream.end()]) == text.replace(KEY, "[key]")


def test_halves_of_a_character_are_joined_and_without_a_key_nothing_else_waits() -> None:
    stream = Stream(Hidden(""))
    assert [stream.add(piece) for piece in ("a", "\ud83d", "\ude00", "b\ud83d")] == ["a", "", "😀", "b"]
    assert stream.end() == "\ufffd"
