"""How often one user may ask."""

from collections.abc import Callable
from dataclasses import replace

from fastapi.testclient import TestClient

from opsctl.caption_service import rate_limit
from opsctl.caption_service.application import create
from opsctl.caption_service.faults import Faults
from opsctl.caption_service.rate_limit import RateLimit
from opsctl.caption_service.settings import Settings

SignIn = Callable[[TestClient, str], TestClient]


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_empties_and_fills_again() -> None:
    clock = Clock()
    limit = RateLimit(per_minute=60, burst=10, clock=clock)

    assert [limit.take("alice", 5) for _ in range(3)] == [0, 0, 5]
    clock.now += 4.5
    assert limit.take("alice", 5) == 1
    clock.now += 0.5
    assert limit.take("alice", 5) == 0


def test_a_refused_request_costs_nothing_and_a_bucket_never_overflows() -> None:
    clock = Clock()
    limit = RateLimit(per_minute=60, burst=10, clock=clock)
    clock.now += 3600

    assert [limit.take("alice", 6) for _ in range(3)] == [0, 2, 2]


def test_one_user_does_not_use_up_what_is_anothers() -> None:
    limit = RateLimit(per_minute=60, burst=1, clock=Clock())
    limit.take("alice", 1)

    assert limit.take("alice", 1) == 1
    assert limit.take("bob", 1) == 0


def test_there_are_never_more_buckets_than_room() -> None:
    limit = RateLimit(per_minute=60, burst=1, clock=Clock())
    for number in range(rate_limit.MOST_USERS + 5):
        limit.take(str(number), 1)

    assert len(limit._buckets) == rate_limit.MOST_USERS


def test_too_many_requests_are_429_and_told_when_to_come_back(
    settings: Settings, enter: SignIn
) -> None:
    own = replace(settings, rate_per_minute=1, rate_burst=10)
    with TestClient(create(own, Faults())) as visitor:
        alice = enter(visitor, "alice")
        answers = [alice.delete("/api/captions/none") for _ in range(3)]
        bob = enter(visitor, "bob").get("/api/captions")

    assert [it.status_code for it in answers] == [404, 404, 429]
    assert 290 < int(answers[2].headers["Retry-After"]) <= 300
    assert bob.status_code == 200
