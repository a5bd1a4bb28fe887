"""Addresses and ranges as AWS WAF knows them: which they are, and which lies within which."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import TypeAlias

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

VERSIONS = {4: "IPV4", 6: "IPV6"}
"""What WAF calls the two; a set holds addresses of one of them."""


def network(text: str) -> Network:
    """`203.0.113.7`, `203.0.113.0/24` or `2001:db8::/48`. Raises ValueError for anything else,
    also for a range whose address does not lie at its beginning."""
    return ipaddress.ip_network(text.strip())


def version(text: str) -> str:
    """IPV4 or IPV6."""
    return VERSIONS[network(text).version]


def written(text: str) -> str:
    """The one form in which opsctl writes a range: `203.0.113.7/32`, `2001:db8::/48`.

    WAF answers IPv6 in full (`2001:0db8:0000:…`), so texts are never compared as they are.
    """
    return str(network(text))


def within(inner: Network, outer: Network) -> bool:
    """Whether every address of the one is an address of the other."""
    return (
        inner.version == outer.version
        and outer.prefixlen <= inner.prefixlen
        and inner.overlaps(outer)
    )


def touches(one: Network, other: Network) -> bool:
    """Whether they have an address in common."""
    return one.version == other.version and one.overlaps(other)


def covering(text: str, ranges: Iterable[str]) -> tuple[str, ...]:
    """Those of the ranges that hold all of it."""
    wanted = network(text)
    return tuple(each for each in ranges if within(wanted, network(each)))
