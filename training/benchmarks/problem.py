"""One question of a benchmark, whatever file it came from."""

from dataclasses import dataclass
from string import ascii_uppercase


@dataclass(frozen=True)
class Problem:
    """`gold` are the accepted answers as published; `kind` says how an answer is checked (see `scoring`)."""

    id: str
    text: str
    gold: tuple[str, ...]
    kind: str
    family: str = ""
    options: tuple[str, ...] = ()
    """Of multiple choice, without their letters."""
    correct: str = ""
    """The letter of the right option."""
    numbers: tuple[int, ...] = ()
    """Of the game of 24."""

    @property
    def letters(self) -> str:
        return ascii_uppercase[: len(self.options)]
