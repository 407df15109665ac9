"""Guesses at the tokens that come next, from what was said before: prompt lookup, for speculative decoding.

Agents repeat themselves and each other: names are copied from the question and the results, sentences have a form. What
is guessed is fed together with the token that it follows, and every place is sampled as ever: as long as the samples
are what was guessed, one pass has given several tokens. Nothing changes in the distribution of an answer.
(Saxena 2023, "Prompt Lookup Decoding"; Leviathan et al. 2023, arXiv 2211.17192, with guesses that are certain.)
"""

from collections.abc import Container, Sequence

_LENGTHS = (4, 2)
"""Of the beginnings that are looked up, the longest first."""
CONTEXT = max(_LENGTHS)
"""Tokens before a place that say what is guessed there."""
_MOST = 100_000
"""Beginnings of each length that are remembered, some 200 bytes each."""


class Guesses:
    """What last followed each few tokens, in any text that went through a model."""

    def __init__(self, ends: Container[int]) -> None:
        """Nothing is guessed after a token of `ends`."""
        self._ends = ends
        self._next: dict[int, dict[tuple[int, ...], int]] = {length: {} for length in _LENGTHS}

    def learn(self, ids: Sequence[int]) -> None:
        """A text, or a piece of one with the `CONTEXT` tokens before it."""
        for length, known in self._next.items():
            if len(known) > _MOST:
                known.clear()  # one flow's texts are enough to guess well again
            beginnings = zip(*(ids[place:] for place in range(length)), strict=False)
            known.update(zip(beginnings, ids[length:], strict=False))

    def after(self, ids: Sequence[int], most: int) -> list[int]:
        """What may follow a text of which these are the last tokens, `CONTEXT` where it has so many."""
        text, begin = list(ids), len(ids)
        while len(text) < begin + most and text[-1] not in self._ends:
            found = (known.get(tuple(text[-length:])) for length, known in self._next.items())
            token = next((token for token in found if token is not None), None)
            if token is None:
                break
            text.append(token)
        return text[begin:]
