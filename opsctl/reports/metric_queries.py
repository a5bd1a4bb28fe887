"""Which metrics tell how a service does, under the dimensions that are its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from opsctl.aws import Aws
from opsctl.aws.ecs import LoadBalancerLink
from opsctl.aws.metrics import Dimensions, Query

BALANCER, ECS, INSIGHTS = "AWS/ApplicationELB", "AWS/ECS", "ECS/ContainerInsights"
DYNAMODB, COGNITO = "AWS/DynamoDB", "AWS/Cognito"

CAUSES = {
    "KeyRange": "KeyRangeThroughputThrottleEvents",
    "OnDemandMax": "MaxOnDemandThroughputThrottleEvents",
    "AccountLimit": "AccountLimitThrottleEvents",
    "Provisioned": "ProvisionedThroughputThrottleEvents",
}
"""Why DynamoDB throttles → the end of the metric's name, after Read or Write."""
OPERATIONS = (
    "GetItem",
    "Query",
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "Scan",
    "BatchGetItem",
    "BatchWriteItem",
)


@dataclass(frozen=True)
class Place:
    """What CloudWatch calls the parts of a service: (target group, balancer), table, indexes."""

    groups: tuple[tuple[str, str], ...]
    indexes: tuple[str, ...]


def place(aws: Aws, links: Sequence[LoadBalancerLink], indexes: Sequence[str]) -> Place:
    """Reads each target group, for only it names the load balancer in front."""
    groups = aws.at_once(
        *(lambda arn=it.target_group: aws.load_balancer.target_group(arn) for it in links)
    )
    pairs = ((it.dimension, one) for it in groups for one in it.balancer_dimensions)
    return Place(tuple(pairs), tuple(indexes))


def of_service(aws: Aws, at: Place) -> list[Query]:
    """Every query of the service."""
    web = [
        query
        for number, (group, balancer) in enumerate(at.groups, 1)
        for query in _web(group, balancer, f"@{number}" if number > 1 else "")
    ]
    return [*web, *_tasks(aws), *of_stores(aws, at.indexes)]


def of_stores(aws: Aws, indexes: Sequence[str] = ()) -> list[Query]:
    """Those of the table and the user pool alone: they are known without asking the service."""
    return [*_table(aws.target.table, indexes), *_sign_ins(aws)]


def _web(group: str, balancer: str, tail: str) -> Iterator[Query]:
    """Of one target group; `tail` tells those of a second one apart."""
    own: Dimensions = (("LoadBalancer", balancer),)
    pair: Dimensions = (*own, ("TargetGroup", group))
    for rank in ("50", "90", "99"):
        name = f"latency_p{rank}{tail}"
        yield Query(name, BALANCER, "TargetResponseTime", pair, f"p{rank}", unit="s")
    yield Query(f"requests{tail}", BALANCER, "RequestCount", pair)
    for kind in ("4xx", "5xx"):
        metric = f"{kind.upper()}_Count"
        yield Query(f"target_{kind}{tail}", BALANCER, f"HTTPCode_Target_{metric}", pair)
        yield Query(f"balancer_{kind}{tail}", BALANCER, f"HTTPCode_ELB_{metric}", own)
    yield Query(f"targets_healthy{tail}", BALANCER, "HealthyHostCount", pair, "Minimum")
    yield Query(f"targets_unhealthy{tail}", BALANCER, "UnHealthyHostCount", pair, "Maximum")


def _tasks(aws: Aws) -> Iterator[Query]:
    of = (("ClusterName", aws.target.cluster), ("ServiceName", aws.target.service))
    yield Query("cpu", ECS, "CPUUtilization", of, "Average", unit="%")
    yield Query("memory", ECS, "MemoryUtilization", of, "Average", unit="%")
    yield Query("tasks", INSIGHTS, "RunningTaskCount", of, "Average")


def _table(table: str, indexes: Sequence[str]) -> Iterator[Query]:
    """The table's own name may be wrong; its indexes were read from it, operations are AWS's."""
    for index in ("", *indexes):
        of: Dimensions = (("TableName", table),)
        of += (("GlobalSecondaryIndexName", index),) if index else ()
        tail, sure = (f"@{index}", True) if index else ("", False)
        for kind in ("Read", "Write"):
            name = f"{kind.lower()}_throttles"
            yield Query(f"{name}{tail}", DYNAMODB, f"{kind}ThrottleEvents", of, sure=sure)
            for cause, metric in CAUSES.items():
                full = f"{name}:{cause}{tail}"
                yield Query(full, DYNAMODB, f"{kind}{metric}", of, sure=sure)
    for operation in OPERATIONS:
        of = (("TableName", table), ("Operation", operation))
        name = f"throttled_requests:{operation}"
        yield Query(name, DYNAMODB, "ThrottledRequests", of, sure=True)


def _sign_ins(aws: Aws) -> Iterator[Query]:
    target = aws.target
    if target.user_pool and target.user_pool_client:
        of = (("UserPool", target.user_pool), ("UserPoolClient", target.user_pool_client))
        # One value for each request: 1 for a success, 0 for a failure.
        yield Query("sign_ins", COGNITO, "SignInSuccesses", of, "SampleCount")
        yield Query("sign_ins_done", COGNITO, "SignInSuccesses", of)
        yield Query("sign_in_throttles", COGNITO, "SignInThrottles", of)
