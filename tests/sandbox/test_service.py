"""A service counts its tasks and words its events."""

from __future__ import annotations

from typing import Any

from opsctl.sandbox.service import EVENTS_KEPT, shape


def test_counts_are_those_of_all_rollouts(account: Any) -> None:
    account.serve("1.0.0")
    account.deploy("1.1.0")
    account.advance(0.6)
    shown = shape(account.service)
    assert (shown["runningCount"], shown["pendingCount"]) == (2, 2)
    assert [each["pendingCount"] for each in shown["deployments"]] == [2, 0]


def test_a_new_count_reaches_the_rollout_and_the_deployment(account: Any) -> None:
    service = account.serve()
    service.set_desired(5)
    assert service.primary.desired == service.deployment.requested == 5


def test_events_name_the_service_newest_first_and_are_bounded(account: Any) -> None:
    service = account.serve()
    for number in range(EVENTS_KEPT + 5):
        service.say(f"event {number}.")
    assert len(service.events) == EVENTS_KEPT
    assert service.events[0]["message"] == f"(service {service.name}) event {EVENTS_KEPT + 4}."
