"""What is not blocked, and why: everybody, wide ranges, private ones, ourselves."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator

from opsctl.aws import networks
from opsctl.aws.networks import Network
from opsctl.plan import Danger, Refusal

WIDE = {4: 24, 6: 48}
"""Prefixes shorter than these hold several networks: a /24 and a /48 are the smallest that the
internet routes, so one of them is one owner's."""
HUGE = {4: 16, 6: 32}
"""Shorter than these is a whole provider: as dangerous as what cannot be undone."""

_SPECIAL = {
    "this host": ("0.0.0.0/8", "::/128"),
    "private": ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"),
    "shared by a provider's customers": ("100.64.0.0/10",),
    "loopback": ("127.0.0.0/8", "::1/128"),
    "link-local": ("169.254.0.0/16", "fe80::/10"),
    "reserved": ("192.0.0.0/24", "198.18.0.0/15", "240.0.0.0/4", "::ffff:0:0/96"),
    "multicast": ("224.0.0.0/4", "ff00::/8"),
}
"""Nobody comes from there through the internet: inside, they are our own machines. The ranges
for documentation are left out on purpose: nobody uses them, and drills need some."""
SPECIAL = tuple(
    (ipaddress.ip_network(each), kind) for kind, ranges in _SPECIAL.items() for each in ranges
)


def refusals(
    ranges: Iterable[str], *, allow_wide: bool, own: Iterable[str], never: Iterable[str]
) -> Iterator[Refusal]:
    """The reasons against blocking each range. `own` are the operator's addresses."""
    for written in ranges:
        it = networks.network(written)
        if it.prefixlen == 0:
            yield Refusal(f"{written} is everybody.", hint="Name the addresses that attack.")
            continue
        yield from _special(written, it)
        yield from _ours(written, it, own, never)
        if is_wide(written) and not allow_wide:
            yield Refusal(
                f"{written} holds {_count(it)} addresses: wider than /{WIDE[it.version]}.",
                hint="Name a smaller range, or add --allow-wide if you mean all of them.",
                override="--allow-wide",
            )


def is_wide(written: str) -> bool:
    """Whether a range holds more than one owner's network."""
    it = networks.network(written)
    return it.prefixlen < WIDE[it.version]


def danger(ranges: Iterable[str]) -> Danger:
    """How much blocking these can hurt."""
    found = [networks.network(each) for each in ranges]
    if any(it.prefixlen < HUGE[it.version] for it in found):
        return Danger.SEVERE
    return Danger.MODERATE if any(is_wide(str(it)) for it in found) else Danger.MILD


def widest(ranges: Iterable[str]) -> str:
    """The range with the most addresses: what a severe plan asks to type."""
    return min(ranges, key=lambda each: networks.network(each).prefixlen)


def _special(written: str, it: Network) -> Iterator[Refusal]:
    for special, kind in SPECIAL:
        if networks.touches(it, special):
            yield Refusal(
                f"{written} touches {special}, which is {kind}: nobody comes from there through "
                "the internet.",
                hint="Look at the client's address in the load balancer's log; behind a proxy it "
                "stands in X-Forwarded-For.",
            )
            return


def _ours(written: str, it: Network, own: Iterable[str], never: Iterable[str]) -> Iterator[Refusal]:
    for each in own:
        if networks.touches(it, networks.network(each)):
            yield Refusal(f"{written} holds your own address, {each}: it would lock you out.")
    for each in never:
        if networks.touches(it, networks.network(each)):
            yield Refusal(
                f"{written} touches {each}, which is never blocked (never_block in opsctl.toml)."
            )


def _count(it: Network) -> str:
    return f"{it.num_addresses:,}" if it.version == 4 else f"2^{128 - it.prefixlen}"
