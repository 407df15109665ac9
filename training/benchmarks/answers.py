"""The answer inside what was written, and whether a short text says what another says.

Rules, not a model: they would rather miss a right answer than pass a wrong one. What they miss a judge can tell.
"""

import re
import unicodedata
from datetime import datetime

from training.expressions import boxed
from training.rewards import denies

_TAGGED = re.compile(r"<answer>(.*?)(?:</answer>|$)", re.DOTALL | re.IGNORECASE)
_ANNOUNCED = re.compile(
    r"\b(?:final answer|correct answer|correct option|answer|correct choice)\b\**\s*(?:is|:)\s*\**:?\s*(.+)",
    re.IGNORECASE | re.DOTALL,
)


def final(text: str) -> str:
    """The part that is announced as the answer: in tags, in a box, after "the answer is"; else all of it."""
    if tagged := _TAGGED.findall(text):
        text = tagged[-1]
    if held := list(boxed(text)):
        return held[-1]
    announced = _ANNOUNCED.search(text)
    return (announced[1] if announced else text).strip().strip("*").strip()


# --- words -----------------------------------------------------------------------------------------------------------

_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH = "|".join(f"{name}|{name[:3]}\\.?" for name in _MONTHS)
_DATES = (
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{_MONTH}),? (?P<year>\d{{4}})\b"),
    re.compile(rf"\b(?P<month>{_MONTH}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})\b"),
)
_SQUARE = re.compile(r"\b(?:square |sq\.? ?)(k|c|m)?(?:ilo|enti|illi)?m(?:et(?:er|re)s?)?\b")
_WORD = re.compile(r"\w+(?:[-'’.,]\w+)*")
_ARTICLES = {"a", "an", "the"}


def words(text: str) -> list[str]:
    """Small letters, no accents, no articles, no marks; dates in one form, thousands without commas."""
    text = unicodedata.normalize("NFKD", text.replace("−", "-").replace("²", "2").replace("³", "3"))
    text = "".join(char for char in text if not unicodedata.combining(char)).casefold().replace("’", "'")
    for form in _DATES:
        text = form.sub(_date, text)
    text = _SQUARE.sub(lambda found: f"{found[1] or ''}m2", text)
    text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
    found = [word for word in _WORD.findall(text) if word not in _ARTICLES]
    return found or _WORD.findall(text) or text.split()


def _date(found: re.Match[str]) -> str:
    month = next(n for n, name in enumerate(_MONTHS, start=1) if name.startswith(found["month"][:3]))
    try:
        return datetime(int(found["year"]), month, int(found["day"])).strftime("%Y-%m-%d")
    except ValueError:  # no such day
        return found[0]


_SENTENCE = re.compile(r"(?<=[\w)\]]{2})[.!?](?:\s+(?=[A-Z])|\s*$)|\n")
_BE = {"is", "was", "are", "were", "be", "been", "became", "remains"}
_BEFORE = _BE | {"in", "on", "at", "by", "from", "called", "named", "titled", "as"}
"""After one of these an answer may stand at the end of a sentence: "it was founded in 1823", not "the wife of X"."""
_NAMES_TWO = {"or", "either", "and", "both"}


def says(answer: str, gold: str) -> bool:
    """Whether the answer is the gold one, alone or as what its one sentence is about."""
    mine, wanted = words(answer), words(gold)
    if mine == wanted:
        return True
    if wanted in (["yes"], ["no"]):
        return mine[:1] == wanted
    first = _SENTENCE.split(answer.strip(), maxsplit=1)[0]
    if denies(answer) and not denies(gold):
        return False
    sentence = words(first)
    if sentence == wanted:
        return True
    return _year(sentence, wanted) or _ends(sentence, wanted) or _begins(sentence, wanted)


def _ends(sentence: list[str], wanted: list[str]) -> bool:
    before = sentence[: -len(wanted)]
    return bool(before) and sentence[-len(wanted) :] == wanted and before[-1] in _BEFORE


def _begins(sentence: list[str], wanted: list[str]) -> bool:
    after = sentence[len(wanted) :]
    return bool(after) and sentence[: len(wanted)] == wanted and after[0] in _BE - {"be", "been"}


def _year(sentence: list[str], wanted: list[str]) -> bool:
    """A year that is the only one named, be it in a date."""
    if len(wanted) != 1 or not re.fullmatch(r"1\d{3}|20\d{2}", wanted[0]) or {"bc", "bce"} & set(sentence):
        return False
    named = [word[:4] for word in sentence if re.fullmatch(r"\d{4}(?:-\d\d-\d\d)?", word)]
    others = [word for word in sentence if word[0].isdigit() and not re.fullmatch(r"\d{4}(?:-\d\d-\d\d)?", word)]
    return named == wanted and not others and not _NAMES_TWO & set(sentence)
