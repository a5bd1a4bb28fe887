"""The world counts what the load balancer answers, and finds moto's backends."""

from __future__ import annotations

import pytest

from opsctl.sandbox.world import Counters, World


def test_counters_are_drained_by_target_group() -> None:
    counters = Counters()
    counters.answered("a", 200, 0.1)
    counters.answered("a", 502, 0.2)
    counters.failed("a")
    counters.answered("b", 404, 0.3)
    drained = counters.drain()
    assert drained["a"].requests == 3
    assert drained["a"].by_target == {"2xx": 1, "3xx": 0, "4xx": 0, "5xx": 1}
    assert (drained["a"].balancer_5xx, drained["a"].response_times) == (1, [0.1, 0.2])
    assert drained["b"].by_target["4xx"] == 1
    assert counters.drain() == {}


@pytest.mark.parametrize("service", ["ecs", "s3", "iam", "wafv2", "logs", "cognito-idp"])
def test_a_backend_is_found_whether_it_is_regional_or_not(service: str) -> None:
    assert World().backend(service) is World().backend(service)


def test_an_arn_is_of_this_account_and_region() -> None:
    assert World().arn("ecs", "cluster/x") == "arn:aws:ecs:us-east-1:123456789012:cluster/x"
