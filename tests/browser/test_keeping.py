"""What stays of a run, as a visitor meets it: history, link, file, replay, comparison, race, recorded flows."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from demo.recordings import events_of, recordings
from tests.browser.test_page import SETTLE_MS, answered, ask

pytestmark = pytest.mark.browser

needs_recordings = pytest.mark.skipif(not recordings(), reason="no flow was recorded: python -m demo.record")


def open_history(page: Any) -> Any:
    page.get_by_role("button", name="History", exact=True).click()
    return page.locator(".af-history")


def asked(page: Any, question: str) -> None:
    ask(page, question)
    expect(page.locator(".af-question")).to_have_text(question)
    answered(page)


def test_the_history_holds_a_visitors_own_runs_and_finds_them(visitor: Any) -> None:
    page = visitor()
    asked(page, "How much higher is it?")
    asked(page, "engine: what is it?")
    history = open_history(page)
    runs = history.locator(".af-run")
    expect(runs).to_have_count(2)
    expect(runs.first).to_contain_text("engine: what is it?")
    history.get_by_role("searchbox").fill("volcano")
    expect(runs).to_have_count(1)
    expect(runs.locator("mark")).to_have_text("volcano")
    history.get_by_role("searchbox").fill("")
    history.get_by_label("Outcome").select_option("trouble")
    expect(runs).to_have_count(1)
    expect(runs).to_contain_text("2 failures on the way")

    other = visitor()
    expect(open_history(other).locator(".af-run")).to_have_count(0)
    expect(other.locator(".af-history")).to_contain_text("nobody else sees them")


def test_a_run_is_named_marked_opened_and_deleted(visitor: Any) -> None:
    page = visitor()
    asked(page, "engine: what is it?")
    history = open_history(page)
    run = history.locator(".af-run")
    run.get_by_role("button", name="Rename").click()
    history.get_by_label("Name of the run").fill("the first one")
    history.get_by_role("button", name="Save").click()
    expect(run.locator(".af-run-open")).to_have_text("the first one")
    run.get_by_role("button", name="Right").click()
    expect(run.get_by_role("button", name="Right")).to_have_attribute("aria-pressed", "true")
    history.get_by_label("Right or wrong").select_option("right")
    expect(run).to_have_count(1)
    run.locator(".af-run-open").click()
    expect(page.locator(".af-answer-text")).to_have_text("42")
    history = open_history(page)
    run.get_by_role("button", name="Delete").click()
    expect(history.get_by_role("button", name="Keep it")).to_be_focused()
    run.locator(".af-run-form").get_by_role("button", name="Delete").click()
    expect(run).to_have_count(0)


def test_whoever_has_the_link_watches_and_nothing_else(visitor: Any) -> None:
    page = visitor()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, "slow: shared")
    page.wait_for_selector(".af-card[data-card=turn-1]")
    page.get_by_role("button", name="Copy link").click()
    link = page.evaluate("navigator.clipboard.readText()")
    other = visitor(link[link.index("?") :])
    expect(other.locator(".af-question")).to_have_text("slow: shared")
    expect(other.get_by_role("button", name="Pause", exact=True)).to_have_count(0)
    answered(other)
    answered(page)
    expect(open_history(other).locator(".af-run")).to_have_count(0)


@pytest.mark.parametrize("kind", ["JSON document", "JSONL, one event a line"])
def test_an_exported_file_opens_as_the_same_view(visitor: Any, tmp_path: Path, kind: str) -> None:
    page = visitor()
    asked(page, "How much higher is it?")
    page.locator(".af-menu summary").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=kind).click()
    assert download.value.suggested_filename.startswith("agentflow-How-much-higher")
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)

    other = visitor()
    other.get_by_label("File of a run").set_input_files(path)
    answered(other)
    assert other.locator(".af-timeline").text_content() == page.locator(".af-timeline").text_content()
    expect(open_history(other).locator(".af-run")).to_have_count(1)


def test_a_file_that_is_no_run_is_refused_in_a_sentence(visitor: Any, tmp_path: Path) -> None:
    path = tmp_path / "no-run.json"
    path.write_text('{"kind": "${alert(1)}"}')
    page = visitor()
    page.get_by_label("File of a run").set_input_files(path)
    expect(page.locator(".af-notice")).to_contain_text("This is no exported run")
    expect(page.locator(".af-welcome")).to_be_visible()


def test_a_run_is_replayed_up_to_its_end(visitor: Any) -> None:
    page = visitor()
    asked(page, "How much higher is it?")
    page.get_by_label("Replay speed").select_option("4")
    page.get_by_role("button", name="Replay", exact=True).click()
    expect(page.locator(".af-status")).not_to_have_attribute("data-status", "answered")
    answered(page)
    expect(page.get_by_role("button", name="Replay", exact=True)).to_be_visible()

    page.get_by_label("Replay speed").select_option("read")
    page.get_by_role("button", name="Replay", exact=True).click()
    expect(page.locator(".af-timeline .af-writing")).to_be_visible()
    page.get_by_role("button", name="Pause replay").click()
    expect(page.locator(".af-status")).not_to_have_attribute("data-status", "answered")


def test_two_runs_are_compared_and_the_first_difference_is_outlined(visitor: Any) -> None:
    page = visitor()
    asked(page, "How much higher is it?")
    asked(page, "engine: what is it?")
    history = open_history(page)
    expect(history.locator(".af-run")).to_have_count(2)
    for box in history.get_by_role("checkbox").all():
        box.check()
    history.get_by_role("button", name="Compare the two").click()
    compare = page.locator(".af-compare")
    expect(compare.locator(".af-compare-turn")).to_have_count(6), "analysis, turns, answer"
    expect(compare.locator(".af-parted")).to_have_count(1)
    expect(compare.locator(".af-parted")).to_contain_text("Here they part: another sub-goal")
    turns = compare.locator(".af-compare-costs tbody tr").first
    expect(turns).to_have_text("Turns24+2")
    expect(compare.locator(".af-clock-lane")).to_have_count(2)
    compare.get_by_role("button", name="Look inside").last.click()
    expect(page.locator(".af-question")).to_have_text("How much higher is it?")


def test_a_race_runs_both_planners_side_by_side(visitor: Any) -> None:
    page = visitor()
    page.get_by_role("button", name="Race", exact=True).click()
    page.locator(".af-race input").fill("slow: who is first?")
    page.wait_for_timeout(SETTLE_MS)
    page.get_by_role("button", name="Start the race").click()
    heads = page.locator(".af-compare-head")
    expect(heads).to_have_count(2)
    expect(heads.first).to_contain_text("Untrained planner · pocket:base")
    expect(heads.last).to_contain_text("Flow-GRPO planner · pocket")
    expect(page.locator('.af-compare-head [data-status="answered"]')).to_have_count(2)
    expect(page.locator(".af-parted")).to_have_count(0)
    page.locator(".af-compare").get_by_role("button", name="Close").click()
    expect(open_history(page).locator(".af-run")).to_have_count(2)


@needs_recordings
def test_a_newcomer_sees_a_recorded_flow_play_then_one_hint(visitor: Any) -> None:
    page = visitor(newcomer=True, width=1440, height=1000)
    first = recordings()[0]
    expect(page.locator(".af-question")).to_have_text(first.question)
    page.wait_for_timeout(SETTLE_MS)
    assert page.evaluate("scrollY") == 0, "nobody has read anything yet that would be held"
    expect(page.locator(".af-hint")).to_contain_text(first.title)
    page.get_by_label("Replay speed").select_option("16")
    answered(page)
    page.get_by_role("button", name="Ask a question").click()
    expect(page.locator("#af-question textarea")).to_be_focused()
    page.reload()
    expect(page.locator(".af-question")).to_have_text(first.question), "its link is in the address"


class Slow:
    """A server that answers some requests only when it is told to: those whose text holds one of `words`."""

    def __init__(self, *words: str) -> None:
        self.words, self.held = words, list[tuple[str, Any]]()

    def before(self, page: Any) -> None:
        page.route("**/*", self._hold)

    def _hold(self, route: Any) -> None:
        word = next((word for word in self.words if word in (route.request.post_data or "")), None)
        if word is None:
            route.continue_()
        else:
            self.held.append((word, route))

    def wait(self, page: Any, word: str) -> None:
        while word not in [known for known, _ in self.held]:
            page.wait_for_timeout(50)

    def answer(self, word: str) -> None:
        for _, route in [one for one in self.held if one[0] == word]:
            route.continue_()
        self.held = [one for one in self.held if one[0] != word]


RECORDED = '"name":"'
"""In a request for one recording, not in that for their list."""


@needs_recordings
@pytest.mark.parametrize("path", ["", "?trace="])
def test_a_newcomers_own_run_is_not_replaced_by_the_recording(visitor: Any, path: str) -> None:
    slow = Slow(RECORDED)
    page = visitor(path and path + recordings()[0].name, newcomer=True, before=slow.before)
    slow.wait(page, RECORDED)
    ask(page, "slow: mine")
    expect(page.locator(".af-question")).to_have_text("slow: mine")
    slow.answer(RECORDED)
    answered(page)
    expect(page.locator(".af-question")).to_have_text("slow: mine")
    expect(page.locator(".af-hint")).to_be_hidden()
    assert "trace=" not in page.url and "run=" in page.url


@needs_recordings
def test_no_recording_comes_between_the_click_on_run_and_the_run(visitor: Any) -> None:
    slow = Slow(RECORDED, "slow: mine")
    page = visitor(newcomer=True, before=slow.before)
    slow.wait(page, RECORDED)
    ask(page, "slow: mine")
    slow.wait(page, "slow: mine")
    slow.answer(RECORDED)
    page.wait_for_timeout(1000)
    expect(page.locator(".af-welcome")).to_be_visible()
    slow.answer("slow: mine")
    expect(page.locator(".af-question")).to_have_text("slow: mine")
    answered(page)


@needs_recordings
def test_a_replay_shows_the_time_of_the_moment_not_of_the_wall(visitor: Any) -> None:
    one = recordings()[0]
    seconds = next(event.seconds for event in events_of(one.name) if event.type == "flow_finished")
    page = visitor(f"?trace={one.name}")
    page.get_by_role("button", name="Pause replay").click()
    expect(page.locator(".af-status")).to_have_attribute("data-status", "running")
    page.wait_for_timeout(600)  # the clock ticks by itself
    shown = page.locator(".af-clock").inner_text()
    assert float(shown.removesuffix(" s").replace(",", "")) <= round(seconds, 1)


@needs_recordings
def test_a_screen_reader_hears_one_sentence_of_a_flow_that_is_over(visitor: Any) -> None:
    page = visitor(f"?trace={recordings()[0].name}")
    expect(page.get_by_role("log").locator("p")).to_have_text(re.compile("^A finished flow of .* Answer: "))
    asked(page, "slow: shared")
    other = visitor(page.url[page.url.index("?") :])
    answered(other)
    expect(other.get_by_role("log").locator("p")).to_have_text(re.compile("^A finished flow of 4 turns .* Answer: "))


@needs_recordings
def test_recorded_flows_open_by_link_and_compare_with_their_rivals(visitor: Any) -> None:
    pair = next(one for one in recordings() if one.rival)
    page = visitor(f"?trace={pair.name}")
    expect(page.locator(".af-question")).to_have_text(pair.question)
    page.get_by_role("button", name="Recorded flows").first.click()
    expect(page.locator(".af-recording")).to_have_count(len(recordings()))
    page.locator(".af-recording", has_text=pair.title).get_by_role("button", name="Compare").click()
    expect(page.locator(".af-compare-head")).to_have_count(2)
    expect(page.locator(".af-parted")).to_have_count(1)


def test_a_link_to_an_unknown_recording_says_so(visitor: Any) -> None:
    page = visitor("?trace=../../etc/passwd")
    expect(page.locator(".af-notice")).to_contain_text("There is no such recording")


@pytest.mark.parametrize("button", ["History", "Recorded flows", "Race"])
def test_every_drawer_fits_a_phone_and_closes_by_escape(visitor: Any, button: str) -> None:
    page = visitor(width=375, height=800)
    asked(page, "How much higher is it?")
    page.get_by_role("button", name=button, exact=True).click()
    drawer = page.locator(".af-drawer:visible")
    expect(drawer).to_have_count(1)
    page.wait_for_timeout(SETTLE_MS)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    drawer.get_by_role("textbox").or_(drawer.get_by_role("searchbox")).or_(drawer.get_by_role("button")).first.press(
        "Escape"
    )
    expect(page.locator(".af-drawer:visible")).to_have_count(0)
    expect(page.get_by_role("button", name=button, exact=True)).to_be_focused()
