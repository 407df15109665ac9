"""The page as a visitor meets it: ask, watch, stop, come back, look closer; in any theme and width."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from agentflow_core import RunStore

pytestmark = pytest.mark.browser

ANSWERED = '.af-status[data-status="answered"]'

SETTLE_MS = 400
"""Gradio takes a typed value over a moment later; no person clicks sooner."""


def ask(page: Any, question: str) -> None:
    page.locator("#af-question textarea").fill(question)
    page.wait_for_timeout(SETTLE_MS)
    page.locator("#af-run").click()


def open_models(page: Any) -> None:
    """The Models panel is built when it is opened; nobody types within that moment."""
    page.locator("#af-models button").first.click()
    page.get_by_role("textbox", name="Planner", exact=True).wait_for()
    page.wait_for_timeout(SETTLE_MS)


def answered(page: Any) -> None:
    expect(page.locator(ANSWERED)).to_be_visible()


def test_a_question_is_answered_by_the_engine_live(visitor: Any) -> None:
    page = visitor()
    ask(page, "engine: what is it?")
    answered(page)
    expect(page.locator(".af-question")).to_have_text("engine: what is it?")
    expect(page.locator(".af-card[data-card^=turn]")).to_have_count(2)
    expect(page.locator(".af-card[data-card=turn-1]")).to_contain_text("find part 1")
    expect(page.locator(".af-card[data-card=turn-1] [data-phase=verify] .af-continue")).to_contain_text("CONTINUE")
    expect(page.locator(".af-card[data-card=turn-2] [data-phase=verify] .af-stop")).to_contain_text("STOP")
    expect(page.locator(".af-answer-text")).to_have_text("42")


def test_an_example_is_asked_by_one_click(visitor: Any) -> None:
    page = visitor()
    page.get_by_text("What is the capital of France?").first.click()
    answered(page)
    expect(page.locator("#af-question textarea")).to_have_value("What is the capital of France?")


def test_everything_that_happened_is_in_its_place(visitor: Any) -> None:
    page = visitor()
    ask(page, "How much higher?")
    answered(page)
    turn = page.locator(".af-card[data-card=turn-2]")
    expect(turn.locator("[data-phase=command] .af-failure")).to_contain_text("no closing brace")
    expect(page.locator(".af-card[data-card=turn-3] [data-phase=tool] .af-failure")).to_contain_text("NameError")
    expect(page.locator(".af-card[data-card=turn-3] [data-phase=tool] .af-failure")).to_contain_text("another way")
    expect(page.locator(".af-card[data-card=turn-4] .af-math")).to_have_text("814")
    turn.locator(".af-memory summary").click()
    expect(turn.locator(".af-entry")).to_have_count(2)
    expect(turn.locator(".af-entry[data-new]")).to_contain_text("Zugspitze")
    page.get_by_role("button", name="Turn 2 · wikipedia_search").click()
    expect(turn).to_be_focused()
    expect(turn).to_have_class(re.compile("af-lit"))


def test_the_exact_prompt_and_raw_text_are_one_click_away(visitor: Any) -> None:
    page = visitor()
    ask(page, "How much higher?")
    answered(page)
    part = page.locator(".af-card[data-card=turn-1] [data-phase=plan]")
    part.get_by_role("button", name="Prompt & raw").click()
    expect(part.locator(".af-pane")).to_contain_text("You are the planner of a team")
    part.get_by_role("tab", name="Raw").click()
    expect(part.locator(".af-pane pre")).to_contain_text("Sub-goal: Find the height of Mount Fuji.")
    part.get_by_role("tab", name="Parsed").press("ArrowRight")
    expect(part.get_by_role("tab", name="Tokens")).to_be_focused()
    part.get_by_role("tab", name="Tokens").press("ArrowRight")
    expect(part.get_by_role("tab", name="JSON")).to_be_focused()
    expect(part.locator(".af-pane")).to_contain_text('"type": "planned"')


def test_reload_in_the_middle_goes_on_without_losing_an_event(visitor: Any) -> None:
    page = visitor()
    ask(page, "slow: reload me")
    page.wait_for_selector(".af-card[data-card=turn-1]")
    assert "run=" in page.url
    page.reload()
    expect(page.locator(".af-question")).to_have_text("slow: reload me")
    assert page.locator(ANSWERED).count() == 0, "still under way after the reload"
    answered(page)
    expect(page.locator(".af-card[data-card^=turn]")).to_have_count(4)
    expect(page.locator(".af-part[data-state=done]")).to_have_count(2 + 4 * 4)


def test_a_lost_connection_is_said_and_mends_itself(visitor: Any) -> None:
    page = visitor()
    ask(page, "slow: network")
    page.wait_for_selector(".af-card[data-card=turn-1]")
    page.context.set_offline(True)
    expect(page.locator(".af-status")).to_contain_text("Connection lost", timeout=10_000)
    page.context.set_offline(False)
    answered(page)
    expect(page.locator(".af-part[data-state=done]")).to_have_count(2 + 4 * 4)


def test_two_visitors_never_see_each_other(visitor: Any) -> None:
    one, two = visitor(), visitor()
    ask(one, "slow: asked-by-one")
    one.wait_for_selector(".af-card[data-card=turn-1]")
    expect(two.locator(".af-welcome")).to_be_visible()
    ask(two, "engine: asked-by-two")
    answered(two)
    expect(two.locator(".af-question")).to_have_text("engine: asked-by-two")
    answered(one)
    expect(one.locator(".af-question")).to_have_text("slow: asked-by-one")
    assert "asked-by-one" not in two.content() and "asked-by-two" not in one.content()


def test_a_link_to_an_unknown_run_says_so(visitor: Any) -> None:
    page = visitor("?run=AAAAAAAAAAAAAAAAAAAAAA")
    expect(page.locator(".af-notice")).to_contain_text("This run is not here")
    expect(page.locator(".af-welcome")).to_be_visible()


def test_stop_ends_the_run_within_a_second(visitor: Any, store: RunStore) -> None:
    page = visitor()
    expect(page.locator("#af-stop")).to_be_hidden()
    ask(page, "steady: stop me")
    page.wait_for_selector(".af-card[data-card=turn-1]")
    expect(page.locator("#af-run")).to_be_hidden()
    pressed = page.locator("#af-stop").evaluate("(button) => { button.click(); return Date.now() / 1000; }")
    expect(page.locator('.af-status[data-status="cancelled"]')).to_be_visible()
    (run,) = parse_qs(urlsplit(page.url).query)["run"]
    assert store.events(run)[-1].time - pressed < 1, "a call to the model took 1.2 s more"
    expect(page.locator(".af-card[data-card=end]")).to_contain_text("Stopped by hand")
    expect(page.locator("#af-run")).to_be_visible()
    page.get_by_role("button", name="Ask again").click()
    expect(page.locator('.af-status[data-status="running"]')).to_be_visible()


def test_a_flow_that_could_not_go_on_says_why_and_is_resumed(visitor: Any) -> None:
    page = visitor()
    ask(page, "down: what is it?")
    end = page.locator(".af-card[data-card=end]")
    expect(end).to_contain_text("The server at 127.0.0.1:9 is down.")
    page.locator(".af-card[data-card=turn-1] [data-phase=plan] .af-open").click()
    end.get_by_role("button", name="Resume from here").click()
    answered(page)
    expect(end).to_have_count(0)
    expect(page.locator(".af-card[data-card^=turn]")).to_have_count(2)
    expect(page.locator(".af-card[data-card=turn-1] .af-pane")).to_be_visible()


def test_an_opened_panel_stays_open_and_the_view_stays_put_while_text_streams(visitor: Any) -> None:
    page = visitor(height=600)
    ask(page, "steady: reading")
    panel = page.locator(".af-card[data-card=turn-1] [data-phase=plan] .af-open")
    panel.click()
    page.wait_for_selector(".af-card[data-card=turn-1] .af-pane")
    page.locator(".af-card[data-card=turn-1] .af-tab", has_text="Raw").click()
    page.wait_for_timeout(300)
    where = panel.bounding_box()
    page.wait_for_selector(".af-card[data-card=turn-3]")
    assert panel.bounding_box() == pytest.approx(where, abs=1), (
        "what is read stays where it is, whatever grows around it"
    )
    expect(panel).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".af-card[data-card=turn-1] .af-tab[aria-selected=true]").first).to_have_text("Raw")
    page.locator(".af-live-pill").click()
    page.wait_for_selector(".af-card[data-card=turn-4]")
    assert page.evaluate("innerHeight + scrollY >= document.documentElement.scrollHeight - 200")
    page.locator("#af-stop").click()


def test_a_question_that_is_too_long_says_so(visitor: Any) -> None:
    page = visitor()
    ask(page, "x" * 2001)
    expect(page.locator(".af-notice")).to_contain_text("at most 2,000")


def test_a_role_string_is_checked_at_entry(visitor: Any) -> None:
    page = visitor()
    open_models(page)
    field = page.get_by_role("textbox", name="Planner", exact=True)
    field.fill("openai:m@http://127.0.0.1:9/v1")
    field.blur()
    page.wait_for_timeout(SETTLE_MS)
    expect(field).to_have_value("openai:m@http://127.0.0.1:9/v1")
    page.locator("#af-check-planner").click()
    expect(page.locator("#af-status-planner .af-check[data-ok=false]")).to_contain_text("127.0.0.1:9")


@pytest.mark.parametrize("width", [375, 1440])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_fits_and_reads_in_both_themes(visitor: Any, width: int, theme: str) -> None:
    page = visitor(f"?__theme={theme}", width=width)
    ask(page, "How much higher?")
    answered(page)
    page.locator(".af-card[data-card=turn-1] .af-open").first.click()
    page.locator(".af-card[data-card=turn-1] .af-memory summary").click()
    for accordion in page.locator("#af-models > button, #af-options > button").all():
        accordion.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    ink, paper = page.evaluate(
        """() => ['color', 'backgroundColor'].map((name) => {
             const style = getComputedStyle(document.querySelector(name === 'color' ? '.af-answer-text' : '.af-card'));
             return style[name].match(/[0-9.]+/g).slice(0, 3).map(Number).reduce((a, b) => a + b) / 3;
           })"""
    )
    assert (ink < 90 and paper > 200) if theme == "light" else (ink > 180 and paper < 60)


def test_it_works_by_keyboard_alone(visitor: Any) -> None:
    page = visitor()
    page.locator("#af-question textarea").focus()
    page.keyboard.type("How much higher?")
    page.keyboard.press("Enter")
    answered(page)
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('af-open')"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(".af-pane").first).to_contain_text("You are the planner")


def test_a_screen_reader_hears_modules_not_tokens(visitor: Any) -> None:
    page = visitor()
    ask(page, "How much higher?")
    answered(page)
    log = page.get_by_role("log")
    expect(log).to_contain_text("Verifier: stop. The difference is calculated from both heights.")
    assert log.locator("p").count() < 30
