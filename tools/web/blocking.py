"""Fetching from a thread, for libraries that know no async: the same fetcher, the same event loop.

The wikipedia and ddgs packages call a function and wait. They run in a thread and get a function that hands each
request to the loop; when the caller is cancelled, so are its requests, and the thread ends.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import TypeVar

from tools.web.errors import WebError
from tools.web.fetcher import Fetcher
from tools.web.page import Page
from tools.web.urls import parse

Result = TypeVar("Result")


class BlockingFetcher:
    """A fetcher for one thread's work; closed when that work is over or not wanted any more."""

    def __init__(self, fetcher: Fetcher, loop: asyncio.AbstractEventLoop) -> None:
        self._fetcher, self._loop = fetcher, loop
        self._lock = threading.Lock()
        self._closed = False
        self._pending: Future[Page] | None = None

    def fetch(self, url: str, *, form: dict[str, str] | None = None, language: str = "en") -> Page:
        """As `Fetcher.fetch`, but waits. Raises WebError."""
        with self._lock:
            if self._closed:
                raise WebError("the work that this request was for is over")
            work = self._fetcher.fetch(url, form=form, language=language)
            self._pending = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return self._pending.result()
        except CancelledError:
            raise WebError("the work that this request was for was stopped") from None

    def back_off(self, url: str, seconds: float) -> None:
        """Leaves the host of `url` alone for so long."""
        self._fetcher.rates.back_off(parse(url).authority, seconds)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._pending is not None:
                self._pending.cancel()


async def in_thread(fetcher: Fetcher, work: Callable[[BlockingFetcher], Result]) -> Result:
    """The result of `work`, done in a thread that fetches through `fetcher`."""
    blocking = BlockingFetcher(fetcher, asyncio.get_running_loop())
    try:
        return await asyncio.to_thread(work, blocking)
    finally:
        blocking.close()
