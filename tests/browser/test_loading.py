"""The page's scripts come beside it, and over a poor connection late, at the second try or not at all."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.test_page import ANSWERED, SETTLE_MS, answered, ask

pytestmark = pytest.mark.browser


@pytest.fixture
def newly(chromium: Any, address: str) -> Iterator[Any]:
    """Opens the page and does not wait for its scripts: `newly(before, locale=...)`."""
    contexts = []

    def visit(before: Any, locale: str = "en") -> Any:
        contexts.append(chromium.new_context(locale=locale))
        contexts[-1].add_init_script("localStorage.setItem('agentflow.seen', '1')")
        page = contexts[-1].new_page()
        before(page)
        page.goto(address)
        page.locator("#af-question textarea").wait_for()
        return page

    yield visit
    for context in contexts:
        context.close()


def test_a_script_that_did_not_arrive_is_asked_for_once_more(visitor: Any) -> None:
    page = visitor(before=lambda page: page.route("**/scripts/*.js", lambda route: route.abort()))
    ask(page, "engine: what is it?")
    answered(page)
    expect(page.locator(".af-not-loaded")).to_have_count(0)


@pytest.mark.parametrize(
    ("locale", "said"), [("de", "then reload the page."), ("zh-CN", "请检查网络连接，然后重新加载页面。")]
)
def test_one_that_never_arrives_is_told_with_what_to_do(newly: Any, locale: str, said: str) -> None:
    page = newly(lambda page: page.route("**/scripts/**", lambda route: route.abort()), locale)
    expect(page.locator("#af-inspector [role=alert]")).to_contain_text(said)
    page.get_by_role("link", name="训练" if locale == "zh-CN" else "Training").click()
    expect(page.locator("#af-training [role=alert]")).to_contain_text(said)


@pytest.mark.parametrize(("button", "shown"), [("#af-run", ANSWERED), ("#af-first-step", ".af-paused")])
def test_what_is_asked_before_the_script_is_there_is_shown_when_it_is(newly: Any, button: str, shown: str) -> None:
    held: list[Any] = []
    page = newly(lambda page: page.route("**/scripts/**", lambda route: held.append(route)))
    page.locator("#af-question textarea").fill("engine: what is it?")
    page.wait_for_timeout(SETTLE_MS)
    with page.expect_response("**/run/predict**"):
        page.locator(button).click()
    page.wait_for_timeout(SETTLE_MS)
    for route in held:
        route.continue_()
    expect(page.locator(shown)).to_be_visible()
    expect(page.locator(".af-question")).to_have_text("engine: what is it?")


FRAMES = """
const ask = window.requestAnimationFrame;
window.frames_asked = 0;
window.requestAnimationFrame = (act) => { window.frames_asked += 1; return ask(act); };
"""


def frames_of_a_second(page: Any) -> int:
    page.evaluate("window.frames_asked = 0")
    page.wait_for_timeout(1000)
    return int(page.evaluate("window.frames_asked"))


def test_a_page_at_rest_draws_nothing(visitor: Any) -> None:
    """Before the first run and after it. Nothing of ours moves by itself, and Gradio's own loop is held."""
    page = visitor(before=lambda page: page.add_init_script(FRAMES))
    for question in ("", "engine: what is it?"):
        if question:
            ask(page, question)
            answered(page)
        assert any(frames_of_a_second(page) < 5 for _ in range(20)), "Gradio settles after some seconds"
        assert page.evaluate("document.getAnimations().filter((one) => one.playState === 'running').length") == 0
