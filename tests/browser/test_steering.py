"""A reader's hands in the page: step, break, edit, travel in time, fork; and nobody steers what another started."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.test_page import SETTLE_MS, answered, ask

pytestmark = pytest.mark.browser

PAUSED = ".af-paused:not(.af-fork)"


def begin_paused(page: Any, question: str) -> None:
    page.locator("#af-question textarea").fill(question)
    page.wait_for_timeout(SETTLE_MS)
    page.locator("#af-first-step").click()
    expect(page.locator(PAUSED)).to_contain_text("Paused before the planner reads the question")


def step_to(page: Any, words: str) -> None:
    page.locator(PAUSED).get_by_role("button", name="One step").click()
    expect(page.locator(PAUSED)).to_contain_text(f"Paused before {words}")


def test_a_flow_is_stepped_edited_by_hand_and_goes_on(visitor: Any) -> None:
    page = visitor()
    begin_paused(page, "engine: by hand")
    step_to(page, "the planner · turn 1")
    step_to(page, "the executor")
    form = page.locator(PAUSED)
    form.locator("select[name=tool]").select_option("shout")
    form.get_by_label("Sub-goal").fill("ask loudly")
    expect(form.locator(".af-change")).to_have_count(2)
    expect(form.locator(".af-changes")).to_contain_text("find part 1 ask loudly")
    step_to(page, "the tool")
    form.get_by_label("text").fill("by hand")
    form.get_by_role("button", name="Continue").click()
    answered(page)
    first = page.locator(".af-card[data-card=turn-1]")
    expect(first).to_contain_text("ask loudly")
    expect(first).to_contain_text("echo of by hand")
    expect(first.locator(".af-edited").first).to_be_visible()
    expect(page.locator(PAUSED)).to_have_count(0)


def test_an_edit_that_cannot_be_used_says_why_and_stays_to_be_mended(visitor: Any) -> None:
    page = visitor()
    begin_paused(page, "engine: wrong edit")
    step_to(page, "the planner · turn 1")
    step_to(page, "the executor")
    form = page.locator(PAUSED)
    form.get_by_label("Sub-goal").fill(" ")
    form.get_by_role("button", name="Continue").click()
    expect(form.get_by_role("alert")).to_contain_text("sub-goal is empty")
    form.get_by_label("Sub-goal").fill("better")
    form.get_by_role("button", name="Continue").click()
    answered(page)


def test_breakpoints_are_kept_for_the_next_question_and_can_be_removed(visitor: Any) -> None:
    page = visitor()
    ask(page, "engine: first")
    answered(page)
    page.get_by_role("button", name="Breakpoints").click()
    page.get_by_label("CONTINUE was said, times").fill("1")
    page.get_by_label("CONTINUE was said, times").press("Tab")
    expect(page.get_by_role("button", name="Breakpoints")).to_contain_text("1")
    ask(page, "engine: second")
    expect(page.locator(PAUSED)).to_contain_text("Breakpoint: the verifier has said CONTINUE once.")
    page.get_by_role("button", name="Remove all").click()
    page.keyboard.press("Escape")
    page.locator(PAUSED).get_by_role("button", name="Continue").click()
    answered(page)


def test_the_keyboard_steps_pauses_and_forks(visitor: Any) -> None:
    page = visitor()
    begin_paused(page, "engine: keys")
    page.locator(".af-question").click()
    page.keyboard.press("n")
    expect(page.locator(PAUSED)).to_contain_text("Paused before the planner · turn 1")
    page.keyboard.press(" ")
    answered(page)
    page.keyboard.press("f")
    expect(page.get_by_role("region", name="Fork this run")).to_be_visible()


def test_the_scrubber_shows_the_flow_as_it_was(visitor: Any) -> None:
    page = visitor()
    ask(page, "engine: time travel")
    answered(page)
    last = int(page.get_by_label("Moment of the flow").get_attribute("max"))
    assert last > 10
    page.get_by_label("Moment of the flow").fill("5")
    expect(page.locator(".af-scrub-words")).to_contain_text(f"Event 5 of {last}")
    expect(page.locator(".af-card[data-card=turn-2]")).to_be_hidden()
    expect(page.locator(".af-answer-text")).to_have_count(0)
    page.get_by_role("button", name="Latest").click()
    expect(page.locator(".af-answer-text")).to_have_text("42")


def test_a_fork_with_an_edit_stands_in_the_tree_beside_the_original(visitor: Any) -> None:
    page = visitor()
    ask(page, "engine: fork me")
    answered(page)
    original = page.url
    page.get_by_role("button", name="Fork", exact=True).click()
    form = page.get_by_role("region", name="Fork this run")
    expect(form).to_contain_text("a fork does not undo it")
    form.locator("select[name=tool]").select_option("shout")
    form.get_by_role("button", name="Start the fork").click()
    expect(page).not_to_have_url(original)
    answered(page)
    expect(page.locator(".af-card[data-card=turn-1] [data-phase=tool]")).to_contain_text("shout")
    tree = page.get_by_role("region", name="Branches")
    expect(tree.locator(".af-branch")).to_have_count(2)
    expect(tree.locator("[aria-current=true]")).to_contain_text("Turn 1: the plan is made · shout")
    tree.get_by_role("button", name=re.compile("^Original")).click()
    expect(page).to_have_url(original)
    expect(page.locator(".af-card[data-card=turn-1] [data-phase=tool]")).to_contain_text("echo")
    page.reload()
    expect(tree.locator(".af-branch")).to_have_count(2)


def test_a_visitor_with_the_link_sees_the_run_and_cannot_steer_it(visitor: Any) -> None:
    mine = visitor()
    begin_paused(mine, "engine: mine")
    theirs = visitor(mine.url[mine.url.index("?") :])
    expect(theirs.locator(".af-question")).to_have_text("engine: mine")
    expect(theirs.get_by_text("Started elsewhere")).to_be_visible()
    expect(theirs.get_by_role("button", name="Go on")).to_have_count(0)
    expect(theirs.locator(PAUSED)).to_have_count(0)
    theirs.locator(".af-question").click()
    theirs.keyboard.press("n")
    theirs.keyboard.press(" ")
    theirs.wait_for_timeout(500)
    expect(mine.locator(PAUSED)).to_contain_text("Paused before the planner reads the question")
    mine.reload()
    mine.locator(PAUSED).get_by_role("button", name="Continue").click()
    answered(mine)
    answered(theirs)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_forms_fit_a_phone(visitor: Any, theme: str) -> None:
    page = visitor(f"?__theme={theme}", width=375, height=740)
    begin_paused(page, "engine: narrow")
    step_to(page, "the planner · turn 1")
    step_to(page, "the executor")
    page.get_by_role("button", name="Breakpoints").click()
    page.get_by_role("button", name="Fork", exact=True).click()
    page.locator(".af-fork-options summary").click()
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 375
    page.locator(PAUSED).get_by_role("button", name="Stop").click()
    expect(page.locator(".af-card[data-card=end]")).to_contain_text("Stopped by hand")
