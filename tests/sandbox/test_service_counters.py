"""Requests to tables and sign-ins become the metrics of DynamoDB and Cognito."""

from __future__ import annotations

import io
import json
from typing import Any

from opsctl.aws import Aws
from opsctl.sandbox.calls import Asked
from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.metric_store import dimensions, statistic
from opsctl.sandbox.metrics import Metrics, store
from opsctl.sandbox.service_counters import ERROR, ServiceCounters


def environ(document: Any, error: str = "") -> dict[str, Any]:
    return {"wsgi.input": io.BytesIO(json.dumps(document).encode()), ERROR: error}


def asked(service: str, operation: str) -> Asked:
    return Asked(service, operation, "key", "us-east-1")


def test_items_are_counted_by_table_index_and_operation() -> None:
    counters = ServiceCounters()
    query = {"TableName": "t", "IndexName": "GSI1"}
    counters.seen(asked("dynamodb", "Query"), environ(query), 200)
    counters.seen(asked("dynamodb", "PutItem"), environ({"TableName": "t"}, "AccessDenied"), 400)
    throttled = environ({"TableName": "t"}, "ProvisionedThroughputExceededException")
    counters.seen(asked("dynamodb", "PutItem"), throttled, 400)
    counters.seen(asked("dynamodb", "DescribeTable"), environ({"TableName": "t"}), 200)
    tally = counters.drain()
    assert tally.served == {("t", "GSI1", "Query"): 1, ("t", "", "PutItem"): 1}
    assert tally.throttled == {("t", "", "PutItem"): 1}
    assert not counters.drain().served


def test_a_sign_in_counts_one_when_it_succeeds_and_zero_when_not() -> None:
    counters = ServiceCounters()
    for status in (200, 400, 400):
        counters.seen(asked("cognito-idp", "InitiateAuth"), environ({"ClientId": "c"}), status)
    assert counters.drain().sign_ins == {"c": [1.0, 0.0, 0.0]}


def test_a_body_that_is_gone_is_nobodys() -> None:
    counters = ServiceCounters()
    counters.seen(asked("dynamodb", "Query"), {"wsgi.input": object()}, 200)
    assert not counters.drain().served


def test_a_throttled_query_is_seen_in_the_metrics(emulator: Emulator, local: Aws) -> None:
    table = local.target.table
    emulator.front.faults.add(
        {
            "service": "dynamodb",
            "operation": "Query",
            "code": "ProvisionedThroughputExceededException",
            "times": 1,
        }
    )
    Metrics(emulator.world).write()
    # botocore tries again, and is served then.
    local.client("dynamodb").query(
        TableName=table,
        KeyConditionExpression="PK = :pk",
        ExpressionAttributeValues={":pk": {"S": "USER#alice"}},
    )
    Metrics(emulator.world).write()
    for name, pairs in (
        ("ReadThrottleEvents", [("TableName", table)]),
        ("ReadKeyRangeThroughputThrottleEvents", [("TableName", table)]),
        ("ThrottledRequests", [("TableName", table), ("Operation", "Query")]),
        ("ConsumedReadCapacityUnits", [("TableName", table)]),
    ):
        now = emulator.world.clock().timestamp()
        key = ("AWS/DynamoDB", name, dimensions(pairs))
        found = store(emulator.world).between(key, now - 60, now + 1)
        assert statistic(found, "Sum") == 1, name
