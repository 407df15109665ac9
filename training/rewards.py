"""The reward of an answer: 1 for right, 0 for wrong (F1: between). A doubt, a refusal or a crash is never right.

Each kind of question has its own check, and each is strict: an answer that names several values, or the right one only
to deny it, has not answered.
"""

import ast
import logging
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from training import expressions
from training.quantities import quantities

log = logging.getLogger(__name__)

UNREADABLE = (ValueError, SyntaxError, ArithmeticError, RecursionError)
"""What checks raise for an answer that is none of its kind."""
_DENIAL = re.compile(
    r"\b(?:not|never|cannot|neither|nor|no longer|nobody|no one|wrong|incorrect|false|untrue|impossible|unlikely"
    r"|unknown|unclear|unsure|maybe|perhaps|possibly|(?:might|may|could) be|anything but|far from|other than"
    r"|rather than|instead of|exclud\w+|except\w*|den(?:y|ies|ied)|reject\w*|eliminat\w+"
    r"|rul(?:e|es|ed|ing) (?:it |this |that )?out)\b"
    r"|n['’]t\b|^\W*(?:no|nope)\b(?!\.?\s*\d)(?=\W|$)|\bno\s*[,;:!—–-]",
    re.IGNORECASE,
)
_QUOTES = str.maketrans("’‘ʼ`´“”„–—−", "'''''\"\"\"---")
_ARTICLE = re.compile(r"\b(?:a|an|the)\s+(?=\w)")


def reward(kind: str, answer: str, gold: Sequence[str], question: str = "") -> float:
    """Between 0 and 1; the best over the accepted answers. Raises `ValueError` for a kind that is not here."""
    check = _CHECKS.get(kind)
    if check is None:
        raise ValueError(f"no reward for answers of kind {kind!r}: there are {', '.join(_CHECKS)}")
    if not answer.strip():
        return 0.0
    return max((_checked(kind, check, answer, one, question) for one in gold), default=0.0)


def _checked(kind: str, check: "Check", answer: str, gold: str, question: str) -> float:
    if denies(answer) and not denies(gold):
        return 0.0
    try:
        return float(check(answer, gold, question))
    except UNREADABLE as error:
        log.info("no answer of kind %s: %r (%s)", kind, answer[:200], str(error)[:200])
    except Exception:  # the boundary: whatever a checker trips over, the answer has not been shown to be right
        log.warning("the %s check failed on %r against %r: scored as wrong", kind, answer[:200], gold, exc_info=True)
    return 0.0


def denies(text: str) -> bool:
    """Whether it says what is not so, or is in doubt."""
    return bool(_DENIAL.search(text))


# --- text ------------------------------------------------------------------------------------------------------------


def exact(answer: str, gold: str, question: str = "") -> bool:
    """Equal but for case, spacing, a final mark, and how accents and quotes are encoded."""
    return _plain(answer) == _plain(gold)


def squad(answer: str, gold: str, question: str = "") -> bool:
    """The same words in the same order: articles and punctuation apart, as SQuAD's exact match has it."""
    return bool(wanted := _words(gold)) and _words(answer) == wanted


def f1(answer: str, gold: str, question: str = "") -> float:
    """Harmonic mean of precision and recall over words, articles and punctuation apart."""
    mine, wanted = _words(answer), _words(gold)
    common = sum((Counter(mine) & Counter(wanted)).values())
    return 2 * common / (len(mine) + len(wanted)) if common else 0.0


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text.translate(_QUOTES))
    return " ".join(text.casefold().split()).rstrip(".!")


def _words(text: str) -> list[str]:
    """An "a" at the very end is no article: vitamin A."""
    return re.findall(r"\w+", _ARTICLE.sub("", _plain(text).replace("'", "")))


# --- numbers ---------------------------------------------------------------------------------------------------------

_PERCENT_ASKED = re.compile(r"\b(?:what|which|how many|in|the|as a)\s+percent(?:age)?\b", re.IGNORECASE)


def numeric(answer: str, gold: str, question: str = "") -> bool:
    """Every quantity of the answer is the gold's. A unit may be left out, but not be another one; percent may where
    the question asks for it."""
    percent = Fraction(1) if _PERCENT_ASKED.search(question) else Fraction(1, 100)
    wanted, found = quantities(gold, percent), quantities(answer, percent)
    return len(wanted) == 1 and all(one.same(wanted[0]) for one in found)


def math(answer: str, gold: str, question: str = "") -> bool:
    """Mathematically the same; see `training.expressions`."""
    return expressions.same(answer, gold)


_OPERATORS = str.maketrans("×·⋅÷−–[]{}", "***/--()()")
_LATEX = re.compile(r"\\(?:times|cdot|ast)|\\div|\\(?:left|right|boxed)|\\[()\[\]]|\$")
_FORMULA = re.compile(r"[-+*/()\d\s]*\d[-+*/()\d\s]*")


def game24(answer: str, gold: str, question: str = "") -> bool:
    """One formula that makes 24 of the gold's numbers, each used once, with + - * / and brackets; what stands beside
    an equals sign is 24."""
    text = _LATEX.sub(lambda found: {"t": "*", "c": "*", "a": "*", "d": "/"}.get(found[0][1:2], ""), answer)
    text = re.sub(r"(?<=[\d)])\s*[xX]\s*(?=[\d(])", "*", text.translate(_OPERATORS)).replace("**", " ** ")
    sides = text.split("=")
    formulas = [run for side in sides for run in _FORMULA.findall(side) if re.search(r"[\d)]\s*[-+*/(]", run)]
    if len(formulas) != 1 or any(
        re.findall(r"\d[\d.]*\d|\d", side) != ["24"] for side in sides if formulas[0] not in side
    ):
        return False
    formula = re.sub(r"(?<=[\d)])\s*(?=\()|(?<=\))\s*(?=\d)", "*", formulas[0].strip())
    used: list[int] = []
    value = _value(ast.parse(formula, mode="eval").body, used)
    return value == 24 and Counter(used) == Counter(int(number) for number in re.findall(r"\d+", gold))


def _value(node: ast.expr, used: list[int]) -> Fraction:
    match node:
        case ast.Constant(value=int() as number):
            used.append(number)
            return Fraction(number)
        case ast.BinOp(left=left, op=op, right=right):
            a, b = _value(left, used), _value(right, used)
            match op:
                case ast.Add():
                    return a + b
                case ast.Sub():
                    return a - b
                case ast.Mult():
                    return a * b
                case ast.Div() if b:
                    return a / b
    raise ValueError(f"not a formula of + - * / over whole numbers: {ast.unparse(node)[:80]}")


# --- choice ----------------------------------------------------------------------------------------------------------

_ONE = r"(?:[B-HJ]|[AI](?!\s+(?!(?:or|and|is|because|since|as)\b)[a-z]))(?![\w'’])"
_LETTER = re.compile(
    rf"^\W*\(?({_ONE})(?=\s*(?:[).:,;/&*\"]|$)|\s+(?:or|and|is|because|since|as)\b)"
    rf"|(?i:\b(?:answer|option|choice|letter|pick|choose|chose|select)\b(?:\s+(?:is|would be|must be|should be))?)"
    rf"\s*:?\s*[*(\"]*({_ONE}|[a-j](?=\W*$))"
    rf"|\(({_ONE})\)|({_ONE})\s+is\s+(?:the\s+)?(?:correct|right|best|answer|true)\b",
    re.MULTILINE,
)
_ANOTHER = re.compile(rf"[A-J]\)?\s*(?:,|/|&|\bor\b|\band\b)\s*(?:\bor\b|\band\b)?\s*\(?({_ONE})\)?")
_ALONE = re.compile(r"\W*([A-Ja-j])\W*")


def choice(answer: str, gold: str, question: str = "") -> bool:
    """The one letter that the answer names as its choice."""
    wanted = re.fullmatch(r"\W*([A-Za-z])(?:[).:].*|\W*)", gold, re.DOTALL)
    if not wanted:
        raise ValueError(f"the right choice {gold[:80]!r} is no letter")
    text = re.sub(r"\\(?:boxed|text|mathbf)\s*\{(?:\\\w+\{)?\(?(\w)\)?\}*", r"(\1)", answer)
    if alone := _ALONE.fullmatch(text):
        return alone[1].upper() == wanted[1].upper()
    letters = {letter for found in _LETTER.findall(text) for letter in found if letter} | set(_ANOTHER.findall(text))
    return {letter.upper() for letter in letters} == {wanted[1].upper()}


Check = Callable[[str, str, str], bool | float]
_CHECKS: Mapping[str, Check] = {
    "exact": exact,
    "squad": squad,
    "numeric": numeric,
    "math": math,
    "choice": choice,
    "game24": game24,
    "f1": f1,
}
