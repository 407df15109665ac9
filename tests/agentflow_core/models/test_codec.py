"""Text to ids and back: shortcuts give what the long way gives."""

from functools import cache
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoTokenizer

from agentflow_core.models import Message
from agentflow_core.models.local.codec import Codec

POCKET = Path(__file__).parents[3] / "assets" / "pocket" / "base"
PIECES = st.sampled_from(
    ["<q>", " Who", " is", " <b>", "é", "<res> ", "<end>", "< end>", " 12,5", "\u200b", "<ana>", "x<val>y", "<", "\n"]
)


@cache
def codec() -> Codec:
    return Codec(AutoTokenizer.from_pretrained(POCKET), "pocket", "pocket")


@given(st.lists(PIECES, max_size=30).map("".join))
def test_a_transcript_in_pieces_has_the_tokens_of_the_whole(text: str) -> None:
    assert codec().prompt([Message(role="user", content=text)]) == codec().encode(text)


@given(st.lists(st.integers(0, 2047), max_size=40))
def test_ids_decoded_at_once_are_those_decoded_one_by_one(ids: list[int]) -> None:
    detokenizer = codec().detokenizer()
    pieces = [detokenizer.push(token) for token in ids]
    assert codec().decode(ids) == "".join([*pieces, detokenizer.flush()])
