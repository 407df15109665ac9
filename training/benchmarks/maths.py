"""AIME 2024, AMC 2023 and the game of 24: a number, or a formula that is checked by calculating it."""

from training.benchmarks.problem import Problem
from training.benchmarks.rows import Row, answers, identity, text

GAME = (
    "Using the numbers {numbers}, create an expression that equals 24. Use the basic arithmetic operations "
    "(+, -, ×, /) and parentheses, and each number exactly once. For [1, 2, 3, 4] one solution is (1+2+3)×4."
)


def competition(row: Row, number: int) -> Problem:
    return Problem(identity(row, number), text(row, "query", "question"), answers(row), "number", "math")


def game24(row: Row, number: int) -> Problem:
    """`question` holds the four numbers."""
    numbers = tuple(int(one) for one in row["question"])
    return Problem(identity(row, number), text(row, "query"), answers(row), "game24", "math", numbers=numbers)


def aime(row: Row) -> Row:
    """A row of the Hub's set in the published form; so are the functions below."""
    return {"query": row["problem"], "answer": int(row["answer"])}


def amc(row: Row) -> Row:
    return {"query": row["question"], "answer": row["answer"]}


def solvable(row: Row) -> Row | None:
    """None for numbers that do not make 24."""
    if not row["solvable"]:
        return None
    numbers = [int(one) for one in row["numbers"]]
    return {"question": numbers, "query": GAME.format(numbers=numbers), "answer": list(row["solutions"])}
