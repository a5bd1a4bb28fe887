"""Addresses and ranges."""

from __future__ import annotations

import pytest

from opsctl.aws import networks
from opsctl.aws.networks import network


@pytest.mark.parametrize(
    ("text", "written", "version"),
    [
        ("203.0.113.7", "203.0.113.7/32", "IPV4"),
        (" 203.0.113.0/24 ", "203.0.113.0/24", "IPV4"),
        ("2001:0DB8:0000:0000:0000:0000:0000:0111/128", "2001:db8::111/128", "IPV6"),
    ],
)
def test_a_range_has_one_written_form(text: str, written: str, version: str) -> None:
    assert networks.written(text) == written
    assert networks.version(text) == version


@pytest.mark.parametrize("text", ["", "203.0.113.7/24", "203.0.113.0/33", "office", "1.2.3"])
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        networks.network(text)


def test_within_is_not_touching() -> None:
    small, large = network("203.0.113.0/28"), network("203.0.113.0/24")
    assert networks.within(small, large)
    assert not networks.within(large, small)
    assert networks.touches(large, small)
    assert not networks.within(network("::1"), large)
    assert not networks.touches(network("::/0"), network("0.0.0.0/0"))


def test_every_range_around_one_is_named() -> None:
    ranges = ("203.0.113.0/24", "203.0.113.7/32", "198.51.100.0/24")
    assert networks.covering("203.0.113.7/32", ranges) == ranges[:2]
    assert networks.covering("203.0.113.0/23".replace("113", "112"), ranges) == ()
