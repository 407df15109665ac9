"""GPQA and MedQA: multiple choice. Published with the right option's text, its place, or both."""

import random
import re

from agentflow_core.errors import BadInput
from training.benchmarks.problem import Problem
from training.benchmarks.rows import Row, answers, identity, plain, text

_LETTERED = re.compile(r"^\(?[A-Z]\)?[.):]\s+")


def published(row: Row, number: int) -> Problem:
    """`options` or `choices`, with their letters in front or without; shown after the question if it lacks them."""
    listed = [plain(option) for option in row.get("options") or row.get("choices") or ()]
    options = tuple(_LETTERED.sub("", option) if _all_lettered(listed) else option for option in listed)
    question = text(row, "query", "question")
    problem = Problem(identity(row, number), question, answers(row), "choice", "science", options)
    if not all(option in question for option in options):
        shown = "\n".join(f"{letter}. {option}" for letter, option in zip(problem.letters, options, strict=True))
        question = f"{question}\n{shown}\nChoose the correct option."
    correct = _letter(row, problem)
    gold = (options[problem.letters.index(correct)],)
    return Problem(problem.id, question, gold, "choice", "science", options, correct)


def _all_lettered(options: list[str]) -> bool:
    return all(_LETTERED.match(option) for option in options)


def _letter(row: Row, problem: Problem) -> str:
    """Of the right option: by its place, its text, or the letter itself."""
    place, answer = row.get("answer_idx"), _LETTERED.sub("", problem.gold[0])
    if isinstance(place, int) and 0 <= place < len(problem.options):
        return problem.letters[place]
    if problem.options.count(answer) == 1:
        return problem.letters[problem.options.index(answer)]
    for named in (plain(place), plain(row.get("answer"))):
        if len(named) == 1 and named.upper() in problem.letters:
            return named.upper()
    raise BadInput(f"question {problem.id}: its answer {problem.gold[0]!r} is none of its options {problem.options}")


def medqa(row: Row) -> Row:
    """A row of the Hub's set in the published form; so is the function below."""
    options = [f"{letter}. {option}" for letter, option in sorted(row["options"].items())]
    return {"query": row["question"], "options": options, "answer": row["answer"]}


def gpqa(row: Row) -> Row:
    """The right option comes first there: here each question shuffles its own, always alike."""
    choices = [row["Correct Answer"], *(row[f"Incorrect Answer {n}"] for n in (1, 2, 3))]
    choices = [choice.strip() for choice in choices]
    order = random.Random(row["Question"]).sample(range(4), 4)
    placed = {"choices": [choices[n] for n in order], "answer_idx": order.index(0), "answer": choices[0]}
    return {"query": row["Question"], **placed}
