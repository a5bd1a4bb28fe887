"""What is not blocked, and why."""

from __future__ import annotations

import pytest

from opsctl.plan import Danger, Refusal
from opsctl.procedures import block_refusals


def refused(
    *ranges: str, allow_wide: bool = False, own: tuple[str, ...] = (), never: tuple[str, ...] = ()
) -> list[Refusal]:
    return list(block_refusals.refusals(ranges, allow_wide=allow_wide, own=own, never=never))


@pytest.mark.parametrize("range_", ["8.8.4.4/32", "8.8.4.0/24", "2600::/48", "203.0.113.7/32"])
def test_an_attacker_is_not_refused(range_: str) -> None:
    assert refused(range_) == []


@pytest.mark.parametrize("everybody", ["0.0.0.0/0", "::/0"])
def test_everybody_is_refused_and_no_flag_lifts_it(everybody: str) -> None:
    (one,) = refused(everybody, allow_wide=True)
    assert "everybody" in one.reason
    assert one.override == ""


@pytest.mark.parametrize("wide", ["8.8.4.0/23", "8.0.0.0/9", "2600::/47"])
def test_a_wide_range_needs_to_be_meant(wide: str) -> None:
    (one,) = refused(wide)
    assert one.override == "--allow-wide"
    assert refused(wide, allow_wide=True) == []


@pytest.mark.parametrize(
    "range_",
    [
        "10.1.2.3/32",
        "172.20.0.0/24",
        "192.168.1.1/32",
        "127.0.0.1/32",
        "169.254.169.254/32",
        "100.64.0.1/32",
        "224.0.0.1/32",
        "255.255.255.255/32",
        "0.0.0.0/32",
        "::1/128",
        "fe80::1/128",
        "fd00::/48",
        "ff02::1/128",
        "::ffff:8.8.4.4/128",
        "8.0.0.0/5",
    ],
)
def test_private_and_reserved_ranges_are_refused_wide_or_not(range_: str) -> None:
    (one,) = refused(range_, allow_wide=True)
    assert "touches" in one.reason
    assert one.override == ""


def test_the_operators_own_address_is_refused_also_inside_a_range() -> None:
    assert "your own address" in refused("8.8.4.0/24", own=("8.8.4.4",))[0].reason
    assert refused("8.8.5.0/24", own=("8.8.4.4", "2600::1")) == []


def test_what_is_never_blocked_is_refused_whichever_is_the_wider() -> None:
    for never in ("8.8.4.4/32", "8.8.0.0/16"):
        (one,) = refused("8.8.4.0/24", never=(never,))
        assert "never_block" in one.reason


def test_each_range_has_its_own_reasons() -> None:
    assert len(refused("10.0.0.1/32", "8.8.4.4/32", "0.0.0.0/0")) == 2


@pytest.mark.parametrize(
    ("ranges", "danger"),
    [
        (["8.8.4.4/32"], Danger.MILD),
        (["8.8.4.4/32", "8.8.0.0/20"], Danger.MODERATE),
        (["8.0.0.0/9"], Danger.SEVERE),
        (["2600::/40"], Danger.MODERATE),
        (["2600::/24"], Danger.SEVERE),
    ],
)
def test_the_wider_the_more_dangerous(ranges: list[str], danger: Danger) -> None:
    assert block_refusals.danger(ranges) is danger


def test_the_widest_is_what_is_typed() -> None:
    assert block_refusals.widest(["8.8.4.4/32", "8.0.0.0/9"]) == "8.0.0.0/9"
