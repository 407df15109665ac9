"""The one way to the web: every request of every tool goes through `Fetcher.fetch`.

Each hop of a redirect is checked anew and connects to the very addresses that were checked. Limits hold while bytes
stream in. No cookies, no credentials, no proxies of the environment, no state but the cache and the hosts' rates.
"""

import asyncio
import re
import ssl
from collections.abc import AsyncIterable, Mapping
from functools import cache
from typing import NoReturn
from urllib.parse import urlencode

import httpcore2

from tools.web.body import read_body
from tools.web.cache import PageCache
from tools.web.connection import connection
from tools.web.errors import Blocked, LimitReached, RateLimited, Unreachable
from tools.web.guard import Guard, Resolver
from tools.web.page import Page, read_content_type
from tools.web.rates import HostRates
from tools.web.settings import WebSettings
from tools.web.urls import Target, follow, parse

VERSION = "0.1"
REDIRECTS = (301, 302, 303, 307, 308)
CONNECT_SECONDS = 3.0
DEFAULT_PAUSE = 30.0
LONGEST_PAUSE = 3600.0
PDF = "application/pdf"
TEXT = re.compile(r"text/[a-z0-9.+-]+|application/(json|xml|[a-z0-9.-]+\+(json|xml))")
SNIFFED = 1024

Headers = Mapping[str, str]


@cache
def shared_fetcher(settings: WebSettings) -> "Fetcher":
    """The process's fetcher for these settings, so that all tools and flows share rates and cache."""
    return Fetcher(settings)


def user_agent(settings: WebSettings) -> str:
    """Who asks: the truth, so that a site can tell us apart and reach the operator."""
    contact = f"; {settings.contact}" if settings.contact else ""
    return f"AgentFlowLive/{VERSION} (interactive research demo{contact}) httpcore2"


class Fetcher:
    """Fetches pages within `settings`. `resolver`, `dialler` and `tls` are the world; tests pass their own."""

    def __init__(
        self,
        settings: WebSettings | None = None,
        *,
        resolver: Resolver | None = None,
        dialler: httpcore2.AsyncNetworkBackend | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.settings = settings or WebSettings()
        self.guard = Guard(self.settings, resolver)
        self.rates = HostRates(self.settings.requests_per_second, self.settings.burst, self.settings.seconds)
        self._dialler = dialler or httpcore2.AnyIOBackend()
        self._tls = tls
        self._cache = PageCache(self.settings.cache, self.settings.cache_bytes) if self.settings.cache else None

    async def fetch(
        self, url: str, *, form: Mapping[str, str] | None = None, language: str = "en", pdf: bool = False
    ) -> Page:
        """The page at `url` after redirects, whatever its status; text, or with `pdf` a PDF too.

        `form` is posted; such a page is neither cached nor asked for twice. Raises Blocked, LimitReached (RateLimited)
        or Unreachable.
        """
        target = parse(url)
        key = f"{language} {target.url}"
        if form is None and self._cache and (kept := await asyncio.to_thread(self._cache.get, key)):
            return kept
        try:
            async with asyncio.timeout(self.settings.seconds):
                await self.rates.take(target.authority)
                page, seconds = await self._follow(target, _content(form), language, pdf)
        except TimeoutError:
            raise LimitReached(f"{target.host} took longer than {self.settings.seconds:g} s") from None
        if form is None and self._cache and page.status == 200 and seconds > 0:
            await asyncio.to_thread(self._cache.put, key, page, seconds)
        return page

    async def _follow(self, target: Target, content: bytes | None, language: str, pdf: bool) -> tuple[Page, float]:
        """The page, and for how many seconds it may be kept."""
        passed: list[str] = []
        while True:
            page, headers = await self._once_more(target, content, language, pdf, tuple(passed))
            location = headers.get("location")
            if page.status not in REDIRECTS or location is None:
                return page, self._keep(headers)
            if len(passed) == self.settings.redirects:
                raise LimitReached(f"more than {self.settings.redirects} redirects, the last to {location[:200]}")
            passed.append(target.url)
            origin, target = target, follow(target, location)
            if page.status not in (307, 308) or target.authority != origin.authority:
                content = None
            await self.rates.take(target.authority)

    async def _once_more(
        self, target: Target, content: bytes | None, language: str, pdf: bool, passed: tuple[str, ...]
    ) -> tuple[Page, Headers]:
        """One hop; a connection that breaks is tried a second time, unless something was posted."""
        try:
            return await self._hop(target, content, language, pdf, passed)
        except Unreachable:
            if content is not None:
                raise
            return await self._hop(target, content, language, pdf, passed)

    async def _hop(
        self, target: Target, content: bytes | None, language: str, pdf: bool, passed: tuple[str, ...]
    ) -> tuple[Page, Headers]:
        addresses = await self.guard.check(target)
        url = httpcore2.URL(
            scheme=target.scheme.encode(), host=target.host.encode(), port=target.port, target=target.path.encode()
        )
        sent = self._headers(target, content, language)
        timeout = {"connect": CONNECT_SECONDS, "read": self.settings.seconds, "write": self.settings.seconds}
        try:
            async with (
                connection(target, addresses, self._dialler, self._tls) as line,
                line.stream(
                    b"GET" if content is None else b"POST",
                    url,
                    headers=sent,
                    content=content,
                    extensions={"timeout": timeout},
                ) as reply,
            ):
                headers = _read_headers(reply.headers)
                self._heed(target, reply.status, headers)
                return await self._page(target, reply.status, headers, reply.aiter_stream(), pdf, passed), headers
        except httpcore2.TimeoutException:
            raise LimitReached(f"{target.host} did not answer in time") from None
        except httpcore2.ProtocolError as error:
            raise LimitReached(f"{target.host} sent no HTTP that can be read: {error}") from error
        except (httpcore2.NetworkError, ssl.SSLError, OSError) as error:
            _unreachable(target, error)

    async def _page(
        self,
        target: Target,
        status: int,
        headers: Headers,
        chunks: AsyncIterable[bytes],
        pdf: bool,
        passed: tuple[str, ...],
    ) -> Page:
        kind, charset = read_content_type(headers.get("content-type", ""))
        if status in REDIRECTS and "location" in headers:
            return Page(target.url, status, kind, charset, b"", passed)
        if kind and not (TEXT.fullmatch(kind) or (pdf and kind == PDF)):
            raise Blocked(f"{target.host} sent {kind[:80]!r}: only text{' and PDF' if pdf else ''} is read")
        limit = self.settings.body_bytes
        body = await read_body(chunks, headers.get("content-encoding", ""), headers.get("content-length"), limit)
        if not kind and b"\0" in body[:SNIFFED]:
            raise Blocked(f"{target.host} sent binary data without saying what it is")
        return Page(target.url, status, kind, charset, body, passed)

    def _headers(self, target: Target, content: bytes | None, language: str) -> list[tuple[bytes, bytes]]:
        headers = {
            "Host": target.authority,
            "User-Agent": user_agent(self.settings),
            "Accept": "text/html, application/xhtml+xml, text/*;q=0.9, */*;q=0.5",
            "Accept-Encoding": "gzip",
            "Accept-Language": f"{language}, en;q=0.5",
            "Connection": "close",
        }
        if content is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(content))}
        return [(name.encode(), value.encode()) for name, value in headers.items()]

    def _heed(self, target: Target, status: int, headers: Headers) -> None:
        """A server that asks for a pause gets it, from every tool of this process. Raises RateLimited."""
        if status == 429 or (status == 503 and "retry-after" in headers):
            stated = headers.get("retry-after", "")
            pause = min(float(stated), LONGEST_PAUSE) if stated.isdecimal() else DEFAULT_PAUSE
            self.rates.back_off(target.authority, pause)
            raise RateLimited(f"{target.host} asks for fewer requests (status {status}): wait {pause:.0f} s", pause)

    def _keep(self, headers: Headers) -> float:
        control = headers.get("cache-control", "").lower()
        if re.search(r"\b(no-store|private)\b", control):
            return 0
        age = re.search(r"\bmax-age=(\d{1,9})\b", control)
        return min(float(age[1]), self.settings.cache_seconds) if age else self.settings.cache_seconds


def _content(form: Mapping[str, str] | None) -> bytes | None:
    return None if form is None else urlencode(form).encode()


def _read_headers(raw: list[tuple[bytes, bytes]]) -> Headers:
    """By lower-case name; of two with one name, both joined as HTTP says."""
    headers: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1").lower(), value.decode("utf-8", errors="replace")
        headers[key] = f"{headers[key]}, {text}" if key in headers and key != "location" else text
    return headers


def _unreachable(target: Target, error: Exception) -> NoReturn:
    reason = str(error) or type(error).__name__
    raise Unreachable(f"{target.host} cannot be reached: {reason}") from error
