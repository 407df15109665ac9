"""What one relation is, and how its wordings are written down.

The kinds are pure data, one file each. Wordings are written as prose and split at the ends of sentences, so that a
file reads as a list of what an article may say. A sentence may use {n} (the thing), {v} (the value) and {p} (He, She
or It); a question {x} (a phrase for a thing), {a} and {b}, or {x} and {y} (two things). Most sentences put the cue
before the value: a small model that copies from left to right finds those far more easily.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Relation:
    """One relation: `value` is the kind of thing it leads to, or "number", "text", "field", "symbol".

    `held` sentences are never trained on, they measure generalisation. `more` asks for the larger of two, `less` for
    the smaller, `minus` for a difference, `plus` for a sum.
    """

    name: str
    value: str
    sentences: tuple[str, ...]
    held: tuple[str, str, str]
    nouns: tuple[str, ...]
    ask: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    plus: tuple[str, ...] = ()


def told(text: str) -> tuple[str, ...]:
    """The sentences of a paragraph, one wording each."""
    return tuple(" ".join(sentence.split()) for sentence in re.split(r"(?<=[.?])\s+", text.strip()))


def held(text: str) -> tuple[str, str, str]:
    """The three held-out sentences of a paragraph."""
    one, two, three = told(text)
    return one, two, three
