"""GAIA, its questions without attached files: a number, a list, or a few words."""

from training.benchmarks.problem import Problem
from training.benchmarks.rows import Row, answers, identity, plain, text


def published(row: Row, number: int) -> Problem:
    level = plain(row.get("Level") or row.get("level"))
    family = f"level {level}" if level else "agentic"
    return Problem(identity(row, number), text(row, "query", "question"), answers(row), "mixed", family)


def without_files(row: Row) -> Row | None:
    """A row of the Hub's set in the published form; None where a file belongs to it."""
    if row["file_name"]:
        return None
    return {"pid": row["task_id"], "query": row["Question"], "answer": row["Final answer"], "Level": row["Level"]}
