"""How questions are worded: for each family the wordings that training shows, and those held out to test with.

Wordings that belong to one relation ("Who invented {x}?") are in `schema/`; those here fit any. Training adds loose
ones, in which any words stand around the few that matter: a model that has met a hundred frames knows these hundred,
and takes "please" in the next for a part of the question.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass

from training.pocket.names import ENGLISH, capital, from_letters, words


@dataclass(frozen=True)
class Wording:
    """Wordings of one thing to ask: `shown` in training, `held` never.

    In the `loose` ones any words may stand for `_`, and a few small ones for `~`, which comes after names: what follows
    one may belong to it.
    """

    shown: tuple[str, ...]
    held: tuple[str, ...]
    loose: tuple[str, ...] = ()

    def draw(self, rng: random.Random, held: bool) -> str:
        """One of them, of the held-out ones if asked for."""
        return rng.choice(self.held if held else self.shown)

    def loosened(self, rng: random.Random) -> str:
        """One that nobody wrote."""
        fillers, said = {"_": _any, "~": _small}, []
        for part in rng.choice(self.loose).split():
            fill = fillers.get(part[0])
            if fill is None:
                said.append(part)
            elif put := fill(rng):
                said.append(put + part[1:])
        text = " ".join(said)
        return (capital(text) if rng.random() < 0.8 else text) + rng.choice(("?", "?", ".", ".", "", "!"))


_SMALL = words("is are was be please now then again exactly today here actually though anyway really lies has")
_MEANING = words(
    "area city difference differ distance half high hour inch land language large last late letter live material",
    "measure minute month moon mountain multiply name number point product range river sea second source state",
    "surface system together town unit year years old age from than add more less from to after before between",
    "age count time week centre center dark day record produce original space",
)
"""Words that may change what is asked."""
_FREE = tuple(sorted(set(ENGLISH) - set(_MEANING)))


def _any(rng: random.Random) -> str:
    count = rng.choice((0, 0, 1, 1, 2, 3, 4))
    return " ".join(rng.choice(_FREE) if rng.random() < 0.75 else from_letters(rng).lower() for _ in range(count))


def _small(rng: random.Random) -> str:
    return " ".join(rng.choice(_SMALL) for _ in range(rng.choice((0, 0, 1, 1, 2))))


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
        "{x}?",
        "Do you happen to know {x}?",
        "I need {x}.",
        "I am looking for {x}.",
        "Find out {x}.",
        "Can you find {x}?",
        "Can you look up {x}?",
        "I'd like to know {x}.",
        "Let me know {x}.",
        "Please tell me {x}.",
        "What exactly is {x}?",
        "Name {x}.",
        "Show me {x}.",
        "What would {x} be?",
    ),
    ("Give me {x}, please.", "I want to learn {x}.", "{x}, what is it?", "Could you say what {x} is?"),
    ("_ {x} ~", "_ {x} ~", "_ {x}, _", "_: {x}", "_, {x} ~", "{x}, _"),
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
        "What's {x} plus {y}?",
        "{x} plus {y}?",
        "Find the sum of {x} and {y}.",
        "Sum {x} and {y}.",
        "Calculate {x} plus {y}.",
        "How much is {x} plus {y}?",
        "Work out the sum of {x} and {y}.",
        "What is the result of adding {x} and {y}?",
        "Can you add {x} and {y}?",
        "I would like to know the sum of {x} and {y}.",
        "If you add {x} and {y}, what is the result?",
        "How much do {x} and {y} come to?",
    ),
    ("What is the total of {x} and {y}?", "Take {x} and add {y}.", "Put {x} and {y} together: how much is it?"),
    (
        "_ sum _ {x} and {y} ~",
        "_ {x} plus {y} ~",
        "_ add {x} and {y} ~",
        "_ adding {x} to {y} ~",
        "_ {x} and {y} ~ together _",
        "_ {x} and {y} ~ added up, _",
        "_ together: {x} and {y} ~",
        "_ add up _ {x} and {y} ~",
    ),
)
MINUS = Wording(
    (
        "What is the difference between {x} and {y}?",
        "Subtract {y} from {x}.",
        "How much larger is {x} than {y}?",
        "What is {x} minus {y}?",
        "How far apart are {x} and {y}?",
        "By how much does {x} exceed {y}?",
        "What's {x} minus {y}?",
        "{x} minus {y}?",
        "Calculate {x} minus {y}.",
        "How much is {x} minus {y}?",
        "Find the difference between {x} and {y}.",
        "How much bigger is {x} than {y}?",
        "How much greater is {x} than {y}?",
        "How big is the difference between {x} and {y}?",
        "By how much is {x} larger than {y}?",
        "How great is the gap between {x} and {y}?",
        "How much does {x} differ from {y}?",
        "How much smaller is {y} than {x}?",
        "If you subtract {y} from {x}, what is the result?",
    ),
    ("What is left of {x} without {y}?", "Take {y} away from {x}.", "How much more is {x} than {y}?"),
    (
        "_ difference _ {x} and {y} ~",
        "_ {x} minus {y} ~",
        "_ subtract {y} from {x} ~",
        "_ {x} exceed {y} ~",
        "_ larger _ {x} ~ than {y} ~",
        "_ bigger _ {x} ~ than {y} ~",
        "_ {y} subtracted from {x} ~",
        "_ if {y} is subtracted from {x}, _",
        "_ smaller _ {y} ~ than {x} ~",
    ),
)
COMPARE = Wording(
    (
        "Which has the {c} {r}, {a} or {b}?",
        "Does {a} or {b} have the {c} {r}?",
        "Of {a} and {b}, which has the {c} {r}?",
        "Compare {a} and {b}: which one has the {c} {r}?",
        "{a} or {b}: which has the {c} {r}?",
        "Which of the two has the {c} {r}: {a} or {b}?",
        "Which one has the {c} {r}, {a} or {b}?",
        "Has {a} or {b} the {c} {r}?",
        "Which of {a} and {b} has the {c} {r}?",
        "If you compare {a} with {b}, which has the {c} {r}?",
        "Tell me which has the {c} {r}, {a} or {b}.",
        "Which has a {c} {r}, {a} or {b}?",
        "Look at {a} and {b}: which has the {c} {r}?",
        "Find out which has the {c} {r}, {a} or {b}.",
        "Name the one with the {c} {r}: {a} or {b}.",
        "Is it {a} or {b} that has the {c} {r}?",
        "Which is the one with the {c} {r}, {a} or {b}?",
        "The {c} {r}: {a} or {b}?",
    ),
    ("Between {a} and {b}, whose {r} is {c}?", "Is the {r} of {a} or that of {b} {c}?"),
    (
        "_ {a} or {b} ~ {c} {r} ~",
        "_ {c} {r} ~ {a} or {b} ~",
        "_ {a} and {b} ~ {c} ~ {r} ~",
        "_ {a} or {b} ~ {r} ~ {c} ~",
        "_ {r} ~ {c}: {a} or {b} ~",
        "_ {c} ~ {r}, {a} or {b} ~",
        "_ {r} _ {a} or {b} ~ {c} ~",
        "_ {a} and {b}, _ {r} ~ {c} ~",
    ),
)
LARGER, SMALLER = ("larger", "higher", "greater"), ("smaller", "lower")
LIFE = Wording(
    (
        "How many years did {x} live?",
        "How old did {x} become?",
        "At what age did {x} die?",
        "How old was {x} at death?",
        "What age did {x} reach?",
        "At which age did {x} die?",
        "How many years old was {x} at death?",
        "How many years old did {x} become?",
        "What was the age of {x} at death?",
        "To what age did {x} live?",
        "How old was {x} at the time of death?",
        "How many years did the life of {x} last?",
        "How many years lie between the birth and the death of {x}?",
        "How many years after birth did {x} die?",
        "{x} died at what age?",
        "How many years was {x} alive?",
        "How many years were there in the life of {x}?",
        "Tell me the age of {x} at death.",
    ),
    ("How long did {x} live?", "How old did {x} get?"),
    ("_ old _ {x} ~ death _", "_ age _ {x} ~ died _", "_ years _ {x} ~ alive _", "_ how old {x} ~"),
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
        "{e} =",
        "{e} equals what?",
        "{e} is how much?",
        "What is the result of {e}?",
        "What do you get for {e}?",
        "Please calculate {e}.",
        "Can you compute {e}?",
        "How much would {e} be?",
        "Figure out {e}.",
        "Find the value of {e}.",
        "I need the result of {e}.",
    ),
    ("Evaluate {e}.", "Tell me what {e} is.", "What does {e} make?"),
    ("_ {e} ~", "_: {e}", "_ {e}, _", "_ {e} _"),
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
        "{e}",
        "{e}, find x.",
        "Find x if {e}.",
        "Please solve {e}.",
        "Can you solve {e}?",
        "What's x in {e}?",
        "Work out x: {e}",
        "What must x be so that {e}?",
        "What is the value of x in {e}?",
        "I need x: {e}",
        "Calculate x from {e}.",
        "Find the x in {e}.",
    ),
    ("Given {e}, what is x?", "Which x satisfies {e}?", "Find the solutions of {e}."),
    ("_ {e} ~", "_ x _ {e} ~", "_ {e}, _ x ~", "_ x: {e}", "_ {e}, _", "_: {e}"),
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
        "{n} {of} is how many {to}?",
        "{n} {of} to {to}.",
        "Please convert {n} {of} to {to}.",
        "What's {n} {of} in {to}?",
        "How much is {n} {of} in {to}?",
        "I need {n} {of} in {to}.",
        "Can you convert {n} {of} into {to}?",
        "Show me {n} {of} in {to}.",
        "How many {to} equal {n} {of}?",
        "How many {to} correspond to {n} {of}?",
    ),
    ("How many {to} do {n} {of} make?", "Turn {n} {of} into {to}.", "Write {n} {of} in {to}."),
    ("_ {n} {of} ~ {to} ~", "_ {to} _ {n} {of} ~", "_ {n} {of}, _ {to} ~", "_ {n} {of} _ into {to} ~"),
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
        "How many years separate {a} and {b}?",
        "How many years later than {a} is {b}?",
        "Count the years from {a} to {b}.",
        "What is the difference in years between {a} and {b}?",
        "How many years apart are {a} and {b}?",
        "How old is a house in {b} that was built in {a}?",
        "How many years had passed by {b} since {a}?",
        "Someone was born in {a}: how old were they in {b}?",
        "{a} to {b}: how many years?",
        "It began in {a} and ended in {b}: how many years did it last?",
    ),
    ("How many years went by from {a} until {b}?", "What is the time in years from {a} to {b}?"),
    (
        "_ years _ from {a} to {b} ~",
        "_ years _ between {a} and {b} ~",
        "_ years _ {a} ~ {b} ~",
        "_ {a} ~ {b} _ years _",
    ),
)
LATER = Wording(
    (
        "What year is {n} years after {a}?",
        "Which year comes {n} years after {a}?",
        "What year was it {n} years after {a}?",
        "In what year are {n} years over, counted from {a}?",
        "Add {n} years to {a}.",
        "What is the year {n} years after {a}?",
        "Which year follows {a} by {n} years?",
        "{n} years after {a} is which year?",
        "{n} years after {a}: what year?",
        "Which year is {n} years later than {a}?",
        "Count {n} years forward from {a}.",
        "It began in {a} and lasted {n} years: when did it end?",
        "A town founded in {a} was {n} years old in which year?",
        "What year was it when {n} years had passed since {a}?",
        "Find the year {n} years after {a}.",
        "If it is {a} now, what year will it be in {n} years?",
    ),
    ("What year do you get {n} years on from {a}?", "{a} and {n} years more: what year is it?"),
    ("_ {n} years after {a} ~", "_ {a} _ {n} years later ~", "_ {n} years _ later than {a} ~"),
)
EARLIER = Wording(
    (
        "What year was {n} years before {a}?",
        "Which year came {n} years before {a}?",
        "What year was it {n} years before {a}?",
        "In what year were there still {n} years to {a}?",
        "Subtract {n} years from {a}.",
        "What is the year {n} years before {a}?",
        "Which year precedes {a} by {n} years?",
        "{n} years before {a} is which year?",
        "{n} years before {a}: what year?",
        "Which year is {n} years earlier than {a}?",
        "It ended in {a} after {n} years: when did it begin?",
        "A town was {n} years old in {a}: when was it founded?",
        "Find the year {n} years before {a}.",
        "If it is {a} now, what year was it {n} years ago?",
        "Counting down {n} years from {a}, which year is it?",
        "What year lies {n} years before {a}?",
    ),
    ("What year do you get {n} years back from {a}?", "{a} less {n} years: what year is it?"),
    ("_ {n} years before {a} ~", "_ {a} _ {n} years earlier ~", "_ {n} years _ earlier than {a} ~"),
)
WHO = Wording(
    ("Who is {x}?", "Who was {x}?", "Who's {x}?", "Do you know who {x} is?", "Tell me who {x} is."),
    ("Who might {x} be?", "Could you say who {x} is?"),
    ("_ who {x} ~", "who _ {x} ~", "_ who is {x} ~"),
)


def typed(text: str, rng: random.Random, names: Iterable[str] = ()) -> str:
    """Small differences in typing: no final mark, no capital at the start unless one of the `names` begins the text."""
    draw = rng.random()
    if draw < 0.06:
        return text.rstrip("?.")
    if draw < 0.10 and not text.startswith(tuple(names)):
        return text[:1].lower() + text[1:]
    return text[:1].upper() + text[1:] if draw < 0.5 and text.startswith(("the ", "a ")) else text
