"""The Training tab as a visitor meets it: curves, groups, a flow in the inspector, a training of one's own, the line.

The program that trains is a small stand-in here; `tests/demo/test_training_real.py` has the real one.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from agentflow_core import RunStore, Settings
from demo.app import build_app, launch_options
from demo.training import trainings
from tests.agentflow_core.flows import stored
from tests.browser.conftest import BUSY_MS, AnyFlow
from tests.browser.payloads import GROUPS
from tests.browser.test_page import ask
from tests.demo.flows import QUESTION, recorded

pytestmark = pytest.mark.browser

PROGRAM = """
import json, pathlib, sys, time
folder, steps = pathlib.Path(sys.argv[1]), int(sys.argv[2])
(folder / "planner").mkdir(); (folder / "planner" / "config.json").write_text("{}")
for step in range(steps + 1):
    line = {"step": step, "reward": 0.1 * step, "reward_error": 0.05, "dev/reward": 0.5 + 0.1 * step, "dev/flows": 22,
            "turns": 3.0, "action_tokens": 30.0, "kl": 0.001 * step, "entropy": 0.1, "questions": 4,
            "groups_without_signal": 1, "flows": 8}
    with (folder / "metrics.jsonl").open("a") as file:
        file.write(json.dumps(line) + "\\n")
    time.sleep(1.0 if steps == 3 else 30.0)
"""


def write_run(folder: Path) -> None:
    """A finished run whose questions and answers are hostile, and whose first flow is a recorded one."""
    folder.mkdir(parents=True)
    steps = [{"step": 0, "dev/reward": 0.5, "dev/flows": 22}]
    steps += [{"step": n, "reward": 0.4 + n / 20, "turns": 3 - n / 10, "kl": n / 1e4, "flows": 4} for n in range(1, 9)]
    (folder / "metrics.jsonl").write_text("".join(json.dumps(step) + "\n" for step in steps))
    flows = []
    for group, text in enumerate(["What is it?", *GROUPS]):
        for number, reward in enumerate([1.0, 0.0]):
            asked = {"step": 8, "group": group, "flow": number, "reward": reward, "advantage": reward - 0.5}
            texts = {"question": text, "answer": text, "gold": [text], "family": text[:40], "tools": {text[:40]: 2}}
            flows.append(asked | texts | {"run": f"step-00008-{group:03d}-{number:02d}", "turns": 2})
    (folder / "flows.jsonl").write_text("".join(json.dumps(flow) + "\n" for flow in flows))
    store = RunStore(folder / "runs.sqlite")
    for event in stored(recorded()):
        store.append("step-00008-000-00", event)
    store.close()


@pytest.fixture(scope="module")
def page_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    runs = tmp_path_factory.mktemp("training")
    write_run(runs / "finished")
    articles = runs / "none.jsonl"
    articles.write_text(json.dumps({"title": "Nothing", "text": "Nothing."}) + "\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trainings, "trainer", lambda folder, steps: [sys.executable, "-c", PROGRAM, folder, str(steps)])
        settings = Settings(training_runs=runs, home=runs / "home", behind_proxy=True)
        page = build_app(settings, assemble=lambda *_, **__: AnyFlow(articles))
        _, url, _ = page.launch(prevent_thread_lock=True, server_name="127.0.0.1", **launch_options())
        yield url
        page.close()


@pytest.fixture
def visit(chromium: Any, page_address: str) -> Iterator[Any]:
    """A new visitor at the Training tab, from an address of their own; script errors fail the test."""
    opened: list[Any] = []
    errors: list[str] = []

    def new(path: str = "#training", width: int = 1280) -> Any:
        address = {"X-Forwarded-For": f"9.9.{visitors()}.9"}
        context = chromium.new_context(viewport={"width": width, "height": 900}, extra_http_headers=address)
        context.add_init_script("localStorage.setItem('agentflow.seen', '1')")  # no recorded flow plays
        context.set_default_timeout(BUSY_MS)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if "Content Security" in said.text else None)
        opened.append(page)
        page.goto(page_address + path)
        page.wait_for_selector(".at-choice" if "training" in path else ".af-views", state="attached")
        return page

    yield new
    for page in opened:
        for stop in page.locator(".at-stop:visible").all():
            stop.click()
            expect(page.locator(".at-train").first).to_be_visible()
        page.context.close()
    assert errors == []


def visitors(count: list[int] = [0]) -> int:  # noqa: B006
    count[0] += 1
    return count[0]


def show_step(page: Any) -> None:
    page.get_by_role("button", name="Step before").click()
    expect(page.locator(".at-groups h3")).to_contain_text("Step 8")


def test_a_step_of_a_log_is_its_groups_and_a_flow_opens_in_the_inspector(visit: Any) -> None:
    page = visit("")
    ask(page, "slow: looked away from")
    expect(page.locator(".af-card[data-card=turn-1]")).to_be_visible()
    expect(page.locator("#af-training")).to_be_hidden()
    page.get_by_role("link", name="Training").click()
    expect(page.locator("#af-question")).to_be_hidden()
    expect(page.get_by_label("Training log", exact=True)).to_have_value("run:finished")
    expect(page.locator(".at-line")).not_to_have_count(0)
    show_step(page)
    group = page.locator(".at-group").first
    expect(group.locator(".at-asked")).to_have_text("What is it?")
    expect(group.locator(".at-flow")).to_have_count(2)
    expect(group.locator(".at-flow").first).to_contain_text("+0.50")
    group.get_by_role("button", name="Open flow 1 in the inspector").click()
    expect(page.locator(".af-question").first).to_have_text(QUESTION)
    expect(page.locator("#af-training")).to_be_hidden()
    expect(page.locator(".af-card[data-card=answer]")).to_have_count(1)
    page.wait_for_timeout(300)
    assert page.evaluate("scrollY") == 0, "it is read from its top"
    assert page.evaluate("document.documentElement.scrollHeight > 2 * innerHeight")
    expect(page.locator(".af-question")).to_be_in_viewport()
    page.go_back()
    expect(page.locator(".at-group").first).to_be_visible()


def test_what_a_model_wrote_is_text_whatever_it_is(visit: Any) -> None:
    page = visit()
    show_step(page)
    page.evaluate("document.querySelectorAll('.at-group').forEach((group) => { group.open = true; })")
    assert page.locator(".at-group").count() == len(GROUPS) + 1
    assert page.locator(".at :is(img, script, iframe, object, embed, style, a, form:not(.at-ask))").count() == 0
    assert page.evaluate("[window.__xss, ({}).polluted]") == [None, None]


def test_a_file_of_ones_own_is_drawn_and_what_is_none_is_said(visit: Any, tmp_path: Path) -> None:
    page = visit()
    picker = page.get_by_label("A metrics.jsonl of yours")
    (tmp_path / "bad.jsonl").write_text('{"step": 1}\n<img src=x onerror=alert(1)>\n{"step": 2}\n')
    picker.set_input_files(tmp_path / "bad.jsonl")
    expect(page.locator(".at-log > .at-problem")).to_contain_text("bad.jsonl: Line 2 is not a line of metrics.jsonl")
    lines = [json.dumps({"step": n, "reward": n / 10, "kl": float("nan")}) for n in range(1, 6)]
    (tmp_path / "mine.jsonl").write_text("\n".join(lines))
    picker.set_input_files(tmp_path / "mine.jsonl")
    expect(page.get_by_label("Training log", exact=True)).to_have_value("own")
    expect(page.get_by_role("img", name="Reward in training: 0.10 at step 1, 0.50 at step 5")).to_be_visible()
    (tmp_path / "large.jsonl").write_text("x" * 800_001)
    picker.set_input_files(tmp_path / "large.jsonl")
    expect(page.locator(".at-log > .at-problem")).to_contain_text("too large")


def test_a_training_of_ones_own_grows_its_curve_and_ends_with_a_planner(visit: Any) -> None:
    page = visit()
    page.get_by_label("3 steps").check()
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.locator(".at-stop")).to_be_visible()
    expect(page.locator(".at-status")).to_contain_text("Step 2 of 3")
    assert page.locator(".at-dot[data-tone=dev]").count() in (2, 3)
    expect(page.locator(".at-status")).to_contain_text("11 of 22 before, 18 of 22 at step 3")
    expect(page.get_by_role("region", name="Try your planner")).to_be_visible()
    page.reload()
    expect(page.locator(".at-status")).to_contain_text("Done: 3 steps")


def test_stop_is_quick_and_whoever_waits_is_told_and_served(visit: Any) -> None:
    first, second = visit(), visit()
    for page in (first, second):
        page.get_by_label("6 steps").check()
        page.get_by_role("button", name="Train", exact=True).click()
    expect(first.locator(".at-status")).to_contain_text("Step 1 of 6")
    expect(second.locator(".at-status")).to_contain_text("you are next")
    expect(second.locator(".at-progress")).to_be_hidden()
    first.locator(".at-stop").click()
    expect(first.locator(".at-status")).to_contain_text("Stopped by hand", timeout=2000)
    expect(second.locator(".at-status")).to_contain_text("Step 1 of 6")


def test_it_works_by_keyboard_and_every_control_has_a_name(visit: Any) -> None:
    page = visit()
    page.get_by_label("6 steps").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_label("3 steps")).to_be_checked()
    slider = page.get_by_label("Step to look at")
    slider.focus()
    page.keyboard.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", "step 1")
    page.keyboard.press("End")
    expect(page.locator(".at-groups h3")).to_contain_text("Step 8")
    nameless = """() => [...document.querySelectorAll('.at :is(button, input, select, [role=img], [role=region])')]
        .filter((e) => !(e.getAttribute('aria-label') || e.textContent.trim() || e.labels?.length))
        .map((e) => e.outerHTML)"""
    assert page.evaluate(nameless) == []
    fields = """() => [...document.querySelectorAll('input[type=text][aria-label], textarea[aria-label]')]
        .map((e) => e.ariaLabel)"""
    assert "Question for the race" in (labels := page.evaluate(fields))
    assert len(labels) == len(set(labels)), "no two fields of the page have one name"


@pytest.mark.parametrize("width", [375, 1440])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_fits_in_both_themes(visit: Any, width: int, theme: str) -> None:
    page = visit(f"?__theme={theme}#training", width)
    show_step(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    paper = page.evaluate("getComputedStyle(document.querySelector('.at-log')).backgroundColor")
    shade = sum(map(float, paper.removeprefix("rgb(").removesuffix(")").split(","))) / 3
    assert shade > 200 if theme == "light" else shade < 60
