"""Evaluation through the real engine and the real tools, with an oracle in the model's place.

That the oracle is asked only for what its own traces hold shows that the engine writes exactly the text that the Pocket
model is trained on.
"""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from agentflow_core import AgentFlow, Budget
from agentflow_core.events import ROLES
from agentflow_core.models import Message, ScriptedModel
from agentflow_core.prompts import pocket
from tools.base import ToolSettings
from tools.toolbox import Toolbox
from training.evaluate import Outcome, run_all, same, summary, table, wilson
from training.pocket.questions import FAMILIES, Question
from training.pocket.splits import SPLITS, Split, load
from training.pocket.traces import CLEAN, reply, text_of, trace


def oracle_model(split: Split) -> ScriptedModel:
    """Continues a trace whose beginning is the prompt, up to `<end>`."""
    traces = [trace(question, split.world, random.Random(0), CLEAN) or [] for question in split.questions]
    talk = [reply(question) for question in split.questions if question.family == "talk"]
    texts = [text_of(segments) for segments in (*traces, *talk)]

    def go_on(messages: list[Message]) -> str:
        prompt = messages[-1].content
        for text in texts:
            if text.startswith(prompt):
                return text.removeprefix(prompt).split(pocket.END, 1)[0]
        raise AssertionError(f"the engine wrote what no trace holds: {prompt}")

    return ScriptedModel(go_on, dialect="pocket")


@pytest.mark.parametrize("name", SPLITS)
async def test_an_oracle_answers_everything_through_the_engine(name: str, tmp_path: Path) -> None:
    split = load(name, limit=20, seed=3)
    split.write_articles(tmp_path / "wiki.jsonl")
    settings = ToolSettings(wikipedia="offline", wiki_files=(tmp_path / "wiki.jsonl",), wiki_results=1)
    if name == "dev":  # the bundled wiki is searched too, and may come closest to what an invented world lacks
        split = replace(split, questions=tuple(q for q in split.questions if q.family != "unknown"))
    model = oracle_model(split)
    flow = AgentFlow(dict.fromkeys(ROLES, model), Toolbox.load(settings))
    outcomes = await run_all(flow, split.questions, Budget(turns=6), concurrency=4)
    assert [(o.question.text, o.answer) for o in outcomes if not o.right or o.failed] == []
    figures = summary(outcomes)
    assert figures["accuracy"] == 1.0
    assert figures["stopped"] == 1.0
    assert figures["parse_failures"] == figures["infrastructure_failures"] == 0
    assert set(figures["tools"]) == {"wikipedia_search", "math_solver", "python_coder", "base_generator"}


@pytest.mark.parametrize("name", SPLITS)
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
    return Outcome(Question("look1", "?", "", gold), answer, ("wikipedia_search",), 1, True, 0, 0, 0, 0.1, failed)


def test_flows_lost_to_infrastructure_are_counted_and_not_scored() -> None:
    figures = summary([outcome("paris."), outcome("Rome"), outcome("", failed="no server")])
    assert (figures["accuracy"], figures["n"], figures["infrastructure_failures"]) == (0.5, 2, 1)
    assert "look1" in table(figures)


def test_answers_are_compared_without_case_and_final_marks() -> None:
    assert same(" 1,012  km ", "1,012 km")
    assert same("hello!", "Hello")
    assert not same("1,012", "1,012 km")


def test_wilson_interval() -> None:
    assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-3)
    assert wilson(0, 0) == (0.0, 1.0)
    low, high = wilson(0, 50)
    assert low == 0.0
    assert 0 < high < 0.1
