"""The queries: under the dimensions that CloudWatch itself uses, each with a name of its own."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from samples import target

from opsctl.reports import metric_queries
from opsctl.reports.metric_queries import Place

AT = Place((("targetgroup/tg/1", "app/lb/2"),), ("GSI1",))


def queries(at: Place = AT, **over: Any) -> dict[str, metric_queries.Query]:
    aws: Any = SimpleNamespace(target=target(**over))
    made = metric_queries.of_service(aws, at)
    assert len({it.name for it in made}) == len(made)
    return {it.name: it for it in made}


def test_what_the_balancer_answers_itself_has_no_target_group() -> None:
    found = queries()
    assert found["target_5xx"].dimensions == (
        ("LoadBalancer", "app/lb/2"),
        ("TargetGroup", "targetgroup/tg/1"),
    )
    assert found["balancer_5xx"].dimensions == (("LoadBalancer", "app/lb/2"),)
    assert found["latency_p99"].statistic == "p99"


def test_throttles_of_an_index_need_its_own_dimension() -> None:
    found = queries()
    assert found["write_throttles@GSI1"].dimensions[1] == ("GlobalSecondaryIndexName", "GSI1")
    assert found["read_throttles:KeyRange"].metric == "ReadKeyRangeThroughputThrottleEvents"
    assert not any(it.metric == "UserErrors" for it in found.values())


def test_a_second_target_group_has_names_of_its_own() -> None:
    found = queries(Place((*AT.groups, ("targetgroup/other/3", "app/lb/2")), ()))
    assert found["requests@2"].dimensions[1] == ("TargetGroup", "targetgroup/other/3")


def test_sign_ins_are_asked_for_where_there_is_a_pool() -> None:
    assert "sign_ins" not in queries(user_pool="", user_pool_client="")
    found = queries(user_pool="p", user_pool_client="c")
    assert found["sign_ins"].statistic == "SampleCount"
    assert found["sign_ins"].dimensions == (("UserPool", "p"), ("UserPoolClient", "c"))
