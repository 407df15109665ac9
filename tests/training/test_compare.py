"""McNemar's exact test against hand calculation and against counting."""

import json
from itertools import product
from pathlib import Path

import pytest

from agentflow_core.errors import BadInput
from training.compare import compare, main, mcnemar, read, told


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [
        (0, 0, 1.0),
        (5, 5, 1.0),
        (0, 1, 1.0),
        (0, 5, 0.0625),
        (1, 9, 0.021484375),
        (9, 1, 0.021484375),
        (10, 25, 0.01670),
    ],
)
def test_p(first: int, second: int, p: float) -> None:
    assert mcnemar(first, second) == pytest.approx(p, abs=1e-4)


def test_p_is_the_share_of_throws_at_least_as_uneven() -> None:
    for n in range(1, 9):
        for first in range(n + 1):
            throws = [abs(2 * sum(throw) - n) for throw in product((0, 1), repeat=n)]
            share = sum(uneven >= abs(2 * first - n) for uneven in throws) / len(throws)
            assert mcnemar(first, n - first) == pytest.approx(share)


def test_questions_fall_into_four_cells() -> None:
    first = {"a": True, "b": True, "c": False, "d": False, "e": True}
    second = {"a": True, "b": False, "c": True, "d": False, "f": True}
    found = compare(first, second)
    assert (found.both, found.first, found.second, found.neither) == (("a",), ("b",), ("c",), ("d",))
    assert (found.n, found.left_out, found.difference) == (4, 2, 0.0)
    low, high = found.interval
    assert -1 <= low < 0 < high <= 1
    assert "only A: b" in told(found, ("one", "two"))
    with pytest.raises(BadInput, match="no question in common"):
        compare({"a": True}, {"b": True})


def answers(path: Path, marks: dict[str, list[bool]], text: str = "?") -> Path:
    rows = [
        {"id": name, "question": text + name, "right": mark, "judged": None, "failed": None}
        for name, own in marks.items()
        for mark in own
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_the_majority_of_samples_decides(tmp_path: Path) -> None:
    path = answers(tmp_path / "a.jsonl", {"x": [True, True, False], "y": [True, False]})
    assert read(path)[0] == {"x": True, "y": False}


def test_what_cannot_be_compared_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = answers(tmp_path / "a.jsonl", {"x": [True]})
    other = answers(tmp_path / "b.jsonl", {"x": [True]}, text="another ")
    assert main([str(first), str(other)]) == 2
    assert "differs" in capsys.readouterr().err
    assert main([str(first), str(first), "--judged"]) == 2
    assert "not judged" in capsys.readouterr().err
    assert main([str(first), str(tmp_path / "none")]) == 2
    (tmp_path / "broken.jsonl").write_text('{"id": 1')
    assert main([str(first), str(tmp_path / "broken.jsonl")]) == 2
    assert main([str(first), str(first)]) == 0
