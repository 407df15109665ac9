"""A benchmark from the command line to its folder: kept, resumed, judged, compared. The models are scripted."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agentflow_core import RunStore
from agentflow_core.cli import main as command_line
from agentflow_core.errors import BadInput, ModelUnavailable
from agentflow_core.models import Message, ScriptedModel
from demo.registry import TOKEN, Registry
from tests.agentflow_core.flows import STOP, make, scripted
from tests.stub_server import stub_server
from training import compare, evaluate
from training.benchmarks import evaluation, kept
from training.benchmarks.problem import Problem

QUESTIONS = 8


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Questions of which half have 42 for an answer, which is what the scripted generator says."""
    path = tmp_path / "mine.json"
    rows = [{"query": f"Question {n}?", "answer": 42 if n % 2 else 41} for n in range(QUESTIONS)]
    path.write_text(json.dumps(rows))
    return path


Run = Callable[..., int]


class World:
    """What the models do: `down` questions fail; `asked` records the questions that the generator answered."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.down: set[str] = set()
        self.answer = "Answer: 42"

    def generate(self, messages: list[Message]) -> str:
        prompt = messages[-1].content
        question = next(f"Question {n}?" for n in range(QUESTIONS) if f"Question {n}?" in prompt)
        if question in self.down:
            raise ModelUnavailable("the server is down")
        self.asked.append(question)
        return self.answer


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = World()

    def assembled(*_: object) -> Any:
        return make(scripted(verifier=[STOP] * 1000) | {"generator": ScriptedModel(made.generate)})

    monkeypatch.setattr(evaluation, "assembled", assembled)
    return made


@pytest.fixture
def run(file: Path, tmp_path: Path) -> Run:
    def go(*more: str, out: str = "out") -> int:
        return evaluate.main(["--benchmark", str(file), "--out", str(tmp_path / out), *more])

    return go


def rows(folder: Path, name: str = "answers.jsonl") -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / name).read_text().splitlines()]


def figures(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "summary.json").read_text())  # type: ignore[no-any-return]


async def test_every_answer_is_a_run_that_the_page_can_open(world: World, run: Run, tmp_path: Path) -> None:
    from asyncio import to_thread

    assert await to_thread(run) == 0
    found = rows(tmp_path / "out")
    assert [row["right"] for row in found] == [n % 2 == 1 for n in range(QUESTIONS)]
    registry = Registry(RunStore(tmp_path / "out" / "runs.sqlite"))
    for row in found:
        assert TOKEN.fullmatch(row["run"])
        opened = await registry.get(row["run"])
        assert opened is not None and opened.done
        assert opened.events[-1].type == "flow_finished"
        assert opened.events[0].question == row["question"]  # type: ignore[union-attr]


def test_the_figures(world: World, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--price", "1", "2", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found == figures(tmp_path / "out")
    assert (found["accuracy"], found["n"], len(found["interval"])) == (0.5, QUESTIONS, 2)
    assert found["by_turns"]["1"]["n"] == QUESTIONS
    assert found["tool_mix"]["echo"] | {"flows": 0} == {"calls": QUESTIONS, "share": 1.0, "failed": 0, "flows": 0}
    cost = found["cost"]
    assert cost["model_calls"] == 5 * QUESTIONS
    assert cost["dollars"] == round((cost["prompt_tokens"] + 2 * cost["completion_tokens"]) / 1e6, 4)
    assert sum(role["prompt_tokens"] for role in cost["roles"].values()) == cost["prompt_tokens"]
    assert run("--resume", "--price", "1", "2") == 0
    assert "pass@" not in capsys.readouterr().out


def test_an_interrupted_evaluation_asks_nothing_twice(world: World, run: Run, tmp_path: Path) -> None:
    world.down = {"Question 3?", "Question 5?"}
    assert run() == 0
    found = figures(tmp_path / "out")
    assert found["n"] == QUESTIONS, "failures are in the denominator"
    assert {one["question"] for one in found["failures"]} == world.down
    assert found["accuracy"] == 2 / QUESTIONS
    world.asked.clear()
    world.down = set()
    assert run("--resume") == 0
    assert sorted(world.asked) == ["Question 3?", "Question 5?"]
    assert figures(tmp_path / "out")["accuracy"] == 0.5
    world.asked.clear()
    assert run("--resume") == 0
    assert world.asked == []


def test_more_questions_and_a_process_that_was_killed(world: World, run: Run, tmp_path: Path) -> None:
    assert run("--limit", "3") == 0
    assert len(rows(tmp_path / "out")) == 3
    asked = set(world.asked)
    (tmp_path / "out" / "answers.jsonl").unlink()  # what a kill leaves: the runs, no results
    (tmp_path / "out" / "summary.json").unlink()
    world.asked.clear()
    assert run("--resume") == 0
    assert len(rows(tmp_path / "out")) == QUESTIONS
    assert asked.isdisjoint(world.asked) and len(world.asked) == QUESTIONS - 3


def test_a_run_cut_off_in_the_middle_goes_on_from_there(world: World, run: Run, tmp_path: Path) -> None:
    assert run("--limit", "1") == 0
    kept = rows(tmp_path / "out")[0]["run"]
    store = RunStore(tmp_path / "out" / "runs.sqlite")
    before = store.events(kept)
    store._db.execute("DELETE FROM events WHERE run = ? AND seq > 4", (kept,))
    store._db.commit()
    store.close()
    assert run("--limit", "1", "--resume") == 0
    after = RunStore(tmp_path / "out" / "runs.sqlite").events(kept)
    assert after[:5] == before[:5]
    assert after[5].type == "resumed" and after[-1].type == "flow_finished"
    assert len(rows(tmp_path / "out")) == 1


def test_another_evaluation_does_not_go_into_the_same_folder(
    world: World, run: Run, capsys: pytest.CaptureFixture[str], file: Path
) -> None:
    assert run() == 0
    assert run() == 2
    assert "--resume" in capsys.readouterr().err
    assert run("--resume", "--temperature", "0.5") == 2
    assert "temperature 0.0 instead of 0.5" in capsys.readouterr().err
    file.write_text(file.read_text().replace("41", "40"))
    assert run("--resume") == 2
    assert "questions" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("AGENTFLOW_MEMORY_TOKENS", "500", "budget.memory_tokens 8000 instead of 500"),
        ("AGENTFLOW_SECONDS", "7", "budget.seconds 300.0 instead of 7.0"),
        ("AGENTFLOW_MAX_TOKENS", "77", "sampling.generator.max_tokens 120 instead of 77"),
        ("AGENTFLOW_TEMPERATURE", "0.5", "sampling.verifier.temperature 0.0 instead of 0.5"),
        ("AGENTFLOW_WIKIPEDIA", "live", "tools_by.wikipedia 'offline' instead of 'live'"),
        ("AGENTFLOW_SEARCH_ENGINES", "mojeek", "tools_by.search_engines"),
        ("AGENTFLOW_WIKI_FILES", "mine.jsonl", r"tools_by.wiki_files \[\] instead of"),
    ],
)
def test_settings_that_change_results_are_part_of_what_was_asked(
    name: str, value: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.jsonl").write_text('{"title": "A", "text": "B"}\n')
    options = evaluate.arguments(["--benchmark", "aime24"])
    asked = evaluation.asked(options, evaluation.assembled(options, evaluation.ModelPool()), [])
    kept.Kept(tmp_path / "out", asked, resume=False).store.close()
    kept.Kept(tmp_path / "out", asked, resume=True).store.close()
    monkeypatch.setenv(name, value)
    other = evaluation.asked(options, evaluation.assembled(options, evaluation.ModelPool()), [])
    with pytest.raises(BadInput, match=said) as refused:
        kept.Kept(tmp_path / "out", other, resume=True)
    assert "choose another --out" in str(refused.value)


def test_articles_are_told_apart_by_what_they_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = evaluate.arguments(["--benchmark", "aime24"])

    def told(name: str, text: str) -> list[str]:
        (tmp_path / name).write_text(json.dumps({"title": "A", "text": text}) + "\n")
        monkeypatch.setenv("AGENTFLOW_WIKI_FILES", str(tmp_path / name))
        flow = evaluation.assembled(options, evaluation.ModelPool())
        return evaluation.asked(options, flow, [])["tools_by"]["wiki_files"]  # type: ignore[no-any-return]

    assert told("one.jsonl", "B") == told("other.jsonl", "B") != told("one.jsonl", "C")


def test_a_smaller_limit_takes_no_answer_away(
    world: World, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--limit", "6") == 0
    before = rows(tmp_path / "out")
    world.asked.clear()
    assert run("--limit", "2", "--resume") == 0
    assert rows(tmp_path / "out") == before and len(before) == 6
    assert world.asked == []
    assert "has answers to 6 questions already" in capsys.readouterr().err
    assert figures(tmp_path / "out")["n"] == 6


def test_every_answer_opens_on_the_command_line(
    world: World, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An id that began with a hyphen would be an option, one with capitals could be taken for another."""
    assert run("--samples", "6") == 0
    monkeypatch.setenv("AGENTFLOW_HOME", str(tmp_path / "out"))
    found = rows(tmp_path / "out")
    assert len(found) == 6 * QUESTIONS
    for row in found:
        assert re.fullmatch("[0-9a-f]{32}", row["run"])
        capsys.readouterr()
        assert command_line(["show", row["run"]]) == 0
        assert row["question"] in capsys.readouterr().out


def test_a_folder_from_before_goes_on_with_the_ids_that_it_has(world: World, run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("--limit", "1") == 0
    asked = json.loads((out / "asked.json").read_text())
    for name in ("ids", "budget", "sampling", "tools_by"):  # which older versions did not write
        del asked[name]
    (out / "asked.json").write_text(json.dumps(asked))
    old = kept.Kept(out, {}, resume=True)
    question = rows(out)[0]["id"]
    (seat,) = old.seats([Problem(question, "?", ("42",), "number")], [question], 1)
    old.store._db.execute("PRAGMA foreign_keys=OFF")
    for table, column in (("runs", "id"), ("events", "run")):
        old.store._db.execute(f"UPDATE {table} SET {column} = ?", (seat.run,))
    old.store._db.commit()
    old.store.close()
    assert len(seat.run) == 24
    world.asked.clear()
    assert run("--resume") == 0
    assert len(world.asked) == QUESTIONS - 1, "the one that was there is not asked again"
    assert seat.run in {row["run"] for row in rows(out)}


def test_samples_and_pass_at_k(world: World, run: Run, tmp_path: Path) -> None:
    assert run("--samples", "4") == 0
    found = figures(tmp_path / "out")
    assert {k: row["accuracy"] for k, row in found["pass_at"].items()} == {"1": 0.5, "2": 0.5, "4": 0.5}
    assert all(row["n"] == QUESTIONS for row in found["pass_at"].values())
    assert len({row["run"] for row in rows(tmp_path / "out")}) == 4 * QUESTIONS


def test_a_judge_is_heard_beside_the_rules(
    world: World,
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    judge = ScriptedModel(lambda _: "RIGHT", name="judge")
    monkeypatch.setattr(evaluation.ModelPool, "get", lambda *_: judge)
    assert run("--judge", "pocket", "--price", "1", "2") == 0
    said = capsys.readouterr()
    assert f"differ on {QUESTIONS // 2}" in said.out
    assert f"{QUESTIONS // 2} flows: see {tmp_path / 'out' / 'disagreements.jsonl'}" in said.err
    found = figures(tmp_path / "out")
    assert found["accuracy"] == 0.5, "the rules' verdict stays"
    assert found["judge"]["accuracy"] == 1.0
    assert found["judge"]["agreement"]["accuracy"] == 0.5
    assert found["judge"]["disagreements"] == QUESTIONS // 2
    differ = rows(tmp_path / "out", "disagreements.jsonl")
    assert [(one["rules"], one["judge"], one["gold"]) for one in differ] == [(False, True, ["41"])] * (QUESTIONS // 2)
    assert {one["run"] for one in differ} == {row["run"] for row in rows(tmp_path / "out") if not row["right"]}
    assert len(judge.calls) == QUESTIONS
    read = sum(judge.count_tokens(message.content) for call in judge.calls for message in call)
    cost = found["cost"]
    assert cost["roles"]["judge"] == {"calls": QUESTIONS, "prompt_tokens": read, "completion_tokens": 2 * QUESTIONS}
    assert sum(role["prompt_tokens"] for role in cost["roles"].values()) == cost["prompt_tokens"]
    assert cost["dollars"] == round((cost["prompt_tokens"] + 2 * cost["completion_tokens"]) / 1e6, 4)
    assert run("--judge", "pocket", "--resume", "--price", "1", "2") == 0
    assert len(judge.calls) == QUESTIONS, "nothing is judged twice"
    assert figures(tmp_path / "out")["cost"] == cost, "and what it cost is remembered"


def test_answers_that_are_alike_are_judged_once(
    world: World, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = ScriptedModel(lambda _: "RIGHT", name="judge", latency=0.01)
    monkeypatch.setattr(evaluation.ModelPool, "get", lambda *_: judge)
    assert run("--judge", "pocket", "--samples", "4") == 0
    assert len(judge.calls) == QUESTIONS
    found = figures(tmp_path / "out")["judge"]
    assert (found["n"], found["flows"], found["agreement"]["n"]) == (QUESTIONS, 4 * QUESTIONS, QUESTIONS)


def test_a_judge_that_is_down_costs_nothing_but_its_opinion(
    world: World, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(_: list[Message]) -> str:
        raise ModelUnavailable("no judge")

    monkeypatch.setattr(evaluation.ModelPool, "get", lambda *_: ScriptedModel(down))
    assert run("--judge", "pocket") == 0
    found = figures(tmp_path / "out")
    assert (found["accuracy"], found["judge"]["unjudged"]) == (0.5, QUESTIONS)


def test_two_evaluations_are_compared(
    world: World, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run() == 0
    world.answer = "Answer: 41"
    assert run("--limit", "6", out="other") == 0
    capsys.readouterr()
    assert compare.main([str(tmp_path / "out"), str(tmp_path / "other"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["n"] + found["left_out"] == QUESTIONS
    assert len(found["only_first"]) + len(found["only_second"]) == 6
    assert compare.main([str(tmp_path / "out"), str(tmp_path)]) == 2


async def test_models_of_the_command_line_get_the_environments_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hosted model could not be evaluated otherwise."""
    monkeypatch.setenv("AGENTFLOW_API_KEY", "secret")
    async with stub_server() as stub:
        named = ["--model", f"openai:stub@{stub.url}", "--planner", "pocket:base", "--tools", "math_solver"]
        options = evaluate.arguments(["--benchmark", "aime24", *named])
        pool = evaluation.ModelPool()
        flow = evaluation.assembled(options, pool)
        await flow.models["generator"].check()
        await pool.close()
    assert stub.headers[0]["authorization"] == "Bearer secret"
    assert {role: model.name for role, model in flow.models.items()} == {
        "planner": "pocket:base",
        **dict.fromkeys(("executor", "verifier", "generator"), options.model),
    }
    assert flow.toolbox.names == ("math_solver",)


@pytest.mark.parametrize(
    "options",
    [["--resume"], ["--judge", "pocket"], ["--benchmark", "aime24", "--planner", "oracle"], ["--limit", "0"]],
)
def test_options_that_do_not_go_together_are_refused(options: list[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        evaluate.arguments(options)
    assert refused.value.code == 2


def test_a_limit_takes_from_all_over_and_a_larger_one_takes_those_too() -> None:
    problems: list[Any] = list(range(300))
    few, more = evaluation.chosen(problems, 20), evaluation.chosen(problems, 60)
    assert set(few) < set(more) and sorted(few) == few
    assert min(few) < 100 and max(few) > 200
    assert evaluation.chosen(problems, None) == problems
