"""How questions are worded: for each family the wordings that training shows, and those held out to test with.

Wordings that belong to one relation ("Who invented {x}?") are in `schema/`; those here fit any.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Wording:
    """Wordings of one thing to ask: `shown` in training, `held` never."""

    shown: tuple[str, ...]
    held: tuple[str, ...]

    def draw(self, rng: random.Random, held: bool) -> str:
        """One of them, of the held-out ones if asked for."""
        return rng.choice(self.held if held else self.shown)


GENERAL = Wording(
    (
        "What is {x}?",
        "What is {x}?",
        "What's {x}?",
        "Tell me {x}.",
        "Please find {x}.",
        "Can you tell me {x}?",
        "I would like to know {x}.",
        "Look up {x}.",
        "Find {x}.",
        "Do you know {x}?",
    ),
    ("Give me {x}, please.", "I want to learn {x}.", "{x}, what is it?", "Could you say what {x} is?"),
)
PLUS = Wording(
    (
        "What is the sum of {x} and {y}?",
        "Add {x} and {y}.",
        "What do you get if you add {x} to {y}?",
        "How much are {x} and {y} together?",
        "What is {x} plus {y}?",
        "Add up {x} and {y}.",
        "What do {x} and {y} add up to?",
    ),
    ("What is the total of {x} and {y}?", "Take {x} and add {y}.", "Put {x} and {y} together: how much is it?"),
)
MINUS = Wording(
    (
        "What is the difference between {x} and {y}?",
        "Subtract {y} from {x}.",
        "How much larger is {x} than {y}?",
        "What is {x} minus {y}?",
        "How far apart are {x} and {y}?",
        "By how much does {x} exceed {y}?",
    ),
    ("What is left of {x} without {y}?", "Take {y} away from {x}.", "How much more is {x} than {y}?"),
)
COMPARE = Wording(
    (
        "Which has the {c} {r}, {a} or {b}?",
        "Does {a} or {b} have the {c} {r}?",
        "Of {a} and {b}, which has the {c} {r}?",
        "Compare {a} and {b}: which one has the {c} {r}?",
        "{a} or {b}: which has the {c} {r}?",
        "Which of the two has the {c} {r}: {a} or {b}?",
    ),
    ("Between {a} and {b}, whose {r} is {c}?", "Is the {r} of {a} or that of {b} {c}?"),
)
LARGER, SMALLER = ("larger", "higher", "greater"), ("smaller", "lower")
LIFE = Wording(
    (
        "How many years did {x} live?",
        "How old did {x} become?",
        "At what age did {x} die?",
        "How old was {x} at death?",
        "What age did {x} reach?",
    ),
    ("How long did {x} live?", "How old did {x} get?"),
)
CALCULATE = Wording(
    (
        "What is {e}?",
        "Calculate {e}.",
        "Compute {e}.",
        "How much is {e}?",
        "Work out {e}.",
        "{e}",
        "{e} = ?",
        "What's {e}?",
    ),
    ("Evaluate {e}.", "Tell me what {e} is.", "What does {e} make?"),
)
SOLVE = Wording(
    (
        "Solve {e}.",
        "Solve {e} for x.",
        "What is x if {e}?",
        "Find x: {e}",
        "Solve the equation {e}.",
        "{e}, x = ?",
        "For which x is {e}?",
    ),
    ("Given {e}, what is x?", "Which x satisfies {e}?", "Find the solutions of {e}."),
)
CONVERT = Wording(
    (
        "How many {to} are {n} {of}?",
        "How many {to} are there in {n} {of}?",
        "Convert {n} {of} to {to}.",
        "What is {n} {of} in {to}?",
        "How many {to} is {n} {of}?",
        "Express {n} {of} in {to}.",
        "{n} {of} in {to}?",
        "Change {n} {of} into {to}.",
    ),
    ("How many {to} do {n} {of} make?", "Turn {n} {of} into {to}.", "Write {n} {of} in {to}."),
)
SPAN = Wording(
    (
        "How many years are there from {a} to {b}?",
        "How many years are there between {a} and {b}?",
        "How many years passed between {a} and {b}?",
        "How many years after {a} is {b}?",
        "How many years lie between {a} and {b}?",
        "How old was someone born in {a} in the year {b}?",
        "From {a} to {b}, how many years is that?",
        "How many years is it from {a} to {b}?",
    ),
    ("How many years went by from {a} until {b}?", "What is the time in years from {a} to {b}?"),
)
LATER = Wording(
    (
        "What year is {n} years after {a}?",
        "Which year comes {n} years after {a}?",
        "What year was it {n} years after {a}?",
        "In what year are {n} years over, counted from {a}?",
    ),
    ("What year do you get {n} years on from {a}?", "{a} and {n} years more: what year is it?"),
)
EARLIER = Wording(
    (
        "What year was {n} years before {a}?",
        "Which year came {n} years before {a}?",
        "What year was it {n} years before {a}?",
        "In what year were there still {n} years to {a}?",
    ),
    ("What year do you get {n} years back from {a}?", "{a} less {n} years: what year is it?"),
)


def typed(text: str, rng: random.Random, names: Iterable[str] = ()) -> str:
    """Small differences in typing: no final mark, no capital at the start unless one of the `names` begins the text."""
    draw = rng.random()
    if draw < 0.06:
        return text.rstrip("?.")
    if draw < 0.10 and not text.startswith(tuple(names)):
        return text[:1].lower() + text[1:]
    return text[:1].upper() + text[1:] if draw < 0.5 and text.startswith(("the ", "a ")) else text
