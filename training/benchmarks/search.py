"""Bamboogle, 2WikiMultihopQA, HotpotQA, MuSiQue: questions over several articles, answered in a few words."""

from training.benchmarks.problem import Problem
from training.benchmarks.rows import Row, answers, identity, text


def published(row: Row, number: int) -> Problem:
    return Problem(identity(row, number), text(row, "query", "question"), answers(row), "short", "search")


def bamboogle(row: Row) -> Row:
    """A row of the Hub's set in the published form; so are the functions below."""
    return {"query": row["Question"], "answer": [row["Answer"]]}


def multihop(row: Row) -> Row:
    return {"query": row["question"], "answer": [row["answer"]]}


def musique(row: Row) -> Row:
    return {"query": row["question"], "answer": [row["answer"], *row["answer_aliases"]]}
