"""A target's state follows its health checks as ELB's does."""

from __future__ import annotations

import pytest

from opsctl.sandbox.pace import Pace
from opsctl.sandbox.target import Checked, Target, matches

PACE = Pace(healthy_after=2, unhealthy_after=3)


def target() -> Target:
    return Target("arn:group", "10.0.0.1", 8501, 20_001, "/health", "200")


def seen(it: Target, *checks: Checked) -> str:
    for check in checks:
        it.observe(check, PACE)
    return it.state


GOOD, BAD, REFUSED = Checked(code=200), Checked(code=500), Checked(failure="refused")


def test_it_takes_two_good_checks_to_be_healthy() -> None:
    it = target()
    assert seen(it, GOOD) == "initial"
    assert seen(it, BAD, GOOD) == "initial"
    assert seen(it, GOOD) == "healthy"
    assert it.reason == it.description == ""


def test_it_takes_three_bad_checks_to_be_unhealthy() -> None:
    it = target()
    seen(it, GOOD, GOOD)
    assert seen(it, BAD, BAD) == "healthy"
    assert seen(it, BAD) == "unhealthy"
    assert it.description == "Health checks failed with these codes: [500]"
    assert seen(it, GOOD, GOOD) == "healthy"


def test_a_process_that_does_not_listen_yet_is_not_held_against_it() -> None:
    it = target()
    assert seen(it, *[REFUSED] * 50) == "initial"
    seen(it, GOOD, GOOD)
    assert seen(it, REFUSED, REFUSED, REFUSED) == "unhealthy"
    assert (it.reason, it.description) == ("Target.FailedHealthChecks", "Health checks failed")


def test_a_check_without_answer_is_a_time_out() -> None:
    it = target()
    seen(it, *[Checked(failure="timeout")] * 3)
    assert (it.state, it.reason) == ("unhealthy", "Target.Timeout")


def test_a_draining_target_stays_so() -> None:
    it = target()
    it.drain()
    assert seen(it, GOOD, GOOD, GOOD) == "draining"


@pytest.mark.parametrize(
    ("matcher", "code", "fits"),
    [
        ("200", 200, True),
        ("200", 201, False),
        ("200,302", 302, True),
        ("200-299", 250, True),
        ("200-299", 300, False),
        ("200-299, 404", 404, True),
        ("200", 0, False),
    ],
)
def test_a_matcher_is_codes_and_ranges(matcher: str, code: int, fits: bool) -> None:
    assert matches(matcher, code) is fits
