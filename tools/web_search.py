"""`web_search`: the web through several search engines, one after the other until one answers.

The ddgs package knows how to ask each engine and how to read its pages; every request goes through the guarded fetcher
(true User-Agent, time-outs, pace, cache), which is why an engine's refusal is seen here and not lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import urlencode

from lxml.etree import LxmlError
from pydantic import Field

from tools.base import Source, Tool, ToolContext, ToolInput, ToolResult
from tools.web import RateLimited, WebError, shared_fetcher
from tools.web.blocking import BlockingFetcher, in_thread
from tools.web.urls import MAX_CHARACTERS

SCHEMES = ("http://", "https://")
SNIPPET_CHARACTERS = 400
NOTHING = "found nothing"
LEAST_SECONDS = 1.0
REFUSALS = (202, 401, 403, 418)
"""What engines answer instead of results when they take us for a robot that asks too much."""
REFUSED_SECONDS = 60.0
UNREADABLE = (LxmlError, LookupError, ValueError, TypeError, AttributeError)
"""What an engine's reading code raises for a page that it does not expect."""


class Hit(NamedTuple):
    title: str
    url: str
    text: str


@dataclass(frozen=True)
class Reply:
    """What an engine of ddgs reads of a reply."""

    status_code: int
    text: str


class WebSearchInput(ToolInput):
    query: str = Field(min_length=1, max_length=500, description="Words to search the web for.")


class WebSearch(Tool[WebSearchInput]):
    name = "web_search"
    description = "Searches the web and gives the titles, addresses and short extracts of the best pages."
    input_model = WebSearchInput
    main_field = "query"
    limitations = "Extracts are short and may be wrong; it does not open the pages."
    best_practice = "Use a few telling words. Then read the best address with web_page before relying on it."
    examples = ({"query": "tallest building completed in 2024"},)

    async def run(self, arguments: WebSearchInput, context: ToolContext) -> ToolResult:
        """The hits of the first engine that has any; `data["tried"]` says what became of the others."""
        fetcher = shared_fetcher(self.settings.web)
        query = arguments.query.strip()
        tried: dict[str, str] = {}
        for engine in self.settings.search_engines:
            if context.seconds_left() < LEAST_SECONDS:
                tried[engine] = "not asked, the time is over"
                continue
            try:
                hits = await in_thread(fetcher, partial(ask_engine, engine, query, self._region))
            except WebError as error:
                tried[engine] = str(error)
                continue
            if hits:
                return _found(query, engine, hits[: self.settings.search_results], tried)
            tried[engine] = NOTHING
        told = "; ".join(f"{engine}: {problem}" for engine, problem in tried.items())
        if NOTHING not in tried.values():
            return ToolResult.failed(f"no search engine answered ({told}). Use another tool, or try again later.")
        return ToolResult(
            text=f"No results for {query}. Try fewer or other words.", data={"tried": tried, "results": []}
        )

    @property
    def _region(self) -> str:
        language = self.settings.language.partition("-")[0]
        return "us-en" if language == "en" else f"{language}-{language}"


def ask_engine(name: str, query: str, region: str, web: BlockingFetcher) -> list[Hit]:
    """One engine's hits. Blocks: call it in a thread. Raises WebError, RateLimited where the engine wants a pause."""
    from ddgs.engines import ENGINES  # reads all engines; only where a search is made

    kind = ENGINES["text"].get(name)
    if kind is None:
        raise WebError(f"there is no engine {name!r}; there are {', '.join(ENGINES['text'])}")
    client: Any = GuardedClient(web, region)
    engine = kind()
    engine.http_client = client
    try:
        results = engine.search(query, region=region) or []
    except UNREADABLE as error:
        raise WebError(f"its answer could not be read: {type(error).__name__}: {error}") from error
    hits = (Hit(_plain(one.title), one.href.strip(), _plain(one.body)) for one in results)
    return [hit for hit in hits if hit.title and hit.url.startswith(SCHEMES) and len(hit.url) <= MAX_CHARACTERS]


class GuardedClient:
    """Stands in for the HTTP client of a ddgs engine. Cookies and disguises that an engine asks for are not sent."""

    def __init__(self, web: BlockingFetcher, region: str) -> None:
        self._web, self._language = web, region.partition("-")[2]
        self.client = self

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        **ignored: Any,
    ) -> Reply:
        form = None if method == "GET" else dict(data or {})
        page = self._web.fetch(with_query(url, params or {}), form=form, language=self._language)
        if page.status in REFUSALS:
            self._web.back_off(url, REFUSED_SECONDS)
            raise RateLimited(f"it refuses programs for now (status {page.status})", REFUSED_SECONDS)
        if not page.ok:
            raise WebError(f"it answered with status {page.status}")
        return Reply(page.status, page.text)

    def headers_update(self, headers: Mapping[str, str]) -> None:
        """Not sent: the User-Agent is our own."""

    def set_cookies(self, url: str, cookies: Mapping[str, str]) -> None:
        """Not sent."""


def with_query(url: str, parameters: Mapping[str, str]) -> str:
    """`url` with these parameters added."""
    if not parameters:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode(parameters)}"


def _found(query: str, engine: str, hits: list[Hit], tried: dict[str, str]) -> ToolResult:
    lines = [f"{number}. {hit.title}\n   {hit.url}\n   {hit.text}" for number, hit in enumerate(hits, 1)]
    return ToolResult(
        text=f"Results for {query} ({engine}):\n" + "\n".join(lines),
        data={"engine": engine, "tried": tried, "results": [hit._asdict() for hit in hits]},
        sources=tuple(Source(title=hit.title, url=hit.url) for hit in hits),
    )


def _plain(text: str) -> str:
    """On one line, not too long."""
    flat = " ".join(text.split())
    return flat if len(flat) <= SNIPPET_CHARACTERS else f"{flat[:SNIPPET_CHARACTERS].rstrip()} …"
