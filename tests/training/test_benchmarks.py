"""The ten sets: their published forms, what counts as right, and the scorers on the real files where they are."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from agentflow_core.errors import BadInput, ModelUnavailable
from training.benchmarks import hub
from training.benchmarks.answers import final, says
from training.benchmarks.gold import check
from training.benchmarks.load import load
from training.benchmarks.problem import Problem
from training.benchmarks.scoring import right
from training.benchmarks.table import BENCHMARKS
from training.evaluate import main

REAL = {"bamboogle", "hotpotqa", "aime24", "gameof24", "medqa"}
GOLD = Path(__file__).with_name("gold")


def row(name: str) -> dict[str, Any]:
    """A row as it is published, of our own making."""
    rows: dict[str, dict[str, Any]] = {
        "bamboogle": {"idx": 0, "pid": "0", "query": "Who?", "answer": ["Ada"], "image": None},
        "2wiki": {"query": "Who?", "image": None, "answer": "Ada", "pid": "0"},
        "hotpotqa": {"idx": 0, "question": "Who?", "answer": ["Ada"], "pid": "0", "query": "Who?"},
        "musique": {"query": "Who?", "image": None, "answer": "Ada", "pid": "0"},
        "gaia": {"pid": "x1", "question": "How many?", "query": "How many?", "answer": "3", "Level": 2},
        "aime24": {"idx": 0, "question": "?", "answer": 33, "pid": "0", "query": "What is it?"},
        "amc23": {"pid": "0", "question": "?", "answer": 27.0, "query": "What is it?", "image": None},
        "gameof24": {"pid": "0", "question": [1, 1, 1, 8], "answer": ["(1+1+1)×8"], "query": "Make 24."},
        "gpqa": {
            "pid": "0",
            "question": "Which?",
            "choices": ["red", "blue", "green", "black"],
            "answer_idx": 2,
            "answer": "green",
            "query": "Which?",
        },
        "medqa": {
            "idx": 0,
            "question": "Which?",
            "options": ["A. a cold", "B. measles", "C. mumps", "D. the flu"],
            "answer": "measles",
            "query": "Which?\nA. a cold\nB. measles\nC. mumps\nD. the flu\nChoose.",
        },
    }
    return rows[name]


def test_the_table_has_the_ten_sets_of_the_paper() -> None:
    assert len(BENCHMARKS) == 10
    assert sum(benchmark.size for benchmark in BENCHMARKS.values()) == 1722


@pytest.mark.parametrize("name", sorted(BENCHMARKS))
def test_a_published_row_is_read_and_its_own_answer_is_right(name: str) -> None:
    problem = BENCHMARKS[name].read(row(name), 0)
    assert problem.text and problem.gold
    assert all(right(problem, answer) for answer in problem.gold)
    assert not right(problem, "I do not know.")
    assert not right(problem, "")


def test_options_are_shown_once() -> None:
    assert BENCHMARKS["medqa"].read(row("medqa"), 0).text.count("measles") == 1
    gpqa = BENCHMARKS["gpqa"].read(row("gpqa"), 0)
    assert "C. green" in gpqa.text
    assert gpqa.correct == "C"


HUB_ROWS: dict[str, dict[str, Any]] = {
    "bamboogle": {"Question": "Who?", "Answer": "Ada"},
    "2wiki": {"question": "Who?", "answer": "Ada"},
    "hotpotqa": {"question": "Who?", "answer": "Ada"},
    "musique": {"question": "Who?", "answer": "Ada", "answer_aliases": ["Ada L."]},
    "gaia": {"task_id": "x", "Question": "How many?", "Final answer": "3", "Level": "1", "file_name": ""},
    "aime24": {"problem": "What?", "answer": "033"},
    "amc23": {"question": "What?", "answer": 27.0},
    "gameof24": {"numbers": [1, 1, 1, 8], "solutions": ["(1+1+1)×8"], "solvable": True},
    "gpqa": {
        "Question": "Which?",
        "Correct Answer": "green\n",
        **{f"Incorrect Answer {n}": other for n, other in ((1, "red"), (2, "blue"), (3, "black"))},
    },
    "medqa": {"question": "Which?", "answer": "mumps", "options": {"A": "flu", "B": "mumps"}, "answer_idx": "B"},
}


@pytest.mark.parametrize("name", sorted(BENCHMARKS))
def test_a_row_of_the_hub_becomes_a_published_one(name: str) -> None:
    benchmark = BENCHMARKS[name]
    rows = hub.sampled(benchmark, [HUB_ROWS[name]] * 500)
    assert len(rows) == benchmark.size
    assert rows == hub.sampled(benchmark, [HUB_ROWS[name]] * 500), "the same rows every time"
    problem = benchmark.read(rows[0], 0)
    assert all(right(problem, answer) for answer in problem.gold)


def test_rows_that_cannot_be_asked_are_left_out() -> None:
    assert hub.sampled(BENCHMARKS["gaia"], [HUB_ROWS["gaia"] | {"file_name": "x.pdf"}]) == []
    assert hub.sampled(BENCHMARKS["gameof24"], [HUB_ROWS["gameof24"] | {"solvable": False}]) == []


def problem(kind: str, gold: str) -> Problem:
    return Problem("0", "?", (gold,), kind)


@pytest.mark.parametrize(
    ("gold", "answer"),
    [
        ("James Madison", "The answer is James Madison."),
        ("James Madison", "james madison"),
        ("James Madison", "The president in that year was James Madison."),
        ("James Madison", "James Madison was the president then."),
        ("James Madison", "James Madison. He was in office from 1809."),
        ("James Madison", "<answer>James Madison</answer>"),
        ("20 June 1837", "June 20, 1837"),
        ("20 June 1837", "It was on the 20th of June 1837"),
        ("1999", "In 1999."),
        ("1999", "It was added on 30 June 1999."),
        ("yes", "Yes, both are bands."),
        ("no", "No, they are not."),
        ("Toghon Temür", "Toghon Temur"),
        ("138,535", "138535"),
        ("4,884 m", "4884 m"),
        ("310 square kilometers", "310 km²"),
        ("unknown", "Unknown"),
        ("Charles Tupper Sr.", "It was Charles Tupper Sr."),
    ],
)
def test_short_answers_that_say_it(gold: str, answer: str) -> None:
    assert right(problem("short", gold), answer)


@pytest.mark.parametrize(
    ("gold", "answer"),
    [
        ("James Madison", "The wife of James Madison"),
        ("James Madison", "It was not James Madison."),
        ("James Madison", "It wasn't James Madison."),
        ("James Madison", "James Madison or James Monroe"),
        ("James Madison", "James Madison's father"),
        ("James Madison", "It was James Monroe. James Madison came before."),
        ("James Madison", "I cannot say whether it was James Madison."),
        ("James Madison", "James"),
        ("20 June 1837", "21 June 1837"),
        ("20 June 1837", "20 June"),
        ("1999", "1999 or 2000"),
        ("1999", "1999 BC"),
        ("1999", "Between 1998 and 1999"),
        ("131", "131 of 200"),
        ("131", "130"),
        ("yes", "No."),
        ("no", "I do not know"),
        ("no", "Nothing is said about it"),
        ("310 square kilometers", "310 miles"),
        ("4,884 m", "4884 ft"),
    ],
)
def test_short_answers_that_do_not(gold: str, answer: str) -> None:
    assert not right(problem("short", gold), answer)


@pytest.mark.parametrize(
    ("gold", "answer", "expected"),
    [
        ("33", "The value is 25/8, so m + n = 33.", True),
        ("33", "$m+n = \\boxed{33}$", True),
        ("33", "033", True),
        ("33", "We get \\boxed{25} first, then \\boxed{33}", True),
        ("33", "33 or 34", False),
        ("33", "It is not 33.", False),
        ("33", "m + n = 34", False),
        ("33", "\\boxed{}", False),
        ("27", "27.0", True),
        ("2", "$\\frac{4}{2}$", True),
    ],
)
def test_numbers(gold: str, answer: str, expected: bool) -> None:
    assert right(problem("number", gold), answer) is expected


@pytest.mark.parametrize(
    ("gold", "answer", "expected"),
    [
        ("17", "17", True),
        ("$1,000", "1000", True),
        ("red, green", "red, green", True),
        ("red, green", "green, red", False),
        ("red, green", "red", False),
        ("Ada Lovelace", "ada lovelace", True),
        ("3; 4", "3; 5", False),
    ],
)
def test_mixed_answers(gold: str, answer: str, expected: bool) -> None:
    assert right(problem("mixed", gold), answer) is expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("B", True),
        ("B. measles", True),
        ("measles", True),
        ("The answer is (B).", True),
        ("The answer is measles.", True),
        ("It is measles, by the rash.", True),
        ("C. measles", False),
        ("B. mumps", False),
        ("measles or mumps", False),
        ("not measles", False),
        ("A", False),
        ("none of these", False),
    ],
)
def test_choices(answer: str, expected: bool) -> None:
    assert right(BENCHMARKS["medqa"].read(row("medqa"), 0), answer) is expected


def test_a_longer_option_hides_the_shorter_one_within_it() -> None:
    asked = Problem(
        "0", "?", ("cancer of the colon",), "choice", options=("cancer", "cancer of the colon"), correct="B"
    )
    assert right(asked, "This is cancer of the colon")
    assert not right(asked, "This is cancer")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("(1+1+1)×8", True),
        ("24 = (1+1+1)×8", True),
        ("(1+1+1)x8 = 24", True),
        ("$(1+1+1)\\times 8$", True),
        ("**(1+1+1)*8**", True),
        ("\\boxed{\\left(1+1+1\\right)\\cdot 8}", True),
        ("(1+1+1)*8 = 25", False),
        ("3*8", False),
        ("1+1=2, 2+1=3, 3*8=24", False),
        ("8*(1+1)+8", False),
        ("24", False),
    ],
)
def test_the_game_of_24(answer: str, expected: bool) -> None:
    assert right(BENCHMARKS["gameof24"].read(row("gameof24"), 0), answer) is expected


def test_the_last_announced_answer_counts() -> None:
    assert final("<answer>one</answer> no, <answer>two</answer>") == "two"
    assert final("so \\boxed{\\frac{1}{2}}.") == "\\frac{1}{2}"
    assert final("Thinking aloud. Final answer: **Paris**") == "Paris"
    assert says("Paris", "Paris")


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "cannot be read"),
        ("[]", "no list of questions"),
        ('{"a": 1}', "no list of questions"),
        ('[{"query": "Who?"}]', "question 0.*no answer"),
        ('[{"query": " ", "answer": "x"}]', "question 0.*no text"),
        ('[{"query": "Which?", "options": ["A. x", "B. y"], "answer": "z"}]', "none of its options"),
    ],
)
def test_a_file_that_is_none_is_refused_by_name(content: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text(content)
    with pytest.raises(BadInput, match=said):
        load(str(tmp_path / "mine.json"))


@pytest.mark.parametrize("name", ["gameof24", "medqa", "aime24", "bamboogle", "gaia"])
def test_a_file_of_another_name_is_read_by_its_fields(name: str, tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text(json.dumps([row(name)] * 2))
    (tmp_path / f"{name}.json").write_text(json.dumps([row(name)] * 2))
    mine = load(str(tmp_path / "mine.json"))
    assert mine == load(str(tmp_path / f"{name}.json"))
    assert [one.id for one in mine] == ["0", "1"], "ids that repeat in the file are replaced"


def test_question_sets_of_training_are_benchmarks_too(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text('{"question": "1+1", "answer": "2", "kind": "numeric", "id": "a"}\n')
    assert load(str(path)) == [Problem("a", "1+1", ("2",), "numeric", "mine")]
    path.write_text('{"question": "1+1", "answer": "2", "id": "a"}\n' * 2)
    with pytest.raises(BadInput, match="'a'"):
        load(str(path))


def test_a_set_that_is_nowhere_says_where_to_put_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENTFLOW_BENCHMARKS", str(tmp_path))

    def offline(*_: object, **__: object) -> None:
        raise ConnectionError("no network")

    monkeypatch.setattr("datasets.load_dataset", offline)
    monkeypatch.setattr(hub, "reach", lambda: None)
    with pytest.raises(ModelUnavailable, match=r"gpqa\.json.*--benchmark FILE"):
        load("gpqa")
    monkeypatch.setattr("datasets.load_dataset", lambda *_, **__: [HUB_ROWS["gpqa"]])
    assert len(load("gpqa")) == 1
    monkeypatch.setattr("datasets.load_dataset", offline)
    assert len(load("gpqa")) == 1, "it was kept"
    with pytest.raises(BadInput, match="neither a file nor"):
        load("nothing")


def test_without_a_network_the_network_is_named_and_nothing_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGENTFLOW_BENCHMARKS", str(tmp_path))
    asked: list[object] = []
    monkeypatch.setattr("datasets.load_dataset", lambda *given, **_: asked.append(given))
    monkeypatch.setattr("datasets.config.HF_ENDPOINT", "http://127.0.0.1:9")  # the discard port: nobody listens
    monkeypatch.setattr("datasets.config.HF_HUB_OFFLINE", False)
    with pytest.raises(ModelUnavailable, match=r"cannot be reached over the network.*refused.*gpqa\.json") as refused:
        load("gpqa")
    assert "terms" not in str(refused.value)
    assert asked == [], "its own client would try six times"


def test_a_set_behind_terms_is_refused_with_where_to_accept_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datasets.exceptions import DatasetNotFoundError

    monkeypatch.setenv("AGENTFLOW_BENCHMARKS", str(tmp_path))
    monkeypatch.setattr(hub, "reach", lambda: None)

    def gated(*_: object, **__: object) -> None:
        raise DatasetNotFoundError("Dataset 'Idavidrein/gpqa' is a gated dataset on the Hub.")

    monkeypatch.setattr("datasets.load_dataset", gated)
    with pytest.raises(ModelUnavailable, match=r"terms must be accepted at huggingface\.co/datasets/Idavidrein/gpqa"):
        load("gpqa")


# --- the scorers on gold answers -------------------------------------------------------------------------------------


def with_questions(name: str, folder: Path) -> Path:
    """The set's real gold answers, options and numbers, which are committed, under questions that nobody reads."""
    rows = json.loads((GOLD / f"{name}.json").read_text(encoding="utf-8"))
    path = folder / f"{name}.json"
    path.write_text(json.dumps([row | {"query": f"Question {n}."} for n, row in enumerate(rows)]))
    return path


@pytest.mark.parametrize("name", sorted(REAL))
def test_real_gold_answers_are_right_and_shuffled_ones_wrong(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = with_questions(name, tmp_path)
    assert main(["--benchmark", str(path), "--score-gold"]) == 0, capsys.readouterr().out
    problems = load(str(path))
    assert len(problems) == BENCHMARKS[name].size
    sentences = [right(one, f"The answer is {one.gold[0]}.") for one in problems]
    assert sum(sentences) >= 0.99 * len(problems)
    assert not any(right(one, f"It is not {one.gold[0]}.") for one in problems if one.kind in ("short", "number"))


@pytest.mark.parametrize("name", sorted(REAL))
def test_the_published_files_are_read_whole_where_they_are(name: str, tmp_path: Path) -> None:
    where = Path(os.environ.get("AGENTFLOW_BENCHMARKS", ""))
    if "AGENTFLOW_BENCHMARKS" not in os.environ or not (where / f"{name}.json").is_file():
        pytest.skip("AGENTFLOW_BENCHMARKS names no folder with the published files")
    mine = load(str(with_questions(name, tmp_path)))
    assert [(one.gold, one.options, one.numbers) for one in load(name)] == [
        (one.gold, one.options, one.numbers) for one in mine
    ], "the committed gold answers are those of the files"


def test_unsound_scorers_are_told_and_exit_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.json"
    path.write_text(json.dumps([{"query": f"Q{n}", "answer": f"word{n}"} for n in range(9)]))
    assert main(["--benchmark", str(path), "--score-gold"]) == 0
    monkeypatch.setattr("training.benchmarks.gold.right", lambda problem, answer: True)
    assert main(["--benchmark", str(path), "--score-gold"]) == 1
    monkeypatch.setattr("training.benchmarks.gold.right", lambda problem, answer: False)
    assert main(["--benchmark", str(path), "--score-gold"]) == 1
    assert "NOT SOUND" in capsys.readouterr().out


def test_equal_answers_are_not_taken_for_foreign_ones() -> None:
    problems = [Problem(str(n), "?", ("yes" if n % 2 else "no",), "short") for n in range(20)]
    found = check(problems)
    assert (found.own, found.others, found.passed) == (20, 20, ())
