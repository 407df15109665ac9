"""The live Wikipedia, or another MediaWiki, through the `wikipedia` package. Blocks: call it in a thread.

The package asks one global address, without time-outs, and takes any reply for JSON. `_use_own_requests` gives it a
request function without these faults; the address is a context variable, so that threads may ask different wikis.
"""

import asyncio
import threading
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar
from urllib.request import getproxies

import httpx
import wikipedia
from bs4 import BeautifulSoup
from wikipedia import wikipedia as package

from tools.wiki_index import normal
from tools.wiki_passages import summary_and_passages

USER_AGENT = "AgentFlowLive/0.1 (interactive research demo; python-wikipedia 1.4)"
CONNECT_SECONDS = 3.0
READ_SECONDS = 10.0
OPTIONS = 20
UNUSABLE = frozenset("#<>[]|{}\n")
"""Characters that no title has, and that mean something else to the API."""

Result = TypeVar("Result")
_address: ContextVar[str] = ContextVar("address")
_once = threading.Lock()


class Unreachable(Exception):
    """The wiki did not answer, or not as a wiki does: not the query's fault."""


@dataclass(frozen=True)
class Page:
    """What a query found. `options` is filled when the title means several things."""

    title: str
    text: str
    url: str | None
    exact: bool
    options: tuple[str, ...] = field(default=())


def address(language: str) -> str:
    """The API of a language edition."""
    return f"https://{language}.wikipedia.org/w/api.php"


async def resolve(api: str) -> None:
    """Fails fast where the name server does not answer: no time-out of a connection covers that. Raises Unreachable."""
    host = httpx.URL(api).host
    if getproxies():
        return  # the proxy resolves names
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            await asyncio.get_running_loop().getaddrinfo(host, None)
    except TimeoutError:
        raise Unreachable(f"the name {host} was not resolved within {CONNECT_SECONDS:g} s") from None
    except OSError as error:
        raise Unreachable(f"{host}: {error.strerror or error}") from error


def look_up(query: str, api: str, results: int) -> Page | list[str]:
    """The page titled `query`, else the best of a search; a list of near titles (or none) when there is no page.

    Raises Unreachable.
    """
    _use_own_requests()
    token = _address.set(api)
    try:
        if page := _page(query, query, exact=True):
            return page
        titles: list[str] = _asked(lambda: package.search.fn(query[:300], results=results)) or []
        for title in titles:
            page = _page(title, query, exact=normal(title) == normal(query))
            if page and not page.options:
                return page
        return titles
    finally:
        _address.reset(token)


def _page(title: str, query: str, *, exact: bool) -> Page | None:
    if not title.strip() or len(title.encode()) > 255 or UNUSABLE & set(title):
        return None
    try:
        page = _asked(lambda: package.page(title.strip(), auto_suggest=False))
        content = _asked(lambda: page.content) if page else None
    except wikipedia.DisambiguationError as error:
        options = tuple(dict.fromkeys(error.options))[:OPTIONS]
        return Page(error.title, "", None, exact, options) if options else None
    if not page or not content:
        return None
    return Page(page.title, summary_and_passages(content, query, page.title), page.url, exact)


def _asked(call: Callable[[], Result]) -> Result | None:
    """The result of a call of the package; None where it finds nothing, which it says in many ways."""
    try:
        return call()
    except wikipedia.DisambiguationError:
        raise
    except (wikipedia.PageError, KeyError, AssertionError, IndexError):
        return (
            None  # missing; a namespace or an interwiki title (KeyError); a title it normalised oddly (AssertionError)
        )
    except wikipedia.WikipediaException as error:
        raise Unreachable(f"the wiki refused: {error.error}") from error


def _use_own_requests() -> None:
    with _once:
        if package._wiki_request is not _request:
            package.BeautifulSoup = partial(BeautifulSoup, features="html.parser")  # it warns where none is named
            package._wiki_request = _request


def _request(parameters: dict[str, Any]) -> dict[str, Any]:
    """One API request: bounded in time, checked to be an answer. Raises Unreachable."""
    api = _address.get(package.API_URL)
    timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
    query = {"action": "query", **parameters, "format": "json"}
    try:
        reply = httpx.get(api, params=query, headers={"User-Agent": USER_AGENT}, timeout=timeout, follow_redirects=True)
        answer = reply.json() if reply.is_success else None
    except (httpx.HTTPError, ValueError) as error:
        raise Unreachable(f"{httpx.URL(api).host}: {str(error) or type(error).__name__}") from error
    if not reply.is_success:
        raise Unreachable(f"{httpx.URL(api).host} answered with status {reply.status_code} {reply.reason_phrase}")
    if not isinstance(answer, dict):
        raise Unreachable(f"{httpx.URL(api).host} answered with something that is not a wiki's reply")
    if "error" in answer:  # comes with HTTP 200, and would look like a missing page
        raise Unreachable(f"{httpx.URL(api).host} refused: {answer['error']}")
    return answer
