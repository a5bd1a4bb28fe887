"""Faults on purpose come out of boto3 as AWS's errors would."""

from __future__ import annotations

import time
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from opsctl.sandbox.calls import Asked
from opsctl.sandbox.faults import Fault, Faults

CALL = Asked("ecs", "UpdateService", "key", "us-east-1")


@pytest.mark.parametrize(
    ("service", "method"),
    [
        ("ecs", "list_clusters"),
        ("dynamodb", "list_tables"),
        ("elbv2", "describe_target_groups"),
        ("s3", "list_buckets"),
        ("cloudwatch", "describe_alarms"),
        ("iam", "list_users"),
    ],
)
def test_every_protocol_carries_the_code_and_the_message(
    account: Any, service: str, method: str
) -> None:
    client = account.client(service)
    account.front.faults.add({"service": service, "code": "SlowDown", "message": "<calmly>"})
    with pytest.raises(ClientError) as caught:
        getattr(client, method)()
    assert caught.value.response["Error"]["Code"] == "SlowDown"
    assert caught.value.response["Error"]["Message"] == "<calmly>"


def test_a_rule_hits_as_often_as_it_says(account: Any) -> None:
    ecs = account.client("ecs")
    account.front.faults.add({"operation": "ListClusters", "code": "ServerException", "times": 2})
    for _ in range(2):
        with pytest.raises(ClientError, match="ServerException"):
            ecs.list_clusters()
    assert ecs.list_clusters()["clusterArns"]
    assert account.front.faults.listed()[0]["hits"] == 2


def test_a_rule_is_for_one_service_and_operation() -> None:
    faults = Faults()
    faults.add({"service": "ecs", "operation": "ListTasks", "code": "X"})
    assert faults.hit(CALL) == (0, None)
    assert faults.hit(Asked("ecs", "ListTasks", "key", "r"))[1] is not None


def test_a_rule_ends_by_itself_and_spares_a_key() -> None:
    faults = Faults()
    faults.add({"code": "Past", "until": time.time() - 1})
    faults.add({"code": "Spared", "spare": "key"})
    assert faults.hit(CALL) == (0, None)
    assert faults.hit(Asked("ecs", "X", "another", "r"))[1].code == "Spared"


def test_latency_adds_up_and_fails_nothing(account: Any) -> None:
    ecs = account.client("ecs")
    account.front.faults.add({"latency": 0.05})
    account.front.faults.add({"service": "ecs", "latency": 0.05})
    began = time.perf_counter()
    ecs.list_clusters()
    assert time.perf_counter() - began >= 0.1


def test_a_rule_with_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown field: colour"):
        Faults().add({"colour": "red"})


def test_rules_can_be_taken_back() -> None:
    faults = Faults()
    faults.add({"code": "X"})
    faults.clear()
    assert faults.hit(CALL) == (0, None)


def test_a_rule_lets_the_first_calls_through() -> None:
    faults = Faults()
    faults.add({"code": "Late", "after": 2, "times": 1})
    found = [faults.hit(CALL)[1] for _ in range(4)]
    assert [bool(it) for it in found] == [False, False, True, False]


def test_a_cut_connection_has_no_answer_and_changes_nothing(account: Any) -> None:
    s3 = account.client("s3")
    account.front.faults.add({"operation": "CreateBucket", "kind": "cut", "times": 1})
    with pytest.raises(ConnectionClosedError):
        s3.create_bucket(Bucket="pictures")
    assert s3.list_buckets()["Buckets"] == []
    s3.create_bucket(Bucket="pictures")


def test_a_lost_answer_hides_what_was_done(account: Any) -> None:
    s3 = account.client("s3")
    account.front.faults.add({"operation": "CreateBucket", "kind": "lost"})
    with pytest.raises(ConnectionClosedError):
        s3.create_bucket(Bucket="pictures")
    assert [it["Name"] for it in s3.list_buckets()["Buckets"]] == ["pictures"]


def test_a_kind_is_only_for_the_operation_that_knows_it() -> None:
    faults = Faults()
    faults.add({"kind": "per-key"})
    assert faults.hit(CALL)[1] is None
    assert faults.hit(Asked("s3", "DeleteObjects", "key", "r"))[1] is not None


@pytest.mark.parametrize("rule", [{"kind": "odd"}, {"kind": "per-key", "share": 1.5}])
def test_a_kind_or_a_share_that_there_is_not_is_refused(rule: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"kind|share"):
        Faults().add(rule)


@pytest.mark.parametrize(("share", "hit"), [(0, 0), (0.01, 1), (0.5, 2), (1, 3)])
def test_a_share_of_some_is_at_least_one(share: float, hit: int) -> None:
    assert Fault(share=share).of(3) == hit
