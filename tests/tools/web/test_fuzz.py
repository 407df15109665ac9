"""10,000 made-up URLs, names and redirects: no private address is ever dialled, and nothing but WebError is raised."""

import asyncio
import contextlib
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.web.world import World, redirect
from tools.web import WebError
from tools.web.addresses import is_public

EXAMPLES = 10_000
METADATA = ("169.254.169.254", "192.0.0.192", "100.100.100.200", "168.63.129.16", "fd00:ec2::254")
INNER = ("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.0.1", "0.0.0.0", "::1", "::", "fe80::1", *METADATA)
OUTER = ("93.184.215.14", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001:81b::200e")
EMBEDDING = ("64:ff9b::", "::ffff:0:0", "2002::", "::")
"""IPv6 prefixes in whose forms an IPv4 address hides."""


def hidden(prefix: str, inner: int) -> str:
    shift = 80 if prefix == "2002::" else 0
    return str(IPv6Address(int(IPv6Address(prefix)) | inner << shift))


def spellings(number: int) -> list[str]:
    """One IPv4 address as different parsers would read it."""
    a, b, c, d = number.to_bytes(4, "big")
    wide = str.maketrans("0123456789.", "０１２３４５６７８９。")
    dotted = f"{a}.{b}.{c}.{d}"
    return [
        dotted,
        str(number),
        hex(number),
        f"0{number:o}",
        f"{a}.{b}.{c * 256 + d}",
        f"0{a:o}.{b}.{c}.{d}",
        f"0x{a:x}.{b}.{c}.{d}",
        f"{dotted}.",
        dotted.translate(wide),
        f"[::ffff:{dotted}]",
        f"{a}.{number % 2**24}",
    ]


NAMES = (*["a.example", "b.example"] * 3, "localhost", "metadata.google.internal", "bücher.example", "EXAMPLE.com")
RESOLVED = ("a.example", "b.example", "xn--bcher-kva.example", "example.com")
SCHEMES = (*["http://"] * 6, "https://", "https://", "HTTP://", "//", "ftp://", "http:/", "")
USERS = (*[""] * 8, "user@", "a:b@", "example.com@", "127.0.0.1:80@")
PORTS = (*[""] * 6, ":80", ":443", ":8080", ":22", ":0", ":65536", ":")
PATHS = ("", "/", "/", "/a?b=c#d", "?x", "/ü%20", "\\@127.0.0.1", "/\r\nHost: x", "#@127.0.0.1/")


def some_address(dice: Random) -> str:
    """A literal address: known ones, any one, or a private one inside an IPv6 form."""
    known4 = [text for text in INNER if ":" not in text]
    match dice.randrange(6):
        case 0:
            return dice.choice(INNER)
        case 1:
            return str(IPv4Address(dice.getrandbits(32)))
        case 2:
            return str(IPv6Address(dice.getrandbits(128) & (1 << 125) - 1 | dice.getrandbits(2) << 124))
        case 3:
            return hidden(dice.choice(EMBEDDING), int(IPv4Address(dice.choice(known4))))
        case _:
            return dice.choice(OUTER)


def some_host(dice: Random) -> str:
    roll = dice.randrange(10)
    if roll < 5:
        return dice.choice(NAMES)
    if roll < 7:
        return dice.choice(spellings(int(IPv4Address(dice.choice([text for text in INNER if ":" not in text])))))
    address = some_address(dice)
    return f"[{address}]" if ":" in address else address


def some_url(dice: Random) -> str:
    parts = dice.choice(SCHEMES), dice.choice(USERS), some_host(dice), dice.choice(PORTS), dice.choice(PATHS)
    text = "".join(parts)
    if dice.random() < 0.1:  # a slip somewhere
        place = dice.randrange(len(text) + 1)
        text = text[:place] + dice.choice("@:/\\.[]%#?0\u3002 \x00x") + text[place + dice.randrange(2) :]
    return text


def some_answers(dice: Random) -> list[Any]:
    """What a name resolves to: public addresses for the most part, sometimes another one at the second look."""
    if dice.random() < 0.5:
        return [dice.choice(OUTER)]
    if dice.random() < 0.5:
        return [[dice.choice(OUTER)], [some_address(dice)]]
    return [some_address(dice) for _ in range(dice.randrange(4))]


def is_inner(text: str) -> bool:
    """An oracle of its own: the standard library's view, the lists of metadata services, and hidden IPv4 addresses."""
    found = ip_address(text)
    if text in METADATA or not found.is_global or found.is_multicast or found.is_reserved:
        return True
    if isinstance(found, IPv4Address):
        return False
    carried = [found.ipv4_mapped, found.sixtofour, *(found.teredo or ())]
    if found in ip_network("64:ff9b::/96"):
        carried.append(IPv4Address(int(found) & 0xFFFFFFFF))
    return any(inner is not None and is_inner(str(inner)) for inner in carried)


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.Runner]:
    """One event loop for all examples: they are thousands."""
    with asyncio.Runner() as runner:
        yield runner


def test_no_private_address_is_ever_dialled(loop: asyncio.Runner) -> None:
    """And the fuzz is no empty one: enough of it goes through to a server, and enough is held back."""
    reached: list[bool] = []

    @settings(max_examples=EXAMPLES, deadline=None, database=None)
    @given(seed=st.integers(0, 2**64))
    def fetch(seed: int) -> None:
        dice = Random(seed)
        onward = [redirect(some_url(dice).replace("\r\n", "")) for _ in range(dice.randrange(3))]
        world = World([*onward, {"status": 204}], {name: some_answers(dice) for name in RESOLVED})
        with contextlib.suppress(WebError):
            loop.run(world.fetcher().fetch(some_url(dice)))
        assert [address for address in world.dialled if is_inner(address)] == []
        reached.append(bool(world.dialled))

    fetch()
    assert len(reached) >= EXAMPLES
    # About 13 of 100 go through; seeds are drawn anew each time, and 0.34 is the standard deviation that gives.
    assert EXAMPLES * 0.08 < sum(reached) < len(reached) * 0.2


@settings(max_examples=500, deadline=None, database=None)
@given(text=st.text(max_size=40), names=st.lists(st.ip_addresses().map(str), min_size=1, max_size=3))
def test_any_text_is_refused_or_fetched(loop: asyncio.Runner, text: str, names: list[str]) -> None:
    world = World(names={"a.example": names})
    for url in (text, f"http://{text}", f"http://a.example{text}", f"http://a.example/{text}"):
        with contextlib.suppress(WebError):
            loop.run(world.fetcher().fetch(url))
    assert [address for address in world.dialled if is_inner(address)] == []


@settings(max_examples=2_000, deadline=None, database=None)
@given(seed=st.integers(0, 2**64))
def test_the_table_holds_all_that_the_oracle_knows(seed: int) -> None:
    address = some_address(Random(seed))
    assert not (is_public(address) and is_inner(address))
