"""Whether an answer to a problem is right, by rules alone. A doubt, a refusal or two answers are never right."""

import re

from training import rewards
from training.benchmarks.answers import final, says, words
from training.benchmarks.problem import Problem

_EQUATION = re.compile(r".*=\s*([^=]+?)[\s.$]*$", re.DOTALL)
_LATEX = re.compile(r"\\\w|\$|\^|√|π")
_QUANTITY = re.compile(r"[$€£]?\s*[-+]?\d[\d,]*(?:\.\d+)?\s*%?")


def right(problem: Problem, answer: str) -> bool:
    """By the problem's kind. Kinds that are not here are those of `training.rewards`; `judge` has no rule."""
    if not answer.strip() or problem.kind == "judge":
        return False
    match problem.kind:
        case "short":
            return any(short(answer, gold) for gold in problem.gold)
        case "number":
            return any(number(answer, gold) for gold in problem.gold)
        case "mixed":
            return any(mixed(answer, gold) for gold in problem.gold)
        case "choice" if problem.options:
            return choice(problem, answer)
        case "game24":
            return game24(problem, answer)
        case kind:
            return rewards.reward(kind, answer, problem.gold, problem.text) == 1.0


def short(answer: str, gold: str) -> bool:
    """A few words: the same but for case, accents, articles, the form of dates; a bare number as a number."""
    given = final(answer)
    if _QUANTITY.fullmatch(gold):
        return says(given, gold) or (not re.search(r"\bBCE?\b", given) and _bare(given) and _equal(given, gold))
    return says(answer, gold) or says(given, gold)


def _bare(text: str) -> bool:
    """A number with hardly a word around it: which of a sentence's numbers is meant is not for rules to say."""
    return len(words(text)) <= 2


def _equal(answer: str, gold: str) -> bool:
    return rewards.reward("numeric", answer, [gold]) == 1.0


def number(answer: str, gold: str) -> bool:
    """One number, after the last equals sign where there are several; LaTeX by math-verify."""
    given = final(answer)
    equation = _EQUATION.fullmatch(given)
    for text in (given, equation[1] if equation else given):
        if _equal(text, gold):
            return True
    return bool(_LATEX.search(given)) and rewards.reward("math", given, [gold]) == 1.0


def mixed(answer: str, gold: str) -> bool:
    """GAIA's: a number, a list whose elements must agree in order, or a few words."""
    given = final(answer)
    if _QUANTITY.fullmatch(gold):
        return _equal(given, gold)
    parts, wanted = _listed(given), _listed(gold)
    if len(wanted) > 1:
        return len(parts) == len(wanted) and all(mixed(mine, other) for mine, other in zip(parts, wanted, strict=True))
    return short(answer, gold)


def _listed(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,;](?!\d{3}\b)", text) if part.strip()]


def choice(problem: Problem, answer: str) -> bool:
    """The right letter or the right option's text; never when letter and text, or two options, disagree."""
    given = final(answer)
    named = {letter for letter in problem.letters if rewards.reward("choice", given, [letter]) == 1.0}
    told = _told(problem, given)
    return (named | told) == {problem.correct}


def _told(problem: Problem, given: str) -> set[str]:
    """The options whose text the answer says; a longer option hides a shorter one that is part of it."""
    said = words(re.sub(r"^\W*[A-Z]\s*[).:]\s*", "", given))
    options = {letter: words(option) for letter, option in zip(problem.letters, problem.options, strict=True)}
    if same := {letter for letter, option in options.items() if option == said}:
        return same
    found: set[str] = set()
    left = f" {' '.join(said)} "
    for letter, option in sorted(options.items(), key=lambda item: -len(item[1])):
        phrase = f" {' '.join(option)} "
        if phrase in left:
            found.add(letter)
            left = left.replace(phrase, " | ")
    return set() if rewards.denies(left) else found


def game24(problem: Problem, answer: str) -> bool:
    """A formula over exactly the problem's numbers that makes 24."""
    return rewards.reward("game24", final(answer), [" ".join(map(str, problem.numbers))]) == 1.0
