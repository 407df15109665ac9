"""Evaluation through the real engine and the real tools, with an oracle in the model's place.

That the oracle is asked only for what its own traces hold shows that the engine writes exactly the text that the Pocket
model is trained on.
"""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agentflow_core import AgentFlow, Budget
from agentflow_core.events import ROLES
from agentflow_core.models import Message, ScriptedModel
from agentflow_core.prompts import pocket
from tools.base import ToolSettings
from tools.toolbox import Toolbox
from training.evaluate import run_all
from training.outcome import Outcome, details, modules, pass_at, score, summary, table, wilson
from training.pocket.questions import FAMILIES, Question
from training.pocket.replay import Done, Judged, departure, judged, oracle_planner
from training.pocket.splits import Split, load
from training.pocket.traces import CLEAN, Segment, reply, text_of, trace

WITH_ORACLE = ("real", "held", "dev")


def oracle_model(split: Split) -> ScriptedModel:
    """Continues a trace whose beginning is the prompt, up to `<end>`."""
    traces = [trace(question, split.world, random.Random(0), CLEAN) or [] for question in split.questions]
    rng = random.Random(0)
    talk = [reply(question, rng) for question in split.questions if question.family == "talk"]
    texts = [text_of(segments) for segments in (*traces, *talk)]

    def go_on(messages: list[Message]) -> str:
        prompt = messages[-1].content
        for text in texts:
            if text.startswith(prompt):
                return text.removeprefix(prompt).split(pocket.END, 1)[0]
        raise AssertionError(f"the engine wrote what no trace holds: {prompt}")

    return ScriptedModel(go_on, dialect="pocket")


@pytest.mark.parametrize("name", WITH_ORACLE)
async def test_an_oracle_answers_everything_through_the_engine(name: str, tmp_path: Path) -> None:
    split = load(name, limit=20, seed=3)
    split.write_articles(tmp_path / "wiki.jsonl")
    settings = ToolSettings(wikipedia="offline", wiki_files=(tmp_path / "wiki.jsonl",), wiki_results=1)
    if name == "dev":  # the bundled wiki is searched too, and may come closest to what an invented world lacks
        split = replace(split, questions=tuple(q for q in split.questions if q.family != "unknown"))
    models = dict.fromkeys(ROLES, oracle_model(split)) | {"planner": oracle_planner(split)}
    flow = AgentFlow(models, Toolbox.load(settings))
    outcomes = await run_all(flow, split.questions, Budget(turns=6), concurrency=4)
    assert [(o.question.text, o.answer) for o in outcomes if not o.right or o.failed] == []
    figures = summary(outcomes)
    assert figures["accuracy"] == 1.0
    assert figures["stopped"] == 1.0
    assert figures["parse_failures"] == figures["infrastructure_failures"] == 0
    found = modules((o.question, judged(o.question, split.world, o.turns, o.right)) for o in outcomes)
    assert {name: row["accuracy"] for name, row in found.items()} == dict.fromkeys(
        ("command", "verdict", "answer"), 1.0
    )
    assert set(figures["tools"]) == {"wikipedia_search", "math_solver", "python_coder", "base_generator"}


@pytest.mark.parametrize("name", WITH_ORACLE)
def test_a_split_is_stratified_and_its_questions_differ(name: str) -> None:
    split = load(name, limit=40, seed=1)
    assert len({question.text for question in split.questions}) == 40
    counts = [sum(question.family == family for question in split.questions) for family in FAMILIES]
    assert min(counts) >= 2
    assert load(name, limit=40, seed=1).questions == split.questions
    assert load(name, limit=40, seed=2).questions != split.questions


def test_an_unknown_split_is_refused() -> None:
    with pytest.raises(ValueError, match="no split 'test'"):
        load("test", 1, 1)


def outcome(answer: str, gold: str = "Paris", failed: str | None = None) -> Outcome:
    done = Done("Find it.", "wikipedia_search", "France", "France: its capital is Paris.", True)
    return Outcome(Question("look1", "?", "", gold), answer, (done,), 0.1, failed=failed)


def test_flows_lost_to_infrastructure_count_and_are_listed() -> None:
    figures = summary([outcome("paris."), outcome("Rome"), outcome("Paris", failed="no server")])
    assert (figures["accuracy"], figures["n"], figures["infrastructure_failures"]) == (0.3333, 3, 1)
    assert figures["failures"] == [{"question": "?", "reason": "no server"}]
    assert "look1" in table(figures)
    assert "no server" in table(figures)


def test_answers_are_compared_without_case_and_final_marks() -> None:
    answers = {" 1,012  KM ": True, "1,012 km!": True, "1,012": False}
    assert {answer: outcome(answer, gold="1,012 km").right for answer in answers} == answers


def test_several_flows_of_a_question_are_no_more_than_one_question() -> None:
    values = [0.5, 0.25, 1.0, 0.0, 0.75]
    found = score(values)
    assert (found["accuracy"], found["n"]) == (0.5, 5)
    whole = score([1.0, 0.0, 1.0, 0.0, 0.5])["interval"]
    assert found["interval"][0] > whole[0] and found["interval"][1] < whole[1], "they vary less"
    assert score([True] * 8 + [False] * 2)["interval"] == [round(bound, 4) for bound in wilson(8, 10)]


def test_copies_of_a_flow_make_no_interval_narrower() -> None:
    """Of figures, families, turns, tools and modules alike: only other questions tell more."""
    questions = [Question("look1" if n % 2 else "arith", f"Question {n}?", "", "42") for n in range(30)]
    done = Done("Find it.", "wikipedia_search", "France", "42", True)

    def flows(copies: int) -> list[Outcome]:
        return [
            Outcome(q, "42" if n % 3 else "41", (done,) * (1 + n % 2), 0.1, sample=copy)
            for n, q in enumerate(questions)
            for copy in range(copies)
        ]

    one, eight = ({**summary(flows(k)), **details(flows(k))} for k in (1, 8))
    assert (one["n"], one["flows"]) == (30, 30)
    assert (eight["n"], eight["flows"]) == (30, 240)
    for figures in (one, eight):
        for row in (figures, *figures["families"].values(), *figures["by_turns"].values()):
            row.pop("flows")
        figures["tool_mix"]["wikipedia_search"]["flows"].pop("flows")
    for part in ("accuracy", "n", "interval", "families", "by_turns"):
        assert eight[part] == one[part], part
    assert eight["tool_mix"]["wikipedia_search"]["flows"] == one["tool_mix"]["wikipedia_search"]["flows"]
    judged = Judged((True,), (True, True), False)
    once, often = (modules((q, judged) for q in questions for _ in range(k)) for k in (1, 8))
    assert [row["interval"] for row in often.values()] == [row["interval"] for row in once.values()]
    assert "240 in all" in table(eight | summary(flows(8)))


def test_samples_that_differ_tell_more_but_never_more_than_as_many_questions() -> None:
    questions = [Question("arith", f"Question {n}?", "", "42") for n in range(12)]

    def figures(right: Callable[[int, int], bool]) -> dict[str, Any]:
        flows = [Outcome(q, "42" if right(n, k) else "41", (), 0.1) for n, q in enumerate(questions) for k in range(4)]
        return summary(flows)

    for found in (figures(lambda n, k: (n + k) % 2 == 0), figures(lambda n, k: (n * 5 + k * 3) % 7 < 3)):
        low, high = found["interval"]
        widest, narrowest = wilson(12 * found["accuracy"], 12), wilson(48 * found["accuracy"], 48)
        assert high - low <= widest[1] - widest[0] + 1e-4
        assert high - low >= narrowest[1] - narrowest[0] - 1e-4


@pytest.mark.parametrize(
    ("right", "of", "k", "chance"), [(1, 4, 1, 0.25), (1, 4, 2, 0.5), (2, 4, 2, 5 / 6), (0, 4, 4, 0)]
)
def test_pass_at_k_is_the_chance_that_one_of_k_is_right(right: int, of: int, k: int, chance: float) -> None:
    question = Question("arith", "1 + 1", "", "2")
    flows = [Outcome(question, "2" if n < right else "3", (), 0.1) for n in range(of)]
    assert pass_at(flows)["pass_at"][str(k)]["accuracy"] == pytest.approx(chance, abs=1e-4)
    assert pass_at(flows[:1]) == {}


def test_wilson_interval() -> None:
    assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-3)
    assert wilson(0, 0) == (0.0, 1.0)
    low, high = wilson(0, 50)
    assert low == 0.0
    assert 0 < high < 0.1


@pytest.mark.parametrize(
    ("change", "module"),
    [
        ({"goal": "Find something else."}, "plan"),
        ({"tool": "base_generator"}, "plan"),
        ({"command": "Somewhere else"}, "command"),
        ({"stop": False}, "verdict"),
        ({}, "answer"),
    ],
)
def test_a_wrong_answer_is_laid_to_the_module_that_erred_first(change: dict[str, Any], module: str) -> None:
    split = load("real", limit=11, seed=1)
    question = next(question for question in split.questions if question.family == "look1")
    segments = trace(question, split.world, random.Random(0), CLEAN) or []
    turn = flown(segments)
    assert departure(question, split.world, question.analysis, [replace(turn, **change)]) == module
    assert departure(question, split.world, "nonsense", [turn]) == "analysis"


def flown(segments: list[Segment]) -> Done:
    """The first turn of a trace as a flow would have run it."""
    text = {segment.text[1:4]: segment.text.removesuffix(pocket.END) for segment in segments[2:6]}
    plan = pocket.split(text["pla"].removeprefix("<plan>"), ("goal", "tool"))
    stop = pocket.split(text["ver"].removeprefix("<ver>"), ("say",))["say"] == "STOP"
    command, result = text["cmd"].removeprefix("<cmd> "), text["res"].removeprefix("<res> ")
    return Done(plan["goal"], plan["tool"], command, result, stop)


def test_pass_at_k_counts_questions_solved_at_least_once() -> None:
    lucky, unlucky = Question("arith", "1 + 1", "", "2"), Question("arith", "2 + 2", "", "4")
    outcomes = [Outcome(q, a, (), 0.1) for q, a in ((lucky, "2"), (lucky, "3"), (unlucky, "5"), (unlucky, "5"))]
    figures = summary(outcomes)
    assert figures["accuracy"] == 0.25
    assert figures["solved_at_least_once"]["arith"]["accuracy"] == 0.5
