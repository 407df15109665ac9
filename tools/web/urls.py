"""One reading of a URL, from which the request is built: what was checked is what is asked.

Parsers disagree on odd URLs, and a guard is fooled where the checking parser and the connecting one differ. So a URL is
read once, everything that parsers disagree on is refused, and the connection gets the parts, never the text.
"""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import quote, urljoin, urlsplit

import idna

from tools.web.errors import Blocked

MAX_CHARACTERS = 2048
PORTS = {"http": 80, "https": 443}
UNSAFE = re.compile(r"[\x00-\x20\x7f-\x9f\\\ud800-\udfff]")
SAFE = "/%:@!$&'()*+,;=~-._?[]|"
NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*")
BRACKETED = re.compile(r"\[[^\[\]]*\](:[0-9]*)?")
NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")


@dataclass(frozen=True)
class Target:
    """The parts of a checked URL; `host` is a lower-case ASCII name or a canonical literal address."""

    scheme: str
    host: str
    port: int
    path: str
    """Path and query, percent-encoded, as sent."""

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"


def parse(url: str) -> Target:
    """The parts of an absolute http(s) URL. Raises Blocked, saying what is wrong with it."""
    if len(url) > MAX_CHARACTERS:
        raise Blocked(f"the URL has {len(url):,} characters; at most {MAX_CHARACTERS:,} are taken")
    if UNSAFE.search(url):
        raise Blocked(
            "the URL has white space, control characters, backslashes or half characters, on which parsers disagree"
        )
    try:
        parts = urlsplit(url)
        port = parts.port
        bracketed = "[" in parts.netloc
        host = parts.hostname or ""
    except ValueError as error:
        raise Blocked(f"the URL cannot be read: {error}") from error
    if parts.scheme not in PORTS:
        raise Blocked(f"only http and https are fetched, not {parts.scheme or 'a URL without a scheme'!r}")
    if "@" in parts.netloc:
        raise Blocked("the URL carries credentials (user@host)")
    if not host:
        raise Blocked("the URL names no host")
    if bracketed and not BRACKETED.fullmatch(parts.netloc):
        raise Blocked(f"{parts.netloc!r} has text around its bracketed address, which parsers read in several ways")
    if port == 0:
        raise Blocked("port 0 is no port")
    path = quote(parts.path, safe=SAFE) or "/"
    query = f"?{quote(parts.query, safe=SAFE)}" if parts.query else ""
    return Target(parts.scheme, _host(host, bracketed), port or PORTS[parts.scheme], path + query)


def follow(target: Target, location: str) -> Target:
    """Where a redirect of `target` leads. Raises Blocked."""
    if UNSAFE.search(location):
        raise Blocked("the redirect's address has white space, control characters, backslashes or half characters")
    try:
        return parse(urljoin(target.url, location))
    except ValueError as error:
        raise Blocked(f"the redirect's address cannot be read: {error}") from error


def _host(host: str, bracketed: bool) -> str:
    if bracketed:
        return _ipv6(host)
    name = _ascii(host).removesuffix(".")
    if NUMBER.fullmatch(name.rpartition(".")[2]):
        return _ipv4(name)
    if len(name) > 253 or not NAME.fullmatch(name):
        raise Blocked(f"{host!r} is no host name")
    return name


def _ascii(host: str) -> str:
    """The name as DNS knows it; look-alike digits and dots become plain ones here, before any check."""
    if host.isascii():
        return host.lower()
    try:
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError as error:
        raise Blocked(f"{host!r} is no host name: {error}") from error


def _ipv4(name: str) -> str:
    try:
        return str(IPv4Address(name))
    except AddressValueError as error:
        raise Blocked(f"{name!r} is a number, but no plain IPv4 address") from error


def _ipv6(text: str) -> str:
    if "%" in text:
        raise Blocked(f"{text!r} names a network interface")
    try:
        return str(IPv6Address(text))
    except AddressValueError as error:
        raise Blocked(f"{text!r} is no IPv6 address") from error
