"""A pace, with a clock that only sleeping moves."""

from __future__ import annotations

import pytest

from opsctl.aws.pacing import Pace


class Clock:
    """Seconds that pass by sleeping."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_the_first_turn_is_at_once_and_the_next_waits(clock: Clock) -> None:
    pace = Pace(0.5, clock=clock, sleep=clock.sleep)
    for _ in range(3):
        pace.wait()
    assert clock.slept == [0.5, 0.5]


def test_time_that_went_by_anyway_is_not_waited_for_again(clock: Clock) -> None:
    pace = Pace(1.0, clock=clock, sleep=clock.sleep)
    pace.wait()
    clock.now += 0.75
    pace.wait()
    clock.now += 5
    pace.wait()
    assert clock.slept == [0.25]
