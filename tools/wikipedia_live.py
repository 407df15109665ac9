"""The live Wikipedia, or another MediaWiki, through the `wikipedia` package. Blocks: call it in a thread.

The package asks one global address, without time-outs, and takes any reply for JSON. `_use_own_requests` gives it a
request function without these faults that goes through the guarded fetcher; which wiki and which fetcher are context
variables, so that threads may ask different wikis.
"""

import json
import threading
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

import wikipedia
from bs4 import BeautifulSoup
from wikipedia import wikipedia as package

from tools.web import WebError
from tools.web.blocking import BlockingFetcher
from tools.wiki_index import normal
from tools.wiki_passages import summary_and_passages

KEEP_SECONDS = 3600
"""For so long the wiki may let its reply be kept."""
OPTIONS = 20
UNUSABLE = frozenset("#<>[]|{}\n")
"""Characters that no title has, and that mean something else to the API."""

Result = TypeVar("Result")
_wiki: ContextVar["Wiki"] = ContextVar("wiki")
_once = threading.Lock()


class Unreachable(Exception):
    """The wiki did not answer, or not as a wiki does: not the query's fault."""


@dataclass(frozen=True)
class Wiki:
    """Which wiki is asked, and through what."""

    api: str
    web: BlockingFetcher


@dataclass(frozen=True)
class Page:
    """What a query found. `options` is filled when the title means several things."""

    title: str
    text: str
    url: str | None
    exact: bool
    options: tuple[str, ...] = field(default=())


def look_up(query: str, api: str, results: int, web: BlockingFetcher) -> Page | list[str]:
    """The page titled `query`, else the best of a search; a list of near titles (or none) when there is no page.

    Raises Unreachable.
    """
    _use_own_requests()
    token = _wiki.set(Wiki(api, web))
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
        _wiki.reset(token)


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
    """One API request, its reply checked to be an answer. Raises Unreachable."""
    wiki = _wiki.get()
    query = {"action": "query", **parameters, "format": "json", "maxage": KEEP_SECONDS, "smaxage": KEEP_SECONDS}
    host = urlsplit(wiki.api).hostname
    try:
        page = wiki.web.fetch(f"{wiki.api}?{urlencode(query)}")
        answer = json.loads(page.body) if page.ok else None
    except WebError as error:
        raise Unreachable(str(error)) from error
    except ValueError as error:
        raise Unreachable(f"{host} answered with something that is not a wiki's reply") from error
    if not page.ok:
        raise Unreachable(f"{host} answered with status {page.status}")
    if not isinstance(answer, dict):
        raise Unreachable(f"{host} answered with something that is not a wiki's reply")
    if "error" in answer:  # comes with HTTP 200, and would look like a missing page
        raise Unreachable(f"{host} refused: {answer['error']}")
    return answer
