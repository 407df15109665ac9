"""The fetcher: what is sent, what is followed, what is kept, and what its errors say."""

import asyncio
import gzip
import ssl
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from socket import socket
from typing import Any

import httpcore2
import pytest
import trustme

from tests.tools.web.world import PUBLIC, World, html, redirect
from tools.web import Blocked, Fetcher, LimitReached, RateLimited, Unreachable, WebError, WebSettings
from tools.web.blocking import BlockingFetcher, in_thread

URL = "http://example.com/page"


async def test_a_page_comes_with_what_is_known_of_it() -> None:
    world = World([html("<p>naïve</p>")])
    page = await world.fetcher().fetch(URL + "#part")
    assert (page.url, page.status, page.content_type, page.charset) == (URL, 200, "text/html", "utf-8")
    assert page.text == "<p>naïve</p>" and page.ok and not page.cached


async def test_the_request_says_who_asks_and_asks_for_little() -> None:
    world = World()
    await world.fetcher(contact="https://example.org/me").fetch("http://Example.COM:8080/a b".replace(" ", "%20"))
    head = world.requests[0].decode().split("\r\n")
    assert head[0] == "GET /a%20b HTTP/1.1"
    assert "Host: example.com:8080" in head and "Accept-Encoding: gzip" in head
    assert "User-Agent: AgentFlowLive/0.1 (interactive research demo; https://example.org/me) httpcore2" in head
    assert not any(line.startswith(("Cookie", "Authorization", "Referer")) for line in head)


async def test_the_environments_proxies_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://10.0.0.1:3128")
    world = World()
    await world.fetcher().fetch(URL)
    assert world.dialled == [PUBLIC]


async def test_gzip_is_unpacked_and_what_follows_it_ignored() -> None:
    body = gzip.compress(b"<p>packed</p>")

    class Packed(World):
        async def connect_tcp(self, host: str, port: int, *args: Any, **options: Any) -> httpcore2.AsyncNetworkStream:
            head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"
            return httpcore2.AsyncMockStream([head + body[:9], body[9:], b"trailing"])

    assert (await Packed().fetcher().fetch(URL)).text == "<p>packed</p>"


async def test_redirects_are_followed_and_named() -> None:
    world = World(
        [redirect("/two"), redirect("http://other.example/three?x=1"), html("there")],
        {"example.com": [PUBLIC], "other.example": ["1.1.1.1"]},
    )
    page = await world.fetcher().fetch(URL)
    assert page.url == "http://other.example/three?x=1"
    assert page.redirects == (URL, "http://example.com/two")
    assert world.asked == ["example.com", "example.com", "other.example"] and world.dialled[-1] == "1.1.1.1"


@pytest.mark.parametrize(("status", "method"), [(302, b"GET"), (303, b"GET"), (307, b"POST")])
async def test_a_form_is_posted_again_only_where_the_redirect_says_so(status: int, method: bytes) -> None:
    world = World([redirect("/two", status), html("there")])
    await world.fetcher().fetch(URL, form={"q": "a b&c"})
    assert world.requests[0].startswith(b"POST /page") and world.requests[0].endswith(b"q=a+b%26c")
    assert world.requests[1].startswith(method + b" /two")


async def test_a_form_never_goes_on_to_another_host() -> None:
    world = World(
        [redirect("http://other.example/", 307), html("")], {"example.com": [PUBLIC], "other.example": [PUBLIC]}
    )
    await world.fetcher().fetch(URL, form={"q": "secret"})
    assert world.requests[1].startswith(b"GET /") and b"secret" not in world.requests[1]


async def test_an_error_status_is_a_page_too() -> None:
    page = await World([{"status": 404, "headers": {"Content-Type": "text/html"}, "body": "gone"}]).fetcher().fetch(URL)
    assert page.status == 404 and not page.ok


async def test_a_pdf_only_where_it_is_wanted() -> None:
    world = World([{"status": 200, "headers": {"Content-Type": "application/pdf"}, "body": "%PDF"}])
    with pytest.raises(Blocked, match="only text is read"):
        await world.fetcher().fetch(URL)
    assert (await world.fetcher().fetch(URL, pdf=True)).body == b"%PDF"


@pytest.mark.parametrize(
    ("header", "charset", "text"),
    [
        ("text/html; charset=latin-1", "latin-1", "Ã¤"),
        ("text/html; charset=nonsense", None, "ä"),
        ("text/html; charset=hex", None, "ä"),
        ("text/html; charset=utf-7", None, "ä"),
        ("text/html; charset=unicode_escape", None, "ä"),
        ("text/html; charset=raw-unicode-escape", None, "ä"),
        ("TEXT/HTML", None, "ä"),
        ('text/html; charset="UTF-8"', "UTF-8", "ä"),
    ],
)
async def test_a_charset_that_python_does_not_know_is_none(header: str, charset: str | None, text: str) -> None:
    page = await World([html("ä", **{"Content_Type": header})]).fetcher().fetch(URL)
    assert (page.charset, page.text, page.content_type) == (charset, text, "text/html")


class Failing(World):
    """A network where the first connections break."""

    def __init__(self, failures: list[Exception]) -> None:
        super().__init__(names={"example.com": [PUBLIC, "1.1.1.1"]})
        self.failures = failures

    async def connect_tcp(self, host: str, port: int, *args: Any, **options: Any) -> httpcore2.AsyncNetworkStream:
        stream = await super().connect_tcp(host, port)
        if self.failures:
            raise self.failures.pop(0)
        return stream


async def test_the_next_checked_address_is_tried_when_one_does_not_answer() -> None:
    world = Failing([httpcore2.ConnectError("no route")])
    assert (await world.fetcher().fetch(URL)).ok
    assert world.dialled == [PUBLIC, "1.1.1.1"]


async def test_a_broken_connection_is_tried_once_more() -> None:
    world = Failing([httpcore2.ConnectError("no route")] * 2)
    assert (await world.fetcher().fetch(URL)).ok
    world = Failing([httpcore2.ConnectError("refused")] * 4)
    with pytest.raises(Unreachable, match=r"example\.com cannot be reached: refused"):
        await world.fetcher().fetch(URL)


async def test_what_was_posted_is_not_posted_twice() -> None:
    world = Failing([httpcore2.ReadError("reset")] * 2)
    with pytest.raises(Unreachable):
        await world.fetcher().fetch(URL, form={"q": "1"})
    assert len(world.dialled) == 1


async def test_a_server_that_asks_for_a_pause_gets_it() -> None:
    world = World([{"status": 429, "headers": {"Retry-After": "60"}, "body": ""}])
    fetcher = world.fetcher()
    with pytest.raises(RateLimited, match=r"status 429.*60 s") as caught:
        await fetcher.fetch(URL)
    assert caught.value.seconds == 60
    with pytest.raises(RateLimited, match="left alone"):
        await fetcher.fetch("http://example.com/other")
    assert len(world.dialled) == 1


async def test_one_host_is_asked_at_a_pace() -> None:
    world = World()
    fetcher = world.fetcher(requests_per_second=20, burst=2)
    started = time.monotonic()
    await asyncio.gather(*(fetcher.fetch(URL) for _ in range(4)))
    assert time.monotonic() - started > 0.09


async def test_other_hosts_are_not_held_up() -> None:
    world = World(names={"example.com": [PUBLIC], "other.example": [PUBLIC]})
    fetcher = world.fetcher(requests_per_second=0.2, burst=1)
    await fetcher.fetch(URL)
    waiting = asyncio.create_task(fetcher.fetch(URL))
    assert (await fetcher.fetch("http://other.example/")).ok and not waiting.done()
    waiting.cancel()


async def test_a_queue_that_is_too_long_is_said() -> None:
    fetcher = World().fetcher(requests_per_second=0.01, burst=1)
    await fetcher.fetch(URL)
    with pytest.raises(RateLimited, match=r"too many requests to example\.com"):
        await fetcher.fetch(URL)


async def test_waiting_for_a_turn_counts_as_time_of_the_fetch() -> None:
    fetcher = World().fetcher(requests_per_second=0.5, burst=1, seconds=1)
    await fetcher.fetch(URL)
    started = time.monotonic()
    with pytest.raises(RateLimited, match=r"too many requests to example\.com"):
        await fetcher.fetch(URL)  # its turn would come in 2 s
    assert time.monotonic() - started < 0.9
    await asyncio.wait_for(fetcher.fetch("http://example.com:8080/"), 1)


# --- the cache -----------------------------------------------------------------------------------------------------


async def test_a_page_is_fetched_once_within_its_time(tmp_path: Path) -> None:
    world = World([redirect("/two"), html("kept")])
    fetcher = world.fetcher(cache=tmp_path / "web.sqlite")
    first = await fetcher.fetch(URL)
    again = await world.fetcher(cache=tmp_path / "web.sqlite").fetch(URL)
    assert (again.text, again.url, again.redirects, again.cached) == ("kept", first.url, first.redirects, True)
    assert len(world.dialled) == 2


@pytest.mark.parametrize("control", ["no-store", "private, max-age=60", "max-age=0"])
async def test_what_its_server_says_not_to_keep_is_not_kept(tmp_path: Path, control: str) -> None:
    world = World([html("fresh", Cache_Control=control)])
    fetcher = world.fetcher(cache=tmp_path / "web.sqlite")
    assert not (await fetcher.fetch(URL)).cached and not (await fetcher.fetch(URL)).cached


async def test_errors_forms_and_old_pages_are_not_answered_from_the_cache(tmp_path: Path) -> None:
    for world, options, form in (
        (World([{"status": 500, "headers": {}, "body": ""}]), {}, None),
        (World(), {}, {"q": "1"}),
        (World(), {"cache_seconds": 0}, None),
    ):
        fetcher = world.fetcher(cache=tmp_path / "web.sqlite", **options)
        await fetcher.fetch(URL, form=form)
        assert not (await fetcher.fetch(URL, form=form)).cached and len(world.dialled) == 2


async def test_another_language_is_another_page(tmp_path: Path) -> None:
    fetcher = World().fetcher(cache=tmp_path / "web.sqlite")
    await fetcher.fetch(URL, language="de")
    assert not (await fetcher.fetch(URL, language="fr")).cached
    assert (await fetcher.fetch(URL, language="de")).cached


async def test_the_cache_never_answers_for_what_the_guard_refuses(tmp_path: Path) -> None:
    fetcher = World().fetcher(cache=tmp_path / "web.sqlite", ports=(80,))
    with pytest.raises(Blocked):
        await fetcher.fetch("ftp://example.com/page")


async def test_the_cache_stays_within_its_size_and_drops_the_oldest(tmp_path: Path) -> None:
    path = tmp_path / "web.sqlite"
    fetcher = World([html("a" * 100_000)]).fetcher(cache=path, cache_bytes=350_000)
    for number in range(10):
        await fetcher.fetch(f"{URL}{number}")
    assert path.stat().st_size < 700_000
    assert (await fetcher.fetch(f"{URL}9")).cached and not (await fetcher.fetch(f"{URL}0")).cached


async def test_a_broken_cache_is_a_warning_and_no_failure(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "web.sqlite"
    path.write_bytes(b"no database " * 100)
    page = await World().fetcher(cache=path).fetch(URL)
    assert page.ok and "cannot be read" in caplog.text and "cannot be written" in caplog.text


# --- real sockets --------------------------------------------------------------------------------------------------


@contextmanager
def https_server(name: str) -> Iterator[tuple[int, ssl.SSLContext]]:
    """A TLS server on loopback with a certificate for `name`: its port, and a client context that trusts it."""
    authority = trustme.CA()
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert(name).configure_cert(server)
    authority.configure_trust(client)
    with closing(socket()) as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = chosen.getsockname()[1]
    loop = asyncio.get_running_loop()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\nsecret")
        await writer.drain()
        writer.close()

    started = loop.create_task(asyncio.start_server(answer, "127.0.0.1", port, ssl=server))
    try:
        yield port, client
    finally:
        started.result().close()


async def loopback(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


async def test_the_certificate_must_be_the_names_though_the_address_is_dialled() -> None:
    with https_server("good.example") as (port, trust):
        await asyncio.sleep(0.05)
        fetcher = Fetcher(WebSettings(loopback=True), resolver=loopback, tls=trust)
        assert (await fetcher.fetch(f"https://good.example:{port}/")).text == "secret"
        with pytest.raises(Unreachable, match=r"evil\.example.*certificate"):
            await fetcher.fetch(f"https://evil.example:{port}/")


async def test_a_name_without_an_address_is_said() -> None:
    with pytest.raises(Blocked, match=r"nosuchname\.invalid has no address"):
        await Fetcher().fetch("http://nosuchname.invalid/")


async def test_loopback_is_open_only_by_the_setting_for_tests() -> None:
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    with pytest.raises(Blocked):
        await Fetcher().fetch(url)
    with pytest.raises(WebError) as caught:
        await Fetcher(WebSettings(loopback=True)).fetch(url)
    assert not isinstance(caught.value, Blocked)
    server.close()


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "http://169.254.169.254/", "http://[fe80::1]/"])
async def test_the_setting_for_tests_opens_nothing_but_loopback(url: str) -> None:
    with pytest.raises(Blocked):
        await World().fetcher(loopback=True).fetch(url)


# --- from a thread -------------------------------------------------------------------------------------------------


async def test_a_thread_fetches_through_the_same_fetcher() -> None:
    assert await in_thread(World([html("hello")]).fetcher(), lambda web: web.fetch(URL).text) == "hello"


async def test_an_error_reaches_the_thread() -> None:
    with pytest.raises(Blocked):
        await in_thread(World().fetcher(), lambda web: web.fetch("http://10.0.0.1/"))


async def test_a_cancelled_caller_ends_its_thread() -> None:
    world = World([{"status": 200, "headers": {"Content-Type": "text/html"}, "gen": "drip"}])
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()

    def work(web: BlockingFetcher) -> None:
        try:
            web.fetch(URL)
        finally:
            loop.call_soon_threadsafe(ended.set)

    task = asyncio.create_task(in_thread(world.fetcher(), work))
    await asyncio.sleep(0.1)
    task.cancel()
    async with asyncio.timeout(2):
        await ended.wait()
    with pytest.raises((asyncio.CancelledError, WebError)):
        await task


async def test_slow_names_count_against_the_time() -> None:
    async def slow(host: str, port: int) -> list[str]:
        await asyncio.sleep(30)
        return [PUBLIC]

    with pytest.raises(LimitReached, match=r"longer than 0\.1 s"):
        await Fetcher(WebSettings(seconds=0.1), resolver=slow).fetch(URL)
