"""A public page that is busy says so kindly, and who waits sees the line move."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from agentflow_core import Settings
from demo.app import build_app, launch_options
from tests.browser.conftest import BUSY_MS
from tests.browser.test_page import answered, ask
from tests.demo.flows import RecordedFlow

pytestmark = pytest.mark.browser

NO_NEWCOMER = "localStorage.setItem('agentflow.seen', '1')"
"""For whom a recorded flow would play."""


@pytest.fixture
def busy() -> Iterator[str]:
    """One flow at once, the others in line; all visitors of a test have one address, and two flows together."""
    settings = Settings(page_flows=1, page_waiting=2, visitor_flows=2)
    page = build_app(settings, assemble=lambda *_, **__: RecordedFlow(0.2))
    _, url, _ = page.launch(prevent_thread_lock=True, server_name="127.0.0.1", **launch_options())
    yield url
    page.close()


def test_who_comes_second_waits_and_who_comes_third_is_told_why_not(chromium: Any, busy: str) -> None:
    first, third = chromium.new_page(), chromium.new_page()
    second = chromium.new_page(viewport={"width": 375, "height": 800})
    for page in (first, second, third):  # all are there before the first asks: its flow lasts only seconds
        page.set_default_timeout(BUSY_MS)
        page.add_init_script(NO_NEWCOMER)
        page.goto(busy)
        page.wait_for_selector(".af-welcome")
    ask(first, "First?")
    first.wait_for_selector(".af-card[data-card=turn-1]")
    ask(second, "Second?")
    expect(second.locator(".af-status")).to_have_text("Waiting in line, next to begin")
    expect(second.locator("#af-stop")).to_be_visible()
    halt = second.locator(".af-halt").bounding_box()
    assert halt["x"] + halt["width"] <= 375, "it fits a phone"
    ask(third, "Third?")
    expect(third.locator(".af-notice")).to_contain_text("You have 2 flows under way here")
    expect(third.locator(".af-notice")).to_contain_text("A copy of your own has no such limit")
    answered(first)
    answered(second)
    expect(second.locator(".af-question")).to_have_text("Second?")
    for page in (first, second, third):
        page.close()
