"""The circuit breaker."""

import pytest

from opsctl.caption_service.breaker import FAILURES, OPEN_SECONDS, Breaker


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(clock)


def fail(breaker: Breaker, times: int) -> list[bool]:
    return [breaker.failed() for _ in range(times) if breaker.admits()]


def test_it_opens_after_failures_in_a_row_and_says_so_once(breaker: Breaker) -> None:
    assert fail(breaker, FAILURES + 2) == [False] * (FAILURES - 1) + [True]
    assert breaker.state == "open"
    assert not breaker.admits()


def test_a_success_in_between_starts_the_count_again(breaker: Breaker) -> None:
    fail(breaker, FAILURES - 1)
    breaker.succeeded()
    fail(breaker, FAILURES - 1)

    assert breaker.state == "closed"


def test_one_request_at_a_time_tries_whether_it_is_well_again(
    breaker: Breaker, clock: Clock
) -> None:
    fail(breaker, FAILURES)
    clock.now += OPEN_SECONDS

    assert breaker.state == "half-open"
    assert [breaker.admits(), breaker.admits()] == [True, False]
    breaker.succeeded()
    assert breaker.state == "closed"


def test_a_trial_that_fails_opens_it_for_as_long_again(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, FAILURES)
    clock.now += OPEN_SECONDS

    assert fail(breaker, 1) == [True]
    clock.now += OPEN_SECONDS - 1
    assert breaker.state == "open"
    clock.now += 1
    assert breaker.admits()


def test_those_under_way_when_it_opened_do_not_prolong_it(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, FAILURES)
    clock.now += OPEN_SECONDS - 1

    assert breaker.failed() is False
    clock.now += 1
    assert breaker.state == "half-open"
