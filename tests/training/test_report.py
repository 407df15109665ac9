"""The report: every analysis from what runs hold, right figures, and nothing that a run says becomes markup."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from agentflow_core.errors import BadInput
from training.outcome import wilson
from training.report.__main__ import main, page
from training.report.analyses import all_of, by_family
from training.report.charts import Dots, Point, Series, dots, lines
from training.report.runs import Run, load

EVIL = "<script>alert(1)</script>"


def figures(right: int, n: int = 100, turns: float = 2.0, solver: int = 10, **more: Any) -> dict[str, Any]:
    chains = [
        {"chain": ["wikipedia_search"], "flows": n - solver, "right": right - solver},
        {"chain": ["wikipedia_search", "math_solver"], "flows": solver, "right": solver},
    ]
    return {
        "accuracy": right / n,
        "n": n,
        "interval": list(wilson(right, n)),
        "families": {name: {"accuracy": right / n, "n": n // 2, "interval": [0, 1]} for name in ("look1", "sum")},
        "turns": turns,
        "turns_interval": [turns - 0.1, turns + 0.1],
        "tools": {"wikipedia_search": n, "math_solver": solver},
        "tools_by_family": {
            "look1": {"wikipedia_search": n // 2},
            "sum": {"wikipedia_search": n // 2, "math_solver": solver},
        },
        "calls": {"failed": 3, "n": 110, "share": 3 / 110, "interval": [0.01, 0.08]},
        "chains": chains,
    } | more


def step(number: int, reward: float) -> dict[str, Any]:
    """Of a run that asks what it has not mastered: the reward as drawn stays where it is."""
    return {
        "step": number,
        "reward": 0.5,
        f"reward/{'look1' if number % 2 else 'sum'}": reward,
        "reward_error": 0.05,
        "turns": 3 - reward,
        "action_tokens": 40 - 10 * reward,
        "tools/wikipedia_search": 90,
        "tools/math_solver": 10,
        "tool_errors": 20 - 20 * reward,
        "plan_failures": 20 - 20 * reward,
        "trained_tokens": 1000,
        "dev/reward": reward,
        "dev/flows": 66,
        "seconds/rollouts": 60.0,
        "seconds/update": 30.0,
    }


def part(folder: Path, kind: str, title: str, rewards: list[float], **evaluations: dict[str, Any]) -> None:
    (folder / "evaluations").mkdir(parents=True)
    (folder / "part.json").write_text(json.dumps({"title": title, "kind": kind}))
    if rewards:
        log = [json.dumps(step(number, reward)) for number, reward in enumerate(rewards, start=1)]
        (folder / "metrics.jsonl").write_text("\n".join(log) + '\n{"step": 99, "rew')
    for name, found in evaluations.items():
        (folder / "evaluations" / f"{name.replace('_', '-')}.json").write_text(json.dumps(found))


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    budgets = {"turns_1": figures(30), "turns_8": figures(50, solver=40)}
    more = {"look1": {"accuracy": 0.6, "n": 50}, "sum": {"accuracy": 0.2, "n": 50}}
    less = {"look1": {"accuracy": 0.6, "n": 50}, "sum": {"accuracy": 0.7, "n": 50}}
    after_budgets = {"turns_1": figures(40, families=more), "turns_8": figures(65, families=less, solver=40)}
    part(tmp_path / "base", "base", "untrained", [], real=figures(50), real_hot=figures(55, solver=0), **budgets)
    after = figures(90, solver=40)
    rewards = [0.1, 0.1, 0.2, 0.2, 0.3, 0.3, 0.6, 0.7, 0.8, 0.9, 0.9, 0.9]
    part(tmp_path / "seed-1", "flow-grpo", f"ours {EVIL}", rewards, real=after, real_hot=after, **after_budgets)
    (tmp_path / "seed-1" / "config.yaml").write_text("data: {order: unsure}")
    part(tmp_path / "sft", "baseline", "supervised", [], real=figures(80))
    part(tmp_path / "no-kl", "ablation", "no KL", [0.5, 0.8], real=figures(88))
    part(tmp_path / "small-base", "size", "small, untrained", [], real=figures(40))
    part(tmp_path / "small", "size", "small, trained", [0.4, 0.6], real=figures(35))
    return tmp_path


def test_every_analysis_is_drawn(evidence: Path) -> None:
    found = all_of(load([evidence]))
    assert len(found) == 8
    assert [analysis.claim.title for analysis in found if "Nothing to show" in analysis.here] == []
    assert all(analysis.charts or analysis.tables for analysis in found)
    steps, supervised, mix, failed, chains, turns, sizes, ablations = found
    assert "reward 0.50 to 0.50 as drawn, " in steps.here
    assert "data.order=unsure" in steps.here
    assert not steps.differs, "what counts is the reward with every family alike, which rose"
    assert "+40.0 points" in supervised.here
    assert "wikipedia_search's: from 100% to 71%" in mix.here
    # 100 calls a step; errors and unreadable plans are 20 (1 - reward) each: 82 in the first five steps, then 38.
    assert f"{2 * 82 / 582:.1%} to {2 * 38 / 738:.1%} of the calls of 5 steps" in failed.here
    assert "New chains: 1." in chains.here
    assert "untrained, hard: 30% right with 1, 50% with 8, 1.2 to 1.8 turns" in turns.here
    assert "untrained, easy: 30% right with 1, 50% with 8, 1.0 to 1.0 turns" in turns.here
    assert turns.differs, "the untrained planner gains as much on easy questions"
    assert "-5.0 points" in sizes.here
    head, rows = ablations.tables[0]
    assert head[1] == "best on dev, 2 steps"
    assert [(row[0], row[1], row[4]) for row in rows][1:] == [("no KL", "80%", "2")]
    assert rows[0][1] == "10%", "of as many steps, not the 90% of all twelve"


def test_every_family_weighs_alike_however_often_it_was_asked() -> None:
    log = [{"reward/a": 1.0}, {"reward/b": 0.0}, {"reward/b": 0.5}, {"reward/b": 1.0, "reward/a": 0.0}]
    run = Run(
        "r", "r", "flow-grpo", tuple(line | {"step": n, "trained_tokens": 1} for n, line in enumerate(log, start=1))
    )
    points = [(point.x, point.y) for point in by_family(run).points]
    assert points == [(2, 0.5), (3, (1 + 0.25) / 2), (4, (0.5 + 0.5) / 2)], "from the step on at which all were asked"


def test_it_says_where_ours_differs_and_is_silent_where_it_does_not(evidence: Path) -> None:
    by_title = {analysis.claim.title: analysis for analysis in all_of(load([evidence]))}
    assert by_title["Two sizes of planner"].differs, "the small one lost"
    assert by_title["Untrained, supervised offline, and Flow-GRPO"].differs, "the supervised one gained"
    assert not by_title["Chains of tools that training brought"].differs
    assert not by_title["Failed tool calls over training"].differs


def test_a_plain_run_is_enough_and_what_is_missing_is_said(tmp_path: Path) -> None:
    (tmp_path / "metrics.jsonl").write_text("\n".join(json.dumps(step(n, n / 10)) for n in (1, 2)))
    found = all_of(load([tmp_path]))
    assert found[0].charts
    assert [bool(analysis.charts) for analysis in found] == [True, False, False, True, False, False, False, False]
    assert all("Nothing to show" in analysis.here for analysis in found if not analysis.charts)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.loads += [str(value) for name, value in attrs if name in ("src", "href", "xlink:href", "data", "action")]


def test_the_page_is_one_file_without_network_and_script(evidence: Path, tmp_path: Path) -> None:
    out = tmp_path / "pages" / "report.html"
    main([str(evidence), "--out", str(out)])
    text = out.read_text(encoding="utf-8")
    tags = Tags()
    tags.feed(text)
    assert tags.seen.count("svg") >= 9
    assert "script" not in tags.seen
    assert "&lt;script&gt;alert(1)" in text
    assert all(link.startswith("#") for link in tags.loads)
    assert not re.search(r"url\(|@import|https?://", text)
    assert "prefers-color-scheme: dark" in text
    assert 'name="viewport"' in text


def test_no_run_and_a_damaged_one_are_named(tmp_path: Path, evidence: Path) -> None:
    config = evidence / "seed-1" / "config.yaml"
    config.write_text("[")
    with pytest.raises(BadInput, match=r"config\.yaml is no config of a run"):
        load([evidence])
    config.unlink()
    with pytest.raises(BadInput, match="no run in"):
        load([tmp_path / "nothing"])
    (evidence / "base" / "evaluations" / "real.json").write_text("{")
    with pytest.raises(BadInput, match=r"real\.json cannot be read"):
        load([evidence])


# --- charts -----------------------------------------------------------------------------------------------------------


def test_a_line_stands_where_its_values_say() -> None:
    drawn = lines([Series("a", (Point(0, 0.0), Point(10, 1.0, 0.9, 1.0)))], "step", "reward", percent=True)
    circles = [(float(x), float(y)) for x, y in re.findall(r'<circle[^>]* cx="([\d.]+)" cy="([\d.]+)"', drawn)]
    (left, bottom), (right, top) = circles
    assert left < right
    assert bottom > top
    assert "<title>a: 100% (90% to 100%)</title>" in drawn
    assert "polygon" in drawn, "the band of the interval"
    assert lines([], "step", "reward") == ""


def test_dots_have_whiskers_and_escaped_labels() -> None:
    drawn = dots([Dots(EVIL, (Point(0, 0.5, 0.4, 0.6), None))], ("before", EVIL), "right")
    assert EVIL not in drawn
    assert drawn.count("<circle") == drawn.count("whisker") == 1
    assert dots([Dots("x", (None,))], ("before",), "right") == ""


def test_the_page_of_no_analysis_is_still_a_page(tmp_path: Path) -> None:
    (tmp_path / "metrics.jsonl").write_text(json.dumps({"step": 0, "dev/reward": 0.5, "dev/flows": 10}))
    assert "Nothing to show yet" in page(load([tmp_path]))
