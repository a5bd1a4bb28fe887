"""The operator's own address."""

from __future__ import annotations

import pytest

from opsctl.cli import own_address
from opsctl.errors import UsageProblem


def test_it_is_what_is_said_and_where_the_ssh_session_comes_from() -> None:
    environ = {"SSH_CONNECTION": "198.51.100.9 51000 10.0.0.4 22"}
    assert own_address.known("", environ) == ("198.51.100.9",)
    assert own_address.known("203.0.113.7", environ) == ("203.0.113.7", "198.51.100.9")
    assert own_address.known("198.51.100.9", environ) == ("198.51.100.9",)


def test_nothing_is_known_where_nothing_tells() -> None:
    assert own_address.known("", {}) == ()
    assert own_address.known("", {"SSH_CONNECTION": "UNKNOWN 0 x 22"}) == ()
    assert own_address.known("", {"SSH_CONNECTION": "fe80::1%eth0 1 ::1 22"}) == ("fe80::1",)


@pytest.mark.parametrize("said", ["office", "203.0.113.0/24"])
def test_what_is_no_address_is_a_usage_problem(said: str) -> None:
    with pytest.raises(UsageProblem):
        own_address.known(said, {})
