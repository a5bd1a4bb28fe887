"""Every call on its way to AWS."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from opsctl.aws import Aws
from opsctl.errors import OpsctlError


def test_a_change_outside_changing_is_refused_before_anything_is_sent(
    at_told: Callable[..., Aws], told: Any
) -> None:
    aws = at_told()
    with pytest.raises(OpsctlError, match="ecs:UpdateService would change something"):
        aws.client("ecs").update_service(service="s")
    assert told.seen == []
    assert aws.requests == []


def test_a_presigned_upload_is_refused_too(aws: Aws) -> None:
    with pytest.raises(OpsctlError, match="s3:PutObject"):
        aws.client("s3").generate_presigned_url("put_object", {"Bucket": "b", "Key": "k"})


def test_a_client_made_by_a_paginator_or_waiter_is_watched_too(aws: Aws) -> None:
    list(aws.client("s3").get_paginator("list_buckets").paginate())
    assert [request.operation for request in aws.requests] == ["ListBuckets"]


def test_inside_changing_a_change_is_let_through_in_any_thread(aws: Aws) -> None:
    def put(name: str) -> None:
        aws.client("secretsmanager").create_secret(Name=name, SecretString="x")

    with aws.changing():
        put("here")
        thread = threading.Thread(target=put, args=("there",))
        thread.start()
        thread.join()
    found = aws.client("secretsmanager").list_secrets()["SecretList"]
    assert {secret["Name"] for secret in found} == {"here", "there"}
    with pytest.raises(OpsctlError):
        put("too late")


def test_changing_ends_with_an_error_too(aws: Aws) -> None:
    with pytest.raises(ZeroDivisionError), aws.changing():
        raise ZeroDivisionError
    with pytest.raises(OpsctlError, match="no plan is being applied"):
        aws.client("s3").create_bucket(Bucket="b")


def test_every_answer_is_recorded_with_its_request_id(
    at_told: Callable[..., Aws], told: Any
) -> None:
    told.answer(200, '{"clusterArns": []}')
    aws = at_told()
    aws.client("ecs").list_clusters()
    with aws.changing():
        aws.client("ecs").delete_cluster(cluster="c")
    assert [(it.service, it.operation, it.request_id, it.mutating) for it in aws.requests] == [
        ("ecs", "ListClusters", "req-1", False),
        ("ecs", "DeleteCluster", "req-1", True),
    ]


def test_a_line_of_debug_says_what_was_called_and_how_it_ended(
    at_told: Callable[..., Aws], told: Any
) -> None:
    told.answer(200, '{"clusterArns": []}')
    lines: list[str] = []
    at_told(debug=lines.append).client("ecs").list_clusters(maxResults=5)
    (line,) = lines
    assert line.startswith('ecs:ListClusters {"maxResults": 5} -> 200 in ')
    assert line.endswith(" ms request req-1")


def test_a_call_that_nobody_answers_leaves_a_line_of_debug(
    at_told: Callable[..., Aws], told: Any
) -> None:
    lines: list[str] = []
    told.answer(500, "")
    told.answer(200, '{"clusterArns": []}')
    at_told(debug=lines.append).client("ecs").list_clusters()
    assert "-> 200" in lines[0]
    assert "after 1 retries" in lines[0]


def test_the_state_client_writes_only_below_its_prefix(aws: Aws) -> None:
    with aws.changing():
        aws.client("s3").create_bucket(
            Bucket="ops", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
    state = aws.state_client("ops", "opsctl/")
    state.put_object(Bucket="ops", Key="opsctl/journal", Body=b"{}")
    state.delete_object(Bucket="ops", Key="opsctl/journal")
    for bucket, key in (("ops", "images/1"), ("other", "opsctl/journal")):
        with pytest.raises(OpsctlError, match="s3:PutObject"):
            state.put_object(Bucket=bucket, Key=key, Body=b"")
    with pytest.raises(OpsctlError, match="s3:DeleteBucket"):
        state.delete_bucket(Bucket="ops")
    with pytest.raises(OpsctlError, match="s3:PutObject"):
        aws.client("s3").put_object(Bucket="ops", Key="opsctl/journal", Body=b"")


def test_a_state_client_without_a_prefix_writes_nothing(aws: Aws) -> None:
    with pytest.raises(OpsctlError, match="s3:PutObject"):
        aws.state_client("ops", "").put_object(Bucket="ops", Key="any", Body=b"")
