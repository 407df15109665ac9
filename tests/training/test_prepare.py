"""Public data sets become question sets; rows as the sets have them, no network."""

from pathlib import Path

import pytest

from agentflow_core.errors import BadInput
from training.data import read
from training.prepare import converted, write

NQ = [
    {"question": "who wrote the iliad ", "answer": ["Homer", "Homeros"]},
    {"question": " ", "answer": ["nobody"]},
    {"question": "when", "answer": []},
]
DEEPMATH = [{"question": "Evaluate the limit.", "final_answer": "\\frac{1}{2}", "difficulty": 4.5, "topic": "Calculus"}]


@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
def test_questions_come_back_as_they_were_written(ending: str, tmp_path: Path) -> None:
    tasks = [*converted(NQ, "nq"), *converted(DEEPMATH, "deepmath")]
    write(tasks, tmp_path / f"set.{ending}")
    back = read([tmp_path / f"set.{ending}"])
    assert [(t.id, t.question, t.answers, t.kind) for t in back] == [
        ("nq-0", "who wrote the iliad", ("Homer", "Homeros"), "squad"),
        ("deepmath-0", "Evaluate the limit.", ("\\frac{1}{2}",), "math"),
    ]


def test_the_check_can_be_chosen_and_the_number_limited() -> None:
    assert [task.kind for task in converted(NQ * 3, "nq", kind="f1", limit=2)] == ["f1", "f1"]


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"not in '\.csv'"):
        write([], tmp_path / "set.csv")
