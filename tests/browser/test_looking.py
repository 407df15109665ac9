"""Looking inside a flow: lanes, outline, the selected module, tokens, memory, finding, keys, plain view, languages."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from agentflow_core import RunStore
from agentflow_core.formats import write_run
from agentflow_core.store import new_run_id
from tests.browser.conftest import BUSY_MS
from tests.browser.test_page import answered, ask
from tests.browser.test_steering import begin_paused
from tests.demo.flows import Recorder, recorded, wiki

pytestmark = pytest.mark.browser

MODULE = ".af-module"
SPOKEN = (
    ".af-question",
    ".af-span",
    ".af-step-line",
    "[role=log]",
    ".af-card .af-failure",
    ".af-memory-pane",
    ".af-head-answer",
)
"""Where a model's own words are told in short."""


@pytest.fixture
def flow(visitor: Any) -> Any:
    """A page that shows the recorded flow, answered."""
    page = visitor(width=1440)
    ask(page, "How much higher?")
    answered(page)
    return page


def test_lanes_show_every_call_and_a_click_selects_it(flow: Any) -> None:
    expect(flow.locator(".af-span")).to_have_count(2 + 4 * 4)
    expect(flow.locator('.af-span[data-verdict="STOP"]')).to_have_count(1)
    bar = flow.locator('.af-span[data-state="failed"]').first
    expect(bar).to_have_attribute("title", "Turn 2 · Executor · 0.60 s · 182 + 5 tokens · unreadable text")
    bar.click()
    expect(bar).to_have_attribute("aria-pressed", "true")
    expect(flow.locator(f"{MODULE} .af-module-place")).to_have_text("Turn 2")
    expect(flow.locator(f"{MODULE} .af-failure")).to_contain_text("no closing brace")
    flow.get_by_role("button", name="Zoom in").click(click_count=3)
    wide = flow.evaluate("(port => port.scrollWidth / port.clientWidth)(document.querySelector('.af-lane-port'))")
    assert wide > 4
    flow.get_by_role("button", name="Show the whole flow").click()
    expect(flow.locator(".af-span")).to_have_count(2 + 4 * 4)


def test_the_selected_module_shows_prompt_raw_parsed_and_tokens(flow: Any) -> None:
    flow.locator(".af-step-line").nth(0).click()
    flow.keyboard.press("j")
    module = flow.locator(MODULE)
    module.get_by_role("tab", name="Prompt").click()
    expect(module).to_contain_text("You are the planner of a team")
    module.get_by_role("tab", name="Parsed").click()
    expect(module.locator('mark[title="sub_goal"]')).to_have_text("Find the height of Mount Fuji.")
    expect(module.locator('mark[title="tool"]')).to_have_text("wikipedia_search")
    module.get_by_role("tab", name="Tokens").click()
    expect(module).to_contain_text("no log-probabilities")
    flow.keyboard.press("6")
    expect(module.locator(".af-pane").first).to_contain_text('"type": "planned"')


def test_tokens_are_tinted_where_the_backend_gives_probabilities(visitor: Any, store: RunStore) -> None:
    events = recorded()
    planned = next(event for event in events if event.type == "planned")
    size = len(planned.call.completion.text)
    lengths = {"completion_ids": (1, 2), "logprobs": (-0.001, -2.0), "token_characters": (8, size - 8)}
    completion = planned.call.completion.model_copy(update=lengths)
    changed = planned.model_copy(update={"call": planned.call.model_copy(update={"completion": completion})})
    page = visitor(f"?run={kept(store, [changed if event is planned else event for event in events])}", width=1440)
    answered(page)
    page.locator(".af-step-line").nth(0).click()
    page.keyboard.press("j")
    page.keyboard.press("5")
    tokens = page.locator(".af-tokens .af-token")
    expect(tokens).to_have_count(2)
    expect(tokens.nth(0)).to_have_attribute("data-step", "0")
    expect(tokens.nth(1)).to_have_attribute("data-step", "4")
    tokens.nth(1).hover()
    expect(page.locator(".af-token-read")).to_contain_text("13.5%")


def test_memory_is_shown_as_a_diff_in_full_and_as_the_planner_saw_it(flow: Any) -> None:
    flow.locator(".af-step-line").nth(2).click()
    memory = flow.locator(".af-memory-pane")
    expect(memory).to_contain_text("Memory after turn 2")
    expect(memory.locator(".af-entry")).to_have_count(1)
    expect(memory).to_contain_text("1 earlier entry, unchanged")
    memory.get_by_role("button", name="Full").click()
    expect(memory.locator(".af-entry")).to_have_count(2)
    memory.get_by_role("button", name="As the planner saw it").click()
    expect(memory).to_contain_text("(what is known so far)")


def test_the_keyboard_moves_finds_and_explains_itself(flow: Any) -> None:
    flow.locator("#af-question textarea").blur()
    for key, place, name in [("j", "Analysis", "Planner"), ("j", "Turn 1", "Planner"), ("l", "Turn 1", "Executor")]:
        flow.keyboard.press(key)
        expect(flow.locator(f"{MODULE} .af-module-place")).to_have_text(place)
        expect(flow.locator(f"{MODULE} .af-part-name")).to_contain_text(name)
    flow.keyboard.press("/")
    flow.keyboard.type("NameError")
    flow.keyboard.press("Enter")
    expect(flow.locator(f"{MODULE} .af-module-place")).to_have_text("Turn 3")
    expect(flow.locator(".af-find-count")).to_have_text("1 / 1")
    flow.keyboard.press("Escape")
    flow.keyboard.press("?")
    expect(flow.get_by_role("dialog")).to_contain_text("Next turn")
    flow.keyboard.press("Escape")
    expect(flow.get_by_role("dialog")).to_have_count(0)


def test_keys_are_off_while_the_reader_types(flow: Any) -> None:
    flow.locator("#af-question textarea").fill("")
    flow.keyboard.type("jkl?/6")
    expect(flow.locator("#af-question textarea")).to_have_value("jkl?/6")
    expect(flow.locator(f"{MODULE} .af-module-place")).to_have_text("Answer")


def test_the_plain_view_tells_the_same_log(flow: Any) -> None:
    flow.get_by_role("button", name="Plain view").click()
    plain = flow.locator(".af-plain")
    for text in ("Turn 3", "NameError", "no closing brace", "Verifier says STOP", "814 metres higher"):
        expect(plain).to_contain_text(text)
    expect(flow.locator(".af-columns")).to_be_hidden()


ENGLISH = re.compile(r"[A-Za-z][a-z]+(?:[ ,]+[A-Za-z]+){2,}")
"""Three English words in a row: a sentence, not a name."""


def english(page: Any, *models_texts: str) -> list[str]:
    """What is written or said to a screen reader in English, where no model, question or article speaks, nor Gradio."""
    texts = page.evaluate(
        """(foreign) => {
          const found = [];
          const shown = (node) => node.checkVisibility() && !node.closest(foreign);
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const parent = walker.currentNode.parentElement;
            const text = walker.currentNode.data.trim();
            if (!["SCRIPT", "STYLE"].includes(parent.tagName) && shown(parent)) found.push(text);
          }
          for (const node of document.querySelectorAll("[aria-label], [title], [placeholder]")) {
            if (!shown(node)) continue;
            for (const name of ["aria-label", "title", "placeholder"]) found.push(node.getAttribute(name) ?? "");
          }
          return found;
        }""",
        ", ".join(
            [
                "#af-examples",
                "#af-options input",
                "#af-options button",
                "footer",
                "[dir=auto]",
                "code",
                "pre",
                "mark",
                *models_texts,
            ]
        ),
    )
    return sorted({text for text in texts if ENGLISH.search(text)})


def test_the_page_speaks_chinese_to_a_chinese_browser(chromium: Any, address: str) -> None:
    context = chromium.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    context.set_default_timeout(BUSY_MS)
    context.add_init_script("localStorage.setItem('agentflow.seen', '1')")
    page = context.new_page()
    page.goto(address)
    expect(page.locator(".af-welcome")).to_contain_text("四个智能体")
    expect(page.locator("#af-run")).to_have_text("运行")
    expect(page.locator("html")).to_have_attribute("lang", "zh")
    page.locator("#af-models .label-wrap").click()
    page.locator("#af-options .label-wrap").click()
    page.locator("#af-check-planner").click()
    expect(page.locator("#af-status-planner .af-check")).to_contain_text("已就绪")
    assert english(page) == []
    page.locator("#af-models .label-wrap").click()
    page.locator("#af-options .label-wrap").click()
    page.locator("#af-run").click()
    expect(page.locator(".af-failure")).to_contain_text("请先写一个问题")
    for name in ("历史记录", "录制的流程", "竞赛"):
        page.get_by_role("button", name=name, exact=True).click()
        page.wait_for_timeout(500)
        assert english(page) == []
    page.keyboard.press("Escape")
    ask(page, "steady: stop me")
    page.wait_for_selector(".af-card[data-card=turn-1]")
    page.locator("#af-stop").click()
    expect(page.locator(".af-card[data-card=end]")).to_contain_text("已手动停止。")
    assert english(page, *SPOKEN) == []
    ask(page, "How much higher?")
    answered(page)
    expect(page.locator(".af-card[data-card=turn-2] .af-turn-title")).to_have_text("第 2 轮")
    assert english(page, *SPOKEN) == []
    page.goto(f"{address}#training")
    page.reload()
    expect(page.locator(".at-curves")).to_be_visible()
    page.get_by_role("button", name="下一步").click()
    expect(page.locator(".at-groups h3")).to_contain_text("问题")
    assert english(page, ".at-asked", ".at-answer", ".at-family", ".at-chip") == []
    context.close()


def test_five_hundred_turns_open_and_scroll(visitor: Any, store: RunStore) -> None:
    page = visitor(f"?run={kept(store, long_flow(500))}", width=1440)
    answered(page)
    expect(page.locator(".af-card[data-card^=turn]")).to_have_count(500)
    page.locator("#af-question textarea").blur()
    page.keyboard.press("k")
    expect(page.locator(".af-step-line[aria-current]")).to_contain_text("Answer")
    page.keyboard.press("k")
    expect(page.locator(f"{MODULE} .af-module-place")).to_have_text("Turn 500")
    expect(page.locator(".af-card[data-card=turn-500]")).to_be_in_viewport()


def test_a_file_of_almost_20_mb_is_imported_and_opens(visitor: Any, tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    path.write_text(write_run(long_flow(400, "A part of many. " * 1380), "large", "json"))
    assert 18_000_000 < path.stat().st_size < 20_000_000
    page = visitor(width=1440)
    page.get_by_label("File of a run").set_input_files(path)
    expect(page.locator('.af-status[data-status="answered"]')).to_be_visible(timeout=60_000)
    expect(page.locator(".af-card[data-card^=turn]")).to_have_count(400)
    page.locator("#af-question textarea").blur()
    page.keyboard.press("k")
    page.keyboard.press("k")
    expect(page.locator(f"{MODULE} .af-module-place")).to_have_text("Turn 400")
    expect(page.locator(".af-card[data-card=turn-400]")).to_be_in_viewport()


def serious(page: Any) -> list[Any]:
    """What axe-core finds serious or critical on the whole page as it is now, but for Gradio's own parts."""
    checker = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is missing")
    page.wait_for_timeout(600)
    found = checker.Axe().run(page, options={"resultTypes": ["violations"]})
    return [
        (violation["id"], [node["target"] for node in violation["nodes"]][:5])
        for violation in found.response["violations"]
        if violation["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 1440), ("light", 375), ("dark", 375)])
def test_the_accessibility_checker_finds_nothing_serious_in_any_state(visitor: Any, theme: str, width: int) -> None:
    page = visitor(f"?__theme={theme}", width=width)
    page.emulate_media(reduced_motion="reduce")  # a colour in the middle of an animation is not the page's colour
    found = {"start": serious(page)}
    page.locator("#af-models .label-wrap").click()
    found["models"] = serious(page)
    page.locator("#af-models .label-wrap").click()
    begin_paused(page, "engine: look")
    found["paused"] = serious(page)
    page.locator("#af-stop").click()
    page.wait_for_selector(".af-card[data-card=end]")
    ask(page, "steady: look")
    page.wait_for_selector(".af-card[data-card=turn-1]")
    found["running"] = serious(page)
    ask(page, "How much higher?")
    answered(page)
    page.locator(".af-card[data-card=turn-1] .af-open").first.click()
    page.locator(".af-card[data-card=turn-1] .af-pane pre").first.wait_for()
    found["answered"] = serious(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="History", exact=True).click()
    boxes = page.locator(".af-history").get_by_role("checkbox")
    expect(boxes).to_have_count(3)
    found["history"] = serious(page)
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.get_by_role("button", name="Compare the two").click()
    expect(page.locator(".af-compare-head")).to_have_count(2)
    found["compared"] = serious(page)
    page.get_by_role("link", name="Training").click()
    expect(page.locator(".at-curves")).to_be_visible()
    page.get_by_role("button", name="Step after").click()
    page.locator(".at-group").first.wait_for()
    found["training"] = serious(page)
    assert {state: issues for state, issues in found.items() if issues} == {}


def kept(store: RunStore, events: list[Any]) -> str:
    """The id of a new run with these events."""
    run = new_run_id()
    store.keep(run, events)
    return run


def long_flow(turns: int, found: str = "A part. " * 20) -> list[Any]:
    r = Recorder()
    r.started("A flow of many turns")
    for turn in range(1, turns + 1):
        r.plan(turn, f"{turn - 1} parts are known.", f"Find part {turn}.", "wikipedia_search")
        r.command(turn, {"query": f"Part {turn}"})
        r.tool(turn, "wikipedia_search", {"query": f"Part {turn}"}, wiki(f"Part {turn}", found))
        r.verify(turn, turn == turns, f"Part {turn} is there.")
    r.finish("All parts.", (1, turns))
    return r.events
