"""Which IP addresses are the public internet.

An own table: the standard library's `is_global` is true, in some of the Python versions in use, for a cloud's metadata
address (192.0.0.192), for 6to4 and NAT64 forms of private ones, and for multicast. IPv6 is allowed only in 2000::/3,
which leaves out loopback, IPv4-mapped, NAT64, unique-local, link-local and multicast addresses at once.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

NOT_PUBLIC_4 = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",  # "this" network
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT, and a cloud's metadata in it
        "127.0.0.0/8",
        "168.63.129.16/32",  # a cloud's host agent, on a public address
        "169.254.0.0/16",  # link-local, most clouds' metadata
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocol assignments, and a cloud's metadata in it
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
ISATAP = (0x00005EFE, 0x02005EFE)
"""Bits 64 to 95 of an IPv6 address that carries an IPv4 address in its last 32, as an ISATAP tunnel takes it."""
PUBLIC_6 = ip_network("2000::/3")
NOT_PUBLIC_6 = tuple(
    ip_network(text)
    for text in (
        "2001::/23",  # Teredo, ORCHID and other protocol assignments
        "2001:db8::/32",
        "2002::/16",  # 6to4: carries any IPv4 address
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)


def is_public(text: str) -> bool:
    """Whether this literal address is one of the public internet; anything unreadable is not."""
    address = _read(text)
    if isinstance(address, IPv4Address):
        return not any(address in network for network in NOT_PUBLIC_4)
    if isinstance(address, IPv6Address) and address.scope_id is None:
        tunnel = (int(address) >> 32) & 0xFFFFFFFF in ISATAP
        return address in PUBLIC_6 and not tunnel and not any(address in network for network in NOT_PUBLIC_6)
    return False


def is_loopback(text: str) -> bool:
    """Whether this literal address is this machine's own."""
    address = _read(text)
    return address is not None and address.is_loopback


def _read(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None
