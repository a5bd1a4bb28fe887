"""`opsctl security`: words into requests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from asked import Asked

from opsctl.plan import Danger
from opsctl.procedures import block_ip, unblock_ip


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSH_CONNECTION", raising=False)


def test_addresses_become_ranges(asked: Asked) -> None:
    assert asked("security", "block-ip", "8.8.4.4", "2600::/48", "-e", "local") == 0
    request = block_ip.Request("local", ("8.8.4.4/32", "2600::/48"))
    assert asked.last == ("security block-ip", request, Danger.MILD)


def test_the_operators_address_comes_from_the_flag_or_the_session(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "198.51.100.9 51000 10.0.0.4 22")
    assert asked("security", "block-ip", "8.8.4.4", "--my-ip", "9.9.9.9", "-e", "local") == 0
    assert asked.last[1].own == ("9.9.9.9", "198.51.100.9")


def test_for_becomes_a_moment_in_utc(asked: Asked) -> None:
    assert asked("security", "block-ip", "8.8.4.4", "--for", "24h", "-e", "local") == 0
    until = datetime.fromisoformat(asked.last[1].until)
    assert until.utcoffset() == timedelta(0)
    assert abs(until - datetime.now(UTC) - timedelta(hours=24)) < timedelta(minutes=1)


def test_wide_ranges_are_known_to_be_more_dangerous(asked: Asked) -> None:
    assert asked("security", "block-ip", "8.8.0.0/16", "--allow-wide", "-e", "local") == 0
    assert asked.last[1].allow_wide
    assert asked.last[2] is Danger.MODERATE


@pytest.mark.parametrize(
    "words",
    [
        ["block-ip"],
        ["block-ip", "office"],
        ["block-ip", "8.8.4.4/24"],
        ["block-ip", "8.8.4.4", "--for", "10"],
        ["block-ip", "8.8.4.4", "--my-ip", "me"],
        ["unblock-ip"],
        ["unblock-ip", "8.8.4.4", "--expired"],
        ["events", "--since", "100d"],
        ["events", "--since", "soon"],
        ["events", "--what", "lambda"],
    ],
    ids=" ".join,
)
def test_what_makes_no_sense_is_a_usage_error(asked: Asked, words: list[str]) -> None:
    assert asked("security", *words, "-e", "local") == 2
    assert asked.requests == []


def test_unblocking_is_by_name_or_by_time(asked: Asked) -> None:
    assert asked("security", "unblock-ip", "8.8.4.4", "-e", "local") == 0
    request = unblock_ip.Request("local", ("8.8.4.4/32",))
    assert asked.last == ("security unblock-ip", request, Danger.MILD)
    assert asked("security", "unblock-ip", "--expired", "-e", "local") == 0
    assert asked.last[1].ranges == ()
    assert datetime.fromisoformat(asked.last[1].expired_at)


def test_who_is_blocked_is_a_report(asked: Asked) -> None:
    assert asked("security", "blocked-ips", "-e", "local") == 0
    assert asked.reports == ["security blocked-ips"]
    assert asked("security", "blocked-ips", "-e", "local", "--yes") == 2
