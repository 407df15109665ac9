"""web_search asks ddgs's engines, here at real local servers, until one answers, and says what became of the others."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from ddgs.engines import ENGINES

from tests.tools.context import context
from tools.base import Source, ToolResult, ToolSettings
from tools.web_search import SNIPPET_CHARACTERS, WebSearch, WebSearchInput

ASKED = ("duckduckgo", "mojeek", "brave")
DUCKDUCKGO = """<html><body><div class="links_main result__body"><h2>The <b>Ossel</b></h2>
<a href="https://ossel.example/">A river of   812 km.</a></div>
<div class="result__body"><h2>An advertisement</h2><a href="https://duckduckgo.com/y.js?ad=1">Buy</a></div>
<div class="result__body"><h2>Script</h2><a href="javascript:alert(1)">no</a></div>
<div class="result__body"><h2>Quarn</h2><a href="http://quarn.example/x">{long}</a></div></body></html>""".replace(
    "{long}", "word " * 300
)
MOJEEK = """<html><body><ul class="results-standard"><li><h2><a href="https://mojeek.example/">Found here</a></h2>
<p class="s">A snippet.</p></li></ul></body></html>"""
EMPTY = "<html><body><p>nothing</p></body></html>"


@dataclass
class Site:
    """What the local servers answer for each engine's path, and what they were asked."""

    answers: dict[str, tuple[int, str]] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, list[str]], str]] = field(default_factory=list)
    delay: float = 0


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    state = Site()

    class Handler(BaseHTTPRequestHandler):
        def answer(self, sent: str) -> None:
            path = urlsplit(self.path).path
            state.asked.append((self.command, path, parse_qs(sent), self.headers["User-Agent"]))
            time.sleep(state.delay)
            status, text = state.answers.get(path.strip("/"), (200, EMPTY))
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(BrokenPipeError):
                self.wfile.write(body)

        def do_GET(self) -> None:
            self.answer(urlsplit(self.path).query)

        def do_POST(self) -> None:
            self.answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ExitStack() as stack:
        for name in ASKED:  # each on a server of its own: a host that asks for a pause gets it
            server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
            thread = threading.Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            for step in (server.server_close, thread.join, server.shutdown):
                stack.callback(step)
            monkeypatch.setattr(ENGINES["text"][name], "search_url", f"http://127.0.0.1:{server.server_port}/{name}")
        yield state


async def search(query: str = "longest river", seconds: float = 30, **settings: Any) -> ToolResult:
    web = {"loopback": True, "requests_per_second": 1e6, "burst": 1000, "seconds": settings.pop("web_seconds", 5)}
    made = ToolSettings.model_validate({"search_engines": ASKED, "web": web, **settings})
    return await WebSearch(made).run(WebSearchInput(query=query), context(seconds=seconds))


async def test_the_first_engine_that_answers_is_enough(site: Site) -> None:
    site.answers = {"duckduckgo": (200, DUCKDUCKGO)}
    result = await search()
    first, second, *rest = result.data["results"]
    assert first == {"title": "The Ossel", "url": "https://ossel.example/", "text": "A river of 812 km."}
    assert second["title"] == "Quarn" and len(second["text"]) == SNIPPET_CHARACTERS + 1 and rest == []
    assert result.text.startswith("Results for longest river (duckduckgo):\n1. The Ossel\n   https://ossel.example/\n")
    assert result.sources[0] == Source(title="The Ossel", url="https://ossel.example/")
    ((method, path, sent, agent),) = site.asked
    assert (method, path, sent["q"]) == ("POST", "/duckduckgo", ["longest river"])
    assert agent.startswith("AgentFlowLive/")


@pytest.mark.parametrize(
    ("status", "said"), [(429, "asks for fewer requests"), (202, "refuses programs"), (500, "status 500")]
)
async def test_an_engine_that_refuses_is_passed_over_and_named(site: Site, status: int, said: str) -> None:
    site.answers = {"duckduckgo": (status, "later"), "mojeek": (200, MOJEEK)}
    result = await search()
    assert result.data["engine"] == "mojeek" and result.data["results"][0]["text"] == "A snippet."
    assert said in result.data["tried"]["duckduckgo"]
    assert site.asked[1][0] == "GET" and site.asked[1][2]["q"] == ["longest river"]


async def test_an_engine_that_refused_is_not_asked_again_at_once(site: Site) -> None:
    site.answers = {"duckduckgo": (202, "later")}
    await search(search_engines=("duckduckgo",))
    result = await search(search_engines=("duckduckgo",))
    assert len(site.asked) == 1 and result.error and "left alone" in result.error


async def test_a_slow_engine_is_passed_over(site: Site) -> None:
    site.delay = 0.6
    result = await search(web_seconds=0.2, search_engines=("duckduckgo", "mojeek"))
    assert result.error and "duckduckgo: 127.0.0.1" in result.error and "mojeek: " in result.error


async def test_no_more_engines_are_asked_when_the_time_is_over(site: Site) -> None:
    result = await search(seconds=0.5)
    assert result.error and "not asked, the time is over" in result.error and site.asked == []


async def test_nothing_found_is_said_when_all_say_so(site: Site) -> None:
    result = await search()
    assert result.error is None and result.text == "No results for longest river. Try fewer or other words."
    assert result.data["tried"] == dict.fromkeys(ASKED, "found nothing") and len(site.asked) == 3


async def test_no_engine_at_all_is_a_failure_that_names_each(site: Site) -> None:
    site.answers = dict.fromkeys(ASKED, (429, ""))
    result = await search()
    assert result.error and result.error.startswith("no search engine answered (duckduckgo: 127.0.0.1 asks for fewer")


async def test_a_name_that_is_no_engine_is_said(site: Site) -> None:
    result = await search(search_engines=("altavista",))
    assert result.error and "there is no engine 'altavista'; there are" in result.error


async def test_a_page_that_the_engines_code_cannot_read_is_passed_over(site: Site) -> None:
    site.answers = {"duckduckgo": (200, "<!-- -->"), "mojeek": (200, MOJEEK)}
    result = await search()
    assert result.data["engine"] == "mojeek" and "could not be read" in result.data["tried"]["duckduckgo"]


async def test_engines_are_reached_through_the_guard(site: Site) -> None:
    settings = ToolSettings(search_engines=("duckduckgo",))
    result = await WebSearch(settings).run(WebSearchInput(query="x"), context())
    assert result.error and "not a public address" in result.error and site.asked == []


def test_the_engines_of_the_settings_exist() -> None:
    assert set(ToolSettings().search_engines) <= set(ENGINES["text"])
