"""A reader in peace: nothing moves under what is read, everything is in reach on every width, words are found while the
flow still grows, and what a module did can be done again."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.test_page import ANSWERED, answered, ask
from tests.browser.test_steering import PAUSED, begin_paused, step_to

pytestmark = pytest.mark.browser

MODULE = ".af-module"
SELECT = """(node) => {
  const range = document.createRange();
  range.selectNodeContents(node);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""
# After each frame: in a frame's own callback the browser has not yet put what is read back in its place.
WATCH = """(node) => {
  window.__tops = [];
  const painted = new MessageChannel();
  const next = () => requestAnimationFrame(() => painted.port2.postMessage(0));
  painted.port1.onmessage = () => { window.__tops.push(node.getBoundingClientRect().top); next(); };
  next();
}"""
NOTE = """() => {
  const noted = window.__noted = { live: new Set(), active: new Set(), most: 0 };
  setInterval(() => {
    const at = document.querySelectorAll('.af-stage[data-active][aria-current=true]');
    noted.most = Math.max(noted.most, at.length);
    for (const stage of at) noted.active.add(stage.dataset.role);
    for (const text of document.querySelectorAll('.af-lane-live:not([hidden])')) {
      if (text.textContent.length > 3) noted.live.add(text.parentNode.dataset.role);
    }
  }, 15);
}"""
MOVED = "Math.max(...window.__tops) - Math.min(...window.__tops)"


def halt(page: Any) -> None:
    """Stops the run as the Stop button does."""
    page.evaluate("window.dispatchEvent(new Event('agentflow:stop'))")


def watch_selected(page: Any, selector: str, at: int | None = None) -> None:
    """Selects a text, as a reader does, scrolls to `at`, and notes from now on where it stands, frame by frame."""
    text = page.locator(selector)
    text.wait_for()
    text.evaluate(SELECT)
    if at is not None:
        page.wait_for_function("at => document.documentElement.scrollHeight >= innerHeight + at", arg=at)
        page.evaluate("at => scrollTo(0, at)", at)
    page.wait_for_timeout(300)
    text.evaluate(WATCH)


def test_selected_text_is_not_moved_by_a_pixel_and_the_pill_counts_what_is_new(visitor: Any) -> None:
    page = visitor(height=700)
    ask(page, "steady: read in peace")
    watch_selected(page, ".af-card[data-card=turn-1] [data-phase=tool] .af-text")
    page.wait_for_selector(".af-card[data-card=turn-2] [data-phase=tool]", state="attached")
    expect(page.locator(".af-live-pill")).to_have_text(re.compile(r"^[1-9]\d* new, back to live$"))
    assert page.evaluate(MOVED) <= 1
    assert page.evaluate("String(getSelection())") == "echo of part 1"
    page.locator(".af-live-pill").click()
    page.evaluate("getSelection().removeAllRanges()")
    page.wait_for_selector(".af-card[data-card=turn-4]")
    assert page.evaluate("innerHeight + scrollY >= document.documentElement.scrollHeight - 200"), "it follows again"
    halt(page)


@pytest.mark.parametrize("at", [0, 150], ids=["at the top of the page", "a little below"])
def test_the_answer_that_appears_above_moves_nothing(visitor: Any, at: int) -> None:
    """Browsers hold the first thing in the window in its place: nothing at the page's top, and else the head itself."""
    page = visitor(height=1300)
    ask(page, "slow: read below the answer")
    watch_selected(page, ".af-card[data-card=analysis] .af-text", at)
    assert page.evaluate("scrollY") == at
    expect(page.locator(ANSWERED)).to_be_attached()
    expect(page.locator(".af-head-answer")).to_be_attached()
    page.wait_for_timeout(300)
    assert page.evaluate(MOVED) <= 1


def test_the_selected_module_does_not_change_under_selected_text(visitor: Any) -> None:
    page = visitor(width=1440)
    ask(page, "steady: read aside")
    place = page.locator(f"{MODULE} .af-module-place")
    expect(place).to_have_text(re.compile("Turn [12]"))
    held = page.evaluate(
        """() => {
          const range = document.createRange();
          range.selectNodeContents(document.querySelector('.af-module-body'));
          getSelection().removeAllRanges();
          getSelection().addRange(range);
          return document.querySelector('.af-module-place').textContent;
        }"""
    )
    page.wait_for_selector(".af-card[data-card=turn-3] [data-phase=tool]", state="attached")
    expect(place).to_have_text(held)
    page.evaluate("getSelection().removeAllRanges()")
    expect(place).not_to_have_text(held)
    halt(page)


def test_bars_of_the_lanes_stay_the_same_elements_and_each_lane_shows_what_is_written(visitor: Any) -> None:
    page = visitor(width=1440)
    page.evaluate(NOTE)
    ask(page, "steady: lanes")
    first = page.locator('.af-span[data-role="planner"]').first
    first.evaluate("(node) => { node.__mine = true; node.focus(); }")
    page.wait_for_function("window.__noted.live.size >= 3 && window.__noted.active.size >= 3")
    halt(page)
    noted = page.evaluate("({ ...window.__noted, live: [...window.__noted.live], active: [...window.__noted.active] })")
    assert set(noted["live"]) >= {"planner", "executor", "verifier"}, "each module's text is seen in its lane"
    assert set(noted["active"]) >= {"planner", "executor", "verifier"} and noted["most"] == 1, (
        "one is at work at a time"
    )
    assert first.evaluate("(node) => node.__mine && document.activeElement === node"), "focus survives the growing"
    expect(page.locator(".af-span-tokens").first).to_contain_text("tok")
    row = page.locator(".af-totals-table tr[data-role=planner] td")
    expect(row.nth(1)).to_have_text(re.compile(r"^[\d,]+ \+ [\d,]+$"))
    expect(row.nth(2)).to_have_text(re.compile(r"^\d+$"))


def test_words_are_found_while_the_flow_grows_and_marked_where_they_stand(visitor: Any) -> None:
    page = visitor(width=1440)
    begin_paused(page, "engine: find it")
    page.get_by_role("searchbox", name="Find in this run").fill("echo of part")
    count = page.locator(".af-find-count")
    expect(count).to_have_text("0 found")
    for words in ("the planner · turn 1", "the executor", "the tool", "the verifier"):
        step_to(page, words)
    expect(count).to_have_text("1 found"), "the result that came meanwhile"
    page.wait_for_function("CSS.highlights.get('af-find')?.size >= 1")
    page.locator(PAUSED).get_by_role("button", name="Continue").click()
    answered(page)
    expect(count).to_have_text("2 found")
    prompts = page.get_by_role("button", name=re.compile(r"^\d+ in prompts$"))
    prompts.click()
    page.locator(".af-question").click()
    page.keyboard.press("/")
    page.keyboard.press("Shift+Enter")
    expect(page.locator(f"{MODULE} .af-module-place")).to_have_text("Answer")
    expect(page.get_by_role("tab", name="Prompt", exact=True)).to_have_attribute("aria-selected", "true")
    expect(page.locator(f"{MODULE} .af-pane").first).to_contain_text("echo of part 2")
    prompts.click()
    expect(count).to_have_text("2 found")
    for moment in range(5, 30):
        page.get_by_label("Moment of the flow").fill(str(moment))
        if "Turn 1 · tool result" in page.locator(".af-scrub-words").inner_text():
            break
    expect(count).to_have_text("1 found"), "what is hidden is not found"


@pytest.mark.parametrize("width", [375, 768])
def test_steps_and_memory_are_in_reach_at_the_bottom_of_a_narrow_page(visitor: Any, width: int) -> None:
    page = visitor(width=width, height=780)
    ask(page, "How much higher?")
    answered(page)
    steps = page.locator(".af-step-line")
    expect(steps.last).to_be_in_viewport(ratio=0.1)
    dock = page.get_by_role("group", name="Module and memory")
    dock.get_by_role("button", name="Memory").click()
    expect(page.locator(".af-memory-pane")).to_be_in_viewport(ratio=0.3)
    expect(page.locator(".af-memory-pane")).to_contain_text("Memory after turn 4")
    steps.nth(1).click()
    expect(page.locator(".af-memory-pane")).to_contain_text("Memory after turn 1")
    dock.get_by_role("button", name="Module").click()
    expect(page.locator(f"{MODULE} .af-module-place")).to_have_text("Turn 1")
    expect(page.locator(MODULE)).to_be_in_viewport(ratio=0.3)
    page.locator(".af-sheet-panes").evaluate("(node) => node.scrollTo({ left: node.clientWidth })")
    expect(dock.get_by_role("button", name="Memory")).to_have_attribute("aria-expanded", "true")
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.locator(".af-sheet")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_steps_are_a_strip_above_the_columns_where_a_third_column_has_no_room(visitor: Any) -> None:
    page = visitor(width=1100)
    ask(page, "How much higher?")
    answered(page)
    page.locator(".af-step-line").nth(2).click()
    expect(page.locator(f"{MODULE} .af-module-place")).to_have_text("Turn 2")
    expect(page.locator(".af-step-line").first).to_be_in_viewport()
    assert page.locator(".af-steps-home").bounding_box()["height"] < 80
    assert page.evaluate("document.documentElement.scrollWidth") <= 1100


def test_turns_fold_to_a_line_and_open_all_at_once(visitor: Any) -> None:
    page = visitor(width=1440)
    ask(page, "How much higher?")
    answered(page)
    page.get_by_role("button", name="Turn 3", exact=True).click()
    third = page.locator(".af-card[data-card=turn-3]")
    expect(third.locator("[data-phase=plan]")).to_be_hidden()
    expect(third).to_contain_text("Subtract the two heights.")
    page.get_by_role("button", name="Collapse all").click()
    expect(page.locator(".af-card[data-card^=turn] [data-phase=plan]:visible")).to_have_count(0)
    page.locator('.af-span[data-role="tool"]').nth(1).click()
    expect(page.locator(".af-card[data-card=turn-2] [data-phase=tool]")).to_be_visible()
    page.get_by_role("button", name="Expand all").click()
    expect(page.locator(".af-card[data-card^=turn] [data-phase=plan]:visible")).to_have_count(4)
    expect(page.locator(".af-memory[open]")).to_have_count(4)


def test_a_module_that_failed_is_retried_as_a_fork(visitor: Any) -> None:
    page = visitor(width=1440)
    ask(page, "broken: what is it?")
    answered(page)
    original = page.url
    page.locator('.af-span[data-state="failed"]').click()
    page.get_by_role("tab", name="Parsed").click()
    expect(page.locator(f"{MODULE} .af-wrong")).to_have_text("no object")
    page.get_by_role("button", name="Retry").click()
    expect(page).not_to_have_url(original)
    answered(page)
    tree = page.get_by_role("region", name="Branches")
    expect(tree.locator("[aria-current=true]")).to_contain_text("Turn 1 · Executor again")
    tree.get_by_role("button", name="Compare").click()
    expect(page.locator(".af-compare-head")).to_have_count(2)
    expect(page.locator(".af-compare-lead")).not_to_be_empty()


def test_an_action_is_edited_at_its_module_and_the_flow_goes_on(visitor: Any) -> None:
    page = visitor(width=1440)
    ask(page, "engine: edit there")
    answered(page)
    page.locator(".af-step-line").nth(2).click()
    for _ in range(3):
        page.keyboard.press("h")
    expect(page.locator(f"{MODULE} .af-part-name")).to_have_text("Planner")
    expect(page.locator(f"{MODULE} .af-module-place")).to_have_text("Turn 2")
    page.get_by_role("button", name="Edit and continue").click()
    form = page.get_by_role("region", name="Fork this run")
    expect(form.get_by_label("Sub-goal")).to_have_value("find part 2")
    form.get_by_label("Sub-goal").fill("look elsewhere")
    form.get_by_role("button", name="Start the fork").click()
    answered(page)
    expect(page.locator(".af-card[data-card=turn-2]")).to_contain_text("look elsewhere")


def test_right_or_wrong_is_asked_under_ones_own_answer_and_compared(visitor: Any) -> None:
    page = visitor()
    for question, mark in (("engine: first", "Right"), ("How much higher?", "Wrong")):
        ask(page, question)
        expect(page.locator(".af-question")).to_have_text(question)
        answered(page)
        asked = page.get_by_role("group", name="Is the answer right?")
        asked.get_by_role("button", name=mark).click()
        expect(asked.get_by_role("button", name=mark)).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(asked.get_by_role("button", name="Wrong")).to_have_attribute("aria-pressed", "true")
    other = visitor(page.url[page.url.index("?") :])
    answered(other)
    other.wait_for_timeout(1000)
    expect(other.get_by_role("group", name="Is the answer right?")).to_have_count(0)
    page.get_by_role("button", name="History", exact=True).click()
    boxes = page.locator(".af-history").get_by_role("checkbox")
    expect(boxes).to_have_count(2)
    for box in reversed(boxes.all()):
        box.check()
    page.get_by_role("button", name="Compare the two").click()
    expect(page.locator(".af-compare-costs tr", has_text="Answer")).to_have_text("AnswerRightWrong≠")


def test_space_scrolls_where_there_is_nothing_to_pause_and_no_key_acts_in_the_training_view(visitor: Any) -> None:
    page = visitor(height=500)
    ask(page, "How much higher?")
    answered(page)
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    page.keyboard.press(" ")
    page.wait_for_function("scrollY > 100")
    page.get_by_role("link", name="Training").click()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("f")
    page.keyboard.press("j")
    page.keyboard.press("?")
    page.wait_for_timeout(200)
    page.get_by_role("link", name="Flow").click()
    expect(page.get_by_role("region", name="Fork this run")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(f"{MODULE} .af-module-place")).to_have_text("Answer")


def test_with_reduced_motion_nothing_moves_by_itself(visitor: Any) -> None:
    page = visitor("?trace=two-steps", before=lambda page: page.emulate_media(reduced_motion="reduce"))
    answered(page)
    expect(page.get_by_role("button", name="Replay", exact=True)).to_be_visible(), "it does not play by itself"
    ask(page, "steady: calm")
    page.wait_for_selector(".af-card[data-card=turn-1]")
    page.locator(".af-pulse, .af-dots, .af-writing").first.wait_for(state="attached")
    moving = """() => [...document.querySelectorAll('.af *')].flatMap((node) =>
      [null, '::before', '::after'].filter((pseudo) => {
        const style = getComputedStyle(node, pseudo);
        const times = style.transitionDuration.split(',').map(parseFloat);
        return style.animationName !== 'none' || times.some((time) => time > 0);
      }).map((pseudo) => node.className + (pseudo ?? '')))"""
    assert page.evaluate(moving) == []
    halt(page)


def test_the_theme_is_chosen_on_the_page_and_remembered(visitor: Any) -> None:
    page = visitor(before=lambda page: page.emulate_media(color_scheme="dark"))
    dark = "document.body.classList.contains('dark')"
    themes = page.get_by_role("group", name="Theme")
    expect(themes.get_by_role("button", name="System theme")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate(dark)
    themes.get_by_role("button", name="Light theme").click()
    assert not page.evaluate(dark)
    page.reload()
    expect(themes.get_by_role("button", name="Light theme")).to_have_attribute("aria-pressed", "true")
    assert not page.evaluate(dark)
    page.emulate_media(color_scheme="light")
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(100)
    assert not page.evaluate(dark), "the system's change does not undo the choice"
    themes.get_by_role("button", name="System theme").click()
    assert page.evaluate(dark)
    page.get_by_role("link", name="Training").click()
    expect(themes).to_be_visible()
